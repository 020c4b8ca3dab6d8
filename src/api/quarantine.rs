//! Quarantine: what is held, putting there and letting go.

use actix_web::web::Path;

use super::caller::{Caller, PersonCaller};
use super::write::Write;
use super::{Answer, Problem, State, eyes};
use crate::domain::id::PackageId;
use crate::workflow::loss::{self, DamageInput, ReturnInput};
use crate::workflow::moving::Moved;
use crate::workflow::quarantine::{
    self, Quarantine, QuarantineError, QuarantineInput, ReleaseInput,
};

/// Everything that is held, longest first, with the reasons.
#[utoipa::path(get, path = "/api/v1/quarantine", tag = "quarantine",
    responses((status = 200, body = Quarantine)))]
pub async fn list(state: State, caller: Caller, person: PersonCaller) -> Answer {
    eyes::read(&state, &caller, move |db| quarantine::list(db, person.role)).await
}

/// Puts some or all of a package that is at a place into quarantine. Refusals: as of a move, and
/// `no_place`.
#[utoipa::path(post, path = "/api/v1/packages/{id}/quarantine", tag = "quarantine",
    request_body = QuarantineInput, params(("id" = i64, Path)),
    responses((status = 200, body = Moved), (status = 409, body = Problem)))]
pub async fn put(state: State, id: Path<i64>, write: Write<QuarantineInput>) -> Answer {
    let id = PackageId(*id);
    write.run(&state, move |tx, by, input| quarantine::put(tx, by, id, input)).await
}

/// Lets some or all of it go, with a reason. Refusals: `compliance_only`, `still_blocked` (+`why`).
#[utoipa::path(post, path = "/api/v1/packages/{id}/release", tag = "quarantine",
    request_body = ReleaseInput, params(("id" = i64, Path)),
    responses((status = 200, body = Moved), (status = 409, body = Problem)))]
pub async fn release(state: State, id: Path<i64>, write: Write<ReleaseInput>) -> Answer {
    let id = PackageId(*id);
    write.run(&state, move |tx, by, input| quarantine::release(tx, by, id, input)).await
}

/// Records damage: it goes to quarantine. Refusals: as of a move, and `no_place`.
#[utoipa::path(post, path = "/api/v1/packages/{id}/damage", tag = "quarantine",
    request_body = DamageInput, params(("id" = i64, Path)),
    responses((status = 200, body = Moved), (status = 409, body = Problem)))]
pub async fn damage(state: State, id: Path<i64>, write: Write<DamageInput>) -> Answer {
    let id = PackageId(*id);
    write.run(&state, move |tx, by, input| loss::damage(tx, by, id, input)).await
}

/// Records what a customer brought back: from the sold account to quarantine. More than was sold opens a
/// case.
#[utoipa::path(post, path = "/api/v1/returns", tag = "quarantine", request_body = ReturnInput,
    responses((status = 200, body = Moved), (status = 409, body = Problem)))]
pub async fn returned(state: State, write: Write<ReturnInput>) -> Answer {
    write.run(&state, loss::returned).await
}

impl From<QuarantineError> for Problem {
    fn from(error: QuarantineError) -> Self {
        match error {
            QuarantineError::NoPlace => Self::refused(
                "no_place",
                "The store has no quarantine place. Ask a manager to make one under Places.",
            )
            .with("kind", "quarantine"),
            QuarantineError::ComplianceOnly => Self::refused(
                "compliance_only",
                "Only compliance may let it go. A store may let managers do it, under Settings.",
            ),
            QuarantineError::StillBlocked { why } => {
                let reasons: Vec<_> = why.iter().map(|one| one.word().replace('_', " ")).collect();
                let detail = format!("It cannot go yet: {}.", reasons.join(", "));
                Self::refused("still_blocked", detail).with("why", why)
            }
            QuarantineError::Move(error) => error.into(),
        }
    }
}

//! Adjustments: putting the book right, both ways of correcting a wrong SKU, and the reasons.

use std::sync::Arc;

use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::write::{Nothing, Write};
use super::{Answer, Problem, State};
use crate::domain::id::{AdjustmentId, CaseId};
use crate::workflow::adjusting::{
    self, AdjustError, AdjustInput, AdjustReasons, AdjustReasonsInput, Adjustment, Adjustments,
    Correction,
};
use crate::workflow::casework::CaseError;

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Only those of this case.
    case: Option<i64>,
}

/// What was adjusted, newest first, with what must be entered outside for it.
#[utoipa::path(get, path = "/api/v1/adjustments", tag = "adjusting", params(ListQuery),
    responses((status = 200, body = Adjustments)))]
pub async fn list(state: State, query: Query<ListQuery>) -> Answer {
    let case = query.case.map(CaseId);
    super::read(&state, move |db| adjusting::list(db, case)).await
}

/// Puts the book right. Refusals: as of a move, `needs_approval` (+`subject`, `value_cents`, `units`),
/// `one_side`, `note_needed`, `closed`, `not_on_receipt`, `approval_invalid`.
#[utoipa::path(post, path = "/api/v1/adjustments", tag = "adjusting", request_body = AdjustInput,
    responses((status = 200, body = Adjustment), (status = 409, body = Problem)))]
pub async fn post(state: State, write: Write<AdjustInput>) -> Answer {
    let access = Arc::clone(&state.access);
    // Inside the command, so that a replay is answered before its used-up approval is looked at.
    write
        .run(&state, move |tx, by, input| {
            let subject = input.subject();
            let spend = |token| access.approvals.spend(token, by, "adjust", &subject);
            let approver = input.approval.as_deref().map(spend).transpose()?;
            adjusting::adjust(tx, by, input, approver).map_err(Problem::from)
        })
        .await
}

/// Takes an adjustment back, all its sides, while nobody has entered it outside. Refusals: `undone`,
/// `already_sent`, `not_yours`, `later_depends`.
#[utoipa::path(post, path = "/api/v1/adjustments/{id}/undo", tag = "adjusting", request_body = Nothing,
    params(("id" = i64, Path)),
    responses((status = 200, body = Adjustment), (status = 409, body = Problem)))]
pub async fn undo(state: State, id: Path<i64>, write: Write<Nothing>) -> Answer {
    let id = AdjustmentId(*id);
    write.run(&state, move |tx, by, _| adjusting::undo(tx, by, id)).await
}

/// The reasons that may be given.
#[utoipa::path(get, path = "/api/v1/adjustments/reasons", tag = "adjusting",
    responses((status = 200, body = AdjustReasons)))]
pub async fn reasons(state: State) -> Answer {
    super::read(&state, adjusting::reasons).await
}

/// Replaces the list by the state's own, as its system has it; an empty one goes back to the house's.
#[utoipa::path(put, path = "/api/v1/adjustments/reasons", tag = "adjusting", request_body = AdjustReasonsInput,
    responses((status = 200, body = AdjustReasons)))]
pub async fn put_reasons(state: State, write: Write<AdjustReasonsInput>) -> Answer {
    write.run(&state, adjusting::put_reasons).await
}

/// Both ways to correct what was sold under another SKU, for a case of a variance.
#[utoipa::path(get, path = "/api/v1/cases/{id}/correction", tag = "adjusting", params(("id" = i64, Path)),
    responses((status = 200, body = Correction), (status = 404, body = Problem)))]
pub async fn correction(state: State, id: Path<i64>) -> Answer {
    let id = CaseId(*id);
    super::read_one(&state, "variance", move |db| adjusting::correction(db, id)).await
}

impl From<AdjustError> for Problem {
    fn from(error: AdjustError) -> Self {
        match error {
            AdjustError::NeedsApproval { subject, value_cents, units } => Self::refused(
                "needs_approval",
                "This is above the store's limit for the day. A manager has to approve it with their PIN.",
            )
            .with("subject", subject)
            .with("value_cents", value_cents)
            .with("units", units),
            AdjustError::OneSide => Self::refused(
                "one_side",
                "What was sold under another SKU is put right on both products together: two lines, as many \
                 units, one up and one down.",
            ),
            AdjustError::NoteNeeded => {
                Self::refused("note_needed", "This reason needs a note: say what happened.")
            }
            AdjustError::CaseClosed => CaseError::Closed.into(),
            AdjustError::NotOnReceipt => Self::refused(
                "not_on_receipt",
                "The receipt's line did not sell that many of this product, or was corrected already.",
            ),
            AdjustError::AlreadySent => Self::refused(
                "already_sent",
                "It was entered outside already. Adjust it the other way instead.",
            ),
            AdjustError::Undone => Self::refused("undone", "This was undone already."),
            AdjustError::Ended => {
                Self::refused("ended", "This has ended: it was confirmed or taken back.")
            }
            AdjustError::LookFirst { token } => {
                let detail = format!(
                    "It may have been entered already. Look for {token} there first, then say that you looked."
                );
                Self::refused("look_first", detail).with("token", token)
            }
            AdjustError::Move(error) => error.into(),
        }
    }
}

//! Moves by scan, and their undo.

use std::sync::Arc;

use actix_web::web::Path;

use super::write::Write;
use super::{Answer, Problem, State};
use crate::domain::id::Seq;
use crate::workflow::moving::{self, MoveError, MoveInput, Moved, Undone};
use crate::workflow::stock::LastOut;

/// Moves stock between two places. Refusals: `not_enough` (+`available`), `reserved` (+`free`, `pick`),
/// both with `by` and `at` of who took stock out of there last, where somebody did; `blocked_place`
/// (+`place`), `same_place`, `unit_mismatch` (+`unit`).
#[utoipa::path(post, path = "/api/v1/moves", tag = "moving", request_body = MoveInput,
    responses((status = 200, body = Moved), (status = 409, body = Problem)))]
pub async fn post(state: State, write: Write<MoveInput>) -> Answer {
    write.run(&state, moving::scan_move).await
}

/// Names an approval, where a manager's is needed.
#[derive(Clone, Debug, serde::Deserialize, serde::Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UndoInput {
    /// The token of an approval for `undo` of "move:SEQ".
    #[serde(default)]
    pub approval: Option<String>,
}

/// Reverses a hand movement by its journal entry. Refusals: `not_yours`, `later_depends`, `not_undoable`.
#[utoipa::path(post, path = "/api/v1/moves/{seq}/undo", tag = "moving", request_body = UndoInput,
    params(("seq" = i64, Path)),
    responses((status = 200, body = Undone), (status = 409, body = Problem)))]
pub async fn undo(state: State, seq: Path<i64>, write: Write<UndoInput>) -> Answer {
    let seq = Seq(*seq);
    let access = Arc::clone(&state.access);
    write
        .run(&state, move |tx, by, input| -> Result<_, Problem> {
            let approved = match &input.approval {
                Some(token) => {
                    access.approvals.spend(token, by, "undo", &format!("move:{seq}"))?;
                    true
                }
                None => false,
            };
            Ok(moving::undo(tx, by, seq, approved)?)
        })
        .await
}

impl Problem {
    /// Adds who took stock out of there last, and when, where somebody did.
    #[must_use]
    pub fn with_last(self, last: Option<LastOut>) -> Self {
        match last {
            Some(LastOut { by, at }) => self.with("by", by).with("at", at),
            None => self,
        }
    }
}

impl From<MoveError> for Problem {
    fn from(error: MoveError) -> Self {
        let detail = |text: &str| text.to_owned();
        match error {
            MoveError::NotFound { what } => Self::not_found(what),
            MoveError::NotEnough { available, last } => {
                Self::refused("not_enough", format!("Only {available} is there."))
                    .with("available", available)
                    .with_last(last)
            }
            MoveError::Reserved { free, pick, last } => Self::refused(
                "reserved",
                format!("Only {free} is free: the rest is promised to pick {pick}."),
            )
            .with("free", free)
            .with("pick", pick)
            .with_last(last),
            MoveError::BlockedPlace { place } => Self::refused(
                "blocked_place",
                format!("Stock does not go into or out of {} by hand.", place.name),
            )
            .with("place", place),
            MoveError::SamePlace => {
                Self::refused("same_place", detail("From and to are the same place."))
            }
            MoveError::UnitMismatch { unit } => {
                Self::refused("unit_mismatch", format!("This package is kept in {unit}."))
                    .with("unit", unit)
            }
            MoveError::Invalid { field, why } => Self::invalid(field, why),
            MoveError::NotYours => Self::refused(
                "not_yours",
                detail("Somebody else moved this. A manager can undo it with their PIN."),
            ),
            MoveError::LaterDepends => Self::refused(
                "later_depends",
                detail(
                    "This stock was moved again since, so it cannot be undone here. Move it back by scan.",
                ),
            ),
            MoveError::NotUndoable => Self::refused(
                "not_undoable",
                detail("This was undone already, or is not a movement made by hand."),
            ),
            MoveError::Store(error) => error.into(),
        }
    }
}

//! Picks: plan, scans, shorts, custody.

use std::sync::Arc;

use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::caller::Caller;
use super::write::{Nothing, Write};
use super::{Answer, Problem, State};
use crate::domain::id::PickId;
use crate::domain::order::OrderState;
use crate::store::SqlError;
use crate::workflow::ordering::Sight;
use crate::workflow::picking::{
    self, HandoverInput, Pick, PickAssignInput, PickError, PickKind, Picks, Receipt, ReceiptInput,
    ShortInput, Shorted, TakeInput, Taken, ToteInput,
};

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// "live" (default: being picked or on the way), "all", or one state.
    state: Option<String>,
}

/// Picks.
#[utoipa::path(get, path = "/api/v1/picks", tag = "picking", params(ListQuery),
    responses((status = 200, body = Picks)))]
pub async fn list(state: State, caller: Caller, query: Query<ListQuery>) -> Answer {
    let (query, works) = (query.into_inner(), works_on_orders(&caller));
    super::read(&state, move |db| -> Result<_, SqlError> {
        let mut found = picking::list(db, query.state.as_deref())?;
        found.picks.iter_mut().filter(|_| !works).for_each(unnumber);
        Ok(found)
    })
    .await
}

/// One pick, with its lines in walking order and what could not be planned.
#[utoipa::path(get, path = "/api/v1/picks/{id}", tag = "picking", params(("id" = i64, Path)),
    responses((status = 200, body = Pick), (status = 404, body = Problem)))]
pub async fn get(state: State, caller: Caller, id: Path<i64>) -> Answer {
    let (id, works) = (PickId(*id), works_on_orders(&caller));
    super::read_one(&state, "pick", move |db| -> Result<_, SqlError> {
        let mut found = picking::get(db, id)?;
        found.iter_mut().filter(|_| !works).for_each(unnumber);
        Ok(found)
    })
    .await
}

fn works_on_orders(caller: &Caller) -> bool {
    Sight::of(caller.person.map(|person| person.role)) == Sight::Customer
}

/// An order's number is for whoever works on orders.
fn unnumber(pick: &mut Pick) {
    for order in &mut pick.orders {
        order.number = None;
    }
}

/// Chooses the tote. Refusals: `not_a_tote`, `tote_in_use` (+`pick`, `case`), `already_begun`.
#[utoipa::path(post, path = "/api/v1/picks/{id}/tote", tag = "picking", request_body = ToteInput,
    params(("id" = i64, Path)), responses((status = 200, body = Pick), (status = 409, body = Problem)))]
pub async fn tote(state: State, id: Path<i64>, write: Write<ToteInput>) -> Answer {
    let id = PickId(*id);
    write.run_named(&state, move |tx, by, input| picking::set_tote(tx, by, id, input)).await
}

/// Takes stock by scan into the tote. Refusals: `wrong_bin` (+`expected`), `wrong_product`
/// (+`expected`), `newer_lot` (+`expected`; needs an approval and a reason), `too_many` (+`left`,
/// `left_count`), `already_picked`, `order_left` (+`order`, its code where only one can be meant; `expected`, the bin to put it back
/// into), `not_pickable` (+`reasons`), `not_there` (+`available`, `next`), `reserved` (+`free`,
/// `pick`), both with `by` and `at` of who took stock out of there last, where somebody did, and
/// `lots`, up to three that come next of the product; `reason_needed`, `no_tote`, `not_your_pick`
/// (+`by`), `pick_closed`, `approval_invalid`.
#[utoipa::path(post, path = "/api/v1/picks/{id}/takes", tag = "picking", request_body = TakeInput,
    params(("id" = i64, Path)), responses((status = 200, body = Taken), (status = 409, body = Problem)))]
pub async fn take(state: State, id: Path<i64>, write: Write<TakeInput>) -> Answer {
    let id = PickId(*id);
    let access = Arc::clone(&state.access);
    // Inside the command, so that a replay is answered before its used-up approval is looked at.
    write
        .run_named(&state, move |tx, by, input| {
            let subject = format!("pick:{id}");
            let spend = |token| access.approvals.spend(token, by, "fifo_override", &subject);
            let approver = input.approval.as_deref().map(spend).transpose()?;
            picking::take(tx, by, id, input, approver).map_err(Problem::from)
        })
        .await
}

/// Ends a line short: the bin is to be counted, and the next lot is planned. Refusals:
/// `already_picked`, `not_your_pick`, `pick_closed`.
#[utoipa::path(post, path = "/api/v1/picks/{id}/shorts", tag = "picking", request_body = ShortInput,
    params(("id" = i64, Path)), responses((status = 200, body = Shorted), (status = 409, body = Problem)))]
pub async fn short(state: State, id: Path<i64>, write: Write<ShortInput>) -> Answer {
    let id = PickId(*id);
    write.run_named(&state, move |tx, by, input| picking::short(tx, by, id, input)).await
}

/// Sends the tote on its way to a named person. Refusals: `lines_open` (+`lines`), `nothing_picked`.
#[utoipa::path(post, path = "/api/v1/picks/{id}/handover", tag = "picking",
    request_body = HandoverInput, params(("id" = i64, Path)),
    responses((status = 200, body = Pick), (status = 409, body = Problem)))]
pub async fn handover(state: State, id: Path<i64>, write: Write<HandoverInput>) -> Answer {
    let id = PickId(*id);
    write.run_named(&state, move |tx, by, input| picking::handover(tx, by, id, input)).await
}

/// Gives a pick back to the queue. Refusals: `already_begun`, `not_your_pick`, `pick_closed`.
#[utoipa::path(post, path = "/api/v1/picks/{id}/release", tag = "picking", request_body = Nothing,
    params(("id" = i64, Path)),
    responses((status = 200, body = Pick), (status = 409, body = Problem)))]
pub async fn release(state: State, id: Path<i64>, write: Write<Nothing>) -> Answer {
    let id = PickId(*id);
    write.run_named(&state, move |tx, by, _| picking::release(tx, by, id)).await
}

/// Hands a pick to another technician. Refusals: `person_may_not`, `pick_closed`.
#[utoipa::path(post, path = "/api/v1/picks/{id}/assign", tag = "picking",
    request_body = PickAssignInput, params(("id" = i64, Path)),
    responses((status = 200, body = Pick), (status = 409, body = Problem)))]
pub async fn assign(state: State, id: Path<i64>, write: Write<PickAssignInput>) -> Answer {
    let id = PickId(*id);
    write.run_named(&state, move |tx, by, input| picking::assign(tx, by, id, input)).await
}

/// Confirms a tote in on the floor, all its lines. Refusals: `not_in_transit`, `wrong_tote`
/// (+`expected`), `wrong_station` (+`expected`), `lines_missing` (+`lines`).
#[utoipa::path(post, path = "/api/v1/picks/{id}/receipt", tag = "picking",
    request_body = ReceiptInput, params(("id" = i64, Path)),
    responses((status = 200, body = Receipt), (status = 409, body = Problem)))]
pub async fn receipt(state: State, id: Path<i64>, write: Write<ReceiptInput>) -> Answer {
    let id = PickId(*id);
    write.run_named(&state, move |tx, by, input| picking::receive(tx, by, id, input)).await
}

impl From<PickError> for Problem {
    #[expect(clippy::too_many_lines, reason = "one refusal after the other, nothing else")]
    fn from(error: PickError) -> Self {
        use PickError as E;
        match error {
            E::NotFound { what } => Self::not_found(what),
            E::AlreadyClaimed { by, pick } => {
                let who = by.as_ref().map_or("Somebody else", |by| by.name.as_str());
                Self::refused("already_claimed", format!("{who} claimed this already."))
                    .with("by", &by)
                    .with("pick", pick)
            }
            E::NotWaiting => Self::refused("not_waiting", "This request is not waiting any more."),
            E::NotYourPick { by } => {
                let who = by.as_ref().map_or("somebody else", |by| by.name.as_str());
                Self::refused("not_your_pick", format!("This pick is {who}'s.")).with("by", &by)
            }
            E::PickClosed { state } => {
                Self::refused("pick_closed", "This pick is over.").with("state", state)
            }
            E::NoTote => Self::refused("no_tote", "Scan a tote first."),
            E::NotATote { place } => {
                Self::refused("not_a_tote", format!("{} is not a tote.", place.name))
                    .with("place", place)
            }
            E::ToteInUse { pick, case } => {
                Self::refused("tote_in_use", "That tote is in use. Take an empty one.")
                    .with("pick", pick)
                    .with("case", case)
            }
            E::WrongBin { expected } => {
                Self::refused("wrong_bin", format!("Take this from {}.", expected.name))
                    .with("expected", expected)
            }
            E::WrongProduct { expected } => {
                let what = expected.as_ref().map_or("nothing more", |e| e.product.name.as_str());
                Self::refused("wrong_product", format!("This pick wants {what} next."))
                    .with("expected", &expected)
            }
            E::NewerLot { expected } => Self::refused(
                "newer_lot",
                format!(
                    "Package …{} in {} is older and goes first. A manager can override.",
                    expected.package.tag.get(18..).unwrap_or_default(),
                    expected.bin.name
                ),
            )
            .with("expected", expected),
            E::TooMany { left, left_count } => {
                Self::refused("too_many", format!("Only {left} more is wanted of this."))
                    .with("left", left)
                    .with("left_count", left_count)
            }
            E::AlreadyPicked => {
                Self::refused("already_picked", "This line is picked already. Put it back.")
            }
            E::OrderLeft { order, bin } => Self::refused(
                "order_left",
                format!("Its order is not picked any more. Put this back into {}.", bin.name),
            )
            .with("order", &order)
            .with("expected", bin),
            E::NotPickable { reasons } => {
                Self::refused("not_pickable", "This package may not be sold. Leave it.")
                    .with("reasons", reasons)
            }
            E::NotThere { available, next, gone } => Self::refused(
                "not_there",
                format!(
                    "The book has {available} of this here. Say it is short, or pick the next lot."
                ),
            )
            .with("available", available)
            .with("next", next)
            .with_last(gone.last)
            .with("lots", gone.lots),
            E::Reserved { free, pick, gone } => {
                Self::refused("reserved", format!("This is promised to pick {pick}."))
                    .with("free", free)
                    .with("pick", pick)
                    .with_last(gone.last)
                    .with("lots", gone.lots)
            }
            E::ReasonNeeded => Self::refused(
                "reason_needed",
                "Say why the newer package is taken (3 to 280 characters).",
            ),
            E::LinesOpen { lines } => {
                Self::refused("lines_open", "Some lines are still to pick, or to say short.")
                    .with("lines", lines)
            }
            E::NothingPicked => Self::refused("nothing_picked", "Nothing is in the tote."),
            E::AlreadyBegun => Self::refused(
                "already_begun",
                "Something is in the tote already. Put it back first.",
            ),
            E::NotInTransit { state } => {
                Self::refused("not_in_transit", "This tote is not on its way.").with("state", state)
            }
            E::WrongTote { expected } => {
                let name = expected.as_ref().map_or("another tote", |tote| tote.name.as_str());
                Self::refused("wrong_tote", format!("Scan the code of {name}."))
                    .with("expected", &expected)
            }
            E::WrongStation { expected } => {
                Self::refused("wrong_station", format!("This tote is meant for {}.", expected.name))
                    .with("expected", expected)
            }
            E::LinesMissing { lines } => {
                Self::refused("lines_missing", "Count every line of the tote.").with("lines", lines)
            }
            E::WrongKind { kind } => Self::refused(
                "wrong_kind",
                match kind {
                    PickKind::Restock => "This pick is for a request: hand its tote over instead.",
                    PickKind::Order => "This walk is for orders: finish it instead.",
                },
            )
            .with("kind", kind),
            E::OrderNotWaiting { order, state, by } => {
                let detail = match (&by, state) {
                    (Some(by), OrderState::Picking) => {
                        format!("{} is picking that order already.", by.name)
                    }
                    (_, OrderState::Unmatched) => {
                        "A line of that order is not known yet: say which product it is.".into()
                    }
                    _ => "That order is not waiting to be picked any more.".into(),
                };
                Self::refused("order_not_waiting", detail)
                    .with("order", order)
                    .with("state", state)
                    .with("by", &by)
            }
            E::NotInWalk => {
                Self::refused("not_in_walk", "No order of this walk is waiting for a tote.")
            }
            E::ShortUndecided { orders } => Self::refused(
                "short_undecided",
                "Something is missing: decide for each line whether to give another product, what \
                 there is, or nothing.",
            )
            .with("orders", orders),
            E::NotShort => Self::refused("not_short", "Nothing is missing of that line."),
            E::OrderBegun => Self::refused(
                "order_begun",
                "Something of this order is in its tote already: it cannot wait. Give what there is.",
            ),
            E::WrongSubstitute { why } => {
                Self::refused("wrong_substitute", format!("That product {why}."))
            }
            E::PersonMayNot { who } => {
                Self::refused("person_may_not", format!("{} may not pick.", who.name))
                    .with("who", who)
            }
            E::Invalid { field, why } => Self::invalid(field, why),
            E::Store(error) => error.into(),
        }
    }
}

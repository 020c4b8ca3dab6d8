//! Online orders: the queue, one order, entering and matching, files, and what a source changed.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::caller::Caller;
use super::write::{Nothing, Upload, Write, answered};
use super::{Answer, Problem, State, eyes};
use crate::domain::id::{OrderId, OrderLineId, OrderSourceId};
use crate::domain::sheet::FileRefused;
use crate::domain::sheet::orders::{self as sheet, OrderSaid, OrdersRead};
use crate::ledger::Actor;
use crate::store::{Db, SqlError, StoreError, Tx};
use crate::workflow::counting::{Blind, Hide as _};
use crate::workflow::ordering::{
    self, AT_ONCE, AskedInput, Intake, MatchInput, Order, OrderError, OrderInput, OrderTimes,
    Orders, OrdersTaken, Sight, Wanted,
};
use crate::workflow::picking::{self, DecisionInput};
use crate::workflow::{replay, settings};

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// "live" (not over), "over", "all", or one state; without, "live", and "all" where something is looked for.
    state: Option<String>,
    /// A number, a code, or (who works on orders) a name: at most 80 characters.
    q: Option<String>,
}

/// Orders: late ones first, then by their window. Numbers only for whoever works on orders; a name only of
/// an order that waits on its shelf and was looked for.
#[utoipa::path(get, path = "/api/v1/orders", tag = "orders", params(ListQuery),
    responses((status = 200, body = Orders)))]
pub async fn list(state: State, caller: Caller, query: Query<ListQuery>) -> Answer {
    let ListQuery { state: of, q } = query.into_inner();
    let wanted = Wanted { state: of, q: q.map(|q| q.chars().take(80).collect()) };
    let sight = sight(&caller);
    eyes::read(&state, &caller, move |db| ordering::list(db, &wanted, sight)).await
}

/// One order, whole; its customer only for whoever works on orders.
#[utoipa::path(get, path = "/api/v1/orders/{id}", tag = "orders", params(("id" = i64, Path)),
    responses((status = 200, body = Order), (status = 404, body = Problem)))]
pub async fn get(state: State, caller: Caller, id: Path<i64>) -> Answer {
    let (id, sight) = (OrderId(*id), sight(&caller));
    eyes::read_one(&state, &caller, "order", move |db| ordering::get(db, id, sight)).await
}

/// Enters an order by hand. Of the name an initial and of the phone four digits are kept. Refusals:
/// `nothing_ordered`, `unknown_product` (+`line`), `window_wrong`.
#[utoipa::path(post, path = "/api/v1/orders", tag = "orders", request_body = OrderInput,
    responses((status = 200, body = Order), (status = 409, body = Problem)))]
pub async fn post(state: State, write: Write<OrderInput>) -> Answer {
    step(&state, write, ordering::enter).await
}

/// Says which products an order's lines mean, or that it is another than was said before, while nobody picks it.
/// It holds for the source's other orders that nobody picks yet, and is remembered. Refusals: `order_closed`
/// (+`state`), `chosen_here` (the line's product is no source's word).
#[utoipa::path(post, path = "/api/v1/orders/{id}/match", tag = "orders", request_body = MatchInput,
    params(("id" = i64, Path)), responses((status = 200, body = Order), (status = 409, body = Problem)))]
pub async fn match_lines(state: State, id: Path<i64>, write: Write<MatchInput>) -> Answer {
    let id = OrderId(*id);
    step(&state, write, move |tx, by, input| ordering::match_lines(tx, by, id, input).map(|()| id))
        .await
}

/// Leaves a line out of which nobody knows what it is. The order then waits to be picked, or ends where nothing is
/// left of it. Refusal: `order_closed` (+`state`).
#[utoipa::path(post, path = "/api/v1/orders/{id}/lines/{line}/leave-out", tag = "orders",
    request_body = Nothing, params(("id" = i64, Path), ("line" = i64, Path)),
    responses((status = 200, body = Order), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn leave_out(state: State, path: Path<(i64, i64)>, write: Write<Nothing>) -> Answer {
    let (id, line) = (OrderId(path.0), OrderLineId(path.1));
    step(&state, write, move |tx, by, _| ordering::leave_out(tx, by, id, line).map(|()| id)).await
}

/// Decides about what the source changed while the order was worked on. Refusal: `nothing_asked`.
#[utoipa::path(post, path = "/api/v1/orders/{id}/asked", tag = "orders", request_body = AskedInput,
    params(("id" = i64, Path)), responses((status = 200, body = Order), (status = 409, body = Problem)))]
pub async fn asked(state: State, id: Path<i64>, write: Write<AskedInput>) -> Answer {
    let id = OrderId(*id);
    step(&state, write, move |tx, by, input| ordering::decide_asked(tx, by, id, input).map(|()| id))
        .await
}

/// Decides about what is missing of a line, before or during the walk. Refusals: `not_short`,
/// `order_not_waiting` (+`state`), `order_begun`, `wrong_substitute`.
#[utoipa::path(post, path = "/api/v1/orders/{id}/lines/{line}/decide", tag = "orders",
    request_body = DecisionInput, params(("id" = i64, Path), ("line" = i64, Path)),
    responses((status = 200, body = Order), (status = 409, body = Problem)))]
pub async fn decide(state: State, path: Path<(i64, i64)>, write: Write<DecisionInput>) -> Answer {
    let (id, line) = (OrderId(path.0), OrderLineId(path.1));
    step(&state, write, move |tx, by, input| picking::decide(tx, by, id, line, input).map(|()| id))
        .await
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct FileQuery {
    /// The source that it is from.
    source: i64,
}

/// Takes in a file of orders in its source's format (CSV where it is no JSON). What is wrong with one order
/// is told and hides no other. Refusals: `file_refused` (+`why`), `source_closed`.
#[utoipa::path(post, path = "/api/v1/orders/file", tag = "orders", params(FileQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = OrdersTaken), (status = 422, body = Problem)))]
pub async fn file(state: State, query: Query<FileQuery>, upload: Upload) -> Answer {
    let Upload { bytes, write } = upload;
    // The source may have changed its orders since: of a file that was taken in, no part is again.
    if let Some(done) = write.before(&state).await? {
        return Ok(answered(done));
    }
    let source = OrderSourceId(query.source);
    let (format, zone) = state
        .store
        .read(move |db| {
            let source = ordering::source(db, source)?;
            let source = source.ok_or(OrderError::NotFound { what: "source" })?;
            if !source.active {
                return Err(OrderError::SourceClosed.into());
            }
            Ok::<_, Problem>((source.format, settings::get(db)?.tz()))
        })
        .await?;
    let text = bytes.iter().find(|byte| !byte.is_ascii_whitespace() && **byte < 0x80).copied();
    let json = matches!(text, Some(b'{' | b'['));
    let format = if json { format } else { sheet::OrderFormat::Csv };
    let read = actix_web::web::block(move || sheet::read(format, &bytes, zone)).await;
    let read = read.map_err(|error| Problem::fault(&error))?.map_err(refused)?;
    let OrdersRead { mut orders, refused, .. } = read;
    let last = orders.split_off(orders.len().saturating_sub(1) / AT_ONCE * AT_ONCE);
    let whole = Intake { by: write.by.clone(), source, pepper: state.access.pins.pepper().clone() };
    // Their entries have no request id: only the last part answers for the whole request.
    let part = Intake { by: Actor { key: None, ..write.by.clone() }, ..whole.clone() };
    let before = take_parts(&state, part, &orders).await?;
    let done = write.done(&state, move |tx, _, _| {
        let taken = before.and(whole.load(tx, &last)?);
        Ok::<_, OrderError>(taken.without(refused))
    });
    Ok(answered(done.await?))
}

/// Takes in many orders, some at a time. Stopped in the middle, what was taken in stays, and the same again goes
/// on where it ended: it is known by its content.
pub async fn take_parts(
    state: &State,
    intake: Intake,
    orders: &[OrderSaid],
) -> Result<OrdersTaken, Problem> {
    let take_in = move |tx: &Tx<'_>, part: &[OrderSaid]| intake.take_in(tx, part);
    let parts = state.store.write_in_parts(orders, AT_ONCE, take_in).await?;
    Ok(parts.into_iter().fold(OrdersTaken::default(), OrdersTaken::and))
}

/// A file that is not understood at all.
pub fn refused(refused: FileRefused) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "file_refused", refused.to_string())
        .with("why", refused.code())
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct TimesQuery {
    /// 1 to 90; 7 where not given.
    days: Option<i64>,
}

/// How long picking and packing take, by the hour of the day: medians, minutes.
#[utoipa::path(get, path = "/api/v1/orders/times", tag = "orders", params(TimesQuery),
    responses((status = 200, body = OrderTimes), (status = 400, body = Problem)))]
pub async fn times(state: State, query: Query<TimesQuery>) -> Answer {
    let days = query.days.unwrap_or(7);
    if !(1..=ordering::TIMES_DAYS).contains(&days) {
        return Err(Problem::invalid("days", "must be from 1 to 90"));
    }
    super::read(&state, move |db| ordering::times(db, days)).await
}

fn sight(caller: &Caller) -> Sight {
    Sight::of(caller.person.as_ref().map(|person| person.role))
}

/// Does a command and answers with its order as it is afterwards, as far as its author may see it. What is recorded
/// for a replay has no customer in it, and outlives them.
pub async fn step<I, E, F>(state: &State, write: Write<I>, f: F) -> Answer
where
    I: Send + 'static,
    E: Into<Problem>,
    F: FnOnce(&Tx<'_>, &Actor, &I) -> Result<OrderId, E> + Send + 'static,
{
    let by = write.by().clone();
    let done = write.done(state, f).await?;
    let id: OrderId = serde_json::from_slice(&done.body)
        .map_err(|error| StoreError::Invariant(format!("recorded answer: {error}")))?;
    let read = state.store.read(move |db| {
        let mut order = ordering::get(db, id, Sight::of(by.role))?;
        if let Some(order) = &mut order {
            let blind = Blind::to(db, &by)?;
            if !blind.sees_all() {
                order.hide(&blind);
            }
        }
        Ok::<_, Problem>(order)
    });
    let order = read.await?.ok_or_else(|| Problem::not_found("order"))?;
    let body = serde_json::to_vec(&order).map_err(|error| Problem::fault(&error))?;
    Ok(answered(replay::Answer { body, ..done }))
}

impl From<OrderError> for Problem {
    fn from(error: OrderError) -> Self {
        use OrderError as E;
        match error {
            E::NotFound { what } => Self::not_found(what),
            E::Closed { state } => {
                Self::refused("order_closed", "This order is past that. Look at where it is now.")
                    .with("state", state)
            }
            E::NothingOrdered => Self::refused("nothing_ordered", "Add at least one product."),
            E::WindowWrong => {
                Self::refused("window_wrong", "The pick-up window ends before it begins.")
            }
            E::UnknownProduct { line } => {
                Self::refused("unknown_product", format!("Line {line}: there is no such product."))
                    .with("line", line)
            }
            E::ChosenHere => Self::refused(
                "chosen_here",
                "Somebody chose this product here. There is nothing to say of what a source means.",
            ),
            E::NothingAsked => {
                Self::refused("nothing_asked", "The source asks nothing of this order any more.")
            }
            E::ChangedMeanwhile => Self::refused(
                "changed_meanwhile",
                "Somebody else changed it meanwhile. Look at theirs first.",
            ),
            E::NameTaken { field } => {
                Self::refused("name_taken", "Another source goes by that name already.")
                    .with("field", field)
            }
            E::SourceClosed => Self::refused(
                "source_closed",
                "This source takes nothing that way. Look at how it is set up.",
            ),
            E::Fulfil(error) => (*error).into(),
            E::Invalid { field, why } => Self::invalid(&field, why),
            E::Store(error) => error.into(),
        }
    }
}

/// An answer that is kept nowhere.
pub fn unkept(answer: impl serde::Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(answer)
}

/// What the wall shows of them: no customer.
pub fn board(db: &Db<'_>) -> Result<Vec<ordering::OrderRow>, SqlError> {
    Ok(ordering::list(db, &Wanted::default(), Sight::Goods)?.orders)
}

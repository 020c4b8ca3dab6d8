//! From the pack bench to the customer's hand, and back: verify, pack, stage, hand over, cancel, put back.

use actix_web::http::StatusCode;
use actix_web::web::Path;

use super::write::Write;
use super::{Answer, Problem, State, orders};
use crate::domain::code::Code;
use crate::domain::id::OrderId;
use crate::ledger::Actor;
use crate::store::Tx;
use crate::workflow::fulfilling::{
    self, FulfilError, OrderCancelInput, OrderHandoverInput, OrderReturnInput, PackInput,
    PutBackInput, StageInput, UnitMissingInput, UnverifyInput, VerifyInput,
};
use crate::workflow::ordering::Order;

/// Does one step of an order.
async fn step<I, F>(state: &State, id: i64, write: Write<I>, f: F) -> Answer
where
    I: Send + 'static,
    F: FnOnce(&Tx<'_>, &Actor, OrderId, &I) -> Result<(), FulfilError> + Send + 'static,
{
    let id = OrderId(id);
    orders::step(state, write, move |tx, by, input| f(tx, by, id, input).map(|()| id)).await
}

/// Scans some of a line into the bag. Refusals: `not_in_order` (+`expected`), `too_many` (+`left`),
/// `may_not_go` (+`package`, `reasons`), `order_not_there` (+`state`), `order_closed` (+`state`).
#[utoipa::path(post, path = "/api/v1/orders/{id}/verify", tag = "orders", request_body = VerifyInput,
    params(("id" = i64, Path)), responses((status = 200, body = Order), (status = 409, body = Problem)))]
pub async fn verify(state: State, id: Path<i64>, write: Write<VerifyInput>) -> Answer {
    step(&state, *id, write, fulfilling::verify).await
}

/// Takes all of a line out of the bag again. Refusals: `order_not_there`, `order_closed`.
#[utoipa::path(post, path = "/api/v1/orders/{id}/unverify", tag = "orders", request_body = UnverifyInput,
    params(("id" = i64, Path)), responses((status = 200, body = Order), (status = 409, body = Problem)))]
pub async fn unverify(state: State, id: Path<i64>, write: Write<UnverifyInput>) -> Answer {
    step(&state, *id, write, fulfilling::unverify).await
}

/// Closes the bags. Refusals: `lines_unverified` (+`lines`), `lines_short` (+`lines`), `checks_missing` (+`checks`), `photo_missing`,
/// `may_not_go` (+`package`, `reasons`), `order_not_there`, `order_closed`.
#[utoipa::path(post, path = "/api/v1/orders/{id}/pack", tag = "orders", request_body = PackInput,
    params(("id" = i64, Path)), responses((status = 200, body = Order), (status = 409, body = Problem)))]
pub async fn pack(state: State, id: Path<i64>, write: Write<PackInput>) -> Answer {
    step(&state, *id, write, fulfilling::pack).await
}

/// Puts a packed order onto a shelf, or onto another one. Refusals: `not_packed` (+`state`), `not_a_shelf`
/// (+`place`), `wrong_shelf` (+`expected`), `order_not_there`, `order_closed`.
#[utoipa::path(post, path = "/api/v1/orders/{id}/stage", tag = "orders", request_body = StageInput,
    params(("id" = i64, Path)), responses((status = 200, body = Order), (status = 409, body = Problem)))]
pub async fn stage(state: State, id: Path<i64>, write: Write<StageInput>) -> Answer {
    step(&state, *id, write, fulfilling::stage).await
}

/// Gives an order to its customer: its stock is sold. Refusals: `wrong_order` (+`expected`),
/// `name_not_confirmed`, `may_not_go` (+`package`, `reasons`), `order_not_there`, `order_closed`.
#[utoipa::path(post, path = "/api/v1/orders/{id}/handover", tag = "orders",
    request_body = OrderHandoverInput, params(("id" = i64, Path)),
    responses((status = 200, body = Order), (status = 409, body = Problem)))]
pub async fn handover(state: State, id: Path<i64>, write: Write<OrderHandoverInput>) -> Answer {
    step(&state, *id, write, fulfilling::hand_over).await
}

/// Calls an order off: what was taken for it is put back before it is over. For the customer or the store
/// only who works the orders may (`forbidden`); not picked up or refused is said of one that waits on its
/// shelf. Refusals: `order_not_there`, `order_closed`.
#[utoipa::path(post, path = "/api/v1/orders/{id}/cancel", tag = "orders", request_body = OrderCancelInput,
    params(("id" = i64, Path)), responses((status = 200, body = Order), (status = 409, body = Problem)))]
pub async fn cancel(state: State, id: Path<i64>, write: Write<OrderCancelInput>) -> Answer {
    step(&state, *id, write, fulfilling::cancel).await
}

/// Puts some of a line back, to a bin or to quarantine: of an order that is unwound, or at the pack bench, which
/// then lacks it. Refusals: `not_in_order` (+`expected`), `too_many`
/// (+`left`), `must_quarantine` (+`reason`), `not_a_bin` (+`place`), `order_not_there`, `order_closed`.
#[utoipa::path(post, path = "/api/v1/orders/{id}/putbacks", tag = "orders", request_body = PutBackInput,
    params(("id" = i64, Path)), responses((status = 200, body = Order), (status = 409, body = Problem)))]
pub async fn put_back(state: State, id: Path<i64>, write: Write<PutBackInput>) -> Answer {
    step(&state, *id, write, fulfilling::put_back).await
}

/// Says that some of a line is not with its order, at the pack bench or where it is unwound: the books have it back
/// in its bin, which waits to be counted, and a custody case is opened. Refusals: `too_many` (+`left`),
/// `order_not_there`, `order_closed`.
#[utoipa::path(post, path = "/api/v1/orders/{id}/missing", tag = "orders", request_body = UnitMissingInput,
    params(("id" = i64, Path)), responses((status = 200, body = Order), (status = 409, body = Problem)))]
pub async fn missing(state: State, id: Path<i64>, write: Write<UnitMissingInput>) -> Answer {
    step(&state, *id, write, fulfilling::missing).await
}

/// Records what the customer of an order brought back: it goes to quarantine. Refusals: `too_many`
/// (+`left`), `no_place`, `order_not_there`, `order_closed`.
#[utoipa::path(post, path = "/api/v1/orders/{id}/returns", tag = "orders", request_body = OrderReturnInput,
    params(("id" = i64, Path)), responses((status = 200, body = Order), (status = 409, body = Problem)))]
pub async fn returned(state: State, id: Path<i64>, write: Write<OrderReturnInput>) -> Answer {
    step(&state, *id, write, fulfilling::returned).await
}

impl From<FulfilError> for Problem {
    fn from(error: FulfilError) -> Self {
        use FulfilError as E;
        match error {
            E::NotFound { what } => Self::not_found(what),
            E::Closed { state } => {
                Self::refused("order_closed", "This order is over. Look at it again.")
                    .with("state", state)
            }
            E::NotThere { state } => {
                let word = state.word().replace('_', " ");
                let detail = format!("The order is {word}: go on from there.");
                Self::refused("order_not_there", detail).with("state", state)
            }
            E::NotPacked { state } => {
                let detail =
                    "This order is not packed yet. Verify every line and close the bag first.";
                Self::refused("not_packed", detail).with("state", state)
            }
            E::WrongOrder { expected } => {
                let shown = Code::parse(&expected).map_or(expected, |code| code.to_string());
                Self::refused("wrong_order", format!("Scan the label of order {shown}."))
                    .with("expected", shown)
            }
            E::NotInOrder { expected } => {
                let tail = expected.tag.get(18..).unwrap_or_default();
                let name = &expected.product.name;
                let detail = format!("That is not of this line. It wants {name}, package …{tail}.");
                Self::refused("not_in_order", detail).with("expected", expected)
            }
            E::TooMany { left } => {
                Self::refused("too_many", format!("Only {left} more of this.")).with("left", left)
            }
            E::NotSellable { package, reasons } => {
                let detail = "This package may not be sold. Put it into quarantine and fetch another, or call the order off.";
                Self::refused("may_not_go", detail)
                    .with("package", package)
                    .with("reasons", reasons)
            }
            E::LinesUnverified { lines } => {
                Self::refused("lines_unverified", "Scan every unit into the bag first.")
                    .with("lines", lines)
            }
            E::LinesShort { lines } => {
                let detail = "Something of it is missing. Fetch it, or decide to give less.";
                Self::refused("lines_short", detail).with("lines", lines)
            }
            E::ChecksMissing { checks } => {
                Self::refused("checks_missing", "Go through every check and tick it.")
                    .with("checks", checks)
            }
            E::PhotoMissing => {
                Self::refused("photo_missing", "Take a picture of the open bag first.")
            }
            E::NotAShelf { place } => {
                let detail = format!("{} is no shelf for packed orders.", place.name);
                Self::refused("not_a_shelf", detail).with("place", place)
            }
            E::WrongShelf { expected } => {
                Self::refused("wrong_shelf", format!("Scan the label of {}.", expected.name))
                    .with("expected", expected)
            }
            E::NameNotConfirmed => Self::refused(
                "name_not_confirmed",
                "Ask for the name and compare it with the label.",
            ),
            E::MustQuarantine { reason } => {
                let detail = "This may not be sold again as it is: put it into quarantine.";
                Self::refused("must_quarantine", detail).with("reason", reason)
            }
            E::NotABin { place } => {
                let detail = format!("{} is no bin. Put it back into one.", place.name);
                Self::refused("not_a_bin", detail).with("place", place)
            }
            E::MayNot { needs } => {
                let detail = "Somebody who works the orders has to do this.";
                Self::new(StatusCode::FORBIDDEN, "forbidden", detail).with("needs", needs.roles())
            }
            E::Invalid { field, why } => Self::invalid(field, why),
            E::Quarantine(error) => error.into(),
            E::Store(error) => error.into(),
        }
    }
}

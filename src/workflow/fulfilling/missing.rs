//! A unit that the books have with an order and nobody finds: it is booked back to the bin that it was taken from,
//! which waits to be counted, and a case says who had it in the hand. What is really gone is found by that count.

use super::facts::{self, Order, Piece};
use super::{FulfilError, UnitMissingInput, back};
use crate::domain::id::{OrderId, PlaceId};
use crate::domain::order::OrderState;
use crate::domain::quantity::Amount;
use crate::domain::topic::Topic;
use crate::domain::words::{Words, words};
use crate::ledger::{Actor, Entry, Movement};
use crate::store::{SqlError, StoreError, Tx, named_params};
use crate::workflow::casework::{self, CaseKind, NewCase, NewTask, TaskKind};
use crate::workflow::{moving, refs};

const NOTE: usize = 300;

/// Says that some of a line is not with its order.
pub fn missing(
    tx: &Tx<'_>,
    by: &Actor,
    id: OrderId,
    input: &UnitMissingInput,
) -> Result<(), FulfilError> {
    let note = input.note.as_deref().map(str::trim).filter(|note| !note.is_empty());
    if note.is_some_and(|note| note.chars().count() > NOTE) {
        return Err(FulfilError::Invalid { field: "note", why: "is longer than 300 characters" });
    }
    let order = facts::order(tx, id)?;
    order.must_be(&[OrderState::Packing, OrderState::Unwinding])?;
    let piece = facts::piece(tx, id, input.line)?;
    let amount = piece.amount(input.quantity)?;
    if amount > piece.there() {
        return Err(FulfilError::TooMany { left: piece.package.count(piece.there()) });
    }
    let from = order.place().ok_or(FulfilError::NotFound { what: "tote" })?;
    let taken = taken(tx, &piece)?;
    let package = piece.package.reference.id;
    let mut entry = Entry::open(tx, by, "order_unit_missing")?;
    let movement = Movement { package, amount, from, to: taken.bin, reverses: None };
    entry.post(movement).map_err(|error| moving::refusal(tx, &piece.package, from, error))?;
    tx.announce(Topic::Stock, package.0);
    let case = look_into(tx, by, &entry, &order, &piece, &taken, input.quantity, note)?;
    let state = back::note_back(tx, &order, &piece, amount)?;
    entry.seal(&serde_json::json!({
        "order": id, "line": piece.id, "case": case, "state": state,
    }))?;
    Ok(())
}

/// How a piece came to its order.
struct Taken {
    bin: PlaceId,
    bin_name: String,
    picker: Option<String>,
}

/// Who scanned it out of its bin, which need not be who has the walk by now.
fn taken(tx: &Tx<'_>, piece: &Piece) -> Result<Taken, SqlError> {
    tx.one(
        "SELECT bin_id, place.name AS bin,
                (SELECT user.name FROM movement JOIN entry ON entry.seq = movement.seq
                 JOIN user ON user.id = entry.user_id
                 WHERE movement.package_id = pick_line.package_id AND from_place = bin_id
                   AND to_place = pick_order.tote_id AND entry.kind = 'picked'
                 ORDER BY movement.id DESC LIMIT 1) AS picker
         FROM pick_line JOIN place ON place.id = bin_id
         JOIN order_line ON order_line.id = order_line_id
         JOIN pick_order ON pick_order.pick_id = pick_line.pick_id
                        AND pick_order.order_id = order_line.order_id
         WHERE pick_line.id = :line",
        named_params! { ":line": piece.id.0 },
        |row| {
            Ok(Taken {
                bin: PlaceId(row.get("bin_id")?),
                bin_name: row.get("bin")?,
                picker: row.get("picker")?,
            })
        },
    )
}

/// Opens the case, and the count of the bin. No pick is sent there before it is counted.
#[expect(clippy::too_many_arguments, reason = "all that a case tells of")]
fn look_into(
    tx: &Tx<'_>,
    by: &Actor,
    entry: &Entry<'_, '_>,
    order: &Order,
    piece: &Piece,
    taken: &Taken,
    count: Amount,
    note: Option<&str>,
) -> Result<String, StoreError> {
    let (product, unit) =
        (&piece.package.reference.product.name, piece.package.reference.product.unit);
    let nobody = || "?".to_owned();
    let picker = taken.picker.clone().unwrap_or_else(nobody);
    let sayer =
        refs::known_user(tx, by.user.map(|user| user.0))?.map_or_else(nobody, |who| who.name);
    let place = order.place().map_or(Ok(None), |place| refs::place(tx, place))?;
    let place = place.map_or_else(nobody, |place| place.name);
    let code = order.shown_code();
    let bin = &taken.bin_name;
    let mut evidence = vec![
        ("picked", words!("{picker} took it out of {bin}", "{picker} lo sacó de {bin}")),
        (
            "missing",
            words!("{sayer} did not find it in {place}", "{sayer} no lo encontró en {place}"),
        ),
    ];
    evidence.extend(note.map(|note| ("note", Words::own(note))));
    let new = NewCase {
        title: words!(
            "{product}: {count} {unit} missing of order {code}",
            "{product}: faltan {count} {unit} de la orden {code}"
        ),
        subject: Some(("order", order.id.0, order.code.clone())),
        package: Some(piece.package.reference.id),
        evidence,
        ..NewCase::default()
    };
    let (_, case) = casework::open(tx, by, entry.seq(), CaseKind::Custody, &new)?;
    let task = NewTask {
        title: Words::own(&format!("{bin} · {product}")),
        place: Some(taken.bin),
        package: Some(piece.package.reference.id),
        ..NewTask::default()
    };
    casework::open_task(tx, by, entry.seq(), TaskKind::CountBin, &task)?;
    Ok(case)
}

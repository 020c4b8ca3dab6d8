//! The pack bench: every unit of an order is scanned into its bag, the checks are ticked, the bag is closed.
//! Only then is there a label, and only then may it go onto a shelf.

use super::facts::{self, Piece};
use super::{FulfilError, PackInput, UnverifyInput, VerifyInput};
use crate::domain::id::OrderId;
use crate::domain::jurisdiction;
use crate::domain::order::{OrderState, PackCheck};
use crate::domain::quantity::Amount;
use crate::ledger::{Actor, Entry};
use crate::store::{Tx, named_params};
use crate::workflow::{document, order_state, picking, settings};

const BAGS: std::ops::RangeInclusive<i64> = 1..=20;
const PHOTOS: usize = 10;

/// Scans some of a line into the bag.
pub fn verify(
    tx: &Tx<'_>,
    by: &Actor,
    id: OrderId,
    input: &VerifyInput,
) -> Result<(), FulfilError> {
    let order = facts::order(tx, id)?;
    order.must_be(&[OrderState::Packing])?;
    let piece = facts::piece(tx, id, input.line)?;
    facts::check_scan(tx, &piece, &input.scanned)?;
    facts::check_sellable(tx, &order, &piece)?;
    let amount = piece.amount(input.quantity)?;
    let left = piece.there() - piece.verified;
    if amount > left {
        return Err(FulfilError::TooMany { left: piece.package.count(left) });
    }
    set_verified(tx, &piece, piece.verified + amount)?;
    facts::touch(tx, id)?;
    Entry::open(tx, by, "order_verified")?.seal(&serde_json::json!({
        "order": id, "line": piece.id, "package": piece.package.reference.id, "amount": amount,
        "scanned": input.scanned,
    }))?;
    Ok(())
}

/// Takes all of a line out of the bag again.
pub fn unverify(
    tx: &Tx<'_>,
    by: &Actor,
    id: OrderId,
    input: &UnverifyInput,
) -> Result<(), FulfilError> {
    let order = facts::order(tx, id)?;
    order.must_be(&[OrderState::Packing])?;
    let piece = facts::piece(tx, id, input.line)?;
    set_verified(tx, &piece, Amount::ZERO)?;
    facts::touch(tx, id)?;
    Entry::open(tx, by, "order_unverified")?
        .seal(&serde_json::json!({ "order": id, "line": piece.id }))?;
    Ok(())
}

fn set_verified(tx: &Tx<'_>, piece: &Piece, verified: Amount) -> Result<(), FulfilError> {
    tx.execute(
        "UPDATE pick_line SET verified = :verified WHERE id = :id",
        named_params! { ":verified": verified.raw(), ":id": piece.id.0 },
    )?;
    Ok(())
}

/// Closes the bags: everything is in them, every check is ticked, the picture is there where one is wanted.
pub fn pack(tx: &Tx<'_>, by: &Actor, id: OrderId, input: &PackInput) -> Result<(), FulfilError> {
    let order = facts::order(tx, id)?;
    order.must_be(&[OrderState::Packing])?;
    let Some(user) = by.user else { return Err(FulfilError::NotFound { what: "person" }) };
    if !BAGS.contains(&input.bags) {
        return Err(FulfilError::Invalid { field: "bags", why: "must be 1 to 20" });
    }
    if input.photos.len() > PHOTOS {
        return Err(FulfilError::Invalid { field: "photos", why: "are 10 at most" });
    }
    let pieces = facts::pieces(tx, id)?;
    let open = pieces.iter().filter(|piece| piece.verified < piece.there());
    let open: Vec<_> = open.map(|piece| piece.id).collect();
    if !open.is_empty() {
        return Err(FulfilError::LinesUnverified { lines: open });
    }
    let short = picking::shorts(tx, id)?;
    if !short.is_empty() {
        return Err(FulfilError::LinesShort { lines: short.iter().map(|one| one.line).collect() });
    }
    for piece in &pieces {
        facts::check_sellable(tx, &order, piece)?;
    }
    let settings = settings::get(tx)?;
    let wanted = jurisdiction::pack_checks(&settings.jurisdiction).map(|rule| rule.value);
    let missing: Vec<PackCheck> =
        wanted.into_iter().filter(|check| !input.checks.contains(check)).collect();
    if !missing.is_empty() {
        return Err(FulfilError::ChecksMissing { checks: missing });
    }
    let photos = document::of(tx, &input.photos)?.ok_or(FulfilError::NotFound { what: "photo" })?;
    if settings.pack_photo && photos.is_empty() {
        return Err(FulfilError::PhotoMissing);
    }
    for check in wanted {
        tx.execute(
            "INSERT INTO order_check (order_id, \"check\", at, by_user) VALUES (:order, :check, :at, :by)
             ON CONFLICT DO UPDATE SET at = excluded.at, by_user = excluded.by_user",
            named_params! {
                ":order": id.0, ":check": check.word(), ":at": tx.now().0, ":by": user.0,
            },
        )?;
    }
    for photo in &photos {
        tx.execute(
            "INSERT INTO order_photo (order_id, document_id) VALUES (:order, :photo) ON CONFLICT DO NOTHING",
            named_params! { ":order": id.0, ":photo": photo.0 },
        )?;
    }
    tx.execute(
        "UPDATE online_order SET packed_by = :by, bags = :bags WHERE id = :id",
        named_params! { ":by": user.0, ":bags": input.bags, ":id": id.0 },
    )?;
    order_state::set(tx, id, OrderState::Packed)?;
    Entry::open(tx, by, "order_packed")?.seal(&serde_json::json!({
        "order": id, "checks": wanted, "photos": photos, "bags": input.bags,
        "lines": pieces.iter().map(|piece| (piece.id, piece.verified)).collect::<Vec<_>>(),
    }))?;
    Ok(())
}

//! Planning the lots of a request, and planning again when one fell out.

use super::{
    FreeLot, Gone, LineState, Pick, PickError, PickLine, Shortage, ShortageCause, ShortageReason,
    StockCause,
};
use crate::domain::fifo;
use crate::domain::id::{
    OrderLineId, PackageId, PickId, PickLineId, PlaceId, ProductId, RequestLineId,
};
use crate::domain::place::PlaceKind;
use crate::domain::quantity::Amount;
use crate::domain::stock::BlockReason;
use crate::domain::topic::Topic;
use crate::store::{Db, SqlError, Tx, named_params};
use crate::workflow::refs::{PackageFacts, ProductRef};
use crate::workflow::stock::{self, Held};

/// What a line of a pick is for.
#[derive(Clone, Copy)]
pub(super) enum Serves {
    Request(RequestLineId),
    Order(OrderLineId),
}

/// A planned take.
pub(super) struct Planned {
    pub package: PackageId,
    pub bin: PlaceId,
    pub amount: Amount,
}

/// Plans `count` units of a product over what may be picked now, leaving out `without` and as much as is
/// promised to orders that wait.
pub(super) fn plan(
    db: &Db<'_>,
    product: ProductId,
    count: Amount,
    without: &[(PackageId, PlaceId)],
) -> Result<Vec<Planned>, SqlError> {
    let mut there = stock::lots(db, product)?;
    there.lots.retain(|lot| !without.contains(&(lot.package, lot.place)));
    // Counted as promises are: what is left over of a lot is nobody's unit.
    let spare = (there.free() - promised(db, product)?).max(Amount::ZERO);
    let stock::Lots { lots, each, counted } = there;
    let wanted = count.min(spare).times(each).unwrap_or(Amount::ZERO);
    // Loose weight is taken to the gram's fourth decimal; units are taken whole.
    let step = if counted { each } else { Amount::from_raw(1) };
    let planned = fifo::plan(&lots, wanted, step);
    Ok(planned
        .takes
        .into_iter()
        .map(|take| Planned { package: take.package, bin: take.place, amount: take.amount })
        .collect())
}

/// What waiting orders are promised of a product, in its unit.
pub fn promised(db: &Db<'_>, product: ProductId) -> Result<Amount, SqlError> {
    db.one(
        "SELECT coalesce(sum(promised), 0) FROM order_line WHERE product_id = :product AND promised > 0",
        named_params! { ":product": product.0 },
        |row| row.get(0).map(Amount::from_raw),
    )
}

/// Lots told of when one is gone.
const NEXT_LOTS: usize = 3;

/// What to say when there is not enough of a package in a bin: who was there last, and the lots that come
/// next, first in first out.
pub(super) fn gone(db: &Db<'_>, package: &PackageFacts, bin: PlaceId) -> Result<Gone, SqlError> {
    let reference = &package.reference;
    let gone = (reference.id, bin);
    let mut held = stock::of_product(db, reference.product.id)?;
    held.retain(|held| {
        held.pickable()
            && (held.line.package.id, held.line.place.id) != gone
            && held.facts.count(held.free()).is_positive()
    });
    held.sort_by_key(|held| held.lot().turn());
    let lots = held.into_iter().take(NEXT_LOTS).map(|held| FreeLot {
        free: held.facts.quantity(held.free()),
        package: held.line.package,
        bin: held.line.place,
    });
    Ok(Gone { last: stock::last_out(db, reference.id, bin)?, lots: lots.collect() })
}

/// Writes planned takes as lines of a pick; from here they are reserved.
pub(super) fn store(
    tx: &Tx<'_>,
    pick: PickId,
    serves: Serves,
    planned: &[Planned],
) -> Result<Vec<PickLineId>, SqlError> {
    let (request, order) = match serves {
        Serves::Request(line) => (Some(line.0), None),
        Serves::Order(line) => (None, Some(line.0)),
    };
    planned
        .iter()
        .map(|planned| {
            tx.announce(Topic::Stock, planned.package.0);
            tx.insert(
                "INSERT INTO pick_line (pick_id, request_line_id, order_line_id, package_id, bin_id, planned, state)
                 VALUES (:pick, :request, :order, :package, :bin, :planned, 'to_pick')",
                named_params! {
                    ":pick": pick.0, ":request": request, ":order": order, ":package": planned.package.0,
                    ":bin": planned.bin.0, ":planned": planned.amount.raw(),
                },
            )
            .map(PickLineId)
        })
        .collect()
}

/// Why `wanted - planned` of a product could not be planned for `pick`, as the stock is now.
pub(super) fn shortage(
    db: &Db<'_>,
    pick: &Pick,
    product: &ProductRef,
    wanted: Amount,
    planned: Amount,
) -> Result<Shortage, SqlError> {
    let mut reasons: Vec<ShortageReason> = Vec::new();
    let mut add = |reason, quantity| add_up(&mut reasons, reason, quantity);
    for held in stock::of_product(db, product.id)? {
        let all = held.facts.count(held.line.quantity.amount);
        let place = held.line.place.kind;
        let blocked = held.line.blocked.iter().find(|reason| **reason != BlockReason::Unsorted);
        if let Some(reason) = blocked {
            add(ShortageCause::Blocked(*reason), all);
        } else if matches!(place, PlaceKind::Unsorted | PlaceKind::Dock) {
            add(ShortageCause::Blocked(BlockReason::Unsorted), all);
        } else if place.pickable() && held.to_count {
            add(ShortageCause::Stock(StockCause::ToCount), all);
        } else if place.pickable() {
            let promised = held.line.reserved.amount - own(pick, &held);
            add(ShortageCause::Stock(StockCause::Reserved), held.facts.count(promised));
        } else if place == PlaceKind::Floor {
            add(ShortageCause::Stock(StockCause::OnlyOnFloor), all);
        }
    }
    if reasons.is_empty() {
        add_up(&mut reasons, ShortageCause::Stock(StockCause::NoneInStore), wanted - planned);
    }
    Ok(Shortage { product: product.clone(), wanted, planned, reasons })
}

/// What the pick itself is promised there.
fn own(pick: &Pick, held: &Held) -> Amount {
    let of_lot = |line: &&PickLine| {
        line.state == LineState::ToPick
            && line.package.id == held.line.package.id
            && line.bin.id == held.line.place.id
    };
    pick.lines.iter().filter(of_lot).map(|line| line.planned.amount - line.picked.amount).sum()
}

fn add_up(reasons: &mut Vec<ShortageReason>, reason: ShortageCause, quantity: Amount) {
    if !quantity.is_positive() {
        return;
    }
    match reasons.iter_mut().find(|known| known.reason == reason) {
        Some(known) => known.quantity = known.quantity + quantity,
        None => reasons.push(ShortageReason { reason, quantity }),
    }
}

/// Refuses a pick that is not the person's own or not being picked.
pub(super) fn own_open_pick(
    db: &Db<'_>,
    by: &crate::ledger::Actor,
    id: PickId,
) -> Result<Pick, PickError> {
    let pick = super::get(db, id)?.ok_or(PickError::NotFound { what: "pick" })?;
    own_open(&pick, by)?;
    Ok(pick)
}

pub(super) fn own_open(pick: &Pick, by: &crate::ledger::Actor) -> Result<(), PickError> {
    if pick.state != super::PickState::Picking {
        return Err(PickError::PickClosed { state: pick.state });
    }
    if pick.picker.as_ref().map(|picker| picker.id) != by.user {
        return Err(PickError::NotYourPick { by: pick.picker.clone() });
    }
    Ok(())
}

/// Says that a pick changed, to whoever looks at it or at what it serves.
pub(super) fn touch(tx: &Tx<'_>, pick: &Pick) -> Result<(), SqlError> {
    tx.execute(
        "UPDATE pick SET version = version + 1 WHERE id = :id",
        named_params! { ":id": pick.id.0 },
    )?;
    tx.announce(Topic::Picks, pick.id.0);
    if let Some(request) = &pick.request {
        tx.announce(Topic::Requests, request.id.0);
    }
    for order in &pick.orders {
        tx.announce(Topic::Orders, order.order.0);
    }
    Ok(())
}

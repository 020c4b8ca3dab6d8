//! What every step needs of an order: where it is, what was picked for it, and whether a scan means it.

use super::FulfilError;
use crate::domain::code::Code;
use crate::domain::id::{OrderId, PackageId, PickLineId, PlaceId};
use crate::domain::order::{OrderState, OrderWay, OrderWhy};
use crate::domain::quantity::Amount;
use crate::domain::stock::BlockReason;
use crate::domain::topic::Topic;
use crate::store::{Db, SqlError, Tx, named_params};
use crate::workflow::refs::{self, PackageFacts};
use crate::workflow::resolve::{self, Resolved};
use crate::workflow::{settings, stock};

/// Where an order is.
pub struct Order {
    pub id: OrderId,
    /// The code on its label.
    pub code: String,
    pub state: OrderState,
    pub way: OrderWay,
    pub why: Option<OrderWhy>,
    pub tote: Option<PlaceId>,
    pub shelf: Option<PlaceId>,
}

/// What was picked for it of one package.
pub struct Piece {
    pub id: PickLineId,
    pub package: PackageFacts,
    /// In the package's unit, as are the others.
    pub picked: Amount,
    pub verified: Amount,
    pub put_back: Amount,
}

impl Order {
    /// Where its stock is: the shelf once it was staged, the tote before.
    pub fn place(&self) -> Option<PlaceId> {
        self.shelf.or(self.tote)
    }

    /// Refuses what is over, and what is not where it must be.
    pub fn must_be(&self, states: &[OrderState]) -> Result<(), FulfilError> {
        match self.state {
            state if states.contains(&state) => Ok(()),
            state if state.over() => Err(FulfilError::Closed { state }),
            state => Err(FulfilError::NotThere { state }),
        }
    }

    /// Refuses what its customer does not have.
    pub fn must_be_handed_over(&self) -> Result<(), FulfilError> {
        match self.state {
            OrderState::HandedOver => Ok(()),
            OrderState::Ended => Err(FulfilError::Closed { state: self.state }),
            state => Err(FulfilError::NotThere { state }),
        }
    }

    /// The code as people read it.
    pub fn shown_code(&self) -> String {
        Code::parse(&self.code).map_or_else(|| self.code.clone(), |code| code.to_string())
    }

    /// The label's URL or the bare code: the last path part, in any case, with or without the dash.
    pub fn is_named_by(&self, scanned: &str) -> bool {
        code_of(scanned).is_some_and(|code| code.plain() == self.code)
    }
}

impl Piece {
    /// What of it is with the order.
    pub fn there(&self) -> Amount {
        self.picked - self.put_back
    }

    /// An amount that was said in the product's unit, in the package's.
    pub fn amount(&self, count: Amount) -> Result<Amount, FulfilError> {
        let unit = self.package.reference.product.unit;
        if !count.is_positive() || !unit.fits(count) {
            let why = "must be above zero, and whole where counted";
            return Err(FulfilError::Invalid { field: "quantity", why });
        }
        let too_large = FulfilError::Invalid { field: "quantity", why: "is too large" };
        count.times(self.package.content).ok_or(too_large)
    }
}

/// The code that was scanned, of a label or typed.
pub fn code_of(scanned: &str) -> Option<Code> {
    Code::parse(scanned.trim_end_matches('/').rsplit('/').next().unwrap_or_default())
}

pub fn order(db: &Db<'_>, id: OrderId) -> Result<Order, FulfilError> {
    let found = db.maybe(
        "SELECT code, state, way, why, tote_id, shelf_id FROM online_order WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| {
            let (state, way): (String, String) = (row.get("state")?, row.get("way")?);
            let why: Option<String> = row.get("why")?;
            Ok(Order {
                id,
                code: row.get("code")?,
                state: OrderState::parse(&state).unwrap_or(OrderState::Ended),
                way: OrderWay::parse(&way).unwrap_or(OrderWay::Pickup),
                why: why.as_deref().and_then(OrderWhy::parse),
                tote: row.get::<_, Option<i64>>("tote_id")?.map(PlaceId),
                shelf: row.get::<_, Option<i64>>("shelf_id")?.map(PlaceId),
            })
        },
    )?;
    found.ok_or(FulfilError::NotFound { what: "order" })
}

/// Everything that was picked for an order.
pub fn pieces(db: &Db<'_>, order: OrderId) -> Result<Vec<Piece>, FulfilError> {
    let rows = db.all(
        "SELECT pick_line.id, package_id, picked, verified, put_back
         FROM order_line JOIN pick_line ON order_line_id = order_line.id
         WHERE order_id = :order AND picked > 0 ORDER BY n, pick_line.id",
        named_params! { ":order": order.0 },
        |row| {
            Ok((
                PickLineId(row.get("id")?),
                PackageId(row.get("package_id")?),
                ["picked", "verified", "put_back"].map(|name| row.get(name).map(Amount::from_raw)),
            ))
        },
    )?;
    let mut pieces = Vec::with_capacity(rows.len());
    for (id, package, [picked, verified, put_back]) in rows {
        let package =
            refs::package(db, package)?.ok_or(FulfilError::NotFound { what: "package" })?;
        let (picked, verified, put_back) = (picked?, verified?, put_back?);
        pieces.push(Piece { id, package, picked, verified, put_back });
    }
    Ok(pieces)
}

pub fn piece(db: &Db<'_>, order: OrderId, id: PickLineId) -> Result<Piece, FulfilError> {
    let found = pieces(db, order)?.into_iter().find(|piece| piece.id == id);
    found.ok_or(FulfilError::NotFound { what: "line of this order" })
}

/// Whether what the scanner read is of this piece: its package's tag, a code of one of its units, or the
/// barcode of its product.
pub fn check_scan(db: &Db<'_>, piece: &Piece, scanned: &str) -> Result<(), FulfilError> {
    if scanned.trim().is_empty() || scanned.len() > 512 {
        let why = "must be 1 to 512 characters";
        return Err(FulfilError::Invalid { field: "scanned", why });
    }
    let own = &piece.package.reference;
    let fits = match resolve::resolve(db, scanned, None)? {
        Resolved::Package { package, .. } => package.id == own.id,
        Resolved::Product { product, .. } => product.id == own.product.id,
        Resolved::Ambiguous { packages, .. } => packages.iter().any(|one| one.id == own.id),
        _ => false,
    };
    if fits { Ok(()) } else { Err(FulfilError::NotInOrder { expected: own.clone() }) }
}

/// Whether what an order has of a package may be sold today.
pub fn check_sellable(db: &Db<'_>, order: &Order, piece: &Piece) -> Result<(), FulfilError> {
    let reasons = blocked(db, order, piece)?;
    if reasons.is_empty() {
        return Ok(());
    }
    Err(FulfilError::NotSellable { package: piece.package.reference.clone(), reasons })
}

/// What keeps what an order has of a package from being sold; nothing of what it has nothing of any more.
pub fn blocked(db: &Db<'_>, order: &Order, piece: &Piece) -> Result<Vec<BlockReason>, SqlError> {
    if !piece.there().is_positive() {
        return Ok(Vec::new());
    }
    let held = stock::of_package(db, piece.package.reference.id)?;
    let here = held.into_iter().find(|held| Some(held.line.place.id) == order.place());
    Ok(here.map(|held| held.line.blocked).unwrap_or_default())
}

/// Tells whoever looks at the order that something of it changed.
pub fn touch(tx: &Tx<'_>, order: OrderId) -> Result<(), SqlError> {
    tx.execute(
        "UPDATE online_order SET version = version + 1 WHERE id = :id",
        named_params! { ":id": order.0 },
    )?;
    tx.announce(Topic::Orders, order.0);
    Ok(())
}

/// The state whose rules apply.
pub fn jurisdiction(db: &Db<'_>) -> Result<String, SqlError> {
    Ok(settings::get(db)?.jurisdiction)
}

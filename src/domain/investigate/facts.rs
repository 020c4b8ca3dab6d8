//! What an investigation has in hand: counts, sales, moves, totes, receipts and readings around a variance.

use crate::domain::arrival::How;
use crate::domain::id::{
    CaseId, CountId, PackageId, PickId, PlaceId, ProductId, Seq, ShipmentId, VarianceId,
};
use crate::domain::place::PlaceKind;
use crate::domain::quantity::{Amount, Quantity, Unit};
use crate::domain::time::At;

/// Everything around one variance.
#[derive(Clone, Debug)]
pub struct Facts {
    pub off: Off,
    /// Every count of the product, wherever, the variance's own among them; oldest first.
    pub looks: Vec<Look>,
    /// Products that could be taken for it, the most similar first.
    pub alike: Vec<Alike>,
    /// Receipts of the product and of those that are alike, oldest first.
    pub sales: Vec<Sold>,
    /// What moved of the product's packages, oldest first.
    pub moves: Vec<Moved>,
    /// What POS and state said of the product's packages, oldest first.
    pub gaps: Vec<Gap>,
    pub carried: Vec<Carried>,
    pub arrivals: Vec<Arrival>,
}

/// The variance itself.
#[derive(Clone, Debug)]
pub struct Off {
    pub id: VarianceId,
    pub product: ProductId,
    pub name: String,
    /// Nothing where it was counted by product.
    pub package: Option<PackageId>,
    pub place: PlaceId,
    pub kind: PlaceKind,
    pub unit: Unit,
    /// What one unit of the product is in the package's unit, where that is another.
    pub content: Option<Amount>,
}

/// One count of something at a place.
#[derive(Clone, Debug)]
pub struct Look {
    pub id: VarianceId,
    /// The count that it was part of.
    pub count: CountId,
    pub case: Option<CaseId>,
    pub product: ProductId,
    pub package: Option<PackageId>,
    /// The last digits of its tag.
    pub tag: String,
    pub place: PlaceId,
    pub place_name: String,
    pub kind: PlaceKind,
    pub at: At,
    pub counted: Amount,
    pub book: Amount,
    pub tolerance: Amount,
    /// On the scale: with and without the container.
    pub weighed: Option<(Amount, Amount)>,
}

impl Look {
    pub fn difference(&self) -> Amount {
        self.counted - self.book
    }
}

/// A product that could be taken for the one that is off, and its counts.
#[derive(Clone, Debug)]
pub struct Alike {
    pub product: ProductId,
    pub name: String,
    /// From 0 to 100.
    pub score: u8,
    pub unit: Unit,
    pub content: Option<Amount>,
    pub looks: Vec<Look>,
    pub adjusted: Vec<Moved>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoldAs {
    Sale,
    Return,
    Void,
}

/// One line of a receipt.
#[derive(Clone, Debug)]
pub struct Sold {
    pub receipt: String,
    pub line: i64,
    pub at: At,
    /// Nothing where the box does not know what the till calls it.
    pub product: Option<ProductId>,
    /// Whether the box knew the product when it took the line in.
    pub known: bool,
    pub item: String,
    pub kind: SoldAs,
    /// As the receipt has it, in the product's unit.
    pub amount: Amount,
    /// What it took from the book, in the package's unit.
    pub taken: Amount,
    pub case: Option<CaseId>,
}

/// A movement, at the time it was done.
#[derive(Clone, Copy, Debug)]
pub struct Moved {
    pub seq: Seq,
    pub at: At,
    pub package: PackageId,
    pub from: PlaceId,
    pub to: PlaceId,
    pub amount: Amount,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside {
    Pos,
    State,
}

/// What another book said of a package, and what ours had in the whole store at that time.
#[derive(Clone, Copy, Debug)]
pub struct Gap {
    pub package: PackageId,
    pub of: Outside,
    pub at: At,
    pub is: Amount,
    pub ours: Amount,
}

/// What of the product a tote took to the floor.
#[derive(Clone, Debug)]
pub struct Carried {
    pub pick: PickId,
    pub code: String,
    pub package: PackageId,
    pub station: PlaceId,
    pub tote: Option<PlaceId>,
    pub picked: Amount,
    pub received: Option<Amount>,
    pub handed_at: Option<At>,
    pub done_at: Option<At>,
    pub late: bool,
    /// The other lines of the tote that were counted since: how many, and of those how many are short by what
    /// the tote should have brought.
    pub mates: usize,
    pub mates_short: usize,
}

/// A package of the product, and how it came.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub package: PackageId,
    pub tag: String,
    pub batch: Option<String>,
    pub manifest: Option<String>,
    /// What came in from outside, and when.
    pub came: Vec<(At, Seq, Amount)>,
    pub shipment: Option<ShipmentId>,
    pub how: Option<How>,
    /// What the state says was received, where it ever spoke of the package.
    pub known_outside: bool,
    /// Other packages of the shipment that were counted since, and how many of those were short.
    pub mates: usize,
    pub mates_short: usize,
}

impl Off {
    pub fn quantity(&self, amount: Amount) -> Quantity {
        Quantity::new(amount, self.unit)
    }
}

/// An amount without its sign.
pub fn size(amount: Amount) -> Amount {
    if amount < Amount::ZERO { -amount } else { amount }
}

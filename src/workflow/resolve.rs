//! What a scanned or typed text means in this store. Reads only; the sensible thing to do with the
//! answer is the screen's to choose.

use serde::Serialize;

use super::package::{self, Package};
use super::refs::{self, PackageRef, PlaceRef, ProductRef, UserRef};
use super::stock::{self, StockLine};
use crate::domain::code::{Code, Letter, Secret};
use crate::domain::gs1::TradeItem;
use crate::domain::id::{CaseId, OrderId, PackageId, PickId, PlaceId, ProductId, UserId};
use crate::domain::place::PlaceKind;
use crate::domain::scan::{self, Scan};
use crate::domain::tag::Tag;
use crate::store::{Db, SqlError, named_params};

/// How a package was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NamedBy {
    Tag,
    /// A unit's own QR code, decoded offline.
    RetailId,
}

/// What a text means. `kind` says which.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Resolved {
    Package {
        package: Box<Package>,
        via: NamedBy,
        /// The unit's number inside its package, by Retail ID.
        unit_index: Option<u64>,
        /// Whether the place asked about holds some of it; none where no place was given.
        here: Option<bool>,
    },
    Product {
        product: ProductRef,
        /// GTIN-14.
        gtin: String,
        /// Its packages, in the place asked about where one was given.
        packages: Vec<StockLine>,
    },
    Place {
        place: PlaceRef,
    },
    Tote {
        place: PlaceRef,
        /// The live pick that uses it.
        pick: Option<PickId>,
    },
    Pick {
        pick: PickId,
        code: String,
    },
    Case {
        case: CaseId,
    },
    /// On its label, which goes out with the customer.
    Order {
        order: OrderId,
    },
    User {
        user: UserRef,
    },
    /// A pairing code: for a device that is not enrolled.
    Pairing,
    /// A well-formed tag that is not known, one digit or swap away from known ones.
    Neighbour {
        text: String,
        near: Vec<PackageRef>,
    },
    Ambiguous {
        text: String,
        packages: Vec<PackageRef>,
        products: Vec<ProductRef>,
    },
    Unknown {
        text: String,
        /// `tag`, `retail_id`, `gtin`, `code` or `text`: what it looks like.
        reads_as: String,
        /// A tag that a spreadsheet spoiled.
        mangled: bool,
    },
}

/// Resolves a text; `place` is where the person stands, if the screen knows.
pub fn resolve(db: &Db<'_>, text: &str, place: Option<PlaceId>) -> Result<Resolved, SqlError> {
    let scan = scan::read(text);
    let found = match &scan {
        Scan::Tag(tag) => by_tag(db, *tag, place)?,
        Scan::RetailId { tag, unit, .. } => by_retail_id(db, *tag, *unit, place)?,
        Scan::Gtin(item) => by_gtin(db, item, place)?,
        Scan::Ours { letter, code } => by_letter(db, *letter, *code)?,
        Scan::ShortCode(code) => by_code(db, *code)?,
        Scan::TagTail(tail) => by_tail(db, tail, place)?,
        Scan::Badge(secret) => by_badge(db, *secret)?,
        Scan::Pairing(_) | Scan::PairingCode(_) => Some(Resolved::Pairing),
        Scan::RetailIdOpaque(_) | Scan::Mangled(_) => None,
        Scan::Unknown(text) => by_words(db, text, place)?,
    };
    Ok(found.unwrap_or_else(|| Resolved::Unknown {
        text: text.chars().take(80).collect(),
        reads_as: scan.reads_as().to_owned(),
        mangled: matches!(scan, Scan::Mangled(_)),
    }))
}

fn by_tag(db: &Db<'_>, tag: Tag, place: Option<PlaceId>) -> Result<Option<Resolved>, SqlError> {
    if let Some(id) = package_of(db, tag)? {
        return known(db, id, NamedBy::Tag, None, place);
    }
    let neighbours: Vec<Tag> = tag.every_neighbour().collect();
    let ids = db.all(
        "SELECT id FROM package WHERE tag IN (SELECT value FROM json_each(:tags))
         ORDER BY tag LIMIT 20",
        named_params! { ":tags": serde_json::to_string(&neighbours).unwrap_or_default() },
        |row| row.get(0).map(PackageId),
    )?;
    if ids.is_empty() {
        return Ok(None);
    }
    let near: Result<Vec<_>, _> = ids.into_iter().map(|id| refs::package(db, id)).collect();
    let near = near?.into_iter().flatten().map(|package| package.reference).collect();
    Ok(Some(Resolved::Neighbour { text: tag.to_string(), near }))
}

/// The tag in a unit's code is the one at issue: ours, or the one our package came from.
fn by_retail_id(
    db: &Db<'_>,
    tag: Tag,
    unit: u64,
    place: Option<PlaceId>,
) -> Result<Option<Resolved>, SqlError> {
    if let Some(id) = package_of(db, tag)? {
        return known(db, id, NamedBy::RetailId, Some(unit), place);
    }
    let ids = db.all(
        "SELECT id FROM package WHERE origin_tag = :tag LIMIT 20",
        named_params! { ":tag": tag.as_str() },
        |row| row.get(0).map(PackageId),
    )?;
    match ids[..] {
        [] => Ok(None),
        [only] => known(db, only, NamedBy::RetailId, Some(unit), place),
        _ => several(db, tag.as_str(), &ids, Vec::new()),
    }
}

fn by_gtin(
    db: &Db<'_>,
    item: &TradeItem,
    place: Option<PlaceId>,
) -> Result<Option<Resolved>, SqlError> {
    let gtin = item.gtin.as_str().to_owned();
    let product = db.maybe(
        "SELECT product_id FROM product_gtin WHERE gtin = :gtin",
        named_params! { ":gtin": gtin },
        |row| row.get(0).map(ProductId),
    )?;
    let Some(product) = product else { return Ok(None) };
    let Some(product) = refs::product(db, product)? else { return Ok(None) };
    let mut packages = stock::lines(stock::of_product(db, product.id)?);
    if let Some(place) = place {
        packages.retain(|line| line.place.id == place);
    }
    if let Some(batch) = &item.batch
        && packages.iter().any(|line| line.package.batch.as_ref() == Some(batch))
    {
        packages.retain(|line| line.package.batch.as_ref() == Some(batch));
    }
    Ok(Some(Resolved::Product { product, gtin, packages }))
}

fn by_letter(db: &Db<'_>, letter: Letter, code: Code) -> Result<Option<Resolved>, SqlError> {
    match letter {
        Letter::Pick => pick(db, code),
        Letter::Place | Letter::Tote => place_of(db, code),
        Letter::Case => case(db, code),
        Letter::Order => order(db, code),
    }
}

/// A typed code has no letter: whatever bears it. Codes are drawn at random, so two things that share
/// one are a case in millions; the place is then what a hand is at.
fn by_code(db: &Db<'_>, code: Code) -> Result<Option<Resolved>, SqlError> {
    for look in [place_of, pick, order, case] {
        if let Some(found) = look(db, code)? {
            return Ok(Some(found));
        }
    }
    by_tail(db, code.plain(), None)
}

fn place_of(db: &Db<'_>, code: Code) -> Result<Option<Resolved>, SqlError> {
    let place = db.maybe(
        "SELECT id, name, kind, code FROM place WHERE code = :code",
        named_params! { ":code": code.plain() },
        refs::place_row,
    )?;
    let Some(place) = place else { return Ok(None) };
    if place.kind != PlaceKind::Tote {
        return Ok(Some(Resolved::Place { place }));
    }
    let pick = db.maybe(
        "SELECT id FROM pick WHERE tote_id = :tote AND state IN ('picking', 'in_transit')
         UNION ALL SELECT pick_id FROM online_order JOIN pick_order ON order_id = online_order.id
          WHERE online_order.tote_id = :tote AND online_order.state = 'picking' AND left_at IS NULL LIMIT 1",
        named_params! { ":tote": place.id.0 },
        |row| row.get(0).map(PickId),
    )?;
    Ok(Some(Resolved::Tote { place, pick }))
}

fn pick(db: &Db<'_>, code: Code) -> Result<Option<Resolved>, SqlError> {
    db.maybe(
        "SELECT id, code FROM pick WHERE code = :code",
        named_params! { ":code": code.plain() },
        |row| Ok(Resolved::Pick { pick: PickId(row.get("id")?), code: row.get("code")? }),
    )
}

fn order(db: &Db<'_>, code: Code) -> Result<Option<Resolved>, SqlError> {
    db.maybe(
        "SELECT id FROM online_order WHERE code = :code",
        named_params! { ":code": code.plain() },
        |row| Ok(Resolved::Order { order: OrderId(row.get("id")?) }),
    )
}

fn case(db: &Db<'_>, code: Code) -> Result<Option<Resolved>, SqlError> {
    db.maybe(
        "SELECT id FROM kase WHERE code = :code",
        named_params! { ":code": code.plain() },
        |row| Ok(Resolved::Case { case: CaseId(row.get("id")?) }),
    )
}

/// The last digits of a tag, as they stand large on its label.
fn by_tail(db: &Db<'_>, tail: &str, place: Option<PlaceId>) -> Result<Option<Resolved>, SqlError> {
    let ids = db.all(
        "SELECT id FROM package
         WHERE substr(tag, 20) = substr(:tail, -5) AND tag LIKE '%' || :tail LIMIT 20",
        named_params! { ":tail": tail },
        |row| row.get(0).map(PackageId),
    )?;
    match ids[..] {
        [] => Ok(None),
        [only] => known(db, only, NamedBy::Tag, None, place),
        _ => several(db, tail, &ids, Vec::new()),
    }
}

fn by_badge(db: &Db<'_>, secret: Secret) -> Result<Option<Resolved>, SqlError> {
    let user = db.maybe(
        "SELECT id FROM user WHERE badge = :badge AND active = 1",
        named_params! { ":badge": secret.to_string() },
        |row| row.get(0).map(UserId),
    )?;
    let Some(user) = user else { return Ok(None) };
    Ok(refs::user(db, user)?.map(|user| Resolved::User { user }))
}

/// A SKU or a batch, written out.
fn by_words(db: &Db<'_>, text: &str, place: Option<PlaceId>) -> Result<Option<Resolved>, SqlError> {
    let products = db.all(
        "SELECT id FROM product WHERE sku = :text COLLATE NOCASE LIMIT 20",
        named_params! { ":text": text },
        |row| row.get(0).map(ProductId),
    )?;
    let batches = db.all(
        "SELECT id FROM package WHERE batch = :text COLLATE NOCASE LIMIT 20",
        named_params! { ":text": text },
        |row| row.get(0).map(PackageId),
    )?;
    match (&products[..], &batches[..]) {
        ([], []) => Ok(None),
        ([], [only]) => known(db, *only, NamedBy::Tag, None, place),
        ([only], []) => {
            let Some(product) = refs::product(db, *only)? else { return Ok(None) };
            let mut packages = stock::lines(stock::of_product(db, *only)?);
            packages.retain(|line| place.is_none_or(|place| line.place.id == place));
            Ok(Some(Resolved::Product { product, gtin: String::new(), packages }))
        }
        _ => {
            let named: Result<Vec<_>, _> =
                products.into_iter().map(|id| refs::product(db, id)).collect();
            several(db, text, &batches, named?.into_iter().flatten().collect())
        }
    }
}

fn several(
    db: &Db<'_>,
    text: &str,
    ids: &[PackageId],
    products: Vec<ProductRef>,
) -> Result<Option<Resolved>, SqlError> {
    let packages: Result<Vec<_>, _> = ids.iter().map(|id| refs::package(db, *id)).collect();
    let packages = packages?.into_iter().flatten().map(|package| package.reference).collect();
    Ok(Some(Resolved::Ambiguous { text: text.to_owned(), packages, products }))
}

fn known(
    db: &Db<'_>,
    id: PackageId,
    via: NamedBy,
    unit_index: Option<u64>,
    place: Option<PlaceId>,
) -> Result<Option<Resolved>, SqlError> {
    let Some(package) = package::get(db, id)? else { return Ok(None) };
    let here = place.map(|place| package.places.iter().any(|held| held.place.id == place));
    Ok(Some(Resolved::Package { package: Box::new(package), via, unit_index, here }))
}

fn package_of(db: &Db<'_>, tag: Tag) -> Result<Option<PackageId>, SqlError> {
    db.maybe(
        "SELECT id FROM package WHERE tag = :tag",
        named_params! { ":tag": tag.as_str() },
        |row| row.get(0).map(PackageId),
    )
}

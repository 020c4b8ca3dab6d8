//! One figure: so much of a package, or of a product where its packages are mixed, at a place. Said again,
//! the newest counts. What the book has is neither asked nor told.

use serde::{Deserialize, Serialize};

use super::session::{Moment, here, joined, mine};
use super::{CountError, Subject, open};
use crate::domain::id::{CountId, PackageId, PlaceId, ProductId, Seq, UserId};
use crate::domain::quantity::{Amount, Quantity, Unit};
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{SqlError, Tx, named_params};
use crate::workflow::refs::{self, ProductRef};

/// The most units of a line that were scanned one by one and named.
const UNITS: usize = 2_000;

/// Exactly one of `package`, `product` and `tag` says what was counted.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineInput {
    pub place: PlaceId,
    #[serde(default)]
    pub package: Option<PackageId>,
    #[serde(default)]
    pub product: Option<ProductId>,
    /// A label that the box does not know, as it was read; at most 100 characters.
    #[serde(default)]
    pub tag: Option<String>,
    /// In the unit of the package or of its product.
    pub quantity: Quantity,
    /// What the scale said with the jar, and the jar alone: their difference is `quantity`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gross: Option<Amount>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tare: Option<Amount>,
    /// Units that were scanned one by one, by the number on each (Retail ID); 2,000 at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<u64>,
    pub began: Moment,
    pub said: Moment,
}

/// What was noted: never what the book has.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CountSaid {
    pub seq: Seq,
    pub quantity: Quantity,
    /// Whether it takes the place of a figure that was said before.
    pub again: bool,
}

/// Notes a figure.
pub fn say(
    tx: &Tx<'_>,
    by: &Actor,
    id: CountId,
    input: &LineInput,
) -> Result<CountSaid, CountError> {
    let head = open(tx, id)?;
    if !joined(tx, id, by)? {
        return Err(CountError::NotJoined);
    }
    let counted = subject(tx, input)?;
    in_scope(tx, id, counted.product.as_ref())?;
    let subject = Subject {
        place: input.place.0,
        product: counted.product.as_ref().map(|product| product.id.0),
        package: input.package.map(|package| package.0),
    };
    let recount = recount_of(tx, id, subject)?;
    match &recount {
        Some((_, Some(first))) if Some(*first) == by.user => {
            let first = refs::user(tx, *first)?.ok_or(CountError::NotFound { what: "person" })?;
            return Err(CountError::SecondPerson { first });
        }
        // Whoever is there may count it again.
        Some(_) => {
            here(tx, id, input.place)?;
        }
        None if mine(tx, by, id, input.place)?.1.done => return Err(CountError::PlaceDone),
        None => {}
    }
    weighed(input)?;
    not_twice(tx, id, input)?;
    let again = said_before(tx, id, subject, input.tag.as_deref())?;
    let (head_seq, now) = (Seq(tx.head().seq), tx.now());
    let began = input.began.within(&head, head_seq, now);
    let said = input.said.within(&head, head_seq, now);
    let ahead = began.seq.zip(said.seq).is_some_and(|(began, said)| began > said);
    if began.at > said.at || ahead {
        let why = "is after the figure was said".into();
        return Err(CountError::Invalid { field: "began", why });
    }
    let entry = Entry::open(tx, by, "counted")?;
    let how = serde_json::json!({ "gross": input.gross, "tare": input.tare, "units": input.units });
    let line = tx.insert(
        "INSERT INTO count_line (count_id, place_id, product_id, package_id, tag, amount, unit, how,
           began_seq, said_seq, began_at, said_at, at, by_user, seq)
         VALUES (:id, :place, :product, :package, :tag, :amount, :unit, :how,
           :began_seq, :said_seq, :began_at, :said_at, :at, :by, :seq)",
        named_params! {
            ":id": id.0, ":place": input.place.0, ":product": subject.product,
            ":package": subject.package, ":tag": input.tag.as_deref().map(str::trim),
            ":amount": counted.amount.raw(), ":unit": counted.unit.short(), ":how": how.to_string(),
            ":began_seq": began.seq.map(|seq| seq.0),
            ":said_seq": said.seq.map(|seq| seq.0), ":began_at": began.at.0,
            ":said_at": said.at.0, ":at": now.0, ":by": by.user.map(|user| user.0),
            ":seq": entry.seq().0,
        },
    )?;
    if let Some((recount, _)) = recount {
        tx.execute(
            "UPDATE recount SET line_id = :line WHERE id = :id",
            named_params! { ":line": line, ":id": recount },
        )?;
    }
    let quantity = Quantity::new(counted.amount, counted.unit);
    let seq = entry.seal(&serde_json::json!({
        "count": head.code, "place": input.place, "package": input.package,
        "product": counted.product.as_ref().map(|product| product.id), "tag": input.tag,
        "quantity": quantity, "how": how,
    }))?;
    tx.announce(Topic::Counts, id.0);
    Ok(CountSaid { seq, quantity, again })
}

struct What {
    product: Option<ProductRef>,
    amount: Amount,
    unit: Unit,
}

/// What was counted, in the unit its packages are kept in.
fn subject(tx: &Tx<'_>, input: &LineInput) -> Result<What, CountError> {
    let invalid = |field, why: &str| CountError::Invalid { field, why: why.into() };
    let Quantity { amount, unit } = input.quantity;
    if amount < Amount::ZERO {
        return Err(invalid("quantity", "cannot be below zero"));
    }
    if !unit.fits(amount) {
        return Err(invalid("quantity", "must be whole units"));
    }
    let (product, kept, content) = match (&input.package, &input.product, &input.tag) {
        (Some(package), None, None) => {
            let facts =
                refs::package(tx, *package)?.ok_or(CountError::NotFound { what: "package" })?;
            (facts.reference.product.clone(), facts.unit, facts.content)
        }
        (None, Some(product), None) => {
            let known =
                refs::product(tx, *product)?.ok_or(CountError::NotFound { what: "product" })?;
            (known, refs::kept_in(tx, *product)?, content(tx, *product)?)
        }
        (None, None, Some(tag)) => {
            if !(1..=100).contains(&tag.trim().chars().count()) {
                return Err(invalid("tag", "needs 1 to 100 characters"));
            }
            return Ok(What { product: None, amount, unit });
        }
        _ => return Err(invalid("package", "or a product or a tag: exactly one of them")),
    };
    let amount = if unit == kept {
        amount
    } else if unit == product.unit {
        amount.times(content).ok_or_else(|| invalid("quantity", "is too fine for its package"))?
    } else {
        return Err(invalid("quantity", &format!("is counted in {} or {kept}", product.unit)));
    };
    Ok(What { product: Some(product), amount, unit: kept })
}

fn content(tx: &Tx<'_>, product: ProductId) -> Result<Amount, SqlError> {
    let content: Option<i64> = tx.one(
        "SELECT content FROM product WHERE id = :id",
        named_params! { ":id": product.0 },
        |row| row.get(0),
    )?;
    Ok(content.map_or(Amount::whole(1), Amount::from_raw))
}

/// A count of named products is not of others; one of places is of whatever lies there.
fn in_scope(tx: &Tx<'_>, id: CountId, product: Option<&ProductRef>) -> Result<(), CountError> {
    let Some(product) = product else { return Ok(()) };
    let fits: bool = tx.one(
        "SELECT NOT EXISTS (SELECT 1 FROM count_product WHERE count_id = :id)
             OR EXISTS (SELECT 1 FROM count_product WHERE count_id = :id AND product_id = :product)",
        named_params! { ":id": id.0, ":product": product.id.0 },
        |row| row.get(0),
    )?;
    if fits { Ok(()) } else { Err(CountError::NotInScope { product: product.clone() }) }
}

fn weighed(input: &LineInput) -> Result<(), CountError> {
    let right = match (input.gross, input.tare) {
        (None, None) => true,
        (Some(gross), Some(tare)) => tare >= Amount::ZERO && gross - tare == input.quantity.amount,
        _ => false,
    };
    if right {
        return Ok(());
    }
    let why = "and tare: both, and their difference is the quantity".into();
    Err(CountError::Invalid { field: "gross", why })
}

/// A unit with a number of its own is counted once, wherever it lies.
fn not_twice(tx: &Tx<'_>, id: CountId, input: &LineInput) -> Result<(), CountError> {
    let invalid = |why: &str| Err(CountError::Invalid { field: "units", why: why.into() });
    if input.units.is_empty() {
        return Ok(());
    }
    let Some(package) = input.package else { return invalid("are those of one package") };
    if input.units.len() > UNITS {
        return invalid("are 2,000 at most");
    }
    let mut sorted = input.units.clone();
    sorted.sort_unstable();
    if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
        return invalid("name one unit twice");
    }
    let elsewhere = tx.all(
        "SELECT place_id, how FROM count_line AS line
         WHERE count_id = :id AND package_id = :package AND place_id <> :place
           AND NOT EXISTS (SELECT 1 FROM count_line AS later WHERE later.count_id = line.count_id
                 AND later.place_id = line.place_id AND later.package_id IS line.package_id
                 AND later.id > line.id)",
        named_params! { ":id": id.0, ":package": package.0, ":place": input.place.0 },
        |row| Ok((PlaceId(row.get("place_id")?), row.get::<_, Option<String>>("how")?)),
    )?;
    for (place, how) in elsewhere {
        let how: serde_json::Value =
            how.and_then(|how| serde_json::from_str(&how).ok()).unwrap_or_default();
        let units = how["units"].as_array().map(Vec::as_slice).unwrap_or_default();
        let twice = units.iter().filter_map(serde_json::Value::as_u64);
        if let Some(unit) = twice.into_iter().find(|unit| sorted.binary_search(unit).is_ok()) {
            let place = refs::place(tx, place)?.ok_or(CountError::NotFound { what: "place" })?;
            return Err(CountError::UnitCounted { unit, place });
        }
    }
    Ok(())
}

/// What is asked to be counted again of this subject: its number, and who may not.
fn recount_of(
    tx: &Tx<'_>,
    id: CountId,
    subject: Subject,
) -> Result<Option<(i64, Option<UserId>)>, SqlError> {
    tx.maybe(
        "SELECT id, not_by FROM recount WHERE count_id = :id AND line_id IS NULL AND place_id = :place
           AND product_id IS :product AND package_id IS :package ORDER BY not_by IS NULL, id LIMIT 1",
        named_params! {
            ":id": id.0, ":place": subject.place, ":product": subject.product,
            ":package": subject.package,
        },
        |row| Ok((row.get("id")?, row.get::<_, Option<i64>>("not_by")?.map(UserId))),
    )
}

fn said_before(
    tx: &Tx<'_>,
    id: CountId,
    subject: Subject,
    tag: Option<&str>,
) -> Result<bool, SqlError> {
    tx.one(
        "SELECT EXISTS (SELECT 1 FROM count_line WHERE count_id = :id AND place_id = :place
           AND product_id IS :product AND package_id IS :package AND tag IS :tag)",
        named_params! {
            ":id": id.0, ":place": subject.place, ":product": subject.product,
            ":package": subject.package, ":tag": tag,
        },
        |row| row.get(0),
    )
}

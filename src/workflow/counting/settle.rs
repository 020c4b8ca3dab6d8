//! From figures to a settled count: what must be counted again, what is shown, and what stands. Settling
//! changes no stock; what is off becomes a case.

use serde::{Deserialize, Serialize};

use super::netting::{self, compare};
use super::view::{self, Recount};
use super::{
    CountError, CountState, CountView, Head, LineStanding, ResultLine, Subject, Why, head, open,
};
use crate::domain::id::{CaseId, CountId, PackageId, PlaceId, ProductId, UserId};
use crate::domain::topic::Topic;
use crate::domain::words::{Words, words};
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, StoreError, Tx, named_params};
use crate::workflow::casework::{self, CaseKind, NewCase};
use crate::workflow::refs::{self, PlaceRef};
use crate::workflow::settings;

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecountInput {
    pub place: PlaceId,
    pub product: ProductId,
    #[serde(default)]
    pub package: Option<PackageId>,
}

/// What became of a count that was handed in.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Submitted {
    pub state: CountState,
    /// What must be counted again first, without a word of how far it is off.
    pub again: Vec<Recount>,
}

/// Ends the counting, once every place is done and nothing is left to be counted again.
pub fn submit(tx: &Tx<'_>, by: &Actor, id: CountId) -> Result<Submitted, CountError> {
    let head = open(tx, id)?;
    let places = not_done(tx, id)?;
    if !places.is_empty() {
        return Err(CountError::NotDone { places });
    }
    let waiting = view::recounts(tx, id)?;
    if !waiting.is_empty() {
        return Err(CountError::Again { again: waiting });
    }
    let compared = compare(tx, id)?;
    let entry = Entry::open(tx, by, "count_submitted")?;
    for (subject, _) in &compared.overlaps {
        ask(tx, by, id, *subject, Why::Overlap, None)?;
    }
    for (subject, first) in seconds(tx, id, &compared.lines)? {
        ask(tx, by, id, subject, Why::Second, first)?;
    }
    let again = view::recounts(tx, id)?;
    let state = if again.is_empty() { CountState::Counted } else { CountState::Open };
    if state == CountState::Counted {
        tx.execute(
            "UPDATE count SET state = 'counted', counted_at = :at, version = version + 1 WHERE id = :id",
            named_params! { ":at": tx.now().0, ":id": id.0 },
        )?;
    }
    entry.seal(&serde_json::json!({ "count": head.code, "state": state, "again": again.len() }))?;
    tx.announce(Topic::Counts, id.0);
    Ok(Submitted { state, again })
}

fn not_done(db: &Db<'_>, id: CountId) -> Result<Vec<PlaceRef>, SqlError> {
    db.all(
        "SELECT place.id, name, kind, code FROM count_place JOIN place ON place.id = place_id
         WHERE count_id = :id AND done_at IS NULL ORDER BY place.walk, place.id",
        named_params! { ":id": id.0 },
        refs::place_row,
    )
}

fn subject(line: &ResultLine) -> Subject {
    let package = line.package.as_ref().filter(|_| !line.shared).map(|package| package.id.0);
    Subject { place: line.place.id.0, product: line.product.as_ref().map(|one| one.id.0), package }
}

/// What is off by more than the house's limit, and was counted by one person only.
fn seconds(
    db: &Db<'_>,
    id: CountId,
    lines: &[ResultLine],
) -> Result<Vec<(Subject, Option<UserId>)>, CountError> {
    let limit = settings::get(db)?.second_count_above_cents;
    if limit == 0 {
        return Ok(Vec::new());
    }
    let mut asked = Vec::new();
    for line in lines.iter().filter(|line| line.standing == LineStanding::Off) {
        let (Some(product), Some(by)) = (&line.product, &line.counted_by) else { continue };
        let worth = match line.value_cents {
            Some(value) => value.abs(),
            // What it cost is not known: what it sells for.
            None => {
                price(db, product.id)?.saturating_mul(line.difference.amount.raw().abs()) / 10_000
            }
        };
        let one = (subject(line), Some(by.id));
        if worth > limit && !asked.contains(&one) && !counted_twice(db, id, one.0)? {
            asked.push(one);
        }
    }
    Ok(asked)
}

fn price(db: &Db<'_>, product: ProductId) -> Result<i64, SqlError> {
    db.one(
        "SELECT coalesce(price_cents, 0) FROM product WHERE id = :id",
        named_params! { ":id": product.0 },
        |row| row.get(0),
    )
}

fn counted_twice(db: &Db<'_>, id: CountId, subject: Subject) -> Result<bool, SqlError> {
    db.one(
        "SELECT EXISTS (SELECT 1 FROM recount WHERE count_id = :id AND why = 'second'
           AND place_id = :place AND product_id IS :product AND package_id IS :package)",
        named_params! {
            ":id": id.0, ":place": subject.place, ":product": subject.product,
            ":package": subject.package,
        },
        |row| row.get(0),
    )
}

fn ask(
    tx: &Tx<'_>,
    by: &Actor,
    id: CountId,
    subject: Subject,
    why: Why,
    not_by: Option<UserId>,
) -> Result<(), SqlError> {
    let Some(product) = subject.product else { return Ok(()) };
    let waiting = tx.one(
        "SELECT EXISTS (SELECT 1 FROM recount WHERE count_id = :id AND line_id IS NULL
           AND place_id = :place AND product_id = :product AND package_id IS :package)",
        named_params! {
            ":id": id.0, ":place": subject.place, ":product": product, ":package": subject.package,
        },
        |row| row.get(0),
    )?;
    if waiting {
        return Ok(());
    }
    tx.insert(
        "INSERT INTO recount (count_id, place_id, product_id, package_id, why, not_by, at, asked_by)
         VALUES (:id, :place, :product, :package, :why, :not_by, :at, :by)",
        named_params! {
            ":id": id.0, ":place": subject.place, ":product": product, ":package": subject.package,
            ":why": why.word(), ":not_by": not_by.map(|user| user.0), ":at": tx.now().0,
            ":by": by.user.map(|user| user.0),
        },
    )?;
    Ok(())
}

/// Asks for one thing to be counted again, by somebody else than last time: the figures were seen.
pub fn ask_again(
    tx: &Tx<'_>,
    by: &Actor,
    id: CountId,
    input: &RecountInput,
) -> Result<CountView, CountError> {
    let head = counted(tx, id)?;
    let subject = Subject {
        place: input.place.0,
        product: Some(input.product.0),
        package: input.package.map(|package| package.0),
    };
    super::session::here(tx, id, input.place)?;
    refs::product(tx, input.product)?.ok_or(CountError::NotFound { what: "product" })?;
    let last: Option<i64> = tx.maybe(
        "SELECT by_user FROM count_line WHERE count_id = :id AND place_id = :place
           AND product_id IS :product AND package_id IS :package ORDER BY id DESC LIMIT 1",
        named_params! {
            ":id": id.0, ":place": subject.place, ":product": subject.product,
            ":package": subject.package,
        },
        |row| row.get(0),
    )?;
    let entry = Entry::open(tx, by, "recount_asked")?;
    ask(tx, by, id, subject, Why::Asked, last.map(UserId))?;
    tx.execute(
        "UPDATE count SET state = 'open', version = version + 1 WHERE id = :id",
        named_params! { ":id": id.0 },
    )?;
    entry.seal(&serde_json::json!({ "count": head.code, "recount": input }))?;
    tx.announce(Topic::Counts, id.0);
    view::view(tx, id, by.user, by.device)
}

fn counted(db: &Db<'_>, id: CountId) -> Result<Head, CountError> {
    let head = head(db, id)?;
    if head.state == CountState::Counted {
        Ok(head)
    } else {
        Err(CountError::NotOpen { state: head.state })
    }
}

/// Lets a count stand: its figures are kept, what is off becomes a case each, and what waited to be counted
/// there is done.
pub fn settle(tx: &Tx<'_>, by: &Actor, id: CountId) -> Result<CountView, CountError> {
    let head = counted(tx, id)?;
    let compared = compare(tx, id)?;
    let entry = Entry::open(tx, by, "count_settled")?;
    let mut cases = 0;
    for line in &compared.lines {
        let variance = keep(tx, id, line)?;
        let case = match line.standing {
            LineStanding::Off => Some(off(tx, by, &entry, &head, variance, line)?),
            _ => fine(tx, by, &entry, &head, line)?,
        };
        if let Some(case) = case {
            cases += usize::from(line.standing == LineStanding::Off);
            tx.execute(
                "UPDATE variance SET kase_id = :case WHERE id = :id",
                named_params! { ":case": case.0, ":id": variance },
            )?;
        }
        if let Some(package) = &line.package {
            finish_tasks(tx, &head, line.place.id, package.id)?;
        }
    }
    tx.execute(
        "UPDATE count SET state = 'settled', settled_at = :at, settled_by = :by, version = version + 1
         WHERE id = :id",
        named_params! { ":at": tx.now().0, ":by": by.user.map(|user| user.0), ":id": id.0 },
    )?;
    let result = netting::summed(compared.lines);
    entry.seal(&serde_json::json!({
        "count": head.code, "lines": result.lines.len(), "right": result.right,
        "within": result.within, "off": result.off, "cases": cases,
        "missing_cents": result.missing_cents, "over_cents": result.over_cents,
    }))?;
    tx.announce(Topic::Counts, id.0);
    view::view(tx, id, by.user, by.device)
}

fn keep(tx: &Tx<'_>, id: CountId, line: &ResultLine) -> Result<i64, SqlError> {
    tx.insert(
        "INSERT INTO variance (count_id, place_id, product_id, package_id, tag, unit, counted, book,
           difference, shared, store, pos, pos_at, state, state_at, value_cents, tolerance, counted_at,
           counted_by, at)
         VALUES (:count, :place, :product, :package, :tag, :unit, :counted, :book, :difference, :shared,
           :store, :pos, :pos_at, :state, :state_at, :value, :tolerance, :counted_at, :by, :at)",
        named_params! {
            ":count": id.0, ":place": line.place.id.0,
            ":product": line.product.as_ref().map(|product| product.id.0),
            ":package": line.package.as_ref().map(|package| package.id.0), ":tag": line.tag,
            ":unit": line.counted.unit.short(), ":counted": line.counted.amount.raw(),
            ":book": line.book.amount.raw(), ":difference": line.difference.amount.raw(),
            ":shared": line.shared, ":store": line.store.amount.raw(),
            ":pos": line.pos.map(|pos| pos.quantity.amount.raw()), ":pos_at": line.pos.map(|pos| pos.at.0),
            ":state": line.state.map(|state| state.quantity.amount.raw()),
            ":state_at": line.state.map(|state| state.at.0), ":value": line.value_cents,
            ":tolerance": line.tolerance.amount.raw(), ":counted_at": line.counted_at.0,
            ":by": line.counted_by.as_ref().map(|user| user.id.0), ":at": tx.now().0,
        },
    )
}

/// What a case is told of a line.
fn told(head: &Head, line: &ResultLine) -> Words {
    let who = line.counted_by.as_ref().map_or("?", |user| user.name.as_str());
    let (counted, book, place, code) = (line.counted, line.book, &line.place.name, &head.code);
    words!(
        "Count {code}: {who} counted {counted} at {place}, the book has {book}.",
        "Conteo {code}: {who} contó {counted} en {place}, el libro tiene {book}."
    )
}

fn others(line: &ResultLine) -> Vec<(&'static str, Words)> {
    let pos = line.pos.map(|pos| {
        let (quantity, at) = (pos.quantity, pos.at);
        (
            "pos",
            words!(
                "The POS had {quantity} of the package at {at}.",
                "El POS tenía {quantity} del paquete el {at}."
            ),
        )
    });
    let state = line.state.map(|state| {
        let (quantity, at) = (state.quantity, state.at);
        (
            "state",
            words!(
                "The state’s system had {quantity} of the package at {at}.",
                "El sistema del estado tenía {quantity} del paquete el {at}."
            ),
        )
    });
    pos.into_iter().chain(state).collect()
}

/// The case of a line that is off: the open one of the same package and place, or a new one.
fn off(
    tx: &Tx<'_>,
    by: &Actor,
    entry: &Entry<'_, '_>,
    head: &Head,
    variance: i64,
    line: &ResultLine,
) -> Result<CaseId, StoreError> {
    if let Some(case) = open_case(tx, line)? {
        casework::evidence(tx, by.user, entry.seq(), case, "count", &told(head, line))?;
        return Ok(case);
    }
    let name = match (&line.product, &line.tag) {
        (Some(product), _) => product.name.clone(),
        (None, tag) => tag.clone().unwrap_or_default(),
    };
    let (counted, book) = (line.counted, line.book);
    let (due, due_why) = casework::discrepancy_deadline(tx)?;
    let mut evidence = vec![("count", told(head, line))];
    evidence.extend(others(line));
    let new = NewCase {
        title: words!(
            "{name}: {counted} counted, {book} in the book",
            "{name}: {counted} contado, {book} en el libro"
        )
        .cut(160),
        subject: Some(("variance", variance, name)),
        place: Some(line.place.id),
        package: line.package.as_ref().map(|package| package.id),
        due: Some(due),
        due_why: Some(due_why),
        evidence,
    };
    Ok(casework::open(tx, by, entry.seq(), CaseKind::Variance, &new)?.0)
}

/// An open case hears that a later count was right.
fn fine(
    tx: &Tx<'_>,
    by: &Actor,
    entry: &Entry<'_, '_>,
    head: &Head,
    line: &ResultLine,
) -> Result<Option<CaseId>, SqlError> {
    let Some(case) = open_case(tx, line)? else { return Ok(None) };
    casework::evidence(tx, by.user, entry.seq(), case, "count", &told(head, line))?;
    Ok(None)
}

fn open_case(db: &Db<'_>, line: &ResultLine) -> Result<Option<CaseId>, SqlError> {
    let Some(package) = &line.package else { return Ok(None) };
    db.maybe(
        "SELECT id FROM kase WHERE state = 'open' AND kind = 'variance' AND package_id = :package
           AND place_id = :place ORDER BY id DESC LIMIT 1",
        named_params! { ":package": package.id.0, ":place": line.place.id.0 },
        |row| row.get(0).map(CaseId),
    )
}

/// A bin that a short pick had asked to be counted was counted.
fn finish_tasks(
    tx: &Tx<'_>,
    head: &Head,
    place: PlaceId,
    package: PackageId,
) -> Result<(), SqlError> {
    let ids = tx.all(
        "SELECT id FROM task WHERE state = 'open' AND kind = 'count_bin' AND place_id = :place
           AND (package_id = :package OR package_id IS NULL)",
        named_params! { ":place": place.0, ":package": package.0 },
        |row| row.get::<_, i64>(0),
    )?;
    for id in ids {
        tx.execute(
            "UPDATE task SET state = 'done', outcome = :outcome, done_at = :at WHERE id = :id",
            named_params! { ":outcome": head.code, ":at": tx.now().0, ":id": id },
        )?;
        tx.announce(Topic::Tasks, id);
        tx.announce(Topic::Stock, package.0);
    }
    Ok(())
}

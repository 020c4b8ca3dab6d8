//! The cause that a person found, with what they were shown when they chose it.

use serde::{Deserialize, Serialize};

use super::{FoundCause, InvestigateError, Investigation, investigation};
use crate::domain::file_hash::FileHash;
use crate::domain::id::{CaseId, ProductId};
use crate::domain::investigate::{Cause, Ranking};
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::domain::words::{Words, words};
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, StoreError, Tx, named_params};
use crate::workflow::casework::{self, CaseState};
use crate::workflow::{document, refs};

/// The longest note.
pub const NOTE: usize = 2_000;

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CauseInput {
    pub cause: Cause,
    /// The other product, where it was sold under the wrong SKU.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_product: Option<ProductId>,
    /// What was found, in the person's words: 1 to 2,000 characters.
    pub note: String,
    /// Photos and papers that show it, by their SHA-256; at most 20. They were handed in before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<FileHash>,
}

/// Chooses a cause, or says that none was found. What was shown stands from now on.
pub fn choose(
    tx: &Tx<'_>,
    by: &Actor,
    id: CaseId,
    input: &CauseInput,
) -> Result<Investigation, InvestigateError> {
    let note = checked("note", &input.note)?;
    let wrong_sku = input.cause == Cause::SoldUnderWrongSku;
    if wrong_sku != input.other_product.is_some() {
        let why = "goes with a sale under the wrong SKU, and only with that";
        return Err(InvestigateError::Invalid { field: "other_product", why });
    }
    let shown = investigation(tx, id)?;
    if shown.case.state == CaseState::Closed {
        return Err(InvestigateError::Closed);
    }
    let other = match input.other_product {
        Some(other) => {
            let known = refs::product(tx, other)?;
            Some(known.ok_or(InvestigateError::NotFound { what: "product" })?)
        }
        None => None,
    };
    if other.is_some()
        && other.as_ref().map(|one| one.id) == shown.variance.product.as_ref().map(|one| one.id)
    {
        let why = "is the same product";
        return Err(InvestigateError::Invalid { field: "other_product", why });
    }
    if input.documents.len() > 20 {
        return Err(InvestigateError::Invalid { field: "documents", why: "are at most 20" });
    }
    let documents = document::of(tx, &input.documents)?;
    let documents = documents.ok_or(InvestigateError::NotFound { what: "document" })?;
    let entry = Entry::open(tx, by, "cause_chosen")?;
    keep(tx, id, shown.looked_at, &shown.ranking)?;
    tx.insert(
        "INSERT INTO finding (kase_id, cause, product_id, note, at, by_user, seq)
         VALUES (:case, :cause, :product, :note, :at, :by, :seq)",
        named_params! {
            ":case": id.0, ":cause": input.cause.word(),
            ":product": input.other_product.map(|product| product.0), ":note": note,
            ":at": tx.now().0, ":by": by.user.map(|user| user.0), ":seq": entry.seq().0,
        },
    )?;
    let cause = named(input.cause);
    let said = match &other {
        Some(other) => words!("Cause: {} ({})", "Causa: {} ({})";
            [cause.en, other.name], [cause.es, other.name]),
        None => words!("Cause: {}", "Causa: {}"; [cause.en], [cause.es]),
    };
    let text = Words::joined(&[said, Words::own(note)], ". ");
    casework::evidence(tx, by.user, entry.seq(), id, "cause", &text)?;
    for one in documents {
        casework::attach(tx, by.user, entry.seq(), id, one, "")?;
    }
    entry.seal(&serde_json::json!({
        "case": id, "cause": input.cause, "other_product": input.other_product, "note": note,
        "documents": input.documents,
    }))?;
    tx.announce(Topic::Cases, id.0);
    investigation(tx, id)
}

fn keep(tx: &Tx<'_>, id: CaseId, at: At, ranking: &Ranking) -> Result<(), StoreError> {
    let ranking = serde_json::to_string(ranking)
        .map_err(|error| StoreError::Invariant(format!("a ranking: {error}")))?;
    tx.execute(
        "INSERT INTO investigation (kase_id, looked_at, ranking) VALUES (:case, :at, :ranking)
         ON CONFLICT (kase_id) DO NOTHING",
        named_params! { ":case": id.0, ":at": at.0, ":ranking": ranking },
    )?;
    Ok(())
}

/// A person's own words within their limits.
pub fn checked<'t>(field: &'static str, text: &'t str) -> Result<&'t str, InvestigateError> {
    let text = text.trim();
    if (1..=NOTE).contains(&text.chars().count()) {
        return Ok(text);
    }
    Err(InvestigateError::Invalid { field, why: "needs 1 to 2,000 characters" })
}

/// What was shown when a cause was first chosen.
pub fn stored(db: &Db<'_>, id: CaseId) -> Result<Option<(At, Ranking)>, SqlError> {
    db.maybe(
        "SELECT looked_at, ranking FROM investigation WHERE kase_id = :id",
        named_params! { ":id": id.0 },
        |row| {
            let ranking: String = row.get("ranking")?;
            Ok((At(row.get("looked_at")?), serde_json::from_str(&ranking).unwrap_or_default()))
        },
    )
}

/// The causes that were chosen, oldest first.
pub fn findings(db: &Db<'_>, id: CaseId) -> Result<Vec<FoundCause>, SqlError> {
    db.all(
        "SELECT cause, product_id, note, at, by_user FROM finding WHERE kase_id = :id ORDER BY id",
        named_params! { ":id": id.0 },
        |row| {
            let other: Option<i64> = row.get("product_id")?;
            let other = other.map(|id| refs::product(db, ProductId(id))).transpose()?.flatten();
            Ok(FoundCause {
                cause: Cause::parse(row.get_ref("cause")?.as_str()?).unwrap_or(Cause::Unknown),
                other_product: other,
                note: row.get("note")?,
                at: At(row.get("at")?),
                by: refs::known_user(db, row.get("by_user")?)?,
            })
        },
    )
}

/// A cause as a case says it.
pub fn named(cause: Cause) -> Words {
    match cause {
        Cause::SoldUnderWrongSku => words!("sold under the wrong SKU", "vendido con otro SKU"),
        Cause::SoldFromWrongPackage => {
            words!("sold from another package", "vendido de otro paquete")
        }
        Cause::UnrecordedMove => words!("moved without a scan", "movido sin escanear"),
        Cause::ReceivingShort => words!("short on arrival", "llegó de menos"),
        Cause::DoubleReceipt => {
            words!("received twice in the book", "recibido dos veces en el libro")
        }
        Cause::MiscountedWeight => words!("weighed wrongly", "mal pesado"),
        Cause::UnpostedSale => {
            words!("a sale is missing in the book", "falta una venta en el libro")
        }
        Cause::DoublePostedSale => {
            words!("a sale is in the book twice", "una venta está dos veces en el libro")
        }
        Cause::WrongUnit => words!("wrong unit", "unidad equivocada"),
        Cause::UnrecordedDamage => words!("damage that nobody recorded", "daño sin registrar"),
        Cause::UnrecordedReturn => {
            words!("a return that nobody recorded", "devolución sin registrar")
        }
        Cause::ToteLost => words!("lost between vault and floor", "perdido entre bóveda y piso"),
        Cause::Unknown => words!("unknown", "desconocida"),
    }
}

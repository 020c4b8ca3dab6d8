//! Sales as CSV: one row per line of a receipt, by heading. Gives each row's facts or its refusal;
//! what a sale takes from where is not decided here.

use std::collections::HashMap;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::table::{Column, Row, Table, normal};
use super::{FileRefused, Note, Reason, RowError, cell, text};
use crate::domain::quantity::{Amount, Unit};
use crate::domain::tag::{self, Tag};
use crate::domain::time::At;

#[derive(Clone, Debug)]
pub struct SalesFile {
    pub rows: Vec<SaleRow>,
    pub notes: Vec<Note>,
}

#[derive(Clone, Debug)]
pub struct SaleRow {
    /// 1 for the first line of sale in the file.
    pub number: usize,
    pub line: u64,
    /// The receipt and the item as they stood there.
    pub label: String,
    pub result: Result<SaleFacts, RowError>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaleKind {
    Sale,
    Return,
    Void,
}

/// One line of a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleFacts {
    pub receipt: String,
    /// The n-th line of that receipt in the file, refused ones counted: what tells it again.
    pub line_no: u32,
    pub sold_at: At,
    /// The product's name, else its SKU.
    pub item: String,
    pub sku: Option<String>,
    pub tag: Option<Tag>,
    /// Above zero, also for a return.
    pub amount: Amount,
    pub unit: Option<Unit>,
    pub room: Option<String>,
    pub employee: Option<String>,
    pub total_cents: Option<i64>,
    pub kind: SaleKind,
}

const COLUMNS: [Column; 17] = [
    Column {
        field: "receipt",
        aliases: &[
            "transactionid",
            "transactionnumber",
            "receiptid",
            "receiptnumber",
            "receiptno",
            "receipt",
            "saleid",
            "orderid",
            "ordernumber",
            "ticketid",
            "ticketnumber",
            "invoicenumber",
            "invoice",
            "transaction",
            "order",
            "ticket",
        ],
    },
    Column {
        field: "date",
        aliases: &[
            "transactiondatelocaltime",
            "transactiondate",
            "receiptdate",
            "salesdatetime",
            "saledate",
            "salesdate",
            "completedon",
            "datecompleted",
            "dateclosed",
            "closeddate",
            "soldat",
            "datetime",
            "date",
            "timestamp",
            "createdat",
        ],
    },
    Column { field: "time", aliases: &["transactiontime", "receipttime", "saletime", "time"] },
    Column {
        field: "item",
        aliases: &[
            "productname",
            "product",
            "itemname",
            "item",
            "productsizename",
            "name",
            "description",
        ],
    },
    Column {
        field: "sku",
        aliases: &["sku", "productsku", "itemsku", "productidnumber", "barcode", "productid"],
    },
    Column {
        field: "tag",
        aliases: &[
            "metrctag",
            "metrcuid",
            "metrcid",
            "uid",
            "externalpackageid",
            "regulatoryid",
            "packagelabel",
            "packagetag",
            "label",
            "tag",
            "packageid",
            "package",
            "inventorybarcodes",
        ],
    },
    Column {
        field: "quantity",
        aliases: &[
            "quantity",
            "qty",
            "quantitysold",
            "qtysold",
            "unitssold",
            "itemquantity",
            "itemssold",
            "units",
        ],
    },
    Column { field: "grams", aliases: &["productgrams", "grams", "gramssold", "totalgrams"] },
    Column {
        field: "unit",
        aliases: &[
            "unitofmeasure",
            "unitofmeasurename",
            "uom",
            "unit",
            "quantityunits",
            "unitofweight",
            "productunit",
            "inventoryunitofmeasure",
        ],
    },
    Column {
        field: "room",
        aliases: &[
            "room",
            "roomname",
            "location",
            "locationname",
            "register",
            "registername",
            "terminal",
            "terminalname",
        ],
    },
    Column {
        field: "employee",
        aliases: &[
            "employeename",
            "employee",
            "budtender",
            "budtendername",
            "completedbyuser",
            "cashier",
            "soldby",
            "user",
        ],
    },
    Column {
        field: "total",
        aliases: &[
            "linetotal",
            "totalprice",
            "netsales",
            "netprice",
            "itemtotal",
            "transactionsubtotal",
            "subtotal",
            "total",
            "transactiontotal",
            "amount",
        ],
    },
    Column { field: "type", aliases: &["transactiontype", "saletype", "type", "lineitemtype"] },
    Column { field: "status", aliases: &["orderstatus", "transactionstatus", "status"] },
    Column { field: "void", aliases: &["isvoid", "voided", "void", "isvoided"] },
    Column {
        field: "return",
        aliases: &["isreturn", "isreturned", "returned", "refunded", "isrefund"],
    },
    Column { field: "return_reason", aliases: &["returnreason", "refundreason"] },
];

const RECEIPT: usize = 0;
const DATE: usize = 1;
const TIME: usize = 2;
const ITEM: usize = 3;
const SKU: usize = 4;
const TAG: usize = 5;
const QUANTITY: usize = 6;
const GRAMS: usize = 7;
const UNIT: usize = 8;
const ROOM: usize = 9;
const EMPLOYEE: usize = 10;
const TOTAL: usize = 11;
const TYPE: usize = 12;
const STATUS: usize = 13;
const VOID: usize = 14;
const RETURN: usize = 15;
const RETURN_REASON: usize = 16;

/// Reads a sales export. Times without an offset are of the facility's `zone`.
pub fn read_sales(bytes: &[u8], zone: Tz) -> Result<SalesFile, FileRefused> {
    let mut notes = Vec::new();
    let text = text::decode(bytes, &mut notes)?;
    let table = Table::find(
        &text,
        &COLUMNS,
        &[&[RECEIPT], &[DATE], &[QUANTITY, GRAMS], &[ITEM, SKU, TAG]],
    )?;
    let mut lines: HashMap<String, u32> = HashMap::new();
    let mut rows = Vec::new();
    let mut totals = 0;
    table.rows(|row| {
        if row.is_total(RECEIPT) {
            totals += 1;
            let sentence = format!("Line {} is a total and was left out.", row.line);
            notes.push(Note { line: Some(row.line), code: "totals_row", sentence });
            return;
        }
        let receipt = row.owned(RECEIPT);
        let line_no = receipt.as_ref().map_or(0, |receipt| {
            let line = lines.entry(receipt.clone()).or_default();
            *line += 1;
            *line
        });
        let item = [ITEM, SKU, TAG].iter().find_map(|column| row.get(*column)).unwrap_or_default();
        let label = format!("{} {item}", receipt.as_deref().unwrap_or_default());
        let label = label.trim().chars().take(120).collect();
        let result = facts(&row, receipt, line_no, zone);
        rows.push(SaleRow { number: row.number - totals, line: row.line, label, result });
    })?;
    Ok(SalesFile { rows, notes })
}

fn facts(
    row: &Row<'_>,
    receipt: Option<String>,
    line_no: u32,
    zone: Tz,
) -> Result<SaleFacts, RowError> {
    row.check_cells()?;
    let receipt = receipt.ok_or_else(|| RowError::new("receipt", "", Reason::Missing))?;
    let sold_at = sold_at(row, zone)?;
    let tag = tag(row)?;
    let item = [ITEM, SKU].iter().find_map(|column| row.owned(*column));
    let item = item.or_else(|| tag.map(|tag| tag.to_string()));
    let item = item.ok_or_else(|| RowError::new("item", "", Reason::Missing))?;
    let (signed, unit) = quantity(row)?;
    let total_cents = match row.get(TOTAL) {
        Some(text) => {
            Some(cell::cents(text).map_err(|reason| RowError::new("total", text, reason))?)
        }
        None => None,
    };
    let kind = kind(row, signed)?;
    let amount = if signed < Amount::ZERO { -signed } else { signed };
    Ok(SaleFacts {
        receipt,
        line_no,
        sold_at,
        item,
        sku: row.owned(SKU),
        tag,
        amount,
        unit,
        room: row.owned(ROOM),
        employee: row.owned(EMPLOYEE),
        total_cents,
        kind,
    })
}

/// The date's cell; where it holds a day alone, with the time's cell.
fn sold_at(row: &Row<'_>, zone: Tz) -> Result<At, RowError> {
    let missing = || RowError::new("date", "", Reason::Missing);
    let day = row.get(DATE).ok_or_else(missing)?;
    let wrong = |reason| RowError::new("date", day, reason);
    let read = match row.get(TIME).filter(|_| !day.contains(':')) {
        Some(clock) => cell::day_and_time(day, clock, zone),
        None => cell::time(day, zone),
    };
    read.map_err(wrong)?.ok_or_else(missing)
}

/// A till's own package number is no tag and is left aside; a mangled or cut tag is refused, because
/// the sale would then be taken from another package.
fn tag(row: &Row<'_>) -> Result<Option<Tag>, RowError> {
    let Some(text) = row.get(TAG) else { return Ok(None) };
    if let Some(tag) = Tag::parse(text) {
        return Ok(Some(tag));
    }
    if tag::looks_mangled(text) {
        return Err(RowError::new("tag", text, Reason::MangledTag));
    }
    if text.to_ascii_uppercase().starts_with("1A4") {
        return Err(RowError::new("tag", text, Reason::BadTag(text.chars().count())));
    }
    Ok(None)
}

fn quantity(row: &Row<'_>) -> Result<(Amount, Option<Unit>), RowError> {
    let by_weight = row.get(QUANTITY).is_none();
    let column = if by_weight { GRAMS } else { QUANTITY };
    let field = COLUMNS[column].field;
    let written = row.get(column).ok_or_else(|| RowError::new("quantity", "", Reason::Missing))?;
    let (amount, behind) =
        cell::quantity(written).map_err(|reason| RowError::new(field, written, reason))?;
    let unit = match (by_weight, row.get(UNIT)) {
        (true, _) => Some(Unit::G),
        (false, Some(text)) => Some(
            Unit::parse(text).ok_or_else(|| RowError::new("unit", text, Reason::UnitUnknown))?,
        ),
        (false, None) => behind,
    };
    if amount.is_zero() {
        return Err(RowError::new(field, written, Reason::NotASale));
    }
    if unit.is_some_and(|unit| !unit.fits(amount)) {
        return Err(RowError::new(field, written, Reason::FractionOfEach));
    }
    Ok((amount, unit))
}

fn kind(row: &Row<'_>, signed: Amount) -> Result<SaleKind, RowError> {
    let words: Vec<String> =
        [TYPE, STATUS].iter().filter_map(|column| row.get(*column)).map(normal).collect();
    let says =
        |parts: &[&str]| words.iter().any(|word| parts.iter().any(|part| word.contains(part)));
    // Not yet a sale, or no sale to a customer.
    let other =
        ["pending", "started", "ready", "inqueue", "intransit", "draft", "transfer", "wholesale"];
    if row.get(VOID).is_some_and(cell::yes) || says(&["void", "cancel", "deleted"]) {
        return Ok(SaleKind::Void);
    }
    if signed < Amount::ZERO
        || row.get(RETURN).is_some_and(cell::yes)
        || row.get(RETURN_REASON).is_some()
        || says(&["return", "refund"])
    {
        return Ok(SaleKind::Return);
    }
    match words.iter().find(|word| {
        other.iter().any(|part| word.contains(part)) || *word == "new" || *word == "open"
    }) {
        Some(word) => Err(RowError::new("status", word, Reason::NotASale)),
        None => Ok(SaleKind::Sale),
    }
}

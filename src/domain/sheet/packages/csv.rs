//! Package lists as CSV: the exports of the state's own pages and of tills, by heading.

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::super::table::{Column, Row, Table, one_line};
use super::super::{FileRefused, Note, Reason, RowError, cell};
use super::{PackageFacts, PackageRow, amount_of, lab_word, tag_of};
use crate::domain::tag::Tag;
use crate::domain::time::At;

/// Columns in the order of the constants below. Of two headings that both could be a tag, the one
/// that names the state's wins: a till's own "Package ID" is often another number.
const COLUMNS: [Column; 29] = [
    Column {
        field: "tag",
        aliases: &[
            "metrctag",
            "metrcuid",
            "metrcid",
            "metrcpackageid",
            "metrcpackage",
            "uid",
            "packageuid",
            "stateid",
            "externalpackageid",
            "regulatoryid",
            "packagelabel",
            "packagetag",
            "label",
            "tag",
            "packageid",
            "package",
            "packagenumber",
            "serialnumber",
        ],
    },
    Column {
        field: "item",
        aliases: &[
            "productname",
            "product",
            "itemname",
            "item",
            "name",
            "productsizename",
            "productdescription",
            "description",
        ],
    },
    Column { field: "sku", aliases: &["sku", "productsku", "itemsku", "skunumber"] },
    Column {
        field: "category",
        aliases: &[
            "category",
            "productcategory",
            "productcategoryname",
            "itemcategory",
            "categoryname",
            "producttype",
            "type",
        ],
    },
    Column {
        field: "quantity",
        aliases: &[
            "available",
            "quantityavailable",
            "availablequantity",
            "quantity",
            "qty",
            "onhand",
            "quantityonhand",
            "qtyonhand",
            "currentquantity",
            "amount",
            "totalquantity",
            "units",
        ],
    },
    Column {
        field: "unit",
        aliases: &[
            "unitofmeasure",
            "unitofmeasurename",
            "unitofmeasureabbreviation",
            "uom",
            "unit",
            "quantityunits",
            "quantityunit",
            "inventoryunitofmeasure",
            "measure",
        ],
    },
    Column {
        field: "batch",
        aliases: &[
            "batch",
            "batchname",
            "batchnumber",
            "lot",
            "lotnumber",
            "lotname",
            "productionbatchnumber",
            "productionbatch",
            "pbno",
            "batchid",
            "harvestbatch",
            "sourceharvestnames",
        ],
    },
    Column {
        field: "packaged",
        aliases: &["packageddate", "packagedate", "datepackaged", "packagedon", "packaged"],
    },
    Column {
        field: "received",
        aliases: &[
            "receiveddatetime",
            "receiveddate",
            "datereceived",
            "receivedon",
            "received",
            "rcvd",
            "invoiceacceptancedate",
        ],
    },
    Column {
        field: "expires",
        aliases: &[
            "expirationdate",
            "expiration",
            "expires",
            "expirydate",
            "expiry",
            "expdate",
            "exp",
        ],
    },
    Column { field: "use_by", aliases: &["usebydate", "useby", "bestby", "bestbydate"] },
    Column { field: "sell_by", aliases: &["sellbydate", "sellby"] },
    Column {
        field: "lab_expires",
        aliases: &["labtestresultexpirationdatetime", "labresultexpiration", "testexpirationdate"],
    },
    Column {
        field: "unit_cost",
        aliases: &[
            "unitcost",
            "costperunit",
            "cost",
            "wholesalecost",
            "unitprice",
            "wholesaleprice",
        ],
    },
    Column { field: "unit_cost_cents", aliases: &["costinminorunits", "unitcostcents"] },
    Column {
        field: "supplier",
        aliases: &[
            "receivedfromfacilityname",
            "suppliername",
            "supplier",
            "vendor",
            "vendorname",
            "distributor",
            "distributorname",
            "producer",
            "itemfromfacilityname",
        ],
    },
    Column {
        field: "supplier_license",
        aliases: &[
            "receivedfromfacilitylicensenumber",
            "supplierlicense",
            "supplierlicensenumber",
            "vendorlicense",
            "vendorlicensenumber",
            "distributorlicense",
            "distributorlicensenumber",
            "itemfromfacilitylicensenumber",
        ],
    },
    Column {
        field: "manifest",
        aliases: &[
            "receivedfrommanifestnumber",
            "manifestnumber",
            "manifest",
            "manifestid",
            "transfermanifest",
        ],
    },
    Column {
        field: "lab_state",
        aliases: &[
            "labtestingstate",
            "labtestingstatename",
            "labteststatus",
            "labtesting",
            "labstate",
            "labstatus",
            "teststatus",
            "testingstatus",
            "labresult",
        ],
    },
    Column {
        field: "on_hold",
        aliases: &[
            "isonholdcombined",
            "isonhold",
            "onhold",
            "hold",
            "administrativehold",
            "ah",
            "quarantined",
            "isquarantined",
        ],
    },
    Column {
        field: "recalled",
        aliases: &["isonrecallcombined", "isonrecall", "recalled", "recall", "onrecall"],
    },
    Column {
        field: "room",
        aliases: &[
            "room",
            "roomname",
            "location",
            "locationname",
            "storagelocation",
            "inventorylocation",
        ],
    },
    Column { field: "strain", aliases: &["strain", "strainname", "itemstrain", "itemstrainname"] },
    Column {
        field: "brand",
        aliases: &["brand", "brandname", "itembrandname", "productbrandname", "itembrand"],
    },
    Column { field: "retail_id_origin", aliases: &["originalsourcepackagelabel"] },
    Column { field: "source_tags", aliases: &["sourcepackagelabels", "srcpkgs", "sourcepackages"] },
    Column {
        field: "last_modified",
        aliases: &["lastmodified", "lastmodifieddateutc", "lastmodifieddate", "lastupdated"],
    },
    Column { field: "finished", aliases: &["isfinished", "finished"] },
    Column { field: "finished_date", aliases: &["finisheddate", "archiveddate"] },
];

const TAG: usize = 0;
const ITEM: usize = 1;
const SKU: usize = 2;
const CATEGORY: usize = 3;
const QUANTITY: usize = 4;
const UNIT: usize = 5;
const BATCH: usize = 6;
const PACKAGED: usize = 7;
const RECEIVED: usize = 8;
const EXPIRIES: [usize; 3] = [9, 10, 11];
const LAB_EXPIRES: usize = 12;
const COST: usize = 13;
const COST_CENTS: usize = 14;
const SUPPLIER: usize = 15;
const SUPPLIER_LICENSE: usize = 16;
const MANIFEST: usize = 17;
const LAB_STATE: usize = 18;
const ON_HOLD: usize = 19;
const RECALLED: usize = 20;
const ROOM: usize = 21;
const STRAIN: usize = 22;
const BRAND: usize = 23;
const ORIGIN: usize = 24;
const SOURCES: usize = 25;
const LAST_MODIFIED: usize = 26;
const FINISHED: usize = 27;
const FINISHED_DATE: usize = 28;

pub(super) fn read(
    text: &str,
    zone: Tz,
    notes: &mut Vec<Note>,
) -> Result<Vec<PackageRow>, FileRefused> {
    let table = Table::find(text, &COLUMNS, &[&[TAG], &[QUANTITY], &[ITEM, SKU]])?;
    let mut rows = Vec::new();
    let mut totals = 0;
    table.rows(|row| {
        if row.is_total(TAG) {
            totals += 1;
            notes.push(Note {
                line: Some(row.line),
                code: "totals_row",
                sentence: format!("Line {} is a total and was left out.", row.line),
            });
            return;
        }
        let label = row.get(TAG).map(|text| text.chars().take(80).collect()).unwrap_or_default();
        let result = facts(&row, zone);
        rows.push(PackageRow { number: row.number - totals, line: Some(row.line), label, result });
    })?;
    Ok(rows)
}

fn facts(row: &Row<'_>, zone: Tz) -> Result<PackageFacts, RowError> {
    row.check_cells()?;
    let tag = tag_of(row.get(TAG))?;
    let item = row.owned(ITEM).or_else(|| row.owned(SKU));
    let item = item.ok_or_else(|| RowError::new("item", "", Reason::Missing))?;
    let (amount, unit) = amount_of(row.get(QUANTITY), row.get(UNIT))?;
    let finished =
        row.get(FINISHED).is_some_and(cell::yes) || day(row, FINISHED_DATE, zone)?.is_some();
    if finished {
        return Err(RowError::new(
            "finished",
            row.get(FINISHED_DATE).unwrap_or("yes"),
            Reason::Finished,
        ));
    }
    let mut expires: Option<NaiveDate> = None;
    for column in EXPIRIES {
        expires = [expires, day(row, column, zone)?].into_iter().flatten().min();
    }
    let on_hold = row.get(ON_HOLD).map(cell::yes);
    Ok(PackageFacts {
        tag,
        item,
        category: row.owned(CATEGORY),
        unit,
        amount,
        batch: row.owned(BATCH),
        packaged: day(row, PACKAGED, zone)?,
        received: time(row, RECEIVED, zone)?,
        expires,
        lab_expires: day(row, LAB_EXPIRES, zone)?,
        unit_cost_cents: cost(row)?,
        supplier: row.owned(SUPPLIER),
        supplier_license: row.owned(SUPPLIER_LICENSE),
        manifest: row.owned(MANIFEST),
        lab_state: row.get(LAB_STATE).map(lab_word),
        on_hold,
        hold_reason: (on_hold == Some(true)).then(|| "on hold".to_owned()),
        recalled: row.get(RECALLED).map(cell::yes),
        room: row.owned(ROOM),
        strain: row.owned(STRAIN),
        brand: row.owned(BRAND),
        sku: row.owned(SKU),
        retail_id_origin: row.get(ORIGIN).and_then(Tag::parse),
        source_tags: row.get(SOURCES).map(tags).unwrap_or_default(),
        last_modified: time(row, LAST_MODIFIED, zone)?,
    })
}

fn cost(row: &Row<'_>) -> Result<Option<i64>, RowError> {
    if let Some(text) = row.get(COST) {
        return cell::cents(text)
            .map(Some)
            .map_err(|reason| RowError::new("unit_cost", text, reason));
    }
    let Some(text) = row.get(COST_CENTS) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| RowError::new("unit_cost", text, Reason::BadMoney))
}

fn day(row: &Row<'_>, column: usize, zone: Tz) -> Result<Option<NaiveDate>, RowError> {
    let Some(text) = row.get(column) else { return Ok(None) };
    cell::date(text, zone).map_err(|reason| RowError::new(COLUMNS[column].field, text, reason))
}

fn time(row: &Row<'_>, column: usize, zone: Tz) -> Result<Option<At>, RowError> {
    let Some(text) = row.get(column) else { return Ok(None) };
    cell::time(text, zone).map_err(|reason| RowError::new(COLUMNS[column].field, text, reason))
}

fn tags(text: &str) -> Vec<Tag> {
    one_line(text).split([',', ';', ' ']).filter_map(Tag::parse).collect()
}

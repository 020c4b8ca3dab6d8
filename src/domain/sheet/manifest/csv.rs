//! Manifests as CSV: a line for each package, with the head of its manifest on every line or on the first.

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::{BadRow, Driver, ManifestFacts, ManifestPackage, Party};
use crate::domain::sheet::packages::{amount_of, lab_word, tag_of};
use crate::domain::sheet::table::{Column, Row, Table};
use crate::domain::sheet::{FileRefused, Reason, RowError, cell};
use crate::domain::time::At;

/// Columns in the order of the constants below; those up to the plate are the head of the manifest.
const COLUMNS: [Column; 27] = [
    Column {
        field: "manifest",
        aliases: &["manifestnumber", "manifest", "manifestid", "manifestno", "transfermanifest"],
    },
    Column { field: "delivery", aliases: &["deliveryid", "delivery", "deliverynumber"] },
    Column {
        field: "origin_license",
        aliases: &[
            "originlicense",
            "originlicensenumber",
            "shipperfacilitylicensenumber",
            "shipperlicense",
            "fromlicense",
            "senderlicense",
            "supplierlicense",
            "vendorlicense",
        ],
    },
    Column {
        field: "origin_name",
        aliases: &[
            "originname",
            "origin",
            "shipperfacilityname",
            "shipper",
            "from",
            "sender",
            "supplier",
            "vendor",
            "vendorname",
            "suppliername",
        ],
    },
    Column {
        field: "transporter_license",
        aliases: &[
            "transporterlicense",
            "transporterfacilitylicensenumber",
            "transporterlicensenumber",
        ],
    },
    Column {
        field: "transporter_name",
        aliases: &["transportername", "transporterfacilityname", "transporter", "carrier"],
    },
    Column {
        field: "destination_license",
        aliases: &[
            "destinationlicense",
            "destinationlicensenumber",
            "recipientfacilitylicensenumber",
            "recipientlicense",
            "tolicense",
        ],
    },
    Column {
        field: "destination_name",
        aliases: &["destinationname", "destination", "recipientfacilityname", "recipient", "to"],
    },
    Column { field: "driver_name", aliases: &["drivername", "driver"] },
    Column {
        field: "driver_license",
        aliases: &[
            "driveroccupationallicensenumber",
            "driverlicense",
            "driverlicensenumber",
            "driverid",
        ],
    },
    Column { field: "vehicle_make", aliases: &["vehiclemake", "make"] },
    Column { field: "vehicle_model", aliases: &["vehiclemodel", "model"] },
    Column {
        field: "vehicle_plate",
        aliases: &[
            "vehiclelicenseplatenumber",
            "vehicleplate",
            "licenseplate",
            "plate",
            "platenumber",
        ],
    },
    Column {
        field: "departure",
        aliases: &[
            "estimateddeparturedatetime",
            "departure",
            "estimateddeparture",
            "departs",
            "etd",
        ],
    },
    Column {
        field: "arrival",
        aliases: &["estimatedarrivaldatetime", "arrival", "estimatedarrival", "arrives", "eta"],
    },
    Column {
        field: "tag",
        aliases: &[
            "packagelabel",
            "packagetag",
            "metrctag",
            "uid",
            "packageuid",
            "tag",
            "label",
            "package",
        ],
    },
    Column {
        field: "item",
        aliases: &["itemname", "item", "productname", "product", "description", "name"],
    },
    Column {
        field: "category",
        aliases: &["itemcategoryname", "itemcategory", "category", "productcategory", "type"],
    },
    Column { field: "brand", aliases: &["itembrandname", "brand", "brandname"] },
    Column {
        field: "shipped",
        aliases: &[
            "shippedquantity",
            "shipped",
            "quantityshipped",
            "quantity",
            "qty",
            "units",
            "amount",
        ],
    },
    Column {
        field: "unit",
        aliases: &["shippedunitofmeasurename", "unitofmeasure", "unitofmeasurename", "uom", "unit"],
    },
    Column {
        field: "batch",
        aliases: &[
            "productionbatchnumber",
            "batch",
            "batchnumber",
            "lot",
            "lotnumber",
            "batchname",
        ],
    },
    Column { field: "packaged", aliases: &["packageddate", "packaged", "packagedon"] },
    Column {
        field: "expires",
        aliases: &["expirationdate", "expires", "expiration", "expiry", "bestby", "usebydate"],
    },
    Column {
        field: "lab_state",
        aliases: &["labtestingstate", "labstate", "labresult", "testingstatus", "labteststatus"],
    },
    Column {
        field: "cost",
        aliases: &[
            "wholesaleprice",
            "shipperwholesaleprice",
            "totalcost",
            "totalprice",
            "linetotal",
        ],
    },
    Column { field: "voided", aliases: &["isvoided", "voided", "void"] },
];
const MANIFEST: usize = 0;
const DELIVERY: usize = 1;
const TAG: usize = 15;
const ITEM: usize = 16;
const CATEGORY: usize = 17;
const BRAND: usize = 18;
const SHIPPED: usize = 19;
const UNIT: usize = 20;
const BATCH: usize = 21;
const PACKAGED: usize = 22;
const EXPIRES: usize = 23;
const LAB_STATE: usize = 24;
const COST: usize = 25;
const VOIDED: usize = 26;
/// Where the head's own columns stand.
const HEAD: std::ops::RangeInclusive<usize> = 2..=14;

/// A manifest while its lines are read: the head as text, and the row that first said each field.
struct Read {
    facts: ManifestFacts,
    head: Vec<Option<(String, usize)>>,
}

pub fn read(text: &str, zone: Tz) -> Result<(Vec<ManifestFacts>, Vec<BadRow>), FileRefused> {
    let table = Table::find(text, &COLUMNS, &[&[MANIFEST], &[TAG], &[ITEM], &[SHIPPED]])?;
    let (mut read, mut bad) = (Vec::new(), Vec::new());
    table.rows(|row| {
        if row.is_total(TAG) {
            return;
        }
        let label = row.get(TAG).unwrap_or_default().chars().take(80).collect::<String>();
        let number = row.owned(MANIFEST).unwrap_or_default();
        if let Err(error) = line(&row, &number, &mut read, zone) {
            bad.push(BadRow { number: row.number, manifest: number, label, error });
        }
    })?;
    let manifests = read.into_iter().map(|mut one: Read| {
        let text = |column: usize| one.head[column - HEAD.start()].take().map(|(text, _)| text);
        one.facts.finish(text, zone);
        one.facts
    });
    Ok((manifests.collect(), bad))
}

/// Adds a line to its manifest.
fn line(row: &Row<'_>, number: &str, read: &mut Vec<Read>, zone: Tz) -> Result<(), RowError> {
    row.check_cells()?;
    if number.is_empty() {
        return Err(RowError::new("manifest", "", Reason::Missing));
    }
    let delivery = row.owned(DELIVERY);
    let same = |one: &Read| one.facts.number == number && one.facts.delivery == delivery;
    let at = read.iter().position(same).unwrap_or_else(|| {
        let facts = ManifestFacts {
            number: number.to_owned(),
            delivery,
            packages: Some(Vec::new()),
            ..ManifestFacts::default()
        };
        read.push(Read { facts, head: vec![None; HEAD.count()] });
        read.len() - 1
    });
    let manifest = &mut read[at];
    for column in HEAD {
        let Some(text) = row.owned(column) else { continue };
        if matches!(COLUMNS[column].field, "departure" | "arrival") {
            time(column, &text, zone)?;
        }
        match &mut manifest.head[column - HEAD.start()] {
            Some((first, of)) if *first != text => {
                return Err(RowError::new(COLUMNS[column].field, &text, Reason::Contradicts(*of)));
            }
            Some(_) => {}
            empty => *empty = Some((text, row.number)),
        }
    }
    manifest.facts.voided |= row.get(VOIDED).is_some_and(cell::yes);
    let package = package(row, zone)?;
    manifest.facts.packages.get_or_insert_default().push(package);
    Ok(())
}

fn package(row: &Row<'_>, zone: Tz) -> Result<ManifestPackage, RowError> {
    let tag = tag_of(row.get(TAG))?;
    let item = row.owned(ITEM).ok_or_else(|| RowError::new("item", "", Reason::Missing))?;
    let (shipped, unit) = amount_of(row.get(SHIPPED), row.get(UNIT))?;
    let cost = row
        .get(COST)
        .map(|text| cell::cents(text).map_err(|reason| RowError::new("cost", text, reason)));
    Ok(ManifestPackage {
        tag,
        item,
        category: row.owned(CATEGORY),
        brand: row.owned(BRAND),
        unit,
        shipped,
        batch: row.owned(BATCH),
        packaged: day(row, PACKAGED, zone)?,
        expires: day(row, EXPIRES, zone)?,
        lab_state: row.get(LAB_STATE).map(lab_word),
        cost_cents: cost.transpose()?,
        hold: None,
        said: None,
        received: None,
        origin_tag: None,
    })
}

fn day(row: &Row<'_>, column: usize, zone: Tz) -> Result<Option<NaiveDate>, RowError> {
    let Some(text) = row.get(column) else { return Ok(None) };
    cell::date(text, zone).map_err(|reason| RowError::new(COLUMNS[column].field, text, reason))
}

fn time(column: usize, text: &str, zone: Tz) -> Result<Option<At>, RowError> {
    cell::time(text, zone).map_err(|reason| RowError::new(COLUMNS[column].field, text, reason))
}

impl ManifestFacts {
    /// Fills the head in from the texts of its columns.
    fn finish(&mut self, mut text: impl FnMut(usize) -> Option<String>, zone: Tz) {
        let column = |field: &str| {
            COLUMNS.iter().position(|column| column.field == field).unwrap_or_default()
        };
        let mut of = |field: &str| text(column(field));
        let mut party = |license: &str, name: &str| Party { license: of(license), name: of(name) };
        self.origin = party("origin_license", "origin_name");
        self.transporter = party("transporter_license", "transporter_name");
        self.destination = party("destination_license", "destination_name");
        let driver = Driver {
            name: of("driver_name"),
            license: of("driver_license"),
            make: of("vehicle_make"),
            model: of("vehicle_model"),
            plate: of("vehicle_plate"),
        };
        self.drivers = [driver].into_iter().filter(|one| *one != Driver::default()).collect();
        // Checked when their line was read.
        let mut time =
            |field: &str| of(field).and_then(|text| cell::time(&text, zone).ok().flatten());
        self.departs = time("departure");
        self.arrives = time("arrival");
    }
}

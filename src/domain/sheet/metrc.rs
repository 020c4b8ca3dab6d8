//! The state's own answer to `GET /packages/v2/active`: an envelope with `Data`, a bare array, a
//! single package, or several of these one after another. Types wobble (a number for a word, null
//! for anything, 0001-01-01 for no date) and fields come and go: only what is needed is looked at,
//! and one bad package refuses itself alone.

use std::borrow::Cow;

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::packages::{PackageFacts, PackageRow, checked_amount, lab_word, tag_of};
use super::table::one_line;
use super::{FileRefused, Note, ROW_LIMIT, Reason, RowError, cell};
use crate::domain::quantity::{Amount, Unit};
use crate::domain::tag::Tag;
use crate::domain::time::At;

pub fn read(text: &str, zone: Tz, notes: &mut Vec<Note>) -> Result<Vec<PackageRow>, FileRefused> {
    let mut packages = Vec::new();
    for document in serde_json::Deserializer::from_str(text).into_iter::<&RawValue>() {
        collect(document.map_err(|error| broken(&error))?, &mut packages, notes, 0)?;
    }
    if packages.is_empty() {
        return Err(FileRefused::NotPackages("the list is empty"));
    }
    Ok(packages.into_iter().enumerate().map(|(i, raw)| row(i + 1, raw, zone)).collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope<'j> {
    #[serde(borrow)]
    data: Option<Vec<&'j RawValue>>,
    #[serde(borrow)]
    label: Option<&'j RawValue>,
    page: Option<u64>,
    current_page: Option<u64>,
    total_pages: Option<u64>,
}

/// Gathers packages out of envelopes and arrays; an array may hold envelopes.
fn collect<'j>(
    raw: &'j RawValue,
    packages: &mut Vec<&'j RawValue>,
    notes: &mut Vec<Note>,
    depth: usize,
) -> Result<(), FileRefused> {
    if packages.len() > ROW_LIMIT {
        return Err(FileRefused::TooManyRows);
    }
    if raw.get().starts_with('[') && depth == 0 {
        let inner: Vec<&RawValue> =
            serde_json::from_str(raw.get()).map_err(|error| broken(&error))?;
        return inner.into_iter().try_for_each(|raw| collect(raw, packages, notes, 1));
    }
    let envelope: Option<Envelope<'j>> = if depth == 0 || raw.get().contains("\"Data\"") {
        serde_json::from_str(raw.get()).ok()
    } else {
        None
    };
    match envelope {
        Some(Envelope { data: Some(data), page, current_page, total_pages, .. }) => {
            if let Some(pages) = total_pages.filter(|pages| *pages > 1) {
                let page = current_page.or(page).unwrap_or(1);
                let sentence = format!(
                    "This is page {page} of {pages}: other packages are on the other pages."
                );
                notes.push(Note { line: None, code: "page_of_many", sentence });
            }
            packages.extend(data);
        }
        Some(Envelope { label: None, .. }) => {
            return Err(FileRefused::NotPackages("it has neither Data nor a Label"));
        }
        _ => packages.push(raw),
    }
    if packages.len() > ROW_LIMIT { Err(FileRefused::TooManyRows) } else { Ok(()) }
}

pub(super) fn broken(error: &serde_json::Error) -> FileRefused {
    let what = error.to_string();
    let what = what.split(" at line ").next().unwrap_or_default().to_owned();
    FileRefused::JsonBroken { line: error.line(), column: error.column(), what }
}

/// A value of any type as text; `None` for null and for what says nothing.
#[derive(Default)]
struct Loose<'j>(Option<Cow<'j, str>>);

impl<'de: 'j, 'j> Deserialize<'de> for Loose<'j> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&'de RawValue>::deserialize(deserializer)?.get();
        if raw == "null" {
            return Ok(Self(None));
        }
        if raw.starts_with('"') {
            let escaped = raw.contains('\\');
            return Ok(Self(Some(if escaped {
                Cow::Owned(serde_json::from_str(raw).map_err(serde::de::Error::custom)?)
            } else {
                Cow::Borrowed(&raw[1..raw.len() - 1])
            })));
        }
        Ok(Self(Some(Cow::Borrowed(raw))))
    }
}

impl Loose<'_> {
    fn get(&self) -> Option<&str> {
        cell::clean(self.0.as_deref()?)
    }

    fn owned(&self) -> Option<String> {
        self.get().map(one_line)
    }

    fn is_true(&self) -> bool {
        self.get().is_some_and(cell::yes)
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Package<'j> {
    #[serde(borrow)]
    label: Loose<'j>,
    quantity: Loose<'j>,
    unit_of_measure_name: Loose<'j>,
    unit_of_measure_abbreviation: Loose<'j>,
    location_name: Loose<'j>,
    packaged_date: Loose<'j>,
    expiration_date: Loose<'j>,
    sell_by_date: Loose<'j>,
    use_by_date: Loose<'j>,
    lab_testing_state: Loose<'j>,
    lab_test_result_expiration_date_time: Loose<'j>,
    production_batch_number: Loose<'j>,
    source_production_batch_numbers: Loose<'j>,
    source_harvest_names: Loose<'j>,
    source_package_labels: Loose<'j>,
    received_date_time: Loose<'j>,
    received_from_manifest_number: Loose<'j>,
    received_from_facility_license_number: Loose<'j>,
    received_from_facility_name: Loose<'j>,
    item_from_facility_license_number: Loose<'j>,
    item_from_facility_name: Loose<'j>,
    is_on_hold: Loose<'j>,
    is_on_hold_combined: Loose<'j>,
    is_on_investigation: Loose<'j>,
    is_on_investigation_hold: Loose<'j>,
    is_on_investigation_recall: Loose<'j>,
    is_on_recall: Loose<'j>,
    is_on_recall_combined: Loose<'j>,
    product_requires_remediation: Loose<'j>,
    product_requires_decontamination: Loose<'j>,
    #[serde(rename = "PackageForProductDestruction")]
    for_destruction: Loose<'j>,
    is_trade_sample: Loose<'j>,
    is_testing_sample: Loose<'j>,
    is_on_retailer_delivery: Loose<'j>,
    is_finished: Loose<'j>,
    finished_date: Loose<'j>,
    archived_date: Loose<'j>,
    last_modified: Loose<'j>,
    item: Option<Item<'j>>,
    // Version 1 of the interface has the item's words on the package itself.
    product_name: Loose<'j>,
    product_category_name: Loose<'j>,
    product_label: Option<ProductLabel<'j>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Item<'j> {
    #[serde(borrow)]
    name: Loose<'j>,
    product_category_name: Loose<'j>,
    strain_name: Loose<'j>,
    #[serde(rename = "ItemBrandName")]
    brand_name: Loose<'j>,
    product_brand_name: Loose<'j>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct ProductLabel<'j> {
    #[serde(borrow)]
    original_source_package_label: Loose<'j>,
}

fn row(number: usize, raw: &RawValue, zone: Tz) -> PackageRow {
    let read: Result<Package<'_>, _> = serde_json::from_str(raw.get());
    match read {
        Ok(package) => {
            let label = package.label.get().unwrap_or_default().chars().take(80).collect();
            PackageRow { number, line: None, label, result: facts(&package, zone) }
        }
        Err(error) => {
            let reason = Reason::Unreadable(error.to_string());
            let result = Err(RowError::new("row", raw.get(), reason));
            PackageRow { number, line: None, label: String::new(), result }
        }
    }
}

fn facts(package: &Package<'_>, zone: Tz) -> Result<PackageFacts, RowError> {
    let tag = tag_of(package.label.get())?;
    let none = Item::default();
    let item = package.item.as_ref().unwrap_or(&none);
    let name = item.name.owned().or_else(|| package.product_name.owned());
    let name = name.ok_or_else(|| RowError::new("item", "", Reason::Missing))?;
    let (amount, unit) = quantity(package)?;
    let gone = [&package.finished_date, &package.archived_date].into_iter();
    let gone = gone.map(|date| day("finished", date, zone)).collect::<Result<Vec<_>, _>>()?;
    if package.is_finished.is_true() || gone.iter().any(Option::is_some) {
        return Err(RowError::new("finished", "true", Reason::Finished));
    }
    let expires = [
        day("expires", &package.expiration_date, zone)?,
        day("use_by", &package.use_by_date, zone)?,
        day("sell_by", &package.sell_by_date, zone)?,
    ];
    let hold_reason = hold(package);
    let recalled = [
        &package.is_on_recall,
        &package.is_on_recall_combined,
        &package.is_on_investigation_recall,
    ]
    .iter()
    .any(|flag| flag.is_true());
    let origin = package.product_label.as_ref().and_then(|l| l.original_source_package_label.get());
    Ok(PackageFacts {
        tag,
        item: name,
        category: item
            .product_category_name
            .owned()
            .or_else(|| package.product_category_name.owned()),
        unit,
        amount,
        batch: package
            .production_batch_number
            .owned()
            .or_else(|| package.source_production_batch_numbers.owned())
            .or_else(|| package.source_harvest_names.owned()),
        packaged: day("packaged", &package.packaged_date, zone)?,
        received: time("received", &package.received_date_time, zone)?,
        expires: expires.into_iter().flatten().min(),
        lab_expires: day("lab_expires", &package.lab_test_result_expiration_date_time, zone)?,
        unit_cost_cents: None,
        supplier: package
            .received_from_facility_name
            .owned()
            .or_else(|| package.item_from_facility_name.owned()),
        supplier_license: package
            .received_from_facility_license_number
            .owned()
            .or_else(|| package.item_from_facility_license_number.owned()),
        manifest: package.received_from_manifest_number.owned(),
        lab_state: package.lab_testing_state.get().map(lab_word),
        on_hold: Some(hold_reason.is_some()),
        hold_reason: hold_reason.map(str::to_owned),
        recalled: Some(recalled),
        room: package.location_name.owned(),
        strain: item.strain_name.owned(),
        brand: item.brand_name.owned().or_else(|| item.product_brand_name.owned()),
        sku: None,
        retail_id_origin: origin.and_then(Tag::parse),
        source_tags: package
            .source_package_labels
            .get()
            .map(|labels| labels.split(',').filter_map(Tag::parse).collect())
            .unwrap_or_default(),
        last_modified: time("last_modified", &package.last_modified, zone)?,
    })
}

fn quantity(package: &Package<'_>) -> Result<(Amount, Unit), RowError> {
    let wrong = |text: &str, reason| RowError::new("quantity", text, reason);
    let written = package.quantity.get().ok_or_else(|| wrong("", Reason::Missing))?;
    // A number may come with an exponent ("1E-3"); a float's plain notation is exact enough for four
    // decimals of what was a decimal to begin with.
    let plain = match written.parse::<f64>() {
        Ok(number) if written.contains(['e', 'E']) && number.is_finite() => {
            Cow::Owned(number.to_string())
        }
        _ => Cow::Borrowed(written),
    };
    let amount = cell::number(&plain).map_err(|reason| wrong(written, reason))?;
    let words = [package.unit_of_measure_name.get(), package.unit_of_measure_abbreviation.get()];
    let Some(word) = words.iter().flatten().next() else {
        return Err(RowError::new("unit", "", Reason::Missing));
    };
    let unit = words.into_iter().flatten().find_map(Unit::parse);
    let unit = unit.ok_or_else(|| RowError::new("unit", word, Reason::UnitUnknown))?;
    Ok((checked_amount(amount, unit, written)?, unit))
}

/// What keeps a package from being sold, besides its lab state, a recall and its dates.
fn hold(package: &Package<'_>) -> Option<&'static str> {
    [
        (&package.is_on_hold, "on hold"),
        (&package.is_on_hold_combined, "on hold"),
        (&package.is_on_investigation, "under investigation"),
        (&package.is_on_investigation_hold, "under investigation"),
        (&package.product_requires_remediation, "remediation required"),
        (&package.product_requires_decontamination, "decontamination required"),
        (&package.for_destruction, "for destruction"),
        (&package.is_testing_sample, "testing sample"),
        (&package.is_trade_sample, "trade sample"),
        (&package.is_on_retailer_delivery, "on a delivery vehicle"),
    ]
    .into_iter()
    .find_map(|(flag, why)| flag.is_true().then_some(why))
}

fn day(field: &'static str, value: &Loose<'_>, zone: Tz) -> Result<Option<NaiveDate>, RowError> {
    let Some(text) = value.get() else { return Ok(None) };
    cell::date(text, zone).map_err(|reason| RowError::new(field, text, reason))
}

fn time(field: &'static str, value: &Loose<'_>, zone: Tz) -> Result<Option<At>, RowError> {
    let Some(text) = value.get() else { return Ok(None) };
    cell::time(text, zone).map_err(|reason| RowError::new(field, text, reason))
}

//! What is on its way to the demo store: a shipment that is late and one that comes soon, with papers on
//! file for all batches but one, and a register in which both suppliers stand.

use anyhow::{Context, Result};
use chrono::Days;

use super::Cast;
use super::day::Stocked;
use crate::domain::quantity::Unit;
use crate::domain::sheet::licenses::{License, LicenseFile};
use crate::domain::sheet::manifest::{Driver, ManifestFacts, ManifestPackage, Party};
use crate::domain::tag::Tag;
use crate::domain::time::At;
use crate::store::{Store, StoreError};
use crate::workflow::coa::{self, CoaInput};
use crate::workflow::receiving::{self, Source};
use crate::workflow::{document, license, settings};

pub const STORE_LICENSE: &str = "C10-0000420-LIC";
const SUPPLIERS: [(&str, &str); 2] = [
    ("C11-0001138-LIC", "Tidewater Farms Distribution"),
    ("C11-0000952-LIC", "Coastline Wholesale"),
];

pub async fn announce(store: &Store, cast: &Cast, products: &[Stocked], now: At) -> Result<()> {
    let owner = cast.owner.clone();
    store
        .write(move |tx| {
            let mut own = settings::get(tx)?;
            own.license_number = STORE_LICENSE.into();
            settings::put(tx, &owner, &own)
        })
        .await
        .context("the store's license")?;
    let owner = cast.owner.clone();
    let today = now.utc().date_naive();
    let register = LicenseFile {
        licenses: SUPPLIERS.iter().map(|(number, name)| licensed(number, name)).collect(),
        refreshed: today.checked_sub_days(Days::new(12)),
        notes: Vec::new(),
    };
    store
        .write(move |tx| license::load(tx, &owner, "register.csv", &[0; 32], &register))
        .await
        .context("the register")?;
    let wanted: Vec<Stocked> = products
        .iter()
        .filter(|one| one.item.content.is_none())
        .step_by(5)
        .take(7)
        .cloned()
        .collect();
    let manifests = vec![
        manifest(0, now.plus_s(-40 * 60), &wanted[..3]),
        manifest(1, now.plus_s(95 * 60), &wanted[3..]),
    ];
    papers(store, cast, &wanted).await.context("the papers")?;
    let by = cast.technician.clone();
    let source = Source { kind: "metrc", file: Some("incoming.json".into()) };
    store
        .write(move |tx| receiving::enter(tx, &by, &source, &manifests, &[]))
        .await
        .map(|_| ())
        .context("the manifests")
}

fn licensed(number: &str, name: &str) -> License {
    License {
        number: number.into(),
        name: Some(name.into()),
        dba: None,
        kind: Some("Distributor".into()),
        designation: None,
        status: Some("Active".into()),
        active: Some(true),
        state: Some("CA".into()),
        expires: None,
    }
}

fn batch(stocked: &Stocked) -> String {
    format!("{}-N1", &stocked.item.sku)
}

fn manifest(nth: usize, arrives: At, stocked: &[Stocked]) -> ManifestFacts {
    let (license, name) = SUPPLIERS[nth];
    let packages = stocked.iter().enumerate().map(|(index, one)| package(nth, index, one, arrives));
    ManifestFacts {
        number: format!("000042{:04}", 1700 + nth),
        delivery: Some((880 + nth).to_string()),
        origin: Party { license: Some(license.into()), name: Some(name.into()) },
        destination: Party {
            license: Some(STORE_LICENSE.into()),
            name: Some("Juniper & Vine".into()),
        },
        drivers: vec![Driver {
            name: Some(["R. Alvarez", "K. Osei"][nth].into()),
            license: Some(["D-5512", "D-6120"][nth].into()),
            make: Some("Ford".into()),
            model: Some("Transit".into()),
            plate: Some(["8ABC123", "7KLM904"][nth].into()),
        }],
        departs: Some(arrives.plus_s(-2 * 3600)),
        arrives: Some(arrives),
        packages: Some(packages.collect()),
        ..ManifestFacts::default()
    }
}

fn package(nth: usize, index: usize, stocked: &Stocked, arrives: At) -> ManifestPackage {
    let count = [100, 48, 60, 24][index % 4];
    let tag = format!("1A4060300DE0000{:09}", 900_010 + nth * 100 + index * 3);
    let day = arrives.utc().date_naive();
    ManifestPackage {
        tag: Tag::parse(&tag).expect("24 hexadecimal digits by its form"),
        item: stocked.item.name.clone(),
        category: Some(stocked.item.category.into()),
        brand: Some(stocked.item.brand.into()),
        unit: Unit::Ea,
        shipped: stocked.item.amount(count),
        batch: Some(batch(stocked)),
        packaged: day.checked_sub_days(Days::new(9)),
        expires: day.checked_add_days(Days::new(240)),
        lab_state: Some("TestPassed".into()),
        cost_cents: Some(stocked.item.cost_cents * count),
        hold: None,
        said: None,
        received: None,
        origin_tag: None,
    }
}

/// A COA for every batch but the last: that one is asked for at the dock.
async fn papers(store: &Store, cast: &Cast, stocked: &[Stocked]) -> Result<()> {
    let by = cast.technician.clone();
    let page = store.write(move |tx| document::keep(tx, &by, "coa.pdf", PAGE)).await?.sha256;
    let today = store.read(|db| settings::today(db).map_err(StoreError::from)).await?;
    let tested = today.checked_sub_days(Days::new(20)).unwrap_or(today);
    for one in &stocked[..stocked.len() - 1] {
        let by = cast.technician.clone();
        let input = CoaInput {
            product: one.id,
            batch: Some(batch(one)),
            package: None,
            pages: vec![page],
            lab: "Clear Water Laboratory".into(),
            lab_license: Some("C8-0000033-LIC".into()),
            tested,
            expires: tested.checked_add_days(Days::new(365)),
            passed: true,
            thc: Some("21.8 %".into()),
            cbd: None,
        };
        store.write(move |tx| coa::file(tx, &by, &input)).await?;
    }
    Ok(())
}

/// A page that a PDF reader opens.
const PAGE: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]\
/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font\
<</F 5 0 R>>>>>>endobj\n4 0 obj<</Length 68>>stream\nBT /F 20 Tf 72 700 Td (Certificate of analysis: \
demo, passed) Tj ET\nendstream endobj\n5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n\
trailer<</Root 1 0 R>>\n%%EOF\n";

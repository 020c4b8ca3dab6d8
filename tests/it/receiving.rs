//! The dock from outside: a shipment from its manifest to the shelves, and everything that can be wrong
//! with it.

mod cases;
mod coas;
mod door;
mod entering;
mod recalls;

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::shop::{BIN_A, Person, QUARANTINE, Shop};
use crate::support::{Device, Reply};

pub const STORE_LICENSE: &str = "C10-0000777-LIC";
pub const ORIGIN: &str = "C11-0000123-LIC";
pub const ITEM: &str = "Sour cherry gummies";
pub const BATCH: &str = "SC-77";

/// Tags of the manifest: a hundred, fifty and ten gummies.
pub const HUNDRED: &str = "1A4060300002EE1000090001";
pub const FIFTY: &str = "1A4060300002EE1000090002";
pub const TEN: &str = "1A4060300002EE1000090013";

/// A store that knows its license and has a dock, a register and papers for the batch; Tom and Tina count.
pub struct Dock {
    pub shop: Shop,
    /// Where what arrives is put.
    pub place: i64,
    pub tom: Person,
}

impl Dock {
    pub async fn open() -> Self {
        let dock = Self::without_papers().await;
        dock.coa(true, None).await;
        dock
    }

    pub async fn without_papers() -> Self {
        let shop = Shop::open().await;
        let owner = &shop.owner.device;
        let place = json!({ "name": "Dock", "kind": "dock", "walk": 0, "active": true });
        let place = owner.post("/api/v1/places", place).await.ok()["id"].as_i64().unwrap();
        let mut settings = owner.get("/api/v1/settings").await.ok();
        settings["license_number"] = STORE_LICENSE.into();
        owner.put("/api/v1/settings", settings).await.ok();
        let tom = shop.hire("Tom", "technician").await;
        let dock = Self { shop, place, tom };
        dock.register(&[("C11-0000123-LIC", "Cultivator", "Active", "2027-12-31")]).await.ok();
        dock
    }

    pub async fn register(&self, rows: &[(&str, &str, &str, &str)]) -> Reply {
        let head = "license_number,license_type,license_status,expiration_date,business_legal_name,\
                    data_refreshed_date\n";
        let rows: String = rows
            .iter()
            .map(|(number, kind, status, expires)| {
                format!("{number},{kind},{status},{expires},Harbor Lane Farms,2026-11-01\n")
            })
            .collect();
        let csv = format!("{head}{rows}");
        send(&self.shop.owner.device, Method::PUT, "licenses?name=register.csv", csv.into_bytes())
            .await
    }

    /// Files a COA of the batch.
    pub async fn coa(&self, passed: bool, expires: Option<&str>) -> Value {
        let page = self.document(b"%PDF-1.7 a certificate").await;
        let input = json!({
            "product": 1, "batch": BATCH, "pages": [page["sha256"]], "lab": "Clear Lab", "tested": "2020-01-02",
            "expires": expires, "passed": passed, "thc": "22.4 %",
        });
        self.tom.device.post("/api/v1/coas", input).await.ok()
    }

    /// Hands a file in: its id, and the hash by which writes name it.
    pub async fn document(&self, bytes: &[u8]) -> Value {
        send(&self.tom.device, Method::POST, "documents?name=page", bytes.to_vec()).await.ok()
    }

    /// Enters a manifest by the state's file.
    pub async fn enters(&self, manifest: &Value) -> Reply {
        let file = json!({ "Data": [manifest], "TotalPages": 1 }).to_string();
        send(&self.tom.device, Method::POST, "shipments/file?name=incoming.json", file.into_bytes())
            .await
    }

    /// The shipment of a manifest, entered and at the dock.
    pub async fn arrived(&self, manifest: &Value) -> i64 {
        let id = self.enters(manifest).await.ok()["shipments"][0]["shipment"].as_i64().unwrap();
        self.tom.device.post_nothing(&format!("/api/v1/shipments/{id}/arrive")).await.ok();
        id
    }

    pub async fn post(&self, id: i64, what: &str, body: Value) -> Reply {
        self.tom.device.post(&format!("/api/v1/shipments/{id}/{what}"), body).await
    }

    pub async fn counts(&self, id: i64, tag: &str, count: &str) -> Reply {
        self.post(id, "receipts", counted(tag, count)).await
    }

    /// The paper says what the state says, but in these fields.
    pub async fn paper(&self, id: i64, differs: &[(&str, &str)]) -> Reply {
        let view = self.view(id).await;
        let answers: Vec<Value> = view["door"]
            .as_array()
            .unwrap()
            .iter()
            .map(|field| {
                let differs = differs.iter().find(|(name, _)| field["field"] == *name);
                json!({
                    "field": field["field"], "same": differs.is_none(),
                    "paper": differs.map(|(_, paper)| paper),
                })
            })
            .collect();
        self.post(id, "door", json!({ "answers": answers })).await
    }

    pub async fn view(&self, id: i64) -> Value {
        self.tom.device.get(&format!("/api/v1/shipments/{id}")).await.ok()
    }

    pub async fn cases(&self) -> Vec<Value> {
        let cases = self.shop.owner.device.get("/api/v1/cases?state=open").await.ok();
        cases["cases"].as_array().unwrap().clone()
    }

    /// What the supplier account gave of everything received, as the books have it.
    pub fn supplied(&self) -> i64 {
        let read = |db: &backstock::store::Db<'_>| {
            db.one("SELECT coalesce(sum(-amount), 0) FROM balance WHERE place_id = 2", [], |row| {
                row.get(0)
            })
        };
        let supplied: Result<i64, backstock::store::StoreError> =
            self.shop.test_box.store().read_blocking(|db| Ok(read(db)?));
        supplied.unwrap() / 10_000
    }
}

pub async fn send(device: &Device, method: Method, what: &str, bytes: Vec<u8>) -> Reply {
    let ask = device.ask(method, &format!("/api/v1/{what}"));
    let ask = ask.header("Idempotency-Key", Uuid::now_v7().to_string());
    Reply::read(ask.header("Content-Type", "application/octet-stream").body(bytes)).await
}

pub fn counted(tag: &str, count: &str) -> Value {
    json!({ "tag": tag, "counted": { "value": count, "unit": "ea" } })
}

/// What the state says of a shipment of three packages.
pub fn manifest() -> Value {
    json!({
        "Id": 7, "ManifestNumber": "0000420001", "DeliveryId": 11,
        "ShipperFacilityLicenseNumber": ORIGIN, "ShipperFacilityName": "Harbor Lane Farms",
        "RecipientFacilityLicenseNumber": STORE_LICENSE, "RecipientFacilityName": "Greenleaf",
        "DriverName": "R. Alvarez", "DriverOccupationalLicenseNumber": "D-5512",
        "VehicleMake": "Ford", "VehicleModel": "Transit", "VehicleLicensePlateNumber": "8ABC123",
        "EstimatedDepartureDateTime": "2020-01-01T00:00:00Z",
        "EstimatedArrivalDateTime": "2020-01-01T02:00:00Z",
        "LastModified": "2026-11-23T20:00:00+00:00", "IsVoided": false,
        "Packages": [package(HUNDRED, 100), package(FIFTY, 50), package(TEN, 10)],
        "Wholesale": [{ "PackageLabel": HUNDRED, "ShipperWholesalePrice": 500 }],
    })
}

pub fn package(tag: &str, count: i64) -> Value {
    json!({
        "PackageId": 1, "PackageLabel": tag, "ItemName": ITEM, "ItemCategoryName": "Edible",
        "ShippedQuantity": count, "ShippedUnitOfMeasureName": "Each",
        "LabTestingState": "TestPassed", "ProductionBatchNumber": BATCH,
        "ExpirationDate": "2030-06-01", "ShipmentPackageState": "Shipped",
    })
}

#[tokio::test]
async fn a_shipment_from_the_door_to_the_shelf() {
    let dock = Dock::open().await;
    let id = dock.arrived(&manifest()).await;
    let view = dock.paper(id, &[]).await.ok();
    assert_eq!(view["findings"], json!([]));
    let received = dock.counts(id, HUNDRED, "100").await.ok();
    assert_eq!((&received["held"], &received["case"]), (&json!([]), &Value::Null));
    assert_eq!(received["to"]["id"], dock.place);
    dock.counts(id, FIFTY, "50").await.ok();
    let refused = dock.post(id, "finish", json!({})).await;
    let refused = refused.refused(409, "lines_open");
    let open: Vec<_> = refused["open"].as_array().unwrap().iter().map(|one| &one["why"]).collect();
    assert_eq!(open, ["on_dock", "on_dock", "not_counted"]);
    dock.counts(id, TEN, "10").await.ok();
    // Put away: each package by the bin that has its product.
    for line in dock.view(id).await["lines"].as_array().unwrap() {
        assert_eq!(line["on_dock"]["suggested"]["id"], BIN_A);
        let quantity = &line["on_dock"]["quantity"];
        let input = json!({
            "package": line["package"], "from": dock.place, "to": BIN_A, "quantity": quantity,
        });
        dock.tom.device.post("/api/v1/moves", input).await.ok();
    }
    let finished = dock.post(id, "finish", json!({})).await.ok();
    assert_eq!(finished["shipment"]["state"], "finished");
    assert_eq!(dock.supplied(), 160, "the supplier account equals what was received");
    assert!(dock.cases().await.is_empty());
    // It is pickable once the acceptance is recorded in the state's own system.
    let package = finished["lines"][0]["package"].clone();
    let path = format!("/api/v1/packages/{package}");
    let blocked = |view: &Value| view["package"]["blocked"].clone();
    assert_eq!(blocked(&dock.tom.device.get(&path).await.ok()), json!(["not_accepted"]));
    dock.post(id, "recorded", json!({ "tags": [HUNDRED, FIFTY, TEN] })).await.ok();
    let seen = dock.tom.device.get(&path).await.ok();
    assert_eq!(blocked(&seen), json!([]));
    assert_eq!(seen["package"]["unit_cost_cents"], 500, "500 dollars for a hundred");
    assert_eq!(seen["package"]["supplier"], "Harbor Lane Farms");
    // The state says the same later: confirmed.
    let mut said = manifest();
    for (at, count) in [(0, 100), (1, 50), (2, 10)] {
        let package = &mut said["Packages"][at];
        package["ShipmentPackageState"] = "Accepted".into();
        package["ReceivedQuantity"] = count.into();
        package["ReceivedUnitOfMeasureName"] = "Each".into();
    }
    let entered = dock.enters(&said).await.ok();
    let entered = &entered["shipments"][0];
    assert_eq!((&entered["outcome"], &entered["confirmed"]), (&json!("over"), &json!(3)));
    assert!(dock.view(id).await["lines"][0]["confirmed_at"].is_string());
}

#[tokio::test]
async fn what_should_be_there_is_not_on_the_wire_before_it_is_counted() {
    let dock = Dock::open().await;
    let id = dock.arrived(&manifest()).await;
    let shipped = |view: &Value| {
        let lines = view["lines"].as_array().unwrap().iter();
        lines.map(|line| line["shipped"]["value"].clone()).collect::<Vec<_>>()
    };
    let path = format!("/api/v1/shipments/{id}");
    let hidden = dock.view(id).await;
    assert_eq!(shipped(&hidden), [Value::Null, Value::Null, Value::Null]);
    let listed = dock.tom.device.get("/api/v1/shipments").await.ok().to_string();
    let scanned = dock.tom.device.get(&format!("{path}/scan?code={HUNDRED}")).await.ok();
    assert_eq!((&scanned["kind"], &scanned["line"]["shipped"]), (&json!("line"), &Value::Null));
    let journal = dock.shop.owner.device.get("/api/v1/journal?limit=50").await.ok().to_string();
    // A hundred and fifty are in none of what anybody who counts can read.
    for text in [hidden.to_string(), listed, scanned.to_string(), journal] {
        assert!(!text.contains("\"100\"") && !text.contains("\"50\""), "{text}");
    }
    let owner = dock.shop.owner.device.get(&path).await.ok();
    assert_eq!(shipped(&owner)[0], Value::Null, "an owner may count");
    let carla = dock.shop.hire("Carla", "compliance").await;
    assert_eq!(shipped(&carla.device.get(&path).await.ok()), ["100", "50", "10"]);
    dock.counts(id, FIFTY, "50").await.ok();
    assert_eq!(shipped(&dock.view(id).await), [Value::Null, json!("50"), Value::Null]);
}

#[tokio::test]
async fn two_people_receive_one_shipment_and_nothing_is_counted_twice() {
    let dock = Dock::open().await;
    let id = dock.arrived(&manifest()).await;
    let tina = dock.shop.hire("Tina", "technician").await;
    let path = format!("/api/v1/shipments/{id}/receipts");
    let (one, other) = tokio::join!(
        dock.counts(id, HUNDRED, "100"),
        tina.device.post(&path, counted(HUNDRED, "100")),
    );
    let (first, second) = if one.status == 200 { (one, other) } else { (other, one) };
    first.ok();
    let refused = second.refused(409, "already_done");
    assert_eq!(refused["line"]["state"], "received");
    tina.device.post(&path, counted(FIFTY, "50")).await.ok();
    assert_eq!(dock.supplied(), 150);
    let view = dock.view(id).await;
    let names: Vec<_> =
        view["shipment"]["at_dock"].as_array().unwrap().iter().map(|who| &who["name"]).collect();
    assert!(names.contains(&&json!("Tina")), "{names:?}");
    // A device that was away sends the same count again: the same answer.
    let ask = |key: Uuid| {
        let ask = tina.device.ask(Method::POST, &path).header("Idempotency-Key", key.to_string());
        Reply::read(ask.json(&counted(TEN, "10")))
    };
    let key = Uuid::now_v7();
    ask(key).await.ok();
    let again = ask(key).await;
    assert_eq!(again.header("Idempotent-Replay"), Some("true"));
    again.ok();
    assert_eq!(dock.supplied(), 160);
}

#[tokio::test]
async fn a_scan_says_what_it_is() {
    let dock = Dock::open().await;
    let id = dock.arrived(&manifest()).await;
    let mut second = manifest();
    second["ManifestNumber"] = "0000420002".into();
    second["DeliveryId"] = 12.into();
    second["Packages"] = json!([package("1A4060300002EE1000090777", 5)]);
    dock.enters(&second).await.ok();
    dock.counts(id, TEN, "10").await.ok();
    for (code, kind) in [
        (HUNDRED, "line"),
        (TEN, "done"),
        ("1A4060300002EE1000090777", "other_shipment"),
        ("1A4060300000000000000001", "known_package"),
        ("1A4060300002EE1000090009", "near"),
        ("1A4060300002EE1999999999", "unknown"),
        ("036000291452", "not_a_tag"),
    ] {
        let scanned =
            dock.tom.device.get(&format!("/api/v1/shipments/{id}/scan?code={code}")).await.ok();
        assert_eq!(scanned["kind"], kind, "{code}: {scanned}");
    }
}

#[tokio::test]
async fn a_count_that_was_wrong_is_taken_back_and_counted_again() {
    let dock = Dock::open().await;
    let id = dock.arrived(&manifest()).await;
    let received = dock.counts(id, HUNDRED, "10").await.ok();
    assert_eq!(
        dock.shop.held(received["line"]["package"].as_i64().unwrap(), QUARANTINE).await,
        "10"
    );
    let line = received["line"]["id"].clone();
    let tina = dock.shop.hire("Tina", "technician").await;
    let undo = format!("/api/v1/shipments/{id}/lines/{line}/undo");
    tina.device.post_nothing(&undo).await.refused(409, "not_yours");
    let back = dock.tom.device.post_nothing(&undo).await.ok();
    assert_eq!((&back["state"], &back["shipped"]), (&json!("expected"), &Value::Null));
    assert_eq!(dock.supplied(), 0);
    assert!(dock.cases().await.is_empty(), "its case is closed");
    let again = dock.counts(id, HUNDRED, "100").await.ok();
    assert_eq!(again["held"], json!([]));
    assert_eq!(again["line"]["package"], received["line"]["package"]);
    assert_eq!(dock.supplied(), 100);
    // Put away, it is the books' and no longer the dock's to take back.
    let input = json!({
        "package": again["line"]["package"], "from": dock.place, "to": BIN_A,
        "quantity": { "value": "1", "unit": "ea" },
    });
    dock.tom.device.post("/api/v1/moves", input).await.ok();
    dock.tom.device.post_nothing(&undo).await.refused(409, "later_depends");
}

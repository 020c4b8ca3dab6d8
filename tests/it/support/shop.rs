//! A claimed store with people, places, products and stock, and devices that people hold.

use backstock::domain::code::Code;
use backstock::domain::id::{PackageId, PlaceId};
use backstock::domain::place::Account;
use backstock::domain::quantity::Amount;
use backstock::ledger::{Actor, Entry, Movement};
use backstock::store::{StoreError, Tx, named_params};
use serde_json::{Value, json};

use super::{Device, TestBox};

/// Places of every shop, by what tests call them.
pub const UNSORTED: i64 = 100;
pub const BIN_A: i64 = 101;
pub const BIN_B: i64 = 102;
pub const FLOOR: i64 = 103;
pub const TOTE: i64 = 104;
pub const TOTE_2: i64 = 105;
pub const QUARANTINE: i64 = 106;

/// Products: gummies by the piece, and an eighth that is weighed out of a gram package.
pub const GUMMIES: i64 = 1;
pub const EIGHTH: i64 = 2;

/// Packages: two lots of gummies (old in bin A, new in bin B), grams of flower, one that failed.
pub const OLD: i64 = 1;
pub const NEW: i64 = 2;
pub const FLOWER: i64 = 3;
pub const FAILED: i64 = 4;

/// A person with the device in their hand.
pub struct Person {
    pub id: i64,
    pub pin: String,
    pub device: Device,
    pub device_id: i64,
}

pub struct Shop {
    pub test_box: TestBox,
    pub owner: Person,
}

impl Shop {
    /// A claimed box with the stock above: 20 old and 20 new gummies, 28 g of flower, 5 failed gummies.
    pub async fn open() -> Self {
        let test_box = TestBox::start().await;
        let device = test_box.stranger();
        let code = test_box.state().access.setup.open(test_box.clock.now()).dashed();
        let claimed = device
            .post("/api/v1/claim", json!({
                "code": code, "store_name": "Greenleaf", "zone": "America/Los_Angeles",
                "jurisdiction": "CA", "owner_name": "Olga", "device_name": "Office", "language": "en",
            }))
            .await
            .ok();
        let owner = Person {
            id: claimed["user"]["id"].as_i64().expect("an id"),
            pin: claimed["pin"].as_str().expect("a PIN").to_owned(),
            device_id: claimed["device"]["id"].as_i64().expect("an id"),
            device,
        };
        test_box.store().write(stock).await.expect("the stock");
        Self { test_box, owner }
    }

    /// Adds a person, enrols a device of their own and signs them in on it.
    pub async fn hire(&self, name: &str, role: &str) -> Person {
        let (id, pin) = self.person(name, role).await;
        let (device, device_id) = self.enrol("own").await;
        let person = Person { id, pin, device, device_id };
        person.sign_in().await;
        person
    }

    pub async fn person(&self, name: &str, role: &str) -> (i64, String) {
        let mut input = json!({ "name": name, "role": role, "language": "en" });
        if role == "auditor" {
            let in_a_month = self.test_box.clock.now().plus_s(30 * 86_400).utc().date_naive();
            input["expires"] = in_a_month.to_string().into();
        }
        let made = self.owner.device.post("/api/v1/users", input).await.ok();
        let id = made["user"]["id"].as_i64().expect("an id");
        (id, made["pin"].as_str().expect("a PIN").to_owned())
    }

    /// A new device, paired by the owner's code.
    pub async fn enrol(&self, kind: &str) -> (Device, i64) {
        let pairing =
            self.owner.device.post("/api/v1/pairings", json!({ "kind": kind })).await.ok();
        let url = pairing["url"].as_str().expect("a URL");
        let secret = url.rsplit('/').next().expect("its last part");
        let device = self.test_box.stranger();
        let made = device
            .post(
                "/api/v1/pair",
                json!({ "secret": secret, "device_name": format!("{kind} device") }),
            )
            .await
            .ok();
        let id = made["id"].as_i64().expect("an id");
        (device, id)
    }

    /// What a place holds of a package, as the API shows it.
    pub async fn held(&self, package: i64, place: i64) -> String {
        let view = self.owner.device.get(&format!("/api/v1/packages/{package}")).await.ok();
        let places = view["package"]["places"].as_array().expect("places").clone();
        let here = places.iter().find(|held| held["place"]["id"] == place);
        here.map_or("0".into(), |held| {
            held["quantity"]["value"].as_str().expect("a number").to_owned()
        })
    }

    /// A place's printed code.
    pub fn code(place: i64) -> String {
        Code::from_random(place.cast_unsigned().to_be_bytes()).plain().to_owned()
    }
}

impl Person {
    pub async fn sign_in(&self) {
        self.device.post("/api/v1/session", json!({ "user": self.id, "pin": self.pin })).await.ok();
    }

    /// Asks for products at the floor station.
    pub async fn requests(&self, lines: &[(i64, &str)]) -> Value {
        let lines: Vec<Value> = lines
            .iter()
            .map(|(product, quantity)| json!({ "product": product, "quantity": quantity }))
            .collect();
        self.device.post("/api/v1/requests", json!({ "station": FLOOR, "lines": lines })).await.ok()
    }

    /// Claims a request and puts a tote to it.
    pub async fn claims(&self, request: &Value, tote: i64) -> Value {
        let pick = self
            .device
            .post_nothing(&format!("/api/v1/requests/{}/claim", request["id"]))
            .await
            .ok();
        self.device
            .post(&format!("/api/v1/picks/{}/tote", pick["id"]), json!({ "tote": tote }))
            .await
            .ok()
    }

    /// What a scan of a package in a bin sends.
    pub fn take(bin: i64, package: i64, value: &str, unit: &str) -> Value {
        json!({
            "bin": bin, "package": package, "quantity": { "value": value, "unit": unit },
            "scanned": "1A4060300000000000000001",
        })
    }
}

/// The places, products and packages of every shop.
pub fn stock(tx: &Tx<'_>) -> Result<(), StoreError> {
    let places = [
        (UNSORTED, "Unsorted", "unsorted"),
        (BIN_A, "A-01", "bin"),
        (BIN_B, "B-01", "bin"),
        (FLOOR, "Front counter", "floor"),
        (TOTE, "Tote 1", "tote"),
        (TOTE_2, "Tote 2", "tote"),
        (QUARANTINE, "Quarantine", "quarantine"),
    ];
    for (id, name, kind) in places {
        tx.execute(
            "INSERT INTO place (id, name, kind, code, walk) VALUES (:id, :name, :kind, :code, :id)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind, code = excluded.code",
            named_params! {
                ":id": id, ":name": name, ":kind": kind,
                ":code": Code::from_random(id.cast_unsigned().to_be_bytes()).plain(),
            },
        )?;
    }
    tx.execute(
        "INSERT INTO product (id, sku, name, category, unit, content, content_unit) VALUES
           (1, 'GUM-10', 'Sour cherry gummies', 'Edible', 'ea', NULL, NULL),
           (2, 'BD-8TH', 'Blue Dream eighth', 'Flower', 'ea', 35000, 'g')",
        [],
    )?;
    tx.execute("INSERT INTO product_gtin VALUES ('00036000291452', 1)", [])?;
    tx.execute("INSERT INTO par VALUES (103, 1, 120000), (103, 2, 40000)", [])?;
    let packages = [
        (OLD, GUMMIES, "ea", "2027-01-10", 1_000, "TestPassed", BIN_A, 20),
        (NEW, GUMMIES, "ea", "2027-06-10", 2_000, "TestPassed", BIN_B, 20),
        (FLOWER, EIGHTH, "g", "2027-03-01", 1_500, "TestPassed", BIN_A, 28),
        (FAILED, GUMMIES, "ea", "2026-12-30", 500, "TestFailed", BIN_A, 5),
    ];
    let by = Actor::system();
    let mut entry = Entry::open(tx, &by, "seeded")?;
    for (id, product, unit, expires, received, lab, bin, amount) in packages {
        tx.execute(
            "INSERT INTO package (id, tag, product_id, unit, expires, received, lab_state, added_at)
             VALUES (:id, :tag, :product, :unit, :expires, :received, :lab, 0)",
            named_params! {
                ":id": id, ":tag": format!("1A4060300000000{id:09}"), ":product": product, ":unit": unit,
                ":expires": expires, ":received": received, ":lab": lab,
            },
        )?;
        let movement = Movement {
            package: PackageId(id),
            amount: Amount::whole(amount),
            from: Account::Opening.id(),
            to: PlaceId(bin),
            reverses: None,
        };
        entry.post(movement).map_err(|error| StoreError::Invariant(error.to_string()))?;
    }
    entry.seal(&"the shop's stock")?;
    Ok(())
}

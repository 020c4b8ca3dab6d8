//! Putting the book right: who may, up to where, both sides or none, and what must be entered outside.

mod outside;
mod significant;

use backstock::domain::id::{PackageId, PlaceId};
use backstock::domain::place::Account;
use backstock::domain::quantity::Amount;
use backstock::ledger::{Actor, Entry, Movement};
use backstock::store::{StoreError, Tx, named_params};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::counting::{Hall, line_of};
use crate::support::Reply;
use crate::support::shop::{BIN_A, BIN_B, FAILED, FLOWER, NEW, OLD, Person, Shop};

/// Peach rings, which look like the gummies at the till, and their one package.
pub const PEACH: i64 = 5;
pub const PATH: &str = "/api/v1/adjustments";

/// A store where a count found one gummy too few and one peach ring too many, and a case for the gummy.
pub struct Store {
    pub shop: Shop,
    pub tia: Person,
    pub mia: Person,
    pub case: i64,
}

impl Store {
    pub async fn open() -> Self {
        let hall = Hall::open().await;
        hall.shop.test_box.store().write(plant).await.expect("the peach rings");
        let tom = &hall.tom;
        let count = hall.starts(tom, json!({ "places": [BIN_A] })).await;
        hall.begins(tom, count, BIN_A).await.ok();
        for (package, value) in [(OLD, "19"), (PEACH, "11"), (FLOWER, "28"), (FAILED, "5")] {
            hall.says(tom, count, BIN_A, package, value).await.ok();
        }
        hall.done(tom, count, BIN_A).await.ok();
        hall.submits(tom, count).await.ok();
        let settled = hall.settles(tom, count).await;
        let case = line_of(&settled, OLD, BIN_A)["case"].as_i64().expect("a case");
        let Hall { shop, tia, .. } = hall;
        let mia = shop.hire("Mia", "manager").await;
        Self { shop, tia, mia, case }
    }

    /// Takes `count` of a package in bin A out of the book.
    fn single(package: i64, count: &str) -> Value {
        let line = json!({ "package": package, "place": BIN_A, "delta": count });
        json!({ "how": "single", "reason": "Damage", "note": "Crushed", "lines": [line] })
    }

    pub fn pair(&self) -> Value {
        json!({
            "how": "pair", "case": self.case, "reason": "Sold under wrong SKU",
            "note": "One rung up as peach rings",
            "lines": [
                { "package": OLD, "place": BIN_A, "delta": "-1" },
                { "package": PEACH, "place": BIN_A, "delta": "1" },
            ],
        })
    }

    async fn approval(&self, for_whom: &Person, of: &Person, subject: &Value) -> Reply {
        let ask =
            json!({ "approver": of.id, "pin": of.pin, "action": "adjust", "subject": subject });
        for_whom.device.post("/api/v1/approvals", ask).await
    }
}

fn plant(tx: &Tx<'_>) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO product (id, sku, name, category, unit) VALUES (3, 'PEA-10', 'Peach rings', 'Edible', 'ea')",
        [],
    )?;
    tx.execute(
        "INSERT INTO package (id, tag, product_id, unit, expires, received, lab_state, added_at)
         VALUES (5, '1A4060300000000000000005', 3, 'ea', '2027-01-10', 900, 'TestPassed', 0)",
        [],
    )?;
    tx.execute("UPDATE package SET unit_cost_cents = 400 WHERE id IN (1, 5)", [])?;
    let by = Actor::system();
    let mut entry = Entry::open(tx, &by, "seeded")?;
    let movement = Movement {
        package: PackageId(PEACH),
        amount: Amount::whole(10),
        from: Account::Opening.id(),
        to: PlaceId(BIN_A),
        reverses: None,
    };
    entry.post(movement).map_err(|error| StoreError::Invariant(error.to_string()))?;
    tx.execute(
        "INSERT INTO sale (receipt, line, sold_at, product_id, item, kind, amount, seq)
         VALUES ('R-1001', 2, :at, 3, 'Peach rings', 'sale', 10000, :seq)",
        named_params! { ":at": tx.now().0 - 60_000, ":seq": entry.seq().0 },
    )?;
    entry.seal(&"peach rings")?;
    Ok(())
}

#[tokio::test]
async fn above_the_limit_somebody_else_approves_exactly_that() {
    let store = Store::open().await;
    let (tia, mia) = (&store.tia, &store.mia);
    let auditor = store.shop.hire("Ada", "auditor").await;
    auditor.device.post(PATH, Store::single(OLD, "-1")).await.refused(403, "forbidden");
    let small = tia.device.post(PATH, Store::single(OLD, "-3")).await.ok();
    assert_eq!(small["lines"][0]["value_cents"], -1200);
    assert_eq!(small["approved_by"], Value::Null);
    // Three more make six that day: many small ones do not go past the limit either.
    let mut more = Store::single(OLD, "-3");
    let refused = tia.device.post(PATH, more.clone()).await.refused(409, "needs_approval");
    assert_eq!(refused["subject"], json!("adjust:1@101:-3"));
    assert_eq!((&refused["value_cents"], &refused["units"]), (&json!(1200), &json!("3")));
    // Nobody approves their own, not even a manager.
    let own = store.approval(mia, mia, &refused["subject"]).await;
    own.refused(409, "second_person_needed");
    let (ben, pin) = store.shop.person("Ben", "budtender").await;
    let ask =
        json!({ "approver": ben, "pin": pin, "action": "adjust", "subject": refused["subject"] });
    tia.device.post("/api/v1/approvals", ask).await.refused(403, "forbidden");
    let token = store.approval(tia, mia, &refused["subject"]).await.ok()["token"].clone();
    let mut other = Store::single(OLD, "-4");
    other["approval"] = token.clone();
    tia.device.post(PATH, other).await.refused(409, "approval_invalid");
    more["approval"] = token;
    let key = Uuid::now_v7();
    let done = tia.device.write(Method::POST, key, PATH, more.clone()).await.ok();
    assert_eq!(done["approved_by"]["name"], "Mia");
    let again = tia.device.write(Method::POST, key, PATH, more).await;
    assert_eq!(again.header("Idempotent-Replay"), Some("true"));
    assert_eq!(store.shop.held(OLD, BIN_A).await, "14", "once");
    // The limit is the store's own.
    let owner = &store.shop.owner.device;
    let mut settings = owner.get("/api/v1/settings").await.ok();
    settings["adjust_limit_cents"] = 0.into();
    owner.put("/api/v1/settings", settings).await.ok();
    mia.device.post(PATH, Store::single(OLD, "-1")).await.refused(409, "needs_approval");
}

#[tokio::test]
async fn nothing_goes_below_zero_and_the_input_has_limits() {
    let store = Store::open().await;
    let device = &store.tia.device;
    let owner = &store.shop.owner.device;
    let mut settings = owner.get("/api/v1/settings").await.ok();
    settings["adjust_limit_units"] = 1000.into();
    settings["adjust_limit_cents"] = 1_000_000.into();
    owner.put("/api/v1/settings", settings).await.ok();
    device.post(PATH, Store::single(OLD, "-21")).await.refused(409, "not_enough");
    device.post(PATH, Store::single(OLD, "0")).await.refused(400, "bad_request");
    device.post(PATH, Store::single(OLD, "-0.5")).await.refused(400, "bad_request");
    device.post(PATH, Store::single(99, "-1")).await.refused(404, "not_found");
    let mut input = Store::single(OLD, "-1");
    input["note"] = " ".into();
    device.post(PATH, input.clone()).await.refused(409, "note_needed");
    input["note"] = "x".repeat(501).into();
    device.post(PATH, input.clone()).await.refused(400, "bad_request");
    input["note"] = "x".into();
    input["reason"] = "Because".into();
    device.post(PATH, input.clone()).await.refused(400, "bad_request");
    // The last one is adjusted by one of two people only.
    device.post(PATH, Store::single(OLD, "-19")).await.ok();
    let (one, other) = tokio::join!(
        device.post(PATH, Store::single(OLD, "-1")),
        store.mia.device.post(PATH, Store::single(OLD, "-1")),
    );
    let mut both = [one.status, other.status];
    both.sort_unstable();
    assert_eq!(both, [200, 409]);
    assert_eq!(store.shop.held(OLD, BIN_A).await, "0");
    // The state's own list takes the place of the house's.
    let list = json!({ "reasons": [{ "name": "Voluntary Surrender", "needs_note": true }] });
    device.put(&format!("{PATH}/reasons"), list.clone()).await.refused(403, "forbidden");
    owner.put(&format!("{PATH}/reasons"), list).await.ok();
    device.post(PATH, Store::single(FLOWER, "-1")).await.refused(400, "bad_request");
    let mut input = Store::single(FLOWER, "-0.25");
    input["reason"] = "Voluntary Surrender".into();
    let done = device.post(PATH, input).await.ok();
    assert_eq!(
        done["intents"][1]["fields"][2],
        json!({ "name": "UnitOfMeasure", "value": "Grams" })
    );
}

#[tokio::test]
async fn a_wrong_sku_is_put_right_on_both_sides_or_not_at_all() {
    let store = Store::open().await;
    let device = &store.tia.device;
    let correction = format!("/api/v1/cases/{}/correction", store.case);
    let found = device.get(&correction).await.ok();
    let other = &found["counterparts"][0];
    assert_eq!(other["package"]["product"]["name"], "Peach rings");
    assert_eq!(other["receipts"][0]["at"], json!({ "receipt": "R-1001", "line": 2 }));
    assert_eq!(other["lines"], store.pair()["lines"]);
    device.get("/api/v1/cases/999999/correction").await.refused(404, "not_found");
    // One side alone, two of one product, unlike amounts, or the reason without its other side.
    let line = |package: i64, place: i64, delta: &str| json!({ "package": package, "place": place, "delta": delta });
    for lines in [
        json!([line(OLD, BIN_A, "-1")]),
        json!([line(OLD, BIN_A, "-1"), line(NEW, BIN_B, "1")]),
        json!([line(OLD, BIN_A, "-1"), line(PEACH, BIN_A, "2")]),
        json!([line(OLD, BIN_A, "-1"), line(PEACH, BIN_A, "-1")]),
    ] {
        let mut input = store.pair();
        input["lines"] = lines;
        device.post(PATH, input).await.refused(409, "one_side");
    }
    let mut input = Store::single(OLD, "-1");
    input["reason"] = "Sold under wrong SKU".into();
    device.post(PATH, input).await.refused(409, "one_side");
    assert_eq!(store.shop.held(OLD, BIN_A).await, "20", "nothing was posted by what was refused");
    let done = device.post(PATH, store.pair()).await.ok();
    assert_eq!(store.shop.held(OLD, BIN_A).await, "19");
    assert_eq!(store.shop.held(PEACH, BIN_A).await, "11");
    assert_eq!(done["intents"].as_array().unwrap().len(), 4, "each side in each book");
    // Neither side is undone alone; both are, until somebody entered one.
    let seq = &done["seq"];
    let one_side = format!("/api/v1/moves/{seq}/undo");
    store.mia.device.post(&one_side, json!({})).await.refused(409, "not_undoable");
    let undo = format!("{PATH}/{}/undo", done["id"]);
    let back = device.post_nothing(&undo).await.ok();
    assert_eq!(
        (&back["undone"], &back["intents"][0]["state"]),
        (&json!(true), &json!("withdrawn"))
    );
    assert_eq!(store.shop.held(OLD, BIN_A).await, "20");
    assert_eq!(store.shop.held(PEACH, BIN_A).await, "10");
    device.post_nothing(&undo).await.refused(409, "undone");
    let done = device.post(PATH, store.pair()).await.ok();
    let sent = format!("/api/v1/intents/{}/sent", done["intents"][2]["id"]);
    device.post_nothing(&sent).await.ok();
    let undo = format!("{PATH}/{}/undo", done["id"]);
    device.post_nothing(&undo).await.refused(409, "already_sent");
}

#[tokio::test]
async fn a_receipt_is_corrected_once() {
    let store = Store::open().await;
    let device = &store.tia.device;
    let mut input = store.pair();
    input["how"] = "receipt".into();
    device.post(PATH, input.clone()).await.refused(400, "bad_request");
    input["receipt"] = json!({ "receipt": "R-1001", "line": 1 });
    device.post(PATH, input.clone()).await.refused(409, "not_on_receipt");
    input["receipt"]["line"] = 2.into();
    let done = device.post(PATH, input.clone()).await.ok();
    let intents = done["intents"].as_array().unwrap();
    assert_eq!(intents.len(), 1, "the state follows the receipt");
    let values: Vec<_> = intents[0]["fields"].as_array().unwrap()[..4]
        .iter()
        .map(|field| field["value"].as_str().unwrap())
        .collect();
    assert_eq!(values, ["R-1001", "2", "PEA-10", "GUM-10"]);
    let package = device.get(&format!("/api/v1/packages/{OLD}")).await.ok();
    assert_eq!(package["package"]["places"][0]["quantity"]["value"], "19");
    let adjusted: i64 = store
        .shop
        .test_box
        .store()
        .read(|db| {
            db.one("SELECT count(*) FROM movement WHERE 7 IN (from_place, to_place)", [], |row| {
                row.get(0)
            })
            .map_err(StoreError::from)
        })
        .await
        .unwrap();
    assert_eq!(adjusted, 0, "it was sold, not adjusted");
    device.post(PATH, input).await.refused(409, "not_on_receipt");
    let view = store.mia.device.get(&format!("/api/v1/cases/{}", store.case)).await.ok();
    assert_eq!(view["evidence"].as_array().unwrap().last().unwrap()["kind"], "adjusted");
    store
        .mia
        .device
        .post(
            &format!("/api/v1/cases/{}/close", store.case),
            json!({ "outcome": "Done", "verdict": "our_error" }),
        )
        .await
        .ok();
    device.post(PATH, store.pair()).await.refused(409, "closed");
}

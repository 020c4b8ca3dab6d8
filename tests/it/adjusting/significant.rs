//! The significant discrepancy: what it is made of, and what starts when it is crossed, once.

use backstock::domain::id::{PackageId, PlaceId};
use backstock::domain::place::Account;
use backstock::domain::quantity::Amount;
use backstock::ledger::{Actor, Entry, Movement};
use backstock::store::StoreError;
use backstock::workflow::significant;
use serde_json::{Value, json};

use super::{PATH, Store};
use crate::support::shop::{BIN_A, BIN_B, NEW, OLD};

impl Store {
    /// Sells so many of the old gummies, as the import of sales does. Each was bought for 4.00.
    async fn sells(&self, count: i64) {
        let sold = self.shop.test_box.store().write(move |tx| -> Result<(), StoreError> {
            let by = Actor::system();
            let mut entry = Entry::open(tx, &by, "imported")?;
            let movement = Movement {
                package: PackageId(OLD),
                amount: Amount::whole(count),
                from: PlaceId(BIN_A),
                to: Account::Sold.id(),
                reverses: None,
            };
            entry.post(movement).map_err(|error| StoreError::Invariant(error.to_string()))?;
            entry.seal(&"sales")?;
            Ok(())
        });
        sold.await.expect("the sales");
    }

    /// What the box does by itself once a minute; whether a case was due.
    async fn watches(&self) -> bool {
        let store = self.shop.test_box.store();
        let sold = store.read(|db| significant::sold(db).map_err(StoreError::from)).await.unwrap();
        let due = store
            .read(move |db| significant::due(db, sold).map_err(StoreError::from))
            .await
            .unwrap();
        store.write(move |tx| significant::watch(tx, sold)).await.unwrap();
        due
    }

    async fn meter(&self) -> Value {
        self.mia.device.get("/api/v1/significant").await.ok()
    }

    async fn without_limits(&self) {
        let owner = &self.shop.owner.device;
        let mut settings = owner.get("/api/v1/settings").await.ok();
        settings["adjust_limit_units"] = 1000.into();
        settings["adjust_limit_cents"] = 1_000_000.into();
        settings["significant_percent"] = 50.into();
        owner.put("/api/v1/settings", settings).await.ok();
    }
}

#[tokio::test]
async fn the_meter_holds_what_is_off_against_what_a_month_sells() {
    let store = Store::open().await;
    store.without_limits().await;
    let empty = store.meter().await;
    assert_eq!(
        (&empty["threshold_cents"], &empty["crossed"]),
        (&Value::Null, &json!(false)),
        "nothing sold"
    );
    store.sells(10).await;
    let meter = store.meter().await;
    assert_eq!(
        [&meter["missing_cents"], &meter["over_cents"], &meter["off_cents"]]
            .map(|one| one.as_i64().unwrap()),
        [400, 400, 400],
        "a surplus hides no loss: {meter}"
    );
    assert_eq!(
        (&meter["average_month_cents"], &meter["threshold_cents"]),
        (&json!(4000), &json!(2000))
    );
    // Put right as a pair nothing is off; adjusted for itself it is a loss, and it is not counted twice.
    let pair = store.tia.device.post(PATH, store.pair()).await.ok();
    assert_eq!(store.meter().await["off_cents"], 0);
    store.tia.device.post_nothing(&format!("{PATH}/{}/undo", pair["id"])).await.ok();
    store.tia.device.post(PATH, Store::single(OLD, "-1")).await.ok();
    let meter = store.meter().await;
    assert_eq!(
        (&meter["missing_cents"], &meter["items"][1]["adjusted"]),
        (&json!(400), &json!(true)),
        "{meter}"
    );
    // A package whose price of purchase is not known counts for nothing, and it is said.
    let owner = &store.shop.owner.device;
    store
        .shop
        .test_box
        .store()
        .write(|tx| -> Result<(), StoreError> {
            tx.execute("UPDATE package SET unit_cost_cents = NULL WHERE id = ?1", (OLD,))?;
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!(owner.get("/api/v1/significant").await.ok()["without_cost"], 1);
}

#[tokio::test]
async fn crossing_it_starts_the_clock_once_and_drafts_the_notice() {
    let store = Store::open().await;
    store.without_limits().await;
    store.sells(10).await;
    assert!(!store.watches().await, "nothing is off");
    store.tia.device.post(PATH, Store::single(OLD, "-5")).await.ok();
    assert!(store.watches().await);
    assert!(!store.watches().await, "once");
    let meter = store.meter().await;
    assert_eq!((&meter["crossed"], &meter["off_cents"]), (&json!(true), &json!(2000)));
    let path = format!("/api/v1/cases/{}", meter["case"]);
    let view = store.mia.device.get(&path).await.ok();
    assert_eq!(
        (&view["case"]["kind"], &view["case"]["due_why"]),
        (&json!("significant"), &json!("4 CCR 15036(a)"))
    );
    let told: Vec<&str> = view["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["text"]["en"].as_str())
        .collect();
    assert!(
        told[1].contains("Missing $20.00") && told[1].contains("50 % of it is $20.00"),
        "{told:?}"
    );
    assert!(told[2].contains("1A4060300000000000000001"), "{told:?}");
    let alerts = store.mia.device.get("/api/v1/alerts").await.ok();
    assert_eq!(alerts["alerts"][0]["kind"], "significant");
    let draft = store.mia.device.get("/api/v1/significant/notice.pdf").await;
    assert_eq!((draft.status, draft.header("content-type")), (200, Some("application/pdf")));
    // Closed, it is told again only once as much again is off.
    let close = json!({ "outcome": "The state was told", "verdict": "explained" });
    store.mia.device.post(&format!("{path}/close"), close).await.ok();
    assert!(!store.watches().await);
    let mut more = Store::single(NEW, "-6");
    more["lines"][0]["place"] = BIN_B.into();
    store
        .shop
        .test_box
        .store()
        .write(|tx| -> Result<(), StoreError> {
            tx.execute("UPDATE package SET unit_cost_cents = 400 WHERE id = ?1", (NEW,))?;
            Ok(())
        })
        .await
        .unwrap();
    store.tia.device.post(PATH, more).await.ok();
    assert!(store.watches().await);
    store.tia.device.get("/api/v1/significant").await.ok();
    let ben = store.shop.hire("Ben", "budtender").await;
    ben.device.get("/api/v1/significant").await.refused(403, "forbidden");
}

#[tokio::test]
async fn whoever_counts_sees_neither_meter_nor_adjustments() {
    let store = Store::open().await;
    let device = &store.tia.device;
    let count = device.post("/api/v1/counts", json!({ "scope": { "places": [BIN_A] } })).await;
    assert_eq!(count.status, 200, "{count:?}");
    device.get("/api/v1/significant").await.refused(409, "being_counted");
    device.get("/api/v1/significant/notice.pdf").await.refused(409, "being_counted");
    device.get(PATH).await.refused(409, "being_counted");
    device.get("/api/v1/intents").await.refused(409, "being_counted");
    device.post(PATH, Store::single(OLD, "-1")).await.refused(409, "being_counted");
}

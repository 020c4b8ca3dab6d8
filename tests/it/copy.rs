//! The copy of the stock that a device keeps, and that what changes it is told.

use backstock::store::StoreError;
use serde_json::{Value, json};

use crate::support::shop::{
    BIN_A, BIN_B, EIGHTH, FAILED, FLOOR, FLOWER, GUMMIES, NEW, OLD, Person, QUARANTINE, Shop, TOTE,
    TOTE_2, UNSORTED,
};

fn find(list: &Value, id: i64) -> &Value {
    let found = list.as_array().unwrap().iter().find(|thing| thing["id"] == id);
    found.unwrap_or_else(|| panic!("no {id} in {list}"))
}

fn ids(list: &Value) -> Vec<i64> {
    list.as_array().unwrap().iter().map(|thing| thing["id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_device_can_tell_what_a_scan_means_from_the_copy_alone() {
    let shop = Shop::open().await;
    let ben = shop.hire("Ben", "budtender").await;
    let copy = ben.device.get("/api/v1/copy").await.ok();
    assert_eq!(copy["full"], true);
    assert_eq!(ids(&copy["packages"]), [OLD, NEW, FLOWER, FAILED]);
    assert_eq!(ids(&copy["products"]), [GUMMIES, EIGHTH]);
    let places = [UNSORTED, BIN_A, BIN_B, FLOOR, TOTE, TOTE_2, QUARANTINE];
    assert_eq!(ids(&copy["places"]), places);

    let flower = find(&copy["packages"], FLOWER);
    assert_eq!(
        *flower,
        json!({
            "id": FLOWER, "tag": "1A4060300000000000000003", "origin_tag": null, "product": EIGHTH,
            "batch": null, "packaged": null, "expires": "2027-03-01",
            "received": "1970-01-01T00:00:01.500Z", "unit": "g", "blocked": [],
            "held": [{ "place": BIN_A, "quantity": "28", "reserved": "0", "open": false }],
            "hidden": false,
        })
    );
    assert_eq!(find(&copy["packages"], FAILED)["blocked"], json!(["lab_not_passed"]));
    let eighth = find(&copy["products"], EIGHTH);
    assert_eq!(eighth["content"], json!({ "value": "3.5", "unit": "g" }));
    assert_eq!(find(&copy["products"], GUMMIES)["gtins"], json!(["00036000291452"]));
    let bin = find(&copy["places"], BIN_A);
    assert_eq!(
        (&bin["name"], &bin["kind"], &bin["walk"]),
        (&json!("A-01"), &json!("bin"), &json!(101))
    );
    assert_eq!(bin["code"], Shop::code(BIN_A).as_str());
    // The same names as everywhere else, so that references can be made of it.
    let line = &shop.owner.device.get(&format!("/api/v1/packages/{FLOWER}")).await.ok()["package"];
    for field in ["id", "tag", "batch", "packaged", "expires", "received", "unit"] {
        assert_eq!(line[field], flower[field], "{field}");
    }
}

#[tokio::test]
async fn some_packages_are_asked_for_alone_and_one_that_is_gone_is_told_empty() {
    let shop = Shop::open().await;
    let ask = |ids: &str| {
        let path = format!("/api/v1/copy?packages={ids}");
        let device = shop.owner.device.clone();
        async move { device.get(&path).await }
    };
    let found = shop.owner.device.get("/api/v1/copy").await.ok();
    shop.test_box
        .store()
        .write(|tx| -> Result<_, StoreError> {
            // As a sale takes it.
            use backstock::domain::{id::PackageId, id::PlaceId, place::Account, quantity::Amount};
            use backstock::ledger::{Actor, Entry, Movement};
            let by = Actor::system();
            let mut entry = Entry::open(tx, &by, "imported")?;
            let movement = Movement {
                package: PackageId(NEW),
                amount: Amount::whole(20),
                from: PlaceId(BIN_B),
                to: Account::Sold.id(),
                reverses: None,
            };
            entry.post(movement).map_err(|error| StoreError::Invariant(error.to_string()))?;
            entry.seal(&json!({}))?;
            Ok(())
        })
        .await
        .unwrap();
    let part = ask(&format!("{FLOWER},{NEW},999")).await.ok();
    assert_eq!(part["full"], false);
    assert_eq!(part["places"], json!([]));
    assert_eq!(ids(&part["packages"]), [NEW, FLOWER]);
    assert_eq!(find(&part["packages"], NEW)["held"], json!([]));
    assert_eq!(find(&part["packages"], FLOWER), find(&found["packages"], FLOWER));
    assert_eq!(ids(&part["products"]), [GUMMIES, EIGHTH]);
    assert_eq!(ids(&ask(&OLD.to_string()).await.ok()["products"]), [GUMMIES]);
    let whole = shop.owner.device.get("/api/v1/copy").await.ok();
    assert_eq!(ids(&whole["packages"]), [OLD, FLOWER, FAILED]);
    let many = |count: usize| vec!["1"; count].join(",");
    ask(&many(256)).await.ok();
    for wrong in [many(257), "x".into(), "1,,2".into(), String::new()] {
        let problem = ask(&wrong).await.refused(400, "bad_request");
        assert_eq!(problem["field"], "packages", "{wrong}");
    }
}

#[tokio::test]
async fn what_picks_are_promised_is_in_the_copy_and_every_change_of_it_is_told() {
    let shop = Shop::open().await;
    let ben = shop.hire("Ben", "budtender").await;
    let tia = shop.hire("Tia", "technician").await;
    let mut told = shop.test_box.store().changes();
    let reserved = |package: i64| {
        let (device, path) = (ben.device.clone(), format!("/api/v1/copy?packages={package}"));
        async move {
            let copy = device.get(&path).await.ok();
            let held = copy["packages"][0]["held"].as_array().unwrap().clone();
            let of_lot = |held: &Value| held["reserved"].as_str().unwrap().to_owned();
            held.iter().map(of_lot).collect::<Vec<_>>().join(" ")
        }
    };
    let mut stock_told = move || {
        let mut ids = Vec::new();
        while let Ok(change) = told.try_recv() {
            ids.extend(change.topics.get(&backstock::domain::topic::Topic::Stock).cloned());
        }
        ids.concat()
    };
    let request = ben.requests(&[(GUMMIES, "25")]).await;
    stock_told();
    let pick = tia.claims(&request, TOTE).await;
    assert_eq!(stock_told(), [OLD, NEW]);
    assert_eq!((reserved(OLD).await, reserved(NEW).await), ("20".into(), "5".into()));
    let path = |what: &str| format!("/api/v1/picks/{}/{what}", pick["id"]);
    tia.device.post_nothing(&path("release")).await.ok();
    assert_eq!(stock_told(), [OLD, NEW]);
    assert_eq!((reserved(OLD).await, reserved(NEW).await), ("0".into(), "0".into()));

    let request = ben.requests(&[(GUMMIES, "15")]).await;
    let pick = tia.claims(&request, TOTE).await;
    let path = |what: &str| format!("/api/v1/picks/{}/{what}", pick["id"]);
    stock_told();
    let short = json!({ "line": pick["lines"][0]["id"], "reason": "empty_bin", "found": "0" });
    tia.device.post(&path("shorts"), short).await.ok();
    let mut ids = stock_told();
    ids.sort_unstable();
    assert_eq!(ids, [OLD, NEW], "freed, and planned instead");
    assert_eq!((reserved(OLD).await, reserved(NEW).await), ("0".into(), "15".into()));
    // Another lot stands in: both change.
    let request = ben.requests(&[(GUMMIES, "4")]).await;
    let pick = tia.claims(&request, TOTE_2).await;
    assert_eq!((stock_told(), reserved(NEW).await), (vec![NEW], "19".into()));
    let path = format!("/api/v1/picks/{}/takes", pick["id"]);
    tia.device.post(&path, Person::take(BIN_A, OLD, "3", "ea")).await.ok();
    assert_eq!((stock_told(), reserved(NEW).await), (vec![OLD, NEW], "16".into()));
}

#[tokio::test]
async fn a_kiosk_without_a_person_gets_no_copy() {
    let shop = Shop::open().await;
    let (kiosk, _) = shop.enrol("kiosk").await;
    kiosk.get("/api/v1/copy").await.refused(401, "signed_out");
    shop.test_box.stranger().get("/api/v1/copy").await.refused(401, "not_enrolled");
}

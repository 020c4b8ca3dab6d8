use serde_json::{Value, json};

use super::{enters, id, look, shop};
use crate::support::shop::{
    BIN_A, BIN_B, EIGHTH, FLOOR, FLOWER, GUMMIES, NEW, OLD, Person, TOTE, TOTE_2,
};

/// 40 gummies are in the vault.
#[tokio::test]
async fn no_more_is_promised_than_there_is_and_the_rest_is_short_with_stand_ins() {
    let (shop, tia) = shop().await;
    let other = json!({ "sku": "GUM-20", "name": "Peach gummies", "category": "Edible", "unit": "ea",
        "gtins": [], "pars": [], "active": true });
    let peach = id(&shop.owner.device.post("/api/v1/products", other).await.ok());
    shop.test_box
        .store()
        .write(move |tx| {
            tx.execute(
                "UPDATE package SET product_id = :p WHERE id = :new",
                backstock::store::named_params! {
                    ":p": peach, ":new": NEW,
                },
            )
            .map_err(backstock::store::StoreError::from)
        })
        .await
        .unwrap();
    enters(&tia, &[(GUMMIES, "15")]).await;
    let short = enters(&tia, &[(GUMMIES, "8"), (EIGHTH, "2")]).await;
    assert_eq!((&short["state"], &short["short"]), (&json!("waiting"), &json!(true)));
    let line = &short["lines"][0];
    assert_eq!((&line["promised"], &line["short"]), (&json!("5"), &json!("3")));
    let stand_in = &line["substitutes"][0];
    assert_eq!((&stand_in["product"]["id"], &stand_in["free"]), (&json!(peach), &json!("20")));
    assert_eq!(short["lines"][1]["short"], "0");
}

#[tokio::test]
async fn a_restock_leaves_alone_what_orders_are_promised() {
    let (shop, tia) = shop().await;
    let ben = shop.hire("Ben", "budtender").await;
    enters(&tia, &[(GUMMIES, "35")]).await;
    let station = tia.device.get(&format!("/api/v1/stations/{FLOOR}")).await.ok();
    let gummies =
        station["lines"].as_array().unwrap().iter().find(|line| line["product"]["id"] == GUMMIES);
    if let Some(line) = gummies {
        assert_eq!(line["vault"], "5", "the request screen knows of the promise");
    }
    let request = ben.requests(&[(GUMMIES, "10")]).await;
    let pick = tia.claims(&request, TOTE).await;
    let planned: i64 = pick["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["planned_count"].as_str().unwrap().parse::<i64>().unwrap())
        .sum();
    assert_eq!(planned, 5, "40 there, 35 promised");
    assert_eq!(pick["request"]["lines"][0]["short"], "5");
}

/// 22.75 g and 5.25 g are six eighths and one: what is left over of both is no unit.
#[tokio::test]
async fn what_is_left_over_of_lots_is_no_unit_for_a_restock() {
    let (shop, tia) = shop().await;
    let ben = shop.hire("Ben", "budtender").await;
    let part = json!({ "package": FLOWER, "from": BIN_A, "to": BIN_B,
                       "quantity": { "value": "5.25", "unit": "g" } });
    tia.device.post("/api/v1/moves", part).await.ok();
    let order = enters(&tia, &[(EIGHTH, "8")]).await;
    assert_eq!(order["lines"][0]["promised"], "7");
    let request = ben.requests(&[(EIGHTH, "1")]).await;
    let pick = tia.claims(&request, TOTE).await;
    assert_eq!(pick["lines"], json!([]), "both lots are promised");
}

/// The last units: an order and a restock ask at the same moment, many times over.
#[tokio::test]
async fn an_order_and_a_restock_race_for_the_last_units() {
    let (shop, tia) = shop().await;
    let ben = shop.hire("Ben", "budtender").await;
    let mo = shop.hire("Mo", "technician").await;
    enters(&tia, &[(GUMMIES, "36")]).await;
    let request = ben.requests(&[(GUMMIES, "4")]).await;
    let claim = format!("/api/v1/requests/{}/claim", id(&request));
    let (claimed, order) =
        tokio::join!(mo.device.post_nothing(&claim), enters(&tia, &[(GUMMIES, "4")]));
    let planned: i64 = claimed.ok()["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["planned_count"].as_str().unwrap().parse::<i64>().unwrap())
        .sum();
    let promised: i64 = order["lines"][0]["promised"].as_str().unwrap().parse().unwrap();
    assert_eq!(planned + promised, 4, "planned {planned}, promised {promised}");
}

#[tokio::test]
async fn what_becomes_free_is_promised_to_the_most_pressing() {
    let (shop, tia) = shop().await;
    let all = enters(&tia, &[(GUMMIES, "40")]).await;
    let later = enters(&tia, &[(GUMMIES, "3")]).await;
    let lines = json!([{ "product": GUMMIES, "quantity": "3" }]);
    let sooner = json!({ "customer_first": "Lee", "way": "pickup", "lines": lines,
        "window_from": "2026-11-27T17:00:00Z", "window_to": "2026-11-27T18:00:00Z" });
    let sooner = tia.device.post("/api/v1/orders", sooner).await.ok();
    assert_eq!(sooner["lines"][0]["promised"], "0");
    let cancel = json!({ "why": "customer" });
    tia.device.post(&format!("/api/v1/orders/{}/cancel", id(&all)), cancel).await.ok();
    // Only four come free: somebody else's request takes the others.
    let ben = shop.hire("Ben", "budtender").await;
    let request = ben.requests(&[(GUMMIES, "36")]).await;
    tia.claims(&request, TOTE).await;
    shop.test_box.store().write(backstock::workflow::ordering::promise::top_up).await.unwrap();
    assert_eq!(look(&tia, id(&sooner)).await["lines"][0]["promised"], "3");
    assert_eq!(look(&tia, id(&later)).await["lines"][0]["promised"], "1");
}

#[tokio::test]
async fn a_short_line_is_decided_before_the_walk() {
    let (_shop, tia) = shop().await;
    enters(&tia, &[(GUMMIES, "38")]).await;
    let decide = |order: &Value, line: usize, body: Value| {
        let path =
            format!("/api/v1/orders/{}/lines/{}/decide", id(order), order["lines"][line]["id"]);
        let device = tia.device.clone();
        async move { device.post(&path, body).await }
    };
    let one = enters(&tia, &[(GUMMIES, "5"), (EIGHTH, "1")]).await;
    let wrong = json!({ "how": "substitute", "product": GUMMIES });
    decide(&one, 0, wrong).await.refused(409, "wrong_substitute");
    decide(&one, 1, json!({ "how": "partial" })).await.refused(409, "not_short");
    let partial = decide(&one, 0, json!({ "how": "partial" })).await.ok();
    assert_eq!((&partial["lines"][0]["amount"], &partial["short"]), (&json!("2"), &json!(false)));
    let two = enters(&tia, &[(GUMMIES, "3")]).await;
    let stood_in = decide(&two, 0, json!({ "how": "substitute", "product": EIGHTH })).await.ok();
    let lines = stood_in["lines"].as_array().unwrap();
    assert_eq!((&lines[0]["amount"], &lines[1]["amount"]), (&json!("0"), &json!("3")));
    assert_eq!(lines[1]["product"]["id"], EIGHTH);
    assert_eq!((&lines[1]["wanted"]["id"], &lines[1]["promised"]), (&json!(GUMMIES), &json!("3")));
    let three = enters(&tia, &[(GUMMIES, "3")]).await;
    let dropped = decide(&three, 0, json!({ "how": "drop" })).await.ok();
    assert_eq!((&dropped["state"], &dropped["why"]), (&json!("ended"), &json!("short")));
}

/// The first lot is in bin A, the newer one in bin B; an order takes first in, first out over both.
#[tokio::test]
async fn a_walk_turns_promises_into_lots_first_in_first_out() {
    let (shop, tia) = shop().await;
    let order = enters(&tia, &[(GUMMIES, "25")]).await;
    let walk = tia.device.post("/api/v1/walks", json!({ "orders": [id(&order)] })).await.ok();
    let plan: Vec<_> = walk["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            (
                line["package"]["id"].as_i64().unwrap(),
                line["bin"]["id"].as_i64().unwrap(),
                line["planned_count"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    assert_eq!(plan, [(OLD, BIN_A, "20".to_owned()), (NEW, BIN_B, "5".to_owned())]);
    let pick = id(&walk);
    tia.device.post(&format!("/api/v1/picks/{pick}/tote"), json!({ "tote": TOTE_2 })).await.ok();
    let newer = Person::take(BIN_B, NEW, "5", "ea");
    tia.device.post(&format!("/api/v1/picks/{pick}/takes"), newer).await.ok();
    assert_eq!(shop.held(NEW, TOTE_2).await, "5");
    let released = tia.device.post_nothing(&format!("/api/v1/picks/{pick}/release")).await;
    released.refused(409, "already_begun");
}

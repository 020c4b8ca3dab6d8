use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Source, enters, file, id, live, look, order, shop, source};
use crate::support::Reply;
use crate::support::shop::{EIGHTH, GUMMIES, NEW, Person, Shop};

/// An order of lines with a name, a SKU (empty: none) and a quantity.
fn said(external: &str, lines: &[(&str, &str, &str)]) -> Value {
    let line = |(name, sku, quantity): &(&str, &str, &str)| {
        let mut line = json!({ "name": name, "quantity": quantity });
        if !sku.is_empty() {
            line["sku"] = json!(sku);
        }
        line
    };
    let mut said = order(external, &[]);
    said["lines"] = lines.iter().map(line).collect();
    said
}

/// Takes these orders of a source in; what they became, in this order.
async fn come(tia: &Person, from: &Source, orders: &[Value]) -> Vec<Value> {
    file(tia, from, &json!(orders).to_string()).await.ok();
    let live = live(tia).await;
    let mut found = Vec::new();
    for said in orders {
        let row = live.iter().find(|row| row["number"] == said["number"]).expect("it is live");
        found.push(look(tia, id(row)).await);
    }
    found
}

/// Says that the nth line of an order is a product.
async fn says(tia: &Person, order: &Value, n: usize, product: i64) -> Reply {
    let path = format!("/api/v1/orders/{}/match", id(order));
    let matches = json!({ "matches": [{ "line": order["lines"][n]["id"], "product": product }] });
    tia.device.post(&path, matches).await
}

async fn leaves_out(tia: &Person, order: &Value, n: usize) -> Reply {
    let line = id(&order["lines"][n]);
    tia.device.post_nothing(&format!("/api/v1/orders/{}/lines/{line}/leave-out", id(order))).await
}

async fn items(shop: &Shop, of: &Source) -> Vec<Value> {
    let path = format!("/api/v1/order-sources/{}/items", of.id);
    let told = shop.owner.device.get(&path).await.ok();
    told["items"].as_array().unwrap().clone()
}

/// What the last entry of a kind says.
async fn noted(shop: &Shop, kind: &str) -> Value {
    let journal = shop.owner.device.get("/api/v1/journal").await.ok();
    let entries = journal["entries"].as_array().unwrap();
    entries.iter().find(|one| one["kind"] == kind).expect("an entry")["body"]["data"].clone()
}

/// A line's product, and what it is promised of it.
fn means(order: &Value, n: usize) -> (i64, &str) {
    let line = &order["lines"][n];
    (line["product"]["id"].as_i64().unwrap_or(0), line["promised"].as_str().unwrap())
}

#[tokio::test]
async fn a_name_that_two_products_have_is_never_guessed_and_said_once() {
    let (shop, tia) = shop().await;
    let own = source(&shop, "own", "backstock", "none").await;
    let twin = json!({ "sku": "GUM-20", "name": "Sour Cherry Gummies", "category": "Edible", "unit": "ea",
        "gtins": [], "pars": [], "active": true });
    shop.owner.device.post("/api/v1/products", twin).await.ok();
    let body = |external: &str| {
        json!([order(external, &[("Sour cherry gummies", 2), ("Blue Dream eighth", 1)])])
            .to_string()
    };
    file(&tia, &own, &body("1")).await.ok();
    let row = live(&tia).await[0].clone();
    assert_eq!((&row["state"], &row["unmatched"]), (&json!("unmatched"), &json!(1)));
    let whole = look(&tia, id(&row)).await;
    let lines = whole["lines"].as_array().unwrap();
    assert_eq!(lines[0]["product"], json!(null));
    let candidates: Vec<_> = lines[0]["candidates"].as_array().unwrap().iter().collect();
    assert_eq!(candidates.len(), 2, "both that it may mean: {candidates:?}");
    assert_eq!(lines[1]["product"]["id"], EIGHTH, "the other line is certain");
    let walk = json!({ "orders": [id(&row)] });
    tia.device.post("/api/v1/walks", walk).await.refused(409, "order_not_waiting");
    let path = format!("/api/v1/orders/{}/match", id(&row));
    let unknown = json!({ "matches": [{ "line": lines[0]["id"], "product": 999 }] });
    tia.device.post(&path, unknown).await.refused(404, "not_found");
    let matches = json!({ "matches": [{ "line": lines[0]["id"], "product": GUMMIES }] });
    let matched = tia.device.post(&path, matches.clone()).await.ok();
    assert_eq!(
        (&matched["state"], &matched["lines"][0]["promised"]),
        (&json!("waiting"), &json!("2"))
    );
    // Said once: the next order of this source knows it, one of another source does not.
    file(&tia, &own, &body("2")).await.ok();
    let other = source(&shop, "other", "backstock", "none").await;
    file(&tia, &other, &body("3")).await.ok();
    let states: Vec<String> = live(&tia)
        .await
        .iter()
        .map(|row| {
            format!(
                "{} {}",
                row["source"]["name"].as_str().unwrap(),
                row["state"].as_str().unwrap()
            )
        })
        .collect();
    assert!(
        states.contains(&"own waiting".into()) && states.contains(&"other unmatched".into()),
        "{states:?}"
    );
}

#[tokio::test]
async fn a_sku_and_a_barcode_are_certain() {
    let (shop, tia) = shop().await;
    let own = source(&shop, "own", "backstock", "none").await;
    let mut said = order("1", &[]);
    said["lines"] = json!([
        { "name": "something", "sku": "BD-8TH", "quantity": 1 },
        { "name": "something else", "sku": "036000291452", "quantity": 2 },
    ]);
    file(&tia, &own, &json!([said]).to_string()).await.ok();
    let whole = look(&tia, id(&live(&tia).await[0])).await;
    let products: Vec<_> = whole["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["product"]["id"].clone())
        .collect();
    assert_eq!(products, [json!(EIGHTH), json!(GUMMIES)]);
}

#[tokio::test]
async fn half_a_piece_is_nothing_to_pick() {
    let (shop, tia) = shop().await;
    let own = source(&shop, "own", "backstock", "none").await;
    let mut said = order("1", &[]);
    said["lines"] = json!([{ "name": "Sour cherry gummies", "quantity": "1.5" }]);
    file(&tia, &own, &json!([said]).to_string()).await.ok();
    let whole = look(&tia, id(&live(&tia).await[0])).await;
    assert_eq!(whole["state"], "unmatched");
    let path = format!("/api/v1/orders/{}/match", id(&whole));
    let matches = json!({ "matches": [{ "line": whole["lines"][0]["id"], "product": GUMMIES }] });
    tia.device.post(&path, matches).await.refused(400, "bad_request");
}

#[tokio::test]
async fn an_order_entered_by_hand_says_what_is_wrong_with_it() {
    let (_shop, tia) = shop().await;
    let made = enters(&tia, &[(GUMMIES, "2")]).await;
    assert_eq!((&made["customer"], &made["state"]), (&json!("Ana L."), &json!("waiting")));
    let input = |lines: serde_json::Value| json!({ "customer_first": "Ana", "way": "pickup", "lines": lines });
    let post = |input: serde_json::Value| tia.device.post("/api/v1/orders", input);
    post(input(json!([]))).await.refused(409, "nothing_ordered");
    let unknown = post(input(json!([{ "product": 999, "quantity": "1" }]))).await;
    assert_eq!(unknown.refused(409, "unknown_product")["line"], 1);
    let none = post(input(json!([{ "product": GUMMIES, "quantity": "0" }]))).await;
    assert_eq!(none.refused(400, "bad_request")["field"], "lines.1.quantity");
    let mut nameless = input(json!([{ "product": GUMMIES, "quantity": "1" }]));
    nameless["customer_first"] = "  ".into();
    assert_eq!(post(nameless.clone()).await.refused(400, "bad_request")["field"], "customer_first");
    nameless["customer_first"] = "Ana".into();
    nameless["window_from"] = "2026-11-27T18:00:00Z".into();
    nameless["window_to"] = "2026-11-27T17:00:00Z".into();
    post(nameless).await.refused(409, "window_wrong");
}

#[tokio::test]
async fn a_wrong_match_is_taken_back_with_its_promise() {
    let (shop, tia) = shop().await;
    let own = source(&shop, "own", "backstock", "none").await;
    let [one, two] =
        &come(&tia, &own, &[said("1", &[("Dream", "", "2")]), said("2", &[("Dreams", "", "1")])])
            .await[..]
    else {
        panic!("two orders");
    };
    let wrong = says(&tia, one, 0, GUMMIES).await.ok();
    assert_eq!((means(&wrong, 0), &wrong["state"]), ((GUMMIES, "2"), &json!("waiting")));
    let candidates = wrong["lines"][0]["candidates"].as_array().unwrap();
    assert!(candidates.iter().any(|one| one["id"] == EIGHTH), "it may be another: {candidates:?}");
    assert!(candidates.iter().all(|one| one["id"] != GUMMIES), "than the one it is taken for");
    let right = says(&tia, &wrong, 0, EIGHTH).await.ok();
    assert_eq!((means(&right, 0), &right["state"]), ((EIGHTH, "2"), &json!("waiting")));
    // All 40 gummies are free again, and the next order knows better.
    let all = enters(&tia, &[(GUMMIES, "40")]).await;
    assert_eq!(all["lines"][0]["promised"], "40");
    let next = come(&tia, &own, &[said("3", &[("dream", "", "1")])]).await;
    assert_eq!(means(&next[0], 0), (EIGHTH, "1"));
    assert_eq!(look(&tia, id(two)).await["state"], "unmatched", "another name is another item");
    // Once it is planned it stays what it is.
    tia.device.post("/api/v1/walks", json!({ "orders": [id(&right)] })).await.ok();
    assert_eq!(
        says(&tia, &right, 0, GUMMIES).await.refused(409, "order_closed")["state"],
        "picking"
    );
    assert_eq!(look(&tia, id(&right)).await["lines"][0]["candidates"], json!([]));
}

#[tokio::test]
async fn what_is_said_of_an_item_holds_for_every_order_of_its_source_that_nobody_picks() {
    let (shop, tia) = shop().await;
    let own = source(&shop, "own", "backstock", "none").await;
    let dream = |external: &str, quantity: &str| said(external, &[("Dream", "", quantity)]);
    let two_lines = said("3", &[("DREAM", "", "1"), ("No idea", "", "1")]);
    let came = [dream("1", "1"), dream("2", "3"), two_lines, dream("4", "1.5")];
    let came = come(&tia, &own, &came).await;
    let other = source(&shop, "other", "backstock", "none").await;
    let elsewhere = &come(&tia, &other, &[dream("5", "1")]).await[0];
    says(&tia, &came[0], 0, GUMMIES).await.ok();
    let (second, third) = (look(&tia, id(&came[1])).await, look(&tia, id(&came[2])).await);
    assert_eq!((means(&second, 0), &second["state"]), ((GUMMIES, "3"), &json!("waiting")));
    assert_eq!((means(&third, 0), &third["state"]), ((GUMMIES, "1"), &json!("unmatched")));
    let half = look(&tia, id(&came[3])).await;
    assert_eq!(means(&half, 0), (0, "0"), "half a piece is nothing to pick");
    assert_eq!(means(&look(&tia, id(elsewhere)).await, 0), (0, "0"), "another source's word");
    let touched = json!([id(&came[0]), id(&came[1]), id(&came[2])]);
    assert_eq!(noted(&shop, "order_matched").await["orders"], touched);
    // Taken back, all that nobody picks follow; the one that is picked stays what it is.
    tia.device.post("/api/v1/walks", json!({ "orders": [id(&came[1])] })).await.ok();
    says(&tia, &came[0], 0, EIGHTH).await.ok();
    assert_eq!(means(&look(&tia, id(&came[0])).await, 0), (EIGHTH, "1"));
    assert_eq!(means(&look(&tia, id(&came[2])).await, 0), (EIGHTH, "1"));
    assert_eq!(means(&look(&tia, id(&came[1])).await, 0).0, GUMMIES);
    let touched = json!([id(&came[0]), id(&came[2])]);
    assert_eq!(noted(&shop, "order_matched").await["orders"], touched);
}

#[tokio::test]
async fn a_name_with_two_skus_is_two_things() {
    let (shop, tia) = shop().await;
    let own = source(&shop, "own", "backstock", "none").await;
    let lines = [("House", "H-1", "1"), ("House", "H-2", "1"), ("House", "", "1")];
    let came = come(&tia, &own, &[said("1", &lines)]).await;
    let one = says(&tia, &came[0], 0, GUMMIES).await.ok();
    assert_eq!([means(&one, 0).0, means(&one, 1).0, means(&one, 2).0], [GUMMIES, 0, 0]);
    let two = says(&tia, &came[0], 1, EIGHTH).await.ok();
    assert_eq!([means(&two, 0).0, means(&two, 1).0, means(&two, 2).0], [GUMMIES, EIGHTH, 0]);
    let next = come(&tia, &own, &[said("2", &lines)]).await;
    assert_eq!(
        [means(&next[0], 0).0, means(&next[0], 1).0, means(&next[0], 2).0],
        [GUMMIES, EIGHTH, 0]
    );
    // What a person said of a name is no answer to a SKU that the store knows.
    says(&tia, &came[0], 2, EIGHTH).await.ok();
    let known = come(&tia, &own, &[said("3", &[("House", "GUM-10", "1")])]).await;
    assert_eq!(means(&known[0], 0).0, GUMMIES);
}

#[tokio::test]
async fn what_somebody_chose_here_is_no_word_of_a_source() {
    let (shop, tia) = shop().await;
    let by_hand = enters(&tia, &[(EIGHTH, "1")]).await;
    says(&tia, &by_hand, 0, GUMMIES).await.refused(409, "chosen_here");
    assert_eq!(by_hand["lines"][0]["candidates"], json!([]));
    // 40 gummies are there; five others of the order are given in another product.
    let peach = json!({ "sku": "GUM-20", "name": "Peach gummies", "category": "Edible", "unit": "ea",
        "gtins": [], "pars": [], "active": true });
    let peach = id(&shop.owner.device.post("/api/v1/products", peach).await.ok());
    give(&shop, peach).await;
    let own = source(&shop, "own", "backstock", "none").await;
    let came = come(&tia, &own, &[said("1", &[("Sour cherry gummies", "", "25")])]).await;
    let path =
        format!("/api/v1/orders/{}/lines/{}/decide", id(&came[0]), came[0]["lines"][0]["id"]);
    let decided =
        tia.device.post(&path, json!({ "how": "substitute", "product": peach })).await.ok();
    assert_eq!(decided["lines"][1]["wanted"]["id"], GUMMIES);
    says(&tia, &decided, 1, EIGHTH).await.refused(409, "chosen_here");
    let again = says(&tia, &decided, 0, EIGHTH).await.ok();
    assert_eq!([means(&again, 0).0, means(&again, 1).0], [EIGHTH, peach], "what stands in stays");
}

/// Makes the 20 new gummies another product.
async fn give(shop: &Shop, product: i64) {
    let give = move |tx: &backstock::store::Tx<'_>| {
        let to = backstock::store::named_params! { ":product": product, ":new": NEW };
        tx.execute("UPDATE package SET product_id = :product WHERE id = :new", to)
            .map_err(backstock::store::StoreError::from)
    };
    shop.test_box.store().write(give).await.unwrap();
}

#[tokio::test]
async fn a_line_that_nobody_knows_is_left_out() {
    let (shop, tia) = shop().await;
    let own = source(&shop, "own", "backstock", "none").await;
    let lines = [("Sour cherry gummies", "", "2"), ("Sticker", "", "1"), ("Poster", "", "1")];
    let came = come(&tia, &own, &[said("1", &lines), said("2", &lines[1..])]).await;
    leaves_out(&tia, &came[0], 0).await.refused(404, "not_found");
    let one = leaves_out(&tia, &came[0], 1).await.ok();
    assert_eq!((&one["state"], &one["unmatched"]), (&json!("unmatched"), &json!(1)));
    leaves_out(&tia, &came[0], 1).await.refused(404, "not_found");
    says(&tia, &one, 1, GUMMIES).await.refused(404, "not_found");
    let waits = leaves_out(&tia, &came[0], 2).await.ok();
    assert_eq!((&waits["state"], &waits["line_count"]), (&json!("waiting"), &json!(1)));
    // It is still seen, as what is not given.
    let amounts: Vec<_> =
        waits["lines"].as_array().unwrap().iter().map(|line| &line["amount"]).collect();
    assert_eq!(amounts, ["2", "0", "0"]);
    assert_eq!(
        (&waits["lines"][2]["item"], &waits["lines"][2]["candidates"]),
        (&json!("Poster"), &json!([]))
    );
    let note = json!({ "order": id(&waits), "line": id(&waits["lines"][2]) });
    assert_eq!(noted(&shop, "order_line_left_out").await, note);
    leaves_out(&tia, &waits, 0).await.refused(409, "order_closed");
    // Of the other order nothing is left.
    leaves_out(&tia, &came[1], 0).await.ok();
    let ended = leaves_out(&tia, &came[1], 1).await.ok();
    assert_eq!((&ended["state"], &ended["why"]), (&json!("ended"), &json!("short")));
    // And it is picked without them.
    let walk = tia.device.post("/api/v1/walks", json!({ "orders": [id(&waits)] })).await.ok();
    assert_eq!(walk["lines"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_a_source_s_items_mean_is_listed_and_forgotten() {
    let (shop, tia) = shop().await;
    let own = source(&shop, "own", "backstock", "none").await;
    let came = come(&tia, &own, &[said("1", &[("Dream", "D-1", "1"), ("Bliss", "", "1")])]).await;
    says(&tia, &came[0], 0, EIGHTH).await.ok();
    says(&tia, &came[0], 1, GUMMIES).await.ok();
    let known = items(&shop, &own).await;
    assert_eq!((&known[0]["item"], &known[0]["sku"]), (&json!("Bliss"), &json!(null)));
    assert_eq!((&known[1]["item"], &known[1]["sku"]), (&json!("Dream"), &json!("D-1")));
    assert_eq!(
        (&known[1]["product"]["id"], &known[1]["by"]["name"]),
        (&json!(EIGHTH), &json!("Tia"))
    );
    let path = format!("/api/v1/order-sources/{}/items/{}", own.id, known[1]["id"]);
    tia.device.delete(&path).await.refused(403, "forbidden");
    let other = source(&shop, "other", "backstock", "none").await;
    let elsewhere = format!("/api/v1/order-sources/{}/items/{}", other.id, known[1]["id"]);
    shop.owner.device.delete(&elsewhere).await.refused(404, "not_found");
    shop.owner.device.get("/api/v1/order-sources/999/items").await.refused(404, "not_found");
    let key = Uuid::now_v7();
    let forget = || shop.owner.device.write(Method::DELETE, key, &path, json!({}));
    forget().await.ok();
    assert_eq!(forget().await.header("Idempotent-Replay"), Some("true"));
    shop.owner.device.delete(&path).await.refused(404, "not_found");
    assert_eq!(items(&shop, &own).await.len(), 1);
    assert_eq!(noted(&shop, "order_item_forgotten").await["item"], "Dream");
    // Orders stay as they are; the next one asks again.
    assert_eq!(means(&look(&tia, id(&came[0])).await, 0), (EIGHTH, "1"));
    let next = come(&tia, &own, &[said("2", &[("Dream", "D-1", "1"), ("Bliss", "", "1")])]).await;
    assert_eq!([means(&next[0], 0).0, means(&next[0], 1).0], [0, GUMMIES]);
}

#[tokio::test]
async fn a_match_that_is_sent_again_changes_nothing_that_was_said_since() {
    let (shop, tia) = shop().await;
    let own = source(&shop, "own", "backstock", "none").await;
    let came = come(&tia, &own, &[said("1", &[("Dream", "", "1")])]).await;
    let path = format!("/api/v1/orders/{}/match", id(&came[0]));
    let matches = json!({ "matches": [{ "line": came[0]["lines"][0]["id"], "product": GUMMIES }] });
    let key = Uuid::now_v7();
    tia.device.write(Method::POST, key, &path, matches.clone()).await.ok();
    says(&tia, &came[0], 0, EIGHTH).await.ok();
    let replay = tia.device.write(Method::POST, key, &path, matches).await;
    assert_eq!(replay.header("Idempotent-Replay"), Some("true"));
    assert_eq!(means(&replay.ok(), 0), (EIGHTH, "1"), "it tells how it is now");
    let other = json!({ "matches": [{ "line": came[0]["lines"][0]["id"], "product": EIGHTH }] });
    tia.device.write(Method::POST, key, &path, other).await.refused(422, "key_reused");
}

#[tokio::test]
async fn what_was_decided_of_a_wrong_product_does_not_hold_for_the_right_one() {
    let (shop, tia) = shop().await;
    let own = source(&shop, "own", "backstock", "none").await;
    let come = come(&tia, &own, &[said("1", &[("Dream", "", "30")])]).await;
    let wrong = says(&tia, &come[0], 0, EIGHTH).await.ok();
    let line = &wrong["lines"][0];
    assert_ne!(line["short"], "0");
    let path = format!("/api/v1/orders/{}/lines/{}/decide", id(&wrong), line["id"]);
    let partial = tia.device.post(&path, json!({ "how": "partial" })).await.ok();
    assert_ne!(partial["lines"][0]["amount"], "30");
    let right = says(&tia, &partial, 0, GUMMIES).await.ok();
    assert_eq!(means(&right, 0), (GUMMIES, "30"));
    assert_eq!((&right["lines"][0]["amount"], &right["short"]), (&json!("30"), &json!(false)));
}

#[tokio::test]
async fn a_line_that_cannot_be_given_in_the_right_product_is_asked_about_again() {
    let (shop, tia) = shop().await;
    let own = source(&shop, "own", "backstock", "none").await;
    let loose = "UPDATE product SET unit = 'g', content = NULL, content_unit = NULL WHERE id = 2";
    let made = shop
        .test_box
        .store()
        .write(move |tx| Ok::<_, backstock::store::StoreError>(tx.execute(loose, [])?));
    made.await.unwrap();
    let orders = [said("1", &[("Dream", "", "1")]), said("2", &[("Dream", "", "1.5")])];
    let came = come(&tia, &own, &orders).await;
    says(&tia, &came[0], 0, EIGHTH).await.ok();
    assert_eq!(means(&look(&tia, id(&came[1])).await, 0), (EIGHTH, "1.5"));
    says(&tia, &came[0], 0, GUMMIES).await.ok();
    let asked = look(&tia, id(&came[1])).await;
    assert_eq!((means(&asked, 0), &asked["state"]), ((0, "0"), &json!("unmatched")));
    let gone = "UPDATE product SET active = 0 WHERE id = 1";
    let gone = shop
        .test_box
        .store()
        .write(move |tx| Ok::<_, backstock::store::StoreError>(tx.execute(gone, [])?));
    gone.await.unwrap();
    says(&tia, &asked, 0, GUMMIES).await.refused(400, "bad_request");
}

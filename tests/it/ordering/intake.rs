use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use super::{JANE, Source, WEEDMAPS, file, id, live, look, order, shop, source};
use crate::support::shop::{BIN_A, GUMMIES, OLD, Person, TOTE};

/// What Weedmaps sends, of a product that the shop has.
fn weedmaps() -> String {
    // Sold by the piece: of flower the weight would belong to the name.
    let pieces = WEEDMAPS.replace("\"GRAM\"", "\"EACH\"");
    pieces.replace("Mendo Berries Refined Live Resin 0.5g Cartridge", "Sour cherry gummies")
}

#[tokio::test]
async fn a_signed_message_becomes_an_order_and_again_changes_nothing() {
    let (shop, tia) = shop().await;
    let weedmaps_at = source(&shop, "weedmaps", "weedmaps", "signature").await;
    let stranger = shop.test_box.stranger();
    let taken = weedmaps_at.sends(&stranger, &weedmaps()).await.ok();
    assert_eq!((&taken["taken"], &taken["refused"]), (&json!(1), &json!([])));
    let rows = live(&tia).await;
    assert_eq!(rows.len(), 1);
    let whole = look(&tia, id(&rows[0])).await;
    assert_eq!(whole["state"], "waiting");
    assert_eq!(whole["customer"], "Geovanni F.");
    assert_eq!(whole["phone"], "•••• 6852");
    assert_eq!(whole["number"], "99998888000");
    let placed = whole["placed"].as_str().unwrap();
    assert!(placed.starts_with("2020-04-20T16:20:00"), "as the source says: {placed}");
    assert_eq!(whole["accepted"], whole["received"], "every line was known at once");
    assert_eq!(whole["lines"][0]["product"]["id"], GUMMIES);
    assert_eq!(whole["lines"][0]["promised"], "2");
    for _ in 0..2 {
        let again = weedmaps_at.sends(&stranger, &weedmaps()).await.ok();
        assert_eq!((&again["taken"], &again["same"]), (&json!(0), &json!(1)));
    }
    assert_eq!(live(&tia).await.len(), 1);
}

#[tokio::test]
async fn what_is_not_proven_is_not_read() {
    let (shop, tia) = shop().await;
    let signed = source(&shop, "weedmaps", "weedmaps", "signature").await;
    let bearer = source(&shop, "jane", "jane", "bearer").await;
    let closed = source(&shop, "closed", "backstock", "none").await;
    let stranger = shop.test_box.stranger();
    let body = weedmaps();
    let signature = |text: &str| [("Signature", signed.signature(text))];
    let mut other = body.clone().into_bytes();
    let at = body.find("Geovanni").unwrap();
    other[at] ^= 1;
    let other = String::from_utf8(other).unwrap();
    // Without, with another body's, with rubbish, with the other way of proving it, as another source.
    let wrong: [&[(&str, String)]; 4] = [
        &[],
        &signature(&other),
        &[("Signature", "c2lnbmVk".into())],
        &[("Authorization", format!("Bearer {}", signed.secret))],
    ];
    for said in wrong {
        signed.sends_as(&stranger, &body, said).await.refused(401, "signature_wrong");
    }
    signed.sends_as(&stranger, &other, &signature(&body)).await.refused(401, "signature_wrong");
    let bearer_said = |secret: &str| [("Authorization", format!("Bearer {secret}"))];
    bearer.sends_as(&stranger, JANE, &bearer_said("guess")).await.refused(401, "signature_wrong");
    bearer.sends_as(&stranger, JANE, &bearer_said("")).await.refused(401, "signature_wrong");
    closed.sends_as(&stranger, &body, &bearer_said("")).await.refused(401, "signature_wrong");
    let unknown = Source { id: 0, slug: "nobody".into(), secret: signed.secret.clone() };
    unknown.sends(&stranger, &body).await.refused(401, "signature_wrong");
    assert_eq!(live(&tia).await, Vec::<serde_json::Value>::new());
}

#[tokio::test]
async fn a_new_secret_makes_the_old_one_void_and_so_does_closing_the_source() {
    let (shop, _tia) = shop().await;
    let old = source(&shop, "weedmaps", "weedmaps", "signature").await;
    let stranger = shop.test_box.stranger();
    let owner = &shop.owner.device;
    // Weedmaps gives its own client secret.
    let given = "7d5f3c86-58ad-4f25-9c2b-2e60a6f3cc11";
    let path = format!("/api/v1/order-sources/{}/secret", old.id);
    let made = owner.post(&path, json!({ "secret": given })).await.ok();
    assert_eq!(made["secret"], given);
    old.sends(&stranger, &weedmaps()).await.refused(401, "signature_wrong");
    let new = Source { secret: given.into(), ..old };
    new.sends(&stranger, &weedmaps()).await.ok();
    let sources = owner.get("/api/v1/order-sources").await.ok();
    assert!(!sources.to_string().contains(given), "no list shows a secret");
    let found = sources["sources"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["id"] == new.id)
        .unwrap()
        .clone();
    assert_eq!(found["has_secret"], true);
    let closed = json!({ "slug": "weedmaps", "name": "weedmaps", "format": "weedmaps", "proof": "signature",
        "active": false, "version": found["version"] });
    owner.put(&format!("/api/v1/order-sources/{}", new.id), closed).await.ok();
    new.sends(&stranger, &weedmaps()).await.refused(401, "signature_wrong");
    let journal = owner.get("/api/v1/journal").await.ok().to_string();
    assert!(!journal.contains(given), "the record holds no secret");
}

#[tokio::test]
async fn a_secret_that_is_asked_for_again_is_the_one_that_counts() {
    let (shop, tia) = shop().await;
    let old = source(&shop, "weedmaps", "weedmaps", "signature").await;
    let (key, path) = (Uuid::now_v7(), format!("/api/v1/order-sources/{}/secret", old.id));
    let asks = |key| shop.owner.device.write(Method::POST, key, &path, json!({}));
    let first = asks(key).await.ok()["secret"].clone();
    // The answer was lost on the way.
    let again = asks(key).await.ok()["secret"].clone();
    assert_eq!(again, first);
    let made = Source { secret: again.as_str().unwrap().to_owned(), ..old };
    made.sends(&shop.test_box.stranger(), &weedmaps()).await.ok();
    assert_eq!(live(&tia).await.len(), 1);
    assert_ne!(asks(Uuid::now_v7()).await.ok()["secret"], first, "another request, another secret");
    made.sends(&shop.test_box.stranger(), &weedmaps()).await.refused(401, "signature_wrong");
}

#[tokio::test]
async fn ten_megabytes_are_refused_before_they_are_read() {
    let (shop, tia) = shop().await;
    let signed = source(&shop, "weedmaps", "weedmaps", "signature").await;
    let stranger = shop.test_box.stranger();
    let body = "x".repeat(10 << 20);
    signed.sends(&stranger, &body).await.refused(413, "too_large");
    assert_eq!(live(&tia).await.len(), 0);
}

#[tokio::test]
async fn jane_proves_itself_with_a_bearer_and_an_order_without_lines_is_told() {
    let (shop, tia) = shop().await;
    let jane = source(&shop, "jane", "jane", "bearer").await;
    let stranger = shop.test_box.stranger();
    let bearer = [("Authorization", format!("Bearer {}", jane.secret))];
    let told = jane.sends_as(&stranger, JANE, &bearer).await.ok();
    assert_eq!(told["refused"][0]["code"], "order_without_lines");
    let whole = JANE.replace(
        "\"rating\": 0,",
        "\"rating\": 0, \"products\": [{\"name\": \"Sour cherry gummies\", \"count\": 3}],",
    );
    jane.sends_as(&stranger, &whole, &bearer).await.ok();
    let row = &live(&tia).await[0];
    assert_eq!((&row["number"], &row["units"]), (&json!("G19"), &json!("3")));
    // What is no JSON at all, and JSON that is no order.
    jane.sends_as(&stranger, "{\"cart\":", &bearer).await.refused(422, "file_refused");
    jane.sends_as(&stranger, "12", &bearer).await.refused(422, "file_refused");
}

#[tokio::test]
async fn two_sources_with_the_same_id_are_two_orders() {
    let (shop, tia) = shop().await;
    let one = source(&shop, "one", "backstock", "signature").await;
    let two = source(&shop, "two", "backstock", "signature").await;
    let stranger = shop.test_box.stranger();
    let body = json!({ "orders": [order("42", &[("Sour cherry gummies", 1)])] }).to_string();
    assert_eq!(one.sends(&stranger, &body).await.ok()["taken"], 1);
    assert_eq!(two.sends(&stranger, &body).await.ok()["taken"], 1);
    assert_eq!(one.sends(&stranger, &body).await.ok()["same"], 1);
    assert_eq!(live(&tia).await.len(), 2);
}

#[tokio::test]
async fn a_change_and_a_cancellation_before_anybody_picks() {
    let (shop, tia) = shop().await;
    let own = source(&shop, "own", "backstock", "signature").await;
    let stranger = shop.test_box.stranger();
    let said = |quantity| json!([order("42", &[("Sour cherry gummies", quantity)])]).to_string();
    own.sends(&stranger, &said(2)).await.ok();
    assert_eq!(own.sends(&stranger, &said(5)).await.ok()["changed"], 1);
    let row = live(&tia).await[0].clone();
    let whole = look(&tia, id(&row)).await;
    assert_eq!(
        (&whole["lines"][0]["amount"], &whole["lines"][0]["promised"]),
        (&json!("5"), &json!("5"))
    );
    // Changed back is a change too, not a replay.
    assert_eq!(own.sends(&stranger, &said(2)).await.ok()["changed"], 1);
    let mut cancelled = order("42", &[("Sour cherry gummies", 2)]);
    cancelled["cancelled"] = true.into();
    let cancelled = json!([cancelled]).to_string();
    assert_eq!(own.sends(&stranger, &cancelled).await.ok()["cancelled"], 1);
    assert_eq!(live(&tia).await.len(), 0);
    let over = look(&tia, id(&row)).await;
    assert_eq!((&over["state"], &over["why"]), (&json!("ended"), &json!("customer")));
    assert_eq!(own.sends(&stranger, &said(9)).await.ok()["late"], 1);
    assert_eq!(live(&tia).await.len(), 0, "what is over stays over");
    // Never heard of, and cancelled already.
    let mut other = order("43", &[("Sour cherry gummies", 2)]);
    other["cancelled"] = true.into();
    assert_eq!(own.sends(&stranger, &json!([other]).to_string()).await.ok()["late"], 1);
}

/// Starts a walk for one order and takes some of it.
async fn takes(tia: &Person, order: i64, amount: &str) -> i64 {
    let walk = tia.device.post("/api/v1/walks", json!({ "orders": [order] })).await.ok();
    let pick = id(&walk);
    tia.device.post(&format!("/api/v1/picks/{pick}/tote"), json!({ "tote": TOTE })).await.ok();
    if amount != "0" {
        let take = Person::take(BIN_A, OLD, amount, "ea");
        tia.device.post(&format!("/api/v1/picks/{pick}/takes"), take).await.ok();
    }
    pick
}

#[tokio::test]
async fn a_change_while_it_is_picked_waits_for_a_person() {
    let (shop, tia) = shop().await;
    let own = source(&shop, "own", "backstock", "signature").await;
    let stranger = shop.test_box.stranger();
    let said = |quantity| json!([order("42", &[("Sour cherry gummies", quantity)])]).to_string();
    own.sends(&stranger, &said(4)).await.ok();
    let order = id(&live(&tia).await[0]);
    takes(&tia, order, "1").await;
    assert_eq!(own.sends(&stranger, &said(2)).await.ok()["changed"], 1);
    let whole = look(&tia, order).await;
    assert_eq!((&whole["state"], &whole["asked"]), (&json!("picking"), &json!(true)));
    assert_eq!(whole["asked_for"]["lines"][0]["quantity"], "2");
    let asked = format!("/api/v1/orders/{order}/asked");
    let went_on = tia.device.post(&asked, json!({ "accept": false })).await.ok();
    assert_eq!((&went_on["state"], &went_on["asked"]), (&json!("picking"), &json!(false)));
    tia.device.post(&asked, json!({ "accept": true })).await.refused(409, "nothing_asked");
    own.sends(&stranger, &said(3)).await.ok();
    let unwinding = tia.device.post(&asked, json!({ "accept": true })).await.ok();
    assert_eq!((&unwinding["state"], &unwinding["why"]), (&json!("unwinding"), &json!("changed")));
    let line = unwinding["lines"][0]["items"][0]["line"].clone();
    let back = json!({ "line": line, "quantity": "1", "to": BIN_A, "scanned": "036000291452", "damaged": false });
    let anew = tia.device.post(&format!("/api/v1/orders/{order}/putbacks"), back).await.ok();
    assert_eq!((&anew["state"], &anew["why"]), (&json!("waiting"), &json!(null)));
    // What it was before is no line that somebody left out.
    assert_eq!(anew["lines"].as_array().unwrap().len(), 1, "{}", anew["lines"]);
    assert_eq!(anew["lines"][0]["amount"], "3");
    assert_eq!(shop.held(OLD, BIN_A).await, "20");
    // And it can be picked again, from the start.
    takes(&tia, order, "3").await;
    assert_eq!(shop.held(OLD, TOTE).await, "3");
}

#[tokio::test]
async fn a_cancellation_while_it_is_picked_unwinds_it_at_once() {
    let (shop, tia) = shop().await;
    let own = source(&shop, "own", "backstock", "signature").await;
    let stranger = shop.test_box.stranger();
    for (external, taken, state) in [("1", "0", "ended"), ("2", "2", "unwinding")] {
        let said = order(external, &[("Sour cherry gummies", 4)]);
        own.sends(&stranger, &json!([said]).to_string()).await.ok();
        let order = id(live(&tia).await.iter().find(|one| one["state"] == "waiting").unwrap());
        takes(&tia, order, taken).await;
        let mut cancelled = said.clone();
        cancelled["cancelled"] = true.into();
        own.sends(&stranger, &json!([cancelled]).to_string()).await.ok();
        let whole = look(&tia, order).await;
        assert_eq!(whole["state"], state, "{taken} taken");
    }
}

#[tokio::test]
async fn a_file_is_taken_in_and_tells_each_bad_row() {
    let (shop, tia) = shop().await;
    let own = source(&shop, "own", "backstock", "none").await;
    let csv = "Order ID,Product Name,Qty,Customer,Phone\n\
        7,Sour cherry gummies,2,Maria Quintanilla,5105554821\n\
        8,Sour cherry gummies,two,Lee Wong,\n";
    let told = file(&tia, &own, csv).await.ok();
    assert_eq!(told["taken"], 1);
    let refused = &told["refused"][0];
    assert_eq!((&refused["row"], &refused["field"]), (&json!(3), &json!("quantity")));
    assert_eq!((&refused["value"], &refused["code"]), (&json!("two"), &json!("bad_quantity")));
    file(&tia, &own, "nothing of the kind").await.refused(422, "file_refused");
    let budtender = shop.hire("Bea", "budtender").await;
    file(&budtender, &own, csv).await.refused(403, "forbidden");
}

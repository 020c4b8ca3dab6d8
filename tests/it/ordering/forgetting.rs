use std::fs;

use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use super::{WEEDMAPS, enters, id, live, look, shop, source};
use crate::support::shop::{GUMMIES, TOTE};

/// What nobody but who works on an order may read of its customer, and nobody at all a month after it.
const SECRETS: [&str; 3] = ["Geovanni", "6852", "99998888000"];

#[tokio::test]
async fn a_customer_is_seen_by_who_works_on_the_order_alone() {
    let (shop, tia) = shop().await;
    let signed = source(&shop, "weedmaps", "weedmaps", "signature").await;
    let body = WEEDMAPS
        .replace("Mendo Berries Refined Live Resin 0.5g Cartridge", "Sour cherry gummies")
        .replace("GRAM", "EACH");
    signed.sends(&shop.test_box.stranger(), &body).await.ok();
    let order = id(&live(&tia).await[0]);
    let auditor = shop.hire("Ada", "auditor").await;
    let (kiosk, _) = shop.enrol("kiosk").await;
    let whole = format!("/api/v1/orders/{order}");
    let seen = [
        auditor.device.get(&whole).await.ok(),
        auditor.device.get("/api/v1/orders").await.ok(),
        auditor.device.get("/api/v1/orders?q=Geovanni").await.ok(),
        kiosk.get("/api/v1/board").await.ok(),
        shop.owner.device.get("/api/v1/journal").await.ok(),
        tia.device.get("/api/v1/copy").await.ok(),
    ];
    for (n, answer) in seen.iter().enumerate() {
        for secret in SECRETS {
            assert!(!answer.to_string().contains(secret), "answer {n} tells {secret}");
        }
    }
    let list = tia.device.get("/api/v1/orders").await.ok().to_string();
    assert!(!list.contains("Geovanni") && !list.contains("6852"), "a list names nobody");
    let found = tia.device.get("/api/v1/orders?q=99998888000").await.ok();
    assert_eq!(found["orders"].as_array().unwrap().len(), 1);
    assert_eq!(look(&tia, order).await["customer"], "Geovanni F.");
}

#[tokio::test]
async fn a_customer_is_gone_from_the_books_a_backup_and_the_record() {
    let (mut shop, tia) = shop().await;
    let signed = source(&shop, "weedmaps", "weedmaps", "signature").await;
    let body = WEEDMAPS
        .replace("Mendo Berries Refined Live Resin 0.5g Cartridge", "Sour cherry gummies")
        .replace("GRAM", "EACH");
    signed.sends(&shop.test_box.stranger(), &body).await.ok();
    let order = id(&live(&tia).await[0]);
    let cancel = json!({ "why": "customer", "note": "called: Geovanni is ill" });
    tia.device.post(&format!("/api/v1/orders/{order}/cancel"), cancel).await.ok();
    let kept = enters(&tia, &[(GUMMIES, "1")]).await;
    shop.test_box.later_s(29 * 86_400);
    let purge = backstock::workflow::ordering::purge;
    assert_eq!(shop.test_box.store().write(purge).await.unwrap(), 0, "not before its day");
    shop.test_box.later_s(2 * 86_400);
    assert_eq!(shop.test_box.store().write(purge).await.unwrap(), 1);
    while shop.test_box.store().write(backstock::workflow::replay::purge).await.unwrap() > 0 {}
    tia.sign_in().await;
    let over = look(&tia, order).await;
    assert_eq!(
        (&over["purged"], &over["customer"], &over["number"]),
        (&json!(true), &json!(null), &json!(null))
    );
    assert_eq!(look(&tia, id(&kept)).await["customer"], "Ana L.", "what is not over is kept");
    // Stopped, the log is copied back: what is on the disk is all there is.
    shop.test_box.stop();
    let data = shop.test_box.data();
    for file in fs::read_dir(&data).unwrap().flatten().filter(|file| file.path().is_file()) {
        let bytes = fs::read(file.path()).unwrap();
        for secret in ["Geovanni", "99998888000", "555-6852", "•••• 6852"] {
            let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!found, "{} is still in {}", secret, file.path().display());
        }
    }
}

/// Whether a file of the data folder, the log among them, holds a text.
fn in_the_data(data: &std::path::Path, text: &str) -> bool {
    fs::read_dir(data).unwrap().flatten().any(|file| {
        let bytes = fs::read(file.path()).unwrap_or_default();
        bytes.windows(text.len()).any(|part| part == text.as_bytes())
    })
}

#[tokio::test]
async fn a_customer_is_gone_from_the_log_while_the_box_runs_and_from_a_backup_of_it() {
    use backstock::backup::{Folders, Passphrase, restore, take};
    let (shop, tia) = shop().await;
    let signed = source(&shop, "weedmaps", "weedmaps", "signature").await;
    let body =
        WEEDMAPS.replace("Mendo Berries Refined Live Resin 0.5g Cartridge", "Sour cherry gummies");
    signed.sends(&shop.test_box.stranger(), &body).await.ok();
    let order = id(&live(&tia).await[0]);
    let cancel = json!({ "why": "customer" });
    tia.device.post(&format!("/api/v1/orders/{order}/cancel"), cancel).await.ok();
    let (store, data) = (shop.test_box.store(), shop.test_box.data());
    let refused = data.join("orders/weedmaps/refused");
    fs::create_dir_all(&refused).unwrap();
    fs::write(refused.join("today.csv"), "Order ID,Customer\n1,Geovanni Feil\n").unwrap();
    for kept in ["Geovanni F.", "•••• 6852", "99998888000"] {
        assert!(in_the_data(&data, kept), "{kept} is kept while it is needed");
    }
    for never in ["Feil", "+15555556852", "1980-01-01"] {
        assert!(!in_the_data(&data, never), "{never} never is");
    }
    shop.test_box.later_s(31 * 86_400);
    let purge = backstock::workflow::ordering::purge;
    assert_eq!(store.write(purge).await.unwrap(), 1);
    let secrets = ["Geovanni", "•••• 6852", "99998888000"];
    // Somebody may just be reading.
    for _ in 0..100 {
        store.empty_log().await.unwrap();
        if !secrets.iter().any(|secret| in_the_data(&data, secret)) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    for secret in secrets {
        assert!(!in_the_data(&data, secret), "{secret} is still there while the box runs");
    }
    let (archive, back) = (data.join("now.age"), data.join("back"));
    let (store, clock) = (store.clone(), shop.test_box.clock.clone());
    let (folders, to) = (Folders::of(&data), back.clone());
    let taken = tokio::task::spawn_blocking(move || {
        let passphrase = Passphrase::typed("a quiet green evening");
        take(&store, &folders, &passphrase, &archive).unwrap();
        restore(&archive, &passphrase, &to, &clock).unwrap();
    });
    taken.await.unwrap();
    assert!(back.join("backstock.db").exists() && !back.join("orders").exists());
    for secret in secrets {
        assert!(!in_the_data(&back, secret), "{secret} is in the backup");
    }
}

/// The answers of writes are kept for their replays longer than a customer may be.
#[tokio::test]
async fn the_recorded_answers_of_an_order_name_nobody() {
    let (mut shop, tia) = shop().await;
    let input = json!({
        "number": "Q-771204", "customer_first": "Zenobia", "customer_last": "Quux",
        "phone": "510 555 9037", "way": "pickup", "lines": [{ "product": GUMMIES, "quantity": "2" }],
    });
    let key = Uuid::now_v7();
    let order = tia.device.write(Method::POST, key, "/api/v1/orders", input.clone()).await.ok();
    assert_eq!(order["customer"], "Zenobia Q.");
    let again = tia.device.write(Method::POST, key, "/api/v1/orders", input.clone()).await.ok();
    assert_eq!(again, order, "it is read anew");
    let walk = tia.device.post("/api/v1/walks", json!({ "orders": [order["id"]] })).await.ok();
    assert_eq!(walk["orders"][0]["number"], "Q-771204");
    let pick = id(&walk);
    let auditor = shop.hire("Ada", "auditor").await;
    for path in ["/api/v1/picks".to_owned(), format!("/api/v1/picks/{pick}")] {
        let seen = auditor.device.get(&path).await.ok().to_string();
        assert!(seen.contains("\"slot\"") && !seen.contains("Q-771204"), "{path}: {seen}");
    }
    tia.device.post(&format!("/api/v1/picks/{pick}/tote"), json!({ "tote": TOTE })).await.ok();
    tia.device.post_nothing(&format!("/api/v1/picks/{pick}/release")).await.ok();
    let cancel = json!({ "why": "customer" });
    tia.device.post(&format!("/api/v1/orders/{}/cancel", order["id"]), cancel).await.ok();
    shop.test_box.later_s(31 * 86_400);
    let purge = backstock::workflow::ordering::purge;
    assert_eq!(shop.test_box.store().write(purge).await.unwrap(), 1);
    shop.test_box.stop();
    for file in fs::read_dir(shop.test_box.data()).unwrap().flatten() {
        let Ok(bytes) = fs::read(file.path()) else { continue };
        for secret in ["Zenobia", "Q-771204", "•••• 9037"] {
            let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!found, "{secret} is still in {}", file.path().display());
        }
    }
}

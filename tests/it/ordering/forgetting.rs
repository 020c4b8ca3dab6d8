//! Customers: who sees them, and that nothing of them is left when their time is over.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use backstock::store::{StoreError, Tx};
use reqwest::Method;
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::folder::until;
use super::{Source, WEEDMAPS, enters, forgets, id, live, look, number, shop, source};
use crate::support::shop::{GUMMIES, Person, Shop, TOTE};

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

/// A shop with one order of Weedmaps', which was called off.
async fn called_off() -> (Shop, Person, Source, String, i64) {
    let (shop, tia) = shop().await;
    let signed = source(&shop, "weedmaps", "weedmaps", "signature").await;
    let body = WEEDMAPS
        .replace("Mendo Berries Refined Live Resin 0.5g Cartridge", "Sour cherry gummies")
        .replace("GRAM", "EACH");
    signed.sends(&shop.test_box.stranger(), &body).await.ok();
    let order = id(&live(&tia).await[0]);
    let cancel = json!({ "why": "customer", "note": "called: Geovanni is ill" });
    tia.device.post(&format!("/api/v1/orders/{order}/cancel"), cancel).await.ok();
    (shop, tia, signed, body, order)
}

/// The files of a folder and of the folders in it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The files that hold a text, the database, its log and its record among them.
fn holding(folder: &Path, text: &str) -> Vec<PathBuf> {
    let holds = |path: &PathBuf| {
        let bytes = fs::read(path).unwrap_or_default();
        bytes.windows(text.len()).any(|part| part == text.as_bytes())
    };
    files(folder).into_iter().filter(holds).collect()
}

/// What is kept of the order's customer while it is needed.
const KEPT: [&str; 4] = ["Geovanni F.", "•••• 6852", "99998888000", "Geovanni is ill"];

#[tokio::test]
async fn a_customer_is_gone_from_the_books_and_the_record_in_time() {
    let (mut shop, tia, _, _, order) = called_off().await;
    let kept = enters(&tia, &[(GUMMIES, "1")]).await;
    shop.test_box.later_s(29 * 86_400);
    assert_eq!(forgets(&shop).await, 0, "not before its day");
    shop.test_box.later_s(2 * 86_400);
    assert_eq!(forgets(&shop).await, 1);
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
    for secret in ["Geovanni", "99998888000", "555-6852", "•••• 6852"] {
        let none: Vec<PathBuf> = Vec::new();
        assert_eq!(holding(&shop.test_box.data(), secret), none, "{secret} is still there");
    }
}

/// Ten digits are soon tried: the hash of an id that stays is of no use without the box's pepper.
#[tokio::test]
async fn a_forgotten_order_is_known_again_by_a_hash_that_nobody_can_guess_from() {
    let (shop, tia, signed, body, _) = called_off().await;
    let bare = Sha256::digest("99998888000").iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02X}").unwrap();
        text
    });
    let stands = format!("SELECT count(*) FROM online_order WHERE external_hash = x'{bare}'");
    assert_eq!(number(&shop, &stands), 1, "beside the number itself");
    shop.test_box.later_s(31 * 86_400);
    assert_eq!(forgets(&shop).await, 1);
    assert_eq!(number(&shop, &stands), 0);
    let told = signed.sends(&shop.test_box.stranger(), &body).await.ok();
    assert_eq!((&told["late"], &told["taken"]), (&json!(1), &json!(0)));
    tia.sign_in().await;
    assert_eq!(live(&tia).await.len(), 0, "it is not taken in twice");
    // One that a box forgot before it sealed what stays is known by the bare hash.
    let unseal = format!("UPDATE online_order SET external_hash = x'{bare}'");
    let unsealed = move |tx: &Tx<'_>| Ok::<_, StoreError>(tx.execute(&unseal, [])?);
    shop.test_box.store().write(unsealed).await.unwrap();
    assert_eq!(signed.sends(&shop.test_box.stranger(), &body).await.ok()["late"], 1);
}

#[tokio::test]
async fn a_customer_is_gone_from_the_log_while_the_box_runs_and_from_a_backup_of_it() {
    use backstock::backup::{Folders, Passphrase, restore, take};
    let (shop, ..) = called_off().await;
    let (store, data) = (shop.test_box.store(), shop.test_box.data());
    for kept in KEPT {
        assert_ne!(
            holding(&data, kept),
            Vec::<PathBuf>::new(),
            "{kept} is kept while it is needed"
        );
    }
    for never in ["Feil", "+15555556852", "1980-01-01"] {
        assert_eq!(holding(&data, never), Vec::<PathBuf>::new(), "{never} never is");
    }
    shop.test_box.later_s(31 * 86_400);
    assert_eq!(forgets(&shop).await, 1);
    // Somebody may just be reading.
    for _ in 0..100 {
        store.empty_log().await.unwrap();
        if KEPT.iter().all(|secret| holding(&data, secret).is_empty()) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for secret in KEPT {
        assert_eq!(holding(&data, secret), Vec::<PathBuf>::new(), "{secret}, while the box runs");
    }
    // What a source's folder holds goes into no backup.
    let waiting = data.join("orders/weedmaps/refused/today.csv");
    fs::create_dir_all(waiting.parent().unwrap()).unwrap();
    fs::write(&waiting, "Order ID,Customer\n1,Geovanni F.\n").unwrap();
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
    for secret in KEPT {
        assert_eq!(holding(&back, secret), Vec::<PathBuf>::new(), "{secret} is in the backup");
    }
    // What forgotten orders are known again by goes along.
    let pepper = |folder: &Path| fs::read(folder.join("pepper")).unwrap();
    assert_eq!(pepper(&back), pepper(&data));
}

/// A file that was refused holds customers, too. Its age is that of the file: the box's clock has no part in it.
#[tokio::test]
async fn a_refused_file_is_deleted_when_its_customers_are_forgotten() {
    let (shop, _tia) = shop().await;
    source(&shop, "weedmaps", "weedmaps", "none").await;
    let data = shop.test_box.data();
    // Of a source that is there, and of one that had another name.
    let [kept, gone, elsewhere] =
        ["weedmaps/refused/new.csv", "weedmaps/refused/old.csv", "before/refused/old.csv"]
            .map(|name| data.join("orders").join(name));
    for (file, days) in [(&kept, 29), (&gone, 31), (&elsewhere, 31)] {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        let mut file = fs::File::create(file).unwrap();
        file.write_all(b"Order ID,Customer\n1,Geovanni Feil\n").unwrap();
        let written = file.metadata().unwrap().modified().unwrap();
        file.set_modified(written - Duration::from_secs(days * 86_400)).unwrap();
    }
    until(async || !gone.exists() && !elsewhere.exists()).await;
    assert_eq!(holding(&data, "Geovanni Feil"), [kept], "its month is not over");
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
    assert_eq!(forgets(&shop).await, 1);
    shop.test_box.stop();
    for secret in ["Zenobia", "Q-771204", "•••• 9037"] {
        let none: Vec<PathBuf> = Vec::new();
        assert_eq!(holding(&shop.test_box.data(), secret), none, "{secret} is still there");
    }
}

//! Online orders from the pack bench to the customer's hand, and back, from outside.

mod back;
mod cut;
mod lacking;
mod random;
mod sales;
mod wave;

use backstock::domain::code::Code;
use backstock::store::{StoreError, Tx, named_params};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::shop::{
    BIN_A, BIN_B, EIGHTH, FLOOR, FLOWER, GUMMIES, NEW, OLD, Person, Shop, TOTE, TOTE_2,
};
use crate::support::{Device, Reply};

pub const SHELF: i64 = 110;
pub const SHELF_2: i64 = 111;
const CHECKS: [&str; 4] = ["child_resistant", "opaque_bag", "label_uncovered", "sealed"];

/// A shop with shelves for packed orders, a technician and a budtender.
pub struct Bench {
    pub shop: Shop,
    pub tia: Person,
    pub ben: Person,
}

/// An order that somebody works at.
pub struct Bag {
    pub id: i64,
    pub code: String,
    /// Its lines of the walk, each with its package and how many pieces were picked.
    pub lines: Vec<(i64, i64, &'static str)>,
}

pub fn shelves(tx: &Tx<'_>) -> Result<(), StoreError> {
    for (id, name) in [(SHELF, "P-01"), (SHELF_2, "P-02")] {
        tx.execute(
            "INSERT INTO place (id, name, kind, code, walk) VALUES (:id, :name, 'packed', :code, :id)",
            named_params! { ":id": id, ":name": name, ":code": Shop::code(id) },
        )?;
    }
    Ok(())
}

/// An order for some of the shop's products, promised in full.
pub fn order(tx: &Tx<'_>, way: &str, lines: &[(i64, i64)]) -> Result<(i64, String), StoreError> {
    let code = Code::from_random(*Uuid::new_v4().as_bytes().first_chunk().unwrap());
    let order = tx.insert(
        "INSERT INTO online_order (code, source_id, external_hash, said_hash, state, way, number, customer, received_at)
         VALUES (:code, 1, randomblob(32), randomblob(32), 'waiting', :way, 'H-1042', 'Maria G.', :at)",
        named_params! { ":code": code.plain(), ":way": way, ":at": tx.now().0 },
    )?;
    for (n, (product, pieces)) in (1_i64..).zip(lines) {
        tx.insert(
            "INSERT INTO order_line (order_id, n, item, product_id, ordered, amount, promised)
             VALUES (:order, :n, 'as said', :product, :amount, :amount, :amount)",
            named_params! {
                ":order": order, ":n": n, ":product": product, ":amount": pieces * 10_000,
            },
        )?;
    }
    Ok((order, code.plain().to_owned()))
}

/// Says a step of an order.
pub async fn step(device: &Device, order: i64, what: &str, body: Value) -> Reply {
    device.post(&format!("/api/v1/orders/{order}/{what}"), body).await
}

/// A tag's text, as the scanner reads it.
pub fn tag(package: i64) -> String {
    format!("1A4060300000000{package:09}")
}

/// Walks for an order and puts everything into a tote; the lines of the walk.
pub async fn picks(device: &Device, order: i64, tote: i64) -> Vec<(i64, i64, &'static str)> {
    let pick = device.post("/api/v1/walks", json!({ "orders": [order] })).await.ok();
    let path = format!("/api/v1/picks/{}", pick["id"]);
    device.post(&format!("{path}/tote"), json!({ "tote": tote })).await.ok();
    let mut lines = Vec::new();
    for line in pick["lines"].as_array().unwrap() {
        let package = line["package"]["id"].as_i64().unwrap();
        let take = json!({
            "bin": line["bin"]["id"], "package": package, "quantity": line["planned"], "scanned": tag(package),
        });
        device.post(&format!("{path}/takes"), take).await.ok();
        let pieces = if package == FLOWER { "1" } else { "2" };
        lines.push((line["id"].as_i64().unwrap(), package, pieces));
    }
    device.post_nothing(&format!("{path}/finish")).await.ok();
    lines
}

pub fn packs() -> Value {
    json!({ "checks": CHECKS, "photos": [], "bags": 1 })
}

impl Bag {
    pub fn label(&self) -> String {
        format!("HTTPS://BACKSTOCK.LOCAL/O/{}", self.code)
    }

    pub fn hands(&self) -> Value {
        json!({ "scanned": self.label(), "name_confirmed": true, "id_type": "state_id" })
    }

    /// All of a line, back to somewhere.
    pub fn back(&self, nth: usize, to: i64) -> Value {
        let (line, package, quantity) = self.lines[nth];
        json!({ "line": line, "quantity": quantity, "to": to, "scanned": tag(package), "damaged": false })
    }
}

impl Bench {
    pub async fn open() -> Self {
        let shop = Shop::open().await;
        shop.test_box.store().write(shelves).await.unwrap();
        let tia = shop.hire("Tia", "technician").await;
        let ben = shop.hire("Ben", "budtender").await;
        Self { shop, tia, ben }
    }

    /// An order that waits to be picked.
    pub async fn waiting(&self, way: &'static str, lines: &'static [(i64, i64)]) -> Bag {
        let made = self.shop.test_box.store().write(move |tx| order(tx, way, lines)).await;
        let (id, code) = made.unwrap();
        Bag { id, code, lines: Vec::new() }
    }

    /// Two gummies and an eighth, in a tote at the pack bench.
    pub async fn packing(&self, tote: i64) -> Bag {
        self.packing_by("pickup", tote).await
    }

    pub async fn packing_by(&self, way: &'static str, tote: i64) -> Bag {
        let mut bag = self.waiting(way, &[(GUMMIES, 2), (EIGHTH, 1)]).await;
        bag.lines = picks(&self.tia.device, bag.id, tote).await;
        bag
    }

    /// A step of the technician's.
    pub async fn does(&self, bag: &Bag, what: &str, body: Value) -> Reply {
        step(&self.tia.device, bag.id, what, body).await
    }

    pub async fn verifies(&self, bag: &Bag) {
        for (line, package, quantity) in &bag.lines {
            let body = json!({ "line": line, "quantity": quantity, "scanned": tag(*package) });
            self.does(bag, "verify", body).await.ok();
        }
    }

    pub async fn packed(&self, tote: i64) -> Bag {
        let bag = self.packing(tote).await;
        self.verifies(&bag).await;
        assert_eq!(self.does(&bag, "pack", packs()).await.ok()["state"], "packed");
        bag
    }

    pub async fn staged(&self, tote: i64) -> Bag {
        let bag = self.packed(tote).await;
        self.stages(&bag).await;
        bag
    }

    pub async fn stages(&self, bag: &Bag) {
        let body = json!({ "shelf": SHELF, "scanned": Shop::code(SHELF) });
        assert_eq!(self.does(bag, "stage", body).await.ok()["state"], "staged");
    }

    pub async fn handed(&self, tote: i64) -> Bag {
        let bag = self.staged(tote).await;
        step(&self.ben.device, bag.id, "handover", bag.hands()).await.ok();
        bag
    }

    /// What a place or an account holds of the gummies' old lot and of the flower.
    pub fn holds(&self, place: i64) -> (i64, String) {
        let of = |package: i64| -> i64 {
            self.number(&format!(
                "SELECT coalesce(sum(amount), 0) FROM balance WHERE place_id = {place} AND package_id = {package}"
            ))
        };
        let flower = backstock::domain::quantity::Amount::from_raw(of(FLOWER));
        (of(OLD) / 10_000, flower.to_string())
    }

    /// What the database says, one number.
    pub fn number(&self, sql: &str) -> i64 {
        let sql = sql.to_owned();
        let store = self.shop.test_box.store();
        store
            .read_blocking::<_, StoreError, _>(move |db| Ok(db.one(&sql, [], |row| row.get(0))?))
            .unwrap()
    }

    pub fn waits_for_sale(&self) -> i64 {
        self.number("SELECT count(*) FROM order_sale WHERE sale_id IS NULL")
    }
}

pub const SOLD: i64 = 3;

#[tokio::test]
async fn an_order_goes_from_the_bin_to_its_customer_and_the_ledger_with_it() {
    let bench = Bench::open().await;
    let said = json!({
        "customer_first": "Maria", "customer_last": "Garcia", "phone": "(510) 555-4821", "way": "pickup",
        "lines": [{ "product": GUMMIES, "quantity": "2" }, { "product": EIGHTH, "quantity": "1" }],
    });
    let made = bench.tia.device.post("/api/v1/orders", said).await.ok();
    assert_eq!(made["state"], "waiting");
    let (id, code) = (made["id"].as_i64().unwrap(), made["code"].as_str().unwrap().to_owned());
    let bag = Bag { id, code, lines: picks(&bench.tia.device, id, TOTE).await };
    assert_eq!(bench.holds(BIN_A), (18, "24.5".into()));
    assert_eq!(bench.holds(TOTE), (2, "3.5".into()));
    bench.verifies(&bag).await;
    bench.does(&bag, "pack", packs()).await.ok();
    bench.stages(&bag).await;
    assert_eq!((bench.holds(TOTE), bench.holds(SHELF)), ((0, "0".into()), (2, "3.5".into())));
    let other = json!({ "shelf": SHELF_2, "scanned": bag.label() });
    assert_eq!(bench.does(&bag, "stage", other).await.ok()["state"], "staged", "moved on");
    assert_eq!((bench.holds(SHELF), bench.holds(SHELF_2)), ((0, "0".into()), (2, "3.5".into())));
    let found = bench.ben.device.get(&format!("/api/v1/resolve?text={}", bag.label())).await.ok();
    assert_eq!((&found["kind"], &found["order"]), (&json!("order"), &json!(bag.id)));
    let key = Uuid::now_v7();
    let path = format!("/api/v1/orders/{}/handover", bag.id);
    let hand = || bench.ben.device.write(reqwest::Method::POST, key, &path, bag.hands());
    let handed = hand().await.ok();
    assert_eq!((&handed["state"], &handed["awaiting_sale"]), (&json!("handed_over"), &json!(true)));
    assert_eq!((&handed["customer"], &handed["id_type"]), (&json!("Maria G."), &json!("state_id")));
    let again = hand().await;
    assert_eq!(again.header("Idempotent-Replay"), Some("true"));
    assert_eq!(again.ok(), handed);
    assert_eq!((bench.holds(SHELF_2), bench.holds(SOLD)), ((0, "0".into()), (2, "3.5".into())));
    assert_eq!(bench.waits_for_sale(), 2);
    let closed = step(&bench.ben.device, bag.id, "handover", bag.hands()).await;
    assert_eq!(closed.refused(409, "order_closed")["state"], "handed_over");
}

#[tokio::test]
async fn nothing_is_labelled_or_staged_before_every_unit_is_verified() {
    let bench = Bench::open().await;
    let bag = bench.packing(TOTE).await;
    let (gummies, flower) = (bag.lines[0].0, bag.lines[1].0);
    let label = format!("/api/v1/orders/{}/label.png", bag.id);
    bench.tia.device.get(&label).await.refused(409, "not_packed");
    let shelf = json!({ "shelf": SHELF, "scanned": Shop::code(SHELF) });
    bench.does(&bag, "stage", shelf.clone()).await.refused(409, "not_packed");
    let verify = |line: i64, quantity: &str, scanned: &str| {
        bench.does(
            &bag,
            "verify",
            json!({ "line": line, "quantity": quantity, "scanned": scanned }),
        )
    };
    verify(gummies, "1", "036000291452").await.ok();
    let left = verify(gummies, "2", &tag(OLD)).await.refused(409, "too_many");
    assert_eq!(left["left"], "1");
    let wrong = verify(gummies, "1", &tag(NEW)).await.refused(409, "not_in_order");
    assert_eq!(wrong["expected"]["id"], OLD, "another lot of it was not picked for this order");
    verify(flower, "1", "036000291452").await.refused(409, "not_in_order");
    verify(flower, "1", "").await.refused(400, "bad_request");
    let open = bench.does(&bag, "pack", packs()).await.refused(409, "lines_unverified");
    assert_eq!(open["lines"], json!([gummies, flower]));
    verify(gummies, "1", &tag(OLD)).await.ok();
    verify(flower, "1", &tag(FLOWER)).await.ok();
    bench.does(&bag, "unverify", json!({ "line": gummies })).await.ok();
    bench.does(&bag, "pack", packs()).await.refused(409, "lines_unverified");
    verify(gummies, "2", &tag(OLD)).await.ok();
    let few = json!({ "checks": ["sealed", "opaque_bag"], "bags": 1 });
    let missing = bench.does(&bag, "pack", few).await.refused(409, "checks_missing");
    assert_eq!(missing["checks"], json!(["child_resistant", "label_uncovered"]));
    bench
        .does(&bag, "pack", json!({ "checks": CHECKS, "bags": 0 }))
        .await
        .refused(400, "bad_request");
    bench.does(&bag, "pack", packs()).await.ok();
    assert_eq!(bench.tia.device.get(&label).await.status, 200);
    verify(gummies, "1", &tag(OLD)).await.refused(409, "order_not_there");
    let bin = json!({ "shelf": BIN_B, "scanned": Shop::code(BIN_B) });
    bench.does(&bag, "stage", bin).await.refused(409, "not_a_shelf");
    let other = json!({ "shelf": SHELF, "scanned": Shop::code(SHELF_2) });
    bench.does(&bag, "stage", other).await.refused(409, "wrong_shelf");
    bench.does(&bag, "stage", shelf).await.ok();
}

#[tokio::test]
async fn a_picture_is_taken_where_the_store_wants_one() {
    let bench = Bench::open().await;
    let owner = &bench.shop.owner.device;
    let mut settings = owner.get("/api/v1/settings").await.ok();
    settings["pack_photo"] = true.into();
    owner.put("/api/v1/settings", settings).await.ok();
    let bag = bench.packing(TOTE).await;
    bench.verifies(&bag).await;
    bench.does(&bag, "pack", packs()).await.refused(409, "photo_missing");
    let never = "0".repeat(64);
    let body = json!({ "checks": CHECKS, "photos": [never], "bags": 2 });
    bench.does(&bag, "pack", body).await.refused(404, "not_found");
    let png = b"\x89PNG\r\n\x1a\n an open bag";
    let ask = bench
        .tia
        .device
        .ask(reqwest::Method::POST, "/api/v1/documents?name=bag.png")
        .header("Idempotency-Key", Uuid::now_v7().to_string())
        .body(png.to_vec());
    let photo = Reply::read(ask).await.ok();
    let body = json!({ "checks": CHECKS, "photos": [photo["sha256"]], "bags": 2 });
    bench.does(&bag, "pack", body).await.ok();
    assert_eq!(bench.number("SELECT count(*) FROM order_photo"), 1);
    assert_eq!(bench.number("SELECT count(*) FROM order_check"), 4);
}

#[tokio::test]
async fn no_two_orders_are_taken_for_each_other() {
    let bench = Bench::open().await;
    let (mine, yours) = (bench.staged(TOTE).await, bench.staged(TOTE_2).await);
    let hand = |body: Value| step(&bench.ben.device, mine.id, "handover", body);
    let wrong = hand(yours.hands()).await.refused(409, "wrong_order");
    assert_eq!(wrong["expected"].as_str().unwrap().replace('-', ""), mine.code);
    let mut unsaid = mine.hands();
    unsaid["name_confirmed"] = false.into();
    hand(unsaid).await.refused(409, "name_not_confirmed");
    let mut number = mine.hands();
    number["id_number"] = "D1234567".into();
    hand(number).await.refused(400, "bad_request");
    // A line of the other order is not a line of this one.
    let other = json!({ "line": yours.lines[0].0, "quantity": "1", "scanned": tag(OLD) });
    let bag = bench.packing(TOTE).await;
    bench.does(&bag, "verify", other).await.refused(404, "not_found");
    assert_eq!(bench.holds(SHELF), (4, "7".into()));
    hand(mine.hands()).await.ok();
    assert_eq!(bench.holds(SHELF), (2, "3.5".into()), "the other's is still there");
}

#[tokio::test]
async fn what_was_recalled_meanwhile_is_not_handed_over() {
    let bench = Bench::open().await;
    let bag = bench.staged(TOTE).await;
    let recall = |tx: &Tx<'_>| -> Result<(), StoreError> {
        tx.execute("UPDATE package SET recalled = 1 WHERE id = 1", [])?;
        Ok(())
    };
    bench.shop.test_box.store().write(recall).await.unwrap();
    let told = step(&bench.ben.device, bag.id, "handover", bag.hands()).await;
    let told = told.refused(409, "may_not_go");
    assert_eq!((&told["package"]["id"], &told["reasons"]), (&json!(OLD), &json!(["recalled"])));
    assert_eq!(bench.holds(SHELF), (2, "3.5".into()));
}

#[tokio::test]
async fn who_may_do_what() {
    let bench = Bench::open().await;
    let bag = bench.packed(TOTE).await;
    let ada = bench.shop.hire("Ada", "auditor").await;
    let shelf = json!({ "shelf": SHELF, "scanned": Shop::code(SHELF) });
    step(&bench.ben.device, bag.id, "stage", shelf).await.refused(403, "forbidden");
    bench.stages(&bag).await;
    step(&ada.device, bag.id, "handover", bag.hands()).await.refused(403, "forbidden");
    let cancel = |why: &str| step(&bench.ben.device, bag.id, "cancel", json!({ "why": why }));
    cancel("store").await.refused(403, "forbidden");
    cancel("changed").await.refused(400, "bad_request");
    assert_eq!(cancel("not_picked_up").await.ok()["state"], "unwinding");
    let gone = bench.number("SELECT count(*) FROM entry WHERE CAST(bytes AS TEXT) LIKE '%Maria%'");
    assert_eq!(gone, 0, "no customer in the journal");
    let kept = bench.number("SELECT count(*) FROM reply WHERE CAST(answer AS TEXT) LIKE '%Maria%'");
    assert_eq!(kept, 0, "nor in the answers that are kept for replays");
    let kept =
        bench.number("SELECT count(*) FROM reply WHERE CAST(answer AS TEXT) LIKE '%H-1042%'");
    assert_eq!(kept, 0, "nor their number, in a walk");
    assert_eq!(bench.holds(FLOOR), (0, "0".into()));
}

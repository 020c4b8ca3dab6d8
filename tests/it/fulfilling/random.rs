//! Whatever people do with some orders, in whatever turn: what the book has in totes and on shelves is what is
//! in the orders' bags, nothing is promised twice, and every order can be brought to an end.

use std::fmt::Write as _;

use backstock::domain::fifo::Lot;
use backstock::domain::id::ProductId;
use backstock::store::{Db, StoreError, Tx};
use backstock::workflow::stock::{self, Held};
use serde_json::{Value, json};

use super::{Bench, CHECKS, SHELF, SHELF_2, tag};
use crate::support::Reply;
use crate::support::shop::{
    BIN_A, BIN_B, EIGHTH, FLOOR, FLOWER, GUMMIES, Person, QUARANTINE, Shop, TOTE,
};

const TOTES: usize = 12;
const STEPS: usize = 150;

/// Numbers that look drawn, the same for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn one<'a>(&mut self, of: &'a [Value]) -> Option<&'a Value> {
        if of.is_empty() { None } else { Some(&of[self.below(of.len())]) }
    }
}

/// What must hold after every step, each as a question whose answer is the number of wrongs.
fn wrongs() -> [(&'static str, String); 7] {
    let in_bag = "coalesce((SELECT sum(picked - put_back) FROM online_order AS one
          JOIN order_line ON order_id = one.id JOIN pick_line ON order_line_id = order_line.id
          WHERE coalesce(one.shelf_id, one.tote_id) = place.id AND pick_line.package_id = package.id
            AND one.state IN ('picking', 'packing', 'packed', 'staged', 'unwinding')), 0)";
    let held = "coalesce((SELECT amount FROM balance WHERE place_id = place.id
          AND package_id = package.id), 0)";
    let bags = format!(
        "SELECT count(*) FROM place JOIN package WHERE place.kind IN ('tote', 'packed') AND {in_bag} <> {held}"
    );
    let reserved =
        "SELECT count(*) FROM (SELECT sum(max(planned - picked, 0)) AS planned, package_id, bin_id
          FROM pick_line WHERE reserving = 1 GROUP BY package_id, bin_id) AS one
        WHERE planned > (SELECT coalesce(sum(amount), 0) FROM balance
                         WHERE package_id = one.package_id AND place_id = bin_id)";
    let promised = "SELECT count(*) FROM product WHERE
          (SELECT coalesce(sum(promised), 0) FROM order_line WHERE product_id = product.id)
            * coalesce(content, 10000) / 10000
          + (SELECT coalesce(sum(max(planned - picked, 0)), 0) FROM pick_line
              JOIN package ON package.id = package_id WHERE package.product_id = product.id AND reserving = 1)
          > (SELECT coalesce(sum(amount), 0) FROM balance JOIN package ON package.id = package_id
              JOIN place ON place.id = place_id
              WHERE package.product_id = product.id AND kind = 'bin' AND lab_state = 'TestPassed')";
    [
        ("a package's balances do not sum up to nothing", "SELECT count(*) FROM
            (SELECT 1 FROM balance GROUP BY package_id HAVING sum(amount) <> 0)".into()),
        ("a bag is not as the book has it", bags),
        ("more is planned than there is", reserved.into()),
        ("more is promised and planned than there is", promised.into()),
        ("something of an ended order is not back", "SELECT count(*) FROM online_order AS one
            JOIN order_line ON order_id = one.id JOIN pick_line ON order_line_id = order_line.id
            WHERE one.state = 'ended' AND picked <> put_back".into()),
        ("an order that has no bag has a place", "SELECT count(*) FROM online_order
            WHERE state IN ('waiting', 'unmatched', 'ended', 'handed_over')
              AND (tote_id IS NOT NULL OR shelf_id IS NOT NULL)".into()),
        ("an order that is picked is in no walk", "SELECT count(*) FROM online_order AS one
            WHERE state = 'picking' AND NOT EXISTS (SELECT 1 FROM pick_order JOIN pick ON pick.id = pick_id
              WHERE order_id = one.id AND left_at IS NULL AND pick.state = 'picking')".into()),
    ]
}

struct Play<'b> {
    bench: &'b Bench,
    dice: Dice,
    said: String,
}

impl Play<'_> {
    /// A write: done or refused, never a fault.
    async fn says(&mut self, who: &Person, path: &str, body: Value) -> Reply {
        let reply = who.device.post(&format!("/api/v1/{path}"), body.clone()).await;
        let _ = writeln!(
            self.said,
            "{} {path} {body}: {}",
            reply.status,
            reply.text().get(..160).unwrap_or("")
        );
        assert!(matches!(reply.status, 200 | 400 | 404 | 409), "{}", self.said);
        for (what, sql) in wrongs() {
            assert_eq!(self.bench.number(&sql), 0, "{what}:\n{}", self.said);
        }
        reply
    }

    async fn gets(&self, path: &str) -> Value {
        self.bench.tia.device.get(&format!("/api/v1/{path}")).await.ok()
    }

    /// Any order in this state, whole.
    async fn order_in(&mut self, state: &str) -> Option<Value> {
        let list = self.gets(&format!("orders?state={state}")).await;
        let id = self.dice.one(list["orders"].as_array().unwrap())?["id"].clone();
        Some(self.gets(&format!("orders/{id}")).await)
    }

    async fn walk(&mut self) -> Option<Value> {
        let list = self.gets("picks").await;
        self.dice.one(list["picks"].as_array().unwrap()).cloned()
    }

    fn item_of(&mut self, order: &Value) -> Option<Value> {
        let lines = order["lines"].as_array().unwrap().iter();
        let items: Vec<Value> =
            lines.flat_map(|line| line["items"].as_array().unwrap()).cloned().collect();
        self.dice.one(&items).cloned()
    }

    async fn enters(&mut self, tia: &Person) {
        let lines = [(GUMMIES, 9), (EIGHTH, 3)];
        let from = self.dice.below(3);
        let lines: Vec<Value> = lines[from % 2..]
            .iter()
            .map(|(product, most)| {
                json!({ "product": product, "quantity": (1 + self.dice.below(*most)).to_string() })
            })
            .collect();
        let body = json!({ "customer_first": "Ana", "way": "pickup", "lines": lines });
        self.says(tia, "orders", body).await;
    }

    async fn walks(&mut self, tia: &Person) {
        let list = self.gets("orders?state=waiting").await;
        let many = 1 + self.dice.below(3);
        let orders = list["orders"].as_array().unwrap().iter().take(many);
        let orders: Vec<Value> = orders.map(|order| order["id"].clone()).collect();
        if !orders.is_empty() {
            self.says(tia, "walks", json!({ "orders": orders })).await;
        }
    }

    async fn on_a_walk(&mut self, tia: &Person) -> Option<()> {
        let walk = self.walk().await?;
        let path = format!("picks/{}", walk["id"]);
        let open: Vec<Value> = walk["lines"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|line| line["state"] == "to_pick")
            .cloned()
            .collect();
        let orders = walk["orders"].as_array().unwrap().clone();
        let lacks = |order: &&Value| order["tote"].is_null() && order["left"] == false;
        let without: Vec<Value> = orders.iter().filter(lacks).cloned().collect();
        let turn = match self.dice.below(30) {
            // Mostly what is sensible next, seldom something else.
            0..=19 if !without.is_empty() => 0,
            0..=19 if !open.is_empty() => 3,
            0..=19 if orders.iter().any(|order| order["shorts"] != json!([])) => 9,
            0..=19 | 28 => 10,
            20..=22 => 3,
            23 => 0,
            24 | 25 => 8,
            26 | 27 => 9,
            _ => 11,
        };
        match turn {
            0 => {
                let some = if without.is_empty() { &orders } else { &without };
                let order = self.dice.one(some)?["order"].clone();
                let tote = TOTE + 20 + i64::try_from(self.dice.below(TOTES)).unwrap();
                self.says(tia, &format!("{path}/tote"), json!({ "tote": tote, "order": order }))
                    .await;
            }
            3 => {
                let line = self.dice.one(&open)?.clone();
                let package = line["package"]["id"].as_i64().unwrap();
                // Whole, or a piece of it.
                let quantity = if self.dice.below(3) > 0 || package == FLOWER {
                    line["planned"].clone()
                } else {
                    json!({ "value": "1", "unit": "ea" })
                };
                let body = json!({ "bin": line["bin"]["id"], "package": package, "quantity": quantity,
                    "scanned": tag(package), "line": line["id"] });
                let taken = self.says(tia, &format!("{path}/takes"), body).await;
                if taken.status == 200 && self.dice.below(6) == 0 {
                    let seq = taken.json()["moved"]["seq"].clone();
                    self.says(tia, &format!("moves/{seq}/undo"), json!({})).await;
                }
            }
            8 => {
                let line = self.dice.one(&open)?["id"].clone();
                let body = json!({ "line": line, "reason": "not_found", "found": "0" });
                self.says(tia, &format!("{path}/shorts"), body).await;
            }
            9 => {
                let order = self.dice.one(walk["orders"].as_array().unwrap())?.clone();
                let short = self.dice.one(order["shorts"].as_array().unwrap())?["line"].clone();
                let how = ["partial", "drop", "wait", "substitute"][self.dice.below(4)];
                let decide = format!("orders/{}/lines/{short}/decide", order["order"]);
                self.says(tia, &decide, json!({ "how": how })).await;
            }
            10 => {
                self.says(tia, &format!("{path}/finish"), json!({})).await;
            }
            _ => {
                self.says(tia, &format!("{path}/release"), json!({})).await;
            }
        }
        Some(())
    }

    /// Scans some of an order into its bag, or all of it, and closes it.
    async fn packs(&mut self, tia: &Person) -> Option<()> {
        let order = self.order_in("packing").await?;
        let path = format!("orders/{}", order["id"]);
        if self.dice.below(4) == 0 {
            let line = self.item_of(&order)?["line"].clone();
            self.says(tia, &format!("{path}/unverify"), json!({ "line": line })).await;
            return Some(());
        }
        let lines = order["lines"].as_array().unwrap().iter();
        let items: Vec<Value> =
            lines.flat_map(|line| line["items"].as_array().unwrap()).cloned().collect();
        for item in items {
            let scanned = item["package"]["tag"].clone();
            let body = json!({ "line": item["line"], "quantity": item["picked_count"], "scanned": scanned });
            self.says(tia, &format!("{path}/verify"), body).await;
        }
        self.says(tia, &format!("{path}/pack"), json!({ "checks": CHECKS, "bags": 1 })).await;
        Some(())
    }

    /// What an order at the bench lacks is fetched, given up, or waited for.
    async fn mends(&mut self, tia: &Person) -> Option<()> {
        let order = self.order_in("packing").await?;
        let path = format!("orders/{}", order["id"]);
        if self.dice.below(2) == 0 {
            self.says(tia, &format!("{path}/fetch"), json!({})).await;
            return Some(());
        }
        let line = self.dice.one(order["lines"].as_array().unwrap())?["id"].clone();
        let how = ["partial", "drop", "wait"][self.dice.below(3)];
        let body = match self.dice.below(4) {
            0 => json!({ "how": "substitute", "product": GUMMIES }),
            _ => json!({ "how": how }),
        };
        self.says(tia, &format!("{path}/lines/{line}/decide"), body).await;
        Some(())
    }

    async fn stages(&mut self, tia: &Person) -> Option<()> {
        let state = ["packed", "packed", "staged"][self.dice.below(3)];
        let order = self.order_in(state).await?;
        let shelf = [SHELF, SHELF_2][self.dice.below(2)];
        let body = json!({ "shelf": shelf, "scanned": Shop::code(shelf) });
        self.says(tia, &format!("orders/{}/stage", order["id"]), body).await;
        Some(())
    }

    async fn hands_over(&mut self, ben: &Person) -> Option<()> {
        let order = self.order_in("staged").await?;
        let body =
            json!({ "scanned": order["code"], "name_confirmed": true, "id_type": "passport" });
        self.says(ben, &format!("orders/{}/handover", order["id"]), body).await;
        if self.dice.below(3) == 0 {
            let line = self.item_of(&order)?["line"].clone();
            let body = json!({ "line": line, "quantity": "1" });
            self.says(ben, &format!("orders/{}/returns", order["id"]), body).await;
        }
        Some(())
    }

    async fn calls_off(&mut self, tia: &Person) -> Option<()> {
        let states = ["waiting", "picking", "packing", "packed", "staged"];
        let state = states[self.dice.below(states.len())];
        let order = self.order_in(state).await?;
        let why = ["customer", "store", "refused", "not_picked_up"][self.dice.below(4)];
        self.says(tia, &format!("orders/{}/cancel", order["id"]), json!({ "why": why })).await;
        Some(())
    }

    async fn puts_back(&mut self, tia: &Person) -> Option<()> {
        let state = ["packing", "unwinding", "unwinding"][self.dice.below(3)];
        let order = self.order_in(state).await?;
        let item = self.item_of(&order)?;
        if self.dice.below(4) == 0 {
            let body = json!({ "line": item["line"], "quantity": "1" });
            self.says(tia, &format!("orders/{}/missing", order["id"]), body).await;
            return Some(());
        }
        let (to, damaged) = [(BIN_A, false), (BIN_B, false), (QUARANTINE, true), (FLOOR, false)]
            [self.dice.below(4)];
        let whole = item["picked_count"].clone();
        let quantity = if self.dice.below(2) == 0 { whole } else { "1".into() };
        let body = json!({ "line": item["line"], "quantity": quantity, "to": to,
            "scanned": item["package"]["tag"], "damaged": damaged });
        self.says(tia, &format!("orders/{}/putbacks", order["id"]), body).await;
        Some(())
    }

    /// What competes for the stock.
    async fn restocks(&mut self, ben: &Person, tia: &Person) {
        let quantity = (1 + self.dice.below(6)).to_string();
        let lines = json!([{ "product": GUMMIES, "quantity": quantity }]);
        let body = json!({ "station": FLOOR, "lines": lines });
        let asked = self.says(ben, "requests", body).await.json();
        let claim = format!("requests/{}/claim", asked["id"]);
        let pick = self.says(tia, &claim, json!({})).await.json();
        self.says(tia, &format!("picks/{}/release", pick["id"]), json!({})).await;
        self.says(ben, &format!("requests/{}/cancel", asked["id"]), json!({})).await;
    }

    /// Everything is brought to an end: what is held by somebody is put back.
    async fn ends(&mut self, tia: &Person) {
        for order in self.gets("orders").await["orders"].as_array().unwrap() {
            if order["state"] != "unwinding" {
                self.says(
                    tia,
                    &format!("orders/{}/cancel", order["id"]),
                    json!({ "why": "store" }),
                )
                .await;
            }
            let order = self.gets(&format!("orders/{}", order["id"])).await;
            for line in order["lines"].as_array().unwrap() {
                for item in line["items"].as_array().unwrap() {
                    let count =
                        |name: &str| -> f64 { item[name].as_str().unwrap().parse().unwrap() };
                    let left = count("picked_count") - count("put_back_count");
                    if left > 0.0 {
                        let body = json!({ "line": item["line"], "quantity": left.to_string(), "to": BIN_A,
                            "scanned": item["package"]["tag"] });
                        self.says(tia, &format!("orders/{}/putbacks", order["id"]), body).await;
                    }
                }
            }
        }
        assert_eq!(self.gets("orders").await["orders"], json!([]), "{}", self.said);
        let somewhere = "SELECT count(*) FROM balance JOIN place ON place.id = place_id
                         WHERE kind IN ('tote', 'packed') AND amount > 0";
        assert_eq!(self.bench.number(somewhere), 0, "{}", self.said);
    }
}

async fn play(seed: u64) {
    let bench = Bench::open().await;
    bench.shop.test_box.store().write(totes).await.unwrap();
    let mut play = Play { bench: &bench, dice: Dice(seed), said: format!("seed {seed}\n") };
    let (tia, ben) = (&bench.tia, &bench.ben);
    for _ in 0..STEPS {
        // Whoever asks too often in one moment is held back.
        bench.shop.test_box.later_s(1);
        match play.dice.below(20) {
            0 | 1 => play.enters(tia).await,
            2 => play.walks(tia).await,
            3..=11 => drop(play.on_a_walk(tia).await),
            12 | 13 => drop(play.packs(tia).await),
            14 | 15 => drop(play.stages(tia).await),
            16 => drop(play.hands_over(ben).await),
            17 if play.dice.below(2) == 0 => drop(play.calls_off(tia).await),
            17 | 18 => drop(play.puts_back(tia).await),
            19 if play.dice.below(2) == 0 => drop(play.mends(tia).await),
            _ => play.restocks(ben, tia).await,
        }
        bench.shop.test_box.store().read(planned_as_shown).await.unwrap();
    }
    play.ends(tia).await;
}

/// What plans are made of is what the screens show as free to pick.
fn planned_as_shown(db: &Db<'_>) -> Result<(), StoreError> {
    for product in [GUMMIES, EIGHTH].map(ProductId) {
        let shown = stock::of_product(db, product)?;
        let mut shown: Vec<_> =
            shown.iter().filter(|held| held.pickable()).map(Held::lot).collect();
        let mut planned = stock::lots(db, product)?.lots;
        shown.sort_by_key(Lot::turn);
        planned.sort_by_key(Lot::turn);
        assert_eq!(planned, shown);
    }
    Ok(())
}

fn totes(tx: &Tx<'_>) -> Result<(), StoreError> {
    for id in (TOTE + 20..).take(TOTES) {
        tx.execute(
            "INSERT INTO place (id, name, kind, code, walk) VALUES (:id, :name, 'tote', :code, :id)",
            backstock::store::named_params! {
                ":id": id, ":name": format!("Tote {id}"), ":code": Shop::code(id),
            },
        )?;
    }
    Ok(())
}

#[tokio::test]
async fn whatever_is_done_in_whatever_turn_the_bags_are_as_the_book_has_them() {
    for seed in (1..5_u64).map(|n| n.wrapping_mul(0x9E37_79B9_7F4A_7C15)) {
        play(seed).await;
    }
}

//! Whatever happens to stock and orders: never more of a product is promised than is there.

use backstock::domain::id::ProductId;
use backstock::store::{Db, StoreError, Tx, named_params};
use backstock::workflow::ordering::promise;
use backstock::workflow::picking;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::{Source, enters, id, look, order, shop, source};
use crate::support::shop::{BIN_A, EIGHTH, FLOOR, GUMMIES, OLD, Person, Shop};

async fn top_up(shop: &Shop) {
    shop.test_box.store().write(promise::top_up).await.unwrap();
}

#[tokio::test]
async fn what_is_gone_is_taken_back_from_who_is_due_last() {
    let (shop, tia) = shop().await;
    let lines = json!([{ "product": GUMMIES, "quantity": "10" }]);
    let window = |from: &str| {
        json!({ "customer_first": "Lee", "way": "pickup", "lines": lines, "window_from": from,
            "window_to": from })
    };
    let none = enters(&tia, &[(GUMMIES, "10")]).await;
    let later = tia.device.post("/api/v1/orders", window("2030-01-02T10:00:00Z")).await.ok();
    let sooner = tia.device.post("/api/v1/orders", window("2030-01-01T10:00:00Z")).await.ok();
    // One of the two lots failed since: twenty of forty are left, thirty are promised.
    let lab = |state: &'static str| {
        move |tx: &Tx<'_>| {
            tx.execute(
                "UPDATE package SET lab_state = :state WHERE id = :id",
                named_params! { ":state": state, ":id": OLD },
            )?;
            Ok::<_, StoreError>(())
        }
    };
    shop.test_box.store().write(lab("TestFailed")).await.unwrap();
    top_up(&shop).await;
    let promised = async |of: &Value| {
        let order = look(&tia, id(of)).await;
        (order["lines"][0]["promised"].as_str().unwrap().to_owned(), order["short"] == true)
    };
    assert_eq!(promised(&sooner).await, ("10".into(), false));
    assert_eq!(promised(&later).await, ("10".into(), false));
    assert_eq!(promised(&none).await, ("0".into(), true), "it has no window: it can wait");
    let head = shop.test_box.store().head().seq;
    top_up(&shop).await;
    assert_eq!(shop.test_box.store().head().seq, head, "nothing happened since");
    shop.test_box.store().write(lab("TestPassed")).await.unwrap();
    top_up(&shop).await;
    assert_eq!(promised(&none).await, ("10".into(), false));
}

#[tokio::test]
async fn the_same_again_is_no_entry() {
    let (shop, tia) = shop().await;
    let own = source(&shop, "own", "backstock", "signature").await;
    let body = json!([order("1", &[("Sour cherry gummies", 1)])]).to_string();
    let stranger = shop.test_box.stranger();
    own.sends(&stranger, &body).await.ok();
    let head = shop.test_box.store().head().seq;
    for _ in 0..3 {
        assert_eq!(own.sends(&stranger, &body).await.ok()["same"], 1);
    }
    assert_eq!(shop.test_box.store().head().seq, head);
    // A person's file is noted, whatever is in it.
    assert_eq!(super::file(&tia, &own, &body).await.ok()["same"], 1);
    assert_eq!(shop.test_box.store().head().seq, head + 1);
}

#[derive(Clone, Debug)]
enum Step {
    Order(i64, i64),
    Change(usize, i64),
    Cancel(usize),
    Restock(i64, i64),
    Move(i64),
    TopUp,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let product = || prop_oneof![Just(GUMMIES), Just(EIGHTH)];
    let step = prop_oneof![
        4 => (product(), 1_i64..30).prop_map(|(product, n)| Step::Order(product, n)),
        2 => (any::<usize>(), 1_i64..40).prop_map(|(at, n)| Step::Change(at, n)),
        1 => any::<usize>().prop_map(Step::Cancel),
        2 => (product(), 1_i64..20).prop_map(|(product, n)| Step::Restock(product, n)),
        1 => (1_i64..6).prop_map(Step::Move),
        1 => Just(Step::TopUp),
    ];
    prop::collection::vec(step, 1..25)
}

#[test]
fn never_more_is_promised_than_is_there() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner =
        TestRunner::new(Config { cases: 6, max_shrink_iters: 20, ..Config::default() });
    let played = runner.run(&steps(), |steps| {
        runtime.block_on(play(&steps));
        Ok(())
    });
    played.unwrap();
}

async fn play(steps: &[Step]) {
    let (shop, tia) = shop().await;
    let ben = shop.hire("Ben", "budtender").await;
    let own = source(&shop, "own", "backstock", "signature").await;
    let mut sent: Vec<(i64, Value)> = Vec::new();
    for (n, step) in steps.iter().enumerate() {
        one(&shop, [&tia, &ben], &own, &mut sent, n, step).await;
        holds(&shop).await;
    }
    top_up(&shop).await;
    holds(&shop).await;
}

fn name(product: i64) -> &'static str {
    if product == GUMMIES { "Sour cherry gummies" } else { "Blue Dream eighth" }
}

async fn one(
    shop: &Shop,
    [tia, ben]: [&Person; 2],
    own: &Source,
    sent: &mut Vec<(i64, Value)>,
    n: usize,
    step: &Step,
) {
    let stranger = shop.test_box.stranger();
    let says = async |order: &Value| {
        own.sends(&stranger, &json!([order]).to_string()).await.ok();
    };
    match step {
        Step::Order(product, amount) => {
            let order = order(&format!("A-{n}"), &[(name(*product), *amount)]);
            says(&order).await;
            sent.push((*product, order));
        }
        Step::Change(at, amount) if !sent.is_empty() => {
            let (product, known) = sent[at % sent.len()].clone();
            says(&order(known["id"].as_str().unwrap(), &[(name(product), *amount)])).await;
        }
        Step::Cancel(at) if !sent.is_empty() => {
            let mut order = sent[at % sent.len()].1.clone();
            order["cancelled"] = true.into();
            says(&order).await;
        }
        Step::Restock(product, amount) => {
            let request = ben.requests(&[(*product, &amount.to_string())]).await;
            let claim = format!("/api/v1/requests/{}/claim", request["id"]);
            tia.device.post_nothing(&claim).await.ok();
        }
        Step::Move(amount) => {
            // To the floor by hand: nobody is asked, so a promise may have to be taken back.
            let body = json!({ "package": OLD, "from": BIN_A, "to": FLOOR,
                "quantity": { "value": amount.to_string(), "unit": "ea" } });
            tia.device.post("/api/v1/moves", body).await;
            top_up(shop).await;
        }
        Step::TopUp => top_up(shop).await,
        Step::Change(..) | Step::Cancel(_) => {}
    }
}

async fn holds(shop: &Shop) {
    let read = |db: &Db<'_>| {
        for product in [GUMMIES, EIGHTH].map(ProductId) {
            let (promised, there) = (picking::promised(db, product)?, promise::there(db, product)?);
            assert!(promised <= there, "{product}: {promised} promised of {there}");
        }
        let over: i64 =
            db.one("SELECT count(*) FROM order_line WHERE promised > amount", [], |row| {
                row.get(0)
            })?;
        assert_eq!(over, 0, "lines are promised more than was ordered");
        Ok::<_, StoreError>(())
    };
    shop.test_box.store().read(read).await.unwrap();
}

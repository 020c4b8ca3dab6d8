//! Random commands against a small model: what came in is somewhere, no place is below zero, the
//! record verifies, and replays are equal.

use std::collections::BTreeMap;

use backstock::domain::id::{DeviceId, SessionId};
use backstock::domain::id::{PackageId, PickId, PlaceId, ProductId, RequestId, Seq, UserId};
use backstock::domain::place::Account;
use backstock::domain::quantity::{Amount, Quantity, Unit};
use backstock::domain::role::Role;
use backstock::ledger::{Actor, Entry, Movement, query, verify};
use backstock::store::{Options, Store, StoreError, Tx, named_params, params};
use backstock::workflow::moving::{self, MoveError, MoveInput};
use backstock::workflow::package::{self, FoundInput};
use backstock::workflow::picking::{self, LineState, PickState};
use backstock::workflow::replay::{self, Asked, ReplayError};
use backstock::workflow::restock::{self, RequestInput, RequestLineInput};
use proptest::prelude::*;
use uuid::Uuid;

const PACKAGES: i64 = 6;
/// 100..: unsorted, three bins, two stations, two totes.
const PLACES: [(i64, &str); 8] = [
    (100, "unsorted"),
    (101, "bin"),
    (102, "bin"),
    (103, "bin"),
    (104, "floor"),
    (105, "floor"),
    (106, "tote"),
    (107, "tote"),
];
const OPENING: i64 = 40;

#[derive(Clone, Debug)]
enum Command {
    Move {
        package: i64,
        from: usize,
        to: usize,
        units: i64,
    },
    Undo {
        nth: usize,
    },
    Found {
        package: i64,
        place: usize,
        units: i64,
    },
    Replay {
        nth: usize,
    },
    Request {
        product: i64,
        units: i64,
    },
    /// Takes the live pick one step on: claim, tote, take, short, hand over or receive.
    Pick {
        units: i64,
        short: bool,
        counted: i64,
    },
}

fn command() -> impl Strategy<Value = Command> {
    let package = 1..=PACKAGES;
    prop_oneof![
        4 => (package.clone(), 0..6_usize, 0..6_usize, 1..50_i64)
            .prop_map(|(package, from, to, units)| Command::Move { package, from, to, units }),
        2 => (0..64_usize).prop_map(|nth| Command::Undo { nth }),
        1 => (package, 0..6_usize, 1..60_i64)
            .prop_map(|(package, place, units)| Command::Found { package, place, units }),
        2 => (0..64_usize).prop_map(|nth| Command::Replay { nth }),
        1 => (1..=3_i64, 1..40_i64).prop_map(|(product, units)| Command::Request { product, units }),
        8 => (1..30_i64, proptest::bool::weighted(0.15), 0..45_i64)
            .prop_map(|(units, short, counted)| Command::Pick { units, short, counted }),
    ]
}

/// Whatever a command refuses, as text: the model only asks whether it was done.
#[derive(Debug)]
struct Refused(String);

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}
impl From<ReplayError> for Refused {
    fn from(error: ReplayError) -> Self {
        Self(error.to_string())
    }
}

struct Shop {
    store: Store,
    _folder: tempfile::TempDir,
    /// What every package holds where, by hand-kept sums.
    model: BTreeMap<(i64, i64), i64>,
    done: Vec<(Asked, Vec<u8>)>,
    moves: Vec<(i64, i64, i64, i64, i64)>,
}

fn technician() -> Actor {
    Actor::person(UserId(1), Role::Technician, DeviceId(1), SessionId(1))
}

fn place(index: usize) -> PlaceId {
    PlaceId(PLACES[index].0)
}

impl Shop {
    fn open() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::open(folder.path(), Options::default()).expect("a new store");
        store.write_blocking(seed).expect("the seed");
        let model = (1..=PACKAGES)
            .flat_map(|package| [((package, 101), OPENING), ((package, 1), -OPENING)])
            .collect();
        Self { store, _folder: folder, model, done: Vec::new(), moves: Vec::new() }
    }

    /// Runs a command once under a fresh request id.
    fn once<T: serde::Serialize + Send + 'static>(
        &mut self,
        f: impl FnOnce(&Tx<'_>, &Actor) -> Result<T, String> + Send + 'static,
    ) -> Result<serde_json::Value, Refused> {
        let number = self.done.len() as u128 + 1;
        let asked = Asked { key: Uuid::from_u128(number), device: DeviceId(1), content: [7; 32] };
        let answer = self.store.write_blocking(move |tx| {
            replay::once(tx, &asked, || {
                let done = f(tx, &technician()).map_err(Refused)?;
                serde_json::to_vec(&done).map_err(|error| Refused(error.to_string()))
            })
        })?;
        assert!(!answer.replayed, "a fresh id is never a replay");
        self.done.push((asked, answer.body.clone()));
        Ok(serde_json::from_slice(&answer.body).expect("an answer is JSON"))
    }

    fn run(&mut self, command: &Command) {
        match *command {
            Command::Move { package, from, to, units } => self.hand_move(package, from, to, units),
            Command::Undo { nth } => self.undo(nth),
            Command::Found { package, place: at, units } => {
                let input =
                    FoundInput { place: place(at), quantity: ea(units), scanned: None, note: None };
                let _ = self.once(move |tx, by| {
                    package::found(tx, by, PackageId(package), &input).map_err(|e| e.to_string())
                });
                self.relearn();
            }
            Command::Replay { nth } => self.replay(nth),
            Command::Request { product, units } => {
                let line = RequestLineInput {
                    product: ProductId(product),
                    quantity: Amount::whole(units),
                };
                let input = RequestInput { station: PlaceId(104), lines: vec![line], note: None };
                self.once(move |tx, by| restock::create(tx, by, &input).map_err(|e| e.to_string()))
                    .expect("a station takes any request");
            }
            Command::Pick { units, short, counted } => {
                self.pick_on(units, short, counted);
                self.relearn();
            }
        }
    }

    /// A hand move, predicted by the model alone.
    fn hand_move(&mut self, package: i64, from: usize, to: usize, units: i64) {
        let (from, to) = (place(from), place(to));
        let held = self.model.get(&(package, from.0)).copied().unwrap_or(0);
        let promised = self
            .store
            .read_blocking(move |db| {
                query::reserved(db, PackageId(package), from).map_err(StoreError::Sql)
            })
            .expect("a read");
        let possible = from != to && to.0 != 100 && held - promised.raw() / 10_000 >= units;
        let input = MoveInput {
            package: PackageId(package),
            from,
            to,
            quantity: ea(units),
            scanned: None,
            reason: None,
        };
        let moved =
            self.once(move |tx, by| moving::scan_move(tx, by, &input).map_err(|e| e.to_string()));
        assert_eq!(moved.is_ok(), possible, "{moved:?}");
        if let Ok(moved) = moved {
            self.shift(package, from.0, to.0, units);
            self.moves.push((
                moved["seq"].as_i64().expect("a number"),
                package,
                from.0,
                to.0,
                units,
            ));
        }
    }

    fn undo(&mut self, nth: usize) {
        let Some(&(seq, package, from, to, units)) = self.moves.get(nth) else { return };
        let undone = self.once(move |tx, by| {
            moving::undo(tx, by, Seq(seq), false).map_err(|error| match error {
                MoveError::Store(error) => panic!("a fault, not a refusal: {error}"),
                refusal => refusal.to_string(),
            })
        });
        if undone.is_ok() {
            self.shift(package, to, from, units);
            self.moves.remove(nth);
        }
    }

    /// The same request again: the same answer, and nothing happens twice.
    fn replay(&mut self, nth: usize) {
        let Some((asked, body)) = self.done.get(nth).cloned() else { return };
        let before = self.store.head();
        let again = self.store.write_blocking(move |tx| {
            replay::once(tx, &asked, || Err::<Vec<u8>, _>(Refused("ran again".into())))
        });
        let again = again.expect("a replay is answered from the record");
        assert!(again.replayed && again.body == body);
        let other = Asked { content: [8; 32], ..asked };
        let refused = self.store.write_blocking(move |tx| {
            replay::once(tx, &other, || Err::<Vec<u8>, _>(Refused("ran".into())))
        });
        assert!(refused.is_err_and(|refused| refused.0.contains("used for something else")));
        assert_eq!(self.store.head(), before);
    }

    fn pick_on(&mut self, units: i64, short: bool, counted: i64) {
        let live = self
            .store
            .read_blocking(|db| {
                Ok::<_, StoreError>((
                    picking::list(db, None)?,
                    restock::list(db, Some("open"), None)?,
                ))
            })
            .expect("a read");
        let Some(pick) = live.0.picks.into_iter().next() else {
            if let Some(request) = live.1.requests.first() {
                let id = request.id;
                self.once(move |tx, by| picking::claim(tx, by, id).map_err(|e| e.to_string()))
                    .expect("an open request can be claimed");
            }
            return;
        };
        let id = pick.id;
        if pick.state == PickState::InTransit {
            return self.receive(&pick, counted);
        }
        if pick.tote.is_none() {
            return self.choose_tote(id);
        }
        let Some(line) = pick.next().cloned() else {
            let input = picking::HandoverInput { to: None };
            let _ = self.once(move |tx, by| {
                picking::handover(tx, by, id, &input).map_err(|e| e.to_string())
            });
            return;
        };
        assert_eq!(line.state, LineState::ToPick);
        if short {
            let input = picking::ShortInput {
                line: line.id,
                reason: picking::ShortReason::NotFound,
                found: Amount::ZERO,
                note: None,
            };
            self.once(move |tx, by| picking::short(tx, by, id, &input).map_err(|e| e.to_string()))
                .expect("a line to pick can be short");
            return;
        }
        let left = line.planned.amount - line.picked.amount;
        let input = picking::TakeInput {
            bin: line.bin.id,
            package: line.package.id,
            quantity: ea(units),
            scanned: String::new(),
            line: None,
            approval: None,
            reason: None,
        };
        let taken = self
            .once(move |tx, by| picking::take(tx, by, id, &input, None).map_err(|e| e.to_string()));
        assert_eq!(
            taken.is_ok(),
            Amount::whole(units) <= left,
            "planned stock is there: {taken:?}"
        );
    }

    fn choose_tote(&mut self, id: PickId) {
        for tote in [106, 107] {
            let input = picking::ToteInput { tote: PlaceId(tote), order: None };
            let chosen = self.once(move |tx, by| {
                picking::set_tote(tx, by, id, &input).map_err(|e| e.to_string())
            });
            if chosen.is_ok() {
                return;
            }
        }
        // Both hold what earlier receipts were missing: their cases are settled, as people would.
        let cases = self
            .store
            .read_blocking(|db| {
                let order = backstock::workflow::casework::CaseOrder::Newest;
                backstock::workflow::casework::cases(db, Some("open"), order)
                    .map_err(StoreError::Sql)
            })
            .expect("a read");
        for case in cases.cases {
            let input = backstock::workflow::casework::CloseInput {
                outcome: "Not found.".into(),
                verdict: None,
                settle: Some(backstock::workflow::casework::Settle { to: PlaceId(0) }),
            };
            self.once(move |tx, by| {
                backstock::workflow::casework::close(tx, by, case.id, &input)
                    .map_err(|e| e.to_string())
            })
            .expect("an open case can be closed");
        }
    }

    fn receive(&mut self, pick: &picking::Pick, counted: i64) {
        let id = pick.id;
        let lines = pick.lines.iter().filter(|line| line.picked.amount.is_positive());
        let input = picking::ReceiptInput {
            station: PlaceId(104),
            lines: lines
                .map(|line| picking::ReceiptLineInput {
                    line: line.id,
                    counted: Amount::whole(counted),
                })
                .collect(),
            tote_scanned: pick.tote.as_ref().expect("a tote travels").code.clone(),
        };
        let picked: Vec<Amount> = pick
            .lines
            .iter()
            .filter(|line| line.picked.amount.is_positive())
            .map(|line| line.picked_count)
            .collect();
        let receipt = self
            .once(move |tx, by| picking::receive(tx, by, id, &input).map_err(|e| e.to_string()))
            .expect("a tote on its way is received");
        let differ = picked.iter().filter(|amount| **amount != Amount::whole(counted)).count();
        assert_eq!(
            receipt["cases"].as_array().map(Vec::len),
            Some(differ),
            "each difference has a case"
        );
    }

    fn shift(&mut self, package: i64, from: i64, to: i64, units: i64) {
        *self.model.entry((package, from)).or_default() -= units;
        *self.model.entry((package, to)).or_default() += units;
    }

    /// Takes the balances as they are, after a command that the model does not predict line by line;
    /// conservation is checked on every one of them.
    fn relearn(&mut self) {
        self.model = self.balances();
    }

    fn balances(&self) -> BTreeMap<(i64, i64), i64> {
        let rows = self
            .store
            .read_blocking(|db| {
                db.all("SELECT package_id, place_id, amount FROM balance", [], |row| {
                    Ok(((row.get(0)?, row.get(1)?), row.get::<_, i64>(2)? / 10_000))
                })
                .map_err(StoreError::Sql)
            })
            .expect("a read");
        rows.into_iter().collect()
    }

    fn check(&self) {
        let balances = self.balances();
        for (key, units) in &balances {
            assert_eq!(self.model.get(key).copied().unwrap_or(0), *units, "balance of {key:?}");
            assert!(key.1 < 100 || *units >= 0, "place below zero: {key:?}");
        }
        for package in 1..=PACKAGES {
            let sum: i64 =
                balances.iter().filter(|(key, _)| key.0 == package).map(|(_, units)| units).sum();
            assert_eq!(sum, 0, "package {package} over all places and accounts");
        }
        let verified = self.store.read_blocking(verify::verify).expect("a read");
        assert!(verified.ok, "{:?}", verified.what);
        assert_eq!(verified.entries, self.store.head().seq);
    }
}

fn ea(units: i64) -> Quantity {
    Quantity::new(Amount::whole(units), Unit::Ea)
}

fn seed(tx: &Tx<'_>) -> Result<(), StoreError> {
    tx.execute("INSERT INTO user (id, name, role, badge, created_at) VALUES (1, 'Ana', 'technician', 'b', 0)", [])?;
    tx.execute(
        "INSERT INTO device (id, name, kind, token_hash, enrolled_at) VALUES (1, 'Tablet', 'shared', ?1, 0)",
        params![[0_u8; 32]],
    )?;
    for (id, kind) in PLACES {
        let code = backstock::domain::code::Code::from_random(id.cast_unsigned().to_be_bytes())
            .plain()
            .to_owned();
        tx.execute(
            "INSERT INTO place (id, name, kind, code, walk) VALUES (:id, :name, :kind, :code, :id)",
            named_params! { ":id": id, ":name": format!("P{id}"), ":kind": kind, ":code": code },
        )?;
    }
    for product in 1..=3 {
        tx.execute(
            "INSERT INTO product (id, sku, name, category, unit) VALUES (?1, ?2, ?2, 'Edible', 'ea')",
            params![product, format!("SKU-{product}")],
        )?;
    }
    let by = Actor::system();
    let mut entry = Entry::open(tx, &by, "seeded")?;
    for package in 1..=PACKAGES {
        tx.execute(
            "INSERT INTO package (id, tag, product_id, unit, received, lab_state, added_at)
             VALUES (?1, ?2, ?3, 'ea', ?1, 'TestPassed', 0)",
            params![package, format!("1A4060300000000{package:09}"), 1 + package % 3],
        )?;
        let movement = Movement {
            package: PackageId(package),
            amount: Amount::whole(OPENING),
            from: Account::Opening.id(),
            to: PlaceId(101),
            reverses: None,
        };
        entry.post(movement).map_err(|error| StoreError::Invariant(error.to_string()))?;
    }
    entry.seal(&"seed")?;
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]
    #[test]
    fn the_books_stay_true(commands in proptest::collection::vec(command(), 1..120)) {
        let mut shop = Shop::open();
        for command in &commands {
            shop.run(command);
        }
        shop.check();
    }
}

#[test]
fn a_second_claim_is_told_who_was_first() {
    let mut shop = Shop::open();
    shop.run(&Command::Request { product: 1, units: 3 });
    shop.run(&Command::Pick { units: 1, short: false, counted: 0 });
    let again = shop.once(|tx, by| picking::claim(tx, by, RequestId(1)).map_err(|e| e.to_string()));
    assert!(again.is_err_and(|refused| refused.0.contains("somebody else claimed it")));
}

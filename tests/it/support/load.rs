//! A store on the real program, and devices that post moves as fast as they can: for faults under load.

use std::path::{Path, PathBuf};

use backstock::domain::id::{PackageId, PlaceId};
use backstock::domain::place::Account;
use backstock::domain::quantity::Amount;
use backstock::ledger::{Actor, Entry, Movement};
use backstock::store::{Options, Store, StoreError, Tx};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use super::shop::{BIN_A, BIN_B, GUMMIES, stock};
use super::{Device, Process, Reach, Reply};

/// A package that is never used up.
pub const HEAP: i64 = 10;
const HEAP_AMOUNT: i64 = 1_000_000;
const PATH: &str = "/api/v1/moves";

/// A claimed store on disk, and the devices enrolled in it; the program comes and goes.
pub struct Premises {
    pub devices: Vec<Device>,
    pub reach: Reach,
    pub data: PathBuf,
    _folder: Option<TempDir>,
}

/// A move somebody asked for, and the box's answer where one came.
pub struct Asked {
    /// Which device asked: a request id is its device's own.
    device: usize,
    pub key: Uuid,
    pub answer: Option<Value>,
}

impl Premises {
    /// Makes the store in a folder of its own, or in `place`, with so many devices of the owner's.
    pub async fn open(devices: usize, place: Option<&Path>) -> (Self, Process) {
        let folder = place.is_none().then(|| TempDir::new().unwrap());
        let data = match (&folder, place) {
            (Some(folder), _) => folder.path().join("data"),
            (None, place) => place.unwrap().join("data"),
        };
        std::fs::create_dir(&data).unwrap();
        let process = Process::serve(&data);
        let reach = process.reach.clone();
        let owner = Device::new(&reach);
        let code = process.claim_code.clone().expect("a box that nobody owns");
        let claimed = owner
            .post("/api/v1/claim", json!({
                "code": code, "store_name": "Greenleaf", "zone": "America/Los_Angeles",
                "jurisdiction": "CA", "owner_name": "Olga", "device_name": "Office", "language": "en",
            }))
            .await
            .ok();
        let mut all = vec![owner];
        while all.len() < devices {
            all.push(enrolled(&all[0], &reach, &claimed).await);
        }
        // The claim is the journal's first entry, so the stock comes after it, with the box stopped.
        process.terminate();
        let store = Store::open(&data, Options::default()).unwrap();
        store.write(stock).await.unwrap();
        store.write(heap).await.unwrap();
        store.stop();
        drop(store);
        let process = Process::serve_again(&reach, &data);
        (Self { devices: all, reach, data, _folder: folder }, process)
    }

    /// The program again, on the same folder and ports.
    pub fn serve(&self) -> Process {
        Process::serve_again(&self.reach, &self.data)
    }

    /// Every device posts moves until one is not answered; all that was asked for.
    pub fn load(&self) -> tokio::task::JoinSet<Vec<Asked>> {
        let mut clients = tokio::task::JoinSet::new();
        for (number, device) in self.devices.clone().into_iter().enumerate() {
            clients.spawn(async move {
                let mut asked = Vec::new();
                loop {
                    let key = Uuid::now_v7();
                    let answer =
                        attempt(&device, key).await.ok().filter(|reply| reply.status == 200);
                    let answered = answer.map(|reply| reply.json());
                    let lost = answered.is_none();
                    asked.push(Asked { device: number, key, answer: answered });
                    if lost {
                        return asked;
                    }
                }
            });
        }
        clients
    }

    /// Asks each again under its own key: the acknowledged must be there as they were told, the others
    /// get their one definite answer. Gives how many moves there must be now.
    pub async fn settle(&self, asked: Vec<Asked>) -> usize {
        for Asked { device, key, answer } in &asked {
            let reply = self.again(*device, *key).await;
            if let Some(told) = answer {
                assert_eq!(
                    reply.header("Idempotent-Replay"),
                    Some("true"),
                    "{key} was acknowledged"
                );
                assert_eq!(&reply.ok(), told, "{key} is as it was told");
            }
            let first = reply.ok();
            let second = self.again(*device, *key).await;
            assert_eq!(second.header("Idempotent-Replay"), Some("true"), "{key}");
            assert_eq!(second.ok(), first, "{key} has one answer");
        }
        asked.len()
    }

    /// Asks for a move again, waiting out the limit on one device's requests.
    async fn again(&self, device: usize, key: Uuid) -> Reply {
        loop {
            let reply = attempt(&self.devices[device], key).await.expect("the box answers");
            if reply.status != 429 {
                return reply;
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
    }

    /// How much of the heap has been moved, by the books.
    pub async fn moved(&self) -> String {
        let view = self.devices[0].get(&format!("/api/v1/packages/{HEAP}")).await.ok();
        let places = view["package"]["places"].as_array().unwrap();
        let here = places.iter().find(|held| held["place"]["id"] == BIN_B);
        here.map_or("0".into(), |held| held["quantity"]["value"].as_str().unwrap().to_owned())
    }

    /// The books from outside, by the program's own check.
    pub fn verify(process: &Process) {
        let found = process.command(&["verify", "--json"]);
        let said = String::from_utf8_lossy(&found.stdout).into_owned();
        assert_eq!(
            found.status.code(),
            Some(0),
            "{said}{}",
            String::from_utf8_lossy(&found.stderr)
        );
    }
}

/// One move of one unit under this key. `Err` where no answer came.
pub async fn attempt(device: &Device, key: Uuid) -> reqwest::Result<Reply> {
    let ask =
        device.ask(Method::POST, PATH).header("Idempotency-Key", key.to_string()).json(&json!({
            "package": HEAP, "from": BIN_A, "to": BIN_B, "quantity": { "value": "1", "unit": "ea" },
        }));
    Reply::try_read(ask).await
}

async fn enrolled(owner: &Device, reach: &Reach, claimed: &Value) -> Device {
    let pairing = owner.post("/api/v1/pairings", json!({ "kind": "own" })).await.ok();
    let url = pairing["url"].as_str().unwrap();
    let device = Device::new(reach);
    let secret = url.rsplit('/').next().unwrap();
    device.post("/api/v1/pair", json!({ "secret": secret, "device_name": "One more" })).await.ok();
    let sign_in = json!({ "user": claimed["user"]["id"], "pin": claimed["pin"] });
    device.post("/api/v1/session", sign_in).await.ok();
    device
}

fn heap(tx: &Tx<'_>) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO package (id, tag, product_id, unit, received, lab_state, added_at)
         VALUES (10, '1A4060300000000000000010', 1, 'ea', 1000, 'TestPassed', 0)",
        [],
    )?;
    assert_eq!((HEAP, GUMMIES), (10, 1), "as in the statement above");
    let by = Actor::system();
    let mut entry = Entry::open(tx, &by, "seeded")?;
    let movement = Movement {
        package: PackageId(HEAP),
        amount: Amount::whole(HEAP_AMOUNT),
        from: Account::Opening.id(),
        to: PlaceId(BIN_A),
        reverses: None,
    };
    entry.post(movement).map_err(|error| StoreError::Invariant(error.to_string()))?;
    entry.seal(&"a heap")?;
    Ok(())
}

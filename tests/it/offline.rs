//! Work that waited on a device: whose it is when it arrives, what is refused, and that nothing is doubled.

mod authors;
mod keys;
mod shut_out;
mod time;
mod work;

use backstock::domain::id::{PackageId, PlaceId};
use backstock::domain::quantity::Amount;
use backstock::ledger::query;
use backstock::store::{Db, StoreError};
use serde_json::{Value, json};

use crate::support::Reply;
use crate::support::shop::{BIN_A, BIN_B, OLD, Person, Shop};
use crate::support::signing::{Key, Waiting};

const MOVES: &str = "/api/v1/moves";

/// A shop, and Tom, a technician with a key on a shared tablet.
struct Offline {
    shop: Shop,
    tom: Person,
    key: Key,
}

impl Offline {
    async fn begin() -> Self {
        let shop = Shop::open().await;
        let (id, pin) = shop.person("Tom", "technician").await;
        let (device, device_id) = shop.enrol("shared").await;
        let tom = Person { id, pin, device, device_id };
        tom.sign_in().await;
        let key = Key::of(&tom.device).await;
        Self { shop, tom, key }
    }

    /// A move of some of the old gummies, written now.
    fn written(&self, value: &str) -> Waiting {
        self.written_later_s(value, 0)
    }

    fn written_later_s(&self, value: &str, seconds: i64) -> Waiting {
        let at = self.shop.test_box.clock.now().plus_s(seconds);
        Waiting::post(MOVES, move_of(value), at)
    }

    async fn drain(&self, waiting: &Waiting) -> Reply {
        self.key.drain(&self.tom.device, waiting).await
    }

    /// How much of the old gummies was moved, by the books.
    fn moved(&self) -> i64 {
        let read = |db: &Db<'_>| query::balance(db, PackageId(OLD), PlaceId(BIN_B));
        let moved: Result<_, StoreError> =
            self.shop.test_box.store().read_blocking(|db| Ok(read(db)?));
        moved.unwrap().raw() / Amount::whole(1).raw()
    }

    async fn lock(&self) {
        assert_eq!(self.tom.device.delete("/api/v1/session").await.status, 204);
    }

    async fn tick(&self) {
        self.shop.test_box.state().access.tick().await.unwrap();
    }

    fn later_s(&self, seconds: i64) {
        self.shop.test_box.later_s(seconds);
    }
}

fn move_of(value: &str) -> Value {
    json!({
        "package": OLD, "from": BIN_A, "to": BIN_B, "quantity": { "value": value, "unit": "ea" },
    })
}

/// The newest journal entry, as it is stored.
fn newest(shop: &Shop) -> Value {
    shop.test_box
        .store()
        .read_blocking::<_, StoreError, _>(|db| {
            let sql = "SELECT bytes FROM entry ORDER BY seq DESC LIMIT 1";
            Ok(db.one(sql, [], |row| row.get::<_, Vec<u8>>(0))?)
        })
        .map(|bytes| serde_json::from_slice(&bytes).unwrap())
        .unwrap()
}

fn now(offline: &Offline) -> String {
    offline.shop.test_box.clock.now().to_string()
}

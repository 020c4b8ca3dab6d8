//! What the box does by itself, each a `step` and how often. A step that fails is told in the log and
//! tried again at its next turn; none stops the box.

mod backup;
mod imports;
mod late;
mod orders;
pub mod outbox;
mod purge;

use std::future::Future;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::backup::Folders;
use crate::domain::notice::ChannelKind;
use crate::store::Store;
use crate::workflow::pin::Pepper;

/// Starts everything that the box does to its own books.
pub fn start(tasks: &mut JoinSet<()>, store: &Store, pepper: &Pepper, folders: &Folders) {
    let own = store.clone();
    let started = own.clock().now();
    tasks.spawn(imports::clear(own, started));
    let own = store.clone();
    tasks.spawn(every(1, "imports", move || imports::step(own.clone())));
    let own = store.clone();
    tasks.spawn(every(10, "late totes", move || late::step(own.clone())));
    let own = store.clone();
    tasks.spawn(every(60, "late intents", move || late::intents(own.clone())));
    let own = store.clone();
    tasks.spawn(every(60, "sales of orders", move || late::sales(own.clone())));
    let (own, summed) = (store.clone(), late::Summed::default());
    let watch = move || late::significant(own.clone(), summed.clone());
    tasks.spawn(every(15, "significant discrepancy", watch));
    for kind in ChannelKind::ALL {
        let own = store.clone();
        tasks.spawn(every(1, "messages", move || outbox::step(own.clone(), kind)));
    }
    let own = store.clone();
    tasks.spawn(every(600, "old answers", move || purge::step(own.clone())));
    let own = store.clone();
    tasks.spawn(every(15, "promises", move || orders::promise(own.clone())));
    let (own, sealed) = (store.clone(), pepper.clone());
    tasks.spawn(every(600, "customers", move || orders::forget(own.clone(), sealed.clone())));
    let (own, sealed) = (store.clone(), pepper.clone());
    let (root, seen) = (folders.data.join("orders"), orders::Seen::default());
    let look = move || orders::folder(own.clone(), sealed.clone(), root.clone(), seen.clone());
    tasks.spawn(every(5, "orders' folder", look));
    let (own, folders) = (store.clone(), folders.clone());
    tasks.spawn(every(60, "backup", move || backup::step(own.clone(), folders.clone())));
}

/// Runs `step` now and every `period_s` seconds. A step that takes longer delays the next.
pub async fn every<E, F>(period_s: u64, name: &'static str, mut step: impl FnMut() -> F)
where
    F: Future<Output = Result<(), E>>,
    E: std::fmt::Display,
{
    let mut turns = interval(Duration::from_secs(period_s));
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        if let Err(error) = step().await {
            tracing::error!(task = name, %error, "a task failed; it is tried again");
        }
    }
}

//! Recorded answers, sessions' keys and messages of long ago, forgotten some at a time so that scans slip between.

use crate::store::{Store, StoreError};
use crate::workflow::{author, outbox, replay};

pub async fn step(store: Store) -> Result<(), StoreError> {
    while store.write(replay::purge).await? > 0 {}
    while store.write(author::purge).await? > 0 {}
    while store.write(outbox::purge).await? > 0 {}
    Ok(())
}

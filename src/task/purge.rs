//! Recorded answers and sessions' keys of long ago, forgotten some at a time so that scans slip between.

use crate::store::{Store, StoreError};
use crate::workflow::{author, replay};

pub async fn step(store: Store) -> Result<(), StoreError> {
    while store.write(replay::purge).await? > 0 {}
    while store.write(author::purge).await? > 0 {}
    Ok(())
}

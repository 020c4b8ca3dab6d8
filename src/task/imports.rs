//! Confirmed imports, chunk by chunk: each is a command of its own, so that scans slip between. Goes
//! on where it was when the box stopped.

use crate::domain::time::At;
use crate::store::{Store, StoreError};
use crate::workflow::importing;

/// Applies everything that is confirmed.
pub async fn step(store: Store) -> Result<(), StoreError> {
    for id in store.read(|db| importing::applying(db).map_err(StoreError::from)).await? {
        while store.write(move |tx| importing::apply_chunk(tx, id)).await? {}
    }
    Ok(())
}

/// Files that were being read when the box stopped, before `started`, have to be loaded again.
pub async fn clear(store: Store, started: At) {
    if let Err(error) = store.write(move |tx| importing::abandon_unread(tx, started)).await {
        tracing::error!(%error, "imports that broke off could not be refused");
    }
}

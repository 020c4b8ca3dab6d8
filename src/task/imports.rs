//! Confirmed imports, applied in chunks: each is a job of its own, so scans slip between, and a box
//! that stopped goes on where it was.

use crate::store::{Store, StoreError};
use crate::workflow::importing;

pub async fn step(store: Store) -> Result<(), StoreError> {
    let waiting = store.read(|db| importing::applying(db).map_err(StoreError::from)).await?;
    for id in waiting {
        while store.write(move |tx| importing::apply_chunk(tx, id)).await? {}
    }
    Ok(())
}

//! Totes that are not received in time: each gets its case and its task.

use crate::store::Store;
use crate::workflow::picking::{self, PickError};

/// Opens what is due, one command each.
pub async fn step(store: Store) -> Result<(), PickError> {
    while store.write(picking::late).await? {}
    Ok(())
}

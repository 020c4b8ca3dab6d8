//! The nightly backup.

use crate::backup::{self, BackupError, Folders};
use crate::store::{Store, StoreError};

pub async fn step(store: Store, folders: Folders) -> Result<(), BackupError> {
    let made = tokio::task::spawn_blocking(move || backup::nightly(&store, &folders)).await;
    if let Some(made) = made.map_err(|_| StoreError::Panicked)?? {
        tracing::info!(name = made.name, verified = made.verified, "made the nightly backup");
    }
    Ok(())
}

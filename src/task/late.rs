//! What is not done in time: a tote gets its case and its task, what must be entered outside its alert. And
//! the meter of the significant discrepancy, which nobody should have to look at to be told.

use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::time::At;
use crate::store::{Store, StoreError};
use crate::workflow::adjusting;
use crate::workflow::fulfilling;
use crate::workflow::picking::{self, PickError};
use crate::workflow::significant::{self, SoldStock};

/// Opens what is due, one command each.
pub async fn step(store: Store) -> Result<(), PickError> {
    while store.write(picking::late).await? {}
    Ok(())
}

/// Opens the case of each order that was handed over and that no sale came for, one command each.
pub async fn sales(store: Store) -> Result<(), StoreError> {
    while store.write(fulfilling::late).await? {}
    Ok(())
}

/// Tells of what must be entered outside soon, one command each.
pub async fn intents(store: Store) -> Result<(), StoreError> {
    while store.write(adjusting::late).await? {}
    Ok(())
}

/// What a month sells is summed up anew this often: it reads half a year of movements.
const SUMMED_EVERY_S: i64 = 3600;

/// What was sold, as it was last summed up.
#[derive(Clone, Default)]
pub struct Summed(Arc<Mutex<Option<(At, SoldStock)>>>);

/// Opens the case of a significant discrepancy.
pub async fn significant(store: Store, summed: Summed) -> Result<(), StoreError> {
    let now = store.clock().now();
    let known = *summed.0.lock().unwrap_or_else(PoisonError::into_inner);
    // Where nothing was sold yet the first sale must not wait for its hour.
    let fresh = known.filter(|(at, sold)| !sold.is_empty() && at.plus_s(SUMMED_EVERY_S) > now);
    let sold = if let Some((_, sold)) = fresh {
        sold
    } else {
        let sold = store.read(|db| Ok::<_, StoreError>(significant::sold(db)?)).await?;
        *summed.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, sold));
        sold
    };
    if store.read(move |db| Ok::<_, StoreError>(significant::due(db, sold)?)).await? {
        store.write(move |tx| significant::watch(tx, sold)).await?;
    }
    Ok(())
}

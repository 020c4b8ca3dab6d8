//! Sends what leaves the box, one channel after its own pace: a mail server that is away holds up no webhook.

use crate::connector;
use crate::domain::notice::ChannelKind;
use crate::store::{Store, StoreError};
use crate::workflow::outbox;

/// Tries what is due on a channel. Between a message that arrived and its note in the books the power may
/// go: it is then sent again, with the same key.
pub async fn step(store: Store, kind: ChannelKind) -> Result<(), StoreError> {
    let due = store.read(move |db| outbox::due(db, kind)).await?;
    let Some((channel, due)) = due else { return Ok(()) };
    for one in due {
        let how = connector::send(&channel, &one.notice, store.clock().now()).await;
        if let Err(fault) = &how {
            tracing::warn!(
                channel = kind.word(),
                fault = fault.kind.word(),
                "a message was not taken"
            );
        }
        if store.write(move |tx| outbox::tried(tx, one.id, &how)).await? {
            break;
        }
    }
    Ok(())
}

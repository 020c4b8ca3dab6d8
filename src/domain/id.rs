//! A newtype for every id, so that a package can never be passed where a place is meant.

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    UserId, DeviceId, SessionId, ProductId, PackageId, RequestId, PickId, CaseId, TaskId, ImportId, DocumentId,
    CoaId, AlertId, RecallId, ShipmentId, CountId, RecountId, VarianceId, ScheduleId, AdjustmentId, IntentId,
    OrderId, OrderLineId, OrderSourceId,
    /// What a source calls an item, and what it means.
    SourceItemId,
    /// One package of a shipment.
    ShipmentLineId,
    /// One line of a pick.
    PickLineId,
    /// One line of a restock request.
    RequestLineId,
    /// A physical place or an account; accounts have the fixed ids of [`super::place::Account`].
    PlaceId,
    /// The number of a journal entry; the first is 1 and none is ever missing.
    Seq,
    MovementId,
}

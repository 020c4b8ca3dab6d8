//! What a live screen can listen to.

use serde::{Deserialize, Serialize};

#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    Requests,
    Picks,
    Stock,
    Places,
    Products,
    Cases,
    Tasks,
    Imports,
    Users,
    Devices,
    Settings,
    Shipments,
    Alerts,
    Channels,
    Counts,
    Intents,
    Orders,
}

//! What the box says of itself to anybody on the network.

use serde::Serialize;

use super::{Answer, State};
use crate::domain::time::At;
use crate::store::StoreError;
use crate::workflow::{claim, settings};

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct BoxInfo {
    pub id: String,
    /// The store's name.
    pub name: String,
    pub version: &'static str,
    /// The canonical name, with its port where that is not 443.
    pub host: String,
    /// The plain page with the root certificate and how to trust it.
    pub trust_url: String,
    pub claimed: bool,
    /// Whether a claim code would be taken now.
    pub setup_open: bool,
    /// Of the root certificate.
    pub fingerprint: String,
    pub now: At,
    pub zone: String,
}

/// Who this box is, and whether it has an owner.
#[utoipa::path(get, path = "/api/v1/box", tag = "sign-in",
    responses((status = 200, body = BoxInfo)))]
pub async fn get(state: State) -> Answer {
    let (id, host) = (state.site.box_id.clone(), state.site.authority().to_owned());
    let trust_url = state.site.trust_url.clone();
    let fingerprint = state.site.fingerprint.clone();
    let now = state.store.clock().now();
    let setup_open = state.access.setup.is_open(now);
    super::read(&state, move |db| -> Result<_, StoreError> {
        let settings = settings::get(db)?;
        let found = claim::identity(db)?;
        Ok(BoxInfo {
            claimed: found.is_some_and(|found| found.claimed_at.is_some()),
            id,
            name: settings.store_name,
            version: env!("CARGO_PKG_VERSION"),
            host,
            trust_url,
            setup_open,
            fingerprint,
            now,
            zone: settings.zone,
        })
    })
    .await
}

//! Names outside the store, resolved by the servers that the system names.

use std::net::{IpAddr, SocketAddr};

use hickory_resolver::{ResolverBuilder, TokioResolver};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// A name that nobody knows, or nobody could be asked about.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not known")]
pub struct Unknown(String);

/// The addresses of a name or number.
pub async fn addresses(host: &str) -> Result<Vec<IpAddr>, Unknown> {
    if let Ok(address) = host.parse() {
        return Ok(vec![address]);
    }
    let unknown = || Unknown(host.to_owned());
    // Read anew each time: the store's network may have got other name servers since.
    let resolver = TokioResolver::builder_tokio().and_then(ResolverBuilder::build);
    let resolver = resolver.map_err(|error| {
        tracing::warn!(%error, "no name outside the store can be resolved");
        unknown()
    })?;
    let found = resolver.lookup_ip(host).await.map_err(|_| unknown())?;
    Ok(found.iter().collect())
}

/// The same for the HTTP client.
pub struct Names;

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = addresses(name.as_str()).await?;
            let found = found.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(found) as Addrs)
        })
    }
}

//! HTTP/1.1 over TLS, kept alive, as cheaply as it can be asked: the processor is the box's, not the
//! asker's.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Where a box is, and its root to trust.
#[derive(Clone)]
pub struct Reach {
    pub host: String,
    pub origin: String,
    address: SocketAddr,
    tls: TlsConnector,
}

impl Reach {
    pub fn new(host: String, origin: String, address: SocketAddr, root: &str) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(root.as_bytes())?)?;
        let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        Ok(Self { host, origin, address, tls: TlsConnector::from(Arc::new(config)) })
    }

    fn authority(&self) -> &str {
        self.origin.trim_start_matches("https://")
    }

    pub fn get(&self, path: &str, cookie: Option<&str>) -> Vec<u8> {
        let cookie = cookie.map(|cookie| format!("Cookie: {cookie}\r\n")).unwrap_or_default();
        format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{cookie}\r\n", self.authority()).into_bytes()
    }

    /// A write with a request id of its own, as the app's page makes it.
    pub fn post(&self, path: &str, cookie: &str, body: &str) -> Vec<u8> {
        format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nOrigin: {}\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: application/json\r\nIdempotency-Key: {}\r\nCookie: {cookie}\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.authority(),
            self.origin,
            uuid::Uuid::now_v7(),
            body.len(),
        )
        .into_bytes()
    }
}

/// One kept connection.
pub struct Wire {
    stream: TlsStream<TcpStream>,
    read: Vec<u8>,
}

/// An answer; its body is in the connection's buffer until the next is asked for.
pub struct Answer<'w> {
    pub status: u16,
    pub body: &'w [u8],
}

impl Wire {
    pub async fn connect(reach: &Reach) -> Result<Self> {
        let stream = TcpStream::connect(reach.address).await.context("connecting")?;
        stream.set_nodelay(true)?;
        let name = ServerName::try_from(reach.host.clone())?;
        let stream = reach.tls.connect(name, stream).await.context("TLS")?;
        Ok(Self { stream, read: Vec::with_capacity(16 << 10) })
    }

    pub async fn ask(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.stream.flush().await?;
        self.read.clear();
        let (status, start, length) = loop {
            if let Some(head) = head(&self.read)? {
                break head;
            }
            self.more().await?;
        };
        while self.read.len() < start + length {
            self.more().await?;
        }
        Ok(Answer { status, body: &self.read[start..start + length] })
    }

    async fn more(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.read).await? == 0 {
            bail!("the box closed the connection");
        }
        Ok(())
    }
}

/// Status, where the body starts and how long it is, once the whole head is there.
fn head(read: &[u8]) -> Result<Option<(u16, usize, usize)>> {
    let Some(end) = read.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { return Ok(None) };
    let text = std::str::from_utf8(&read[..end])?;
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    let status = status.with_context(|| format!("no status in {text:?}"))?;
    Ok(Some((status, end + 4, length.with_context(|| format!("no length in {text:?}"))?)))
}

//! One TLS connection kept in hand: what the box presented on it, and requests on it one after another.

use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::Certificate;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

pub struct Line {
    stream: TlsStream<TcpStream>,
    name: String,
}

impl Line {
    /// As a browser that trusts this root alone opens that name; the refusal in words.
    pub async fn open(box_at: SocketAddr, name: &str, root_pem: &str) -> Result<Self, String> {
        let mut roots = RootCertStore::empty();
        roots.add(der(root_pem)).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let tcp = TcpStream::connect(box_at).await.unwrap();
        let server = ServerName::try_from(name.to_owned()).unwrap();
        let shaken = TlsConnector::from(Arc::new(config)).connect(server, tcp).await;
        let stream = shaken.map_err(|error| format!("{error:?}"))?;
        Ok(Self { stream, name: name.to_owned() })
    }

    /// What the box presented, leaf first.
    pub fn presented(&self) -> Vec<CertificateDer<'static>> {
        self.stream.get_ref().1.peer_certificates().unwrap().to_vec()
    }

    /// Asks on this very connection; the status.
    pub async fn get(&mut self, path: &str) -> u16 {
        let ask = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.name);
        self.stream.write_all(ask.as_bytes()).await.unwrap();
        let mut heard = Vec::new();
        let head = loop {
            let mut some = [0; 4096];
            let read = self.stream.read(&mut some).await.unwrap();
            assert!(read > 0, "the box closed the connection");
            heard.extend_from_slice(&some[..read]);
            if let Some(end) = heard.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let text = String::from_utf8_lossy(&heard[..head]).to_lowercase();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
        let mut rest = vec![0; head + length.unwrap().parse::<usize>().unwrap() - heard.len()];
        self.stream.read_exact(&mut rest).await.unwrap();
        text.split(' ').nth(1).unwrap().parse().unwrap()
    }
}

pub fn der(pem: &str) -> CertificateDer<'static> {
    // Proves on the way that it is one certificate that clients read.
    Certificate::from_pem(pem.as_bytes()).unwrap();
    CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()
}

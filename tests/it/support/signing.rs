//! A device's key for a session, and writes signed with it: what the app does while it is offline.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::{Method, RequestBuilder};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Device, Reply};

const FILE: &str = "application/octet-stream";

/// A key that a device made, and the session it made it for.
pub struct Key {
    pair: EcdsaKeyPair,
    pub session: String,
}

/// A write as it waits on a device.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub method: Method,
    pub path: String,
    pub key: Uuid,
    pub device_time: String,
    pub body: Value,
    /// In place of the JSON: a file as it is.
    pub file: Option<Vec<u8>>,
}

impl Key {
    pub fn new(session: &str) -> Self {
        let (algorithm, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).unwrap();
        Self { pair, session: session.to_owned() }
    }

    /// A key for whoever is signed in on a device, known to the box.
    pub async fn of(device: &Device) -> Self {
        let session = device.get("/api/v1/session").await.ok();
        let key = Self::new(session["session"].as_str().unwrap());
        assert_eq!(key.register(device).await.status, 204);
        key
    }

    pub async fn register(&self, device: &Device) -> Reply {
        register(device, &self.public()).await
    }

    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.pair.public_key().as_ref())
    }

    pub fn sign(&self, waiting: &Waiting) -> String {
        let body = Sha256::digest(waiting.bytes());
        let body: String = body.iter().map(|byte| format!("{byte:02x}")).collect();
        let Waiting { method, path, key, device_time, .. } = waiting;
        let text = format!("backstock-write-v1\n{method}\n{path}\n{key}\n{device_time}\n{body}");
        let signature = self.pair.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
        URL_SAFE_NO_PAD.encode(signature.as_ref())
    }

    /// Sends a write from a device, signed with this key.
    pub async fn drain(&self, device: &Device, waiting: &Waiting) -> Reply {
        let signature = self.sign(waiting);
        Reply::read(waiting.ask(device, &self.session).header("Signature", signature)).await
    }
}

impl Waiting {
    pub fn post(path: &str, body: Value, device_time: impl ToString) -> Self {
        let (path, device_time) = (path.to_owned(), device_time.to_string());
        Self { method: Method::POST, path, key: Uuid::now_v7(), device_time, body, file: None }
    }

    pub fn file(path: &str, file: Vec<u8>, device_time: impl ToString) -> Self {
        Self { file: Some(file), ..Self::post(path, Value::Null, device_time) }
    }

    fn bytes(&self) -> Vec<u8> {
        self.file.clone().unwrap_or_else(|| serde_json::to_vec(&self.body).unwrap())
    }

    /// The write, said to be written in a session, without a signature.
    pub fn ask(&self, device: &Device, session: &str) -> RequestBuilder {
        device
            .ask(self.method.clone(), &self.path)
            .header("Idempotency-Key", self.key.to_string())
            .header("Device-Time", &self.device_time)
            .header("Written-In", session)
            .header("Content-Type", if self.file.is_some() { FILE } else { "application/json" })
            .body(self.bytes())
    }
}

pub async fn register(device: &Device, key: &str) -> Reply {
    let ask = device.ask(Method::PUT, "/api/v1/session/key").json(&json!({ "key": key }));
    Reply::read(ask).await
}

//! A browser on a device: own cookies, same origin, a new request id for every write.

use reqwest::{Certificate, Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Reach;

#[derive(Clone, Debug)]
pub struct Device {
    client: Client,
    pub origin: String,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub bytes: Vec<u8>,
    asked: String,
}

impl Device {
    pub fn new(reach: &Reach) -> Self {
        let root = Certificate::from_pem(reach.root_pem.as_bytes()).unwrap();
        let client = Client::builder()
            .tls_built_in_root_certs(false)
            .add_root_certificate(root)
            .resolve(&reach.host, reach.https)
            .redirect(reqwest::redirect::Policy::none())
            .cookie_store(true)
            .build()
            .unwrap();
        Self { client, origin: reach.origin.clone() }
    }

    /// A request without a page's headers, for tests that say where it comes from.
    pub fn ask_bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.origin))
    }

    /// A request as the app's own page makes it, for tests that change it.
    pub fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.ask_bare(method, path)
            .header("Origin", &self.origin)
            .header("Sec-Fetch-Site", "same-origin")
    }

    pub async fn get(&self, path: &str) -> Reply {
        Reply::read(self.ask(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.write(Method::POST, Uuid::now_v7(), path, body).await
    }

    /// A POST without a body's worth of input.
    pub async fn post_nothing(&self, path: &str) -> Reply {
        self.post(path, json!({})).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.write(Method::PUT, Uuid::now_v7(), path, body).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.write(Method::DELETE, Uuid::now_v7(), path, json!({})).await
    }

    /// A write under a request id of the test's: for replays.
    pub async fn write(&self, method: Method, key: Uuid, path: &str, body: Value) -> Reply {
        let ask = self.ask(method, path).header("Idempotency-Key", key.to_string()).json(&body);
        Reply::read(ask).await
    }

    /// A request whose answer is a stream.
    pub async fn open(&self, ask: RequestBuilder) -> Response {
        ask.send().await.unwrap()
    }
}

impl Reply {
    pub async fn read(ask: RequestBuilder) -> Self {
        Self::try_read(ask).await.unwrap_or_else(|error| panic!("{error:?}"))
    }

    /// As `read`, where a box that does not answer is no surprise.
    pub async fn try_read(ask: RequestBuilder) -> reqwest::Result<Self> {
        let (client, request) = ask.build_split();
        let request = request?;
        let asked = format!("{} {}", request.method(), request.url().path());
        let answer = client.execute(request).await?;
        Ok(Self {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            bytes: answer.bytes().await?.into(),
            asked,
        })
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|_| panic!("{}: {} {}", self.asked, self.status, self.text()))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The answer of a request that must succeed.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}: {}", self.asked, self.text());
        self.json()
    }

    /// The problem of a request that must be refused with this code.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Value {
        let told = (self.status, self.text());
        assert_eq!(self.status, status, "{}: {told:?}", self.asked);
        assert_eq!(self.header("Content-Type"), Some("application/problem+json"), "{told:?}");
        let problem = self.json();
        assert_eq!(problem["code"], code, "{}: {told:?}", self.asked);
        problem
    }
}

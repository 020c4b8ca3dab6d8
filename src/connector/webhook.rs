//! Webhooks as Standard Webhooks 1.0 has them: JSON, an id that stays the same at every try, a time, and a
//! signature over all three by HMAC-SHA256.
//!
//! Source: <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>

use std::sync::{Arc, LazyLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use reqwest::Client;
use reqwest::redirect::Policy;
use ring::hmac;
use serde_json::json;

use super::{PATIENCE, cause, dns, fault};
use crate::domain::notice::{Fault, FaultKind, Notice, Webhook};
use crate::domain::time::At;
use crate::domain::words::Language;

static CLIENT: LazyLock<Result<Client, reqwest::Error>> = LazyLock::new(|| {
    Client::builder()
        .timeout(PATIENCE)
        // A signed message goes to the address it was signed for, and to no other.
        .redirect(Policy::none())
        .dns_resolver(Arc::new(dns::Names))
        .no_proxy()
        .pool_max_idle_per_host(0)
        .user_agent(concat!("Backstock/", env!("CARGO_PKG_VERSION")))
        .build()
});

/// Any answer of the 200s takes the message; its body is not read.
pub async fn send(webhook: &Webhook, key: &[u8], notice: &Notice, now: At) -> Result<(), Fault> {
    let client = CLIENT.as_ref().map_err(|error| fault(FaultKind::NotReached, error))?;
    let (body, now) = (body(notice, webhook.language), now.0 / 1000);
    let answer = client
        .post(&webhook.url)
        .header("content-type", "application/json")
        .header("webhook-id", notice.key.to_string())
        .header("webhook-timestamp", now.to_string())
        .header("webhook-signature", sign(key, &notice.key.to_string(), now, &body))
        .body(body)
        .send()
        .await
        .map_err(|error| {
            let kind = if error.is_timeout() { FaultKind::TimedOut } else { cause(&error) };
            fault(kind, "")
        })?;
    let status = answer.status();
    if status.is_success() { Ok(()) } else { Err(fault(FaultKind::Refused, status)) }
}

/// `type`, `timestamp` and `data`, as the standard has them.
fn body(notice: &Notice, language: Language) -> String {
    let Notice { kind, at, store, title, case, due, .. } = notice;
    let title = title.in_language(language);
    json!({
        "type": kind, "timestamp": at,
        "data": { "store": store, "title": title, "case": case, "due": due },
    })
    .to_string()
}

fn sign(key: &[u8], id: &str, timestamp_s: i64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let tag = hmac::sign(&key, format!("{id}.{timestamp_s}.{body}").as_bytes());
    format!("v1,{}", BASE64.encode(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that the standard's own libraries are tested with.
    #[test]
    fn the_signature_is_the_standards() {
        let key = BASE64.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = r#"{"test": 2432232314}"#;
        let signed = sign(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}

//! The two cookies: which device, and who. `__Host-` binds them to this one origin; scripts never see
//! them. Values are tokens; only their hashes are looked up.

use actix_web::http::header::{COOKIE, HeaderMap, HeaderValue};

use crate::workflow::secret::{self, Secret, SecretHash};
use crate::workflow::session::LONGEST_S;

pub const DEVICE: &str = "__Host-device";
pub const SESSION: &str = "__Host-session";

/// Browsers keep no cookie longer; each sign-in renews it.
const DEVICE_S: i64 = 400 * 24 * 3600;
/// The length of a token.
const TOKEN: usize = 43;

/// The value of a cookie, where it could be one of ours.
pub fn value<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(COOKIE)
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(found, value)| (found == name && value.len() == TOKEN).then_some(value))
}

/// The hash of a cookie's token.
pub fn hash(headers: &HeaderMap, name: &str) -> Option<SecretHash> {
    value(headers, name).map(secret::hash)
}

pub fn device(token: &Secret) -> HeaderValue {
    set(DEVICE, token.text(), DEVICE_S)
}

/// The device's cookie again, so that it does not age out on a device in use.
pub fn renewed_device(headers: &HeaderMap) -> Option<HeaderValue> {
    value(headers, DEVICE).map(|token| set(DEVICE, token, DEVICE_S))
}

pub fn session(token: &Secret) -> HeaderValue {
    set(SESSION, token.text(), LONGEST_S)
}

pub fn no_session() -> HeaderValue {
    set(SESSION, "", 0)
}

fn set(name: &str, value: &str, age_s: i64) -> HeaderValue {
    let text =
        format!("{name}={value}; Path=/; Max-Age={age_s}; Secure; HttpOnly; SameSite=Strict");
    HeaderValue::try_from(text).expect("a token is base 64")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let token = Secret::token();
        let mut headers = HeaderMap::new();
        let cookies = format!("a=b; {SESSION}=short; {DEVICE}={}", token.text());
        headers.insert(COOKIE, cookies.parse().unwrap());
        assert_eq!(hash(&headers, DEVICE), Some(token.hash()));
        assert_eq!(hash(&headers, SESSION), None, "too short to be a token");
    }
}

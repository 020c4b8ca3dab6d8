//! Onboarding over the plain port of a whole box, and the set-up card.

use backstock::net::tls::Fingerprint;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::support::shop::Shop;
use crate::support::{Process, Reply, TestBox, backstock};

fn der(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(body).unwrap()
}

#[tokio::test]
async fn every_file_holds_the_box_s_root() {
    let test_box = TestBox::start().await;
    let root = der(&test_box.reach().root_pem);
    let get = |path: &str| reqwest::get(format!("http://{}{path}", test_box.reach().http));
    for path in ["/ca.crt", "/ca.cer"] {
        let bytes = get(path).await.unwrap().bytes().await.unwrap();
        assert_eq!(bytes, root, "{path}");
    }
    let pem = get("/ca.pem").await.unwrap().text().await.unwrap();
    assert_eq!(der(&pem), root);
    for path in ["/ca.mobileconfig", "/ca-app.mobileconfig"] {
        let text = get(path).await.unwrap().text().await.unwrap();
        let profile = plist::Value::from_reader_xml(text.as_bytes()).unwrap();
        let payload = profile.as_dictionary().unwrap()["PayloadContent"].as_array().unwrap()[0]
            .as_dictionary()
            .unwrap();
        assert_eq!(payload["PayloadContent"].as_data(), Some(&root[..]), "{path}");
        let (_, read) = x509_parser::parse_x509_certificate(&root).unwrap();
        let name = payload["PayloadDisplayName"].as_string().unwrap();
        assert_eq!(read.subject().to_string(), format!("CN={name}"), "as the device lists it");
    }
}

#[tokio::test]
async fn the_page_follows_the_store_s_name_and_shows_the_box_s_fingerprint() {
    let shop = Shop::open().await;
    let reach = shop.test_box.reach();
    let page = reqwest::get(format!("http://{}/", reach.http)).await.unwrap().text().await.unwrap();
    for group in Fingerprint::of(&der(&reach.root_pem)).rows().iter().flat_map(|row| row.split(' '))
    {
        assert!(page.contains(&format!("<code>{group}</code>")), "{group}");
    }
    assert!(page.contains(&format!("{}/check", reach.origin)));
}

#[tokio::test]
async fn a_manager_prints_the_set_up_card_on_the_store_s_paper() {
    let shop = Shop::open().await;
    let mia = shop.hire("Mia", "manager").await;
    let get = |path: &'static str| mia.device.get(path);
    let letter = get("/api/v1/setup-card.pdf").await;
    assert_eq!((letter.status, letter.header("Content-Type")), (200, Some("application/pdf")));
    assert!(letter.bytes.starts_with(b"%PDF-"));
    let name = format!(
        "inline; filename=\"{}.pdf\"",
        shop.test_box.reach().host.trim_end_matches(".local")
    );
    assert_eq!(letter.header("Content-Disposition"), Some(name.as_str()));
    let size = |pdf: &Reply| {
        let text = String::from_utf8_lossy(&pdf.bytes).into_owned();
        text.split("/MediaBox").nth(1).map(|rest| rest.split(']').next().unwrap().to_owned())
    };
    let a4 = get("/api/v1/setup-card.pdf?paper=a4").await;
    assert_eq!(a4.status, 200);
    assert_ne!(size(&letter), size(&a4));
    assert_eq!(size(&letter), size(&get("/api/v1/setup-card.pdf?paper=letter").await));
    get("/api/v1/setup-card.pdf?paper=napkin").await.refused(400, "bad_request");
}

#[test]
fn the_console_writes_the_card_before_anybody_trusts_the_box() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let card = folder.path().join("card.pdf");
    let run = |args: &[&str], port: &str| {
        backstock(&data).env("BACKSTOCK_WEB_HTTP_PORT", port).args(args).output().unwrap()
    };
    let file = card.to_str().unwrap();
    let early = run(&["cert", "card", file], "80");
    assert_eq!(early.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&early.stderr).contains("start the box once"));

    let process = Process::serve(&data);
    let unknown = run(&["cert", "card", file], "0");
    assert_eq!(unknown.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("http_port = 0"));
    let made = run(&["cert", "card", file], "8080");
    assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));
    let pdf = std::fs::read(&card).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    let again = run(&["cert", "card", file], "8080");
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("is there already"));
    assert_eq!(std::fs::read(&card).unwrap(), pdf, "and it was left as it was");
    process.terminate();
    let piped = run(&["cert", "card", "-", "--paper", "a4"], "8080");
    assert!(piped.stdout.starts_with(b"%PDF-"));
}

use actix_web::App;
use actix_web::body::to_bytes;
use actix_web::dev::ServiceResponse;
use actix_web::test::{TestRequest, call_service, init_service};

use super::*;

const SPANISH: &str = "es-MX,es;q=0.9,en;q=0.8";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 \
    (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
const ANDROID: &str = "Mozilla/5.0 (Linux; Android 15; Pixel 8) Chrome/140.0 Mobile Safari/537.36";

fn trust(store: &str) -> Trust {
    Trust {
        store: store.to_owned(),
        id: "R7K2Q".to_owned(),
        host: "backstock-r7k2q.local".to_owned(),
        app_url: "https://backstock-r7k2q.local/".to_owned(),
        by_name: "http://backstock-r7k2q.local/".to_owned(),
        by_number: vec!["http://192.168.1.20/".to_owned()],
        certificate: Bytes::from_static(b"DER"),
        certificate_pem: "-----BEGIN CERTIFICATE-----\n".to_owned(),
    }
}

async fn ask(store: &str, request: TestRequest) -> ServiceResponse {
    let page = web::Data::new(TrustPage::new(trust(store)));
    let app = init_service(App::new().configure(|config| configure(config, page))).await;
    call_service(&app, request.to_request()).await
}

async fn body(response: ServiceResponse) -> String {
    let bytes = to_bytes(response.into_body()).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn header<'a>(response: &'a ServiceResponse, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

/// The page for one device in one language.
async fn page(uri: &str, agent: &str) -> String {
    let request = TestRequest::get().uri(uri).insert_header(("user-agent", agent));
    body(ask("Green Leaf", request).await).await
}

/// How the page's sections are called, in order.
fn titles(page: &str) -> Vec<&str> {
    page.split("class=\"step\">").skip(1).map(|rest| between(rest, "</span>", "</h2>")).collect()
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split(from).nth(1).unwrap_or_default().split(to).next().unwrap_or_default()
}

#[actix_web::test]
async fn the_page_names_the_box_its_fingerprint_and_the_app() {
    let response = ask("Green Leaf", TestRequest::get().uri("/")).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "content-language"), Some("en"));
    let page = body(response).await;
    assert!(page.contains("<h1>Green Leaf</h1>") && page.contains("Box R7K2Q"));
    let digest = Sha256::digest(b"DER");
    let groups: Vec<String> =
        digest.chunks(2).map(|pair| format!("{:02X}{:02X}", pair[0], pair[1])).collect();
    let print = between(&page, "aria-label=\"SHA-256 fingerprint\">", "</div>");
    let rows: Vec<&str> = print.split("<p>").skip(1).collect();
    let shown: Vec<&str> =
        print.split("<code>").skip(1).map(|rest| rest.split('<').next().unwrap()).collect();
    assert_eq!((rows.len(), shown), (4, groups.iter().map(String::as_str).collect()));
    assert!(page.contains("href=\"https://backstock-r7k2q.local/check\""));
    assert!(page.contains("<b>http://192.168.1.20/</b>"), "for a network without mDNS");
    assert!(page.contains("<b>backstock-r7k2q.local</b>"));
}

#[actix_web::test]
async fn each_device_gets_its_own_file_steps_and_order() {
    for (word, file, first_name, order) in [
        ("ios", "/ca.mobileconfig", "iPhone, iPad", ["Download", "Compare", "Install", "Check"]),
        ("android", "/ca.crt", "Android", ["Download", "Install", "Compare", "Check"]),
        ("windows", "/ca.cer", "Windows", ["Download", "Compare", "Install", "Check"]),
        ("mac", "/ca.cer", "Mac", ["Download", "Compare", "Install", "Check"]),
        ("linux", "/ca.crt", "Linux", ["Download", "Compare", "Install", "Check"]),
    ] {
        for (lang, device) in [("en", "Your device"), ("es", "Tu dispositivo")] {
            let page = page(&format!("/?for={word}&lang={lang}"), IPHONE).await;
            let button = format!("<a class=\"button\" href=\"{file}?lang={lang}\">");
            assert!(page.contains(&button), "{word} {lang}");
            let row = between(&page, &format!("aria-label=\"{device}\">"), "</nav>");
            assert!(row.contains(&format!("aria-current=\"page\">{first_name}</a>")), "{row}");
            assert_eq!(row.matches("aria-current").count(), 1);
            assert!(row.starts_with("<a href=\"/?for=ios"), "the likeliest first: {row}");
            assert_eq!(titles(&page).len(), 4);
            for place in ["{file}", "{certificate}", "{profile}", "{paths}", "{picture", "{host}"] {
                assert!(!page.contains(place), "{word} {lang} {place}");
            }
            if lang == "en" {
                for (title, wanted) in titles(&page).into_iter().zip(order) {
                    assert!(title.starts_with(wanted), "{word}: {title}");
                }
            }
        }
    }
}

#[actix_web::test]
async fn an_iphone_sees_both_trust_steps_and_never_the_bare_certificate() {
    let safari = page("/", IPHONE).await;
    for label in ["Picture: the profile on an iPhone", "Picture: Certificate Trust Settings"] {
        assert!(safari.contains(&format!("role=\"img\" aria-label=\"{label}")), "{label}");
    }
    assert!(safari.contains("turn on <b>Backstock R7K2Q Root</b>"));
    assert!(safari.contains("href=\"/ca-app.mobileconfig?lang=en\""));
    assert!(!safari.contains("/ca.crt") && !safari.contains("/ca.cer"));
    assert!(!safari.contains("Open this page in Safari"));
    let chrome = IPHONE.replace("Version/18.5", "CriOS/141.0.7390.41");
    let chrome = page("/", &chrome).await;
    let hint = between(&chrome, "role=\"note\">", "</div>");
    assert!(hint.contains("Open this page in Safari"), "{hint}");
    assert!(hint.contains("<p class=\"copy\">http://192.168.1.20/</p>"), "{hint}");
}

#[actix_web::test]
async fn android_sees_its_make_first_and_what_to_choose() {
    let pixel = page("/", ANDROID).await;
    assert!(pixel.contains("<p class=\"path\"><b>Google Pixel</b>"));
    assert!(
        pixel.contains("<dt>Samsung (One UI)</dt>") && !pixel.contains("<dt>Google Pixel</dt>")
    );
    assert!(pixel.contains("role=\"img\" aria-label=\"Picture: Android’s three kinds"));
    assert!(pixel.contains("<b>Stay connected.</b>"));
    assert!(pixel.contains("pick <b>backstock-r7k2q.crt</b>"));
    let unknown = page("/", &ANDROID.replace("Pixel 8", "K")).await;
    assert!(unknown.contains("<p class=\"path\"><b>On most phones</b>"));
    assert_eq!(unknown.matches("<dt>").count(), 6);
}

#[actix_web::test]
async fn the_device_decides_language_and_first_guide() {
    let request = TestRequest::get()
        .uri("/")
        .insert_header(("accept-language", SPANISH))
        .insert_header(("user-agent", ANDROID));
    let page = body(ask("Hoja Verde", request).await).await;
    assert!(page.contains("<html lang=\"es\">") && page.contains("Descargar el certificado"));
    assert!(page.contains("href=\"/?for=android&amp;lang=en\" hreflang=\"en\""));

    let request = TestRequest::get()
        .uri("/?lang=en&for=nonsense")
        .insert_header(("accept-language", SPANISH))
        .insert_header(("user-agent", IPHONE));
    let page = body(ask("Hoja Verde", request).await).await;
    assert!(page.contains("<html lang=\"en\">") && page.contains("Download the profile"));
}

#[test]
fn languages_are_weighed() {
    for (header, language) in [
        ("", Language::English),
        ("fr-FR, fr;q=0.9", Language::English),
        ("es", Language::Spanish),
        ("ES-us;q=0.5, en;q=0.4", Language::Spanish),
        ("en;q=0.9, es;q=0.9", Language::English),
        ("es;q=0", Language::English),
        ("est, es;q=nonsense", Language::Spanish),
        (SPANISH, Language::Spanish),
    ] {
        assert_eq!(Language::accepted(header), language, "{header}");
    }
}

#[actix_web::test]
async fn the_certificate_comes_in_every_form_with_its_type_and_name() {
    for (path, media_type, disposition) in [
        ("/ca.crt", "application/x-x509-ca-cert", "attachment; filename=\"backstock-r7k2q.crt\""),
        ("/ca.cer", "application/pkix-cert", "attachment; filename=\"backstock-r7k2q.cer\""),
        ("/ca.pem", "application/x-pem-file", "attachment; filename=\"backstock-r7k2q.pem\""),
        (
            "/ca.mobileconfig",
            "application/x-apple-aspen-config",
            "inline; filename=\"backstock-r7k2q.mobileconfig\"",
        ),
        (
            "/ca-app.mobileconfig",
            "application/x-apple-aspen-config",
            "inline; filename=\"backstock-r7k2q.mobileconfig\"",
        ),
    ] {
        let response = ask("Green Leaf", TestRequest::get().uri(path)).await;
        assert_eq!(header(&response, "content-type"), Some(media_type), "{path}");
        assert_eq!(header(&response, "content-disposition"), Some(disposition), "{path}");
        let starts = match media_type {
            "application/x-pem-file" => "-----BEGIN CERTIFICATE-----",
            "application/x-apple-aspen-config" => "<?xml version=\"1.0\"",
            _ => "DER",
        };
        assert!(body(response).await.starts_with(starts), "{path}");
    }
}

/// The profile as a device reads it.
async fn installed(store: &str, path: &str, der: &'static [u8]) -> plist::Dictionary {
    let trust = Trust { certificate: Bytes::from_static(der), ..trust(store) };
    let page = web::Data::new(TrustPage::new(trust));
    let app = init_service(App::new().configure(|config| configure(config, page))).await;
    let request = TestRequest::get().uri(path).insert_header(("accept-language", "en"));
    let text = body(call_service(&app, request.to_request()).await).await;
    let value = plist::Value::from_reader_xml(text.as_bytes()).expect("a property list");
    value.into_dictionary().expect("a dictionary")
}

fn said<'a>(payload: &'a plist::Dictionary, key: &str) -> &'a str {
    payload.get(key).and_then(plist::Value::as_string).unwrap_or_default()
}

fn payloads(profile: &plist::Dictionary) -> Vec<&plist::Dictionary> {
    let payloads = profile.get("PayloadContent").and_then(plist::Value::as_array).unwrap();
    payloads.iter().map(|payload| payload.as_dictionary().unwrap()).collect()
}

static DER: [u8; 700] = [0x5A; 700];

#[actix_web::test]
async fn the_profile_carries_the_root_and_replaces_itself() {
    let store = "Joe & <Sons> \u{7}{about}";
    let profile = installed(store, "/ca.mobileconfig", &DER).await;
    assert_eq!(said(&profile, "PayloadType"), "Configuration");
    assert_eq!(said(&profile, "PayloadIdentifier"), "local.backstock-r7k2q");
    assert_eq!(said(&profile, "PayloadDisplayName"), "Backstock R7K2Q · Joe & <Sons> {about}");
    assert_eq!(said(&profile, "PayloadOrganization"), "Joe & <Sons> {about}");
    let [root] = payloads(&profile)[..] else { panic!("one payload: {profile:?}") };
    assert_eq!(said(root, "PayloadType"), "com.apple.security.root");
    assert_eq!(said(root, "PayloadDisplayName"), "Backstock R7K2Q Root");
    assert_eq!(said(root, "PayloadCertificateFileName"), "backstock-r7k2q.cer");
    assert_eq!(root.get("PayloadContent").and_then(plist::Value::as_data), Some(&DER[..]));

    let ids = |profile: &plist::Dictionary| {
        let own = said(profile, "PayloadUUID").to_owned();
        let inner = payloads(profile).into_iter().map(|one| said(one, "PayloadUUID").to_owned());
        std::iter::once(own).chain(inner).collect::<Vec<String>>()
    };
    let first = ids(&profile);
    assert!(first.iter().all(|id| uuid::Uuid::parse_str(id).unwrap().get_version_num() == 8));
    let renamed = installed("Another name", "/ca.mobileconfig?lang=es", &DER).await;
    assert_eq!(ids(&renamed), first, "they follow from the certificate alone");
    assert!(said(&renamed, "PayloadDescription").contains("huella SHA-256"));
    let other = ids(&installed(store, "/ca.mobileconfig", b"another root").await);
    assert!(other.iter().all(|id| !first.contains(id)), "another root, other ids");
}

#[actix_web::test]
async fn the_profile_with_an_icon_opens_the_app_full_screen() {
    let plain = installed("Green Leaf", "/ca.mobileconfig", &DER).await;
    let profile = installed("Green Leaf", "/ca-app.mobileconfig", &DER).await;
    let [root, app] = payloads(&profile)[..] else { panic!("two payloads: {profile:?}") };
    assert_eq!(Some(root), payloads(&plain).first().copied(), "the very same root");
    assert_eq!(said(&profile, "PayloadIdentifier"), said(&plain, "PayloadIdentifier"));
    assert_ne!(said(&profile, "PayloadUUID"), said(&plain, "PayloadUUID"));
    assert_eq!(said(app, "PayloadType"), "com.apple.webClip.managed");
    assert_eq!(said(app, "URL"), "https://backstock-r7k2q.local/");
    assert_eq!(said(app, "Label"), "Backstock");
    let yes = |key: &str| app.get(key).and_then(plist::Value::as_boolean);
    assert_eq!((yes("FullScreen"), yes("IsRemovable")), (Some(true), Some(true)));
    let icon = app.get("Icon").and_then(plist::Value::as_data).unwrap();
    assert!(icon.starts_with(b"\x89PNG\r\n"));
}

#[actix_web::test]
async fn other_paths_point_back_and_other_methods_are_refused() {
    for path in ["/api/v1/box", "/index.html", "/ca.crt/", "//", "/p/R7K2QF", "/favicon.ico"] {
        let response = ask("Green Leaf", TestRequest::get().uri(path)).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert!(body(response).await.contains("<a class=\"button\" href=\"/\">"), "{path}");
    }
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS, Method::TRACE] {
        for path in ["/", "/ca.crt", "/api/v1/box"] {
            let request = TestRequest::default().method(method.clone()).uri(path);
            let response = ask("Green Leaf", request).await;
            assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            assert_eq!(header(&response, "allow"), Some("GET, HEAD"));
        }
    }
    let head = TestRequest::default().method(Method::HEAD).uri("/");
    assert_eq!(ask("Green Leaf", head).await.status(), StatusCode::OK);
}

#[actix_web::test]
async fn nothing_is_kept_set_or_believed() {
    for path in ["/", "/ca.crt", "/ca.cer", "/ca.pem", "/ca.mobileconfig", "/else"] {
        let request = TestRequest::get()
            .uri(path)
            .insert_header(("host", "evil.example"))
            .insert_header(("x-forwarded-host", "evil.example"))
            .insert_header(("forwarded", "host=evil.example"))
            .insert_header(("cookie", "session=1"));
        let response = ask("Green Leaf", request).await;
        for never in ["set-cookie", "strict-transport-security", "location"] {
            assert_eq!(header(&response, never), None, "{path} {never}");
        }
        assert_eq!(header(&response, "cache-control"), Some("no-store"));
        assert_eq!(header(&response, "x-content-type-options"), Some("nosniff"));
        let headers = format!("{:?}", response.headers());
        assert!(!headers.contains("evil") && !body(response).await.contains("evil"), "{path}");
    }
}

#[actix_web::test]
async fn the_policy_allows_our_style_and_nothing_else() {
    for path in ["/", "/else"] {
        let response = ask("Green Leaf", TestRequest::get().uri(path)).await;
        let policy = header(&response, "content-security-policy").unwrap().to_owned();
        let page = body(response).await;
        let style = page.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
        let hash = STANDARD.encode(Sha256::digest(style));
        assert!(policy.starts_with("default-src 'none'; "), "{policy}");
        assert!(policy.contains(&format!("style-src 'sha256-{hash}'; ")), "{policy}");
        assert!(!policy.contains("unsafe") && !policy.contains("script-src"), "{policy}");
        for forbidden in ["<script", " style=", " onclick", "<form", "<iframe", "src=", "url("] {
            assert!(!page.contains(forbidden), "{path}: {forbidden}");
        }
        for link in page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            let ours = ["/", "data:image/svg+xml,", "https://backstock-r7k2q.local/"];
            assert!(ours.iter().any(|start| link.starts_with(start)), "{path}: {link}");
        }
    }
}

#[actix_web::test]
async fn a_store_s_name_is_text_and_follows_a_change() {
    let page = web::Data::new(TrustPage::new(trust("Before")));
    let app = init_service(App::new().configure(|config| configure(config, page.clone()))).await;
    page.update(trust("<script>'Joe & \"Sons\"'</script>"));
    let response = call_service(&app, TestRequest::get().uri("/").to_request()).await;
    let html = body(response).await;
    let name = "&lt;script&gt;&#39;Joe &amp; &quot;Sons&quot;&#39;&lt;/script&gt;";
    assert!(html.contains(&format!("<h1>{name}</h1>")) && !html.contains("<script"));
    assert!(!html.contains("Before"));
}

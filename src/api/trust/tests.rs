use actix_web::App;
use actix_web::body::to_bytes;
use actix_web::dev::ServiceResponse;
use actix_web::test::{TestRequest, call_service, init_service};

use super::*;

const SPANISH: &str = "es-MX,es;q=0.9,en;q=0.8";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Safari/604.1";
const ANDROID: &str = "Mozilla/5.0 (Linux; Android 15; Pixel 8) Chrome/140.0 Mobile Safari/537.36";

fn trust(store: &str) -> Trust {
    Trust {
        store: store.to_owned(),
        id: "R7K2Q".to_owned(),
        app_url: "https://backstock-r7k2q.local/".to_owned(),
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
    let mut rest = page.as_str();
    for group in groups {
        let found = format!("<code>{group}</code>");
        rest = &rest[rest.find(&found).expect("groups in order") + found.len()..];
    }
    assert!(page.contains("href=\"https://backstock-r7k2q.local/\""));
    assert!(page.contains("href=\"/ca.crt\""));
    for guide in ["iPhone and iPad", "Android", "Windows", "Mac", "Linux"] {
        assert!(page.contains(&format!("<summary>{guide}</summary>")), "{guide}");
    }
    assert!(page.contains("turn on <b>Backstock R7K2Q Root</b>"));
    assert!(page.contains("backstock-r7k2q.crt") && !page.contains("{file}"));
}

#[actix_web::test]
async fn the_device_decides_language_and_first_guide() {
    let request = TestRequest::get()
        .uri("/")
        .insert_header(("accept-language", SPANISH))
        .insert_header(("user-agent", ANDROID));
    let page = body(ask("Hoja Verde", request).await).await;
    assert!(page.contains("<html lang=\"es\">") && page.contains("Descargar el certificado"));
    assert!(page.contains("<details open><summary>Android</summary>"));
    assert_eq!(page.matches("<details open>").count(), 1);

    let request = TestRequest::get()
        .uri("/?lang=en")
        .insert_header(("accept-language", SPANISH))
        .insert_header(("user-agent", IPHONE));
    let page = body(ask("Hoja Verde", request).await).await;
    assert!(page.contains("<html lang=\"en\">"));
    assert!(page.contains("<details open><summary>iPhone and iPad</summary>"));
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
async fn the_certificate_comes_in_both_forms_with_a_name() {
    let response = ask("Green Leaf", TestRequest::get().uri("/ca.crt")).await;
    assert_eq!(header(&response, "content-type"), Some("application/x-x509-ca-cert"));
    let name = "inline; filename=\"backstock-r7k2q.crt\"";
    assert_eq!(header(&response, "content-disposition"), Some(name));
    assert_eq!(body(response).await, "DER");
    let response = ask("Green Leaf", TestRequest::get().uri("/ca.pem")).await;
    assert_eq!(header(&response, "content-type"), Some("application/x-pem-file"));
    assert!(body(response).await.starts_with("-----BEGIN CERTIFICATE-----"));
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
    for path in ["/", "/ca.crt", "/ca.pem", "/else"] {
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
        for forbidden in ["<script", " style=", " onclick", "<form", "<iframe", "http://"] {
            let page = page.replace("http://www.w3.org/2000/svg", "");
            assert!(!page.contains(forbidden), "{path}: {forbidden}");
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

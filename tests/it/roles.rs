//! The permission table, cell by cell: every route of the map against every role, a kiosk, an enrolled
//! device without a person, and a stranger.

use backstock::api::caller::Who;
use backstock::api::routes::{Route, table};
use backstock::domain::role::Role;
use reqwest::Method;
use uuid::Uuid;

use crate::support::Device;
use crate::support::shop::{Person, Shop};

/// Asks a route as it stands in the table, with ids that do not exist and an empty body: whoever may
/// use it is told what is wrong with that, whoever may not never gets so far.
async fn ask(device: &Device, route: &Route) -> u16 {
    let path: String = route
        .path
        .split('/')
        .map(|part| if part.starts_with('{') { "999999" } else { part })
        .collect::<Vec<_>>()
        .join("/");
    let method = Method::from_bytes(route.method.as_str().as_bytes()).expect("a method");
    let ask = device
        .ask(method.clone(), &path)
        .header("Idempotency-Key", Uuid::now_v7().to_string())
        .header("Content-Type", "application/json");
    let ask = if method == Method::GET { ask } else { ask.body("{}") };
    // Only the status: a live stream has no end.
    device.open(ask).await.status().as_u16()
}

/// Whether an answer means that the gate let it through.
fn through(status: u16) -> bool {
    !matches!(status, 401 | 403)
}

fn signs_out(route: &Route) -> bool {
    route.path == "/api/v1/session" && route.method.as_str() == "DELETE"
}

#[tokio::test]
async fn every_cell() {
    let shop = Shop::open().await;
    let mut people: Vec<(Role, Person)> = Vec::new();
    for role in Role::ALL {
        people.push((role, shop.hire(name(role), role.word()).await));
    }
    let (enrolled, _) = shop.enrol("shared").await;
    let (kiosk, _) = shop.enrol("kiosk").await;
    let stranger = shop.test_box.stranger();
    let mut cells = 0;
    for route in table() {
        for (role, person) in &people {
            let status = ask(&person.device, &route).await;
            let allowed = match route.who {
                Who::May(permission) => role.may(permission),
                Who::Public | Who::Enrolled | Who::Board | Who::SignedIn => true,
            };
            // A guess of a PIN, or a code, is judged by what it says and not by who asks.
            let judged = status == 401 && matches!(route.who, Who::Public | Who::Enrolled);
            assert_eq!(through(status) || judged, allowed, "{role:?} {route:?}: {status}");
            if signs_out(&route) {
                person.sign_in().await;
            }
            cells += 1;
        }
        let allowed = matches!(route.who, Who::Public | Who::Enrolled);
        let asked = ask(&enrolled, &route).await;
        assert_eq!(asked != 401 || proves_itself(&route), allowed, "no person: {route:?}");
        let allowed = allowed || route.who == Who::Board;
        let status = ask(&kiosk, &route).await;
        let let_in = through(status) || proves_itself(&route);
        assert_eq!(let_in, allowed && !for_people(&route), "kiosk: {route:?} {status}");
        let allowed = route.who == Who::Public;
        let asked = ask(&stranger, &route).await;
        assert_eq!(asked != 401 || proves_itself(&route), allowed, "stranger: {route:?}");
        cells += 3;
    }
    assert_eq!(cells, table().len() * (Role::ALL.len() + 3));
}

/// A kiosk shows the board; it is never told who works here.
fn for_people(route: &Route) -> bool {
    route.path == "/api/v1/people"
}

/// A source's message is judged by its signature, whoever hands it in; without one it is refused.
fn proves_itself(route: &Route) -> bool {
    route.path.starts_with("/api/v1/orders/intake/")
}

fn name(role: Role) -> &'static str {
    role.word()
}

#[test]
fn the_description_has_exactly_the_tables_routes() {
    use utoipa::OpenApi;
    let described = backstock::api::routes::ApiDoc::openapi();
    let mut described: Vec<(String, String)> = described
        .paths
        .paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = [
                ("GET", item.get.is_some()),
                ("POST", item.post.is_some()),
                ("PUT", item.put.is_some()),
                ("DELETE", item.delete.is_some()),
            ];
            methods
                .into_iter()
                .filter(|(_, there)| *there)
                .map(|(m, _)| (m.to_owned(), path.clone()))
        })
        .collect();
    let mut listed: Vec<(String, String)> =
        table().iter().map(|route| (route.method.to_string(), route.path.to_owned())).collect();
    described.sort();
    listed.sort();
    assert_eq!(described, listed);
}

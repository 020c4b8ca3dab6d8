use chrono_tz::America::Los_Angeles;

use super::*;
use crate::domain::sheet::ROW_LIMIT;

fn take(format: OrderFormat, bytes: &[u8]) -> OrdersRead {
    read(format, bytes, Los_Angeles).expect("the message is of this format")
}

fn only(format: OrderFormat, bytes: &[u8]) -> OrderSaid {
    let read = take(format, bytes);
    assert_eq!(read.refused, [], "nothing is refused");
    assert_eq!(read.orders.len(), 1);
    read.orders.into_iter().next().unwrap()
}

fn at(text: &str) -> At {
    At(chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis())
}

const WEEDMAPS: &[u8] = include_bytes!("../../../../tests/data/orders/weedmaps.json");
const JANE: &[u8] = include_bytes!("../../../../tests/data/orders/jane.json");
const FLOWHUB: &[u8] = include_bytes!("../../../../tests/data/orders/flowhub-orders.json");
const AHEAD: &[u8] = include_bytes!("../../../../tests/data/orders/flowhub-create.json");

#[test]
fn weedmaps_callback() {
    let said = only(OrderFormat::Weedmaps, WEEDMAPS);
    assert_eq!(said.external, "99998888000");
    assert_eq!(said.customer.as_deref(), Some("Geovanni F."));
    assert_eq!(said.phone.as_deref(), Some("•••• 6852"));
    assert_eq!(said.placed, Some(at("2020-04-20T16:20:00Z")));
    assert_eq!(said.way, OrderWay::Pickup);
    assert_eq!(said.lines[0].item, "Mendo Berries Refined Live Resin 0.5g Cartridge");
    assert_eq!(said.lines[0].sku.as_deref(), Some("abc12345"));
    assert_eq!(said.lines[0].quantity, Amount::whole(2));
    let text = serde_json::to_string(&said).unwrap();
    for secret in ["Feil", "5555556852", "1980", "photo.jpg"] {
        assert!(!text.contains(secret), "{secret} left the parser");
    }
}

/// One id for every weight of a strain: the weight belongs to the name, and the id says nothing.
#[test]
fn weedmaps_flower_is_told_apart_by_its_weight() {
    let flower = String::from_utf8(WEEDMAPS.into()).unwrap();
    let flower = flower.replace("Mendo Berries Refined Live Resin 0.5g Cartridge", "Gelato 41");
    for (word, name) in
        [("EIGHTH", "Gelato 41 (3.5 g)"), ("OUNCE", "Gelato 41 (28 g)"), ("EACH", "Gelato 41")]
    {
        let said = only(OrderFormat::Weedmaps, flower.replace("GRAM", word).as_bytes());
        assert_eq!(
            (said.lines[0].item.as_str(), said.lines[0].sku.is_some()),
            (name, word == "EACH")
        );
    }
}

#[test]
fn weedmaps_says_that_an_order_is_cancelled() {
    let text = String::from_utf8(WEEDMAPS.into()).unwrap().replace("IN_PROGRESS", "CANCELED");
    assert!(only(OrderFormat::Weedmaps, text.as_bytes()).cancelled);
}

#[test]
fn jane_without_products_is_refused_with_them_it_is_read_in_utc() {
    let read = take(OrderFormat::Jane, JANE);
    assert_eq!(read.orders, []);
    assert_eq!(read.refused[0].code, "order_without_lines");
    let whole = String::from_utf8(JANE.into()).unwrap().replace(
        "\"rating\": 0,",
        "\"rating\": 0, \"products\": [{\"name\": \"Night Buoy Cart\", \"count\": 3}],",
    );
    let said = only(OrderFormat::Jane, whole.as_bytes());
    assert_eq!((said.external.as_str(), said.number.as_deref()), ("7469", Some("G19")));
    assert_eq!(said.customer.as_deref(), Some("John S."));
    assert_eq!(said.phone.as_deref(), Some("•••• 3333"));
    assert_eq!(said.window_from, Some(at("2021-06-21T22:45:00Z")));
    assert_eq!(said.lines[0].quantity, Amount::whole(3));
}

#[test]
fn flowhub_orders_and_order_ahead() {
    let said = only(OrderFormat::Flowhub, FLOWHUB);
    assert!(said.done, "what was sold is not picked again");
    assert_eq!(said.lines[0].sku.as_deref(), Some("BD-35G"));
    assert_eq!(said.customer.as_deref(), Some("Jane D."));
    let read = take(OrderFormat::Flowhub, AHEAD);
    assert_eq!(read.refused[0].code, "order_without_id", "the request alone names no id");
    let named = String::from_utf8(AHEAD.into()).unwrap().replacen('{', "{\"id\": \"oa-1\",", 1);
    let said = only(OrderFormat::Flowhub, named.as_bytes());
    assert_eq!(said.lines[0].item, "42");
    assert_eq!(said.lines[0].quantity, Amount::whole(1));
}

#[test]
fn dutchie_lines_carry_a_name_alone() {
    let text = br#"[{"preOrderId": 77, "status": "Pending", "orderType": "PickUp", "customerFirstName": "Ana",
        "items": [{"productName": "Blue Dream 3.5g", "quantity": 2, "totalPrice": 70}]},
       {"preOrderId": 78, "status": "Cancelled", "items": []}]"#;
    let read = take(OrderFormat::Dutchie, text);
    assert_eq!(read.orders.len(), 2);
    assert_eq!(read.orders[0].lines[0].sku, None);
    assert_eq!(read.orders[0].customer.as_deref(), Some("Ana"));
    assert!(read.orders[1].cancelled);
}

#[test]
fn our_own_json_and_one_bad_order_among_good_ones() {
    let text = br#"{"orders": [
      {"id": "A-1", "number": "1042", "customer": {"first": "Maria", "last": "Garcia"}, "phone": "(510) 555-4821",
       "way": "curbside", "window": {"from": "2026-11-27T16:30-08:00", "to": "2026-11-27T17:00-08:00"},
       "lines": [{"name": "Gummies", "sku": "G-1", "quantity": "2"}]},
      {"id": "A-2", "lines": [{"name": "Gummies", "quantity": -1}]},
      {"id": "A-3", "window": {"from": "soon"}, "lines": [{"name": "Gummies", "quantity": 1}]},
      {"id": "A-4", "way": "drone", "lines": [{"name": "Gummies", "quantity": 1}]},
      {"id": "A-5", "window": {"from": "2026-11-27T17:30-08:00", "to": "2026-11-27T17:00-08:00"},
       "lines": [{"name": "Gummies", "quantity": 1}]}]}"#;
    let read = take(OrderFormat::Backstock, text);
    assert_eq!(read.orders.len(), 1);
    assert_eq!(read.orders[0].way, OrderWay::Curbside);
    let refused: Vec<_> = read.refused.iter().map(|one| (one.row, one.code)).collect();
    assert_eq!(
        refused,
        [(2, "bad_quantity"), (3, "bad_time"), (4, "bad_way"), (5, "window_wrong")]
    );
}

#[test]
fn csv_groups_rows_and_refuses_a_torn_order_whole() {
    let text = "\u{feff}Order ID,Product Name,SKU,Qty,Customer,Phone,Pickup Time\r\n\
        1042,Gummies,G-1,2,Maria Garcia,5105554821,2026-11-27 16:30\r\n\
        1043,Gummies,G-1,1,Lee Wong,,\r\n\
        1042,\"Blue Dream, 3.5g\",,1,,,\r\n\
        1043,Vape,V-1,none,,,\r\n\
        ,Vape,V-1,1,,,\r\n\
        Total,,,4,,,\r\n";
    let read = take(OrderFormat::Csv, text.as_bytes());
    assert_eq!(read.orders.len(), 1);
    let order = &read.orders[0];
    assert_eq!(order.lines.len(), 2);
    assert_eq!(order.customer.as_deref(), Some("Maria G."));
    assert_eq!(order.window_from, Some(at("2026-11-27T16:30:00-08:00")));
    let refused: Vec<_> = read.refused.iter().map(|one| (one.row, one.code)).collect();
    assert_eq!(refused, [(5, "bad_quantity"), (6, "order_without_id")], "in the file's order");
}

#[test]
fn an_order_that_stands_twice() {
    let same = r#"{"id": "A-1", "lines": [{"name": "Gummies", "quantity": 1}]}"#;
    let other = r#"{"id": "A-1", "lines": [{"name": "Gummies", "quantity": 2}]}"#;
    let twice = take(OrderFormat::Backstock, format!("[{same},{same}]").as_bytes());
    assert_eq!((twice.orders.len(), twice.refused.len()), (1, 0));
    let torn = take(OrderFormat::Backstock, format!("[{same},{other}]").as_bytes());
    assert_eq!((torn.orders.len(), torn.refused[0].code), (0, "contradicts"));
}

#[test]
fn a_contradiction_is_told_with_the_places_that_the_file_has_it_at() {
    let order = |id: &str, quantity: i64| {
        format!(r#"{{"id": "{id}", "lines": [{{"name": "Gummies", "quantity": {quantity}}}]}}"#)
    };
    // What is refused before it must not shift the count.
    let all =
        [order("A-1", -1), order("A-2", 1), order("A-3", 1), order("A-2", 2), order("A-4", 0)];
    let read = take(OrderFormat::Backstock, format!("[{}]", all.join(",")).as_bytes());
    let refused: Vec<_> = read.refused.iter().map(|one| (one.row, one.code)).collect();
    let expected =
        [(1, "bad_quantity"), (2, "contradicts"), (4, "contradicts"), (5, "bad_quantity")];
    assert_eq!(refused, expected);
    let taken: Vec<_> = read.orders.iter().map(|said| said.external.as_str()).collect();
    assert_eq!(taken, ["A-3"]);
}

#[test]
fn more_orders_than_go_at_once_are_told_with_the_first_that_is_left() {
    let order = |n: usize| {
        let quantity = i32::from(n != 3);
        format!(r#"{{"id": "A-{n}", "lines": [{{"name": "Gummies", "quantity": {quantity}}}]}}"#)
    };
    let all: Vec<String> = (1..=ORDERS + 5).map(order).collect();
    let read = take(OrderFormat::Backstock, format!("[{}]", all.join(",")).as_bytes());
    assert_eq!(read.orders.len(), ORDERS);
    let refused: Vec<_> = read.refused.iter().map(|one| (one.row, one.code)).collect();
    assert_eq!(refused, [(3, "bad_quantity"), (ORDERS as u64 + 2, "too_many_orders")]);
}

#[test]
fn a_file_with_too_many_rows_is_refused_whole_whatever_it_is_written_in() {
    let json = format!("[{}0]", "0,".repeat(ROW_LIMIT));
    let csv = format!("Order ID,Product,Qty\n{}", "1,Gummies,1\n".repeat(ROW_LIMIT + 1));
    let refused = |format, text: &str| read(format, text.as_bytes(), Los_Angeles).unwrap_err();
    assert_eq!(refused(OrderFormat::Backstock, &json), FileRefused::TooManyRows);
    assert_eq!(refused(OrderFormat::Csv, &csv), FileRefused::TooManyRows);
}

#[test]
fn what_is_no_message_at_all() {
    assert_eq!(read(OrderFormat::Weedmaps, b"", Los_Angeles).unwrap_err().code(), "empty");
    assert_eq!(
        read(OrderFormat::Weedmaps, b"{\"a\":", Los_Angeles).unwrap_err().code(),
        "json_broken"
    );
    assert_eq!(read(OrderFormat::Backstock, b"7", Los_Angeles).unwrap_err().code(), "not_orders");
    assert_eq!(read(OrderFormat::Csv, b"a,b\n1,2", Los_Angeles).unwrap_err().code(), "no_header");
}

#[test]
fn the_same_again_hashes_the_same_and_a_change_does_not() {
    let one = only(OrderFormat::Weedmaps, WEEDMAPS);
    let again = only(OrderFormat::Weedmaps, WEEDMAPS);
    assert_eq!(one.said_hash(), again.said_hash());
    let text =
        String::from_utf8(WEEDMAPS.into()).unwrap().replace("\"quantity\": 2", "\"quantity\": 3");
    let changed = only(OrderFormat::Weedmaps, text.as_bytes());
    assert_eq!(one.external_hash(), changed.external_hash());
    assert_ne!(one.said_hash(), changed.said_hash());
}

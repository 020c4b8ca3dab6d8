//! The slip of a walk for orders: whose each slot of the cart is, and into which slot each line goes.

use chrono_tz::Tz;

use super::pickup_window::PickupWindow;
use crate::domain::order::OrderWay;
use crate::print::{Kind, Lang, Slip, SlipOrder};
use crate::workflow::cart::{Cart, CartOrder};
use crate::workflow::picking::PickLine;

/// Makes the slip of a restock one of a walk, where there are orders on the cart. `named`: whoever prints may know
/// whose they are.
pub fn of_orders(slip: &mut Slip, cart: &Cart, lines: &[PickLine], zone: Tz, named: bool) {
    if cart.orders.is_empty() {
        return;
    }
    let lang = slip.lang;
    slip.kind = Kind::Order;
    slip.orders = cart.orders.iter().map(|order| one(order, zone, lang, named)).collect();
    slip.station = match &slip.orders[..] {
        [only] if !only.customer.is_empty() => only.customer.clone(),
        [only] => only.number.clone(),
        _ => due(cart, zone, lang),
    };
    // One order needs no slots: all that is taken is its own.
    if slip.orders.len() > 1 {
        for (on_slip, line) in slip.lines.iter_mut().zip(lines) {
            on_slip.slot = cart.slots.get(&line.id).copied();
        }
    }
}

fn one(order: &CartOrder, zone: Tz, lang: Lang, named: bool) -> SlipOrder {
    let kept = |text: &Option<String>| text.clone().filter(|_| named).unwrap_or_default();
    let way = way(order.way, lang);
    let hours = window(order, zone, lang).hours();
    SlipOrder {
        slot: order.slot,
        number: kept(&order.number),
        customer: kept(&order.customer),
        window: if hours.is_empty() { way.into() } else { format!("{way} · {hours}") },
        tote: order.tote.clone().unwrap_or_default(),
    }
}

fn window(order: &CartOrder, zone: Tz, lang: Lang) -> PickupWindow {
    PickupWindow { from: order.window_from, to: order.window_to, zone, lang }
}

/// When the first of them is picked up: `Due 4:00 PM`.
fn due(cart: &Cart, zone: Tz, lang: Lang) -> String {
    let first = cart
        .orders
        .iter()
        .filter(|order| order.window_from.or(order.window_to).is_some())
        .min_by_key(|order| order.window_from.or(order.window_to));
    let time = first.and_then(|order| window(order, zone, lang).due());
    match (time, lang) {
        (Some(time), Lang::En) => format!("Due {time}"),
        (Some(time), Lang::Es) => format!("Para las {time}"),
        (None, _) => String::new(),
    }
}

const fn way(way: OrderWay, lang: Lang) -> &'static str {
    match (way, lang) {
        (OrderWay::Pickup, Lang::En) => "Pickup",
        (OrderWay::Pickup, Lang::Es) => "Recoger",
        (OrderWay::Curbside, Lang::En) => "Curbside",
        (OrderWay::Curbside, Lang::Es) => "En la acera",
        (OrderWay::Delivery, Lang::En) => "Delivery",
        (OrderWay::Delivery, Lang::Es) => "Entrega",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::At;
    use crate::print::SlipLine;

    fn cart(slots: u32) -> Cart {
        let order = |slot: u32| CartOrder {
            slot,
            number: Some(format!("H-{slot}")),
            customer: Some("Ana L.".into()),
            way: OrderWay::Pickup,
            window_from: At::parse(&format!("2026-11-28T0{}:00:00Z", 9 - slot)),
            window_to: None,
            tote: None,
        };
        Cart { orders: (1..=slots).map(order).collect(), ..Cart::default() }
    }

    fn slip(cart: &Cart, lang: Lang, named: bool) -> Slip {
        let lines = vec![SlipLine::default()];
        let mut slip = Slip { lang, lines, station: "Front counter".into(), ..Slip::default() };
        of_orders(&mut slip, cart, &[], chrono_tz::America::Los_Angeles, named);
        slip
    }

    #[test]
    fn a_walk_is_due_when_the_first_of_its_orders_is() {
        assert_eq!(slip(&cart(3), Lang::En, true).station, "Due 10:00 PM");
        assert_eq!(slip(&cart(3), Lang::Es, true).station, "Para las 22:00");
        assert_eq!(slip(&cart(1), Lang::En, true).station, "Ana L.");
    }

    #[test]
    fn whose_it_is_stays_away_from_whoever_does_not_pick() {
        let blind = slip(&cart(2), Lang::En, false);
        assert!(blind.orders.iter().all(|one| one.customer.is_empty() && one.number.is_empty()));
        assert_eq!(blind.orders[0].window, "Pickup · from 12:00 AM");
        assert_eq!(slip(&cart(1), Lang::En, false).station, "");
    }

    #[test]
    fn a_restock_stays_one() {
        let restock = slip(&cart(0), Lang::En, true);
        assert_eq!((restock.kind, restock.station.as_str()), (Kind::Restock, "Front counter"));
    }
}

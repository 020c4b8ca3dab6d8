//! The slip of a walk for orders: whose each slot of the cart is, and into which slot each line goes.

use std::collections::BTreeMap;

use chrono_tz::Tz;

use super::pickup_window::PickupWindow;
use crate::domain::id::OrderId;
use crate::domain::order::OrderWay;
use crate::print::{Kind, Lang, Slip, SlipOrder};
use crate::workflow::picking::{Pick, PickOrder};

/// The orders' customers, as far as they are still kept.
pub type Names = BTreeMap<OrderId, String>;

/// Makes a slip that of a walk. No `names`: whoever prints may not know whose the orders are.
pub fn of_orders(slip: &mut Slip, pick: &Pick, names: Option<&Names>, zone: Tz) {
    let lang = slip.lang;
    // An order that left the walk is not on the cart any more.
    let here: Vec<&PickOrder> = pick.orders.iter().filter(|order| !order.left).collect();
    slip.kind = Kind::Order;
    slip.orders = here.iter().map(|order| one(order, names, zone, lang)).collect();
    slip.station = match &slip.orders[..] {
        [only] if !only.customer.is_empty() => only.customer.clone(),
        [only] => only.number.clone(),
        _ => due(&here, zone, lang),
    };
    // One order needs no slots: all that is taken is its own.
    if slip.orders.len() > 1 {
        let slot_of =
            |id: OrderId| here.iter().find(|order| order.order == id).map(|order| slot(order));
        for (on_slip, line) in slip.lines.iter_mut().zip(&pick.lines) {
            on_slip.slot = line.order.and_then(slot_of);
        }
    }
}

fn one(order: &PickOrder, names: Option<&Names>, zone: Tz, lang: Lang) -> SlipOrder {
    let way = way(order.way, lang);
    let hours = window(order, zone, lang).hours();
    SlipOrder {
        slot: slot(order),
        number: order.number.clone().filter(|_| names.is_some()).unwrap_or_default(),
        customer: names.and_then(|names| names.get(&order.order)).cloned().unwrap_or_default(),
        window: if hours.is_empty() { way.into() } else { format!("{way} · {hours}") },
        tote: order.tote.as_ref().map(|tote| tote.name.clone()).unwrap_or_default(),
    }
}

/// The schema's slots are 1 to 20.
fn slot(order: &PickOrder) -> u32 {
    u32::try_from(order.slot).unwrap_or(0)
}

fn window(order: &PickOrder, zone: Tz, lang: Lang) -> PickupWindow {
    PickupWindow { from: order.window_from, to: order.window_to, zone, lang }
}

/// When the first of them is picked up: `Due 4:00 PM`.
fn due(orders: &[&PickOrder], zone: Tz, lang: Lang) -> String {
    let first = orders
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
    use crate::domain::id::PickId;
    use crate::domain::time::At;
    use crate::workflow::picking::{PickKind, PickState};

    fn walk(slots: i64) -> Pick {
        let order = |slot: i64| PickOrder {
            order: OrderId(slot),
            code: "R7K2QF".into(),
            number: Some(format!("H-{slot}")),
            slot,
            way: OrderWay::Pickup,
            window_from: At::parse(&format!("2026-11-28T0{}:00:00Z", 9 - slot)),
            window_to: None,
            tote: None,
            left: false,
            shorts: Vec::new(),
        };
        Pick {
            id: PickId(1),
            code: "P7K2QF".into(),
            kind: PickKind::Order,
            request: None,
            orders: (1..=slots).map(order).collect(),
            state: PickState::Picking,
            picker: None,
            tote: None,
            carrier: None,
            to: None,
            lines: Vec::new(),
            shortages: Vec::new(),
            created: At(0),
            handed_at: None,
            due: None,
            done_at: None,
            version: 1,
        }
    }

    fn slip(walk: &Pick, lang: Lang, names: Option<&Names>) -> Slip {
        let mut slip = Slip { lang, station: String::new(), ..Slip::default() };
        of_orders(&mut slip, walk, names, chrono_tz::America::Los_Angeles);
        slip
    }

    #[test]
    fn a_walk_is_due_when_the_first_of_its_orders_is() {
        let names = Names::from([(OrderId(1), "Ana L.".into())]);
        assert_eq!(slip(&walk(3), Lang::En, Some(&names)).station, "Due 10:00 PM");
        assert_eq!(slip(&walk(3), Lang::Es, Some(&names)).station, "Para las 22:00");
        assert_eq!(slip(&walk(1), Lang::En, Some(&names)).station, "Ana L.");
        assert_eq!(slip(&walk(1), Lang::En, Some(&Names::new())).station, "H-1");
    }

    #[test]
    fn whose_it_is_stays_away_from_whoever_does_not_pick() {
        let blind = slip(&walk(2), Lang::En, None);
        assert!(blind.orders.iter().all(|one| one.customer.is_empty() && one.number.is_empty()));
        assert_eq!(blind.orders[0].window, "Pickup · from 12:00 AM");
        assert_eq!(slip(&walk(1), Lang::En, None).station, "");
    }
}

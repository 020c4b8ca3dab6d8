//! The customer label of a packed order: for label stock of 4 by 6 inches or for office paper, as a PDF and
//! as a picture for the screen. Before the order is packed there is none.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::caller::PersonCaller;
use super::pickup_window::PickupWindow;
use super::slips::{amount, language, render, shown, sum};
use super::{Answer, Problem, State};
use crate::domain::code::{Code, CodeUrl, Letter};
use crate::domain::id::OrderId;
use crate::domain::order::{OrderState, PackCheck};
use crate::domain::quantity::Quantity;
use crate::print::{self, BagItem, BagLabel, Medium};
use crate::store::Db;
use crate::workflow::ordering::{self, Order, OrderItem, OrderLine, Sight};
use crate::workflow::settings::{self, Settings};

/// Where a label is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LabelPaper {
    /// Label stock of 4 by 6 inches.
    #[default]
    Label,
    /// Two labels on a sheet, to cut.
    Letter,
    A4,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct LabelQuery {
    /// "label" where not given: 4 by 6 inches.
    #[serde(default)]
    #[param(inline)]
    paper: LabelPaper,
    /// One bag's; those of all bags where not given.
    bag: Option<u32>,
    /// From 2 on the label says which copy it is.
    copy: Option<u32>,
}

/// The labels as a PDF. Refusals: `not_packed`, `order_closed`.
#[utoipa::path(get, path = "/api/v1/orders/{id}/label.pdf", tag = "orders",
    params(("id" = i64, Path), LabelQuery),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>), (status = 409, body = Problem)))]
pub async fn pdf(
    state: State,
    id: Path<i64>,
    query: Query<LabelQuery>,
    person: PersonCaller,
) -> Answer {
    let bags = labels(&state, OrderId(*id), &query, person).await?;
    let name = bags.first().map(|bag| format!("label-{}.pdf", bag.code)).unwrap_or_default();
    let paper = query.paper;
    let page = render(move || match paper {
        LabelPaper::Label => print::bag_labels_pdf(&bags),
        LabelPaper::Letter => print::bag_label_sheets_pdf(&bags, print::Paper::Letter),
        LabelPaper::A4 => print::bag_label_sheets_pdf(&bags, print::Paper::A4),
    })
    .await?;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::CONTENT_DISPOSITION, format!("inline; filename=\"{name}\"")))
        .body(page))
}

/// The labels as a picture, under each other, as a label printer of 203 dots in an inch prints them.
/// Refusals: `not_packed`, `order_closed`.
#[utoipa::path(get, path = "/api/v1/orders/{id}/label.png", tag = "orders",
    params(("id" = i64, Path), LabelQuery),
    responses((status = 200, content_type = "image/png", body = Vec<u8>), (status = 409, body = Problem)))]
pub async fn png(
    state: State,
    id: Path<i64>,
    query: Query<LabelQuery>,
    person: PersonCaller,
) -> Answer {
    let bags = labels(&state, OrderId(*id), &query, person).await?;
    let paper = query.paper;
    let picture = render(move || match paper {
        LabelPaper::Label => print::bag_labels_png(&bags, Medium::LABEL_203),
        LabelPaper::Letter => print::bag_label_sheets_png(&bags, print::Paper::Letter),
        LabelPaper::A4 => print::bag_label_sheets_png(&bags, print::Paper::A4),
    })
    .await?;
    Ok(HttpResponse::Ok().content_type("image/png").body(picture))
}

/// The labels that are asked for: one bag's, or all.
async fn labels(
    state: &State,
    id: OrderId,
    query: &LabelQuery,
    person: PersonCaller,
) -> Result<Vec<BagLabel>, Problem> {
    let (origin, bag) = (state.site.origin.clone(), query.bag);
    let copy = query.copy.unwrap_or(1);
    state
        .store
        .read(move |db| {
            let order = ordering::get(db, id, Sight::Customer)?
                .ok_or_else(|| Problem::not_found("order"))?;
            let bags = u32::try_from(order.bags).unwrap_or(1);
            may_be_labelled(&order)?;
            if bag.is_some_and(|bag| !(1..=bags).contains(&bag)) {
                let why = format!("is not one of its {bags} bags");
                return Err(Problem::invalid("bag", why));
            }
            let label = compose(db, &order, &settings::get(db)?, &origin, person)?;
            let wanted = bag.map_or(1..=bags, |bag| bag..=bag);
            Ok(wanted.map(|bag| BagLabel { bag, bags, copy, ..label.clone() }).collect())
        })
        .await
}

fn may_be_labelled(order: &Order) -> Result<(), Problem> {
    match order.row.state {
        OrderState::Packed | OrderState::Staged => Ok(()),
        OrderState::Unmatched | OrderState::Waiting | OrderState::Picking | OrderState::Packing => {
            let detail = "This order is not packed yet. Verify every line and close the bag; then it has a label.";
            Err(Problem::refused("not_packed", detail).with("state", order.row.state))
        }
        OrderState::HandedOver | OrderState::Unwinding | OrderState::Ended => {
            let detail = "This order goes to no customer any more: it has no label.";
            Err(Problem::refused("order_closed", detail).with("state", order.row.state))
        }
    }
}

fn compose(
    db: &Db<'_>,
    order: &Order,
    settings: &Settings,
    origin: &str,
    person: PersonCaller,
) -> Result<BagLabel, Problem> {
    let (lang, zone) = (language(db, person)?, settings.tz());
    let row = &order.row;
    let code = Code::parse(&row.code);
    let items = order.lines.iter().flat_map(bagged);
    let host = origin.trim_start_matches("https://");
    let window = PickupWindow { from: row.window_from, to: row.window_to, zone, lang };
    Ok(BagLabel {
        store: settings.store_name.clone(),
        license: settings.license_number.clone(),
        number: row.number.clone().unwrap_or_default(),
        code: code.map_or_else(|| row.code.clone(), |code| code.to_string()),
        qr: code
            .map(|code| CodeUrl::Ours { letter: Letter::Order, code }.compose(host))
            .unwrap_or_default(),
        customer: row.customer.clone().unwrap_or_default(),
        way: row.way,
        day: window.day(),
        window: window.hours(),
        units: sum(items.clone().map(|(_, quantity)| quantity)),
        items: items.map(|(item, quantity)| bag_item(item, quantity)).collect(),
        bag: 1,
        bags: 1,
        packer: order.packed_by.as_ref().map(|packer| initials(&packer.name)).unwrap_or_default(),
        packed: row.packed_at.map(|at| shown(at, zone, lang)).unwrap_or_default(),
        sealed: [PackCheck::Sealed, PackCheck::OpaqueBag]
            .iter()
            .all(|check| order.ticked.contains(check)),
        copy: 1,
        lang,
    })
}

/// What of a line is in the bag, in the product's unit.
fn bagged(line: &OrderLine) -> impl Iterator<Item = (&OrderItem, Quantity)> + Clone {
    line.items.iter().filter_map(|item| {
        let inside = item.verified_count;
        let quantity = Quantity::new(inside, item.package.product.unit);
        inside.is_positive().then_some((item, quantity))
    })
}

fn bag_item(item: &OrderItem, quantity: Quantity) -> BagItem {
    BagItem {
        amount: amount(quantity),
        name: item.package.product.name.clone(),
        tag_tail: item.package.tag.get(18..).unwrap_or_default().to_owned(),
    }
}

/// "PN" for Priya Nair: three letters at most.
fn initials(name: &str) -> String {
    let firsts = name.split_whitespace().filter_map(|word| word.chars().next());
    firsts.take(3).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::{OrderLineId, PackageId, PickLineId, PlaceId, ProductId};
    use crate::domain::place::PlaceKind;
    use crate::domain::quantity::{Amount, Unit};
    use crate::workflow::refs::{PackageRef, PlaceRef, ProductRef};

    /// Two were picked, one was put away at the bench: one is in the bag.
    #[test]
    fn what_was_put_away_at_the_bench_is_not_in_the_bag_and_the_rest_is() {
        let (one, two) = (Amount::whole(1), Amount::whole(2));
        let product =
            ProductRef { id: ProductId(1), sku: "S".into(), name: "P".into(), unit: Unit::Ea };
        let package = PackageRef {
            id: PackageId(1),
            tag: "1A4060300000000000000001".into(),
            product: product.clone(),
            batch: None,
            expires: None,
        };
        let from =
            PlaceRef { id: PlaceId(1), name: "A".into(), kind: PlaceKind::Bin, code: "C".into() };
        let item = OrderItem {
            line: PickLineId(1),
            package,
            each: one,
            picked: Quantity::new(two, Unit::Ea),
            picked_count: two,
            verified: Quantity::new(one, Unit::Ea),
            verified_count: one,
            put_back_count: one,
            from,
            gtins: Vec::new(),
        };
        let line = OrderLine {
            id: OrderLineId(1),
            n: 1,
            item: "P".into(),
            sku: None,
            product: Some(product),
            wanted: None,
            ordered: two,
            amount: one,
            promised: Amount::ZERO,
            planned: Amount::ZERO,
            picked: one,
            short: Amount::ZERO,
            candidates: Vec::new(),
            substitutes: Vec::new(),
            items: vec![item],
        };
        let inside: Vec<Quantity> = bagged(&line).map(|(_, quantity)| quantity).collect();
        assert_eq!(inside, [Quantity::new(one, Unit::Ea)]);
    }

    #[test]
    fn a_packer_is_known_by_three_letters_at_most() {
        assert_eq!(initials("Priya Nair"), "PN");
        assert_eq!(initials("  ólafur  de la cruz "), "ÓDL");
        assert_eq!(initials(""), "");
    }
}

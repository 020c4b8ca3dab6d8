//! The whole URL map on one page: method, path, who may, and the handler. Nothing is reachable that
//! is not in this table, and the API's description is made from it.

use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::{guard, web};

use super::Problem;
use super::caller::{self, Who};
use crate::domain::role::Permission as P;
use Who::May;

/// One row of the table, for the tests and for the screen that shows it.
#[derive(Clone, Debug)]
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub who: Who,
    /// Whether a write may also wait on its device, signed, and be its author's when it arrives. Only
    /// the work of the floor: what opens doors (people, devices, settings) is done signed in.
    pub offline: bool,
    /// Whether it is closed to whoever is counting: it tells of the book in ways that cannot be left out.
    pub shut: bool,
}

macro_rules! works {
    () => {
        false
    };
    (offline) => {
        true
    };
    (shut) => {
        false
    };
}

macro_rules! shuts {
    (shut) => {
        true
    };
    ($($other:ident)?) => {
        false
    };
}

macro_rules! routes {
    ($($method:ident $path:literal $who:expr => $($handler:ident)::+ $(, $how:ident)?;)*) => {
        /// Every route.
        pub fn table() -> Vec<Route> {
            vec![$(Route {
                method: Method::$method,
                path: $path,
                who: $who,
                offline: works!($($how)?),
                shut: shuts!($($how)?),
            }),*]
        }

        /// Registers every route behind its gate.
        pub fn configure(config: &mut web::ServiceConfig) {
            config
                .app_data(web::QueryConfig::default().error_handler(|error, _| {
                    Problem::invalid("query", error).into()
                }))
                .app_data(web::PathConfig::default().error_handler(|_, _| {
                    Problem::not_found("address").into()
                }));
            $(config.service(
                web::resource($path)
                    .guard(guard::fn_guard(|head| head.head().method == Method::$method))
                    .wrap(from_fn(|request, next| {
                        let how = caller::How { offline: works!($($how)?), shut: shuts!($($how)?) };
                        caller::gate($who, how, request, next)
                    }))
                    .route(web::route().to(super::$($handler)::+)),
            );)*
        }

        /// The API's description, from the handlers in the table.
        #[derive(utoipa::OpenApi)]
        #[openapi(
            info(title = "Backstock", description = "The API of a Backstock box."),
            paths($(super::$($handler)::+),*),
        )]
        pub struct ApiDoc;
    };
}

routes! {
    // the box
    GET  "/healthz"                     Who::Public        => health::get;
    GET  "/api/openapi.json"            Who::Public        => openapi::get;
    GET  "/api/v1/live"                 Who::Enrolled      => live::get;

    // people, devices, sign-in
    GET    "/api/v1/box"                 Who::Public        => box_info::get;
    POST   "/api/v1/claim"               Who::Public        => claim::post;
    POST   "/api/v1/pair"                Who::Public        => devices::pair;
    GET    "/api/v1/people"              Who::Enrolled      => people::tiles;
    GET    "/api/v1/session"             Who::SignedIn      => session::get;
    POST   "/api/v1/session"             Who::Enrolled      => session::post;
    DELETE "/api/v1/session"             Who::SignedIn      => session::delete;
    PUT    "/api/v1/session/key"         Who::SignedIn      => session::put_key;
    PUT    "/api/v1/me"                  Who::SignedIn      => people::put_me, offline;
    POST   "/api/v1/approvals"           Who::SignedIn      => approvals::post;
    GET    "/api/v1/permissions"         Who::SignedIn      => permissions::get;
    GET    "/api/v1/users"               May(P::People)     => people::list;
    POST   "/api/v1/users"               May(P::People)     => people::post;
    PUT    "/api/v1/users/{id}"          May(P::People)     => people::put;
    POST   "/api/v1/users/{id}/disable"  May(P::People)     => people::disable;
    POST   "/api/v1/users/{id}/enable"   May(P::People)     => people::enable;
    POST   "/api/v1/users/{id}/pin"      May(P::People)     => people::issue_pin;
    GET    "/api/v1/users/{id}/badge.pdf" May(P::People)    => badges::pdf;
    GET    "/api/v1/devices"             May(P::Devices)    => devices::list;
    POST   "/api/v1/devices/{id}/revoke" May(P::Devices)    => devices::revoke;
    POST   "/api/v1/pairings"            May(P::Devices)    => devices::invite;
    DELETE "/api/v1/pairings/{id}"       May(P::Devices)    => devices::withdraw;
    GET    "/api/v1/setup-card.pdf"      May(P::Devices)    => setup_card::pdf;
    GET    "/api/v1/settings"            May(P::Settings)   => settings::get;
    PUT    "/api/v1/settings"            May(P::Settings)   => settings::put;
    GET    "/api/v1/channels"            May(P::Settings)   => channels::get;
    PUT    "/api/v1/channels/webhook"    May(P::Settings)   => channels::put_webhook;
    PUT    "/api/v1/channels/email"      May(P::Settings)   => channels::put_email;
    DELETE "/api/v1/channels/{kind}"     May(P::Settings)   => channels::delete;
    POST   "/api/v1/channels/{kind}/test" May(P::Settings)  => channels::test;
    GET    "/api/v1/certificate"         May(P::Certificate) => certificate::get;
    PUT    "/api/v1/certificate"         May(P::Certificate) => certificate::put;
    DELETE "/api/v1/certificate"         May(P::Certificate) => certificate::delete;

    // moving
    POST "/api/v1/moves"                May(P::Move)       => moves::post, offline;
    POST "/api/v1/moves/{seq}/undo"     May(P::Move)       => moves::undo, offline;

    // stock and scans
    GET  "/api/v1/copy"                 May(P::SeeStock)   => copy::get;
    GET  "/api/v1/resolve"              Who::Enrolled      => packages::resolve;
    GET  "/api/v1/scanner-sheet.pdf"    Who::SignedIn      => scanner_sheet::get;
    GET  "/api/v1/packages"             May(P::SeeStock)   => packages::list;
    GET  "/api/v1/packages/{id}"        May(P::SeeStock)   => packages::get;
    POST "/api/v1/packages/{id}/found"  May(P::Found)      => packages::found, offline;

    // catalogue
    GET  "/api/v1/products"             May(P::SeeStock)   => products::list;
    POST "/api/v1/products"             May(P::EditCatalogue) => products::post;
    GET  "/api/v1/products/{id}"        May(P::SeeStock)   => products::get;
    PUT  "/api/v1/products/{id}"        May(P::EditCatalogue) => products::put;
    GET  "/api/v1/places"               May(P::SeeStock)   => places::list;
    POST "/api/v1/places"               May(P::EditCatalogue) => places::post;
    GET  "/api/v1/places/labels.pdf"    May(P::SeeStock)   => places::labels;
    GET  "/api/v1/places/{id}"          May(P::SeeStock)   => places::get;
    PUT  "/api/v1/places/{id}"          May(P::EditCatalogue) => places::put;

    // imports
    GET  "/api/v1/imports"              May(P::Import)     => imports::list;
    POST "/api/v1/imports"              May(P::Import)     => imports::post;
    GET  "/api/v1/imports/{id}"         May(P::Import)     => imports::get, shut;
    GET  "/api/v1/imports/{id}/rows"    May(P::Import)     => imports::rows, shut;
    GET  "/api/v1/imports/{id}/mappings" May(P::Import)    => imports::mappings;
    PUT  "/api/v1/imports/{id}/mappings" May(P::Import)    => imports::map;
    POST "/api/v1/imports/{id}/confirm" May(P::Import)     => imports::confirm;
    POST "/api/v1/imports/{id}/discard" May(P::Import)     => imports::discard;

    // restock
    GET  "/api/v1/stations/{place}"     May(P::SeeStock)   => requests::station;
    GET  "/api/v1/requests"             May(P::SeeStock)   => requests::list;
    POST "/api/v1/requests"             May(P::Request)    => requests::post, offline;
    GET  "/api/v1/requests/{id}"        May(P::SeeStock)   => requests::get;
    POST "/api/v1/requests/{id}/cancel" May(P::Request)    => requests::cancel, offline;
    POST "/api/v1/requests/{id}/claim"  May(P::Pick)       => requests::claim, offline;
    GET  "/api/v1/board"                Who::Board         => requests::board;

    // picks
    GET  "/api/v1/picks"                May(P::SeeStock)   => picks::list;
    GET  "/api/v1/picks/{id}"           May(P::SeeStock)   => picks::get;
    GET  "/api/v1/picks/{id}/slip.pdf"  May(P::SeeStock)   => slips::pdf;
    GET  "/api/v1/picks/{id}/slip.png"  May(P::SeeStock)   => slips::png;
    GET  "/api/v1/orders/{id}/label.pdf" May(P::HandOver)  => order_label::pdf;
    GET  "/api/v1/orders/{id}/label.png" May(P::HandOver)  => order_label::png;
    POST "/api/v1/picks/{id}/tote"      May(P::Pick)       => picks::tote, offline;
    POST "/api/v1/picks/{id}/takes"     May(P::Pick)       => picks::take, offline;
    POST "/api/v1/picks/{id}/shorts"    May(P::Pick)       => picks::short, offline;
    POST "/api/v1/picks/{id}/handover"  May(P::Pick)       => picks::handover, offline;
    POST "/api/v1/picks/{id}/release"   May(P::Pick)       => picks::release, offline;
    POST "/api/v1/picks/{id}/assign"    May(P::Approve)    => picks::assign;
    POST "/api/v1/picks/{id}/receipt"   May(P::ReceiveTote) => picks::receipt, offline;

    // online orders
    GET  "/api/v1/orders"               May(P::SeeOrders)  => orders::list;
    POST "/api/v1/orders"               May(P::WorkOrders) => orders::post, offline;
    POST "/api/v1/orders/file"          May(P::WorkOrders) => orders::file;
    GET  "/api/v1/orders/times"         May(P::SeeOrders)  => orders::times;
    POST "/api/v1/orders/intake/{slug}" Who::Public        => order_intake::post;
    GET  "/api/v1/orders/{id}"          May(P::SeeOrders)  => orders::get;
    POST "/api/v1/orders/{id}/match"    May(P::WorkOrders) => orders::match_lines;
    POST "/api/v1/orders/{id}/lines/{line}/leave-out" May(P::WorkOrders) => orders::leave_out;
    POST "/api/v1/orders/{id}/asked"    May(P::WorkOrders) => orders::asked;
    POST "/api/v1/orders/{id}/lines/{line}/decide" May(P::Pick) => orders::decide, offline;
    GET  "/api/v1/order-sources"        May(P::WorkOrders) => order_sources::list;
    POST "/api/v1/order-sources"        May(P::OrderSources) => order_sources::post;
    PUT  "/api/v1/order-sources/{id}"   May(P::OrderSources) => order_sources::put;
    POST "/api/v1/order-sources/{id}/secret" May(P::OrderSources) => order_sources::secret;
    GET  "/api/v1/order-sources/{id}/items" May(P::OrderSources) => order_sources::items;
    DELETE "/api/v1/order-sources/{id}/items/{item}" May(P::OrderSources) => order_sources::forget;

    // walks for online orders
    POST "/api/v1/walks"                May(P::Pick)       => walks::post, offline;
    POST "/api/v1/picks/{id}/finish"    May(P::Pick)       => walks::finish, offline;

    // online orders: packed, handed over, put back
    POST "/api/v1/orders/{id}/verify"   May(P::Pick)       => fulfilment::verify, offline;
    POST "/api/v1/orders/{id}/unverify" May(P::Pick)       => fulfilment::unverify, offline;
    POST "/api/v1/orders/{id}/pack"     May(P::Pick)       => fulfilment::pack, offline;
    POST "/api/v1/orders/{id}/stage"    May(P::Pick)       => fulfilment::stage, offline;
    POST "/api/v1/orders/{id}/handover" May(P::HandOver)   => fulfilment::handover, offline;
    POST "/api/v1/orders/{id}/cancel"   May(P::HandOver)   => fulfilment::cancel;
    POST "/api/v1/orders/{id}/putbacks" May(P::Pick)       => fulfilment::put_back, offline;
    POST "/api/v1/orders/{id}/missing"  May(P::Pick)       => fulfilment::missing, offline;
    POST "/api/v1/orders/{id}/fetch"    May(P::Pick)       => walks::fetch;
    POST "/api/v1/orders/{id}/returns"  May(P::HandOver)   => fulfilment::returned;

    // receiving
    GET  "/api/v1/shipments"            May(P::SeeShipments) => shipments::list;
    POST "/api/v1/shipments"            May(P::Receive)    => shipments::post, offline;
    POST "/api/v1/shipments/file"       May(P::Receive)    => shipments::file, offline;
    GET  "/api/v1/shipments/{id}"       May(P::SeeShipments) => shipments::get;
    GET  "/api/v1/shipments/{id}/report.pdf" May(P::SeeShipments) => shipment_report::pdf, shut;
    GET  "/api/v1/shipments/{id}/scan"  May(P::Receive)    => shipments::scan;
    POST "/api/v1/shipments/{id}/arrive" May(P::Receive)   => shipments::arrive, offline;
    POST "/api/v1/shipments/{id}/door"  May(P::Receive)    => shipments::door, offline;
    GET  "/api/v1/shipments/{id}/products" May(P::SeeShipments) => shipments::products;
    POST "/api/v1/shipments/{id}/products" May(P::Receive) => shipments::map, offline;
    POST "/api/v1/shipments/{id}/receipts" May(P::Receive) => shipments::receive, offline;
    POST "/api/v1/shipments/{id}/extras" May(P::Receive)   => shipments::extra, offline;
    POST "/api/v1/shipments/{id}/rejections" May(P::Receive) => shipments::reject, offline;
    POST "/api/v1/shipments/{id}/missing" May(P::Receive)  => shipments::missing, offline;
    POST "/api/v1/shipments/{id}/lines/{line}/undo" May(P::Receive) => shipments::undo, offline;
    POST "/api/v1/shipments/{id}/recorded" May(P::Receive) => shipments::record, offline;
    POST "/api/v1/shipments/{id}/finish" May(P::Receive)   => shipments::finish, offline;
    GET  "/api/v1/licenses"             May(P::SeeShipments) => licenses::get;
    PUT  "/api/v1/licenses"             May(P::Import)     => licenses::put;
    GET  "/api/v1/licenses/{number}"    May(P::SeeShipments) => licenses::lookup;
    POST "/api/v1/documents"            May(P::Documents)  => documents::post, offline;
    GET  "/api/v1/documents/{id}"       May(P::SeeShipments) => documents::get;
    GET  "/api/v1/coas"                 May(P::SeeStock)   => coas::list;
    POST "/api/v1/coas"                 May(P::FileCoa)  => coas::post, offline;
    POST "/api/v1/coas/{id}/revoke"     May(P::RevokeCoa)  => coas::revoke;

    // quarantine and alerts
    GET  "/api/v1/quarantine"           May(P::Quarantine) => quarantine::list;
    POST "/api/v1/packages/{id}/quarantine" May(P::Quarantine) => quarantine::put, offline;
    POST "/api/v1/packages/{id}/release" May(P::ReleaseQuarantine) => quarantine::release;
    POST "/api/v1/packages/{id}/damage" May(P::Record)     => quarantine::damage, offline;
    POST "/api/v1/returns"              May(P::Record)     => quarantine::returned, offline;
    GET  "/api/v1/recalls"              May(P::Recall)     => recalls::list, shut;
    POST "/api/v1/recalls"              May(P::Recall)     => recalls::post;
    GET  "/api/v1/recalls/preview"      May(P::Recall)     => recalls::preview, shut;
    GET  "/api/v1/recalls/{id}"         May(P::Recall)     => recalls::get, shut;
    GET  "/api/v1/recalls/{id}/list.pdf" May(P::Recall)    => recalls::pdf, shut;
    GET  "/api/v1/alerts"               May(P::Alerts)     => alerts::list;
    POST "/api/v1/alerts/{id}/seen"     May(P::Alerts)     => alerts::seen, offline;

    // investigations, adjustments and intents
    GET  "/api/v1/adjustments"          May(P::SeeAdjustments) => adjustments::list, shut;
    POST "/api/v1/adjustments"          May(P::Adjust)     => adjustments::post, shut;
    GET  "/api/v1/adjustments/reasons"  May(P::SeeAdjustments) => adjustments::reasons;
    PUT  "/api/v1/adjustments/reasons"  May(P::Import)     => adjustments::put_reasons;
    POST "/api/v1/adjustments/{id}/undo" May(P::Adjust)    => adjustments::undo, shut;
    GET  "/api/v1/cases/{id}/correction" May(P::SeeAdjustments) => adjustments::correction, shut;
    GET  "/api/v1/investigations"       May(P::SeeInvestigations) => investigations::list, shut;
    GET  "/api/v1/cases/{id}/investigation" May(P::SeeInvestigations) => investigations::get, shut;
    POST "/api/v1/cases/{id}/cause"     May(P::Investigate) => investigations::cause, shut;
    POST "/api/v1/cases/{id}/coaching"  May(P::Investigate) => investigations::refer, shut;
    POST "/api/v1/cases/{id}/coaching/discussed" May(P::Coach) => investigations::discussed, shut;
    GET  "/api/v1/shrink"               May(P::SeeInvestigations) => investigations::shrink, shut;
    GET  "/api/v1/significant"          May(P::SeeAdjustments) => significant::get, shut;
    GET  "/api/v1/significant/notice.pdf" May(P::SeeAdjustments) => significant::notice, shut;
    GET  "/api/v1/intents"              May(P::SeeAdjustments) => intents::list, shut;
    POST "/api/v1/intents/entered"      May(P::WorkIntents) => intents::entered;
    POST "/api/v1/intents/{id}/sent"    May(P::TickIntents) => intents::sent, offline;
    POST "/api/v1/intents/{id}/refused" May(P::WorkIntents) => intents::refused, offline;
    POST "/api/v1/intents/{id}/person"  May(P::WorkIntents) => intents::person, offline;

    // cases and tasks
    GET  "/api/v1/cases"                May(P::Cases)      => cases::list, shut;
    GET  "/api/v1/cases/{id}"           May(P::Cases)      => cases::get, shut;
    POST "/api/v1/cases/{id}/evidence"  May(P::WorkCases)  => cases::evidence, offline;
    POST "/api/v1/cases/{id}/assign"    May(P::WorkCases)  => cases::assign;
    POST "/api/v1/cases/{id}/close"     May(P::WorkCases)  => cases::close;
    POST "/api/v1/cases/{id}/reopen"    May(P::WorkCases)  => cases::reopen;
    GET  "/api/v1/tasks"                May(P::Tasks)      => cases::tasks;
    POST "/api/v1/tasks/{id}/assign"    May(P::Tasks)      => cases::assign_task, offline;
    POST "/api/v1/tasks/{id}/done"      May(P::Tasks)      => cases::done, offline;

    // counts
    GET  "/api/v1/counts"               May(P::SeeCounts)  => counts::list;
    POST "/api/v1/counts"               May(P::Count)      => counts::start;
    GET  "/api/v1/counts/due"           May(P::SeeCounts)  => counts::due;
    GET  "/api/v1/counts/trend"         May(P::SeeCounts)  => counts::trend, shut;
    GET  "/api/v1/counts/schedules"     May(P::SeeCounts)  => counts::schedules;
    POST "/api/v1/counts/schedules"     May(P::PlanCounts) => counts::add_schedule;
    PUT  "/api/v1/counts/schedules/{id}" May(P::PlanCounts) => counts::edit_schedule;
    GET  "/api/v1/counts/{id}"          May(P::SeeCounts)  => counts::get;
    GET  "/api/v1/counts/{id}/sheet.pdf" May(P::Count)     => count_papers::sheet;
    GET  "/api/v1/counts/{id}/report.pdf" May(P::SeeCounts) => count_papers::report, shut;
    POST "/api/v1/counts/{id}/join"     May(P::Count)      => counts::join;
    POST "/api/v1/counts/{id}/places"   May(P::Count)      => counts::claim, offline;
    POST "/api/v1/counts/{id}/lines"    May(P::Count)      => counts::say, offline;
    POST "/api/v1/counts/{id}/done"     May(P::Count)      => counts::done, offline;
    POST "/api/v1/counts/{id}/submit"   May(P::Count)      => counts::submit;
    POST "/api/v1/counts/{id}/recounts" May(P::Count)      => counts::ask_again;
    POST "/api/v1/counts/{id}/settle"   May(P::SettleCounts) => counts::settle;
    POST "/api/v1/counts/{id}/cancel"   May(P::SettleCounts) => counts::cancel;

    // record
    GET  "/api/v1/journal"              May(P::Journal)    => journal::list, shut;
    POST "/api/v1/journal/verify"       May(P::Journal)    => journal::verify;
    GET  "/api/v1/backups"              May(P::Backup)     => backups::list;
    POST "/api/v1/backups"              May(P::Backup)     => backups::make;
}

//! The whole URL map on one page: method, path, who may, and the handler. Nothing is reachable that
//! is not in this table, and the API's description is made from it.

use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::{guard, web};

use super::caller::{self, Who};
use crate::domain::role::Permission as P;
use Who::May;

/// One row of the table, for the tests and for the screen that shows it.
#[derive(Clone, Debug)]
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub who: Who,
}

macro_rules! routes {
    ($($method:ident $path:literal $who:expr => $($handler:ident)::+;)*) => {
        /// Every route.
        pub fn table() -> Vec<Route> {
            vec![$(Route { method: Method::$method, path: $path, who: $who }),*]
        }

        /// Registers every route behind its gate.
        pub fn configure(config: &mut web::ServiceConfig) {
            $(config.service(
                web::resource($path)
                    .guard(guard::fn_guard(|head| head.head().method == Method::$method))
                    .wrap(from_fn(|request, next| caller::gate($who, request, next)))
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
    POST "/api/v1/moves"                May(P::Move)       => moves::post;
    POST "/api/v1/moves/{seq}/undo"     May(P::Move)       => moves::undo;

    // record
    GET  "/api/v1/journal"              May(P::Journal)    => journal::list;
    POST "/api/v1/journal/verify"       May(P::Journal)    => journal::verify;
    GET  "/api/v1/backups"              May(P::Backup)     => backups::list;
    POST "/api/v1/backups"              May(P::Backup)     => backups::make;
}

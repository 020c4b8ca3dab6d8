//! The API's own description, made from the handlers of the route table.

use actix_web::HttpResponse;
use utoipa::OpenApi;

use super::Answer;
use super::routes::ApiDoc;

/// The description of this API.
#[utoipa::path(get, path = "/api/openapi.json", tag = "box",
    responses((status = 200, content_type = "application/json", body = Object)))]
pub async fn get() -> Answer {
    Ok(HttpResponse::Ok().content_type("application/json").body(document()))
}

/// As `schema/openapi.json` holds it, which a test proves equal.
pub fn document() -> String {
    let mut text = ApiDoc::openapi().to_pretty_json().expect("the description is plain data");
    text.push('\n');
    text
}

//! The permission table, made from the routes themselves: what is shown is what is enforced.

use actix_web::HttpResponse;
use serde::Serialize;

use super::caller::Who;
use super::{Answer, routes};
use crate::domain::role::{Permission, Role};

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PermissionTable {
    pub rows: Vec<PermissionRow>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PermissionRow {
    pub permission: Permission,
    pub roles: Vec<Role>,
    /// "METHOD /path" of what it opens.
    pub routes: Vec<String>,
}

/// Which role may do what.
#[utoipa::path(get, path = "/api/v1/permissions", tag = "people",
    responses((status = 200, body = PermissionTable)))]
pub async fn get() -> Answer {
    Ok(HttpResponse::Ok().json(PermissionTable { rows: rows() }))
}

fn rows() -> Vec<PermissionRow> {
    let table = routes::table();
    let routes_of = |permission| {
        let opened = table.iter().filter(move |route| route.who == Who::May(permission));
        opened.map(|route| format!("{} {}", route.method, route.path)).collect()
    };
    Permission::ALL
        .into_iter()
        .map(|permission| PermissionRow {
            permission,
            roles: permission.roles().to_vec(),
            routes: routes_of(permission),
        })
        .collect()
}

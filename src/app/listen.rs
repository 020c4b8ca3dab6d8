//! The two listeners: the app over TLS, and the plain page that tells how to trust it.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::web::{self, PayloadConfig};
use actix_web::{App, HttpServer};
use anyhow::{Context, Result};

use super::trust::Tls;
use crate::api::trust::TrustPage;
use crate::api::{self, State, assets, front, routes, write};
use crate::backup::Folders;
use crate::config::{Limits, Web};
use crate::net::tls::server_config;

/// Two threads answer everything: the work is in the writer thread and the readers' turns.
const WORKERS: usize = 2;
/// Blocking threads per worker: the readers' four turns and a PIN check.
const BLOCKING: usize = 6;
/// Longer than the browsers' own 60 s, so that they close an idle connection and not we.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long requests may take to finish when the box stops.
const STOP_S: u64 = 5;

/// Bound sockets, before anything is served on them.
pub struct Sockets {
    app: TcpListener,
    page: TcpListener,
    pub https: SocketAddr,
    pub http: SocketAddr,
}

impl Sockets {
    pub fn bind(web: &Web) -> Result<Self> {
        let (app, page) = (bind(web.bind, web.https_port)?, bind(web.bind, web.http_port)?);
        let (https, http) = (app.local_addr()?, page.local_addr()?);
        Ok(Self { app, page, https, http })
    }
}

/// "::" takes every address of both families; where the machine has no IPv6, of the one.
fn bind(address: IpAddr, port: u16) -> Result<TcpListener> {
    let bound = TcpListener::bind((address, port)).or_else(|error| match (address, error.kind()) {
        (IpAddr::V6(Ipv6Addr::UNSPECIFIED), kind) if kind != io::ErrorKind::AddrInUse => {
            TcpListener::bind((Ipv4Addr::UNSPECIFIED, port))
        }
        _ => Err(error),
    });
    bound.with_context(|| {
        format!(
            "cannot listen on {address} port {port}: is another program there, or (below 1024) \
             is the right missing? See `backstock config`, [web]"
        )
    })
}

/// Starts both servers; they run once polled.
pub fn serve(
    state: &State,
    tls: &Tls,
    page: &web::Data<TrustPage>,
    folders: &Folders,
    sockets: Sockets,
    limits: &Limits,
) -> Result<[Server; 2]> {
    let (shared, folders) = (state.clone(), web::Data::new(folders.clone()));
    let told = page.clone();
    let app = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .app_data(folders.clone())
            .app_data(told.clone())
            .app_data(PayloadConfig::new(write::BODY_LIMIT))
            .wrap(from_fn(front::front))
            .configure(routes::configure)
            .default_service(web::to(assets::serve))
    })
    .workers(WORKERS)
    .worker_max_blocking_threads(BLOCKING)
    .max_connections(usize::from(limits.connections).div_ceil(WORKERS))
    .max_connection_rate(64)
    .keep_alive(KEEP_ALIVE)
    // Answers leave at once: waiting to fill a packet costs a browser 40 ms on every write.
    .tcp_nodelay(true)
    .client_request_timeout(Duration::from_secs(10))
    .client_disconnect_timeout(Duration::from_secs(2))
    .tls_handshake_timeout(Duration::from_secs(5))
    .shutdown_timeout(STOP_S)
    .disable_signals()
    .listen_rustls_0_23(sockets.app, server_config(tls.served())?)?
    .run();
    let page = page.clone();
    let page = HttpServer::new(move || {
        let page = page.clone();
        App::new().configure(move |config| api::trust::configure(config, page))
    })
    .workers(1)
    .worker_max_blocking_threads(1)
    .max_connections(64)
    .keep_alive(Duration::from_secs(5))
    .client_request_timeout(Duration::from_secs(5))
    .shutdown_timeout(1)
    .disable_signals()
    .listen(sockets.page)?
    .run();
    Ok([app, page])
}

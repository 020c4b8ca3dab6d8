//! Who calls: the device by its cookie, the person by theirs. One gate per route, filled from the
//! table in `routes`; a handler cannot be reached past it.

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use std::future::{Ready, ready};

pub use super::access::Access;
pub use super::approvals::Approvals;
use super::{Problem, State, signed};
use crate::domain::id::{DeviceId, SessionId, UserId};
use crate::domain::role::{Permission, Role};

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anybody on the network: the certificate's own facts, claim, pairing.
    Public,
    /// An enrolled device, whoever holds it.
    Enrolled,
    /// A kiosk, or anybody signed in.
    Board,
    /// Anybody signed in on an enrolled device.
    SignedIn,
    /// Somebody signed in whose role holds the permission.
    May(Permission),
}

/// The enrolled device of a request.
#[derive(Clone, Debug)]
pub struct DeviceCaller {
    pub id: DeviceId,
    pub kiosk: bool,
}

/// The signed-in person of a request.
#[derive(Clone, Copy, Debug)]
pub struct PersonCaller {
    pub user: UserId,
    pub role: Role,
    pub session: SessionId,
    pub device: DeviceId,
}

/// What the cookies of a request prove.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    pub device: Option<DeviceCaller>,
    pub person: Option<PersonCaller>,
}

impl Caller {
    /// What the gate found for this request; nobody where no gate ran.
    pub fn of(request: &HttpRequest) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or_default()
    }

    pub(super) fn check(&self, who: Who) -> Result<(), Problem> {
        if who == Who::Public {
            return Ok(());
        }
        let device = self.device.as_ref().ok_or_else(Problem::not_enrolled)?;
        match (who, &self.person) {
            (Who::Public | Who::Enrolled, _) | (Who::Board | Who::SignedIn, Some(_)) => Ok(()),
            (Who::Board, None) if device.kiosk => Ok(()),
            (Who::Board | Who::SignedIn | Who::May(_), None) => Err(Problem::signed_out()),
            (Who::May(permission), Some(person)) if person.role.may(permission) => Ok(()),
            (Who::May(permission), Some(_)) => Err(Problem::forbidden(permission)),
        }
    }
}

impl Problem {
    pub fn signed_out() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "signed_out", "Sign in with your PIN.")
    }

    pub fn not_enrolled() -> Self {
        let detail = "This device is not enrolled. Ask a manager to show its pairing code.";
        Self::new(StatusCode::UNAUTHORIZED, "not_enrolled", detail)
    }

    pub fn forbidden(permission: Permission) -> Self {
        let detail = "Your role does not allow this. Ask somebody whose role does.";
        Self::new(StatusCode::FORBIDDEN, "forbidden", detail).with("needs", permission.roles())
    }
}

/// What else the table says of a route; see [`super::routes::Route`].
#[derive(Clone, Copy, Debug)]
pub struct How {
    pub offline: bool,
    pub shut: bool,
}

/// The gate in front of every handler: finds the caller, checks the table's `who`, lets through. Where
/// the row works `offline`, a write's author may also be known by their signature.
pub async fn gate(
    who: Who,
    how: How,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let state = request.app_data::<State>().expect("the app has its state").clone();
    let caller = state.access.caller(&request).await.map_err(actix_web::Error::from)?;
    state.access.admit(&caller, request.peer_addr().map(|peer| peer.ip()))?;
    request.extensions_mut().insert(caller);
    signed::check(&state, &mut request, who, how.offline).await?;
    if how.shut {
        super::eyes::open(&state, &Caller::of(request.request())).await?;
    }
    next.call(request).await
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

impl FromRequest for PersonCaller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Caller::of(request).person.ok_or_else(Problem::signed_out))
    }
}

//! A second person's PIN on the spot: what lets one action on one subject go ahead, once, within two
//! minutes, on the device and in the session where it was given.

use std::collections::HashMap;
use std::sync::Mutex;

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::caller::PersonCaller;
use super::write::Read;
use super::{Answer, Problem, State};
use crate::domain::id::{DeviceId, SessionId, UserId};
use crate::domain::role::Permission;
use crate::domain::time::At;
use crate::ledger::Actor;
use crate::store::Clock;
use crate::workflow::refs::{self, UserRef};
use crate::workflow::secret::{self, Secret, SecretHash};

const VALID_S: i64 = 120;
/// How long the request that used an approval may still be repeated under it.
const REPEATED_S: i64 = 900;
/// Approvals held at once; the oldest goes first.
const HELD: usize = 256;

/// What a second person can approve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalAction {
    FifoOverride,
    Undo,
    Adjust,
}

impl ApprovalAction {
    const fn word(self) -> &'static str {
        match self {
            Self::FifoOverride => "fifo_override",
            Self::Undo => "undo",
            Self::Adjust => "adjust",
        }
    }

    const fn needs(self) -> Permission {
        match self {
            Self::FifoOverride => Permission::OverrideFifo,
            Self::Undo => Permission::UndoAny,
            Self::Adjust => Permission::Approve,
        }
    }
}

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalInput {
    pub approver: UserId,
    pub pin: String,
    pub action: ApprovalAction,
    /// What it is for, such as "pick:12" or "move:345".
    pub subject: String,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Approval {
    /// Single use.
    pub token: String,
    pub approver: UserRef,
    pub expires: At,
}

struct Given {
    approver: UserId,
    device: DeviceId,
    session: SessionId,
    action: &'static str,
    subject: String,
    expires: At,
    /// The request that used it: the same request may ask again, as after a lost answer.
    used_by: Option<Uuid>,
}

/// The approvals that wait to be used.
pub struct Approvals {
    clock: Clock,
    given: Mutex<HashMap<SecretHash, Given>>,
}

impl Approvals {
    pub fn new(clock: Clock) -> Self {
        Self { clock, given: Mutex::default() }
    }

    fn give(&self, given: Given) -> Secret {
        let token = Secret::token();
        let now = self.clock.now();
        let mut held = self.given.lock().expect("nothing panics with approvals in hand");
        held.retain(|_, given| given.expires.plus_s(REPEATED_S) > now);
        if held.len() >= HELD
            && let Some(oldest) = held.iter().min_by_key(|(_, given)| given.expires)
        {
            let oldest = *oldest.0;
            held.remove(&oldest);
        }
        held.insert(token.hash(), given);
        token
    }

    /// Uses an approval up; who gave it. Call it inside the command, so that a replay, which gets its
    /// recorded answer, needs none. Refusal: `approval_invalid`.
    pub fn spend(
        &self,
        token: &str,
        by: &Actor,
        action: &str,
        subject: &str,
    ) -> Result<UserId, Problem> {
        let mut held = self.given.lock().expect("nothing panics with approvals in hand");
        let now = self.clock.now();
        let fits = held.get_mut(&secret::hash(token)).filter(|given| {
            by.device == Some(given.device)
                && by.session == Some(given.session)
                && given.action == action
                && given.subject == subject
                && match given.used_by {
                    None => given.expires > now,
                    used_by => used_by == by.key && given.expires.plus_s(REPEATED_S) > now,
                }
        });
        let given = fits.ok_or_else(|| {
            let detail = "That approval is used up, too old, or for something else. Ask again.";
            Problem::refused("approval_invalid", detail)
        })?;
        // A command without a request id uses it up for good.
        given.used_by = Some(by.key.unwrap_or(Uuid::nil()));
        Ok(given.approver)
    }
}

/// Takes a second person's PIN for one action. Refusals: `wrong_pin` (+`attempts_left`),
/// `too_many_requests` (+`retry_after_s`), `forbidden` (+`needs`), `second_person_needed`.
#[utoipa::path(post, path = "/api/v1/approvals", tag = "people", request_body = ApprovalInput,
    responses((status = 200, body = Approval), (status = 409, body = Problem)))]
pub async fn post(state: State, person: PersonCaller, input: Read<ApprovalInput>) -> Answer {
    let ApprovalInput { approver, pin, action, subject } = input.0;
    if subject.is_empty() || subject.len() > 400 {
        return Err(Problem::invalid("subject", "needs 1 to 400 characters"));
    }
    if approver == person.user {
        let detail = "Somebody else has to approve this: choose another person.";
        return Err(Problem::refused("second_person_needed", detail));
    }
    let found = super::session::check_pin(&state, person.device, approver, &pin, None).await?;
    if !found.role.may(action.needs()) {
        return Err(Problem::forbidden(action.needs()));
    }
    let expires = state.store.clock().now().plus_s(VALID_S);
    let token = state.access.approvals.give(Given {
        approver,
        device: person.device,
        session: person.session,
        action: action.word(),
        subject,
        expires,
        used_by: None,
    });
    let who = state
        .store
        .write(move |tx| -> Result<_, Problem> {
            crate::workflow::throttle::clear(tx, person.device, approver)?;
            Ok(refs::user(tx, approver)?)
        })
        .await?
        .ok_or_else(|| Problem::not_found("person"))?;
    Ok(HttpResponse::Ok().json(Approval { token: token.text().into(), approver: who, expires }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::role::Role;

    fn by(session: i64, key: u128) -> Actor {
        let by = Actor::person(UserId(1), Role::Technician, DeviceId(1), SessionId(session));
        Actor { key: Some(Uuid::from_u128(key)), ..by }
    }

    fn given(approvals: &Approvals) -> Secret {
        approvals.give(Given {
            approver: UserId(2),
            device: DeviceId(1),
            session: SessionId(1),
            action: "undo",
            subject: "move:7".into(),
            expires: approvals.clock.now().plus_s(VALID_S),
            used_by: None,
        })
    }

    #[test]
    fn an_approval_works_once_and_again_for_the_same_request() {
        let approvals = Approvals::new(Clock::turned());
        let token = given(&approvals);
        let spend = |key| approvals.spend(token.text(), &by(1, key), "undo", "move:7");
        assert_eq!(spend(1).unwrap(), UserId(2));
        assert_eq!(spend(1).unwrap(), UserId(2));
        assert_eq!(spend(2).unwrap_err().code, "approval_invalid");
    }

    #[test]
    fn an_approval_is_for_one_thing_one_session_and_two_minutes() {
        let approvals = Approvals::new(Clock::turned());
        let token = given(&approvals);
        let spend = |session, action, subject| {
            approvals.spend(token.text(), &by(session, 1), action, subject)
        };
        assert!(spend(2, "undo", "move:7").is_err());
        assert!(spend(1, "fifo_override", "move:7").is_err());
        assert!(spend(1, "undo", "move:8").is_err());
        approvals.clock.advance_s(VALID_S + 1);
        assert!(spend(1, "undo", "move:7").is_err());
    }
}

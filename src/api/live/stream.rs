//! One listener's stream: what it hears, made into events. The network sets its pace; one that falls
//! more than the hub's ring behind hears `reset` instead of what it missed, so nothing piles up.

use std::collections::VecDeque;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{Stream, unfold};
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::hub::{Heard, Joined, Start};
use super::may_hear;
use crate::api::State;
use crate::api::access::WhyOut;
use crate::api::caller::Caller;
use crate::store::Change;

/// Shorter than any proxy's or phone's patience.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// An event and not a comment, which browsers keep to themselves: the app tells by it that a connection
/// is only half there.
const BEAT: &[u8] = b"event: beat\ndata: {}\n\n";
/// More ids than this are told as "something of this topic".
const IDS: usize = 256;

struct Listener {
    state: State,
    caller: Caller,
    joined: Joined,
    /// Resolves when the device is revoked or the person's session is over.
    out: Pin<Box<dyn Future<Output = WhyOut>>>,
    beat: Interval,
    waiting: VecDeque<Bytes>,
    over: bool,
}

/// The events from now on, until the person, the device or the box is gone.
pub fn events(
    state: State,
    caller: Caller,
    joined: Joined,
) -> impl Stream<Item = Result<Bytes, actix_web::Error>> {
    let mut beat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (watched, who) = (state.clone(), caller.clone());
    let out = Box::pin(async move { watched.access.until_out(&who).await });
    let waiting = VecDeque::new();
    let mut listener = Listener { state, caller, joined, out, beat, waiting, over: false };
    listener.begin();
    unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok(event), listener))
    })
}

impl Listener {
    fn begin(&mut self) {
        match self.joined.start.clone() {
            Start::Fresh(head) => self.waiting.push_back(marker(&self.id(head))),
            Start::Reset(head) => self.waiting.push_back(reset(&self.id(head))),
            Start::Resume(missed) => {
                self.waiting.push_back(Bytes::from_static(b"retry: 2000\n\n"));
                let missed = missed.iter().filter_map(|change| self.change(change));
                self.waiting.extend(missed.collect::<Vec<_>>());
            }
        }
    }

    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            if self.over {
                return None;
            }
            tokio::select! {
                // First: nothing is told to somebody who is out.
                biased;
                why = &mut self.out => self.end(match why {
                    WhyOut::Revoked => "revoked",
                    WhyOut::SignedOut => "signed_out",
                }),
                _ = &mut self.joined.gone => return None,
                heard = self.joined.receiver.recv() => self.hear(heard),
                _ = self.beat.tick() => self.waiting.push_back(Bytes::from_static(BEAT)),
            }
        }
    }

    fn hear(&mut self, heard: Result<Heard, RecvError>) {
        match heard {
            Ok(Heard::Change(told)) => {
                let event = self.change(&told);
                self.waiting.extend(event);
            }
            Ok(Heard::Stopping) | Err(RecvError::Closed) => self.end("stopping"),
            Err(RecvError::Lagged(_)) => {
                let newest = self.state.store.head().seq;
                self.waiting.push_back(reset(&self.id(newest)));
            }
        }
    }

    fn end(&mut self, why: &str) {
        let data = json!({ "why": why });
        self.waiting.clear();
        self.waiting.push_back(Bytes::from(format!("event: ended\ndata: {data}\n\n")));
        self.over = true;
    }

    fn id(&self, seq: i64) -> String {
        self.state.live.event_id(seq)
    }

    /// The event of a change, with only what this caller may hear of.
    fn change(&self, change: &Change) -> Option<Bytes> {
        let heard = || change.topics.iter().filter(|(topic, _)| may_hear(&self.caller, **topic));
        let topics: Vec<_> = heard().map(|(topic, _)| topic).collect();
        if topics.is_empty() {
            return None;
        }
        let ids: std::collections::BTreeMap<_, _> =
            heard().filter(|(_, ids)| !ids.is_empty() && ids.len() <= IDS).collect();
        let data = json!({ "topics": topics, "ids": ids, "seq": change.seq });
        let id = self.id(change.seq);
        Some(Bytes::from(format!("id: {id}\nevent: change\ndata: {data}\n\n")))
    }
}

/// Gives the stream its place without an event.
fn marker(id: &str) -> Bytes {
    Bytes::from(format!("retry: 2000\nid: {id}\n\n"))
}

fn reset(id: &str) -> Bytes {
    Bytes::from(format!("retry: 2000\nid: {id}\nevent: reset\ndata: {{}}\n\n"))
}

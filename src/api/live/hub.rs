//! Who listens, and the last changes for whoever comes back.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::{broadcast, oneshot};

use crate::domain::id::DeviceId;
use crate::store::Change;

/// Changes kept for a stream that resumes, and how far a slow one may fall behind.
const RING: usize = 1024;

/// How many streams at once.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub all: usize,
    pub per_device: usize,
}

#[derive(Clone, Debug)]
pub enum Heard {
    Change(Arc<Change>),
    Stopping,
}

pub struct Hub {
    /// The first part of every event's id: another database after a restore never resumes this one.
    epoch: i64,
    limits: Limits,
    past: Mutex<Past>,
    sender: broadcast::Sender<Heard>,
    places: Mutex<HashMap<DeviceId, VecDeque<Place>>>,
    next: AtomicU64,
}

struct Past {
    ring: VecDeque<Arc<Change>>,
    /// Every change after this entry is in the ring.
    floor: i64,
    head: i64,
}

struct Place {
    number: u64,
    /// Dropped to make the stream end without a word.
    _gone: oneshot::Sender<()>,
}

/// One stream's part of the hub; dropping it leaves.
pub struct Joined {
    hub: Arc<Hub>,
    device: DeviceId,
    number: u64,
    /// Ends when a newer stream of the device takes this one's place.
    pub gone: oneshot::Receiver<()>,
    pub receiver: broadcast::Receiver<Heard>,
    pub start: Start,
}

/// What a stream begins with.
#[derive(Clone, Debug)]
pub enum Start {
    /// A new stream: nothing before this entry is told.
    Fresh(i64),
    /// What it missed.
    Resume(Vec<Arc<Change>>),
    /// It missed more than is known.
    Reset(i64),
}

impl Hub {
    /// `head` is the newest journal entry now.
    pub fn new(epoch: i64, head: i64, limits: Limits) -> Arc<Self> {
        let (sender, _) = broadcast::channel(RING);
        Arc::new(Self {
            epoch,
            limits,
            past: Mutex::new(Past { ring: VecDeque::new(), floor: head, head }),
            sender,
            places: Mutex::default(),
            next: AtomicU64::new(0),
        })
    }

    /// Tells every stream of a commit. Quick: called on the writer thread.
    pub fn tell(&self, change: &Change) {
        let change = Arc::new(change.clone());
        let mut past = self.past();
        if past.ring.len() == RING
            && let Some(oldest) = past.ring.pop_front()
        {
            past.floor = oldest.seq;
        }
        past.head = past.head.max(change.seq);
        past.ring.push_back(Arc::clone(&change));
        // Inside the lock, so that a stream that joins gets it once: from the ring or from here.
        let _ = self.sender.send(Heard::Change(change));
    }

    /// Ends every stream.
    pub fn stop(&self) {
        let _ = self.sender.send(Heard::Stopping);
    }

    /// How many streams there are.
    pub fn streams(&self) -> usize {
        self.places().values().map(VecDeque::len).sum()
    }

    /// A new stream of a device; nothing where the box has as many as it takes. Of one device the
    /// oldest gives way: a phone that lost its network leaves streams behind that nobody reads.
    pub fn join(self: &Arc<Self>, device: DeviceId, last_id: Option<&str>) -> Option<Joined> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let (left, gone) = oneshot::channel();
        {
            let mut places = self.places();
            let all: usize = places.values().map(VecDeque::len).sum();
            let of_device = places.entry(device).or_default();
            if of_device.len() >= self.limits.per_device {
                of_device.pop_front();
            } else if all >= self.limits.all {
                return None;
            }
            of_device.push_back(Place { number, _gone: left });
        }
        let past = self.past();
        let receiver = self.sender.subscribe();
        let start = self.start(&past, last_id);
        drop(past);
        Some(Joined { hub: Arc::clone(self), device, number, gone, receiver, start })
    }

    /// An event's id: the epoch and the newest journal entry of its commit. A change without an entry of
    /// its own shares the number before it; so resuming tells the last number's changes once more.
    pub fn event_id(&self, seq: i64) -> String {
        format!("{}-{seq}", self.epoch)
    }

    /// The id of the newest change told of: whatever is read from now on includes it.
    pub fn position(&self) -> String {
        self.event_id(self.past().head)
    }

    fn start(&self, past: &Past, last_id: Option<&str>) -> Start {
        let Some(last_id) = last_id else { return Start::Fresh(past.head) };
        let seq = last_id
            .split_once('-')
            .filter(|(epoch, _)| epoch.parse() == Ok(self.epoch))
            .and_then(|(_, seq)| seq.parse::<i64>().ok());
        match seq {
            Some(seq) if (past.floor..=past.head).contains(&seq) => {
                let missed = past.ring.iter().filter(|change| change.seq >= seq);
                Start::Resume(missed.cloned().collect())
            }
            _ => Start::Reset(past.head),
        }
    }

    fn past(&self) -> MutexGuard<'_, Past> {
        self.past.lock().expect("nobody panics with the past in hand")
    }

    fn places(&self) -> MutexGuard<'_, HashMap<DeviceId, VecDeque<Place>>> {
        self.places.lock().expect("nobody panics with the places in hand")
    }
}

impl Drop for Joined {
    fn drop(&mut self) {
        let mut places = self.hub.places();
        if let Some(of_device) = places.get_mut(&self.device) {
            of_device.retain(|place| place.number != self.number);
            if of_device.is_empty() {
                places.remove(&self.device);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hub(head: i64) -> Arc<Hub> {
        Hub::new(3, head, Limits { all: 3, per_device: 2 })
    }

    fn told(hub: &Hub, seqs: std::ops::RangeInclusive<i64>) {
        for seq in seqs {
            hub.tell(&Change { seq, ..Change::default() });
        }
    }

    fn start(hub: &Arc<Hub>, last: Option<&str>) -> String {
        let joined = hub.join(DeviceId(1), last).unwrap();
        match &joined.start {
            Start::Fresh(head) => format!("fresh {head}"),
            Start::Reset(head) => format!("reset {head}"),
            Start::Resume(missed) => {
                format!("{:?}", missed.iter().map(|change| change.seq).collect::<Vec<_>>())
            }
        }
    }

    #[test]
    fn a_stream_resumes_where_it_was() {
        let hub = hub(10);
        told(&hub, 11..=13);
        assert_eq!(start(&hub, None), "fresh 13");
        assert_eq!(start(&hub, Some("3-10")), "[11, 12, 13]");
        assert_eq!(start(&hub, Some("3-12")), "[12, 13]");
    }

    #[test]
    fn what_cannot_be_made_good_is_a_reset() {
        let hub = hub(10);
        told(&hub, 11..=13);
        for last in ["3-9", "3-14", "2-12", "12", "3-x", ""] {
            assert_eq!(start(&hub, Some(last)), "reset 13", "{last}");
        }
        told(&hub, 14..=2000);
        assert_eq!(start(&hub, Some("3-900")), "reset 2000");
        assert_eq!(start(&hub, Some("3-1999")), "[1999, 2000]");
    }

    #[test]
    fn after_a_restart_only_a_moved_head_is_a_reset() {
        let hub = hub(10);
        assert_eq!(start(&hub, Some("3-10")), "[]");
        assert_eq!(start(&hub, Some("3-9")), "reset 10");
    }

    #[test]
    fn the_oldest_of_a_device_gives_way_and_the_box_has_a_limit() {
        let hub = hub(0);
        let join = |device| hub.join(DeviceId(device), None);
        let (mut first, second) = (join(1).unwrap(), join(1).unwrap());
        assert!(first.gone.try_recv().is_err_and(|e| e == oneshot::error::TryRecvError::Empty));
        let third = join(1).unwrap();
        assert!(first.gone.try_recv().is_err_and(|e| e == oneshot::error::TryRecvError::Closed));
        drop(first);
        assert_eq!(hub.streams(), 2);
        let other = join(2).unwrap();
        assert!(join(3).is_none());
        drop((second, third, other));
        assert_eq!(hub.streams(), 0);
    }
}

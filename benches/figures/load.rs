//! Clients that ask as fast as they are answered, and how long each answer took.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use tokio::task::LocalSet;

use super::wire::{Reach, Wire};

/// Answers before this are not counted: caches fill, the allocator settles.
const WARM_UP: Duration = Duration::from_millis(1500);

/// What a run gave.
pub struct Run {
    pub per_s: f64,
    taken_us: Vec<u64>,
}

impl Run {
    /// The answer time in milliseconds that a share of the answers did not pass: 0.99 is p99.
    pub fn quantile_ms(&self, share: f64) -> f64 {
        let last = self.taken_us.len().saturating_sub(1);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an index of a list"
        )]
        let at = (last as f64 * share).round() as usize;
        self.taken_us.get(at).map_or(f64::NAN, |us| *us as f64 / 1000.0)
    }

    pub fn of(taken: Vec<Duration>, length: Duration) -> Self {
        let mut taken_us: Vec<u64> =
            taken.iter().map(|time| u64::try_from(time.as_micros()).unwrap_or(u64::MAX)).collect();
        taken_us.sort_unstable();
        Self { per_s: taken.len() as f64 / length.as_secs_f64(), taken_us }
    }
}

/// Runs `clients` connections for `length`. `request(client, n)` is the n-th request of a client; it
/// must be answered 200.
pub async fn run(
    reach: &Reach,
    clients: usize,
    length: Duration,
    request: impl Fn(usize, usize) -> Vec<u8> + Clone + 'static,
) -> Result<Run> {
    let local = LocalSet::new();
    let start = Instant::now() + WARM_UP;
    let end = start + length;
    let tasks: Vec<_> = (0..clients)
        .map(|client| {
            let (reach, request) = (reach.clone(), request.clone());
            local.spawn_local(one(reach, start, end, move |n| request(client, n)))
        })
        .collect();
    let mut taken = Vec::new();
    local
        .run_until(async {
            for task in tasks {
                taken.extend(task.await??);
            }
            anyhow::Ok(())
        })
        .await?;
    Ok(Run::of(taken, length))
}

async fn one(
    reach: Reach,
    start: Instant,
    end: Instant,
    request: impl Fn(usize) -> Vec<u8>,
) -> Result<Vec<Duration>> {
    let mut wire = Wire::connect(&reach).await?;
    let mut taken = Vec::with_capacity(64 << 10);
    for n in 0.. {
        let request = request(n);
        let asked = Instant::now();
        if asked >= end {
            break;
        }
        let answer = wire.ask(&request).await?;
        if answer.status != 200 {
            let asked = String::from_utf8_lossy(&request);
            let told = String::from_utf8_lossy(answer.body);
            bail!("{}: {told}\n{asked}", answer.status);
        }
        if asked >= start {
            taken.push(asked.elapsed());
        }
    }
    Ok(taken)
}

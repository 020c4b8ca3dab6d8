//! A whole box for one test, and people who use it.

mod actor;
pub mod authority;
pub mod load;
pub mod month;
pub mod outside;
mod process;
pub mod shop;
pub mod signing;

use std::thread::JoinHandle;

use backstock::api::State;
use backstock::app::{self, Ended};
use backstock::config::{Config, DayTime};
use backstock::ledger::verify::verify;
use backstock::store::{Clock, Store, StoreError};
use tempfile::TempDir;
use tokio::sync::oneshot;

pub use actor::{Device, Reply};
pub use process::{Process, again, backstock};

/// A running box: own data folder, free ports, real TLS under its own root, a clock that the test turns.
/// Dropping it stops it and fails the test when its ledger does not verify.
pub struct TestBox {
    pub clock: Clock,
    pub config: Config,
    /// Removed when the box is dropped.
    _folder: TempDir,
    up: Option<Up>,
}

/// What a client needs to know of a box.
#[derive(Clone, Debug)]
pub struct Reach {
    pub host: String,
    pub origin: String,
    pub https: std::net::SocketAddr,
    pub http: std::net::SocketAddr,
    pub root_pem: String,
}

struct Up {
    state: State,
    reach: Reach,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<Ended>,
}

impl TestBox {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// As `start`, with other settings.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = TempDir::new().unwrap();
        let mut config = Config::default();
        config.r#box.data_dir = folder.path().join("data");
        config.web.bind = [127, 0, 0, 1].into();
        (config.web.https_port, config.web.http_port) = (0, 0);
        config.web.loopback = true;
        config.mdns.on = false;
        config.backup.at = DayTime(None);
        change(&mut config);
        let mut test_box = Self { clock: Clock::turned(), config, _folder: folder, up: None };
        test_box.go().await;
        test_box
    }

    pub fn store(&self) -> &Store {
        &self.state().store
    }

    pub fn state(&self) -> &State {
        &self.up().state
    }

    pub fn reach(&self) -> &Reach {
        &self.up().reach
    }

    /// The box's folder.
    pub fn data(&self) -> std::path::PathBuf {
        self.config.r#box.data_dir.clone()
    }

    /// A browser that has never seen the box but trusts its root: no cookies.
    pub fn stranger(&self) -> Device {
        Device::new(self.reach())
    }

    /// Turns the clock forward.
    pub fn later_s(&self, seconds: i64) {
        self.clock.advance_s(seconds);
    }

    /// Stops in order and starts again on the same folder and ports: devices go on.
    pub async fn restart(&mut self) {
        let up = self.up.take().unwrap();
        (self.config.web.https_port, self.config.web.http_port) =
            (up.reach.https.port(), up.reach.http.port());
        assert_eq!(up.down(), Ended::Asked);
        self.go().await;
    }

    /// Stops in order; how it ended. `restart` needs a running box.
    pub fn stop(&mut self) -> Ended {
        self.verify();
        self.up.take().unwrap().down()
    }

    async fn go(&mut self) {
        let (told, ready) = oneshot::channel();
        let (stop, stopped) = oneshot::channel();
        let (config, clock) = (self.config.clone(), self.clock.clone());
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async move {
                let running = app::start(&config, clock).await.unwrap();
                let site = &running.state().site;
                let reach = Reach {
                    host: site.host.clone(),
                    origin: site.origin.clone(),
                    https: running.https,
                    http: running.http,
                    root_pem: running.root_pem.clone(),
                };
                told.send((running.state().clone(), reach)).ok().unwrap();
                running.until(async { drop(stopped.await) }).await
            })
        });
        let (state, reach) = ready.await.expect("the box starts");
        self.up = Some(Up { state, reach, stop, thread });
    }

    fn up(&self) -> &Up {
        self.up.as_ref().expect("the box runs")
    }

    fn verify(&self) {
        let found = self.store().read_blocking::<_, StoreError, _>(verify);
        if std::thread::panicking() {
            eprintln!("the ledger at the end: {found:?}");
            return;
        }
        let found = found.expect("the ledger can be read");
        assert!(found.ok, "the ledger is bad at {:?}: {:?}", found.first_bad, found.what);
    }
}

impl Up {
    fn down(self) -> Ended {
        drop(self.state);
        // A box that failed by itself is gone already.
        let _ = self.stop.send(());
        self.thread.join().expect("the box stops without a panic")
    }
}

impl Drop for TestBox {
    fn drop(&mut self) {
        if self.up.is_some() {
            self.verify();
            self.up.take().unwrap().down();
        }
    }
}

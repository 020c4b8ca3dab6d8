//! The store's own certificate while the box runs: keeps its file, the books and what is served in line.
//! The books decide. The file is whole on the disk before the entry commits, and what the books do not
//! name is removed after: whenever the power goes, a start finds the old certificate or the new one.
//! (The entry first could name a certificate that is nowhere; one file for all could be served without
//! an entry.)

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use chrono::NaiveDate;

use crate::net::tls::brought::{Standing, standing};
use crate::net::tls::{Brought, BroughtError, Served};
use crate::store::{Store, StoreError};
use crate::workflow::certificate::{self, Certificate};

pub struct StoreCertificate {
    store: Store,
    /// The certificates' folder in the data folder.
    folder: PathBuf,
    /// Nothing where no box runs.
    served: Option<Arc<Served>>,
    /// Why the one that counts is not served.
    fault: RwLock<Option<String>>,
    /// One change at a time; what the log was told of last.
    told: Mutex<Option<Told>>,
}

/// The day of it, and how the certificate stood; `None`: damaged.
type Told = (NaiveDate, Option<Standing>);

#[derive(Debug, thiserror::Error)]
enum LookError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    File(#[from] BroughtError),
}

impl StoreCertificate {
    pub fn new(store: Store, folder: PathBuf, served: Option<Arc<Served>>) -> Arc<Self> {
        let (fault, told) = (RwLock::default(), Mutex::default());
        Arc::new(Self { store, folder, served, fault, told })
    }

    /// Puts a certificate's file down, does what makes it count, and serves what counts then. Blocks.
    pub fn install<T, E: From<BroughtError>>(
        &self,
        brought: Brought,
        commit: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        brought.store(&self.folder)?;
        let done = commit();
        self.line_up(Some(brought), &mut told);
        done
    }

    /// Does what makes none count, serves none, and removes chain and key. Blocks.
    pub fn remove<T, E>(&self, commit: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let done = commit();
        self.line_up(None, &mut told);
        done
    }

    /// At a start and now and then: serves what counts, and tells the log of an end that is near. Never
    /// keeps the box from starting. Blocks.
    pub fn look(&self) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        self.line_up(None, &mut told);
    }

    /// Why the certificate that counts is not served.
    pub fn fault(&self) -> Option<String> {
        self.fault.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn line_up(&self, fresh: Option<Brought>, told: &mut Option<Told>) {
        // What a commit of unknown outcome left is found out at the next start; until then nothing is
        // removed.
        if self.store.has_failed() {
            return;
        }
        if let Err(error) = self.try_line_up(fresh, told) {
            tracing::error!(%error, "the store's own certificate");
        }
    }

    fn try_line_up(
        &self,
        fresh: Option<Brought>,
        told: &mut Option<Told>,
    ) -> Result<(), LookError> {
        let counts = self.store.read_blocking(certificate::installed)?;
        let fingerprint = counts.as_ref().map(|counts| counts.fingerprint.as_str());
        let held = fingerprint.map(|fingerprint| self.hold(fingerprint, fresh)).transpose();
        let (brought, fault) = match held {
            Ok(brought) => (brought, None),
            Err(error) => (None, Some(error.to_string())),
        };
        if let Some(served) = &self.served {
            served.bring(brought);
        }
        self.fault.write().unwrap_or_else(PoisonError::into_inner).clone_from(&fault);
        match &counts {
            Some(counts) => self.tell(counts, fault.as_deref(), told),
            None => *told = None,
        }
        Ok(Brought::keep_only(&self.folder, fingerprint)?)
    }

    /// The one just given, else the one that is served, else the one on the disk.
    fn hold(
        &self,
        fingerprint: &str,
        fresh: Option<Brought>,
    ) -> Result<Arc<Brought>, BroughtError> {
        let served = self.served.as_ref().and_then(|served| served.brought());
        let known = fresh.map(Arc::new).into_iter().chain(served);
        let mut known = known.filter(|one| one.fingerprint().to_string() == fingerprint);
        known.next().map_or_else(|| Brought::load(&self.folder, fingerprint).map(Arc::new), Ok)
    }

    /// Once a day, and whenever it stands differently.
    fn tell(&self, counts: &Certificate, fault: Option<&str>, told: &mut Option<Told>) {
        let now = self.store.clock().now();
        let stands = standing(counts.starts.utc(), counts.ends.utc(), now.utc());
        let news = (now.utc().date_naive(), fault.is_none().then_some(stands));
        if told.replace(news) == Some(news) {
            return;
        }
        let (names, ends) = (counts.names.join(", "), counts.ends);
        match (fault, stands) {
            (Some(fault), _) => {
                tracing::error!(names, fault, "the store's own certificate is not served");
            }
            (None, Standing::Good) => {}
            (None, Standing::Ending) => {
                tracing::warn!(names, %ends, "the store's own certificate ends soon: get a new one");
            }
            (None, Standing::Ended) => tracing::error!(
                names,
                %ends,
                "the store's own certificate has ended: phones that rely on it cannot open the app"
            ),
            (None, Standing::NotYet) => {
                let starts = counts.starts;
                tracing::error!(names, %starts, "the store's own certificate is not valid yet");
            }
        }
    }
}

//! Backups on the box: the list, and one now. An archive itself never leaves through the API.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::PersonCaller;
use super::write::Read;
use super::{Answer, Problem, State};
use crate::backup::{self, Backup, BackupError, Folders, Passphrase, passphrase};
use crate::ledger::Actor;

/// The archives on the box, newest first.
#[derive(Serialize, ToSchema)]
pub struct Backups {
    pub backups: Vec<Backup>,
    /// Whether the box keeps a passphrase, and whether its owner has seen it.
    pub passphrase: PassphraseState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PassphraseState {
    None,
    NotShown,
    Shown,
}

/// Makes a backup now.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BackupInput {
    /// A new passphrase for this and all later archives, at least 12 characters. Without it, the one
    /// that the box keeps is used, or made.
    #[serde(default)]
    pub passphrase: Option<String>,
}

/// A backup that was made.
#[derive(Serialize, ToSchema)]
pub struct BackupMade {
    #[serde(flatten)]
    pub backup: Backup,
    /// The passphrase that the box made by itself, once: write it down.
    pub passphrase: Option<String>,
}

/// The archives on the box.
#[utoipa::path(get, path = "/api/v1/backups", tag = "record",
    responses((status = 200, body = Backups), (status = 403, body = Problem)))]
pub async fn list(folders: web::Data<Folders>) -> Answer {
    let found = blocking(move || -> Result<_, BackupError> {
        let passphrase = match passphrase::kept(&folders.data)? {
            None => PassphraseState::None,
            Some(kept) if kept.shown => PassphraseState::Shown,
            Some(_) => PassphraseState::NotShown,
        };
        Ok(Backups { backups: backup::list(&folders.backups)?, passphrase })
    });
    Ok(HttpResponse::Ok().json(found.await?))
}

/// Makes a backup now and answers when it was read back. Needs no request id: it changes no stock, and
/// its answer may hold a secret. Refusals: `backup_running`.
#[utoipa::path(post, path = "/api/v1/backups", tag = "record", request_body = BackupInput,
    responses((status = 200, body = BackupMade), (status = 409, body = Problem)))]
pub async fn make(
    state: State,
    folders: web::Data<Folders>,
    person: PersonCaller,
    input: Read<BackupInput>,
) -> Answer {
    let by = Actor::person(person.user, person.role, person.device, person.session);
    let (store, folders) = (state.store.clone(), Arc::clone(&folders));
    let made = blocking(move || -> Result<_, BackupError> {
        if let Some(text) = &input.0.passphrase {
            passphrase::choose(&folders.data, &Passphrase::chosen(text)?)?;
        }
        let kept = passphrase::kept_or_made(&folders.data)?;
        let backup = backup::keep_one(&store, &folders, &kept.passphrase, &by)?;
        passphrase::mark_shown(&folders.data)?;
        let passphrase = (!kept.shown).then(|| kept.passphrase.show().to_owned());
        Ok(BackupMade { backup, passphrase })
    });
    Ok(HttpResponse::Ok().json(made.await?))
}

async fn blocking<T: Send + 'static>(
    f: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Result<T, Problem> {
    let done = web::block(f).await.map_err(|_| crate::store::StoreError::Panicked)?;
    done.map_err(Problem::from)
}

impl From<BackupError> for Problem {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Running => Self::refused(
                "backup_running",
                "Another backup is running. Wait until it is in the list.",
            ),
            BackupError::ShortPassphrase { least } => Self::invalid(
                "passphrase",
                format!("needs at least {least} characters on one line"),
            ),
            BackupError::Store(error) => error.into(),
            BackupError::Io { .. } => {
                tracing::error!(%error, "backup");
                Self::new(
                    StatusCode::INSUFFICIENT_STORAGE,
                    "backup_failed",
                    "The backup could not be written. Is the disk full, or its drive unplugged?",
                )
            }
            BackupError::Exists(_)
            | BackupError::NotEmpty(_)
            | BackupError::HalfRestored(_)
            | BackupError::WrongPassphrase
            | BackupError::NotAnArchive { .. }
            | BackupError::Damaged { .. }
            | BackupError::Ledger(_)
            | BackupError::Open(_) => {
                tracing::error!(%error, "backup");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "backup_failed",
                    "The backup was written but could not be read back. Do not rely on it.",
                )
            }
        }
    }
}

//! The console's way in: commands of the program reach the running box over a Unix socket in the data
//! folder (0600: root and the box's own user), or take the folder's lock and do the work themselves.
//! Both ways run the same [`Desk`], journalled as console.

mod desk;
mod line;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::certificate::{CertificateInput, StoreCertificate};
use crate::app;
use crate::config::Config;
use crate::domain::id::DeviceId;
use crate::store::{Clock, OpenError};
use crate::workflow::importing::ImportKind;
use crate::workflow::user::UserInput;

pub use desk::Desk;
pub use line::listen;

/// The socket's name in the data folder.
pub const SOCKET: &str = "control.sock";
/// The largest file that is taken in, bytes.
pub const FILE_LIMIT: usize = 64 << 20;

/// What the console asks for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Opens the setup window of a box that nobody owns.
    ClaimCode,
    UserList,
    UserAdd(UserInput),
    /// A person by name (whatever its case) or number.
    UserDisable {
        user: String,
    },
    UserPin {
        user: String,
    },
    DeviceList,
    DeviceRevoke {
        device: DeviceId,
    },
    /// The store's own certificate.
    CertificateShow,
    CertificateInstall(CertificateInput),
    CertificateRemove,
    /// The file's bytes follow.
    Import {
        kind: ImportKind,
        name: String,
        apply: bool,
        opening: bool,
        bytes: usize,
    },
}

/// Why the console's command was not done, in a sentence.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Refused(pub String);

pub fn socket(data: &Path) -> PathBuf {
    data.join(SOCKET)
}

/// Does a command: by the box that runs on this data folder, or here where none does.
pub fn ask(config: &Config, command: &Command, file: &[u8]) -> Result<Value> {
    let data = &config.r#box.data_dir;
    if !data.join(crate::store::DATABASE).is_file() {
        bail!("there is no box in {}: start one with `backstock serve`", data.display());
    }
    if let Some(answer) = line::call(&socket(data), command, file)? {
        return answer.map_err(|why| anyhow!(why.0));
    }
    let store = match app::open_store(config, Clock::System) {
        Err(error) if matches!(error.downcast_ref(), Some(OpenError::Locked(_))) => {
            // It may have been just starting, or just stopping.
            let answer = line::call(&socket(data), command, file)?;
            let answer = answer.ok_or(error).context("the box does not answer on its socket")?;
            return answer.map_err(|why| anyhow!(why.0));
        }
        opened => opened?,
    };
    let folder = data.join(app::TLS_FOLDER);
    let certificate = StoreCertificate::new(store.clone(), folder, None);
    let desk = Desk::offline(store.clone(), app::pepper(config)?, certificate);
    let answer = desk.carry_out(command.clone(), file);
    store.stop();
    answer.map_err(|why| anyhow!(why.0))
}

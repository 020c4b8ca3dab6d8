//! The socket: one command, one answer, each as JSON behind its length in four bytes; an import's file
//! follows its command. Only the file's rights decide who may speak.

use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixListener;

use super::{Command, Desk, FILE_LIMIT, Refused};

/// The longest command or answer, bytes.
const LIMIT: u32 = 4 << 20;
/// How long the box waits for a command to arrive, and a command for its answer.
const PATIENCE: Duration = Duration::from_secs(30);
const LONG: Duration = Duration::from_mins(10);

type Answer = Result<Value, Refused>;

/// Binds the socket. Whatever has its name is of a box that is gone: this one holds the lock.
pub fn listen(path: &Path, desk: Desk) -> Result<impl Future<Output = ()> + Send + use<>> {
    let named = || format!("the control socket {}", path.display());
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error).with_context(named),
        _ => {}
    }
    let listener = UnixListener::bind(path).with_context(named)?;
    // The data folder is closed to others, so nobody slips in before this.
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).with_context(named)?;
    let desk = Arc::new(desk);
    Ok(async move {
        loop {
            let Ok((stream, _)) = listener.accept().await else { continue };
            if let Err(error) = converse(stream, Arc::clone(&desk)).await {
                tracing::warn!(%error, "the console");
            }
        }
    })
}

/// One at a time: the console is one person.
async fn converse(mut stream: tokio::net::UnixStream, desk: Arc<Desk>) -> Result<()> {
    let (command, file) = tokio::time::timeout(PATIENCE, hear(&mut stream)).await??;
    let done = tokio::task::spawn_blocking(move || desk.carry_out(command, &file)).await;
    let answer: Answer =
        done.unwrap_or_else(|_| Err(Refused("the box failed at it; see its log".into())));
    let text = serde_json::to_vec(&answer)?;
    stream.write_all(&u32::try_from(text.len())?.to_le_bytes()).await?;
    stream.write_all(&text).await?;
    Ok(stream.shutdown().await?)
}

async fn hear(stream: &mut tokio::net::UnixStream) -> Result<(Command, Vec<u8>)> {
    let length = stream.read_u32_le().await?;
    anyhow::ensure!(length <= LIMIT, "a command of {length} bytes");
    let mut text = vec![0; usize::try_from(length)?];
    stream.read_exact(&mut text).await?;
    let command: Command = serde_json::from_slice(&text)?;
    let mut file = Vec::new();
    if let Command::Import { bytes, .. } = &command {
        anyhow::ensure!(*bytes <= FILE_LIMIT, "a file of {bytes} bytes");
        file.resize(*bytes, 0);
        stream.read_exact(&mut file).await?;
    }
    Ok((command, file))
}

/// Asks the running box; `None` where none listens.
pub fn call(path: &Path, command: &Command, file: &[u8]) -> Result<Option<Answer>> {
    let mut stream = match UnixStream::connect(path) {
        Ok(stream) => stream,
        Err(error) => match error.kind() {
            ErrorKind::NotFound | ErrorKind::ConnectionRefused => return Ok(None),
            _ => {
                return Err(error).with_context(|| format!("asking the box at {}", path.display()));
            }
        },
    };
    stream.set_read_timeout(Some(LONG))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let text = serde_json::to_vec(command)?;
    let said = answer(&mut stream, &text, file).context("the box went away before it answered")?;
    Ok(Some(serde_json::from_slice(&said)?))
}

fn answer(stream: &mut UnixStream, text: &[u8], file: &[u8]) -> io::Result<Vec<u8>> {
    let length = u32::try_from(text.len()).map_err(io::Error::other)?;
    stream.write_all(&length.to_le_bytes())?;
    stream.write_all(text)?;
    stream.write_all(file)?;
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let mut said = vec![0; u32::from_le_bytes(length).min(LIMIT) as usize];
    stream.read_exact(&mut said)?;
    Ok(said)
}

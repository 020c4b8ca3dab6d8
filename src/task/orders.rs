//! What online orders need from time to time: stock that became free is promised, customers are forgotten,
//! and files are taken in from the watched folder `orders/SOURCE` beside the books.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::domain::sheet::ROWS_TOLD;
use crate::domain::sheet::orders::{self as sheet, OrderFormat, OrderRefused, OrderSaid};
use crate::ledger::Actor;
use crate::store::{Store, StoreError, Tx};
use crate::workflow::ordering::{self, AT_ONCE, Intake, OrderError, OrderSource};
use crate::workflow::pin::Pepper;
use crate::workflow::settings;

/// The largest file taken in.
const FILE_LIMIT: u64 = 5 << 20;
/// Files of one look.
const FILES: usize = 50;

/// Promises what has become free.
pub async fn promise(store: Store) -> Result<(), OrderError> {
    if store.read(|db| Ok::<_, StoreError>(ordering::promise::lacking(db)?)).await? {
        store.write(ordering::promise::top_up).await?;
    }
    Ok(())
}

/// Forgets customers whose time is over, in the file and in its log.
pub async fn forget(store: Store, pepper: Pepper) -> Result<(), OrderError> {
    let mut forgotten = false;
    loop {
        let pepper = pepper.clone();
        if store.write(move |tx| ordering::purge(tx, &pepper)).await? == 0 {
            break;
        }
        forgotten = true;
    }
    if forgotten {
        store.empty_log().await?;
    }
    Ok(())
}

/// The sizes of the files at the last look: one that still grows is left alone.
pub type Seen = Arc<Mutex<HashMap<PathBuf, u64>>>;

/// Looks into each source's folder, which it makes where there is none. A file that was taken in is deleted: it
/// holds customers. One that is refused goes to `refused`, beside a text that says why.
pub async fn folder(
    store: Store,
    pepper: Pepper,
    root: PathBuf,
    seen: Seen,
) -> Result<(), OrderError> {
    let sources = store.read(|db| Ok::<_, StoreError>(ordering::sources(db)?)).await?.sources;
    let settings = store.read(|db| Ok::<_, StoreError>(settings::get(db)?)).await?;
    let kept = Duration::from_secs(settings.order_data_days.unsigned_abs() * 86_400);
    // Of sources that are closed or have another name by now, too.
    let every = root.clone();
    let forget = move || {
        for folder in std::fs::read_dir(&every).into_iter().flatten().flatten() {
            forget_files(&folder.path().join("refused"), kept);
        }
    };
    tokio::task::spawn_blocking(forget).await.unwrap_or_default();
    for source in sources.into_iter().filter(|one| one.active && one.id != ordering::BY_HAND) {
        let folder = root.join(&source.slug);
        let found = {
            let (folder, seen) = (folder.clone(), seen.clone());
            tokio::task::spawn_blocking(move || ready(&folder, &seen)).await.unwrap_or_default()
        };
        for file in found {
            take(&store, &pepper, &source, &file).await?;
        }
    }
    Ok(())
}

/// What was refused holds customers, too, and goes when they are forgotten.
fn forget_files(folder: &Path, kept: Duration) {
    for file in fs::read_dir(folder).into_iter().flatten().flatten() {
        let changed = file.metadata().and_then(|about| about.modified()).ok();
        let age = changed.and_then(|at| at.elapsed().ok());
        if age.is_some_and(|age| age > kept) && fs::remove_file(file.path()).is_err() {
            tracing::warn!("a refused file of orders cannot be deleted");
        }
    }
}

/// The files of a folder that have not grown since the last look, oldest name first.
fn ready(folder: &Path, seen: &Seen) -> Vec<PathBuf> {
    if make(folder).is_err() {
        return Vec::new();
    }
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut still = Vec::new();
    for entry in entries.flatten() {
        let path = entry.path();
        let Ok(about) = entry.metadata() else { continue };
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !about.is_file() || hidden {
            continue;
        }
        if seen.insert(path.clone(), about.len()) == Some(about.len()) {
            still.push(path);
        }
    }
    still.sort();
    still.truncate(FILES);
    for path in &still {
        seen.remove(path);
    }
    still
}

/// A folder that only the box's own user enters.
fn make(folder: &Path) -> std::io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

async fn take(
    store: &Store,
    pepper: &Pepper,
    source: &OrderSource,
    file: &Path,
) -> Result<(), OrderError> {
    let zone = store.read(|db| Ok::<_, StoreError>(settings::get(db)?.tz())).await?;
    let (path, format) = (file.to_owned(), format_of(source.format, file));
    let read = tokio::task::spawn_blocking(move || {
        let size = fs::metadata(&path).map_err(|error| error.to_string())?.len();
        if size > FILE_LIMIT {
            return Err(format!(
                "The file is larger than the {} MB taken in here.",
                FILE_LIMIT >> 20
            ));
        }
        let bytes = fs::read(&path).map_err(|error| error.to_string())?;
        sheet::read(format, &bytes, zone).map_err(|refused| refused.to_string())
    });
    let read = read.await.unwrap_or_else(|error| Err(error.to_string()));
    let why = match read {
        Ok(read) => {
            let (by, pepper) = (Actor::system(), pepper.clone());
            let intake = Intake { by, source: source.id, pepper };
            let take_in = move |tx: &Tx<'_>, part: &[OrderSaid]| intake.take_in(tx, part);
            store.write_in_parts(&read.orders, AT_ONCE, take_in).await?;
            why(&read.refused)
        }
        Err(why) => Some(why),
    };
    let file = file.to_owned();
    let done = tokio::task::spawn_blocking(move || put_away(&file, why.as_deref())).await;
    if let Ok(Err(error)) = done {
        tracing::error!(%error, "a file of orders cannot be put away");
    }
    Ok(())
}

/// What of a file was refused, a line for each order; the rest only counted, as everywhere.
fn why(refused: &[OrderRefused]) -> Option<String> {
    let told = |one: &OrderRefused| format!("{}: {} ({})", one.row, one.reason, one.code);
    let mut lines: Vec<String> = refused.iter().take(ROWS_TOLD).map(told).collect();
    if refused.len() > ROWS_TOLD {
        lines.push(format!("and {} more", refused.len() - ROWS_TOLD));
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// CSV by its ending, else as the source writes.
fn format_of(format: OrderFormat, file: &Path) -> OrderFormat {
    let csv = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    if csv { OrderFormat::Csv } else { format }
}

fn put_away(file: &Path, why: Option<&str>) -> std::io::Result<()> {
    let Some(why) = why else { return fs::remove_file(file) };
    let folder = file.parent().unwrap_or(Path::new(".")).join("refused");
    make(&folder)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    fs::write(folder.join(format!("{name}.why.txt")), format!("{why}\n"))?;
    fs::rename(file, folder.join(name))
}

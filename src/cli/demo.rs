//! `backstock demo`: a box with a store already in it, to try everything by hand.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{Exit, serve};
use crate::app::{self, Ended, Running, banner};
use crate::config::Config;
use crate::demo::{self, Invitation, people::PEOPLE};
use crate::domain::code::{CodeUrl, Secret};
use crate::store::{Clock, DATABASE};
use crate::workflow::device::DeviceKind;

/// Marks a data folder as a demo's, so that `--reset` never empties a real one.
const MARK: &str = "this-is-a-demo";
/// What it says: a store that was not finished is thrown away at the next start.
const BEGUN: &str = "The demo store is being made.\n";
const READY: &str = "Made by `backstock demo`; `--reset` starts over.\n";

pub const EXAMPLES: &str = "\
Examples:
  backstock demo
  backstock demo --reset
  backstock demo --folder /tmp/demo --https-port 9443 --http-port 9080";

#[derive(clap::Args)]
pub struct Args {
    /// The demo's own data folder; it is kept between starts
    #[arg(long, default_value = "demo-data")]
    folder: PathBuf,
    /// Start over: empties the demo's folder first
    #[arg(long)]
    reset: bool,
    #[arg(long, default_value_t = 8443)]
    https_port: u16,
    #[arg(long, default_value_t = 8080)]
    http_port: u16,
}

pub fn run(config: &Config, args: &Args) -> Result<Exit> {
    let mut config = config.clone();
    config.r#box.data_dir.clone_from(&args.folder);
    config.web.https_port = args.https_port;
    config.web.http_port = args.http_port;
    config.web.loopback = true;
    "warn".clone_into(&mut config.log.level);
    serve::log(&config.log)?;
    if args.reset || is(&args.folder, BEGUN) {
        empty(&args.folder)?;
    }
    let running = async {
        if !is(&args.folder, READY) {
            mark(&args.folder, BEGUN)?;
            demo::seed(&args.folder).await.context("making the demo store")?;
            mark(&args.folder, READY)?;
        }
        let running = app::start(&config, Clock::System).await?;
        let invitations = demo::invite(&running.state().store).await?;
        println!("{}{}", banner::text(&running), guide(&running, &invitations));
        anyhow::Ok(running)
    };
    Ok(match serve::until_asked(running)? {
        Ended::Asked => Exit::Done,
        Ended::Failed => Exit::Again,
    })
}

fn is(folder: &Path, state: &str) -> bool {
    fs::read_to_string(folder.join(MARK)).is_ok_and(|text| text == state)
}

/// Writes how far the demo's folder is. A folder that holds anything else is refused.
fn mark(folder: &Path, state: &str) -> Result<()> {
    if folder.join(DATABASE).exists() && !folder.join(MARK).exists() {
        bail!("{} holds a real box, not a demo", folder.display());
    }
    let named = || format!("the demo's folder {}", folder.display());
    fs::create_dir_all(folder).with_context(named)?;
    fs::write(folder.join(MARK), state).with_context(named)
}

/// Removes a demo's folder and nothing else.
fn empty(folder: &Path) -> Result<()> {
    let holds_something = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if holds_something && !folder.join(MARK).exists() {
        bail!("{} is not a demo's folder, so it is not emptied", folder.display());
    }
    if folder.join(DATABASE).exists() {
        // A demo that runs holds the lock; its files are not pulled away under it.
        crate::store::lock_folder(folder)?;
    }
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("emptying {}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// Who may sign in, which window is which device, and what to try.
fn guide(running: &Running, invitations: &[Invitation]) -> String {
    let (site, port) = (&running.state().site, running.https.port());
    let mut text = String::from("\n  Sign in (everybody's PIN; a real box shows each once)\n");
    for (name, role, pin, _) in PEOPLE {
        let _ = writeln!(text, "    {pin}  {name:<16} {}", role.word());
    }
    text.push_str(
        "\n  Pair a browser: open one address in each window (each works once, for a day)\n",
    );
    for one in invitations {
        let secret = Secret::parse(&one.secret).expect("made as a pairing secret");
        let host = format!("{}:{port}", site.host);
        let _ = writeln!(
            text,
            "    {:<18} https://localhost:{port}/E/{}\n    {:<18} {}\n    {:<18} or type {}",
            one.name,
            one.secret,
            on_another(one.kind),
            CodeUrl::Pairing(secret).compose(&host),
            "",
            one.typed
        );
    }
    text.push_str(TRY);
    text
}

const fn on_another(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Own => "  (on a phone)",
        DeviceKind::Shared => "  (on a tablet)",
        DeviceKind::Kiosk => "  (on a screen)",
    }
}

const TRY: &str = "
  Try this, with a normal window as the budtender's phone and a private one as the vault's tablet
  (the browser warns once about this box's own certificate; the trust page above ends that):
    1. Phone: pair, sign in as Lena Fischer, open a station, send the suggested restock.
    2. Tablet: pair, sign in as Priya Nair. The request is there already: claim it.
    3. Tablet: open the slip, choose a tote, then scan or type each bin and package as told.
       Try a wrong bin or a newer package: it is refused, with what was expected.
    4. Tablet: hand the tote over to Lena. Phone: receive the tote, count each line, confirm.
    5. Tablet, as Marcus Bell: open a package you moved and read its whole life.
    6. Here, in a second terminal:  backstock verify --data-dir demo-data
  Ctrl-C stops the box. The next start goes on where you left; --reset starts over.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_no_demo_is_never_emptied() {
        let folder = tempfile::TempDir::new().unwrap();
        fs::write(folder.path().join(DATABASE), "a real one").unwrap();
        assert!(empty(folder.path()).is_err() && mark(folder.path(), BEGUN).is_err());
        assert!(folder.path().join(DATABASE).exists());
    }

    #[test]
    fn a_demo_starts_over_and_nothing_is_also_fine() {
        let folder = tempfile::TempDir::new().unwrap();
        let demo = folder.path().join("demo");
        empty(&demo).unwrap();
        mark(&demo, READY).unwrap();
        assert!(is(&demo, READY) && !is(&demo, BEGUN));
        empty(&demo).unwrap();
        assert!(!demo.exists());
    }
}

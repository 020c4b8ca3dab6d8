//! `cert card FILE`: the set-up card, of a box that runs or one that does not, before any device
//! trusts it. Only reads.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use super::Exit;
use crate::api::setup_card::printed;
use crate::config::Config;
use crate::net::names::BoxId;
use crate::net::tls::Root;
use crate::net::{addresses, url};
use crate::print::{self, Paper, SetupCard};
use crate::store::backup::read_copy;
use crate::store::{Clock, DATABASE, StoreError};
use crate::workflow::{claim, settings};

#[derive(clap::Args)]
pub struct Args {
    /// The PDF to write; it must not exist ("-": standard output)
    file: PathBuf,
    /// The paper, instead of the store's setting
    #[arg(long)]
    paper: Option<Sheet>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Sheet {
    Letter,
    A4,
}

/// Writes the card of the box whose root this is.
pub fn run(config: &Config, root: &Root, args: &Args) -> Result<Exit> {
    let (card, set) = card(config, root)?;
    let paper = match args.paper {
        None => set,
        Some(Sheet::Letter) => Paper::Letter,
        Some(Sheet::A4) => Paper::A4,
    };
    let pdf = print::setup_card_pdf(&card, paper)?;
    if args.file == Path::new("-") {
        std::io::stdout().write_all(&pdf).context("writing to standard output")?;
        return Ok(Exit::Done);
    }
    write_new(&args.file, &pdf)?;
    let address = card.by_number.first().unwrap_or(&card.by_name);
    println!("{}: the set-up card of {}, for {address}", args.file.display(), card.store);
    if card.by_number.is_empty() {
        println!(
            "This machine has no address in a store's network now, so the card has the name alone."
        );
    }
    Ok(Exit::Done)
}

fn card(config: &Config, root: &Root) -> Result<(SetupCard, Paper)> {
    let database = config.r#box.data_dir.join(DATABASE);
    if !database.is_file() {
        bail!("there is no box in {}: start it once", config.r#box.data_dir.display());
    }
    let now = Clock::System.now();
    let (settings, identity) = read_copy(&database, now, |db| -> Result<_, StoreError> {
        Ok((settings::get(db)?, claim::identity(db)?))
    })
    .with_context(|| format!("reading {}", database.display()))?;
    let identity = identity.context("the box has no name yet: start it once")?;
    let id: BoxId = identity.box_id.parse()?;
    let port = config.web.http_port;
    if port == 0 {
        bail!("the plain page is on any free port ([web] http_port = 0), so no card can name it");
    }
    let addresses = addresses::current(false).context("listing this machine's addresses")?;
    let card = SetupCard {
        id: id.label(),
        by_number: url::by_number(&addresses, port),
        by_name: url::plain(&id.canonical_host(), port),
        fingerprint: root.fingerprint().rows(),
        printed: printed(&settings, now),
        store: settings.store_name,
    };
    Ok((card, crate::api::slips::sheet(settings.slip_paper)))
}

fn write_new(file: &Path, pdf: &[u8]) -> Result<()> {
    let mut made = match OpenOptions::new().write(true).create_new(true).open(file) {
        Ok(made) => made,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{} is there already: name another file", file.display())
        }
        Err(error) => return Err(error).with_context(|| format!("creating {}", file.display())),
    };
    made.write_all(pdf).and_then(|()| made.sync_all()).with_context(|| {
        // Nobody should print half a card.
        let _ = std::fs::remove_file(file);
        format!("writing {}", file.display())
    })
}

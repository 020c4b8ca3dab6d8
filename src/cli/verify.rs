//! `backstock verify`: the whole-ledger check, of a box that runs or one that does not. Only reads.

use anyhow::{Context, bail};

use super::Exit;
use crate::config::Config;
use crate::ledger::verify::{Verified, verify};
use crate::store::backup::read_copy;
use crate::store::{Clock, DATABASE, StoreError};

/// Check the whole ledger: the chain, the movements and the balances.
///
/// Prints the first entry that is not as it was written, and ends with 3 where there is one.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  backstock verify\n  backstock verify --json | jq .head")]
pub struct Args {
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

pub fn run(config: &Config, args: &Args) -> anyhow::Result<Exit> {
    let data = &config.r#box.data_dir;
    let database = data.join(DATABASE);
    if !database.is_file() {
        bail!("there is no box in {}: no {DATABASE}", data.display());
    }
    let found: Verified = read_copy(&database, Clock::System.now(), verify)
        .map_err(|error: StoreError| anyhow::Error::new(error))
        .with_context(|| format!("reading {}", database.display()))?;
    if args.json {
        println!("{}", serde_json::to_string(&found)?);
    } else {
        print!("{}", text(&found));
    }
    Ok(if found.ok { Exit::Done } else { Exit::BadEntry })
}

fn text(found: &Verified) -> String {
    let Verified { entries, movements, head, took_ms, .. } = found;
    if found.ok {
        return format!(
            "The ledger is as it was written: {entries} entries, {movements} movements, {took_ms} ms.\n\
             Head {entries}: {head}\n"
        );
    }
    let what = found.what.as_deref().unwrap_or("something does not add up");
    match found.first_bad {
        Some(seq) => format!(
            "THE RECORD WAS ALTERED.\nFirst bad entry: {seq}\n{what}.\nThe {entries} entries before it \
             are as they were written.\n"
        ),
        None => format!(
            "THE RECORD DOES NOT ADD UP.\n{what}.\nAll {entries} journal entries are as they were written.\n"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::Seq;

    #[test]
    fn says_what_is_wrong_by_number() {
        let good = Verified {
            ok: true,
            entries: 7,
            movements: 9,
            head: "ab".into(),
            first_bad: None,
            what: None,
            took_ms: 1,
        };
        assert!(text(&good).starts_with("The ledger is as it was written: 7 entries"));
        let what = Some("entry 3 is missing".into());
        let bad = Verified { ok: false, entries: 2, first_bad: Some(Seq(3)), what, ..good };
        assert!(text(&bad).contains("First bad entry: 3\nentry 3 is missing."));
    }
}

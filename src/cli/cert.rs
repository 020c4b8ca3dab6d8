//! `cert`: the box's root, for whoever sets up a device by hand. Needs no running box.

use anyhow::{Result, bail};
use clap::Subcommand;

use super::{Exit, card};
use crate::app::TLS_FOLDER;
use crate::config::Config;
use crate::net::tls::Root;

pub const EXAMPLES: &str =
    "Examples:\n  backstock cert show --pem > root.pem\n  backstock cert card card.pdf";

#[derive(Subcommand)]
pub enum Args {
    /// Print the root certificate and its fingerprint
    Show {
        /// The certificate alone, as PEM
        #[arg(long, conflicts_with = "json")]
        pem: bool,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Write the set-up card that goes with a new phone: address, QR, fingerprint, steps
    #[command(after_help = "Examples:\n  backstock cert card card.pdf\n  \
        backstock cert card - --paper a4 | lp")]
    Card(card::Args),
}

pub fn run(config: &Config, args: &Args) -> Result<Exit> {
    let data = &config.r#box.data_dir;
    let Some(root) = Root::load(&data.join(TLS_FOLDER))? else {
        bail!("there is no certificate in {} yet: start the box once", data.display());
    };
    match args {
        Args::Show { pem, json } => show(&root, *pem, *json),
        Args::Card(args) => return card::run(config, &root, args),
    }
    Ok(Exit::Done)
}

fn show(root: &Root, pem: bool, json: bool) {
    let fingerprint = root.fingerprint();
    if pem {
        print!("{}", root.pem());
    } else if json {
        let facts = serde_json::json!({
            "sha256": fingerprint.to_string(), "ends": root.ends(), "pem": root.pem(),
        });
        println!("{facts}");
    } else {
        println!("SHA-256\n  {}", fingerprint.rows().join("\n  "));
        println!("valid until {}\n{}", root.ends().date_naive(), root.pem().trim_end());
    }
}

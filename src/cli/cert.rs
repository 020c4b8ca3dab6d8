//! `cert`: the box's root, for whoever sets up a device by hand, and the store's own certificate.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use clap::Subcommand;
use serde_json::{Value, json};

use super::{Exit, card, say};
use crate::api::certificate::CertificateInput;
use crate::app::TLS_FOLDER;
use crate::config::Config;
use crate::control::{self, Command};
use crate::net::tls::Root;
use crate::net::tls::brought::TEXT_LIMIT;

pub const EXAMPLES: &str = "\
Examples:
  backstock cert show
  backstock cert show --pem > root.pem                  the root, for a device
  backstock cert card card.pdf                          the set-up card for a new phone
  backstock cert install fullchain.pem privkey.pem      for a name of the store's own domain
  backstock cert remove";

#[derive(Subcommand)]
pub enum Args {
    /// Print the root certificate, its fingerprint, and the store's own certificate
    Show {
        /// The root certificate alone, as PEM
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
    /// Serve a certificate of the store's own to whoever opens the box by one of its names
    Install {
        /// The certificate and its chain, PEM, in whatever order
        chain: PathBuf,
        /// The private key, PEM, where the first file does not hold it
        key: Option<PathBuf>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Remove the store's own certificate and its key
    Remove {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

pub fn run(config: &Config, args: Args) -> Result<Exit> {
    match args {
        Args::Show { pem, json } => show(config, pem, json),
        Args::Card(args) => card::run(config, &root(config)?, &args),
        Args::Install { chain, key, json } => {
            let key = key.map(|key| text(&key)).transpose()?;
            let input = CertificateInput { certificate: text(&chain)?, key };
            let command = Command::CertificateInstall(input);
            Ok(say(json, &control::ask(config, &command, &[])?, |facts| {
                format!("Installed.\n{}", told(facts))
            }))
        }
        Args::Remove { json } => {
            let removed = control::ask(config, &Command::CertificateRemove, &[])?;
            Ok(say(json, &removed, |facts| format!("Removed: {}", names(facts))))
        }
    }
}

fn root(config: &Config) -> Result<Root> {
    let data = &config.r#box.data_dir;
    let Some(root) = Root::load(&data.join(TLS_FOLDER))? else {
        bail!("there is no certificate in {} yet: start the box once", data.display());
    };
    Ok(root)
}

fn show(config: &Config, pem: bool, json: bool) -> Result<Exit> {
    let root = root(config)?;
    if pem {
        print!("{}", root.pem());
        return Ok(Exit::Done);
    }
    let fingerprint = root.fingerprint();
    if !json {
        // Before anything that a damaged database would keep from being said.
        println!("SHA-256\n  {}", fingerprint.rows().join("\n  "));
        println!("valid until {}\n{}", root.ends().date_naive(), root.pem().trim_end());
    }
    let brought = control::ask(config, &Command::CertificateShow, &[])
        .context("looking up the store's own certificate")?;
    if json {
        let facts = json!({
            "sha256": fingerprint.to_string(), "ends": root.ends(), "pem": root.pem(),
            "brought": brought,
        });
        println!("{facts}");
    } else if !brought.is_null() {
        println!("\nthe store's own\n{}", told(&brought));
    }
    Ok(Exit::Done)
}

fn text(path: &Path) -> Result<String> {
    let named = || format!("reading {}", path.display());
    let bytes = fs::metadata(path).with_context(named)?.len();
    ensure!(bytes <= TEXT_LIMIT as u64, "{} is too large for a certificate", path.display());
    let text = fs::read(path).with_context(named)?;
    // What is no text is told as what it lacks.
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn names(facts: &Value) -> String {
    let names = facts["names"].as_array().map_or(&[][..], Vec::as_slice);
    names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
}

fn told(facts: &Value) -> String {
    let text = |name: &str| facts[name].as_str().unwrap_or("-").to_owned();
    let stands = match facts["state"].as_str() {
        Some("damaged") => format!("NOT SERVED: {}", text("fault")),
        Some("ended") => "NOT SERVED: it has ended".into(),
        Some("not_yet") => "NOT SERVED: it is not valid yet".into(),
        Some("ending") => format!("served; {} days left: get a new one", facts["days_left"]),
        _ => "served".into(),
    };
    let day = text("ends").chars().take(10).collect::<String>();
    format!(
        "  names        {}\n  issued by    {}\n  valid until  {day}\n  state        {stands}",
        names(facts),
        text("issuer"),
    )
}

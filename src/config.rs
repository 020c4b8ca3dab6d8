//! The box's own settings: one TOML file of small sections, each key overridable in the environment.
//! `defaults.toml` documents every key and is proven equal to the defaults here. What the store's
//! people change lives in the database (`workflow::settings`), not here.

use std::fmt;
use std::net::IpAddr;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

/// Every key with its default, as commented TOML.
pub const DEFAULTS: &str = include_str!("config/defaults.toml");

const PLACES: [&str; 2] = ["backstock.toml", "/etc/backstock/backstock.toml"];
const PREFIX: &str = "BACKSTOCK_";

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub r#box: BoxSection,
    pub web: Web,
    pub store: StoreSection,
    pub log: Log,
    pub backup: Backup,
    pub mdns: Mdns,
    pub limits: Limits,
    /// The file these were read from, if there was one; a backup takes it along.
    #[serde(skip)]
    pub file: Option<PathBuf>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BoxSection {
    pub data_dir: PathBuf,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Web {
    pub bind: IpAddr,
    pub https_port: u16,
    pub http_port: u16,
    pub loopback: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoreSection {
    pub read_deadline_ms: u32,
    pub min_free_percent: Percent,
    pub ballast_mb: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    pub format: LogFormat,
    pub level: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Backup {
    /// Empty: `backups` in the data folder.
    pub folder: PathBuf,
    pub keep: u16,
    pub at: DayTime,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mdns {
    pub on: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    pub connections: u16,
    pub live: u16,
    pub live_per_device: u16,
}

/// 0 to 50.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8")]
pub struct Percent(u8);

/// A time of day, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DayTime(pub Option<chrono::NaiveTime>);

impl Default for BoxSection {
    fn default() -> Self {
        Self { data_dir: "/var/lib/backstock".into() }
    }
}

impl Default for Web {
    fn default() -> Self {
        let bind = IpAddr::V6(std::net::Ipv6Addr::UNSPECIFIED);
        Self { bind, https_port: 443, http_port: 80, loopback: false }
    }
}

impl Default for StoreSection {
    fn default() -> Self {
        Self { read_deadline_ms: 5000, min_free_percent: Percent(5), ballast_mb: 0 }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Text, level: "info".into() }
    }
}

impl Default for Backup {
    fn default() -> Self {
        let at = DayTime(chrono::NaiveTime::from_hms_opt(3, 30, 0));
        Self { folder: PathBuf::new(), keep: 14, at }
    }
}

impl Default for Mdns {
    fn default() -> Self {
        Self { on: true }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 512, live: 200, live_per_device: 4 }
    }
}

impl Percent {
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Percent {
    type Error = &'static str;
    fn try_from(value: u8) -> Result<Self, Self::Error> {
        if value <= 50 { Ok(Self(value)) } else { Err("must be from 0 to 50 per cent") }
    }
}

impl TryFrom<String> for DayTime {
    type Error = String;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.is_empty() {
            return Ok(Self(None));
        }
        let time = chrono::NaiveTime::parse_from_str(&text, "%H:%M");
        time.map(|time| Self(Some(time)))
            .map_err(|_| format!("\"{text}\" is not a time of day such as \"03:30\", nor \"\""))
    }
}

impl From<DayTime> for String {
    fn from(time: DayTime) -> Self {
        time.0.map_or_else(Self::new, |time| time.format("%H:%M").to_string())
    }
}

/// What is wrong with the settings, and where: a file's line and column, or a variable's name.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct ConfigError {
    pub place: Place,
    pub message: String,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Place {
    File(PathBuf),
    /// Line and column count from 1; the column in characters.
    Spot {
        file: PathBuf,
        line: usize,
        column: usize,
    },
    Variable(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => write!(f, "{}", file.display()),
            Self::Spot { file, line, column } => {
                write!(f, "{}:{line}:{column}", file.display())
            }
            Self::Variable(name) => f.write_str(name),
        }
    }
}

impl Config {
    /// The settings of the file (`chosen`, or the first that exists) under what the environment says.
    pub fn load(chosen: Option<&Path>) -> Result<Self, ConfigError> {
        let named = chosen.map(Path::to_owned).or_else(|| {
            std::env::var_os("BACKSTOCK_CONFIG").filter(|name| !name.is_empty()).map(PathBuf::from)
        });
        let found = named.or_else(|| PLACES.map(PathBuf::from).into_iter().find(|p| p.exists()));
        let text = match &found {
            None => String::new(),
            Some(file) => std::fs::read_to_string(file).map_err(|error| ConfigError {
                place: Place::File(file.clone()),
                message: format!("cannot be read: {error}"),
            })?,
        };
        let file = found.clone().unwrap_or_default();
        let variables = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        Ok(Self { file: found, ..Self::parse(&file, &text, variables)? })
    }

    /// Reads the text of `file`, then lets `variables` override single keys.
    pub fn parse(
        file: &Path,
        text: &str,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let at = |error: &toml::de::Error| located(file, text, error);
        let mut config: Self = toml::from_str(text).map_err(|error| at(&error))?;
        for (name, value) in variables {
            if let Some((section, key)) = key_of(&name)? {
                config = config.with(&name, &section, &key, &value)?;
            }
        }
        Ok(config)
    }

    /// Where backups go.
    pub fn backup_folder(&self) -> PathBuf {
        if self.backup.folder.as_os_str().is_empty() {
            return self.r#box.data_dir.join("backups");
        }
        self.backup.folder.clone()
    }

    fn with(&self, name: &str, section: &str, key: &str, text: &str) -> Result<Self, ConfigError> {
        let wrong =
            |message: String| ConfigError { place: Place::Variable(name.to_owned()), message };
        let mut table = table(self);
        let value = match table[section][key] {
            Value::Boolean(_) => text
                .parse()
                .map(Value::Boolean)
                .map_err(|_| wrong(format!("\"{text}\" is neither true nor false")))?,
            Value::Integer(_) => text
                .parse()
                .map(Value::Integer)
                .map_err(|_| wrong(format!("\"{text}\" is not a whole number")))?,
            _ => Value::String(text.to_owned()),
        };
        table[section][key] = value;
        table.try_into().map_err(|error: toml::de::Error| wrong(error.message().to_owned()))
    }
}

fn table(config: &Config) -> Table {
    Table::try_from(config).expect("every setting is text, a number or a truth value")
}

/// The section and key that a variable overrides: `BACKSTOCK_WEB_HTTPS_PORT` is `web.https_port`. A
/// name that begins like one of ours and is none is refused, for it would be ignored in silence.
fn key_of(name: &str) -> Result<Option<(String, String)>, ConfigError> {
    let Some(rest) = name.strip_prefix(PREFIX) else { return Ok(None) };
    let rest = rest.to_ascii_lowercase();
    let Some((section, key)) = rest.split_once('_') else { return Ok(None) };
    let table = table(&Config::default());
    let Some(Value::Table(keys)) = table.get(section) else { return Ok(None) };
    if keys.contains_key(key) {
        return Ok(Some((section.to_owned(), key.to_owned())));
    }
    let known: Vec<&str> = keys.keys().map(String::as_str).collect();
    Err(ConfigError {
        place: Place::Variable(name.to_owned()),
        message: format!("[{section}] has no `{key}`; it has {}", known.join(", ")),
    })
}

fn located(file: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
    let file = file.to_owned();
    let place = match error.span() {
        None => Place::File(file),
        Some(Range { start, .. }) => {
            let before = text.get(..start).unwrap_or(text);
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
            Place::Spot { file, line, column }
        }
    };
    ConfigError { place, message: error.message().trim().replace('\n', "; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
        let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        Config::parse(Path::new("box.toml"), text, variables).map_err(|error| error.to_string())
    }

    #[test]
    fn the_printed_defaults_are_the_defaults_and_name_every_key() {
        let mut keys = 0;
        let uncommented: String = DEFAULTS
            .lines()
            .map(|line| {
                let key = line.strip_prefix("# ").filter(|rest| {
                    rest.split_once(" = ").is_some_and(|(key, _)| {
                        key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
                    })
                });
                keys += usize::from(key.is_some());
                format!("{}\n", key.unwrap_or(line))
            })
            .collect();
        assert_eq!(parse(&uncommented, &[]), Ok(Config::default()));
        let all: usize = table(&Config::default())
            .iter()
            .map(|(_, section)| section.as_table().expect("a section").len())
            .sum();
        assert_eq!(keys, all);
    }

    #[test]
    fn unknown_keys_are_refused_with_line_and_column() {
        let refused = parse("[web]\nhttps_port = 8443\nhtpp_port = 80\n", &[]).unwrap_err();
        assert!(refused.starts_with("box.toml:3:1: unknown field `htpp_port`"), "{refused}");
        let refused = parse("# é\n[wed]\n", &[]).unwrap_err();
        assert!(refused.starts_with("box.toml:2:2: unknown field `wed`"), "{refused}");
    }

    #[test]
    fn wrong_values_say_what_they_should_be() {
        for (text, expected) in [
            ("[web]\nhttps_port = 70000", "box.toml:2:14: invalid value: integer `70000`"),
            ("[log]\nformat = \"xml\"", "box.toml:2:10: unknown variant `xml`"),
            ("[backup]\nat = \"24:30\"", "box.toml:2:6: \"24:30\" is not a time of day"),
            ("[store]\nmin_free_percent = 60", "box.toml:2:20: must be from 0 to 50"),
            ("[web\n", "box.toml:1:5: "),
        ] {
            let refused = parse(text, &[]).unwrap_err();
            assert!(refused.starts_with(expected), "{refused}");
        }
    }

    #[test]
    fn the_environment_overrides_single_keys() {
        let config = parse(
            "[web]\nhttps_port = 8443\nhttp_port = 8080",
            &[
                ("BACKSTOCK_WEB_HTTPS_PORT", "9443"),
                ("BACKSTOCK_MDNS_ON", "false"),
                ("BACKSTOCK_BOX_DATA_DIR", "/srv/box"),
                ("BACKSTOCK_CONFIG", "elsewhere.toml"),
                ("HOME", "/root"),
            ],
        )
        .unwrap();
        assert_eq!((config.web.https_port, config.web.http_port), (9443, 8080));
        assert!(!config.mdns.on);
        assert_eq!(config.backup_folder(), Path::new("/srv/box/backups"));
    }

    #[test]
    fn wrong_variables_are_named() {
        for (name, value, expected) in [
            (
                "BACKSTOCK_WEB_HTTPS_PORT",
                "many",
                "BACKSTOCK_WEB_HTTPS_PORT: \"many\" is not a whole",
            ),
            ("BACKSTOCK_WEB_HTTPS_PORT", "70000", "BACKSTOCK_WEB_HTTPS_PORT: invalid value"),
            ("BACKSTOCK_MDNS_ON", "yes", "BACKSTOCK_MDNS_ON: \"yes\" is neither true nor false"),
            ("BACKSTOCK_WEB_PORT", "1", "BACKSTOCK_WEB_PORT: [web] has no `port`; it has bind"),
        ] {
            let refused = parse("", &[(name, value)]).unwrap_err();
            assert!(refused.starts_with(expected), "{refused}");
        }
    }
}

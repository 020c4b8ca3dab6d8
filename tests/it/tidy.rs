//! The house's order, kept by reading the source: layers, who may name what, and the size of a file.

use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What each layer may import of ours, besides itself.
const LAYERS: [(&str, &[&str]); 12] = [
    ("domain", &[]),
    ("net", &[]),
    ("store", &["domain"]),
    ("ledger", &["domain", "store"]),
    ("workflow", &["domain", "store", "ledger"]),
    ("print", &["domain"]),
    ("connector", &["domain"]),
    ("backup", &["domain", "store", "ledger", "workflow", "net"]),
    ("config", &[]),
    ("task", &["domain", "store", "ledger", "workflow", "backup", "connector"]),
    ("api", &["domain", "store", "ledger", "workflow", "print", "net", "backup"]),
    // The console's desk stands beside the API: it uses its door.
    ("control", &["domain", "store", "ledger", "workflow", "api", "app", "config"]),
];

/// Longest file. Past about 400 lines it becomes a folder of the same name.
const LINES: usize = 450;

struct Source {
    /// "workflow/restock.rs"
    name: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let (mut found, mut folders) = (Vec::new(), vec![Path::new(ROOT).join("src")]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let name = path.strip_prefix(Path::new(ROOT).join("src")).unwrap();
                let name = name.to_str().unwrap().to_owned();
                found.push(Source { name, text: std::fs::read_to_string(&path).unwrap() });
            }
        }
    }
    assert!(found.len() > 50, "the source was found");
    found
}

impl Source {
    fn layer(&self) -> &str {
        self.name.split(['/', '.']).next().unwrap()
    }

    /// Lines that are code: no comments, and not the tests at the end.
    fn code(&self) -> impl Iterator<Item = &str> {
        let tests = self.name.ends_with("tests.rs") || self.name.contains("/tests/");
        let end = if tests {
            0
        } else {
            self.text.find("#[cfg(test)]\nmod tests {").unwrap_or(self.text.len())
        };
        self.text[..end].lines().filter(|line| !line.trim_start().starts_with("//"))
    }

    /// The modules of ours that its code names.
    fn imports(&self) -> Vec<&str> {
        self.code()
            .flat_map(|line| {
                line.match_indices("crate::").map(move |(at, word)| &line[at + word.len()..])
            })
            .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap())
            .filter(|module| !module.is_empty())
            .collect()
    }
}

fn expect_none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

#[test]
fn imports_run_strictly_downward() {
    let mut wrong = Vec::new();
    for source in sources() {
        let Some((layer, below)) = LAYERS.iter().find(|(layer, _)| *layer == source.layer()) else {
            continue;
        };
        for module in source.imports() {
            if module != *layer && !below.contains(&module) {
                wrong.push(format!("{} names {module}", source.name));
            }
        }
    }
    expect_none("imports that do not run downward (architecture.md)", &wrong);
}

/// Two types of one name are one in the API's description: the second takes the first's place unsaid.
#[test]
fn every_shape_of_the_api_has_a_name_of_its_own() {
    let mut named = std::collections::BTreeMap::<String, Vec<String>>::new();
    for source in sources() {
        let mut described = false;
        for line in source.code() {
            let line = line.trim();
            described |= line.contains("utoipa::ToSchema") || line == "utoipa::ToSchema,";
            let shape =
                ["pub struct ", "pub enum "].iter().find_map(|word| line.strip_prefix(word));
            if let Some(shape) = shape {
                let name: String = shape.chars().take_while(|c| c.is_alphanumeric()).collect();
                // A macro's own `$name` is nobody's.
                if std::mem::take(&mut described) && !name.is_empty() {
                    named.entry(name).or_default().push(source.name.clone());
                }
            }
        }
    }
    assert!(named.len() > 100, "the shapes are found: {}", named.len());
    let twice: Vec<String> = named
        .into_iter()
        .filter(|(_, files)| files.len() > 1)
        .map(|(name, files)| format!("{name}: {}", files.join(", ")))
        .collect();
    expect_none("shapes that share a name", &twice);
}

#[test]
fn only_the_store_names_sqlite_and_only_the_face_names_the_web_server() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (word, homes) in [
            ("rusqlite", &["store"][..]),
            ("actix", &["api", "app"]),
            ("reqwest", &["connector"]),
            ("lettre", &["connector"]),
        ] {
            if !homes.contains(&source.layer()) && source.code().any(|line| line.contains(word)) {
                wrong.push(format!("{} names {word}", source.name));
            }
        }
    }
    expect_none("names out of place", &wrong);
}

#[test]
fn no_unwrap_and_no_other_clock() {
    let mut wrong = Vec::new();
    for source in sources() {
        for line in source.code() {
            if line.contains(".unwrap()") {
                wrong.push(format!("{}: {}", source.name, line.trim()));
            }
            if line.contains("Utc::now") && source.name != "store/clock.rs" {
                wrong.push(format!("{}: {}", source.name, line.trim()));
            }
        }
    }
    expect_none("use `?`, expect(\"why it cannot fail\"), or the store's clock", &wrong);
}

#[test]
fn files_stay_readable() {
    let long = sources().into_iter().filter_map(|source| {
        let lines = source.text.lines().count();
        (lines > LINES).then(|| format!("{}: {lines} lines", source.name))
    });
    expect_none("files to make folders of", &long.collect::<Vec<_>>());
}

#[test]
fn every_file_says_what_it_owns() {
    let silent = sources()
        .into_iter()
        .filter(|source| !source.text.starts_with("//!") && !source.name.ends_with("tests.rs"));
    let silent: Vec<String> = silent.map(|source| source.name).collect();
    expect_none("files without a first line of `//!`", &silent);
}

/// Kinds that are chosen among by a variable are written as words in the same file.
#[test]
fn every_kind_of_entry_has_words_on_the_screen() {
    let screen = include_str!("../../web/src/lib/messages/record.ts");
    let (words, _) = screen.split_once("\nexport const en = {").unwrap();
    let named = |kind: &str| words.matches(&format!(" {kind}: '")).count();
    let mut wanting = Vec::new();
    let mut written = std::collections::BTreeSet::new();
    for source in sources() {
        let code: String = source.code().collect::<Vec<_>>().join("\n");
        for call in code.split("Entry::open(").skip(1) {
            let arguments = &call[..call.find(['?', ';']).unwrap()];
            let literals = quoted(arguments);
            if literals.is_empty() {
                // `kind`: every word of the file that has a name in the record may be meant.
                written.extend(quoted(&code).into_iter().filter(|word| named(word) > 0));
            }
            for kind in literals {
                if named(&kind) != 2 {
                    wanting.push(format!("{}: {kind}", source.name));
                }
                written.insert(kind);
            }
        }
    }
    assert!(written.len() > 100, "the entries were found");
    expect_none("kinds of entries without words in both languages", &wanting);
    let unused = words.lines().flat_map(|line| line.split(", ")).filter_map(|pair| {
        let (kind, _) = pair.trim().split_once(": '")?;
        (!written.contains(kind)).then(|| kind.to_owned())
    });
    expect_none("words for kinds that nobody writes", &unused.collect::<Vec<_>>());
}

/// A file's orders are refused by the box in English, with a code that the screen says in both languages.
#[test]
fn every_refusal_of_an_order_has_words_on_the_screen() {
    let words = include_str!("../../web/src/lib/messages/order-refusals.ts");
    let (words, _) = words.split_once("\n/** What of an order is meant").unwrap();
    let mut codes = std::collections::BTreeSet::new();
    for source in sources().iter().filter(|one| one.name.starts_with("domain/sheet/orders")) {
        let code: String = source.code().collect::<Vec<_>>().join("\n");
        let made = code.split("Refusal::new(").skip(1).filter_map(|call| call.split(',').nth(1));
        let written = code.split(" code: ").skip(1).filter_map(|rest| rest.split(',').next());
        codes.extend(made.chain(written).flat_map(quoted));
    }
    assert!(codes.len() > 8, "the codes were found: {codes:?}");
    let unsaid = codes.iter().filter(|code| words.matches(&format!("  {code}: '")).count() != 2);
    expect_none("codes without words in both languages", &unsaid.cloned().collect::<Vec<_>>());
    let unused = words.lines().filter_map(|line| {
        let (code, _) = line.strip_prefix("  ")?.split_once(": '")?;
        (!codes.contains(code)).then(|| code.to_owned())
    });
    expect_none("words for codes that nobody gives", &unused.collect::<Vec<_>>());
}

/// The words in quotes that could name a kind.
fn quoted(code: &str) -> Vec<String> {
    let parts = code.split('"').skip(1).step_by(2);
    let is_kind =
        |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    parts.filter(is_kind).map(str::to_owned).collect()
}

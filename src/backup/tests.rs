use std::fs;
use std::os::unix::fs::PermissionsExt;

use chrono_tz::America::Los_Angeles;
use tempfile::TempDir;

use super::*;
use crate::domain::time::At;
use crate::ledger::{Actor, Entry, verify};
use crate::store::{Clock, DATABASE, HALF_RESTORED, Options, Store, StoreError, named_params};

/// A data folder with a root, a pepper, a document, a signed-in session and a few entries.
struct Shop {
    folder: TempDir,
    clock: Clock,
    store: Store,
}

fn passphrase() -> Passphrase {
    Passphrase::chosen("a quiet green morning").unwrap()
}

fn options(clock: &Clock) -> Options {
    Options { clock: clock.clone(), ..Options::default() }
}

impl Shop {
    fn open() -> Self {
        let folder = TempDir::new().unwrap();
        let clock = Clock::turned();
        let data = folder.path().join("data");
        for (name, content) in [
            ("root/root.key", "key"),
            ("root/root.crt", "certificate"),
            ("pepper", "0123456789abcdef"),
            ("documents/ab/coa.pdf", "%PDF"),
            ("leaf.pem", "made anew at every start"),
            ("console.lock", ""),
            ("orders/menu/refused/today.csv", "order,customer,phone"),
        ] {
            let path = data.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        let store = Store::open(&data, options(&clock)).unwrap();
        store.write_blocking(found).unwrap();
        for n in 0..3 {
            store.write_blocking(move |tx| note(tx, n)).unwrap();
        }
        Self { folder, clock, store }
    }

    fn folders(&self) -> Folders {
        Folders::of(&self.folder.path().join("data"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn archive(&self) -> PathBuf {
        let target = self.path("shop.age");
        let backup = take(&self.store, &self.folders(), &passphrase(), &target).unwrap();
        assert!(backup.verified && backup.entries == 4, "{backup:?}");
        target
    }

    fn restore(&self, archive: &Path, data: &Path) -> Result<Restored, BackupError> {
        restore(archive, &passphrase(), data, &self.clock)
    }
}

fn found(tx: &crate::store::Tx<'_>) -> Result<(), StoreError> {
    tx.insert("INSERT INTO box (id, box_id, epoch) VALUES (1, 'r7k2q', 1)", [])?;
    tx.insert(
        "INSERT INTO user (id, name, role, badge, created_at) VALUES (1, 'Ana', 'owner', 'B', 0)",
        [],
    )?;
    tx.insert(
        "INSERT INTO device (id, name, kind, token_hash, enrolled_at)
         VALUES (1, 'Office', 'own', zeroblob(32), 0)",
        [],
    )?;
    tx.insert(
        "INSERT INTO session (token_hash, user_id, device_id, started_at, expires)
         VALUES (zeroblob(32), 1, 1, 0, 0)",
        [],
    )?;
    Entry::open(tx, &Actor::console(), "claimed")?.seal(&"first")?;
    Ok(())
}

fn note(tx: &crate::store::Tx<'_>, n: i64) -> Result<(), StoreError> {
    Entry::open(tx, &Actor::system(), "noted")?.seal(&n).map(drop)
}

#[test]
fn what_was_backed_up_comes_back_as_the_same_box_in_a_new_epoch() {
    let shop = Shop::open();
    let archive = shop.archive();
    assert_eq!(fs::metadata(&archive).unwrap().permissions().mode() & 0o777, 0o600);
    let data = shop.path("back");
    let restored = shop.restore(&archive, &data).unwrap();
    assert_eq!((restored.entries, restored.epoch), (4, 2));
    for name in ["root/root.key", "root/root.crt", "pepper", "documents/ab/coa.pdf"] {
        let (was, now) = (shop.folders().data.join(name), data.join(name));
        assert_eq!(fs::read(was).unwrap(), fs::read(&now).unwrap(), "{name}");
        assert_eq!(fs::metadata(&now).unwrap().permissions().mode() & 0o077, 0, "{name}");
    }
    for left in ["leaf.pem", "console.lock", "orders", HALF_RESTORED, "backup.part"] {
        assert!(!data.join(left).exists(), "{left}");
    }
    let store = Store::open(&data, options(&shop.clock)).unwrap();
    store
        .read_blocking(|db| -> Result<(), StoreError> {
            let found = verify::verify(db)?;
            assert!(found.ok && found.entries == 5, "{found:?}");
            let live: i64 =
                db.one("SELECT count(*) FROM session WHERE ended_at IS NULL", [], |row| {
                    row.get(0)
                })?;
            assert_eq!(live, 0, "nobody is signed in after a restore");
            let told: Vec<u8> = db.one(
                "SELECT bytes FROM entry WHERE kind = :kind",
                named_params! { ":kind": "restored" },
                |row| row.get(0),
            )?;
            let told: serde_json::Value = serde_json::from_slice(&told).unwrap();
            assert_eq!(told["data"]["old_head"]["hash"], restored.old_head.as_str());
            assert_eq!(told["data"]["epoch"], 2);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_wrong_passphrase_opens_nothing_and_leaves_nothing() {
    let shop = Shop::open();
    let archive = shop.archive();
    let data = shop.path("back");
    let wrong = Passphrase::typed("a quiet green evening");
    let refused = restore(&archive, &wrong, &data, &shop.clock);
    assert!(matches!(refused, Err(BackupError::WrongPassphrase)), "{refused:?}");
    assert_eq!(fs::read_dir(&data).unwrap().count(), 0);
}

#[test]
fn an_archive_cut_off_anywhere_or_with_one_bit_turned_is_refused_and_leaves_nothing() {
    let shop = Shop::open();
    let archive = shop.archive();
    let whole = fs::read(&archive).unwrap();
    let last = whole.len() - 1;
    let mut broken: Vec<Vec<u8>> =
        [0, 10, 120, whole.len() / 2, last].map(|end| whole[..end].to_vec()).into();
    for at in [3, 60, 150, whole.len() / 3, whole.len() - 700, last] {
        let mut flipped = whole.clone();
        flipped[at] ^= 1;
        broken.push(flipped);
    }
    let (path, data) = (shop.path("broken.age"), shop.path("back"));
    for (index, bytes) in broken.iter().enumerate() {
        fs::write(&path, bytes).unwrap();
        assert!(shop.restore(&path, &data).is_err(), "case {index}");
        assert_eq!(fs::read_dir(&data).unwrap().count(), 0, "case {index}");
    }
}

#[test]
fn a_folder_that_holds_anything_is_refused_untouched() {
    let shop = Shop::open();
    let archive = shop.archive();
    let data = shop.folders().data;
    let before = fs::read(data.join(DATABASE)).unwrap();
    assert!(matches!(shop.restore(&archive, &data), Err(BackupError::NotEmpty(_))));
    assert_eq!(fs::read(data.join(DATABASE)).unwrap(), before);
}

#[test]
fn a_restore_that_was_cut_off_is_no_box() {
    let shop = Shop::open();
    let archive = shop.archive();
    let data = shop.path("back");
    fs::create_dir_all(data.join(HALF_RESTORED)).unwrap();
    fs::write(data.join("pepper"), "came first").unwrap();
    let started = Store::open(&data, options(&shop.clock)).err().unwrap();
    assert!(matches!(started, crate::store::OpenError::HalfRestored(_)), "{started}");
    assert!(!data.join(DATABASE).exists());
    assert!(matches!(shop.restore(&archive, &data), Err(BackupError::HalfRestored(_))));
}

#[test]
fn a_copy_whose_ledger_was_altered_is_kept_but_marked_and_never_restored() {
    let shop = Shop::open();
    let database = shop.folders().data.join(DATABASE);
    let outside = rusqlite::Connection::open_in_memory().unwrap();
    outside.execute("ATTACH ?1 AS shop", [database.to_str().unwrap()]).unwrap();
    outside
        .execute_batch("DROP TRIGGER shop.entry_no_update; UPDATE shop.entry SET bytes = x'7b7d' WHERE seq = 2")
        .unwrap();
    let target = shop.path("altered.age");
    let backup = take(&shop.store, &shop.folders(), &passphrase(), &target).unwrap();
    assert!(!backup.verified);
    match shop.restore(&target, &shop.path("back")) {
        Err(BackupError::Ledger(found)) => assert_eq!(found.first_bad.map(|seq| seq.0), Some(2)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn nights_are_kept_and_older_ones_go() {
    let shop = Shop::open();
    let folders = Folders { keep: 2, ..shop.folders() };
    for _ in 0..4 {
        assert!(nightly(&shop.store, &folders).unwrap().is_some());
        assert!(nightly(&shop.store, &folders).unwrap().is_none(), "one a night");
        shop.clock.advance_s(24 * 3600);
    }
    let all = list(&folders.backups).unwrap();
    assert_eq!(all.len(), 2);
    assert!(all[0].at > all[1].at && all.iter().all(|backup| backup.verified));
    assert_eq!(fs::read_dir(&folders.backups).unwrap().count(), 4, "an archive and its note each");
    let kept = passphrase::kept(&folders.data).unwrap().unwrap();
    assert!(!kept.shown && kept.passphrase.show().len() == 29);
    archive::check(&folders.backups.join(&all[0].name), &kept.passphrase).unwrap();
    passphrase::mark_shown(&folders.data).unwrap();
    assert!(passphrase::kept(&folders.data).unwrap().unwrap().shown);
}

#[test]
fn a_night_is_half_past_three_in_the_stores_zone() {
    let at = |text: &str| At::parse(text).unwrap();
    let night = chrono::NaiveTime::from_hms_opt(3, 30, 0).unwrap();
    let evening = at("2026-11-23T20:00:00-08:00");
    let cases = [
        ("2026-11-24T03:29:59-08:00", false),
        ("2026-11-24T03:30:00-08:00", true),
        ("2026-11-24T20:00:00-08:00", true),
    ];
    for (now, expected) in cases {
        assert_eq!(due(Some(evening), at(now), night, Los_Angeles), expected, "{now}");
    }
    assert!(due(None, evening, night, Los_Angeles));
}

#[test]
fn a_running_box_is_copied_from_outside_with_its_settings() {
    let shop = Shop::open();
    let config = shop.path("elsewhere.toml");
    fs::write(&config, "[web]\n").unwrap();
    let folders = Folders { config: Some(config), ..shop.folders() };
    let target = shop.path("running.age");
    let backup = copy_of_running(&folders, &passphrase(), &target, shop.clock.now()).unwrap();
    assert!(backup.verified && backup.entries == 4);
    shop.store.write_blocking(|tx| note(tx, 9)).unwrap();
    let data = shop.path("back");
    shop.restore(&target, &data).unwrap();
    assert_eq!(fs::read_to_string(data.join("backstock.toml")).unwrap(), "[web]\n");
    let again = copy_of_running(&folders, &passphrase(), &target, shop.clock.now());
    assert!(matches!(again, Err(BackupError::Exists(_))), "never written over");
}

#[test]
fn one_backup_at_a_time() {
    let shop = Shop::open();
    let _other = files::lock(&shop.folders().data.join("backup.lock")).unwrap();
    let refused = take(&shop.store, &shop.folders(), &passphrase(), &shop.path("second.age"));
    assert!(matches!(refused, Err(BackupError::Running)), "{refused:?}");
}

#[test]
fn what_a_power_cut_left_goes_after_a_day() {
    let shop = Shop::open();
    let folders = shop.folders();
    fs::create_dir_all(&folders.backups).unwrap();
    let half = folders.backups.join("backstock-20200101T000000000Z.age.part");
    fs::write(&half, "half").unwrap();
    nightly(&shop.store, &folders).unwrap();
    assert!(half.exists(), "it may still be being written");
    shop.clock.advance_s(25 * 3600);
    nightly(&shop.store, &folders).unwrap();
    assert!(!half.exists());
}

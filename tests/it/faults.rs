//! What may happen to a box on a shelf: power cuts, a disk that fails, a disk that is full, a stop in
//! the busiest minute. Nothing that was acknowledged is ever lost, and nothing happens twice.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use uuid::Uuid;

use crate::support::load::{Asked, Premises, attempt};
use crate::support::{Device, Process, Reply, again};

const CLIENTS: usize = 8;
const ROUNDS: usize = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_power_cut_under_load_loses_no_acknowledged_move() {
    let (premises, mut process) = Premises::open(CLIENTS, None).await;
    let (mut moves, mut acknowledged) = (0, 0);
    for round in 0..ROUNDS {
        let load = premises.load();
        tokio::time::sleep(some_time()).await;
        process.kill();
        let asked: Vec<Asked> = load.join_all().await.into_iter().flatten().collect();
        acknowledged += asked.iter().filter(|asked| asked.answer.is_some()).count();
        process = premises.serve();
        moves += premises.settle(asked).await;
        assert_eq!(premises.moved().await, moves.to_string(), "after round {round}");
        Premises::verify(&process);
    }
    assert!(acknowledged > CLIENTS * ROUNDS, "the load was none: {acknowledged} moves");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asked_to_stop_under_load_it_finishes_what_it_began() {
    let (premises, process) = Premises::open(CLIENTS, None).await;
    let load = premises.load();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let ended = process.terminate();
    assert_eq!(ended.code(), Some(0), "{ended}");
    let asked: Vec<Asked> = load.join_all().await.into_iter().flatten().collect();
    assert!(asked.len() > CLIENTS, "the load was none");
    let log = std::fs::metadata(premises.data.join("backstock.db-wal")).map_or(0, |log| log.len());
    assert_eq!(log, 0, "the write-ahead log was checkpointed");
    let process = premises.serve();
    let moves = premises.settle(asked).await;
    assert_eq!(premises.moved().await, moves.to_string());
    Premises::verify(&process);
}

#[tokio::test]
async fn a_disk_that_fails_at_the_commit_says_unknown_and_one_retry_tells() {
    let (premises, process) = Premises::open(1, None).await;
    let device = &premises.devices[0];
    afresh(device, Uuid::now_v7()).await.ok();
    let broken = Injection::into(&process, "fsync,fdatasync:error=EIO");
    let key = Uuid::now_v7();
    let unknown = attempt(device, key).await.expect("an answer, before it stops");
    unknown.refused(503, "outcome_unknown");
    let ended = process.ended();
    assert_eq!(ended.code(), Some(75), "{ended}: systemd starts it again");
    drop(broken);
    let process = premises.serve();
    let answer = afresh(device, key).await.ok();
    let replay = afresh(device, key).await;
    assert_eq!(replay.header("Idempotent-Replay"), Some("true"));
    assert_eq!(replay.ok(), answer);
    assert_eq!(premises.moved().await, "2");
    Premises::verify(&process);
}

#[tokio::test]
async fn a_full_disk_says_so_and_goes_on_when_there_is_room() {
    let disk = SmallDisk::mount();
    let (premises, process) = Premises::open(1, Some(&disk.0)).await;
    let reach = process.reach.clone();
    assert_eq!(process.terminate().code(), Some(0));
    // First without the guard that stops writes earlier: the disk itself must be told apart.
    let mut command = again(&reach, &premises.data);
    let process = Process::serve_with(
        with(&mut command, "BACKSTOCK_STORE_MIN_FREE_PERCENT", "0"),
        &premises.data,
    );
    let device = &premises.devices[0];
    afresh(device, Uuid::now_v7()).await.ok();
    disk.fill();
    let (mut moves, mut refused) = (1, None);
    for _ in 0..200 {
        let key = Uuid::now_v7();
        let reply = afresh(device, key).await;
        if reply.status == 200 {
            moves += 1;
            continue;
        }
        reply.refused(503, "disk_full");
        refused = Some(key);
        break;
    }
    let key = refused.expect("a disk with no room refuses");
    assert_eq!(premises.moved().await, moves.to_string(), "reading goes on, nothing is lost");
    afresh(device, key).await.refused(503, "disk_full");
    disk.empty();
    afresh(device, key).await.ok();
    assert_eq!(premises.moved().await, (moves + 1).to_string());
    Premises::verify(&process);

    // And with it: no write is begun that could not be finished.
    assert_eq!(process.terminate().code(), Some(0));
    disk.fill();
    let mut command = again(&reach, &premises.data);
    let process = Process::serve_with(
        with(&mut command, "BACKSTOCK_STORE_MIN_FREE_PERCENT", "5"),
        &premises.data,
    );
    afresh(device, Uuid::now_v7()).await.refused(503, "disk_full");
    assert_eq!(premises.moved().await, (moves + 1).to_string());
    drop(process);
}

fn with(command: &mut Command, name: &str, value: &str) -> Command {
    let mut changed = Command::new(command.get_program());
    changed
        .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .env(name, value);
    changed
}

/// One move; a device may still hold a connection to a program that ended, and then just asks again.
async fn afresh(device: &Device, key: Uuid) -> Reply {
    match attempt(device, key).await {
        Ok(reply) => reply,
        Err(_) => attempt(device, key).await.unwrap(),
    }
}

/// 50 to 450 ms, different each time.
fn some_time() -> Duration {
    let drawn = u64::try_from(Uuid::new_v4().as_u128() % 400).unwrap();
    println!("the cut comes after {} ms", 50 + drawn);
    Duration::from_millis(50 + drawn)
}

/// System calls of a running process that fail, by strace; it goes on when the process ends.
struct Injection(Child);

impl Injection {
    fn into(process: &Process, what: &str) -> Self {
        let calls = what.split(':').next().unwrap();
        let mut strace = Command::new("strace")
            .args(["-f", "-p", &process.id().to_string()])
            .args(["-e", &format!("trace={calls}"), "-e", &format!("inject={what}")])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("this test needs strace (apt-get install strace): {error}")
            });
        let mut said = BufReader::new(strace.stderr.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        assert!(
            line.contains("attached"),
            "strace may not watch another process here, and without it this test proves nothing: \
             {line}Run as root, or: sysctl -w kernel.yama.ptrace_scope=0"
        );
        // What it says of each call has to go somewhere.
        std::thread::spawn(move || drop(std::io::copy(&mut said, &mut std::io::sink())));
        Self(strace)
    }
}

impl Drop for Injection {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A disk of a few megabytes in memory.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount() -> Self {
        let folder = tempfile::tempdir().unwrap().keep();
        let disk = Self(folder);
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=24m,mode=0700", "backstock-test"])
            .arg(&disk.0)
            .output()
            .unwrap();
        assert!(
            mounted.status.success(),
            "this test mounts a small disk, which takes root (sudo make test): {}",
            String::from_utf8_lossy(&mounted.stderr)
        );
        disk
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }

    /// Writes until there is no room for one byte more.
    fn fill(&self) {
        let mut file = std::fs::File::create(self.filler()).unwrap();
        for size in [1 << 20, 1 << 12, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
    }

    fn empty(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
        remove(&self.0);
    }
}

fn remove(folder: &Path) {
    let _ = std::fs::remove_dir(folder);
}

//! The box up and down: TLS under its own root, restart, signals, the lock.

use crate::support::{Process, TestBox};
use backstock::app::Ended;

#[tokio::test]
async fn answers_over_its_own_tls_and_keeps_its_name_over_a_restart() {
    let mut test_box = TestBox::start().await;
    let before = test_box.reach().clone();
    let stranger = test_box.stranger();
    stranger.post("/api/v1/moves", serde_json::json!({})).await.refused(401, "not_enrolled");
    let leaf_pem = test_box.config.r#box.data_dir.join("tls/leaf.pem");
    let issued = std::fs::read(&leaf_pem).unwrap();
    test_box.restart().await;
    assert!(
        std::fs::read(&leaf_pem).unwrap() == issued,
        "nothing is new, so no certificate is issued"
    );
    assert_eq!(test_box.reach().root_pem, before.root_pem);
    assert_eq!(test_box.reach().origin, before.origin);
    stranger.post("/api/v1/moves", serde_json::json!({})).await.refused(401, "not_enrolled");
    assert_eq!(test_box.stop(), Ended::Asked);
}

#[test]
fn a_second_process_on_the_folder_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::serve(&folder.path().join("data"));
    let second = process.command(&["serve"]);
    assert_eq!(second.status.code(), Some(4));
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(said.contains("another process holds the data folder"), "{said}");
}

#[test]
fn a_signal_stops_it_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let process = Process::serve(&data);
    let ended = process.terminate();
    assert_eq!(ended.code(), Some(0));
    let log = std::fs::metadata(data.join("backstock.db-wal")).map_or(0, |log| log.len());
    assert_eq!(log, 0, "the write-ahead log was checkpointed");
}

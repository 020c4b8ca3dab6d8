//! The command line and the control socket: with a box that runs, and with none.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::support::{Process, backstock};

const CLAIM: &str = "/api/v1/claim";

fn said(output: &std::process::Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    format!("{}{}", String::from_utf8_lossy(out), String::from_utf8_lossy(err))
}

fn answer(output: &std::process::Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{}", said(output));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(output)))
}

/// Claims a running box with a code from its console.
async fn claim(process: &Process) -> Value {
    let code = answer(&process.command(&["claim-code", "--json"]));
    let input = json!({
        "code": code["code"], "store_name": "Green Leaf", "zone": "America/Los_Angeles",
        "jurisdiction": "CA", "owner_name": "Olga Owner", "device_name": "Phone", "language": "en",
    });
    crate::support::Device::new(&process.reach).post(CLAIM, input).await.ok()
}

#[tokio::test]
async fn commands_reach_the_running_box_and_work_without_one() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::serve(&folder.path().join("data"));
    let early = process.command(&["user", "add", "Ana", "technician"]);
    assert_eq!(early.status.code(), Some(1), "{}", said(&early));
    assert!(said(&early).contains("claim it first"), "{}", said(&early));
    claim(&process).await;

    let late = process.command(&["claim-code"]);
    assert_eq!(late.status.code(), Some(1));
    assert!(said(&late).contains("the box has an owner"), "{}", said(&late));

    let added = answer(&process.command(&["user", "add", "Ana Lopez", "technician", "--json"]));
    assert_eq!(added["user"]["role"], "technician");
    assert_eq!(added["pin"].as_str().map(str::len), Some(6));
    let devices = answer(&process.command(&["device", "list", "--json"]));
    assert_eq!(devices[0]["name"], "Phone");
    let id = devices[0]["id"].to_string();
    answer(&process.command(&["device", "revoke", &id, "--json"]));
    let again = process.command(&["device", "revoke", &id]);
    assert!(said(&again).contains("revoked already"), "{}", said(&again));

    let data = process.data.clone();
    assert_eq!(process.terminate().code(), Some(0));
    let run = |args: &[&str]| backstock(&data).args(args).output().unwrap();
    let pin = answer(&run(&["user", "pin", "ana lopez", "--json"]));
    assert_ne!(pin["pin"], added["pin"]);
    assert!(said(&run(&["user", "disable", "Ana Lopez"])).contains("shut out"));
    let people = answer(&run(&["user", "list", "--json"]));
    let ana = people.as_array().unwrap().iter().find(|user| user["name"] == "Ana Lopez").unwrap();
    assert_eq!(ana["active"], false);
    assert!(said(&run(&["claim-code"])).contains("the box has an owner"));
    let found = answer(&run(&["verify", "--json"]));
    assert_eq!((&found["ok"], &found["entries"]), (&json!(true), &json!(5)));
}

#[tokio::test]
async fn only_the_box_s_own_user_reaches_the_socket_and_a_stale_one_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let process = Process::serve(&data);
    let mode =
        |name: &str| std::fs::metadata(data.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("control.sock"), mode("")), (0o600, 0o700));
    process.kill();
    assert!(data.join("control.sock").exists(), "left behind by the kill");
    let process = Process::serve(&data);
    claim(&process).await;
    let people = answer(&process.command(&["user", "list", "--json"]));
    assert_eq!(people[0]["name"], "Olga Owner");
}

#[test]
fn wrong_settings_are_told_with_their_place_and_end_with_2() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("box.toml");
    std::fs::write(&file, "[web]\nhtpp_port = 80\n").unwrap();
    let run = |args: &[&str]| {
        let mut command = backstock(&folder.path().join("data"));
        command.arg("--config").arg(&file).args(args).output().unwrap()
    };
    let refused = run(&["serve"]);
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert!(
        said(&refused).contains("box.toml:2:1: unknown field `htpp_port`"),
        "{}",
        said(&refused)
    );
    assert_eq!(run(&["serve", "--nonsense"]).status.code(), Some(2));
    assert!(said(&run(&["config"])).contains("# https_port = 443"));
}

#[test]
fn commands_say_where_no_box_is() {
    let folder = tempfile::tempdir().unwrap();
    for args in [&["user", "list"][..], &["device", "list"], &["claim-code"], &["cert", "show"]] {
        let refused = backstock(&folder.path().join("none")).args(args).output().unwrap();
        assert_eq!(refused.status.code(), Some(1), "{args:?}: {}", said(&refused));
        assert!(said(&refused).contains("start"), "{args:?}: {}", said(&refused));
    }
    assert!(!folder.path().join("none").exists(), "asking makes nothing");
}

#[test]
fn the_certificate_shown_is_the_one_served() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::serve(&folder.path().join("data"));
    let shown = answer(&process.command(&["cert", "show", "--json"]));
    assert_eq!(shown["pem"], json!(process.reach.root_pem));
}

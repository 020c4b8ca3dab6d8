//! From the console, with the real program: with a box that runs, with none, over a backup, in the log.

use std::fs::{self, File};
use std::process::Output;

use serde_json::Value;

use super::line::{Line, der};
use super::served::{Chain, holding, kept};
use crate::support::authority::STORE;
use crate::support::load::Premises;
use crate::support::{Process, again, backstock};

fn said(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    format!("{}{}", String::from_utf8_lossy(out), String::from_utf8_lossy(err))
}

#[track_caller]
fn done(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", said(output));
    said(output)
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&done(output)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn installed_shown_backed_up_restored_and_removed() {
    let (premises, process) = Premises::open(1, None).await;
    process.terminate();
    // Everything that the program has to say, to look for the key in it.
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let mut command = again(&premises.reach, &premises.data);
    command.env("BACKSTOCK_LOG_LEVEL", "trace").stderr(File::create(at("log")).unwrap());
    let process = Process::serve_with(command, &premises.data);

    let chain = Chain::new();
    fs::write(at("chain.pem"), chain.text()).unwrap();
    fs::write(at("key.pem"), &chain.issued.key).unwrap();
    let refused = process.command(&["cert", "install", &at("chain.pem")]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("the private key is missing"), "{}", said(&refused));
    let facts =
        json(&process.command(&["cert", "install", &at("chain.pem"), &at("key.pem"), "--json"]));
    assert_eq!(
        (facts["names"][0].as_str(), facts["state"].as_str()),
        (Some(STORE), Some("served"))
    );
    let line = Line::open(premises.reach.https, STORE, &chain.root.pem()).await.unwrap();
    assert_eq!(line.presented()[0], der(&chain.issued.certificate));
    let shown = done(&process.command(&["cert", "show"]));
    assert!(shown.contains("SHA-256") && shown.contains("issued by    Test R3"), "{shown}");
    assert_eq!(json(&process.command(&["cert", "show", "--json"]))["brought"], facts);
    let screen = premises.devices[0].get("/api/v1/certificate").await.ok();
    assert_eq!(screen["brought"], facts);

    fs::write(at("pass"), "a passphrase of the test").unwrap();
    let pass = at("pass");
    done(&process.command(&["backup", &at("store.age"), "--passphrase-file", &pass]));
    process.terminate();
    let log = fs::read_to_string(at("log")).unwrap();
    assert!(log.len() > 1000, "the log was listened to");
    assert_eq!(holding(folder.path(), &chain.issued.key), [folder.path().join("key.pem")]);

    let restored = folder.path().join("restored");
    let run = |args: &[&str]| backstock(&restored).args(args).output().unwrap();
    done(&run(&["restore", &at("store.age"), "--passphrase-file", &pass]));
    let process = Process::serve_again(&premises.reach, &restored);
    let line = Line::open(premises.reach.https, STORE, &chain.root.pem()).await.unwrap();
    assert_eq!(line.presented()[0], der(&chain.issued.certificate));
    process.terminate();

    // With no box running.
    assert_eq!(json(&run(&["cert", "show", "--json"]))["brought"]["state"], "served");
    let removed = done(&run(&["cert", "remove"]));
    assert!(removed.contains(STORE), "{removed}");
    assert!(kept(&restored).is_empty());
    assert!(json(&run(&["cert", "show", "--json"]))["brought"].is_null());
    let none = run(&["cert", "remove"]);
    assert!(said(&none).contains("no certificate of the store's own"), "{}", said(&none));
    done(&run(&["verify"]));
}

#[test]
fn a_box_that_nobody_owns_takes_none() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::serve(&folder.path().join("data"));
    let chain = Chain::new();
    let file = folder.path().join("all.pem");
    fs::write(&file, chain.text() + &chain.issued.key).unwrap();
    let refused = process.command(&["cert", "install", file.to_str().unwrap()]);
    assert!(said(&refused).contains("claim it first"), "{}", said(&refused));
    assert!(kept(&process.data).is_empty());
}

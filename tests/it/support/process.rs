//! The real program as a process of its own: for signals, kills, the lock and the command line.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use serde_json::Value;

use super::Reach;

pub struct Process {
    child: Child,
    pub reach: Reach,
    pub data: PathBuf,
    /// What opens the setup window, where nobody owns the box yet.
    pub claim_code: Option<String>,
}

/// The program with settings for a test: its data folder, free ports, nothing on the network.
pub fn backstock(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_backstock"));
    command
        .env("BACKSTOCK_BOX_DATA_DIR", data)
        .env("BACKSTOCK_WEB_BIND", "127.0.0.1")
        .env("BACKSTOCK_WEB_HTTPS_PORT", "0")
        .env("BACKSTOCK_WEB_HTTP_PORT", "0")
        .env("BACKSTOCK_WEB_LOOPBACK", "true")
        .env("BACKSTOCK_MDNS_ON", "false")
        .env("BACKSTOCK_BACKUP_AT", "")
        .env("BACKSTOCK_LOG_LEVEL", "warn");
    command
}

/// The program on the ports of an earlier run.
pub fn again(reach: &Reach, data: &Path) -> Command {
    let mut command = backstock(data);
    command
        .env("BACKSTOCK_WEB_HTTPS_PORT", reach.https.port().to_string())
        .env("BACKSTOCK_WEB_HTTP_PORT", reach.http.port().to_string());
    command
}

impl Process {
    /// Starts `serve` and waits until it says that it is up.
    pub fn serve(data: &Path) -> Self {
        Self::serve_with(backstock(data), data)
    }

    /// As `serve`, with a command whose environment the test changed.
    pub fn serve_with(mut command: Command, data: &Path) -> Self {
        let mut child = command.args(["serve", "--json"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let facts: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("said {line:?}"));
        let text = |name: &str| facts[name].as_str().unwrap().to_owned();
        let root_pem = std::fs::read_to_string(data.join("tls/root/root.crt")).unwrap();
        let reach = Reach {
            host: text("host"),
            origin: text("origin"),
            https: text("https").parse().unwrap(),
            http: text("http").parse().unwrap(),
            root_pem,
        };
        let claim_code = facts["claim_code"].as_str().map(str::to_owned);
        Self { child, reach, data: data.to_owned(), claim_code }
    }

    /// Starts again on the ports of before: devices go on.
    pub fn serve_again(reach: &Reach, data: &Path) -> Self {
        Self::serve_with(again(reach, data), data)
    }

    /// SIGTERM, then how it ended.
    pub fn terminate(self) -> ExitStatus {
        self.signal("TERM");
        self.ended()
    }

    /// Waits for it to end by itself.
    pub fn ended(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: no chance to finish anything.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    /// Runs another command of the program on the same data folder.
    pub fn command(&self, args: &[&str]) -> Output {
        backstock(&self.data).args(args).output().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Gone already where the test ended it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

//! A proxy before a server, which spoils requests on demand: what a provider does while its answer is lost.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::install::{self, Installed};
use super::{Rig, free_port, start};

/// A running proxy; use its address in place of the server's.
pub struct Chaos {
    rig: Rig,
    /// Says what to spoil; and its folder is mitmproxy's own.
    folder: PathBuf,
}

/// What becomes of a request.
#[derive(Clone, Copy)]
pub enum Spoil {
    /// The connection ends, and the server is never asked.
    Refused,
    /// The server does it, and nobody hears of it.
    AnswerLost,
    /// This status comes instead of asking the server, with `Retry-After: 1`.
    Status(u16),
}

/// Before the server at `url`, which is passed every request as it is until [`Chaos::spoil`] says otherwise.
pub fn before(url: &str) -> Chaos {
    let port = free_port();
    let folder = std::env::temp_dir().join(format!("turnstone-chaos-{port}"));
    fs::create_dir_all(&folder).expect("a folder");
    let mut command = Command::new(Installed::Mitmproxy.program("mitmdump"));
    command
        .args(["--quiet", "--listen-host", "127.0.0.1"])
        .args(["--listen-port", &port.to_string()])
        .args(["--mode", &format!("reverse:{url}")])
        .arg("--scripts")
        .arg(install::scripts().join("mitm_chaos.py"))
        // The host is signed for: it has to be the one that the client wrote.
        .args(["--set", "keep_host_header=true"])
        .args(["--set", &format!("confdir={}", folder.display())])
        .args(["--set", &format!("chaos={}", order(&folder).display())]);
    Chaos {
        rig: start("mitmdump", port, command),
        folder,
    }
}

impl Chaos {
    pub fn url(&self) -> String {
        self.rig.url()
    }

    /// Spoils the next `count` requests that have `matching` in their address or body; replaces what was ordered before.
    pub fn spoil(&self, count: u32, matching: &str, how: Spoil) {
        let (how, status) = match how {
            Spoil::Refused => ("refuse", 0),
            Spoil::AnswerLost => ("lose", 0),
            Spoil::Status(status) => ("status", status),
        };
        let order_text = serde_json::json!({
            "n": count,
            "match": matching,
            "how": how,
            "status": status,
        });
        fs::write(order(&self.folder), order_text.to_string()).expect("an order");
    }

    /// How many of the ordered requests have not come yet.
    pub fn still_to_spoil(&self) -> u64 {
        let text = fs::read_to_string(order(&self.folder)).expect("an order");
        let order: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        order["n"].as_u64().unwrap_or(0)
    }
}

impl Drop for Chaos {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn order(folder: &std::path::Path) -> PathBuf {
    folder.join("chaos.json")
}

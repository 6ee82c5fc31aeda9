//! One request to a rig, to prepare it: plain HTTP on loopback, without a client of anybody's.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};

use super::Rig;

impl Rig {
    /// The body of its answer; panics unless the rig says that it did it.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> String {
        let (did, answer) = self.answer(method, path, headers, body);
        assert!(did, "{method} {path}: {answer}");
        answer
    }

    /// Whether it does what is asked.
    pub fn answers(&self, method: &str, path: &str) -> bool {
        self.answer(method, path, &[], "").0
    }

    fn answer(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> (bool, String) {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        let mut stream = stream.expect("it listens");
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n",
            self.port
        );
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!(
            "Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ));
        stream.write_all(head.as_bytes()).expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("answered");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
        let status = head.split_whitespace().nth(1).unwrap_or_default();
        (status.starts_with('2'), body.to_owned())
    }

    /// As [`Rig::ask`], with JSON both ways.
    pub fn ask_json(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: &serde_json::Value,
    ) -> serde_json::Value {
        let kind = [("Content-Type", "application/json")];
        let headers: Vec<_> = kind.iter().chain(headers).copied().collect();
        let answer = self.ask("POST", path, &headers, &body.to_string());
        serde_json::from_str(&answer).expect("JSON")
    }
}

//! An AWS account at moto, for tests of whole programs: users, keys and buckets are prepared with its checks off, the
//! program under test meets it with them on, and what keys there are in the end is asked of moto itself.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};

use super::Rig;

pub struct Account {
    rig: Rig,
}

/// A key as moto made it.
pub struct UserKey {
    pub id: String,
    pub secret: String,
}

/// A key as moto lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub id: String,
    pub is_active: bool,
}

impl Account {
    /// Nothing is checked yet.
    pub fn start() -> Self {
        Self {
            rig: super::moto(0),
        }
    }

    pub fn url(&self) -> String {
        self.rig.url()
    }

    /// From now on signatures and policies are checked.
    pub fn check_signatures(&self) {
        self.count_unchecked("0");
    }

    /// A user who may do anything with keys and buckets, and the user's first key.
    pub fn user(&self, name: &str) -> UserKey {
        const POLICY: &str = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%5B%22iam%3A%2A%22%2C%22sts%3A%2A%22%2C%22s3%3A%2A%22%5D%2C%22Resource%22%3A%22%2A%22%7D%5D%7D";
        self.iam(&format!("Action=CreateUser&UserName={name}"));
        self.iam(&format!(
            "Action=PutUserPolicy&UserName={name}&PolicyName=p&PolicyDocument={POLICY}"
        ));
        self.key(name)
    }

    /// One more of a user's keys.
    pub fn key(&self, user: &str) -> UserKey {
        let made = self.iam(&format!("Action=CreateAccessKey&UserName={user}"));
        let element = |name| {
            elements(&made, name)
                .next()
                .expect("the element")
                .to_owned()
        };
        UserKey {
            id: element("AccessKeyId"),
            secret: element("SecretAccessKey"),
        }
    }

    pub fn bucket(&self, name: &str) {
        self.send("PUT", &format!("/{name}"), &unsigned("s3"), "");
    }

    /// Prepares something with the checks off, whatever they are; afterwards they are on. Nobody else may be asking.
    pub fn unchecked<T>(&self, prepare: impl FnOnce(&Self) -> T) -> T {
        self.count_unchecked("inf");
        let prepared = prepare(self);
        self.check_signatures();
        prepared
    }

    pub fn keys_of(&self, user: &str) -> Vec<Listed> {
        let told = self
            .unchecked(|account| account.iam(&format!("Action=ListAccessKeys&UserName={user}")));
        let ids = elements(&told, "AccessKeyId");
        let states = elements(&told, "Status");
        ids.zip(states)
            .map(|(id, state)| Listed {
                id: id.to_owned(),
                is_active: state == "Active",
            })
            .collect()
    }

    /// How many calls moto lets through without looking at them.
    fn count_unchecked(&self, count: &str) {
        let plain = "content-type: text/plain\r\n";
        self.send("POST", "/moto-api/reset-auth", plain, count);
    }

    fn iam(&self, form: &str) -> String {
        let headers = format!(
            "{}content-type: application/x-www-form-urlencoded\r\n",
            unsigned("iam")
        );
        self.send("POST", "/", &headers, &format!("{form}&Version=2010-05-08"))
    }

    /// Panics unless the server says that it worked.
    fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> String {
        let port = self.rig.port();
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("moto listens");
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
        );
        stream.write_all(request.as_bytes()).expect("it is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it is answered");
        let (head, rest) = answer.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.contains(" 200 "), "{method} {path}: {answer}");
        rest.to_owned()
    }
}

/// moto reads from the scope of a signature which service is meant.
fn unsigned(service: &str) -> String {
    let scope = format!("AKIAPREPARE/20260101/us-east-1/{service}/aws4_request");
    format!(
        "authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0\r\n"
    )
}

fn elements<'a>(text: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once(&open)?;
        let (element, after) = after.split_once(&close)?;
        rest = after;
        Some(element)
    })
}

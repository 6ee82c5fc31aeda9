//! moto as an account: users, policies and keys are prepared with its checks off, and tried with them on.

use domain::{AuthMethod, Credentials};
use http::Request;
use providers::Answer;
use testkit::rigs::{self, Rig};

use crate::given;

pub struct Moto {
    rig: Rig,
}

/// A key as moto made it.
pub struct Key {
    pub id: String,
    pub secret: String,
}

impl Key {
    pub fn credentials(&self, method: AuthMethod) -> Credentials {
        given::access_key(method, &self.id, &self.secret)
    }
}

impl Moto {
    /// A new key is refused for `key_delay_seconds`.
    pub fn start(key_delay_seconds: u32) -> Moto {
        Moto {
            rig: rigs::moto(key_delay_seconds),
        }
    }

    pub fn url(&self) -> String {
        self.rig.url()
    }

    /// From now on signatures and policies are checked.
    pub async fn check_signatures(&self) {
        let request = Request::post(format!("{}/moto-api/reset-auth", self.url()))
            .header("content-type", "text/plain")
            .body(b"0".to_vec());
        given::done(request.expect("a request")).await;
    }

    /// A user whose policy allows these actions on everything, and the user's first key.
    pub async fn user(&self, name: &str, actions: &[&str]) -> Key {
        self.iam(&format!("Action=CreateUser&UserName={name}"))
            .await;
        let actions: Vec<String> = actions
            .iter()
            .map(|action| format!("%22{action}%22"))
            .collect();
        let policy = format!(
            "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%5B{}%5D%2C%22Resource%22%3A%22%2A%22%7D%5D%7D",
            actions.join("%2C")
        );
        self.iam(&format!(
            "Action=PutUserPolicy&UserName={name}&PolicyName=p&PolicyDocument={policy}"
        ))
        .await;
        self.key(name).await
    }

    pub async fn key(&self, user: &str) -> Key {
        let made = self
            .iam(&format!("Action=CreateAccessKey&UserName={user}"))
            .await;
        Key {
            id: element(&made, "AccessKeyId"),
            secret: element(&made, "SecretAccessKey"),
        }
    }

    pub async fn bucket(&self, name: &str) {
        let request = self.unsigned(Request::put(format!("{}/{name}", self.url())), "s3");
        given::done(request.body(Vec::new()).expect("a request")).await;
    }

    pub async fn object(&self, bucket: &str, key: &str) {
        let request = self.unsigned(Request::put(format!("{}/{bucket}/{key}", self.url())), "s3");
        given::done(request.body(b"x".to_vec()).expect("a request")).await;
    }

    /// One action of IAM, with a key that is not checked; only before [`Moto::check_signatures`].
    pub async fn iam(&self, form: &str) -> Answer {
        let request = self
            .unsigned(Request::post(self.url()), "iam")
            .header("content-type", "application/x-www-form-urlencoded");
        let form = format!("{form}&Version=2010-05-08").into_bytes();
        given::done(request.body(form).expect("a request")).await
    }

    /// moto reads from the scope of a signature which service is meant.
    fn unsigned(&self, request: http::request::Builder, service: &str) -> http::request::Builder {
        let scope = format!("AKIAPREPARE/20260101/us-east-1/{service}/aws4_request");
        let signature =
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
        request.header("authorization", signature)
    }
}

fn element(answer: &Answer, name: &str) -> String {
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    let after = text
        .split_once(&format!("<{name}>"))
        .expect("the element")
        .1;
    after.split_once('<').expect("its end").0.to_owned()
}

//! HTTP on loopback: one request a connection, each answered by a function, and spoiled on demand.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// A client that says nothing for so long is gone.
const PATIENCE: Duration = Duration::from_secs(20);
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// A request as it arrived.
pub struct Asked {
    pub method: String,
    /// Without the query, still encoded.
    pub path: String,
    pub query: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

/// What becomes of a request.
#[derive(Clone)]
pub enum Spoil {
    /// The connection ends, and nobody is asked.
    Refused,
    /// It is carried out, and nobody hears of it.
    AnswerLost,
    /// This status comes instead, with `Retry-After: 1`.
    Status(u16),
    /// Nobody is asked, and this comes instead.
    Instead(u16, Vec<u8>),
    /// It is carried out, and this comes with its status.
    Garbled(Vec<u8>),
}

struct Spoiling {
    left: u32,
    matching: String,
    how: Spoil,
}

#[derive(Default)]
struct Shared {
    spoiling: Mutex<Option<Spoiling>>,
    lines: Mutex<Vec<String>>,
    stop: AtomicBool,
}

/// A running server; it takes no more when this is dropped.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
}

type Answering = dyn Fn(&Asked) -> Reply + Send + Sync;

impl Server {
    pub fn start(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("bound");
        let shared = Arc::new(Shared::default());
        let (seen, answer): (_, Arc<Answering>) = (Arc::clone(&shared), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if seen.stop.load(Ordering::SeqCst) {
                    return;
                }
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                // A connection that breaks is the client's to notice.
                thread::spawn(move || stream.and_then(|stream| serve(stream, &seen, &*answer)));
            }
        });
        Server { address, shared }
    }

    /// `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Spoils the next `count` requests that have `matching` in `METHOD path?query`, a line break and the body.
    pub fn spoil(&self, count: u32, matching: &str, how: Spoil) {
        *locked(&self.shared.spoiling) = Some(Spoiling {
            left: count,
            matching: matching.to_owned(),
            how,
        });
    }

    pub fn still_to_spoil(&self) -> u32 {
        locked(&self.shared.spoiling)
            .as_ref()
            .map_or(0, |spoiling| spoiling.left)
    }

    /// `METHOD path?query` of every request, in the order in which they came.
    pub fn asked(&self) -> Vec<String> {
        locked(&self.shared.lines).clone()
    }

    /// How many requests began so.
    pub fn count(&self, beginning: &str) -> usize {
        let asked = self.asked();
        asked
            .iter()
            .filter(|line| line.starts_with(beginning))
            .count()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        // Wakes whoever waits for a connection; nobody may be waiting any more.
        let _ = TcpStream::connect(self.address);
    }
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The token after `Bearer `.
    pub fn bearer(&self) -> Option<&str> {
        self.header("authorization")?.strip_prefix("Bearer ")
    }

    pub fn parameter(&self, name: &str) -> Option<&str> {
        let mut pairs = self
            .query
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        pairs
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }

    /// The body, where it is said to be JSON and is.
    pub fn json(&self) -> Option<Value> {
        let kind = self.header("content-type")?;
        kind.starts_with("application/json")
            .then(|| serde_json::from_slice(&self.body).ok())
            .flatten()
    }

    fn line(&self) -> String {
        let mark = if self.query.is_empty() { "" } else { "?" };
        format!("{} {}{mark}{}", self.method, self.path, self.query)
    }
}

impl Reply {
    pub fn json(status: u16, body: &Value) -> Reply {
        Reply {
            status,
            headers: vec![("content-type", "application/json".to_owned())],
            body: body.to_string().into_bytes(),
        }
    }

    pub fn empty(status: u16) -> Reply {
        Reply {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub fn xml(status: u16, body: String) -> Reply {
        Reply {
            status,
            headers: vec![("content-type", "application/xml".to_owned())],
            body: body.into_bytes(),
        }
    }
}

/// What a thread that panicked held is still what it was.
pub fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(stream: TcpStream, shared: &Shared, answer: &Answering) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let Some(asked) = read(&stream)? else {
        return Ok(());
    };
    locked(&shared.lines).push(asked.line());
    let reply = match shared.spoil_for(&asked) {
        Some(Spoil::Refused) => return Ok(()),
        Some(Spoil::AnswerLost) => {
            answer(&asked);
            return Ok(());
        }
        Some(Spoil::Status(status)) => Reply {
            headers: vec![("retry-after", "1".to_owned())],
            ..Reply::empty(status)
        },
        Some(Spoil::Instead(status, body)) => Reply {
            body,
            ..Reply::empty(status)
        },
        Some(Spoil::Garbled(body)) => Reply {
            body,
            ..answer(&asked)
        },
        None => answer(&asked),
    };
    write(stream, &asked, &reply)
}

impl Shared {
    fn spoil_for(&self, asked: &Asked) -> Option<Spoil> {
        let body = String::from_utf8_lossy(&asked.body);
        let whole = format!("{}\n{body}", asked.line());
        let mut spoiling = locked(&self.spoiling);
        let spoiling = spoiling.as_mut()?;
        if spoiling.left == 0 || !whole.contains(&spoiling.matching) {
            return None;
        }
        spoiling.left -= 1;
        Some(spoiling.how.clone())
    }
}

/// `None` where no request came.
fn read(stream: &TcpStream) -> std::io::Result<Option<Asked>> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let (Some(method), Some(target)) = (words.next(), words.next()) else {
        return Ok(None);
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (method, path, query) = (method.to_owned(), path.to_owned(), query.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut asked = Asked {
        method,
        path,
        query,
        headers,
        body: Vec::new(),
    };
    let length = asked
        .header("content-length")
        .and_then(|text| text.parse().ok());
    asked.body = vec![0; length.unwrap_or(0).min(BODY_BYTES_MAX)];
    reader.read_exact(&mut asked.body)?;
    Ok(Some(asked))
}

fn write(mut stream: TcpStream, asked: &Asked, reply: &Reply) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {} .\r\nconnection: close\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", reply.body.len()));
    stream.write_all(head.as_bytes())?;
    if asked.method != "HEAD" {
        stream.write_all(&reply.body)?;
    }
    stream.flush()
}

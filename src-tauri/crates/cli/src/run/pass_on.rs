//! Passing a child's output on, masked, without holding a prompt back.

use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::mask_stream::{MaskStream, Masked};

/// What may be the beginning of a value waits this long for the rest. Below the 100 ms within which everything is passed on.
const QUIET_MILLIS: i64 = 60;
/// How often a child's end is looked at while a descendant keeps its output open.
const LOOK_MILLIS: i64 = 200;
const CHUNK_BYTES: usize = 64 * 1024;

/// Ends at the end of the stream, or when the child is gone and what it left behind is quiet.
pub fn masked(
    mut from: impl Read + AsFd,
    mut to: impl Write,
    masked: &Masked,
    ended: &Arc<AtomicBool>,
) {
    let mut stream = MaskStream::new(masked);
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let was_ended = ended.load(Ordering::SeqCst);
        let wait = if stream.is_holding() {
            QUIET_MILLIS
        } else {
            LOOK_MILLIS
        };
        let passed = match is_readable(&from, wait) {
            Ok(true) => match from.read(&mut chunk) {
                Ok(0) | Err(_) => break,
                Ok(read) => stream.push(chunk.get(..read).unwrap_or_default()),
            },
            Ok(false) if was_ended => break,
            Ok(false) => stream.flush(),
            Err(rustix::io::Errno::INTR) => continue,
            Err(_) => break,
        };
        if write(&mut to, &passed).is_err() {
            // Nobody listens any more. Closing our end tells the child, as if it wrote there itself.
            return;
        }
    }
    // At the end there is nobody to tell.
    let _closed = write(&mut to, &stream.flush());
}

fn is_readable(from: &impl AsFd, wait_millis: i64) -> Result<bool, rustix::io::Errno> {
    let mut polled = [PollFd::new(from, PollFlags::IN)];
    let wait = Timespec {
        tv_sec: 0,
        tv_nsec: wait_millis * 1_000_000,
    };
    poll(&mut polled, Some(&wait)).map(|ready| ready > 0)
}

fn write(to: &mut impl Write, bytes: &[u8]) -> std::io::Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    to.write_all(bytes)?;
    to.flush()
}

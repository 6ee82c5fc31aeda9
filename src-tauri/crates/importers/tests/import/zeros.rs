//! Files that are nowhere.

use std::io::{Read, Result as IoResult, Seek, SeekFrom};

/// So many bytes of zero, of which none is anywhere; it counts those that were asked for.
pub struct Zeros {
    length: u64,
    /// What stands in the place of the first of them.
    head: &'static [u8],
    at: u64,
    pub read: u64,
}

impl Zeros {
    pub fn of(length: u64) -> Zeros {
        Zeros {
            length,
            head: &[],
            at: 0,
            read: 0,
        }
    }

    /// As long as before.
    pub fn after(self, head: &'static [u8]) -> Zeros {
        Zeros { head, ..self }
    }
}

impl Read for Zeros {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        let wanted = u64::try_from(buffer.len()).expect("a length");
        let given = wanted.min(self.length - self.at);
        let begun = usize::try_from(self.at).unwrap_or(usize::MAX);
        self.at += given;
        self.read += given;
        let given = usize::try_from(given).expect("a length");
        buffer
            .get_mut(..given)
            .expect("no more than wanted")
            .fill(0);
        let head = self.head.get(begun..).unwrap_or_default();
        for (byte, known) in buffer.iter_mut().take(given).zip(head) {
            *byte = *known;
        }
        Ok(given)
    }
}

impl Seek for Zeros {
    fn seek(&mut self, to: SeekFrom) -> IoResult<u64> {
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::End(0) => self.length,
            _ => panic!("another seek than to the ends"),
        };
        Ok(self.at)
    }
}

//! A file of two records, written in turn: a write torn by a power cut never costs the last good one.

use std::cmp::Reverse;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use domain::ids::VaultId;
use sha2::{Digest, Sha256};

use super::private_file;
use crate::identity::Identity;
use crate::signature::{SIGNATURE_BYTES, Signature, SigningPurpose, VerifyingKey};

/// The second record stands in another sector and page than the first.
const RECORD_STRIDE: u64 = 4096;
const COUNTER_BYTES: usize = 8;
const DIGEST_BYTES: usize = 32;

/// What makes a record prove that it is whole.
pub(super) enum Check<'a> {
    /// Against accidents only.
    Digest,
    /// Also against other people: a signature by the member's identity, which those after it can verify too.
    Signature(&'a Identity),
}

/// What a record has to prove.
pub(super) enum Proof {
    Digest,
    SignedBy(VaultId, VerifyingKey),
}

pub(super) enum Stored<const N: usize> {
    Nothing,
    /// The file is there and neither record is whole.
    Broken,
    Newest([u8; N]),
}

/// The file, opened and locked against other processes until dropped.
pub(super) struct RecordPair<'a, const N: usize> {
    file: File,
    check: Check<'a>,
    found: Found<N>,
}

/// A record as this process last wrote it: what stands in the file byte for byte needs no other proof.
pub(super) struct OwnRecord(Vec<u8>);

impl<'a, const N: usize> RecordPair<'a, N> {
    /// Opens the file for reading, without a lock; `None` where there is none.
    pub(super) fn read(path: &Path, proof: &Proof) -> io::Result<Stored<N>> {
        match File::open(path) {
            Ok(mut file) => Ok(stored(&newest(&mut file, proof, None)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Stored::Nothing),
            Err(error) => Err(error),
        }
    }

    pub(super) fn lock(path: &PathBuf, check: Check<'a>) -> io::Result<RecordPair<'a, N>> {
        Self::lock_after(path, check, None)
    }

    /// As [`RecordPair::lock`], where this process has written `own` under the same check.
    pub(super) fn lock_after(
        path: &PathBuf,
        check: Check<'a>,
        own: Option<&OwnRecord>,
    ) -> io::Result<RecordPair<'a, N>> {
        let mut file = private_file()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        file.lock()?;
        let found = newest(&mut file, &check.proof(), own)?;
        Ok(RecordPair { file, check, found })
    }

    pub(super) fn newest(&self) -> Stored<N> {
        stored(&self.found)
    }

    /// Writes over the older record.
    pub(super) fn write(&mut self, payload: &[u8; N]) -> io::Result<OwnRecord> {
        let (counter, at) = match self.found {
            Found::Newest { counter, at, .. } => (counter.wrapping_add(1), 1 - at),
            Found::Nothing | Found::Broken => (1, 0),
        };
        let mut record = [&counter.to_be_bytes(), payload.as_slice()].concat();
        let check = self.check.of(&record);
        record.extend_from_slice(&check);
        self.file.seek(SeekFrom::Start(at * RECORD_STRIDE))?;
        self.file.write_all(&record)?;
        self.found = Found::Newest {
            counter,
            at,
            payload: *payload,
        };
        Ok(OwnRecord(record))
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }
}

enum Found<const N: usize> {
    Nothing,
    Broken,
    Newest {
        counter: u64,
        at: u64,
        payload: [u8; N],
    },
}

/// A record as it stands in the file, not yet proven.
struct Record<const N: usize> {
    at: u64,
    counter: u64,
    payload: [u8; N],
    body: Vec<u8>,
    check: Vec<u8>,
}

impl OwnRecord {
    fn is<const N: usize>(&self, record: &Record<N>) -> bool {
        self.0.strip_prefix(record.body.as_slice()) == Some(record.check.as_slice())
    }
}

fn stored<const N: usize>(found: &Found<N>) -> Stored<N> {
    match found {
        Found::Nothing => Stored::Nothing,
        Found::Broken => Stored::Broken,
        Found::Newest { payload, .. } => Stored::Newest(*payload),
    }
}

/// The record of the higher counter that holds. The other one is proven only where that one does not: a signature's
/// proof is most of what this costs.
fn newest<const N: usize>(
    file: &mut File,
    proof: &Proof,
    own: Option<&OwnRecord>,
) -> io::Result<Found<N>> {
    if file.metadata()?.len() == 0 {
        return Ok(Found::Nothing);
    }
    let mut records = Vec::with_capacity(2);
    for at in 0..2 {
        records.extend(record_at::<N>(file, at, proof)?);
    }
    records.sort_by_key(|record| Reverse(record.counter));
    let whole = records.into_iter().find(|record| {
        own.is_some_and(|own| own.is(record)) || proof.holds(&record.body, &record.check)
    });
    Ok(whole.map_or(Found::Broken, |record| Found::Newest {
        counter: record.counter,
        at: record.at,
        payload: record.payload,
    }))
}

fn record_at<const N: usize>(
    file: &mut File,
    at: u64,
    proof: &Proof,
) -> io::Result<Option<Record<N>>> {
    let mut body = Vec::new();
    file.seek(SeekFrom::Start(at * RECORD_STRIDE))?;
    let body_bytes = COUNTER_BYTES + N;
    let whole = body_bytes + proof.bytes();
    Read::by_ref(file)
        .take(u64::try_from(whole).expect("a small record"))
        .read_to_end(&mut body)?;
    if body.len() < body_bytes {
        return Ok(None);
    }
    let check = body.split_off(body_bytes);
    let Some((counter, payload)) = body.split_first_chunk::<COUNTER_BYTES>() else {
        return Ok(None);
    };
    let Ok(payload) = <[u8; N]>::try_from(payload) else {
        return Ok(None);
    };
    Ok(Some(Record {
        at,
        counter: u64::from_be_bytes(*counter),
        payload,
        body,
        check,
    }))
}

impl Check<'_> {
    fn of(&self, body: &[u8]) -> Vec<u8> {
        match self {
            Check::Digest => Sha256::digest(body).to_vec(),
            Check::Signature(identity) => identity
                .sign(SigningPurpose::DeviceHead, body)
                .to_bytes()
                .to_vec(),
        }
    }

    fn proof(&self) -> Proof {
        match self {
            Check::Digest => Proof::Digest,
            Check::Signature(identity) => {
                Proof::SignedBy(identity.vault_id(), identity.verifying_key())
            }
        }
    }
}

impl Proof {
    fn bytes(&self) -> usize {
        match self {
            Proof::Digest => DIGEST_BYTES,
            Proof::SignedBy(..) => SIGNATURE_BYTES,
        }
    }

    fn holds(&self, body: &[u8], check: &[u8]) -> bool {
        match self {
            Proof::Digest => Sha256::digest(body).as_slice() == check,
            Proof::SignedBy(vault, key) => check.try_into().is_ok_and(|bytes| {
                let signature = Signature::from_bytes(bytes);
                key.verify(SigningPurpose::DeviceHead, *vault, body, &signature)
                    .is_ok()
            }),
        }
    }
}

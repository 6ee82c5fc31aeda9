//! A file of two records, written in turn: a write torn by a power cut never costs the last good one.

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
}

impl<'a, const N: usize> RecordPair<'a, N> {
    /// Opens the file for reading, without a lock; `None` where there is none.
    pub(super) fn read(path: &Path, proof: &Proof) -> io::Result<Stored<N>> {
        match File::open(path) {
            Ok(mut file) => Ok(stored(newest(&mut file, proof)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Stored::Nothing),
            Err(error) => Err(error),
        }
    }

    pub(super) fn lock(path: &PathBuf, check: Check<'a>) -> io::Result<RecordPair<'a, N>> {
        let file = private_file()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        file.lock()?;
        Ok(RecordPair { file, check })
    }

    pub(super) fn newest(&mut self) -> io::Result<Stored<N>> {
        Ok(stored(newest(&mut self.file, &self.check.proof())?))
    }

    /// Writes over the older record.
    pub(super) fn write(&mut self, payload: &[u8; N]) -> io::Result<()> {
        let (counter, at) = match newest::<N>(&mut self.file, &self.check.proof())? {
            Found::Newest { counter, at, .. } => (counter.wrapping_add(1), 1 - at),
            Found::Nothing | Found::Broken => (1, 0),
        };
        let mut record = [&counter.to_be_bytes(), payload.as_slice()].concat();
        let check = self.check.of(&record);
        record.extend_from_slice(&check);
        self.file.seek(SeekFrom::Start(at * RECORD_STRIDE))?;
        self.file.write_all(&record)
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

fn stored<const N: usize>(found: Found<N>) -> Stored<N> {
    match found {
        Found::Nothing => Stored::Nothing,
        Found::Broken => Stored::Broken,
        Found::Newest { payload, .. } => Stored::Newest(payload),
    }
}

fn newest<const N: usize>(file: &mut File, proof: &Proof) -> io::Result<Found<N>> {
    if file.metadata()?.len() == 0 {
        return Ok(Found::Nothing);
    }
    let mut best = Found::Broken;
    for at in 0..2 {
        let Some((counter, payload)) = record_at(file, at, proof)? else {
            continue;
        };
        if !matches!(best, Found::Newest { counter: other, .. } if other > counter) {
            best = Found::Newest {
                counter,
                at,
                payload,
            };
        }
    }
    Ok(best)
}

fn record_at<const N: usize>(
    file: &mut File,
    at: u64,
    proof: &Proof,
) -> io::Result<Option<(u64, [u8; N])>> {
    let mut record = Vec::new();
    file.seek(SeekFrom::Start(at * RECORD_STRIDE))?;
    let body_bytes = COUNTER_BYTES + N;
    let whole = body_bytes + proof.bytes();
    Read::by_ref(file)
        .take(u64::try_from(whole).expect("a small record"))
        .read_to_end(&mut record)?;
    let Some((body, check)) = record.split_at_checked(body_bytes) else {
        return Ok(None);
    };
    let Some((counter, payload)) = body.split_first_chunk::<COUNTER_BYTES>() else {
        return Ok(None);
    };
    let Ok(payload) = <[u8; N]>::try_from(payload) else {
        return Ok(None);
    };
    let whole = proof.holds(body, check);
    Ok(whole.then(|| (u64::from_be_bytes(*counter), payload)))
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

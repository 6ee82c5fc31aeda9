//! Numbers and pieces from the front of bytes that may end anywhere.

use super::damaged;
use crate::error::ImportError;

/// What is left to read.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], ImportError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or_else(damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], ImportError> {
        self.take(N)?.try_into().map_err(|_| damaged())
    }

    pub(super) fn u8(&mut self) -> Result<u8, ImportError> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    pub(super) fn u16(&mut self) -> Result<u16, ImportError> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    pub(super) fn u32(&mut self) -> Result<u32, ImportError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    /// A length in four bytes and that many bytes.
    pub(super) fn sized(&mut self) -> Result<&'a [u8], ImportError> {
        let length = usize::try_from(self.u32()?).map_err(|_| damaged())?;
        self.take(length)
    }
}

/// Bytes that must be exactly so many.
pub(super) fn exact<const N: usize>(bytes: &[u8]) -> Result<[u8; N], ImportError> {
    bytes.try_into().map_err(|_| damaged())
}

//! AES-256 in CBC mode with PKCS#7 padding, for reading what other password managers have sealed.

use aes::Aes256;
use aes::cipher::{Block, BlockCipherDecrypt, KeyInit};
use zeroize::Zeroizing;

const BLOCK_BYTES: usize = 16;

/// The text is not whole blocks, or its padding is wrong: a wrong key, or damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CbcError;

/// Use it only on what a MAC has vouched for, or where a wrong padding is told like a wrong password.
pub(crate) fn decrypt_cbc(
    key: &[u8; 32],
    iv: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, CbcError> {
    let mut before: [u8; BLOCK_BYTES] = iv.try_into().map_err(|_| CbcError)?;
    let (blocks, rest) = sealed.as_chunks::<BLOCK_BYTES>();
    if blocks.is_empty() || !rest.is_empty() {
        return Err(CbcError);
    }
    let cipher = Aes256::new(&(*key).into());
    let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
    for sealed_block in blocks {
        let mut block: Block<Aes256> = (*sealed_block).into();
        cipher.decrypt_block(&mut block);
        plain.extend(block.iter().zip(&before).map(|(byte, mask)| byte ^ mask));
        before = *sealed_block;
    }
    let padding = plain.last().copied().ok_or(CbcError)?;
    let count = usize::from(padding);
    let kept = plain.len().checked_sub(count).ok_or(CbcError)?;
    let is_padding = (1..=BLOCK_BYTES).contains(&count)
        && plain
            .get(kept..)
            .is_some_and(|end| end.iter().all(|byte| *byte == padding));
    if !is_padding {
        return Err(CbcError);
    }
    plain.truncate(kept);
    Ok(plain)
}

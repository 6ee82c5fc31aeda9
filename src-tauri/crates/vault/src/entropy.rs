//! Random bytes, from the operating system alone.

use zeroize::Zeroizing;

/// The operating system gave no random bytes. Nothing that needs them may go on.
#[derive(Debug, thiserror::Error)]
#[error("The system's random number generator does not answer.")]
pub struct EntropyError(#[from] getrandom::Error);

pub fn fill(bytes: &mut [u8]) -> Result<(), EntropyError> {
    Ok(getrandom::fill(bytes)?)
}

/// For ids, salts and nonces: bytes that are no secret.
pub fn generate_bytes<const N: usize>() -> Result<[u8; N], EntropyError> {
    let mut bytes = [0; N];
    fill(&mut bytes)?;
    Ok(bytes)
}

/// For what is a secret until it has reached its place.
pub(crate) fn generate_secret_bytes<const N: usize>() -> Result<Zeroizing<[u8; N]>, EntropyError> {
    let mut bytes = Zeroizing::new([0; N]);
    fill(bytes.as_mut_slice())?;
    Ok(bytes)
}

//! The page key: SQLCipher's raw key, under which every page of the database lies.

use zeroize::Zeroizing;

use crate::entropy::EntropyError;
use crate::memory::Key;

/// No `Clone`, `Debug` or `Serialize`: it opens the database.
///
/// ```compile_fail
/// fn clone_it(key: vault::page_key::PageKey) { let _ = key.clone(); }
/// ```
/// ```compile_fail
/// fn show_it(key: vault::page_key::PageKey) { let _ = format!("{key:?}"); }
/// ```
pub struct PageKey(Key<32>);

impl PageKey {
    pub(crate) fn generate() -> Result<Self, EntropyError> {
        Ok(Self(Key::generate()?))
    }

    pub(crate) fn copy_from(bytes: &[u8; 32]) -> Self {
        Self(Key::copy_from(bytes))
    }

    pub(crate) fn expose_bytes(&self) -> &[u8; 32] {
        self.0.expose_bytes()
    }

    /// 64 lower-case hexadecimal digits, for `PRAGMA key = "x'…'"`.
    pub fn expose_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(self.expose_bytes()))
    }
}

//! Where keys lie while they are used: pages of their own, kept out of swap where the system
//! allows, and wiped when they are dropped.

use std::convert::Infallible;
use std::io;

use zeroize::Zeroize;

use crate::entropy::{self, EntropyError};

/// A key of `N` bytes.
///
/// No `Clone`, `Debug` or `Serialize`: a key exists once and is never shown.
///
/// ```compile_fail
/// fn clone_it(key: vault::memory::Key<32>) { let _ = key.clone(); }
/// ```
/// ```compile_fail
/// fn show_it(key: vault::memory::Key<32>) { let _ = format!("{key:?}"); }
/// ```
pub struct Key<const N: usize>(Box<Page<N>>);

/// Alone on its memory pages, so that unlocking them exposes no neighbour's key to swap.
#[repr(align(4096))]
struct Page<const N: usize>([u8; N]);

impl<const N: usize> Key<N> {
    /// Fills a key in place, so that no copy of it stays behind on the stack.
    pub(crate) fn build<E>(fill: impl FnOnce(&mut [u8; N]) -> Result<(), E>) -> Result<Self, E> {
        let mut key = Self(Box::new(Page([0; N])));
        lock_in_memory(&key.0);
        fill(&mut key.0.0)?;
        Ok(key)
    }

    pub(crate) fn build_with(fill: impl FnOnce(&mut [u8; N])) -> Self {
        let Ok(key) = Self::build(|key| {
            fill(key);
            Ok::<(), Infallible>(())
        });
        key
    }

    pub(crate) fn generate() -> Result<Self, EntropyError> {
        Self::build(|key| entropy::fill(key))
    }

    pub(crate) fn copy_from(bytes: &[u8; N]) -> Self {
        Self::build_with(|key| key.copy_from_slice(bytes))
    }

    pub(crate) fn expose_bytes(&self) -> &[u8; N] {
        &self.0.0
    }
}

impl<const N: usize> Drop for Key<N> {
    fn drop(&mut self) {
        self.0.0.zeroize();
        unlock_in_memory(&self.0);
    }
}

/// No core dump and no debugger of the same user may read this process from now on.
///
/// Call it first thing in `main`. Where the system refuses, the caller says so in its log and goes
/// on: it is a second line of defence.
pub fn harden_process() -> io::Result<()> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        setrlimit(Resource::Core, none)?;
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    }
    Ok(())
}

// Locking is best effort: systems limit how much a process may lock (RLIMIT_MEMLOCK), and a
// refusal must not keep anyone from their vault.
#[cfg(unix)]
#[expect(
    unsafe_code,
    reason = "mlock has no safe wrapper; the region is one live allocation"
)]
fn lock_in_memory<const N: usize>(page: &Page<N>) {
    let start = std::ptr::from_ref(page).cast_mut().cast();
    // SAFETY: the range is exactly the allocation behind `page`; mlock neither reads nor moves it.
    let _refused = unsafe { rustix::mm::mlock(start, size_of::<Page<N>>()) };
}

#[cfg(unix)]
#[expect(
    unsafe_code,
    reason = "munlock has no safe wrapper; the region is one live allocation"
)]
fn unlock_in_memory<const N: usize>(page: &Page<N>) {
    let start = std::ptr::from_ref(page).cast_mut().cast();
    // SAFETY: as in `lock_in_memory`; no other value lies on these pages.
    let _refused = unsafe { rustix::mm::munlock(start, size_of::<Page<N>>()) };
}

#[cfg(not(unix))]
fn lock_in_memory<const N: usize>(_page: &Page<N>) {}

#[cfg(not(unix))]
fn unlock_in_memory<const N: usize>(_page: &Page<N>) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_its_pages_to_itself() {
        assert_eq!(size_of::<Page<32>>(), 4096);
        let key = Key::copy_from(&[7; 32]);
        assert_eq!(std::ptr::from_ref(&*key.0).addr() % 4096, 0);
        assert_eq!(key.expose_bytes(), &[7; 32]);
    }
}

//! Where keys lie while they are used: pages of their own, kept out of swap where the system
//! allows, and wiped when they are dropped.

use std::convert::Infallible;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

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
pub struct Key<const N: usize>(LockedPage);

impl<const N: usize> Key<N> {
    /// Fills a key in place, so that no copy of it stays behind on the stack.
    pub(crate) fn build<E>(fill: impl FnOnce(&mut [u8; N]) -> Result<(), E>) -> Result<Self, E> {
        let mut key = Self(LockedPage::take());
        fill(key.bytes_mut())?;
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
        self.0.page().first_chunk().expect(FITS)
    }

    fn bytes_mut(&mut self) -> &mut [u8; N] {
        self.0.page_mut().first_chunk_mut().expect(FITS)
    }
}

impl<const N: usize> Drop for Key<N> {
    fn drop(&mut self) {
        self.bytes_mut().zeroize();
    }
}

const FITS: &str = "a key is smaller than a page";
const PAGE_BYTES: usize = 4096;
/// A value is sealed and opened with two keys that live for that moment only; a few more belong to an open vault.
const SPARE_PAGES_MAX: usize = 8;

/// Alone on its memory page, so that unlocking it exposes no neighbour's key to swap.
#[repr(align(4096))]
struct Page([u8; PAGE_BYTES]);

/// A page that is locked and, while no key has it, all zeros. It goes back among the spare ones: locking, unlocking and
/// mapping a page for each key of a moment would cost more than what the key is used for.
struct LockedPage(Option<Box<Page>>);

static SPARE: Mutex<Vec<Box<Page>>> = Mutex::new(Vec::new());

impl LockedPage {
    fn take() -> Self {
        let spare = spare_pages().pop();
        Self(Some(spare.unwrap_or_else(|| {
            let page = Box::new(Page([0; PAGE_BYTES]));
            lock_in_memory(&page);
            page
        })))
    }

    fn page(&self) -> &[u8; PAGE_BYTES] {
        &self.0.as_ref().expect(THERE).0
    }

    fn page_mut(&mut self) -> &mut [u8; PAGE_BYTES] {
        &mut self.0.as_mut().expect(THERE).0
    }
}

const THERE: &str = "the page goes back when its key is dropped, and not before";

impl Drop for LockedPage {
    fn drop(&mut self) {
        let Some(page) = self.0.take() else { return };
        let mut spare = spare_pages();
        if spare.len() < SPARE_PAGES_MAX {
            spare.push(page);
        } else {
            unlock_in_memory(&page);
        }
    }
}

/// Nothing can panic while the list is held, and a list of pages is whole in any case.
fn spare_pages() -> MutexGuard<'static, Vec<Box<Page>>> {
    SPARE.lock().unwrap_or_else(PoisonError::into_inner)
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
fn lock_in_memory(page: &Page) {
    let start = std::ptr::from_ref(page).cast_mut().cast();
    // SAFETY: the range is exactly the allocation behind `page`; mlock neither reads nor moves it.
    let _refused = unsafe { rustix::mm::mlock(start, size_of::<Page>()) };
}

#[cfg(unix)]
#[expect(
    unsafe_code,
    reason = "munlock has no safe wrapper; the region is one live allocation"
)]
fn unlock_in_memory(page: &Page) {
    let start = std::ptr::from_ref(page).cast_mut().cast();
    // SAFETY: as in `lock_in_memory`; no other value lies on these pages.
    let _refused = unsafe { rustix::mm::munlock(start, size_of::<Page>()) };
}

#[cfg(not(unix))]
fn lock_in_memory(_page: &Page) {}

#[cfg(not(unix))]
fn unlock_in_memory(_page: &Page) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_its_page_to_itself() {
        assert_eq!(size_of::<Page>(), PAGE_BYTES);
        let (key, other) = (Key::copy_from(&[7; 32]), Key::copy_from(&[8; 20]));
        assert_eq!(key.expose_bytes(), &[7; 32]);
        assert_eq!(other.expose_bytes(), &[8; 20]);
        for bytes in [key.0.page(), other.0.page()] {
            assert_eq!(bytes.as_ptr().addr() % PAGE_BYTES, 0);
        }
        assert_ne!(key.0.page().as_ptr(), other.0.page().as_ptr());
    }

    #[test]
    fn a_page_that_a_key_leaves_holds_nothing_of_it() {
        for _ in 0..SPARE_PAGES_MAX * 2 {
            let keys: Vec<Key<32>> = (0..SPARE_PAGES_MAX * 2)
                .map(|_| Key::copy_from(&[0xA7; 32]))
                .collect();
            drop(keys);
            let unfilled = Key::<32>::build_with(|_| ());
            assert!(unfilled.0.page().iter().all(|byte| *byte == 0));
        }
        assert!(spare_pages().len() <= SPARE_PAGES_MAX);
    }

    #[test]
    fn a_key_that_could_not_be_filled_leaves_nothing() {
        let half = Key::<32>::build(|key| {
            key[..16].fill(0xA7);
            Err(())
        });
        assert!(half.is_err());
        assert!(spare_pages().iter().all(|page| page.0 == [0; PAGE_BYTES]));
    }
}

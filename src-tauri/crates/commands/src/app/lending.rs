//! Lending the open vault to what takes long. The session goes on meanwhile; its end waits until the vault is given back.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use vault::UnlockedVault;

/// How many hold a session's vault.
#[derive(Default)]
pub struct Lent {
    holders: Mutex<usize>,
    given_back: Condvar,
}

pub struct Loan {
    pub vault: Arc<UnlockedVault>,
    /// After the vault, so that it is dropped when nobody is counted any more.
    _holder: Holder,
}

struct Holder(Arc<Lent>);

impl Lent {
    pub fn lend(self: &Arc<Self>, vault: &Arc<UnlockedVault>) -> Loan {
        *self.holders() += 1;
        Loan {
            vault: Arc::clone(vault),
            _holder: Holder(Arc::clone(self)),
        }
    }

    pub fn wait_until_returned(&self) {
        let holders = self.holders();
        let _none = self
            .given_back
            .wait_while(holders, |holders| *holders > 0)
            .unwrap_or_else(PoisonError::into_inner);
    }

    fn holders(&self) -> MutexGuard<'_, usize> {
        self.holders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        *self.0.holders() -= 1;
        self.0.given_back.notify_all();
    }
}

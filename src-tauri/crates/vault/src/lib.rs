//! Keys, sealing and the encrypted store. `docs/FORMAT.md` specifies every byte that is written.

mod aead;
mod announced;
mod audit_log;
mod backup;
mod canonical;
mod change_keys;
mod check;
pub mod database_name;
mod device;
pub mod entropy;
mod fault;
mod fingerprint;
mod folder;
mod genesis;
mod grant;
mod grouped_code;
pub mod identity;
pub mod invitation_code;
pub mod kdf;
mod keys_change;
pub mod keys_file;
mod labels;
mod members;
mod membership;
pub mod memory;
#[cfg(test)]
mod must_reject;
mod own_keys;
pub mod page_key;
pub mod password;
mod reader;
pub mod recovery_code;
mod rekey;
mod renew_identity;
pub mod seal;
mod sealed_token;
pub mod signature;
mod slot;
mod store;
mod suite;
mod sweep;
pub mod unlock_keys;
mod unlocked;
#[cfg(test)]
mod vectors;
pub mod wrapped_key;
mod writer;

pub use announced::{PlaceError, Placed};
pub use audit_log::{
    ActResult, AuditEntry, AuditLine, AuditPage, AuditQuery, EntrySays, Resource, ResourceId,
    ResourceType, UnreadableEntry,
};
pub use audit_log::{ExportError, ExportFormat, Exported};
pub use backup::{BackupChecked, BackupError, BackupMade, check_backup, restore_backup};
pub use change_keys::{ChangeKeysError, ConfirmError};
pub use check::{
    BadEntry, CheckReport, Checked, LogReader, Problem, ProblemKind, Progress, VerifyError,
    VerifyReport,
};
pub use device::{Device, DeviceError};
pub use folder::{
    CreateError, Invitation, JoinError, OlderState, OpenError, UnlockError, VaultFolder,
    create_vault,
};
pub use keys_change::KeysChange;
pub use members::{MemberDone, MemberError};
pub use membership::MemberStatus;
pub use reader::fingerprints::{Held, SameValue};
pub use reader::known_keys::KeyHolder;
pub use reader::members::MemberView;
pub use reader::value_finder::{ValueFinder, ValueMark};
pub use reader::{Exposed, ExposedSecret, Exposure, OpenValueError, Reader};
pub use rekey::{RekeyError, RekeyProgress, RekeyStage, Rekeyed};
pub use renew_identity::Renewed;
pub use store::connections::{ConnectionPage, ConnectionQuery};
pub use store::counts::Counts;
pub use store::due::{AgeWeek, DueDay, DueList};
pub use store::error::StoreError;
pub use store::exposed::ExposedItem;
pub use store::known_keys::Having;
pub use store::list::{
    Cursor, Direction, Filter, HoldingKind, ListPage, ListQuery, Listed, NEEDS_COUNTED_MAX, Needs,
    OpenRun, Sort, SortKey, Start, ValuesAre,
};
pub use store::locations::{LocationPage, LocationQuery};
pub use store::rotations::{RotationPage, RotationQuery};
pub use store::search::{MATCHES_COUNTED_MAX, SearchCursor, SearchPage, SearchQuery};
pub use store::verifications::VerifiedCounts;
pub use sweep::TrashEmptied;
pub use unlocked::{UnlockedVault, WriteState};
pub use writer::Writer;

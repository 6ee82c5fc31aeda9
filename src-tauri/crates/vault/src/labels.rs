//! Domain separation: the text that begins everything Turnstone derives, seals, signs or hashes.
//!
//! Each label is used for one purpose only and ends in a zero byte, which no label holds, so that
//! no label with its data can be read as another. `docs/FORMAT.md` lists them; they never change.

pub(crate) const GENESIS: &[u8] = b"turnstone/1/genesis\0";

pub(crate) const PASSWORD_SLOT: &[u8] = b"turnstone/1/slot/password\0";
pub(crate) const RECOVERY_SLOT: &[u8] = b"turnstone/1/slot/recovery\0";
pub(crate) const INVITATION_SLOT: &[u8] = b"turnstone/1/slot/invitation\0";
pub(crate) const SLOT_CHECKSUM: &[u8] = b"turnstone/1/slot/checksum\0";
pub(crate) const RECOVERY_CODE_CHECKSUM: &[u8] = b"turnstone/1/recovery-code/checksum\0";
pub(crate) const RECOVERY_CODE_RECIPIENT: &[u8] = b"turnstone/1/recovery-code/recipient\0";
pub(crate) const INVITATION_CODE_CHECKSUM: &[u8] = b"turnstone/1/invitation-code/checksum\0";
pub(crate) const INVITATION_CODE_RECIPIENT: &[u8] = b"turnstone/1/invitation-code/recipient\0";

pub(crate) const GRANT: &[u8] = b"turnstone/1/grant\0";

pub(crate) const WRAPPING_KEY: &[u8] = b"turnstone/1/wrapping-key\0";
pub(crate) const WRAPPED_VERSION_KEY: &[u8] = b"turnstone/1/wrapped-version-key\0";
pub(crate) const VALUES: &[u8] = b"turnstone/1/values\0";

pub(crate) const TOKEN_WRAPPING_KEY: &[u8] = b"turnstone/1/token-wrapping-key\0";
pub(crate) const WRAPPED_TOKEN_KEY: &[u8] = b"turnstone/1/wrapped-token-key\0";
pub(crate) const TOKEN: &[u8] = b"turnstone/1/token\0";

pub(crate) const FINGERPRINT_WRAPPING_KEY: &[u8] = b"turnstone/1/fingerprint-wrapping-key\0";
pub(crate) const WRAPPED_FINGERPRINT_KEY: &[u8] = b"turnstone/1/wrapped-fingerprint-key\0";
pub(crate) const FINGERPRINT: &[u8] = b"turnstone/1/fingerprint\0";

pub(crate) const SIGN_KEYS_FILE: &[u8] = b"turnstone/1/sign/keys-file\0";
pub(crate) const SIGN_MEMBERSHIP: &[u8] = b"turnstone/1/sign/membership\0";
pub(crate) const SIGN_GRANT: &[u8] = b"turnstone/1/sign/grant\0";
pub(crate) const SIGN_RECOVERY_RECIPIENT: &[u8] = b"turnstone/1/sign/recovery-recipient\0";
pub(crate) const SIGN_AUDIT_ENTRY: &[u8] = b"turnstone/1/sign/audit-entry\0";
pub(crate) const SIGN_DEVICE_HEAD: &[u8] = b"turnstone/1/sign/device-head\0";

pub(crate) const MAC_DEVICE_LOG: &[u8] = b"turnstone/1/mac/device-log\0";
pub(crate) const MAC_IMPORT_ORIGIN: &[u8] = b"turnstone/1/mac/import-origin\0";
pub(crate) const WALKED: &[u8] = b"turnstone/1/walked/log\0";
pub(crate) const WALKED_RECORD: &[u8] = b"turnstone/1/walked/record\0";

pub(crate) const STATE_SECRET: &[u8] = b"turnstone/1/state/secret\0";
pub(crate) const STATE_LOCATION: &[u8] = b"turnstone/1/state/location\0";
pub(crate) const STATE_CONNECTION: &[u8] = b"turnstone/1/state/connection\0";
pub(crate) const STATE_SETTINGS: &[u8] = b"turnstone/1/state/settings\0";
pub(crate) const STATE_VERIFICATION: &[u8] = b"turnstone/1/state/verification\0";
pub(crate) const STATE_ROTATION: &[u8] = b"turnstone/1/state/rotation\0";
pub(crate) const STATE_POLICY: &[u8] = b"turnstone/1/state/policy\0";
pub(crate) const STATE_MEMBER: &[u8] = b"turnstone/1/state/member\0";
pub(crate) const STATE_PURGED: &[u8] = b"turnstone/1/state/purged\0";
pub(crate) const AUDIT_ENTRY: &[u8] = b"turnstone/1/audit/entry\0";
pub(crate) const AUDIT_MEMBERSHIP: &[u8] = b"turnstone/1/audit/membership\0";
pub(crate) const AUDIT_LOG: &[u8] = b"turnstone/1/audit/log\0";

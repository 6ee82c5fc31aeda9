//! How much an external vault may answer, and how long it may take.

use std::time::Duration;

/// The most bytes of a list of vaults or items. An item's line has some 500.
pub const LIST_BYTES_MAX: usize = 64 * 1024 * 1024;
/// The most lines of a list.
pub const LIST_ITEMS_MAX: usize = importers::IMPORT_ITEMS_MAX;
/// The most bytes of one item's answer. One above `importers::ITEM_BYTES_MAX` is a line of the report.
pub const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The most bytes that all items fetched at once have together.
pub const FETCH_BYTES_MAX: usize = 128 * 1024 * 1024;
/// So many items refused for a reason that is not known, and none had, mean that none can be.
pub const FIRST_FAILURES_MAX: usize = 5;
/// For so many items it is asked first whether a service account's limit leaves room for them.
pub const ALLOWANCE_ASKED_FROM: usize = 20;
/// How many items are asked for at the same time.
pub const AT_ONCE_MAX: usize = 4;
/// The most of a program's complaints that is read.
pub const COMPLAINT_BYTES_MAX: usize = 64 * 1024;
/// The longest that `op` may take by itself.
pub const OP_WAIT: Duration = Duration::from_secs(60);
/// The same where a person is asked by 1Password's app to allow it.
pub const OP_PERSON_WAIT: Duration = Duration::from_secs(180);

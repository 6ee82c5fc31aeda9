//! How much of a foreign file is looked at. Each limit is far above what a real export has.

/// The largest file opened. Exports hold attachments, so they can be large; only small parts are read.
pub const IMPORT_FILE_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;
/// The most entries of an archive.
pub const ARCHIVE_ENTRIES_MAX: usize = 20_000;
/// The most bytes read to learn what an archive holds.
pub const ARCHIVE_DIRECTORY_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// The most bytes that an export's main document has when inflated.
pub const EXPORT_DOCUMENT_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// The most bytes inflated from one archive, attachments included.
pub const INFLATED_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// How many times larger than its compressed form an entry may grow. JSON of many like items reaches about 60.
pub const INFLATE_RATIO_MAX: u64 = 250;
/// The most accounts, vaults and items together.
pub const IMPORT_ITEMS_MAX: usize = 200_000;
/// The largest single item; a value has at most 64 KiB.
pub const ITEM_BYTES_MAX: usize = 2 * 1024 * 1024;
/// How deep an item's JSON may be nested. Real ones reach 9.
pub const ITEM_DEPTH_MAX: usize = 64;
/// The most members of one object and elements of one list within an item.
pub const ITEM_MEMBERS_MAX: usize = 2_000;
/// The largest table, and the largest of the other formats that are plain text.
pub const TABLE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// The most columns of a table.
pub const TABLE_COLUMNS_MAX: usize = 500;
/// The most cells of a table without its header: empty ones take memory too.
pub const TABLE_CELLS_MAX: usize = 2_000_000;
/// The most PBKDF2 iterations that are worked through: Bitwarden's own upper bound.
pub const PBKDF2_ITERATIONS_MAX: u64 = 2_000_000;
/// Fewer than these Bitwarden refuses to write.
pub const PBKDF2_ITERATIONS_MIN: u64 = 5_000;
/// The most memory that deriving a key may take.
pub const ARGON2_MIB_MAX: u64 = 1_024;
/// The most passes over that memory.
pub const ARGON2_PASSES_MAX: u64 = 1_000;
/// The most mebibytes written in all passes together, which is what takes the time: about a minute.
pub const ARGON2_MIB_TIMES_PASSES_MAX: u64 = 32 * 1_024;
pub const ARGON2_LANES_MAX: u64 = 64;
/// The largest file of settings. Real ones have a few kilobytes.
pub const LINES_FILE_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// The longest line of such a file; a value has at most 64 KiB.
pub const LINE_BYTES_MAX: usize = 1024 * 1024;
/// The largest KeePass database.
pub const KDBX_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// The largest KeePass key file.
pub const KEY_FILE_BYTES_MAX: u64 = 1024 * 1024;
/// The most rounds of AES-KDF: about ten seconds' work.
pub const AES_KDF_ROUNDS_MAX: u64 = 200_000_000;
/// How deep a database's document may be nested; each group is a level.
pub const XML_DEPTH_MAX: usize = 128;
/// The most elements of a database's document. An entry has about 40; each element takes about 200 bytes of memory.
pub const XML_ELEMENTS_MAX: usize = 4_000_000;
/// The most attached files fetched for one item of 1Password itself.
pub const ATTACHED_FILES_MAX: usize = 100;

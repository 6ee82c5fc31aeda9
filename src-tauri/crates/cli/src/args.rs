//! The flags. Errors of theirs end with 2 and never repeat what was given: it may be a value in the wrong place.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// The commands of Turnstone without its window.
#[derive(Parser)]
#[command(name = "turnstone-cli", version, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    pub vault: VaultArgs,
    #[command(subcommand)]
    pub act: Act,
}

/// Which vault, and what opens it.
#[derive(Args)]
pub struct VaultArgs {
    /// The vault's folder; may be left out where only one vault is known
    #[arg(long, global = true, value_name = "DIR")]
    pub vault: Option<PathBuf>,
    /// Reads the master password from a file (one line end at its end is dropped)
    #[arg(long, global = true, value_name = "FILE", conflicts_with_all = ["password_stdin", "recovery_code_file"])]
    pub password_file: Option<PathBuf>,
    /// Reads the master password from the first line of standard input
    #[arg(long, global = true, conflicts_with = "recovery_code_file")]
    pub password_stdin: bool,
    /// Unlocks with the recovery code in a file
    #[arg(long, global = true, value_name = "FILE")]
    pub recovery_code_file: Option<PathBuf>,
    /// Takes a folder that is older than what this device saw of the vault, such as a restored backup
    #[arg(long, global = true)]
    pub accept_rollback: bool,
}

#[derive(Subcommand)]
pub enum Act {
    /// Makes vaults and looks after them
    #[command(subcommand)]
    Vault(VaultAct),
    /// Who belongs to the vault
    #[command(subcommand)]
    Member(MemberAct),
    /// Verifies the audit log and takes it elsewhere
    #[command(subcommand)]
    Audit(AuditAct),
    /// Carries out one command
    Call {
        /// The command's name, as `commands` lists it
        command: String,
        /// The request: `-` for standard input, @FILE, or JSON where it holds no credentials
        #[arg(default_value = "{}")]
        request: String,
    },
    /// Carries out one command a line: {"command", "request"} in, {"ok", "answer"} or {"ok", "error"} out
    Batch {
        /// `-` for standard input, or @FILE
        requests: String,
    },
    /// Says what would become of a file, or of items of 1Password; with --apply, imports them
    Import(ImportArgs),
    /// Runs a program with values in its environment, and masks them in what it prints
    Run(RunArgs),
    /// Lists every command with the schemas of its request and answer
    Commands,
    /// Fills the vault with made-up secrets to look at
    Demo,
}

#[derive(Subcommand)]
pub enum VaultAct {
    /// Makes a vault in a folder that is empty or does not exist
    Create {
        folder: PathBuf,
        #[arg(long)]
        name: String,
        /// The owner's name in the audit log; the login name when left out
        #[arg(long)]
        member: Option<String>,
        /// Where the recovery code goes (a new file, 0600); without it, to the terminal only
        #[arg(long, value_name = "FILE")]
        recovery_file: Option<PathBuf>,
    },
    /// Joins a vault with an invitation, as a member with a password of one's own
    Join {
        folder: PathBuf,
        /// Holds the invitation code
        #[arg(long, value_name = "FILE")]
        invitation_file: PathBuf,
        /// Where the recovery code goes (a new file, 0600); without it, to the terminal only
        #[arg(long, value_name = "FILE")]
        recovery_file: Option<PathBuf>,
    },
    /// Lists the vaults that this device knows
    List,
    /// Checks pages, records and the log of the vault
    Check,
    /// The recovery code
    #[command(subcommand)]
    Recovery(RecoveryAct),
    /// New keys of one's own and a new password, for who thinks that someone may know the old one
    RenewIdentity {
        /// Reads the new master password from a file; without it, it is asked for at the terminal
        #[arg(long, value_name = "FILE")]
        new_password_file: Option<PathBuf>,
        /// Where the new recovery code goes (a new file, 0600); without it, to the terminal only
        #[arg(long, value_name = "FILE")]
        recovery_file: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
pub enum MemberAct {
    /// Lists the members and who was one
    List,
    /// Invites somebody; the code joins once, within fourteen days
    Invite {
        name: String,
        /// owner, admin, operator or viewer
        #[arg(long)]
        role: String,
        /// Where the invitation code goes (a new file, 0600); without it, to the terminal only
        #[arg(long, value_name = "FILE")]
        invitation_file: Option<PathBuf>,
    },
    /// Gives a member another role
    Update {
        /// The member's id, as `member list` shows it
        id: String,
        /// owner, admin, operator or viewer
        #[arg(long)]
        role: String,
    },
    /// Removes a member, or takes an invitation back
    Remove {
        /// The member's id, as `member list` shows it
        id: String,
    },
}

#[derive(Subcommand)]
pub enum AuditAct {
    /// Looks at every entry's hash, chain, signature and right, and at every record's newest entry
    Verify,
    /// Writes the log to a new file, oldest entry first
    Export(ExportArgs),
}

#[derive(Args)]
pub struct ExportArgs {
    pub file: PathBuf,
    /// csv or json_lines
    #[arg(long)]
    pub format: String,
    /// Entries of one member, by id
    #[arg(long, value_name = "ID")]
    pub actor: Option<String>,
    /// Entries of one act, such as value_copied
    #[arg(long)]
    pub action: Option<String>,
    /// vault, secret, location, connection or member
    #[arg(long, value_name = "TYPE")]
    pub resource_type: Option<String>,
    /// Entries about one record
    #[arg(long, value_name = "ID")]
    pub resource_id: Option<String>,
    /// From this moment on (RFC 3339)
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Before this moment (RFC 3339)
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
}

#[derive(Subcommand)]
pub enum RecoveryAct {
    /// Makes a new recovery code; the old one stops working
    Renew {
        /// Where the recovery code goes (a new file, 0600); without it, to the terminal only
        #[arg(long, value_name = "FILE")]
        recovery_file: Option<PathBuf>,
    },
}

#[derive(Args)]
pub struct ImportArgs {
    /// What it is, is seen by its content
    #[arg(required_unless_present_any = ["from_1password", "from_1password_app"], conflicts_with_all = ["from_1password", "from_1password_app"])]
    pub file: Option<PathBuf>,
    /// Items of 1Password, by a connection of the vault
    #[arg(
        long = "from-1password",
        value_name = "NAME_OR_ID",
        conflicts_with = "from_1password_app"
    )]
    pub from_1password: Option<String>,
    /// Items of 1Password, by its app on this computer; with its account, where it has several
    #[arg(long = "from-1password-app", value_name = "ACCOUNT", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub from_1password_app: Option<String>,
    /// A vault of 1Password, by name or id; all of them without this
    #[arg(long, value_name = "NAME_OR_ID", conflicts_with = "file")]
    pub op_vault: Vec<String>,
    /// Leaves the values in 1Password and refers to them
    #[arg(long, conflicts_with = "file")]
    pub references: bool,
    /// Imports; without it, nothing is written
    #[arg(long)]
    pub apply: bool,
    /// Where the report goes: a new file, as JSON where its name ends so, else as Markdown
    #[arg(long, value_name = "FILE", requires = "apply")]
    pub report: Option<PathBuf>,
    /// An item by its id, as the plan shows it; all that are in no trash without this
    #[arg(long, value_name = "ID")]
    pub item: Vec<String>,
    /// Answers a question of the plan
    #[arg(long, num_args = 3, value_names = ["ITEM", "QUESTION", "CHOICE"])]
    pub answer: Vec<String>,
    /// Answers every other question as the plan does; without it an open question stops the import
    #[arg(long, requires = "apply")]
    pub as_proposed: bool,
    /// Makes no locations of what the file names
    #[arg(long)]
    pub no_locations: bool,
    /// Reads it as this format
    #[arg(long, conflicts_with_all = ["from_1password", "from_1password_app"])]
    pub format: Option<String>,
    /// What each column of a table holds
    #[arg(long, value_name = "USE", value_delimiter = ',', conflicts_with_all = ["from_1password", "from_1password_app"])]
    pub columns: Vec<String>,
    /// What the first row of a table is: names of its columns, or data like the others
    #[arg(long, value_name = "names|data", conflicts_with_all = ["from_1password", "from_1password_app"])]
    pub first_row: Option<String>,
    /// The first line of this file is the password of a protected one
    #[arg(long, value_name = "FILE", conflicts_with_all = ["from_1password", "from_1password_app"])]
    pub file_password: Option<PathBuf>,
    /// The key file of a KeePass database
    #[arg(long, value_name = "FILE", conflicts_with_all = ["from_1password", "from_1password_app"])]
    pub key_file: Option<PathBuf>,
}

#[derive(Args)]
pub struct RunArgs {
    /// A secret by name or id: its values go under its env key or the names that the catalogue knows
    #[arg(long, value_name = "NAME_OR_ID")]
    pub secret: Vec<String>,
    /// One value under a variable of your choice
    #[arg(long, value_name = "VAR=NAME_OR_ID[.FIELD]")]
    pub env: Vec<String>,
    /// Passes the program's output through untouched
    #[arg(long)]
    pub no_masking: bool,
    /// The program and its arguments, after --
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub command: Vec<std::ffi::OsString>,
}

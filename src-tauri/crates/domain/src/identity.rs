//! Whose key it is, as far as the values say so themselves: read when they are written, and shown without opening them.

use crate::catalogue::AuthMethod;
use crate::credentials::Credentials;
use crate::shape;

/// The account or project that a secret's values belong to. Not secret by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    kind: IdentityKind,
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IdentityKind {
    AwsAccount,
    GcpProject,
    AzureAccount,
}

/// The longest text taken for an account or a project.
pub const IDENTITY_CHARS_MAX: usize = 100;

impl Identity {
    /// `None` where the values do not tell.
    pub fn of(credentials: &Credentials) -> Option<Self> {
        let (kind, text) = match credentials.method() {
            AuthMethod::S3AccessKey => {
                let id = credentials.field("access_key_id")?.expose_text();
                (IdentityKind::AwsAccount, aws_account(id)?)
            }
            AuthMethod::GcsServiceAccount => {
                let file = credentials.field("service_account_json")?.expose_text();
                (IdentityKind::GcpProject, shape::project_of(file)?)
            }
            AuthMethod::AzureAccountKey => {
                let name = credentials.field("account_name")?.expose_text();
                (IdentityKind::AzureAccount, name.to_owned())
            }
            AuthMethod::AzureSasUrl => {
                let url = credentials.field("sas_url")?.expose_text();
                (IdentityKind::AzureAccount, shape::sas_account(url)?)
            }
            _ => return None,
        };
        Self::new(kind, &text)
    }

    fn new(kind: IdentityKind, text: &str) -> Option<Self> {
        let plain = |next: char| next.is_ascii_alphanumeric() || ".-_:".contains(next);
        let fits = !text.is_empty() && text.len() <= IDENTITY_CHARS_MAX && text.chars().all(plain);
        fits.then(|| Self {
            kind,
            text: text.to_owned(),
        })
    }

    /// Reads what [`Identity::to_stored`] wrote.
    pub fn from_stored(stored: &str) -> Option<Self> {
        let (kind, text) = stored.split_once(' ')?;
        Self::new(IdentityKind::parse(kind)?, text)
    }

    pub fn to_stored(&self) -> String {
        format!("{} {}", self.kind.as_str(), self.text)
    }

    pub fn kind(&self) -> IdentityKind {
        self.kind
    }

    pub fn text(&self) -> &str {
        &self.text
    }
}

impl IdentityKind {
    pub const ALL: [Self; 3] = [Self::AwsAccount, Self::GcpProject, Self::AzureAccount];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::AwsAccount => "aws_account",
            Self::GcpProject => "gcp_project",
            Self::AzureAccount => "azure_account",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::AwsAccount => "AWS account",
            Self::GcpProject => "Google Cloud project",
            Self::AzureAccount => "Storage account",
        }
    }
}

/// The account number in an access key's id: after four letters come bits in base 32, of which the 40 after the first
/// are the number. Keys made before 2019 (`AKIAI…`, `AKIAJ…`) have none in them.
fn aws_account(id: &str) -> Option<String> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const BITS_READ: usize = 48;
    const ACCOUNT_MASK: u64 = 0x7fff_ffff_ff80;
    if !shape::is_aws_key_id(id) {
        return None;
    }
    let rest = id.get(4..)?;
    if rest.starts_with(['I', 'J']) {
        return None;
    }
    let mut bits: u64 = 0;
    // Ten letters have fifty bits.
    for letter in rest.chars().take(BITS_READ.div_ceil(5)) {
        let value = ALPHABET.find(letter)?;
        bits = (bits << 5) | u64::try_from(value).ok()?;
    }
    let read = bits >> 2;
    Some(format!("{:012}", (read & ACCOUNT_MASK) >> 7))
}

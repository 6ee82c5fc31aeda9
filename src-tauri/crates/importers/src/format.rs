//! The formats that can be read.

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// 1Password's unencrypted export.
    OnePux,
    /// 1Password's or Apple's CSV of logins.
    OnePasswordCsv,
    /// Bitwarden's JSON, plain or protected with a password.
    Bitwarden,
    /// A KeePass database, KDBX 3 or 4.
    Keepass,
    /// `KEY=value` lines.
    Dotenv,
    /// AWS's shared credentials or config file.
    AwsProfiles,
    /// `rclone.conf`, plain or encrypted.
    Rclone,
    /// s3cmd's `.s3cfg`.
    S3cfg,
    /// The MinIO client's `config.json`.
    MinioClient,
    /// A Google service account's key file.
    GcpKey,
    AzureConnectionString,
    /// Any other table; a person says what its columns are.
    Csv,
    /// Items from 1Password itself, by its program or its Connect server. In no file, so not in [`Format::ALL`].
    OnePasswordLive,
}

impl Format {
    /// What a file can be.
    pub const ALL: &'static [Format] = &[
        Format::OnePux,
        Format::OnePasswordCsv,
        Format::Bitwarden,
        Format::Keepass,
        Format::Dotenv,
        Format::AwsProfiles,
        Format::Rclone,
        Format::S3cfg,
        Format::MinioClient,
        Format::GcpKey,
        Format::AzureConnectionString,
        Format::Csv,
    ];

    pub fn parse(text: &str) -> Option<Format> {
        Format::ALL
            .iter()
            .copied()
            .find(|format| format.as_str() == text)
    }

    /// Stable, for machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::OnePux => "1pux",
            Format::OnePasswordCsv => "1password_csv",
            Format::Bitwarden => "bitwarden",
            Format::Keepass => "keepass",
            Format::Dotenv => "dotenv",
            Format::AwsProfiles => "aws_profiles",
            Format::Rclone => "rclone",
            Format::S3cfg => "s3cfg",
            Format::MinioClient => "minio_client",
            Format::GcpKey => "gcp_key",
            Format::AzureConnectionString => "azure_connection_string",
            Format::Csv => "csv",
            Format::OnePasswordLive => "1password_live",
        }
    }

    /// As the window calls it.
    pub fn label(self) -> &'static str {
        match self {
            Format::OnePux => "1Password export (1PUX)",
            Format::OnePasswordCsv => "1Password CSV",
            Format::Bitwarden => "Bitwarden JSON",
            Format::Keepass => "KeePass database (KDBX)",
            Format::Dotenv => ".env file",
            Format::AwsProfiles => "AWS credentials or config",
            Format::Rclone => "rclone configuration",
            Format::S3cfg => "s3cmd configuration",
            Format::MinioClient => "MinIO client configuration",
            Format::GcpKey => "Google service account key",
            Format::AzureConnectionString => "Azure connection string",
            Format::Csv => "CSV table",
            Format::OnePasswordLive => "1Password",
        }
    }

    /// The first word of the source by which a later import finds a secret again.
    pub(crate) fn source_word(self) -> &'static str {
        match self {
            Format::OnePux | Format::OnePasswordLive => "1password",
            _ => self.as_str(),
        }
    }
}

//! By what a later import finds a secret again. Where a file gives its items no ids, that is the place it lies at and never its name
//! alone: there is a `.env` in every project.

use std::io;

use domain::secret::ImportSource;
use importers::{Format, ParsedSecret};
use sha2::{Digest, Sha256};
use vault::UnlockedVault;

use super::source::Source;

pub enum Origin {
    /// Whichever file brings them, items are the same by their ids.
    OwnIds,
    Place {
        format: Format,
        /// Made with a key of the member's, so that the vault tells nobody what folders there are.
        mark: [u8; 32],
    },
}

impl Origin {
    pub fn of(vault: &UnlockedVault, source: &Source, format: Format) -> io::Result<Self> {
        if has_own_ids(format) {
            return Ok(Self::OwnIds);
        }
        let mark = vault.import_origin(&source.place()?);
        Ok(Self::Place { format, mark })
    }

    /// For a file of its own, `FORMAT:HEX`: what it was called there is not told either.
    pub fn source(&self, parsed: &ParsedSecret) -> ImportSource {
        let Self::Place { format, mark } = self else {
            return parsed.source.clone();
        };
        let digest = Sha256::new()
            .chain_update(mark)
            .chain_update(parsed.source.as_str());
        let digest = digest.finalize();
        let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let text = format!("{}:{digits}", format.as_str());
        ImportSource::parse(&text).expect("a format and 64 digits are a source")
    }
}

fn has_own_ids(format: Format) -> bool {
    match format {
        Format::OnePux | Format::OnePasswordLive | Format::Bitwarden | Format::Keepass => true,
        Format::OnePasswordCsv
        | Format::Dotenv
        | Format::AwsProfiles
        | Format::Rclone
        | Format::S3cfg
        | Format::MinioClient
        | Format::GcpKey
        | Format::AzureConnectionString
        | Format::Csv => false,
    }
}

//! Any bytes as any of these formats: what fuzzing looks for, on a smaller scale.

#[path = "../../fuzz/fuzz_targets/checks.rs"]
mod checks;

use checks::read_as;
use importers::Format;
use proptest::prelude::*;

const FORMATS: [Format; 8] = [
    Format::Dotenv,
    Format::AwsProfiles,
    Format::Rclone,
    Format::S3cfg,
    Format::MinioClient,
    Format::GcpKey,
    Format::AzureConnectionString,
    Format::Csv,
];

/// Words of the formats, put together in any order.
const WORDS: &str = "(\\[a\\]|\\[profile b\\]|aws_access_key_id|aws_secret_access_key|access_key|secret_key|access_key_id|secret_access_key|type|s3|crypt|pass|remote|a:b/c|AccountName|AccountKey|sig|https://x/\\?sig=y|password|title|AKIAIOSFODNN7EXAMPLE|\"|'|`|\\$|#|;|,|=|:|\\{|\\}|\\\\|\n|\r\n| |x|YWFhYWFhYWFhYWFhYWFhYXMaGgIlEQ){0,40}";

proptest! {
    #[test]
    fn no_bytes_stop_a_reader_or_are_lost(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for format in FORMATS {
            read_as(format, &bytes, Some("turnip"));
        }
    }

    #[test]
    fn no_words_stop_a_reader_or_are_lost(text in WORDS) {
        for format in FORMATS {
            read_as(format, text.as_bytes(), Some("turnip"));
        }
    }
}

//! `.env` files.

use importers::{Format, ImportError, ReadOptions};

use crate::config_files::{dump, item_named, items, options, read_with};
use crate::{fates, values};

fn dotenv(text: &str) -> Vec<importers::ParsedItem> {
    items(Format::Dotenv, text)
}

/// Row 51 of what other importers got wrong (allan2/dotenvy#113, #167; cachix/secretspec#73): `$2a$10$…` was read back as something else.
#[test]
fn peers_row_51_a_dollar_in_a_value_is_never_substituted() {
    let read = dotenv("HASH_SECRET=\"foo:$2a$10$TWoGcyKd\"\nPASSWORD=$ecret$HOME\n");
    assert_eq!(
        values(item_named(&read, "HASH_SECRET")),
        ["foo:$2a$10$TWoGcyKd"]
    );
    let password = item_named(&read, "PASSWORD");
    assert_eq!(values(password), ["$ecret$HOME"]);
    assert!(password.remarks.iter().any(|it| it.contains('$')));
}

/// The expected values were written by a shell and by python-dotenv.
#[test]
fn values_are_those_that_a_shell_and_python_dotenv_read() {
    let text = include_str!("../fixtures/dotenv/agreed.env");
    let agreed: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(include_str!("../fixtures/dotenv/agreed.json")).expect("JSON");
    // Under names of their own they are all taken, whatever they look like.
    let text: String = text
        .lines()
        .map(|line| match line.split_once('=') {
            Some((name, rest)) if agreed.contains_key(name) => format!("{name}_SECRET={rest}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let read = dotenv(&text.replace("export EXPORTED=", "export EXPORTED_SECRET="));
    for (name, value) in &agreed {
        let value = value.as_str().expect("a text");
        if !value.is_empty() {
            let item = item_named(&read, &format!("{name}_SECRET"));
            assert_eq!(values(item), [value], "{name}");
        }
    }
}

#[test]
fn variables_become_secrets_with_their_names_and_settings_are_named() {
    insta::assert_snapshot!(dump(&dotenv(
        "# app\nNODE_ENV=production\nPORT=3000\nOPENAI_API_KEY=sk-proj-abc # for the bot\nDATABASE_URL=postgres://app:hunter2@db/app\n2FA=\"x y\"\nPATH=secret-path-1\n#OLD_TOKEN=abc\nEMPTY=\nnonsense\n"
    )));
}

#[test]
fn an_access_key_and_what_belongs_to_it_are_one_item() {
    insta::assert_snapshot!(dump(&dotenv(
        "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\nAWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\nAWS_DEFAULT_REGION=eu-central-1\nS3_BUCKET=acme-media\n"
    )));
}

#[test]
fn pairs_with_prefixes_are_told_apart() {
    insta::assert_snapshot!(dump(&dotenv(
        "PROD_S3_ACCESS_KEY=prod-id\nPROD_S3_SECRET_KEY=prod-secret-key\nPROD_S3_ENDPOINT=https://s3.eu-central-1.wasabisys.com\nPROD_S3_BUCKET=prod\nDEV_S3_ACCESS_KEY=dev-id\nDEV_S3_SECRET_KEY=dev-secret-key\nDEV_S3_ENDPOINT=http://minio.dev:9000\nB2_APPLICATION_KEY_ID=0045f0571db506a0000000001\nB2_APPLICATION_KEY=K004abcdefghijklmnopqrstuvwxyzA\nAZURE_STORAGE_ACCOUNT=acmemedia\nAZURE_STORAGE_KEY=YWJj\n"
    )));
}

#[test]
fn a_key_whose_service_nothing_names_is_asked_about() {
    let read = dotenv("AWS_ACCESS_KEY_ID=some-user\nAWS_SECRET_ACCESS_KEY=some-secret-key\n");
    let item = item_named(&read, "AWS access key");
    assert_eq!(item.questions.len(), 1);
    let choices: Vec<&str> = item
        .questions
        .iter()
        .flat_map(|it| &it.choices)
        .map(|it| it.id.as_str())
        .collect();
    for wanted in [
        "s3_access_key",
        "s3_compatible_access_key",
        "r2_access_key",
        "wasabi_access_key",
    ] {
        assert!(choices.contains(&wanted), "{wanted}");
    }
}

#[test]
fn temporary_credentials_are_left_out_with_words() {
    let read = dotenv(
        "AWS_ACCESS_KEY_ID=ASIAIOSFODNN7EXAMPLE\nAWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\nAWS_SESSION_TOKEN=AQoDYXdz\n",
    );
    let item = item_named(&read, "AWS access key");
    assert!(item.secrets.is_empty());
    assert_eq!(item.left_out.len(), 3);
    assert!(
        item.left_out
            .iter()
            .all(|line| line.reason.contains("temporary"))
    );
}

#[test]
fn a_connection_string_in_a_variable_is_the_account_and_its_key() {
    let read = dotenv(
        "AZURE_STORAGE_CONNECTION_STRING=\"DefaultEndpointsProtocol=https;AccountName=acmemedia;AccountKey=YWJjZA==;EndpointSuffix=core.windows.net\"\n",
    );
    let item = item_named(&read, "AZURE_STORAGE_CONNECTION_STRING");
    let methods: Vec<&str> = item.secrets.iter().map(|it| it.method().as_str()).collect();
    assert_eq!(methods, ["azure_account_key"]);
}

#[test]
fn the_same_variable_of_two_files_has_two_sources() {
    let source = |origin: &str| {
        let options = ReadOptions {
            origin: Some(origin.to_owned()),
            ..options()
        };
        let import = read_with(b"API_KEY=abcdefgh12345678\n", &options).expect("readable");
        let secret = import.items.first().and_then(|item| item.secrets.first());
        secret.expect("a secret").source.as_str().to_owned()
    };
    assert_ne!(source("a.env"), source("b.env"));
    assert_eq!(source("a.env"), source("a.env"));
}

#[test]
fn names_are_made_safe_to_show_and_it_is_said() {
    let read = dotenv("A\u{202E}B_SECRET=abcdef\nOK_SECRET=abcdef\n");
    let item = item_named(&read, "A·B_SECRET");
    assert!(
        item.remarks
            .iter()
            .any(|it| it.contains("control characters"))
    );
    let long = format!("{}_SECRET=abcdef\n", "A".repeat(400));
    let read = dotenv(&long);
    let item = read.first().expect("an item");
    assert_eq!(item.title.chars().count(), 255);
    assert!(item.remarks.iter().any(|it| it.contains("too long")));
}

#[test]
fn a_value_that_is_too_large_is_left_out_with_its_reason() {
    let fits = "a".repeat(65_536);
    assert_eq!(
        values(item_named(&dotenv(&format!("A_KEY={fits}\n")), "A_KEY")),
        [fits.as_str()]
    );
    let read = dotenv(&format!("A_KEY={fits}a\nB_KEY=fine-12345\n"));
    assert!(item_named(&read, "A_KEY").secrets.is_empty());
    assert_eq!(item_named(&read, "A_KEY").left_out.len(), 1);
    assert_eq!(values(item_named(&read, "B_KEY")), ["fine-12345"]);
}

#[test]
fn what_is_no_text_is_refused() {
    let refused = |text: &[u8]| match read_with(text, &options()) {
        Ok(_) => panic!("accepted"),
        Err(error) => error.kind(),
    };
    assert_eq!(refused(b"A=1\nB=\xFF\xFE\n"), "import_not_text");
    assert_eq!(refused(b"A=1\nB=\0x\n"), "import_line");
    assert_eq!(refused(b"\0\0\0\0"), "import_not_recognised");
    let long = format!("A=1\nB={}\n", "x".repeat(importers::LINE_BYTES_MAX));
    assert!(matches!(
        read_with(long.as_bytes(), &options()),
        Err(ImportError::LongLine { line: 2, .. })
    ));
}

#[test]
fn a_file_from_powershell_is_read() {
    let mut bytes = vec![0xFF, 0xFE];
    bytes.extend(
        "API_KEY=abcdefgh12345678\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes),
    );
    let import = read_with(&bytes, &options()).expect("readable");
    assert_eq!(import.format, Format::Dotenv);
    assert_eq!(
        values(item_named(&import.items, "API_KEY")),
        ["abcdefgh12345678"]
    );
}

#[test]
fn a_variable_that_begins_like_an_archive_is_still_a_variable() {
    let read = dotenv("PKCS12_PASSWORD=hunter22\n");
    assert_eq!(values(item_named(&read, "PKCS12_PASSWORD")), ["hunter22"]);
}

fn connection_string(members: &str) -> importers::ParsedItem {
    dotenv(&format!("AZURE_CONN=\"{members}\"\n")).remove(0)
}

#[test]
fn a_connection_string_that_says_more_than_account_and_key_is_kept_whole() {
    for more in [
        "SharedAccessSignature=sv=1&sig=zz",
        "EndpointSuffix=core.chinacloudapi.cn",
        "BlobEndpoint=https://files.acme.example",
        "QueueEndpoint=https://queue.acme.example",
        "DefaultEndpointsProtocol=http",
        "AccountKey=ZGVm",
    ] {
        let members = format!("AccountName=acme;AccountKey=YWJj;{more}");
        let item = connection_string(&members);
        assert_eq!(values(&item), [members.as_str()]);
        let secret = item.secrets.first().expect("a secret");
        assert!(secret.env_key.is_some());
        assert_eq!(fates(&item, "AZURE_CONN"), ["kept at value 0"]);
    }
    let item = connection_string(
        "BlobEndpoint=https://acme.blob.core.windows.net;QueueEndpoint=https://acme.queue.core.windows.net;SharedAccessSignature=sv=1&sig=zz",
    );
    assert!(values(&item).concat().contains("queue"));
}

#[test]
fn of_a_connection_string_taken_apart_it_is_said_what_is_kept() {
    let item = connection_string(
        "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=YWJj;EndpointSuffix=core.windows.net",
    );
    assert_eq!(
        fates(&item, "AZURE_CONN"),
        ["changed at value 0: only the account and its key are kept"]
    );
}

#[test]
fn a_database_s_user_and_password_are_no_storage_key() {
    let read = dotenv("MYSQL_ROOT_USER=root\nMYSQL_ROOT_PASSWORD=hunter22hunter\n");
    let item = item_named(&read, "MYSQL_ROOT_PASSWORD");
    assert_eq!(values(item), ["hunter22hunter"]);
    let minio = dotenv("MINIO_ROOT_USER=root\nMINIO_ROOT_PASSWORD=hunter22hunter\n");
    let secret = minio.first().and_then(|item| item.secrets.first());
    assert_eq!(
        secret.expect("a secret").method().as_str(),
        "s3_compatible_access_key"
    );
}

#[test]
fn a_key_that_nothing_calls_storage_stays_two_values_until_a_person_says_so() {
    let pair = "UNSPLASH_ACCESS_KEY=abcdefgh1234\nUNSPLASH_SECRET_KEY=ijklmnop5678\n";
    for text in [
        pair.to_owned(),
        format!("{pair}UNSPLASH_ENDPOINT=https://api.unsplash.example\n"),
    ] {
        let mut read = dotenv(&text);
        let item = read.first_mut().expect("an item");
        let question = item.questions.first().expect("a question").clone();
        assert_eq!(question.chosen, "apart");
        let mut kept: Vec<(&str, &str)> = Vec::new();
        for secret in &item.secrets {
            let key = secret.env_key.as_ref().expect("a name");
            kept.push((key.as_str(), crate::value(secret, "value")));
        }
        kept.sort_unstable();
        assert_eq!(
            kept,
            [
                ("UNSPLASH_ACCESS_KEY", "abcdefgh1234"),
                ("UNSPLASH_SECRET_KEY", "ijklmnop5678")
            ]
        );
        item.answer(&question.id, "s3_compatible_access_key")
            .expect("a choice");
        assert_eq!(item.secrets.len(), 1);
    }
}

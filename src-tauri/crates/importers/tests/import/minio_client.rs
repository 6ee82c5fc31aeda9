//! The MinIO client's `config.json`. The layouts are those of minio/mc's source.

use importers::Format;

use crate::config_files::{dump, item_named, items, options, read_with};

#[test]
fn the_present_version_is_read() {
    insta::assert_snapshot!(dump(&items(
        Format::MinioClient,
        r#"{"version": "10", "aliases": {
            "backup": {"url": "https://s3.eu-central-1.wasabisys.com", "accessKey": "QX3MEXAMPLEEXAMPLE00", "secretKey": "wasabi-secret", "api": "S3v4", "path": "auto"},
            "gcs": {"url": "https://storage.googleapis.com", "accessKey": "YOUR-ACCESS-KEY-HERE", "secretKey": "YOUR-SECRET-KEY-HERE", "api": "S3v2", "path": "dns"},
            "local": {"url": "http://localhost:9000", "accessKey": "minio", "secretKey": "minio-secret", "api": "S3v4", "path": "auto"},
            "open": {"url": "https://public.example.com", "accessKey": "", "secretKey": "", "api": "S3v4", "path": "auto"},
            "play": {"url": "https://play.min.io", "accessKey": "Q3AM3UQ867SPQQA43P2F", "secretKey": "zuf+tfteSlswRu7BJ86wekitnifILbZam1KYY3TG", "api": "S3v4", "path": "auto"},
            "sts": {"url": "https://minio.example.com", "accessKey": "id", "secretKey": "secret", "sessionToken": "token", "api": "S3v4", "path": "auto"}
        }}"#
    )));
}

#[test]
fn earlier_versions_are_read() {
    for text in [
        r#"{"version": "9", "hosts": {"m": {"url": "https://minio.example.com", "accessKey": "id", "secretKey": "the-secret", "api": "S3v4", "lookup": "auto"}}}"#,
        r#"{"version": "6", "alias": {"m": "https://minio.example.com"}, "hosts": {"minio.example.com": {"accessKeyId": "id", "secretAccessKey": "the-secret", "api": "S3v4"}}}"#,
        r#"{"version": "3", "alias": {}, "hosts": {"minio.example.com": {"access-key-id": "id", "secret-access-key": "the-secret"}}}"#,
        r#"{"Version": "2", "Aliases": {}, "Hosts": {"minio.example.com": {"AccessKeyID": "id", "SecretAccessKey": "the-secret"}}}"#,
    ] {
        let read = items(Format::MinioClient, text);
        let secret = read.iter().find_map(|item| item.secrets.first());
        let secret = secret.unwrap_or_else(|| panic!("nothing in {text}"));
        assert_eq!(secret.method().as_str(), "s3_compatible_access_key");
        assert_eq!(crate::value(secret, "secret_access_key"), "the-secret");
        let endpoint = secret
            .locations
            .first()
            .and_then(|it| it.endpoint_url.as_deref());
        assert_eq!(endpoint, Some("https://minio.example.com"), "{text}");
    }
}

#[test]
fn json_that_is_cut_off_or_ambiguous_is_refused() {
    let kind = |text: &str| match read_with(text.as_bytes(), &options()) {
        Ok(_) => panic!("accepted"),
        Err(error) => error.kind(),
    };
    assert_eq!(
        kind(r#"{"version": "10", "aliases": {"a": {"accessKey": "x""#),
        "import_damaged"
    );
    assert_eq!(
        kind(r#"{"version": "10", "aliases": {"a": {"accessKey": "x", "accessKey": "y"}}}"#),
        "import_damaged"
    );
    let deep = format!(
        r#"{{"aliases": {{"a": {{"accessKey": {}1{} }}}}}}"#,
        "[".repeat(70),
        "]".repeat(70)
    );
    assert_eq!(kind(&deep), "import_damaged");
}

#[test]
fn a_member_that_is_not_known_is_kept() {
    let read = items(
        Format::MinioClient,
        r#"{"aliases": {"a": {"url": "https://m.example.com", "accessKey": "id", "secretKey": "the-secret", "newThing": {"x": 1}}}}"#,
    );
    let secret = item_named(&read, "a").secrets.first().expect("a secret");
    assert!(secret.notes.contains("NewThing"));
}

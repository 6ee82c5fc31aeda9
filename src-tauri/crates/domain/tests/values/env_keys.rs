use domain::env_key::EnvKey;

#[test]
fn create_11_plain_names_are_accepted() {
    for name in [
        "OPENAI_API_KEY",
        "_token",
        "a",
        "x9",
        "GITHUB_TOKEN",
        "LDAP_PASSWORD",
        "MY_PATH",
        "PATHS",
        "HOMEPAGE",
    ] {
        assert_eq!(EnvKey::parse(name).expect("a name").as_str(), name);
    }
    assert!(EnvKey::parse(&"K".repeat(255)).is_ok());
}

#[test]
fn create_11_names_of_other_characters_or_length_are_refused() {
    check(
        &["9A", "A-B", "A B", "A=B", "Ä", "A\n", " A", "A.B", "A\0"],
        "env_key_characters",
    );
    check(&[""], "empty");
    check(&[&"K".repeat(256)], "too_long");
}

#[test]
fn create_11_names_that_load_code_or_steer_the_shell_are_refused() {
    check(
        &[
            "LD_PRELOAD",
            "LD_LIBRARY_PATH",
            "ld_preload",
            "DYLD_INSERT_LIBRARIES",
            "PATH",
            "Path",
            "NODE_OPTIONS",
            "BASH_ENV",
            "ENV",
            "IFS",
            "PYTHONPATH",
            "PERL5OPT",
            "RUBYOPT",
            "JAVA_TOOL_OPTIONS",
            "GIT_SSH_COMMAND",
            "GIT_CONFIG_COUNT",
            "BASH_FUNC_ls",
            "PROMPT_COMMAND",
            "GLIBC_TUNABLES",
            "EDITOR",
        ],
        "env_key_refused",
    );
}

#[track_caller]
fn check(names: &[&str], kind: &str) {
    for name in names {
        assert_eq!(EnvKey::parse(name).expect_err(name).kind, kind, "{name}");
    }
}

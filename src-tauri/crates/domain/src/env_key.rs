//! The environment variable under which a generic secret's value reaches a child process (CREATE-11).

use std::fmt;

use serde::Serialize;

use crate::fault::Fault;

pub const ENV_KEY_CHARS_MAX: usize = 255;

/// A checked name of an environment variable.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct EnvKey(String);

impl EnvKey {
    /// Takes `[A-Za-z_][A-Za-z0-9_]*` of at most 255 characters that neither loads code nor steers the shell.
    pub fn parse(text: &str) -> Result<EnvKey, Fault> {
        if text.is_empty() {
            return Err(Fault::new(
                "empty",
                "The env key is empty. Give it a name like OPENAI_API_KEY, or leave it out.",
            ));
        }
        let chars = text.chars().count();
        if chars > ENV_KEY_CHARS_MAX {
            let message =
                format!("The env key has {chars} characters; {ENV_KEY_CHARS_MAX} is the most.");
            return Err(Fault::new("too_long", message));
        }
        if !is_variable_name(text) {
            return Err(Fault::new(
                "env_key_characters",
                "An env key holds letters A–Z, a–z, digits and _, and does not begin with a digit.",
            ));
        }
        if steers_programs(text) {
            return Err(Fault::new(
                "env_key_refused",
                "A variable of this name makes programs load code or changes how the shell works, so a secret can't have it. Choose another name.",
            ));
        }
        Ok(EnvKey(text.to_owned()))
    }

    /// A key read back from the vault: it was parsed when it was written, perhaps with a shorter list of refused names.
    pub fn from_stored(text: String) -> EnvKey {
        EnvKey(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EnvKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_variable_name(text: &str) -> bool {
    let mut chars = text.chars();
    let begins_well = chars
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    begins_well && chars.all(|other| other.is_ascii_alphanumeric() || other == '_')
}

fn steers_programs(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    REFUSED_NAMES.contains(&upper.as_str())
        || REFUSED_BEGINNINGS
            .iter()
            .any(|beginning| upper.starts_with(beginning))
}

/// Beginnings of names read by loaders, the C library and bash.
const REFUSED_BEGINNINGS: &[&str] = &[
    "LD_",
    "DYLD_",
    "BASH_FUNC_",
    "MALLOC_",
    "GIT_CONFIG",
    "CORECLR_PROFILER",
    "COR_PROFILER",
];

/// Names that choose which code runs or how a shell reads its input, compared without regard to case (as Windows does).
const REFUSED_NAMES: &[&str] = &[
    // Shells
    "PATH",
    "IFS",
    "ENV",
    "BASH_ENV",
    "BASHOPTS",
    "SHELLOPTS",
    "SHELL",
    "PS4",
    "PROMPT_COMMAND",
    "CDPATH",
    "ZDOTDIR",
    "FPATH",
    "HOME",
    "PWD",
    "COMSPEC",
    "PATHEXT",
    // C library and tools it starts
    "GCONV_PATH",
    "LOCPATH",
    "NLSPATH",
    "GLIBC_TUNABLES",
    "HOSTALIASES",
    "RES_OPTIONS",
    "LOCALDOMAIN",
    "TZDIR",
    "TMPDIR",
    "TERMINFO",
    // Language runtimes
    "NODE_OPTIONS",
    "NODE_PATH",
    "NODE_EXTRA_CA_CERTS",
    "ELECTRON_RUN_AS_NODE",
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONSTARTUP",
    "PYTHONINSPECT",
    "PYTHONUSERBASE",
    "PYTHONBREAKPOINT",
    "PYTHONWARNINGS",
    "PERL5LIB",
    "PERL5OPT",
    "PERL5DB",
    "PERLLIB",
    "RUBYOPT",
    "RUBYLIB",
    "GEM_HOME",
    "GEM_PATH",
    "BUNDLE_GEMFILE",
    "JAVA_TOOL_OPTIONS",
    "_JAVA_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "CLASSPATH",
    "MAVEN_OPTS",
    "GRADLE_OPTS",
    "LUA_PATH",
    "LUA_CPATH",
    "LUA_INIT",
    "PHPRC",
    "PHP_INI_SCAN_DIR",
    "R_PROFILE",
    "R_PROFILE_USER",
    "JULIA_LOAD_PATH",
    "DOTNET_STARTUP_HOOKS",
    "RUSTC_WRAPPER",
    "GOFLAGS",
    "ERL_AFLAGS",
    "ERL_FLAGS",
    "OPENSSL_CONF",
    "OPENSSL_MODULES",
    // Programs that other programs start
    "EDITOR",
    "VISUAL",
    "PAGER",
    "BROWSER",
    "SSH_ASKPASS",
    "SUDO_ASKPASS",
    "GIT_ASKPASS",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_EXEC_PATH",
    "GIT_EDITOR",
    "GIT_PAGER",
    "GIT_EXTERNAL_DIFF",
    "GIT_PROXY_COMMAND",
    "GIT_TEMPLATE_DIR",
    "GIT_DIR",
    "LESSOPEN",
    "LESSCLOSE",
    "MANPAGER",
];

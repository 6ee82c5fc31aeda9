//! The page's view of the table of commands: `ui/src/ipc/bindings.ts`, generated and committed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use domain::audit::Action;
use domain::reject::ErrorType;
use domain::rotation::Stage;
use ts_rs::{Config, TS, TypeVisitor};
use vault::ResourceType;

use crate::api::*;

/// Writes the file; `cargo run -p turnstone-commands --example export_bindings`.
pub fn export() -> std::io::Result<()> {
    std::fs::write(path(), render())
}

pub fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../ui/src/ipc/bindings.ts")
}

/// The whole file, in the same bytes each time.
pub fn render() -> String {
    let config = Config::new().with_large_int("number");
    let mut types = Declared {
        config: &config,
        found: BTreeMap::new(),
    };
    types.visit::<Event>();
    let mut commands = String::new();

    macro_rules! rows {
        ($($name:ident => $module:ident::$function:ident($request:ident) -> $answer:ident,
            session: $session:ident, permission: $permission:ident, holds: $holds:ident;)*) => {$(
            types.visit::<$request>();
            types.visit::<$answer>();
            commands.push_str(&format!(
                "  {}: {{ request: {}; answer: {} }};\n",
                stringify!($name),
                <$request>::name(&config),
                <$answer>::name(&config)
            ));
        )*};
    }
    macro_rules! window_commands {
        (both { $($both:tt)* } window { $($window:tt)* } cli { $($cli:tt)* }) => {
            rows! { $($both)* $($window)* }
        };
    }
    crate::with_commands!(window_commands);

    let mut file = String::from(HEAD);
    for declaration in types.found.values() {
        file.push_str(declaration);
        file.push('\n');
    }
    file.push_str(&audit_words());
    file.push_str(&rotation_words());
    file.push_str(&envelope());
    file.push_str(COMMANDS_DOC);
    file.push_str("export interface Commands {\n");
    file.push_str(&commands);
    file.push_str("}\n");
    file
}

const HEAD: &str = "// Generated from the table of commands: cargo run -p turnstone-commands --example export_bindings\n\n";
const COMMANDS_DOC: &str = "/** Every command of the window: what goes in, what comes back. A failure rejects with a `Rejection`. */\n";

struct Declared<'a> {
    config: &'a Config,
    found: BTreeMap<String, String>,
}

impl TypeVisitor for Declared<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if T::output_path().is_none() || self.found.contains_key(&T::name(self.config)) {
            return;
        }
        let docs = T::docs().unwrap_or_default();
        self.found.insert(
            T::name(self.config),
            format!("{docs}export {}\n", T::decl(self.config)),
        );
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

/// A type of just these texts.
fn one_of<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = texts.map(|text| format!("\"{text}\"")).collect();
    quoted.join(" | ")
}

/// What the log's words can be.
fn audit_words() -> String {
    format!(
        "export type AuditAction = {};\n\nexport type AuditResource = {};\n\n",
        one_of(Action::ALL.iter().map(|action| action.as_str())),
        one_of(ResourceType::ALL.iter().map(|kind| kind.as_str())),
    )
}

/// Where a run can be.
fn rotation_words() -> String {
    let stages = one_of(Stage::ALL.iter().map(|stage| stage.as_str()));
    format!("export type RotationStage = {stages};\n\n")
}

fn envelope() -> String {
    let types = one_of(ErrorType::ALL.iter().map(|kind| kind.as_str()));
    format!(
        "export type ErrorType = {};\n\n{}",
        types,
        r#"/** The one envelope of every failure. */
export interface Rejection {
  status: number;
  type: ErrorType;
  message: string;
  details: HintView[];
  retry_after_ms?: number;
  limit?: number;
  current?: number;
  existing_id?: string;
  current_revision?: number;
  dependants?: Dependant[];
  /** Ways out of what stands in the way, the likeliest first. */
  offers?: Offer[];
}

export type Dependant =
  | { kind: "location"; id: string; name: string }
  | { kind: "rotation"; started_at: string }
  | { kind: "managed"; id: string; name: string; is_rotating: boolean }
  | { kind: "secret"; id: string; name: string; in_trash: boolean };

export type Offer = "unlink_locations" | "copy_with_new_type" | "force" | "open_secrets";

"#
    )
}

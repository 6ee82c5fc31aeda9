//! `import`: what would become of a file or of items of 1Password, and making it so. It prints names and counts, and no masks either.

use std::io;
use std::thread;

use domain::reject::{Detail, ErrorType, Rejection};
use serde_json::{Value, json};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::args::ImportArgs;
use crate::failure::{End, Failure};
use crate::output;
use crate::program::Program;

/// All that a file can hold.
const ITEMS_MAX: u64 = 200_000;
/// More connections than a vault has of one product.
const CONNECTIONS_MAX: u64 = 1_000;

pub fn carry_out(program: &Program, args: ImportArgs) -> Result<End, Failure> {
    let mut request = request(&args);
    if !request["live"].is_null() {
        // What asks for a password listens for signals too, and is over first.
        program.unlock()?;
        end_programs_when_ended().map_err(|error| internal(&error))?;
    }
    if let Some(name) = &args.from_1password {
        let id = connection(program, name)?;
        set(&mut request, &["live", "from"], json!(id));
    }
    if args.apply {
        set(&mut request, &["report"], json!(args.report));
        set(
            &mut request,
            &["refuse_questions"],
            json!(!args.as_proposed),
        );
        let report = program.call("import_apply", &request.to_string());
        return output::document(&report.map_err(name_the_flags)?);
    }
    set(&mut request, &["limit"], json!(ITEMS_MAX));
    let preview = program.call("import_preview", &request.to_string());
    let preview = preview.map_err(name_the_flags)?;
    if let Some(message) = preview["message"]
        .as_str()
        .filter(|_| preview.get("needs").is_some())
    {
        let kind = match preview["needs"].as_str() {
            Some("columns") => "import_columns_needed",
            _ if preview["again"] == true => "import_wrong_password",
            _ => "import_password_needed",
        };
        let missing = Rejection::validation(vec![Detail::at("file", kind, message.to_owned())]);
        return Err(name_the_flags(missing).into());
    }
    output::document(&plan(preview))
}

/// Keys pressed at the terminal do not reach 1Password's program, which runs in a group of its own.
fn end_programs_when_ended() -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP, SIGQUIT])?;
    thread::spawn(move || {
        for signal in signals.forever() {
            commands::end_programs();
            let _ended = signal_hook::low_level::emulate_default_handler(signal);
        }
    });
    Ok(())
}

fn internal(error: &io::Error) -> Failure {
    let message = format!("Signals can't be listened for ({}).", error.kind());
    Rejection::new(ErrorType::InternalError, message).into()
}

/// As the commands take it; the connection comes later, when a vault may be opened for it.
fn request(args: &ImportArgs) -> Value {
    let answers = args.answer.chunks(3).filter_map(|given| match given {
        [item, question, choice] => {
            Some(json!({ "item_id": item, "question": question, "choice": choice }))
        }
        _ => None,
    });
    let list = |texts: &[String]| match texts {
        [] => Value::Null,
        texts => json!(texts),
    };
    let is_live = args.from_1password.is_some() || args.from_1password_app.is_some();
    let live = is_live.then(|| {
        json!({
            "from": "desktop_app",
            "account": args.from_1password_app,
            "vaults": list(&args.op_vault),
            "as": if args.references { "references" } else { "copies" },
        })
    });
    json!({
        "path": args.file,
        "live": live,
        "password_file": args.file_password,
        "key_file": args.key_file,
        "format": args.format,
        "columns": list(&args.columns),
        "first_row": args.first_row,
        "items": list(&args.item),
        "locations": (!args.no_locations),
        "answers": answers.collect::<Vec<_>>(),
    })
}

fn set(request: &mut Value, path: &[&str], value: Value) {
    let member = path.iter().fold(request, |at, name| &mut at[*name]);
    *member = value;
}

fn connection(program: &Program, name: &str) -> Result<String, Failure> {
    let asked = json!({ "type": "onepassword", "limit": CONNECTIONS_MAX });
    let page = program.call("connection_list", &asked.to_string())?;
    let connections = page["connections"].as_array().into_iter().flatten();
    let mut ids = connections
        .filter(|found| found["name"] == name || found["id"] == name)
        .filter_map(|found| found["id"].as_str());
    let id = ids.next().ok_or_else(|| {
        let message = "The vault has no connection to 1Password of this name or id.";
        Detail::at("from-1password", "unknown_value", message)
    })?;
    Ok(id.to_owned())
}

/// The preview without masks and hints: what is there, what becomes of it, and what is asked.
fn plan(preview: Value) -> Value {
    let items = preview["items"].as_array().into_iter().flatten();
    let items: Vec<Value> = items.map(item).collect();
    json!({
        "applied": false,
        "format": preview["format"],
        "format_label": preview["format_label"],
        "counts": preview["counts"],
        "items": items,
    })
}

fn item(shown: &Value) -> Value {
    let becomes = shown["becomes"].as_array().into_iter().flatten();
    let becomes: Vec<Value> = becomes
        .map(|secret| {
            some(
                secret,
                &[
                    "name",
                    "secret_type",
                    "auth_method",
                    "kind",
                    "env_key",
                    "action",
                ],
            )
        })
        .collect();
    let mut item = some(
        shown,
        &[
            "item_id",
            "title",
            "account",
            "vault",
            "folder",
            "kind",
            "state",
            "action",
            "reason",
            "questions",
            "notes",
        ],
    );
    item["becomes"] = json!(becomes);
    item
}

fn some(of: &Value, names: &[&str]) -> Value {
    let members = names
        .iter()
        .map(|name| ((*name).to_owned(), of[*name].clone()));
    Value::Object(members.collect())
}

/// What is missing is said by the flag that brings it.
fn name_the_flags(rejection: Rejection) -> Rejection {
    if rejection.error_type() != ErrorType::ValidationError {
        return rejection;
    }
    let flag = |detail: &Detail| match detail.kind {
        "import_password_needed" | "import_wrong_password" => Some("--file-password FILE"),
        "import_columns_needed" => Some("--columns USE,USE,…"),
        "import_question" => Some("--answer ITEM QUESTION CHOICE, or --as-proposed for all"),
        _ => None,
    };
    let details = rejection.details().iter();
    let named = details.map(|detail| match flag(detail) {
        Some(flag) => Detail::new(
            detail.loc.clone(),
            detail.kind,
            format!("{} Here that is {flag}.", detail.message),
        ),
        None => detail.clone(),
    });
    Rejection::validation(named.collect())
}

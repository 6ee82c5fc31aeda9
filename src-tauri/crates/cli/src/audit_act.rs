//! `audit …`: verifying the log and taking it elsewhere.

use serde_json::json;

use crate::args::{AuditAct, ExportArgs};
use crate::failure::{End, Failure};
use crate::output;
use crate::program::Program;

pub fn carry_out(program: &Program, act: AuditAct) -> Result<End, Failure> {
    match act {
        AuditAct::Verify => output::document(&program.call("audit_verify", "{}")?),
        AuditAct::Export(args) => export(program, &args),
    }
}

fn export(program: &Program, args: &ExportArgs) -> Result<End, Failure> {
    let request = json!({
        "path": args.file,
        "format": args.format,
        "filters": {
            "actor": args.actor,
            "action": args.action,
            "resource_type": args.resource_type,
            "resource_id": args.resource_id,
            "since": args.since,
            "until": args.until,
        },
    });
    output::document(&program.call("audit_export", &request.to_string())?)
}

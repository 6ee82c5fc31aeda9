//! `demo`: made-up secrets to look at.

use crate::failure::{End, Failure};
use crate::output;
use crate::program::Program;

pub fn carry_out(program: &Program) -> Result<End, Failure> {
    program.unlock()?;
    let created = program.app.fill_with_demo()?;
    output::document(&serde_json::json!({ "created": created }))
}

//! Writing who the members are.
use super::Failure;
use super::project::Project;
use segql::{Outcome, Program, RunOptions};
use std::path::Path;

pub struct Form;
pub fn form(_path: &Path) -> Result<Form, Failure> {
    Ok(Form)
}
pub fn write(
    _p: &Program,
    _project: &Project,
    _o: &RunOptions,
    _f: &Path,
    _form: Form,
    _wide: bool,
) -> Result<Outcome, Failure> {
    Err(Failure::Told)
}

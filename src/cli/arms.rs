//! Whether the arms that a manifest names have a split that holds them. One that was renamed would draw its contacts anew, and nobody would be told.

use super::project::Project;
use segql::diagnostics::Diagnostic;
use segql::schema::Manifest;

/// A fault for each table of arms that no split of the project's texts is called like; none where not all texts are meant, or where they have faults of their own.
pub fn without_split(project: &Project, manifest: &Manifest) -> Vec<Diagnostic> {
    if manifest.arms.is_empty() || !project.is_whole() {
        return Vec::new();
    }
    let Ok(program) = project.compile() else {
        return Vec::new();
    };
    let splits = program.labellings().iter();
    let splits = splits.filter(|labelling| labelling.split.is_some());
    let names: Vec<&str> = splits.map(|split| split.name.as_str()).collect();
    manifest.arms_of_no_split(&names)
}

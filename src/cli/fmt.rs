//! `segql fmt`: lays out texts in the one agreed way.

use super::arguments::FmtOptions;
use super::project::read_text;
use super::{Failure, project, terminal};
use segql::diagnostics::{Diagnostic, RenderOptions, render};
use segql::source::Sources;
use segql::syntax;
use std::io::Write;
use std::path::{Path, PathBuf};

pub fn fmt(options: &FmtOptions) -> Result<(), Failure> {
    if options.paths == ["-"] {
        return standard_input(options.check);
    }
    let paths = if options.paths.is_empty() {
        vec![".".to_owned()]
    } else {
        options.paths.clone()
    };
    let mut files = Vec::new();
    for path in &paths {
        if path == "-" {
            return Err(Failure::usage(
                "E0802",
                "`-` stands alone: the standard input cannot be laid out together with files",
            ));
        }
        collect(Path::new(path), &mut files)?;
    }
    if files.is_empty() {
        return Err(Failure::fault(
            "E0807",
            format!("there is no .seg file in {}", paths.join(", ")),
        ));
    }
    let (mut faulty, mut changed) = (false, 0);
    for file in &files {
        let name = file.display().to_string();
        let text = read_text(&name)?;
        match laid_out(&name, &text) {
            None => faulty = true,
            Some(new) if new == text => {}
            Some(_) if options.check => {
                terminal::say(&format!("{name} would be laid out anew\n"));
                changed += 1;
            }
            Some(new) => {
                replace(file, &new)?;
                changed += 1;
            }
        }
    }
    if faulty || (options.check && changed > 0) {
        return Err(Failure::Told);
    }
    Ok(())
}

/// From the standard input to the standard output.
fn standard_input(check: bool) -> Result<(), Failure> {
    let text = read_text("-")?;
    let Some(new) = laid_out("(standard input)", &text) else {
        return Err(Failure::Told);
    };
    if !check {
        return terminal::answer(&new);
    }
    if new == text {
        return Ok(());
    }
    terminal::say("the standard input would be laid out anew\n");
    Err(Failure::Told)
}

/// The text laid out; where it has faults that keep it from being read, they are told and there is none.
fn laid_out(name: &str, text: &str) -> Option<String> {
    match syntax::format(text) {
        Ok(new) => Some(new),
        Err(diagnostics) => {
            tell(name, text, &diagnostics);
            None
        }
    }
}

fn tell(name: &str, text: &str, diagnostics: &[Diagnostic]) {
    let mut sources = Sources::default();
    sources.add(name, text);
    let options = RenderOptions {
        width: terminal::width(),
        color: terminal::colours_on_errors(),
        unicode: true,
    };
    terminal::say(&render::human_all(diagnostics, &sources, options));
}

/// Files as they are, and all `.seg` files of folders, in the order of their names.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if path.is_dir() {
        files.extend(project::texts_below(path)?);
    } else if path.exists() {
        files.push(path.to_owned());
    } else {
        return Err(project::not_there(path));
    }
    Ok(())
}

/// Writes beside the file and renames, so that a file is never half-written.
pub fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let fault = |error: std::io::Error| {
        Failure::fault(
            "E0804",
            format!("{} cannot be written: {error}", path.display()),
        )
    };
    // A link is followed: it stays a link to the file that is changed.
    let target = path.canonicalize().map_err(fault)?;
    let mut beside = target.clone().into_os_string();
    beside.push(format!(".{}.new", std::process::id()));
    let beside = PathBuf::from(beside);
    let written = std::fs::File::create(&beside).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.set_permissions(std::fs::metadata(&target)?.permissions())?;
        file.sync_all()?;
        std::fs::rename(&beside, &target)
    });
    written.map_err(|error| {
        drop(std::fs::remove_file(&beside));
        fault(error)
    })
}

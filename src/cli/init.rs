//! `segql init`: a project made from data, written beside it or into a folder.

use super::arguments::InitOptions;
use super::progress::Progress;
use super::project::{MANIFEST, name_of};
use super::{Failure, interrupt, terminal};
use jiff::Timestamp;
use segql::Now;
use segql::data::write_text;
use segql::discover::{Discovery, Request, discover};
use segql::explain::{grouped, share};
use segql::schema::Schema;
use std::fmt::Write;
use std::path::{Component, Path, PathBuf};

const SEGMENTS: &str = "segments.seg";

pub fn init(options: &InitOptions) -> Result<(), Failure> {
    known_zone(&options.time_zone)?;
    let folder = options.into.clone().unwrap_or_else(|| PathBuf::from("."));
    let [manifest, segments] = places(&folder, options.force)?;
    let progress = Progress::new(None);
    let work = interrupt::work();
    let found = discover(&Request {
        data: &options.data,
        contacts: options.contacts.as_deref(),
        key: options.key.as_deref(),
        time_zone: &options.time_zone,
        name: &name_to_be(&folder),
        now: Now::from_nanoseconds(Timestamp::now().as_nanosecond()),
        written: &|path| from_folder(&folder, path),
        progress: &|rows| progress.done(rows),
        cancel: interrupt::stop(),
    })
    .map_err(|error| {
        if interrupt::stopped() {
            Failure::Interrupted
        } else {
            error.into()
        }
    })?;
    drop(work);
    drop(progress);
    std::fs::create_dir_all(&folder).map_err(|error| unwritable(&folder, &error))?;
    write_text(&segments, &found.segments)?;
    write_text(&manifest, &found.manifest)?;
    terminal::answer(&told(options, &folder, &found))
}

fn known_zone(zone: &str) -> Result<(), Failure> {
    match Schema::builder().int("id").key("id").zone(zone).build() {
        Ok(_) => Ok(()),
        Err(error) => {
            let failure = Failure::usage("E0503", error.message);
            Err(match error.help {
                Some(help) => failure.help(help),
                None => failure,
            })
        }
    }
}

/// The files that are to be written. What is there is not written over unasked.
fn places(folder: &Path, force: bool) -> Result<[PathBuf; 2], Failure> {
    if folder.exists() && !folder.is_dir() {
        return Err(Failure::usage(
            "E0804",
            format!("{} is a file, and a project is a folder", folder.display()),
        )
        .help("name a folder with --into; it is made if it is not there"));
    }
    let places = [MANIFEST, SEGMENTS].map(|name| beside(folder, name));
    if let Some(there) = places.iter().find(|place| place.exists())
        && !force
    {
        return Err(
            Failure::fault("E0811", format!("{} is there already", there.display()))
                .help("nothing was changed: --into FOLDER makes the project elsewhere, --force writes over it"),
        );
    }
    Ok(places)
}

fn unwritable(folder: &Path, error: &std::io::Error) -> Failure {
    Failure::fault(
        "E0804",
        format!("the folder {} cannot be made: {error}", folder.display()),
    )
    .help("check that you may write there, or name another folder with --into")
}

fn beside(folder: &Path, name: &str) -> PathBuf {
    if folder == Path::new(".") {
        PathBuf::from(name)
    } else {
        folder.join(name)
    }
}

/// What the project is called: as its folder, which may not be there yet.
fn name_to_be(folder: &Path) -> String {
    if folder.exists() {
        return name_of(folder);
    }
    folder.file_name().map_or_else(
        || "the project".into(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// A path as the manifest in the folder writes it: from there, with `/`.
pub fn from_folder(folder: &Path, path: &Path) -> String {
    let written = |path: &Path| path.display().to_string().replace('\\', "/");
    if path.is_absolute() {
        return written(path);
    }
    let (Ok(here), Some(folder)) = (std::env::current_dir(), whole(folder)) else {
        return written(path);
    };
    let path = normal(&here.join(path));
    let shared = folder
        .components()
        .zip(path.components())
        .take_while(|(left, right)| left == right)
        .count();
    let mut relative = PathBuf::new();
    for _ in folder.components().skip(shared) {
        relative.push("..");
    }
    relative.extend(path.components().skip(shared));
    if relative.as_os_str().is_empty() {
        ".".into()
    } else {
        written(&relative)
    }
}

fn whole(folder: &Path) -> Option<PathBuf> {
    Some(normal(&std::env::current_dir().ok()?.join(folder)))
}

/// The path without `.` and, as far as it can be seen, without `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if normal.file_name().is_some() => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

/// What was done, and what to do next.
fn told(options: &InitOptions, folder: &Path, found: &Discovery) -> String {
    let mut text = String::new();
    let plural = |count: u64, one: &str, many: &str| {
        format!("{} {}", grouped(count), if count == 1 { one } else { many })
    };
    let _ = writeln!(
        text,
        "Wrote {} and {}.\n",
        beside(folder, MANIFEST).display(),
        beside(folder, SEGMENTS).display()
    );
    let mut line = |what: &str, words: String| {
        let _ = writeln!(text, "  {what:12} {words}");
    };
    let whence = match &found.source {
        Some(source) => format!("{} in {source}", plural(found.contacts, "row", "rows")),
        None => format!("{} whom the events name", grouped(found.contacts)),
    };
    let fields = plural(found.fields as u64, "field", "fields");
    let mut contacts = format!("{whence}, {fields}");
    if found.left_out > 0 {
        let _ = write!(
            contacts,
            ", {} left out",
            plural(found.left_out as u64, "column", "columns")
        );
    }
    line("contacts", contacts);
    if let Some(reason) = &found.source_reason {
        let what = match &found.source {
            Some(_) => "taken for the contacts",
            None => "taken from the events",
        };
        line("", format!("{what} because {reason}"));
    }
    line("key", format!("{}: {}", found.key, found.key_reason));
    line("time zone", options.time_zone.clone());
    if found.closed_sets > 0 {
        line(
            "closed sets",
            format!(
                "{}: a value outside of them is a mistake in a text and in the data",
                found.closed_sets
            ),
        );
    }
    if found.blank > 0 {
        line(
            "blank text",
            format!(
                "{}, counted as missing",
                plural(found.blank, "value", "values")
            ),
        );
    }
    for (what, words) in &found.remarks {
        line(what, words.clone());
    }
    for (what, words) in &found.related {
        line(what, words.clone());
    }
    for (table, why) in &found.other_tables {
        line("not used", format!("{table}: {why}"));
    }
    text.push('\n');
    let width = found
        .counts
        .iter()
        .map(|(name, _)| name.chars().count())
        .max()
        .unwrap_or(0);
    for (name, count) in &found.counts {
        let _ = writeln!(
            text,
            "  {name:width$}  {:>12}  {:>6}",
            grouped(*count),
            share(*count, found.contacts)
        );
    }
    let path = if folder == Path::new(".") {
        String::new()
    } else {
        format!(" {}", folder.display())
    };
    let _ = write!(
        text,
        "\nNext:\n  segql run{path}       count the segments\n  segql schema{path}    look at the fields\n  segql repl{path}      ask\n\nThen read {} through: it says what was found and what to decide, and has descriptions to fill in.\n",
        beside(folder, MANIFEST).display()
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_from_the_folder_of_the_project() {
        for (folder, path, expected) in [
            (".", "contacts.csv", "contacts.csv"),
            (".", "./data/contacts.csv", "data/contacts.csv"),
            ("shop", "contacts.csv", "../contacts.csv"),
            ("shop", "shop/data", "data"),
            ("a/b", "a/c/*.csv", "../c/*.csv"),
            ("shop", "shop", "."),
            (".", "/data/contacts.csv", "/data/contacts.csv"),
        ] {
            assert_eq!(
                from_folder(Path::new(folder), Path::new(path)),
                expected,
                "{folder} {path}"
            );
        }
    }
}

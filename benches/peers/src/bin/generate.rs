//! Writes the contacts of the made-up service, and what they did where that is asked for.
//!
//! `generate FOLDER [--contacts N] [--events] [--activity FACTOR] [--formats parquet,arrow] [--threads N]`

use segql_peers::made::contacts::Contacts;
use segql_peers::made::events::Events;
use segql_peers::made::titles::Titles;
use segql_peers::made::{NOW, blocks};
use segql_peers::written::{Formats, write};
use serde_json::json;
use std::error::Error;
use std::num::NonZero;
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Instant;

const USAGE: &str = "usage: generate FOLDER [--contacts N] [--events] [--activity FACTOR] [--formats parquet,arrow] [--threads N]

  --contacts N       how many contacts [default: 10000000]; fewer are the first of more
  --events           about thirty events a contact as well, and the catalogue of titles
  --activity FACTOR  so many times as many events as is usual [default: 1]
  --formats LIST     parquet, arrow, or both [default: parquet,arrow]
  --threads N        how many threads work [default: one for each core]";

struct Wanted {
    folder: PathBuf,
    contacts: u64,
    events: bool,
    activity: f64,
    formats: Formats,
    threads: NonZero<usize>,
}

fn main() -> ExitCode {
    let wanted = match wanted(std::env::args().skip(1)) {
        Ok(wanted) => wanted,
        Err(words) => {
            eprintln!("generate: {words}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match generate(&wanted) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("generate: {}: {error}", wanted.folder.display());
            ExitCode::FAILURE
        }
    }
}

fn wanted(mut arguments: impl Iterator<Item = String>) -> Result<Wanted, String> {
    let threads = std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    let mut folder = None;
    let mut wanted = Wanted {
        folder: PathBuf::new(),
        contacts: 10_000_000,
        events: false,
        activity: 1.0,
        formats: Formats {
            parquet: true,
            arrow: true,
        },
        threads,
    };
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--contacts" => wanted.contacts = number(&argument, arguments.next())?,
            "--events" => wanted.events = true,
            "--activity" => wanted.activity = number(&argument, arguments.next())?,
            "--formats" => wanted.formats = formats(&arguments.next().unwrap_or_default())?,
            "--threads" => wanted.threads = number(&argument, arguments.next())?,
            other if other.starts_with("--") => return Err(format!("there is no option {other}")),
            _ if folder.is_none() => folder = Some(argument),
            other => return Err(format!("one folder is enough, and {other} is another")),
        }
    }
    if wanted.contacts == 0 {
        return Err("--contacts must be at least 1".into());
    }
    if !(wanted.activity.is_finite() && wanted.activity >= 0.0) {
        return Err("--activity must be a number from 0 on".into());
    }
    wanted.folder = PathBuf::from(folder.ok_or("name a folder to write into")?);
    Ok(wanted)
}

fn number<T: FromStr>(option: &str, value: Option<String>) -> Result<T, String> {
    let value = value.ok_or_else(|| format!("{option} needs a number behind it"))?;
    let plain = value.replace('_', "");
    plain
        .parse()
        .map_err(|_| format!("{option} needs a number, and {value} is none that fits"))
}

fn formats(list: &str) -> Result<Formats, String> {
    let mut formats = Formats {
        parquet: false,
        arrow: false,
    };
    for format in list.split(',') {
        match format {
            "parquet" => formats.parquet = true,
            "arrow" => formats.arrow = true,
            other => {
                return Err(format!(
                    "`{other}` is no format: write parquet, arrow, or both with a comma"
                ));
            }
        }
    }
    Ok(formats)
}

fn generate(wanted: &Wanted) -> Result<(), Box<dyn Error + Send + Sync>> {
    std::fs::create_dir_all(&wanted.folder)?;
    let mut rows = serde_json::Map::new();
    let mut table = |name: &str, blocks: u64, draw: &(dyn Fn(u64) -> _ + Sync)| {
        let started = Instant::now();
        let (folder, formats) = (&wanted.folder, wanted.formats);
        let written = write(folder, name, blocks, draw, formats, wanted.threads)?;
        let seconds = started.elapsed().as_secs_f64();
        eprintln!("{name}: {written} rows in {seconds:.1} s");
        rows.insert(name.to_owned(), json!(written));
        Ok::<(), Box<dyn Error + Send + Sync>>(())
    };
    let (all, count) = (blocks(wanted.contacts), wanted.contacts);
    let contacts = Contacts::default();
    table("contacts", all, &|block| contacts.block(block, count))?;
    if wanted.events {
        let titles = Titles::default();
        table("titles", 1, &|_| titles.batch.clone())?;
        let events = Events::new(&titles, wanted.activity);
        table("events", all, &|block| events.block(block, count))?;
    }
    let told = json!({ "now_microseconds": NOW, "activity": wanted.activity, "rows": rows });
    // Last, so that who finds it finds whole tables.
    let path = wanted.folder.join("data.json");
    std::fs::write(path, format!("{told:#}\n"))?;
    Ok(())
}

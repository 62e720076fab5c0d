//! Counts the instructions of kernels, folds and the compiler under valgrind, and holds them against the limits of `limits.toml`.
//!
//! `cargo run --profile guard -p segql-guard` counts all cases; words as arguments pick some by what their names contain. It fails where a count grew by more than
//! five percent, and tells where one fell by more. `--accept` writes the counts into `limits.toml` instead.

mod cases;
mod count;
mod limits;
mod prepared;

// The made-up contacts, events and segments that the other measurements have.
#[path = "../../behaviour.rs"]
#[allow(dead_code, reason = "other measurements use the rest")]
mod behaviour;
#[path = "../../contacts.rs"]
#[allow(dead_code, reason = "other measurements use the rest")]
mod contacts;
#[path = "../../segments.rs"]
#[allow(dead_code, reason = "other measurements use the rest")]
mod segments;

use limits::{Limits, Verdict};
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

type Fault = Box<dyn Error + Send + Sync>;

const LIMITS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/limits.toml");

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let done = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [count::ONE, name] => count::run_counted(name).map(|()| true),
        _ => guard(&words),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(fault) => {
            eprintln!("guard: {fault}");
            ExitCode::FAILURE
        }
    }
}

/// Counts, and says whether all is within the limits.
fn guard(words: &[String]) -> Result<bool, Fault> {
    let accept = words.iter().any(|word| word == "--accept");
    let asked: Vec<&String> = words.iter().filter(|word| *word != "--accept").collect();
    if let Some(option) = asked.iter().find(|word| word.starts_with('-')) {
        return Err(format!("there is no option `{option}`; there is `--accept`").into());
    }
    let picked: Vec<&str> = cases::CASES
        .iter()
        .map(|case| case.name)
        .filter(|name| asked.is_empty() || asked.iter().any(|word| name.contains(word.as_str())))
        .collect();
    if picked.is_empty() {
        return Err("no case has such a name".into());
    }
    let all: Vec<&str> = cases::CASES.iter().map(|case| case.name).collect();
    let path = Path::new(LIMITS);
    let mut limits = Limits::read(path)?;
    let counts = count::count(&picked)?;

    let mut within = true;
    for (name, count) in &counts {
        let verdict = limits.judge(name, *count);
        println!("{name:<32} {count:>13}  {verdict}");
        within &= verdict.is_within();
    }
    for name in limits.without_case(&all) {
        println!("{name:<32} {:>13}  has a limit, and no case", "");
        within = false;
    }
    if accept {
        limits.take_over(&counts, &all);
        limits.write(path)?;
        println!("\nThese counts are the limits now: see the changes of {LIMITS}.");
        return Ok(true);
    }
    if !within {
        println!(
            "\nA count grew by more than {} % of its limit, or limits and cases differ. Find out what made it grow; where the growth is wanted, or a case is new, take the counts over:\n  \
             cargo run --locked --profile guard -p segql-guard -- --accept",
            limits::TOLERATED
        );
    } else if counts
        .iter()
        .any(|(name, count)| matches!(limits.judge(name, *count), Verdict::Fell { .. }))
    {
        println!("\nSome counts fell: `-- --accept` takes them over, so that they stay that low.");
    }
    Ok(within)
}

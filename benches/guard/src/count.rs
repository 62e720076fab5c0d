//! The instructions of a case, counted by callgrind: this program is run again under valgrind, makes the case ready, and is counted while it does the work.

use crate::{Fault, cases};
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The argument by which this program runs one case under valgrind.
pub const ONE: &str = "--one";

/// The function that is counted, by which callgrind starts and stops.
const COUNTED: &str = "*work_under_count*";

/// Runs one case, as valgrind does with it.
pub fn run_counted(name: &str) -> Result<(), Fault> {
    let case = cases::named(name).ok_or("there is no such case")?;
    let mut work = case.work.prepare()?;
    // What a first run leaves for the next ones is not counted.
    let first = work();
    let second = work_under_count(&mut work);
    if first == 0 || first != second {
        return Err(format!(
            "{name} gave {first}, then {second}: it should be the same, and something"
        )
        .into());
    }
    Ok(())
}

#[inline(never)]
fn work_under_count(work: &mut dyn FnMut() -> u64) -> u64 {
    black_box(work())
}

/// The instructions of the cases, as many at once as the machine has processors.
pub fn count(names: &[&'static str]) -> Result<Vec<(&'static str, u64)>, Fault> {
    let valgrind = Command::new("valgrind").arg("--version").output();
    if !valgrind.is_ok_and(|answer| answer.status.success()) {
        return Err("valgrind is needed, and is not there".into());
    }
    let folder = std::env::temp_dir().join(format!("segql-guard-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let counts = count_in(&folder, names);
    std::fs::remove_dir_all(&folder)?;
    counts
}

fn count_in(folder: &Path, names: &[&'static str]) -> Result<Vec<(&'static str, u64)>, Fault> {
    let next = AtomicUsize::new(0);
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let mut counts = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..processors.min(names.len()))
            .map(|_| {
                scope.spawn(|| {
                    let mut counts = Vec::new();
                    while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
                        counts.push((*name, count_one(folder, name)?));
                    }
                    Ok(counts)
                })
            })
            .collect();
        let counts = threads.into_iter().map(|thread| {
            let counts = thread.join();
            counts.unwrap_or_else(|_| Err("a thread that counts broke off".into()))
        });
        counts.collect::<Result<Vec<_>, Fault>>()
    })?
    .concat();
    counts.sort_by_key(|(name, _)| names.iter().position(|other| other == name));
    Ok(counts)
}

fn count_one(folder: &Path, name: &str) -> Result<u64, Fault> {
    let written = folder.join(name);
    let mut valgrind = Command::new("valgrind");
    // Nothing of the surroundings may move a count.
    valgrind.env_clear();
    if let Some(path) = std::env::var_os("PATH") {
        valgrind.env("PATH", path);
    }
    let answer = valgrind
        .arg("--tool=callgrind")
        .arg("--quiet")
        .arg(format!("--toggle-collect={COUNTED}"))
        .arg(format!("--callgrind-out-file={}", written.display()))
        .arg(std::env::current_exe()?)
        .args([ONE, name])
        .output()?;
    if !answer.status.success() {
        let told = String::from_utf8_lossy(&answer.stderr);
        return Err(format!("{name} failed under valgrind: {}", told.trim()).into());
    }
    let text = std::fs::read_to_string(&written)?;
    let count = total(&text).filter(|count| *count > 0);
    count.ok_or_else(|| format!("valgrind counted nothing for {name}").into())
}

/// The sum of all instructions in what callgrind wrote.
fn total(text: &str) -> Option<u64> {
    let lines = || text.lines();
    // Other events than instructions would stand beside them.
    lines().find(|line| line.trim() == "events: Ir")?;
    let total = lines().find_map(|line| line.strip_prefix("totals:"))?;
    total.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::total;

    #[test]
    fn the_total_is_read_from_what_callgrind_writes() {
        let written =
            "# callgrind format\nversion: 1\nevents: Ir\nfn=(1) main\n16 4021\n\ntotals: 29714\n";
        assert_eq!(total(written), Some(29714));
        assert_eq!(total("events: Ir Dr\ntotals: 5 3\n"), None);
        assert_eq!(total("events: Ir\n"), None);
    }
}

//! `segql repl`: conditions one by one.

use super::arguments::ReplOptions;
use super::progress::Waiting;
use super::project::Project;
use super::{Failure, diagnose, interrupt, moment, run, terminal};
use crate::repl::{Ground, Session, converse, read_plainly};
use segql::{Now, RunOptions};
use std::io::IsTerminal;
use std::path::PathBuf;

pub fn repl(options: &ReplOptions) -> Result<(), Failure> {
    let threads = run::threads(options.threads);
    let project = Project::find(options.path.as_deref())?
        .open()?
        .threads(threads);
    let moment = moment::moment(
        project.as_of(options.as_of.as_deref()),
        project.schema().zone(),
    )?;
    let run_options =
        RunOptions::at(Now::from_nanoseconds(moment::nanoseconds(&moment))).threads(threads);
    let welcome = format!(
        "SegQL {} on {}, as of {}\nType a condition, or .help\n",
        env!("CARGO_PKG_VERSION"),
        project.name(),
        moment::shown(&moment)
    );
    let mut session = Session::new(Ground {
        engine: project.engine(),
        texts: project.texts(),
        loader: Box::new(project.loader()),
        source: project.shared_source(),
        events: project.events().clone(),
        as_of: moment::exchanged(&moment),
        threads,
        folder: std::env::temp_dir(),
        options: run_options.cancel(interrupt::stop()),
        other_values: project.other_values(),
        stop: interrupt::stop(),
        render: diagnose::options(),
    });
    if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        terminal::say(&welcome);
        // On a terminal, Ctrl-C stops an answer and not the shell.
        let _work = interrupt::work();
        return converse(
            &mut session,
            terminal::colours_on_answer(),
            history(),
            terminal::answer,
            terminal::say,
            || Waiting::on("working it out".into()),
        );
    }
    let faults = read_plainly(
        &mut session,
        std::io::stdin().lock(),
        terminal::answer,
        terminal::say,
    )?;
    if faults > 0 {
        Err(Failure::Told)
    } else {
        Ok(())
    }
}

/// The file that inputs are remembered in: `segql/history` in the user's folder for such state.
fn history() -> Option<PathBuf> {
    let folder = std::env::var_os("XDG_STATE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/state")))?
        .join("segql");
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join("history"))
}

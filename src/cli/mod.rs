//! The command line: one file a command. Only the answer goes to the standard output; whatever else there is to say, to the error output.

mod arguments;
mod arms;
mod balance;
mod check;
mod completions;
mod diagnose;
mod events;
mod explain;
mod failure;
mod fields;
mod fix;
mod fmt;
mod init;
mod interrupt;
mod members;
mod moment;
mod pack;
mod progress;
mod project;
mod repl;
mod run;
mod schema;
mod table;
mod terminal;
mod test;
mod tested;

pub use failure::Failure;

use arguments::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

/// Runs the command that the arguments of this process ask for.
pub fn main() -> ExitCode {
    failure::report_panics();
    failure::guarded(command)
}

fn command() -> ExitCode {
    interrupt::listen();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are answers; anything else is a mistake on the command line.
            let code = if error.use_stderr() { 2 } else { 0 };
            drop(error.print());
            return ExitCode::from(code);
        }
    };
    let outcome = match &arguments.command {
        Command::Init(options) => init::init(options),
        Command::Run(options) => run::run(options),
        Command::Check(options) => check::check(options),
        Command::Test(options) => test::test(options),
        Command::Schema(options) => schema::schema(options),
        Command::Fmt(options) => fmt::fmt(options),
        Command::Pack(options) => pack::pack(options),
        Command::Repl(options) => repl::repl(options),
        Command::Explain(options) => explain::explain(options),
        Command::Completions(options) => completions::completions(options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.end(),
    }
}

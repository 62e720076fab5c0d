//! `segql completions`: what a shell reads to complete the command line.

use super::arguments::{Arguments, CompletionsOptions};
use super::{Failure, terminal};
use clap::CommandFactory;

pub fn completions(options: &CompletionsOptions) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(
        options.shell,
        &mut Arguments::command(),
        "segql",
        &mut script,
    );
    terminal::answer(&String::from_utf8_lossy(&script))
}

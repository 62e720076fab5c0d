//! The `segql` command: reads its arguments, does one thing, and ends with an exit code that says how it went.

mod cli;
mod repl;

fn main() -> std::process::ExitCode {
    cli::main()
}

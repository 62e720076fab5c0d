//! The `segql` command: reads its arguments, does one thing, and ends with an exit code that says how it went.

mod cli;
mod repl;

/// Buffers of columns come and go by the million rows: this one keeps their memory, where the system's would hand it back and ask for it again.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::main()
}

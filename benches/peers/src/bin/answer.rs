//! Answers questions about a project, a line of JSON for each, until there are no more.
//!
//! `answer [THREADS]`

use segql_peers::ask::{Answer, Session};
use std::io::{BufRead, Write};
use std::num::NonZero;
use std::process::ExitCode;

/// The same as the `segql` command has.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let threads = match std::env::args().nth(1).map(|threads| threads.parse()) {
        None => NonZero::<usize>::MIN,
        Some(Ok(threads)) => threads,
        Some(Err(_)) => {
            eprintln!("usage: answer [THREADS]");
            return ExitCode::from(2);
        }
    };
    let mut session = Session::new(threads);
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let answer = match line {
            Ok(line) if line.trim().is_empty() => continue,
            Ok(line) => session.answer(&line),
            Err(error) => Answer::Fault {
                error: error.to_string(),
            },
        };
        let text = serde_json::to_string(&answer).expect("answers are plain data");
        // Whoever asked has gone.
        if writeln!(output, "{text}")
            .and_then(|()| output.flush())
            .is_err()
        {
            break;
        }
    }
    ExitCode::SUCCESS
}

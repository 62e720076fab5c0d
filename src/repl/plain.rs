//! The shell on a pipe: inputs line by line, a line that is not finished with those after it; answers only, no prompt.

use super::session::{Reply, Session};
use std::io::{BufRead, Error};

/// Reads to the end of the input. `show` takes each answer and `tell` each fault; the number of faults comes back.
///
/// # Errors
/// The input cannot be read, or `show` failed with what it says.
pub fn read_plainly<E: From<Error>>(
    session: &mut Session,
    input: impl BufRead,
    mut show: impl FnMut(&str) -> Result<(), E>,
    mut tell: impl FnMut(&str),
) -> Result<u64, E> {
    let mut pending = String::new();
    let mut faults = 0;
    let mut take = |session: &mut Session, input: &str| -> Result<bool, E> {
        match session.take(input) {
            Reply::Answer(text) => show(&text).map(|()| true),
            Reply::Fault(text) => {
                tell(&text);
                faults += 1;
                Ok(true)
            }
            Reply::Quit => Ok(false),
        }
    };
    for line in input.lines() {
        let line = line?;
        // An empty line ends what is open, so that one mistake does not swallow the rest.
        let ended = line.trim().is_empty();
        pending.push_str(&line);
        pending.push('\n');
        if ended || segql::syntax::is_complete(&pending) {
            let goes_on = take(session, &pending)?;
            pending.clear();
            if !goes_on {
                return Ok(faults);
            }
        }
    }
    if !pending.trim().is_empty() {
        take(session, &pending)?;
    }
    Ok(faults)
}

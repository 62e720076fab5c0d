//! The two outputs of the process: the answer, and all else. Colour only where a person looks and `NO_COLOR` is not set.

use super::Failure;
use std::io::{ErrorKind, IsTerminal, Write};

/// Writes the answer. A reader that has gone away (`| head -1`) has what it wanted: that ends the program quietly.
pub fn answer(text: &str) -> Result<(), Failure> {
    let mut output = anstream::stdout().lock();
    match output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush())
    {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Failure::ClosedPipe),
        Err(error) => Err(Failure::fault(
            "E0804",
            format!("the answer cannot be written to the standard output: {error}"),
        )),
    }
}

/// Says something beside the answer. Where nobody can hear it there is nobody to tell, so failures are passed over.
pub fn say(text: &str) {
    let mut output = anstream::stderr().lock();
    drop(output.write_all(text.as_bytes()));
    drop(output.flush());
}

/// Whether the error output shows colours.
pub fn colours_on_errors() -> bool {
    colours(&std::io::stderr())
}

/// Whether the answer shows colours.
pub fn colours_on_answer() -> bool {
    colours(&std::io::stdout())
}

fn colours(stream: &impl anstream::stream::RawStream) -> bool {
    anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never
}

/// Whether a person watches the error output.
pub fn errors_are_watched() -> bool {
    std::io::stderr().is_terminal()
}

/// The columns of the terminal that the answer goes to, where it goes to one.
pub fn answer_width() -> Option<u16> {
    std::io::stdout()
        .is_terminal()
        .then(|| comfy_table::Table::new().width())
        .flatten()
}

/// The width for the error output: that of the terminal within reason, 80 where there is none.
pub fn width() -> usize {
    if !errors_are_watched() {
        return 80;
    }
    comfy_table::Table::new()
        .width()
        .map_or(80, |width| usize::from(width).clamp(40, 120))
}

//! How a command fails: whose fault it is decides the exit code, and every fault of ours or of the command line has a code with a page.

use super::{interrupt, terminal};
use miette::{GraphicalReportHandler, GraphicalTheme};
use segql::data::DataError;
use segql::diagnostics::{Code, code_entry};
use std::process::ExitCode;

/// Why a command ends without its answer.
#[derive(Debug)]
pub enum Failure {
    /// The command line has to be changed.
    Usage(Message),
    /// The project, a text in it, its data or a file has to be changed.
    Fault(Message),
    /// The same, and all there is to say has been said.
    Told,
    /// Ctrl-C.
    Interrupted,
    /// Whoever reads the answer has gone away.
    ClosedPipe,
}

/// What is said about it.
#[derive(Debug)]
pub struct Message {
    pub code: Code,
    pub text: String,
    pub help: Option<String>,
}

impl Failure {
    pub fn usage(code: &'static str, text: impl Into<String>) -> Self {
        Self::Usage(Message::new(code, text))
    }

    pub fn fault(code: &'static str, text: impl Into<String>) -> Self {
        Self::Fault(Message::new(code, text))
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        if let Self::Usage(message) | Self::Fault(message) = &mut self {
            message.help = Some(help.into());
        }
        self
    }

    /// Says it, and gives the exit code.
    pub fn end(self) -> ExitCode {
        match self {
            Self::Usage(message) => {
                message.say();
                ExitCode::from(2)
            }
            Self::Fault(message) => {
                message.say();
                ExitCode::from(1)
            }
            Self::Told => ExitCode::from(1),
            Self::Interrupted => {
                terminal::say("stopped\n");
                ExitCode::from(interrupt::STOPPED)
            }
            Self::ClosedPipe => ExitCode::SUCCESS,
        }
    }
}

impl From<std::io::Error> for Failure {
    /// Reading what is typed failed.
    fn from(error: std::io::Error) -> Self {
        Self::fault(
            "E0802",
            format!("the standard input cannot be read: {error}"),
        )
    }
}

impl From<DataError> for Failure {
    fn from(error: DataError) -> Self {
        Self::Fault(Message {
            code: error.code,
            text: error.to_string(),
            help: error.help.map(String::from),
        })
    }
}

impl Message {
    fn new(code: &'static str, text: impl Into<String>) -> Self {
        debug_assert!(code_entry(code).is_some(), "{code} has no page");
        Self {
            code: Code(code),
            text: text.into(),
            help: None,
        }
    }

    /// The message as it is shown, in the form of all diagnostics: the code, what is wrong, what to do.
    pub fn render(&self, width: usize, colours: bool) -> String {
        let theme = if colours {
            GraphicalTheme::unicode()
        } else {
            GraphicalTheme::unicode_nocolor()
        };
        let mut text = String::new();
        let drawn = GraphicalReportHandler::new_themed(theme)
            .with_width(width)
            .with_break_words(false)
            .with_links(false)
            .render_report(&mut text, self);
        match drawn {
            Ok(()) => text.trim_end().to_owned() + "\n",
            Err(std::fmt::Error) => format!("error[{}]: {}\n", self.code.0, self.text),
        }
    }

    fn say(&self) {
        terminal::say(&self.render(terminal::width(), terminal::colours_on_errors()));
    }
}

impl std::fmt::Display for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Message {}

impl miette::Diagnostic for Message {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(format!("error[{}]", self.code.0)))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        let help = self.help.as_ref()?;
        Some(Box::new(help))
    }
}

/// The exit code where SegQL itself is at fault.
const INTERNAL: u8 = 101;

/// A panic is a fault of ours: say so, where it happened, and how to report it.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map_or_else(String::new, |place| format!(" at {place}"));
        internal(&place, panic.payload_as_str().unwrap_or("no further words")).say();
    }));
}

/// What is said of a fault of ours.
fn internal(place: &str, words: &str) -> Message {
    Message {
        code: Code("E0901"),
        text: format!("SegQL itself failed{place}: {words}"),
        help: Some(format!(
            "this is a fault of ours, not of your project; please report it with the command you gave (segql {})",
            env!("CARGO_PKG_VERSION")
        )),
    }
}

/// Does the work. A panic in it, which has been reported by then, gives its own exit code.
pub fn guarded(work: impl FnOnce() -> ExitCode + std::panic::UnwindSafe) -> ExitCode {
    std::panic::catch_unwind(work).unwrap_or_else(|_| ExitCode::from(INTERNAL))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_ours_ends_with_101_wherever_it_happens() {
        let same = |left: ExitCode, right: ExitCode| format!("{left:?}") == format!("{right:?}");
        let internal = || ExitCode::from(101);
        assert!(same(guarded(|| ExitCode::from(2)), ExitCode::from(2)));
        assert!(same(guarded(|| panic!("in the command")), internal()));
        // As the threads of a run hand it on.
        let in_thread = || {
            std::thread::scope(|scope| match scope.spawn(|| panic!("in a thread")).join() {
                Ok(()) => ExitCode::SUCCESS,
                Err(panic) => std::panic::resume_unwind(panic),
            })
        };
        assert!(same(guarded(in_thread), internal()));
    }

    #[test]
    fn a_fault_of_ours_asks_to_be_reported() {
        let shown = internal(" at src/x.rs:1:2", "no such leaf").render(80, false);
        for words in [
            "E0901",
            "SegQL itself failed at src/x.rs:1:2: no such leaf",
            "report it",
        ] {
            assert!(shown.contains(words), "{words}\n{shown}");
        }
        assert!(shown.contains(env!("CARGO_PKG_VERSION")));
    }
}

//! The shell on a terminal: line editing, colours, completion and history around the session.

use super::labels::{self, Labels};
use super::session::{Reply, Session};
use reedline::{
    ColumnarMenu, Completer, CompletionResult, FileBackedHistory, Highlighter, KeyCode,
    KeyModifiers, MenuBuilder, Prompt, PromptEditMode, PromptHistorySearch, Reedline,
    ReedlineEvent, ReedlineMenu, Signal, Span, StyledText, Suggestion, ValidationResult, Validator,
};
use segql::syntax::{self, Style};
use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const REMEMBERED: usize = 2_000;

/// Talks until `.quit` or Ctrl-D. `show` takes each answer, `tell` each fault, and what `wait` gives lasts while an answer is worked out. `history` is the
/// file that inputs are remembered in.
///
/// # Errors
/// The terminal cannot be read, or `show` failed with what it says.
pub fn converse<E: From<std::io::Error>, Guard>(
    session: &mut Session,
    colours: bool,
    history: Option<PathBuf>,
    mut show: impl FnMut(&str) -> Result<(), E>,
    mut tell: impl FnMut(&str),
    wait: impl Fn() -> Guard,
) -> Result<(), E> {
    let names = Names::default();
    let mut editor = editor(names.clone(), colours, history);
    loop {
        names.know(session);
        match editor.read_line(&Sign).map_err(std::io::Error::other)? {
            Signal::Success(input) => {
                let waiting = wait();
                let reply = session.take(&input);
                drop(waiting);
                match reply {
                    Reply::Answer(text) => show(&text)?,
                    Reply::Fault(text) => tell(&text),
                    Reply::Quit => return Ok(()),
                }
            }
            Signal::CtrlD => return Ok(()),
            // Ctrl-C gives up what is being typed.
            _ => {}
        }
    }
}

fn editor(names: Names, colours: bool, history: Option<PathBuf>) -> Reedline {
    let mut keys = reedline::default_emacs_keybindings();
    keys.add_binding(
        KeyModifiers::NONE,
        KeyCode::Tab,
        ReedlineEvent::UntilFound(vec![
            ReedlineEvent::Menu("names".into()),
            ReedlineEvent::MenuNext,
        ]),
    );
    let mut editor = Reedline::create()
        .with_edit_mode(Box::new(reedline::Emacs::new(keys)))
        .with_validator(Box::new(WholeInput))
        .with_completer(Box::new(names))
        .with_menu(ReedlineMenu::EngineCompleter(Box::new(
            ColumnarMenu::default().with_name("names"),
        )))
        .with_ansi_colors(colours);
    if colours {
        editor = editor.with_highlighter(Box::new(Colours));
    }
    // Without a place to remember inputs in, they are remembered for this session.
    if let Some(remembered) =
        history.and_then(|file| FileBackedHistory::with_file(REMEMBERED, file).ok())
    {
        editor = editor.with_history(Box::new(remembered));
    }
    editor
}

struct Sign;

impl Prompt for Sign {
    fn render_prompt_left(&self) -> Cow<'_, str> {
        "segql".into()
    }

    fn render_prompt_right(&self) -> Cow<'_, str> {
        "".into()
    }

    fn render_prompt_indicator(&self, _mode: PromptEditMode) -> Cow<'_, str> {
        "> ".into()
    }

    fn render_prompt_multiline_indicator(&self) -> Cow<'_, str> {
        "   ..> ".into()
    }

    fn render_prompt_history_search_indicator(&self, search: PromptHistorySearch) -> Cow<'_, str> {
        format!("(search {}) ", search.term).into()
    }
}

struct WholeInput;

impl Validator for WholeInput {
    fn validate(&self, line: &str) -> ValidationResult {
        if line.starts_with('.') || syntax::is_complete(line) {
            ValidationResult::Complete
        } else {
            ValidationResult::Incomplete
        }
    }
}

struct Colours;

impl Highlighter for Colours {
    fn highlight(&self, line: &str, _cursor: usize) -> StyledText {
        use reedline::Color;
        let plain = Color::Default.normal();
        let mut styled = StyledText::new();
        let mut done = 0;
        for (range, style) in syntax::highlight(line) {
            styled.push((plain, line[done..range.start].to_owned()));
            let style = match style {
                Style::Keyword => Color::Purple.normal(),
                Style::Name => plain,
                Style::Function => Color::Blue.normal(),
                Style::Number | Style::Date => Color::Cyan.normal(),
                Style::Text => Color::Green.normal(),
                Style::Comment => Color::DarkGray.normal(),
                Style::Operator => plain,
                Style::Fault => Color::Red.underline(),
            };
            styled.push((style, line[range.clone()].to_owned()));
            done = range.end;
        }
        styled.push((plain, line[done..].to_owned()));
        styled
    }
}

/// What a word may be completed to; the conversation and its editor know the same.
#[derive(Clone, Default)]
struct Names {
    known: Arc<Mutex<Known>>,
}

#[derive(Default)]
struct Known {
    names: Vec<String>,
    labels: Labels,
}

impl Names {
    /// Takes what the session knows by now.
    fn know(&self, session: &Session) {
        let known = Known {
            names: super::completions::completions(session.names()),
            labels: session.labels(),
        };
        *self.locked() = known;
    }

    fn locked(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Completer for Names {
    fn complete(&mut self, line: &str, position: usize) -> CompletionResult {
        let mut begin = word_begin(line, position);
        let word = line[begin..position].to_lowercase();
        let is_meant = |name: &str| name.to_lowercase().starts_with(&word);
        let known = self.locked();
        let found: Vec<String> = match labels::due(&line[..begin], &known.labels) {
            Some(due) => {
                begin = due.begin;
                let words = due.words.into_iter();
                let meant = words.filter(|word| is_meant(word.trim_start_matches('`')));
                meant.map(|word| format!("{}{word}", due.before)).collect()
            }
            None if word.is_empty() => Vec::new(),
            None => (known.names.iter())
                .filter(|name| is_meant(name))
                .cloned()
                .collect(),
        };
        let found = found.into_iter().map(|value| Suggestion {
            span: Span::new(begin, position),
            append_whitespace: !value.ends_with('('),
            value,
            ..Suggestion::default()
        });
        CompletionResult::fresh(found.collect::<Vec<_>>())
    }
}

/// Where the word that ends at `position` begins.
fn word_begin(line: &str, position: usize) -> usize {
    line[..position]
        .char_indices()
        .rev()
        .take_while(|(_, character)| character.is_alphanumeric() || matches!(character, '_' | '.'))
        .last()
        .map_or(position, |(at, _)| at)
}

//! Diagnostics on the page: for people with the text around the place, on one line for editors and logs, as JSON for programs.

use super::{Diagnostic, Severity};
use crate::source::{Position, Sources, Span};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource};
use std::fmt;

/// How [`human`] draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenderOptions {
    /// Columns of the terminal; at least 40 are used.
    pub width: usize,
    /// Colours by ANSI escapes.
    pub color: bool,
    /// Lines and arrows of Unicode instead of ASCII.
    pub unicode: bool,
}

impl Default for RenderOptions {
    /// 80 columns, without colour: the form that tests and pages show.
    fn default() -> Self {
        Self {
            width: 80,
            color: false,
            unicode: true,
        }
    }
}

/// A diagnostic with the lines it is about, for people. Ends with a line feed.
pub fn human(diagnostic: &Diagnostic, sources: &Sources, options: RenderOptions) -> String {
    let theme = match (options.unicode, options.color) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, true) => GraphicalTheme::ascii(),
        (false, false) => GraphicalTheme::none(),
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(options.width.max(40))
        .with_links(false)
        .with_urls(false)
        .with_break_words(false)
        .without_syntax_highlighting();
    let mut out = String::new();
    match handler.render_report(&mut out, &Report::new(diagnostic, sources)) {
        Ok(()) => {
            let mut out = fix_apart(&out)
                .lines()
                .map(str::trim_end)
                .collect::<Vec<_>>()
                .join("\n");
            out.truncate(out.trim_end().len());
            out.push('\n');
            out
        }
        Err(fmt::Error) => short(diagnostic, sources) + "\n",
    }
}

/// Puts `fix:` where `help:` stands, as a word of the same rank: miette knows one kind of advice only.
fn fix_apart(drawn: &str) -> String {
    drawn
        .replace("  help: fix: ", "   fix: ")
        .replace("  help: \u{1b}[0mfix: ", "   fix: \u{1b}[0m")
        .replace("\n        fix: ", "\n   fix: ")
}

/// All diagnostics for people, with an empty line between them.
pub fn human_all(diagnostics: &[Diagnostic], sources: &Sources, options: RenderOptions) -> String {
    diagnostics
        .iter()
        .map(|diagnostic| human(diagnostic, sources, options))
        .collect::<Vec<_>>()
        .join("\n")
}

/// `file:line:col: error[E0203]: message`, without a line feed.
pub fn short(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let span = diagnostic.primary.span;
    let file = sources.get(span.source);
    let Position { line, column } = file.position(span.start);
    format!(
        "{}:{line}:{column}: {}: {}",
        file.name,
        heading(diagnostic),
        diagnostic.message
    )
}

/// One object: `severity`, `code`, `message`, `help`, `fix`, and places as `file`, `start`, `end` (bytes) with their lines and columns.
pub fn json(diagnostic: &Diagnostic, sources: &Sources) -> serde_json::Value {
    use serde_json::json;
    let place = |span: Span| {
        let file = sources.get(span.source);
        let (start, end) = (file.position(span.start), file.position(span.end));
        json!({
            "file": file.name,
            "start": {"offset": span.start, "line": start.line, "column": start.column},
            "end": {"offset": span.end, "line": end.line, "column": end.column},
        })
    };
    let label = |label: &super::Label| {
        let mut value = place(label.span);
        value["message"] = label.message.as_str().into();
        value
    };
    json!({
        "severity": severity(diagnostic.severity),
        "code": diagnostic.code.0,
        "message": diagnostic.message,
        "place": label(&diagnostic.primary),
        "related": diagnostic.secondary.iter().map(label).collect::<Vec<_>>(),
        "help": diagnostic.help,
        "fix": diagnostic.fix.as_ref().map(|fix| json!({
            "title": fix.title,
            "safe": fix.is_safe,
            "edits": fix.edits.iter().map(|edit| {
                let mut value = place(edit.span);
                value["replacement"] = edit.replacement.as_str().into();
                value
            }).collect::<Vec<_>>(),
        })),
    })
}

/// All diagnostics as one JSON array.
pub fn json_all(diagnostics: &[Diagnostic], sources: &Sources) -> serde_json::Value {
    diagnostics
        .iter()
        .map(|diagnostic| json(diagnostic, sources))
        .collect()
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn heading(diagnostic: &Diagnostic) -> String {
    format!("{}[{}]", severity(diagnostic.severity), diagnostic.code.0)
}

/// A diagnostic in the form that miette draws: it knows one text a report, so labels in other texts become reports beside it.
#[derive(Debug)]
struct Report {
    heading: Option<String>,
    severity: miette::Severity,
    message: String,
    labels: Vec<LabeledSpan>,
    source: NamedSource<String>,
    advice: Option<String>,
    elsewhere: Vec<Report>,
}

impl Report {
    fn new(diagnostic: &Diagnostic, sources: &Sources) -> Self {
        let here = diagnostic.primary.span.source;
        let mut labels = vec![LabeledSpan::new_primary_with_span(
            words(&diagnostic.primary.message),
            range(diagnostic.primary.span, sources),
        )];
        let mut elsewhere: Vec<Report> = Vec::new();
        for label in &diagnostic.secondary {
            let range = range(label.span, sources);
            if label.span.source == here {
                labels.push(LabeledSpan::new_with_span(words(&label.message), range));
            } else {
                elsewhere.push(Report {
                    heading: None,
                    severity: miette::Severity::Advice,
                    message: label.message.clone(),
                    labels: vec![LabeledSpan::new_with_span(None, range)],
                    source: named(label.span, sources),
                    advice: None,
                    elsewhere: Vec::new(),
                });
            }
        }
        let fix = diagnostic
            .fix
            .as_ref()
            .map(|fix| format!("fix: {}", fix.title));
        let advice: Vec<String> = diagnostic.help.iter().cloned().chain(fix).collect();
        Report {
            heading: Some(heading(diagnostic)),
            severity: match diagnostic.severity {
                Severity::Error => miette::Severity::Error,
                Severity::Warning => miette::Severity::Warning,
            },
            message: diagnostic.message.clone(),
            labels,
            source: named(diagnostic.primary.span, sources),
            advice: (!advice.is_empty()).then(|| advice.join("\n")),
            elsewhere,
        }
    }
}

fn words(message: &str) -> Option<String> {
    (!message.is_empty()).then(|| message.to_owned())
}

fn named(span: Span, sources: &Sources) -> NamedSource<String> {
    let file = sources.get(span.source);
    NamedSource::new(&file.name, file.text.to_string())
}

/// A place inside the text and on borders of characters, whatever the span says.
fn range(span: Span, sources: &Sources) -> std::ops::Range<usize> {
    let text = &sources.get(span.source).text;
    let border = |offset: u32| {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    };
    border(span.start)..border(span.end)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

impl miette::Diagnostic for Report {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.heading
            .as_ref()
            .map(|heading| Box::new(heading) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.advice
            .as_ref()
            .map(|advice| Box::new(advice) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        (!self.elsewhere.is_empty()).then(|| {
            Box::new(
                self.elsewhere
                    .iter()
                    .map(|report| report as &dyn miette::Diagnostic),
            ) as Box<_>
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Code;

    fn example() -> (Sources, Diagnostic) {
        let mut sources = Sources::default();
        let id = sources.add("a.seg", "segment s =\n  regoin = \"BE\"\n");
        let other = sources.add("b.seg", "let region = \"x\"");
        let at = Span::new(id, 14, 20);
        let diagnostic =
            Diagnostic::error(Code("E0201"), "nothing is called `regoin`", at, "not known")
                .also(Span::new(other, 4, 10), "a name like it stands here")
                .help("names keep their case")
                .fix("write `region`", at, "region");
        (sources, diagnostic)
    }

    #[test]
    fn people_see_the_lines_around_the_place() {
        let (sources, diagnostic) = example();
        insta::assert_snapshot!(human(&diagnostic, &sources, RenderOptions::default()));
    }

    #[test]
    fn the_short_form_is_one_line() {
        let (sources, diagnostic) = example();
        assert_eq!(
            short(&diagnostic, &sources),
            "a.seg:2:3: error[E0201]: nothing is called `regoin`"
        );
    }

    #[test]
    fn json_tells_places_by_byte_and_by_line() {
        let (sources, diagnostic) = example();
        let value = json(&diagnostic, &sources);
        assert_eq!(value["code"], "E0201");
        assert_eq!(value["place"]["start"]["offset"], 14);
        assert_eq!(value["place"]["start"]["line"], 2);
        assert_eq!(value["place"]["start"]["column"], 3);
        assert_eq!(value["related"][0]["file"], "b.seg");
        assert_eq!(value["fix"]["edits"][0]["replacement"], "region");
    }

    #[test]
    fn a_place_past_the_end_or_inside_a_character_is_still_drawn() {
        let mut sources = Sources::default();
        let id = sources.add("a.seg", "é");
        for (start, end) in [(0, 900), (1, 1), (2, 2)] {
            let diagnostic =
                Diagnostic::error(Code("E0201"), "m", Span::new(id, start, end), "here");
            assert!(human(&diagnostic, &sources, RenderOptions::default()).contains("a.seg"));
        }
    }
}

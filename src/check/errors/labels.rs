//! What is wrong with classifications and with questions about labels.

use super::quoted_if_needed;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{Label, Name};

/// What has the labels that are asked for: those of a split are its arms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::check) enum Labelled {
    Classification,
    Split,
}

impl Labelled {
    fn whole(self) -> &'static str {
        match self {
            Labelled::Classification => "a classification",
            Labelled::Split => "a split",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Labelled::Classification => "label",
            Labelled::Split => "arm",
        }
    }

    /// With its article.
    fn a_label(self) -> &'static str {
        match self {
            Labelled::Classification => "a label",
            Labelled::Split => "an arm",
        }
    }
}

pub(in crate::check) fn label_twice(name: &Name, first: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0202"),
        format!("the label `{}` stands there twice", name.text),
        name.span,
        "again",
    )
    .also(first, "first here")
    .help("Join the two conditions with `OR`, or give one of the labels another name.")
}

/// `missing`, `known`, `not`
pub(in crate::check) fn not_a_label(name: &Name) -> Diagnostic {
    Diagnostic::error(
        Code("E0223"),
        format!("a label cannot be called `{}`", name.text),
        name.span,
        "a word of the language",
    )
    .help(format!(
        "Call it something else, such as `is_{}`.",
        name.text.to_lowercase()
    ))
}

/// `over`, `empty`
pub(in crate::check) fn label_in_back_ticks(name: &Name) -> Diagnostic {
    Diagnostic::error(
        Code("E0223"),
        format!("a label called `{}` stands in back-ticks", name.text),
        name.span,
        "behind `is`, this word asks something else",
    )
    .fix(
        format!("write it in back-ticks: ``{}``", name.text),
        name.span,
        format!("`{}`", name.text),
    )
}

/// A classification without `otherwise`; `close` is its closing brace.
pub(in crate::check) fn no_otherwise(
    classification: &str,
    label: &str,
    close: Span,
    on_own_line: bool,
) -> Diagnostic {
    let start = Span::new(close.source, close.start, close.start);
    let ours = if on_own_line {
        format!("  otherwise {label}\n")
    } else {
        format!(" otherwise {label} ")
    };
    Diagnostic::error(
        Code("E0218"),
        format!("`{classification}` does not say what becomes of everybody else"),
        close,
        "`otherwise` and a label are expected before this",
    )
    .guess(
        format!("write `otherwise {label}` as the last label"),
        start,
        ours,
    )
    .help("Each contact gets a label: those whom no condition fits get the one behind `otherwise`.")
}

/// A label below the one that takes who is left.
pub(in crate::check) fn label_behind_otherwise(label: &Label, otherwise: &Label) -> Diagnostic {
    let message = match label.condition {
        Some(_) => format!("nobody is left for the label `{}`", label.name.text),
        None => "there are two `otherwise`".to_owned(),
    };
    Diagnostic::error(
        Code("E0218"),
        message,
        label.span,
        "stands below `otherwise`",
    )
    .also(otherwise.span, "this takes everybody who is left")
    .help("`otherwise` is the last label, and there is one.")
}

pub(in crate::check) fn unknown_label(
    of: Labelled,
    (classification, written): (&Name, &str),
    known: &[&str],
    near: Option<&str>,
    span: Span,
    whole: Option<(String, Span)>,
) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0219"),
        format!(
            "`{}` has no {} `{written}`",
            classification.text,
            of.label()
        ),
        span,
        format!("no {} of it", of.label()),
    )
    .also(classification.span, "defined here");
    match near {
        Some(near) => {
            let near = quoted_if_needed(near);
            let (ours, place) = match whole {
                Some((begin, place)) => (begin + &near, place),
                None => (near, span),
            };
            fault.guess(format!("write `{ours}`"), place, ours)
        }
        None => {
            const SHOWN: usize = 12;
            let mut labels: Vec<String> = known
                .iter()
                .take(SHOWN)
                .map(|label| format!("`{}`", quoted_if_needed(label)))
                .collect();
            if known.len() > SHOWN {
                labels.push(format!("{} more", known.len() - SHOWN));
            }
            fault.help(format!("Its {}s are {}.", of.label(), labels.join(", ")))
        }
    }
}

/// `journey is "active"`
pub(in crate::check) fn label_as_text(of: Labelled, label: &str, span: Span) -> Diagnostic {
    let ours = quoted_if_needed(label);
    Diagnostic::error(
        Code("E0354"),
        format!("{} stands without quotes", of.a_label()),
        span,
        format!("{} is a name", of.a_label()),
    )
    .fix(format!("write `{ours}`"), span, ours)
}

/// `journey = "active"`
pub(in crate::check) fn label_compared(of: Labelled, ours: String, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0354"),
        format!("{} is asked with `is`", of.a_label()),
        span,
        "compared like a text",
    )
    .fix(format!("write `{ours}`"), span, ours)
}

/// `journey > "active"`
pub(in crate::check) fn no_order_of_labels(
    of: Labelled,
    classification: &str,
    span: Span,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0354"),
        format!("{}s have no order", of.label()),
        span,
        format!("{} is asked with `is`", of.a_label()),
    )
    .help(format!(
        "Name the {}s that you mean: `{classification} in (…)`.",
        of.label()
    ))
}

/// `journey in (1, plan)`
pub(in crate::check) fn no_label(of: Labelled, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0354"),
        format!("{} is expected here", of.a_label()),
        span,
        "this is no name",
    )
}

/// `journey in (active) ignoring case`
pub(in crate::check) fn case_of_labels(of: Labelled, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0314"),
        format!("{}s are names, and names have one case", of.label()),
        span,
        "`ignoring case` asks nothing here",
    )
    .help("Leave out `ignoring case`.")
}

/// `journey is missing`
pub(in crate::check) fn label_never_missing(
    classification: &str,
    rest: &str,
    word: &str,
    span: Span,
) -> Diagnostic {
    let rest = quoted_if_needed(rest);
    Diagnostic::error(
        Code("E0316"),
        "a classification always has a label",
        span,
        format!("`{word}` asks nothing here"),
    )
    .help(format!(
        "Whom no condition fits has the label behind `otherwise`: `{classification} is {rest}`."
    ))
}

/// `journey AND consent`
pub(in crate::check) fn labels_as_condition(
    of: Labelled,
    classification: &str,
    label: &str,
    span: Span,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0302"),
        format!("a condition is expected here, and this is {}", of.whole()),
        span,
        format!("which {}?", of.label()),
    )
    .help(format!(
        "Ask for {}: `{classification} is {}`.",
        of.a_label(),
        quoted_if_needed(label)
    ))
}

/// `plan is "pro"`
pub(in crate::check) fn is_before_value(negated: bool, span: Span) -> Diagnostic {
    let ours = if negated { "!=" } else { "=" };
    Diagnostic::error(
        Code("E0104"),
        "only `missing`, `known` and labels stand behind `is`; a value is compared with `=`",
        span,
        "",
    )
    .fix(format!("write `{ours}`"), span, ours)
}

pub(in crate::check) fn too_many_labels(limit: usize, name: &Name) -> Diagnostic {
    Diagnostic::error(
        Code("E0633"),
        format!("`{}` has more than {limit} labels", name.text),
        name.span,
        format!("{limit} are the most"),
    )
    .help("Join some of them, or classify in two steps: one classification for all, others for the parts.")
}

/// A label that nobody can have.
pub(in crate::check) fn unreachable_label(
    label: &Label,
    covered_by: &[&Label],
    never_holds: bool,
) -> Diagnostic {
    let fault = Diagnostic::warning(
        Code("unreachable-label"),
        format!("no contact can have the label `{}`", label.name.text),
        label.span,
        match (never_holds, &label.condition) {
            (true, _) => "its condition never holds",
            (false, Some(_)) => "whom it fits has a label above it",
            (false, None) => "everybody has a label above it",
        },
    );
    let fault = covered_by.iter().fold(fault, |fault, above| {
        fault.also(above.span, format!("`{}` takes them", above.name.text))
    });
    match (never_holds, &label.condition) {
        (true, _) => fault.help("Correct its condition, or leave the label out."),
        (false, Some(_)) => fault.help("Put it above the label that takes them, or leave it out."),
        (false, None) => fault.help(
            "`otherwise` has to stand there; if nobody is to be left, give the last label to it instead of a condition.",
        ),
    }
}

//! What came of the tests in the form of JUnit, which build servers read.

use super::Answer;
use crate::cli::Failure;
use std::fmt::Write;
use std::path::Path;

/// Writes the report.
pub fn write(file: &Path, project: &str, answers: &[Answer]) -> Result<(), Failure> {
    std::fs::write(file, report(project, answers)).map_err(|error| {
        Failure::fault(
            "E0804",
            format!("{} cannot be written: {error}", file.display()),
        )
    })
}

/// One suite for each text, one case for each test.
fn report(project: &str, answers: &[Answer]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let count = |answers: &[&Answer]| {
        let errors = answers.iter().filter(|one| one.outcome.is_err()).count();
        let failed = answers.iter().filter(|one| !one.is_ok()).count();
        format!(
            "tests=\"{}\" failures=\"{}\" errors=\"{errors}\"",
            answers.len(),
            failed - errors
        )
    };
    let all: Vec<&Answer> = answers.iter().collect();
    let _ = writeln!(
        out,
        "<testsuites name=\"{}\" {}>",
        escaped(project),
        count(&all)
    );
    for suite in all.chunk_by(|one, other| one.text == other.text) {
        let text = escaped(&suite[0].text);
        let _ = writeln!(out, "  <testsuite name=\"{text}\" {}>", count(suite));
        for answer in suite {
            case(&mut out, &text, answer);
        }
        let _ = writeln!(out, "  </testsuite>");
    }
    let _ = writeln!(out, "</testsuites>");
    out
}

fn case(out: &mut String, text: &str, answer: &Answer) {
    let head = format!(
        "    <testcase classname=\"{text}\" name=\"{}\" file=\"{text}\" line=\"{}\"",
        escaped(&answer.trial.title),
        answer.line
    );
    match &answer.outcome {
        Ok(verdict) if verdict.is_ok() => {
            let _ = writeln!(out, "{head}/>");
        }
        Ok(verdict) => {
            let _ = writeln!(out, "{head}>");
            for failure in &verdict.failures {
                let mut words =
                    format!("expected {}\nfound    {}", failure.expected, failure.found);
                for reason in &failure.reasons {
                    words += &format!("\n  {reason}");
                }
                let _ = writeln!(
                    out,
                    "      <failure message=\"expected {}\">{}</failure>",
                    escaped(&failure.expected),
                    escaped(&words)
                );
            }
            let _ = writeln!(out, "    </testcase>");
        }
        Err(error) => {
            let words = escaped(&error.to_string());
            let _ = writeln!(
                out,
                "{head}>\n      <error message=\"{words}\"/>\n    </testcase>"
            );
        }
    }
}

/// A text as XML takes it: signs of its own written out, and what it has no sign for replaced.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\r' => out.push_str("&#13;"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn signs_of_xml_are_written_out() {
        assert_eq!(
            escaped("a < b && c > \"d\" 'e'\n\u{1}"),
            "a &lt; b &amp;&amp; c &gt; &quot;d&quot; &apos;e&apos;&#10;\u{fffd}"
        );
    }
}

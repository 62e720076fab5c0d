//! Pieces of a manifest as text: what is written here is read as it was meant.

use std::fmt::Write;

/// Characters of a line at most, where it can be broken.
const WIDTH: usize = 110;

/// `name = ["a", "b"]`, over several lines where it is long.
pub fn toml_list(name: &str, values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| toml_text(value)).collect();
    let line = format!("{name} = [{}]\n", values.join(", "));
    if line.chars().count() <= WIDTH {
        return line;
    }
    let mut text = format!("{name} = [\n");
    for value in values {
        let _ = writeln!(text, "  {value},");
    }
    text + "]\n"
}

/// A text of TOML.
pub fn toml_text(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

/// A key of TOML, in quotes where it has to be.
pub fn toml_key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !name.is_empty() && name.chars().all(is_bare) {
        name.to_owned()
    } else {
        toml_text(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_names_of_toml_survive() {
        for text in ["BE", "a \"b\"", "c:\\d", "e\nf\tg\r", "\u{1}é\u{7f}", ""] {
            let written = format!(
                "[x.{}]\n{}",
                toml_key(text),
                toml_list("values", &[text.to_owned()])
            );
            let read: toml::Table = toml::from_str(&written).unwrap();
            assert_eq!(
                read["x"][text]["values"][0].as_str(),
                Some(text),
                "{written}"
            );
        }
        let long: Vec<String> = (0..40).map(|number| format!("value {number}")).collect();
        let read: toml::Table = toml::from_str(&toml_list("values", &long)).unwrap();
        assert_eq!(read["values"].as_array().unwrap().len(), 40);
    }
}

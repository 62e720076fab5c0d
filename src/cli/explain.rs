//! `segql explain`: the page of a code, or the stages of a segment.

use super::arguments::ExplainOptions;
use super::{Failure, terminal};
use segql::diagnostics::{code_entry, codes, suggest};

pub fn explain(options: &ExplainOptions) -> Result<(), Failure> {
    let topic = options.topic.as_deref().unwrap_or_default();
    if let Some(entry) = code_entry(topic) {
        return terminal::answer(&format!("{}\n", entry.page.trim_end()));
    }
    let near = suggest::nearest(topic, codes().iter().map(|entry| entry.code.0));
    let failure = Failure::usage("E0809", format!("there is no code `{topic}`"));
    Err(match near {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("codes stand in brackets in front of a message: error[E0203]"),
    })
}

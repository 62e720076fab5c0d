//! Fields of text that are nearly something else: where one is used as what it is not, the values that make it text are named.

use super::item::Checker;
use crate::diagnostics::Diagnostic;

impl Checker<'_> {
    /// Adds to a fault of types what is known of a field that stands in the place it is about.
    pub(super) fn tell_what_nearly_is(&self, fault: &mut Diagnostic) {
        if !fault.code.0.starts_with("E03") {
            return;
        }
        let places = std::iter::once(&fault.primary).chain(&fault.secondary);
        let field = places
            .filter_map(|label| self.schema.field_named(self.sources.text(label.span)))
            .find_map(|(_, field)| Some((&field.name, field.nearly.as_ref()?)));
        let Some((name, nearly)) = field else {
            return;
        };
        let words = format!(
            "`{name}` is text because of its values: {}. Mend these, or if they mean that there is none, list them in `missing` of the manifest.",
            nearly.words
        );
        // Quotes around the other side would compare text with text.
        fault.fix = None;
        fault.help = Some(match fault.help.take() {
            Some(help) => format!("{help} {words}"),
            None => words,
        });
    }
}

//! Warnings beside success, each with a name under which `-- segql: allow(name)` silences it: in the comment above an item, or on the
//! line that it is about.

use super::errors;
use super::files::Files;
use super::item::Checker;
use super::logic::{self, Admission};
use super::names::DefinitionId;
use super::order::{self, Order};
use crate::diagnostics::{Diagnostic, Severity};
use crate::ir::Graph;
use crate::schema::Schema;
use crate::source::{SourceId, Sources, Span};
use crate::syntax::ast::{Expression, ExpressionKind, Item, Parameter};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// A negation is true where the field has no value.
pub(super) fn negation_admits_missing(
    graph: &Graph,
    schema: &Schema,
    admission: &Admission,
) -> Diagnostic {
    // In the order of the schema.
    let mut ids: Vec<_> = admission.fields.iter().copied().collect();
    ids.sort_by_key(|id| logic::root(graph, *id));
    let fields: Vec<String> = ids
        .into_iter()
        .filter_map(|id| logic::written(graph, schema, id))
        .collect();
    errors::negation_admits_missing(&fields, admission.span, admission.in_or)
}

/// `a AND b OR c` without parentheses.
pub(super) fn mixed_and_or(checker: &mut Checker, body: &Expression) {
    if !checker.warns {
        return;
    }
    let mut stack = vec![body];
    while let Some(expression) = stack.pop() {
        if let ExpressionKind::Or(parts) = &*expression.kind {
            let ands: Vec<Span> = parts
                .iter()
                .filter(|part| matches!(*part.kind, ExpressionKind::And(_)))
                .map(|part| part.span)
                .collect();
            if !ands.is_empty() {
                checker.tell(errors::mixed_and_or(expression.span, &ands));
            }
        }
        expression.for_each_part(&mut |part| stack.push(part));
    }
}

/// Definitions that no segment uses, where there are segments; parameters that are not used.
pub(super) fn definitions(checker: &mut Checker, files: &Files, order: &Order, is_project: bool) {
    let definitions = checker.definitions;
    for definition in &definitions.all {
        let Some(body) = definition
            .body
            .filter(|_| !definition.parameters.is_empty())
        else {
            continue;
        };
        let mut used = HashSet::new();
        order::names(body, &mut |name| {
            used.insert(name);
        });
        for parameter in definition.parameters {
            if used.contains(parameter.name.text.as_str()) || has_hole(body) {
                continue;
            }
            let is_faulty = checker
                .diagnostics
                .iter()
                .any(|told| told.is_error() && lies_in(told.primary.span, parameter));
            if !is_faulty {
                checker.tell(errors::unused_parameter(
                    &parameter.name,
                    &definition.name.text,
                ));
            }
        }
    }
    unused(checker, files, order, is_project);
}

/// Definitions that no segment uses: of the root, or of all texts of a project.
fn unused(checker: &mut Checker, files: &Files, order: &Order, is_project: bool) {
    let definitions = checker.definitions;
    let is_meant = |index: usize| is_project || definitions.all[index].file == 0;
    // Classifications are answered for on their own, as segments are.
    let is_asked = |index: usize| {
        let definition = &definitions.all[index];
        definition.is_segment || definition.labels.is_some()
    };
    let mut stack: Vec<usize> = (0..definitions.all.len())
        .filter(|index| is_asked(*index) && is_meant(*index))
        .collect();
    let segments = stack.len();
    // What a test asks for is used.
    for (file, texts) in files.files.iter().enumerate() {
        super::trials::names(&texts.module, &mut |name| {
            stack.extend(definitions.lookup(file, name).map(|id| id.0));
        });
    }
    // A definition that could not be read may use anything.
    let is_whole = (0..definitions.all.len())
        .filter(|index| is_meant(*index))
        .all(|index| {
            let definition = &definitions.all[index];
            definition.is_read() && !definition.expressions().any(has_hole)
        });
    if segments == 0 || !is_whole {
        return;
    }
    let mut reached: HashSet<usize> = stack.iter().copied().collect();
    while let Some(index) = stack.pop() {
        for used in &order.uses[index] {
            if reached.insert(used.0) {
                stack.push(used.0);
            }
        }
    }
    let mut unused: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, definition) in definitions.all.iter().enumerate() {
        // What is faulty has more to mend than that.
        let is_plain = checker.sound[index]
            && definitions.lookup(definition.file, &definition.name.text)
                == Some(DefinitionId(index))
            && checker.schema.field_named(&definition.name.text).is_none();
        if !is_asked(index) && is_meant(index) && is_plain && !reached.contains(&index) {
            unused.entry(definition.file).or_default().push(index);
        }
    }
    for (file, indexes) in unused {
        let of_file = definitions
            .all
            .iter()
            .filter(|one| one.file == file)
            .count();
        // Nothing of a file is used: told once.
        if indexes.len() > 1
            && indexes.len() == of_file
            && let Some(first) = indexes.first()
        {
            let source = files.files[file].module.source;
            let name = &checker.sources.get(source).name;
            checker.tell(errors::unused_file(name, definitions.all[*first].name));
            continue;
        }
        for index in indexes {
            checker.tell(errors::unused_definition(
                definitions.all[index].name,
                is_project,
            ));
        }
    }
}

fn lies_in(span: Span, parameter: &Parameter) -> bool {
    let whole = parameter.name.span.to(parameter.type_name.span);
    span.source == whole.source && span.start >= whole.start && span.end <= whole.end
}

fn has_hole(body: &Expression) -> bool {
    let mut stack = vec![body];
    while let Some(expression) = stack.pop() {
        if matches!(*expression.kind, ExpressionKind::Hole) {
            return true;
        }
        expression.for_each_part(&mut |part| stack.push(part));
    }
    false
}

/// The lints that comments silence, and where.
pub(super) struct Silenced {
    places: Vec<(SourceId, std::ops::Range<u32>, BTreeSet<String>)>,
}

impl Silenced {
    pub fn covers(&self, diagnostic: &Diagnostic) -> bool {
        let at = diagnostic.primary.span;
        diagnostic.severity == Severity::Warning
            && self.places.iter().any(|(source, range, names)| {
                *source == at.source
                    && range.contains(&at.start)
                    && names.contains(diagnostic.code.0)
            })
    }
}

const MARK: &str = "segql: allow(";

/// Reads the comments of all texts. A comment that stands alone on its line and right above an item speaks for the whole item; any
/// other for its own line.
pub(super) fn silenced(sources: &Sources, files: &Files) -> Silenced {
    let mut places = Vec::new();
    for file in &files.files {
        let source = file.module.source;
        let text = &sources.get(source).text;
        let starts: HashMap<u32, &Item> = file
            .module
            .items
            .iter()
            .filter(|item| item.span.source == source)
            .map(|item| (item.span.start, item))
            .collect();
        let mut start = 0;
        // Names in comment lines that stand right above what comes.
        let mut above: BTreeSet<String> = BTreeSet::new();
        for line in text.split_inclusive('\n') {
            let end = start + line.len() as u32;
            let names = allowed(line);
            let content = line.trim_start();
            if content.starts_with("--") {
                above.extend(names);
            } else {
                let indent = (line.len() - content.len()) as u32;
                let item = starts.get(&(start + indent));
                if let Some(item) = item
                    && !above.is_empty()
                {
                    let names = std::mem::take(&mut above);
                    places.push((source, item.span.start..item.span.end, names));
                }
                above.clear();
                if !names.is_empty() {
                    places.push((source, start..end, names));
                }
            }
            start = end;
        }
    }
    Silenced { places }
}

/// The names in `-- segql: allow(a, b)` on this line.
fn allowed(line: &str) -> BTreeSet<String> {
    let Some((_, comment)) = line.split_once("--") else {
        return BTreeSet::new();
    };
    let Some((_, names)) = comment.split_once(MARK) else {
        return BTreeSet::new();
    };
    let Some((names, _)) = names.split_once(')') else {
        return BTreeSet::new();
    };
    names
        .split(',')
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

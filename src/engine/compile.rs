//! From text to program.

use super::{CompileError, Labelling, Places, Planned, Program, Segment};
use crate::check::{
    self, Asked, Checked, ClassificationInfo, DefinitionInfo, Loader, Meaning, NoFiles,
};
use crate::diagnostics::Diagnostic;
use crate::ir::ConditionId;
use crate::schema::Schema;
use crate::source::{SourceId, Sources, Span};
use crate::syntax::{self, Parsed, ast};
use std::num::NonZero;
use std::sync::Arc;

/// Compiles texts against one schema. Cheap to clone, and usable from any number of threads at once.
#[derive(Clone, Debug)]
pub struct Engine {
    schema: Schema,
    threads: NonZero<usize>,
    warns: bool,
}

impl Engine {
    pub fn new(schema: Schema) -> Self {
        Self {
            schema,
            threads: NonZero::<usize>::MIN,
            warns: true,
        }
    }

    /// On how many threads at most a long text is compiled; without it on one. What comes of it is the same.
    pub fn threads(self, threads: NonZero<usize>) -> Self {
        Self { threads, ..self }
    }

    /// For a host that shows no warnings, of texts that were looked at before: what is worth a look although a text compiles is not looked for, which
    /// takes a good part of the time, and [`Program::warnings`] has nothing. What is wrong is told as ever.
    ///
    /// ```
    /// use segql::{Engine, Schema};
    ///
    /// let schema = Schema::builder().key("id").int("id").build()?;
    /// let text = "segment nobody = id > 3 AND id < 3";
    /// let engine = Engine::new(schema);
    /// assert_eq!(engine.compile("segments.seg", text)?.warnings().len(), 1);
    /// let engine = engine.without_warnings();
    /// assert_eq!(engine.compile("segments.seg", text)?.warnings().len(), 0);
    /// assert!(engine.compile("segments.seg", "segment nobody = idd > 3").is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn without_warnings(self) -> Self {
        Self {
            warns: false,
            ..self
        }
    }

    /// The schema that texts are checked against.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Compiles a text that stands on its own. `name` is what messages call it.
    ///
    /// ```
    /// use segql::{Engine, Schema};
    ///
    /// let schema = Schema::builder().key("id").int("id").text("region").build()?;
    /// let engine = Engine::new(schema);
    /// let program = engine.compile("segments.seg", r#"segment belgians = region = "BE""#)?;
    /// assert_eq!(program.segments()[0].name, "belgians");
    ///
    /// let error = engine.compile("segments.seg", r#"segment belgians = regoin = "BE""#).unwrap_err();
    /// assert!(error.to_string().contains("region"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Every fault of the text, in one go. A `use` is one: there is nothing to take it from.
    pub fn compile(&self, name: &str, text: &str) -> Result<Program, CompileError> {
        self.compile_with(name, text, &NoFiles)
    }

    /// Compiles a text whose `use` lines are answered by `loader`. The program has the text's own segments and classifications; those of the texts it uses are
    /// definitions it may refer to.
    ///
    /// # Errors
    /// Every fault of every text, in one go.
    pub fn compile_with(
        &self,
        name: &str,
        text: &str,
        loader: &dyn Loader,
    ) -> Result<Program, CompileError> {
        let mut sources = Sources::default();
        let root = sources.add(name, text);
        let parsed = syntax::parse_on(self.threads, &sources, root);
        self.finish(sources, root, parsed, loader, Wanted::Own)
    }

    /// Compiles several texts into one program with the segments of all of them, which share their work. Each path is asked of `loader`.
    ///
    /// # Errors
    /// Every fault of every text, in one go; also a name that two of them define.
    pub fn compile_files(
        &self,
        paths: &[String],
        loader: &dyn Loader,
    ) -> Result<Program, CompileError> {
        let mut sources = Sources::default();
        let root = sources.add("(all texts of the project)", uses(paths));
        let parsed = syntax::parse_on(self.threads, &sources, root);
        self.finish(sources, root, parsed, loader, Wanted::All)
    }

    /// Compiles a condition on its own, such as `region = "BE" AND consent`: a program of one segment whose name is the condition.
    ///
    /// # Errors
    /// Every fault of the condition.
    pub fn compile_condition(&self, condition: &str) -> Result<Program, CompileError> {
        self.compile_conditions_with(&[condition], &[], &NoFiles)
    }

    /// Compiles conditions that may use the definitions of some texts; each path is asked of `loader`. The program has a segment for each
    /// condition, named as it is written.
    ///
    /// # Errors
    /// Every fault of the conditions, and those of the texts where a condition rests on one.
    pub fn compile_conditions_with<C: AsRef<str>>(
        &self,
        conditions: &[C],
        paths: &[String],
        loader: &dyn Loader,
    ) -> Result<Program, CompileError> {
        let mut sources = Sources::default();
        let root = sources.add("(definitions)", uses(paths));
        let mut parsed = syntax::parse_on(self.threads, &sources, root);
        let mut own = Vec::new();
        for (place, condition) in conditions.iter().enumerate() {
            let id = sources.add("(condition)", condition.as_ref());
            let (expression, diagnostics) = syntax::parse_condition(&sources, id);
            parsed.diagnostics.extend(diagnostics);
            let span = Span::new(id, 0, sources.get(id).text.len() as u32);
            parsed.module.items.push(ast::Item {
                span,
                documentation: None,
                annotations: Vec::new(),
                kind: ast::ItemKind::Segment {
                    name: ast::Name {
                        // No definition of a text can have such a name.
                        text: format!("(condition {})", place + 1),
                        span,
                    },
                    title: None,
                    condition: expression,
                },
            });
            own.push((id, condition.as_ref().trim().to_owned()));
        }
        self.finish(sources, root, parsed, loader, Wanted::Conditions(own))
    }

    fn finish(
        &self,
        mut sources: Sources,
        root: SourceId,
        parsed: Parsed,
        loader: &dyn Loader,
        wanted: Wanted,
    ) -> Result<Program, CompileError> {
        let (checked, planned) = check::check_beside(
            &self.schema,
            &mut sources,
            (root, parsed),
            loader,
            Asked {
                project: matches!(wanted, Wanted::All),
                tests: false,
                warnings: self.warns,
                threads: self.threads,
            },
            |checked| {
                let mut module = checked.module.clone();
                module.segments = wanted.roots(checked);
                Planned::of(module, &self.schema)
            },
        );
        let roots = wanted.roots(&checked);
        let mut diagnostics = checked.diagnostics;
        let mut infos = checked.segments;
        let mut classifications = checked.classifications;
        let mut module = checked.module;
        if let Wanted::Conditions(own) = &wanted {
            let is_own = |diagnostic: &Diagnostic| {
                let source = diagnostic.primary.span.source;
                own.iter().any(|(id, _)| *id == source)
            };
            // What there is to say about the texts that a condition uses is said when those are checked, unless it is what keeps
            // the condition from its meaning.
            let is_sound = infos.len() == own.len();
            if is_sound
                || diagnostics
                    .iter()
                    .any(|diagnostic| diagnostic.is_error() && is_own(diagnostic))
            {
                diagnostics.retain(is_own);
            }
            // A question is no audience: that it lies in a segment or in another question is no news, and it has no name to exclude it by.
            diagnostics.retain(|told| !(is_own(told) && told.code.0 == "contained-segment"));
        }
        if diagnostics.iter().any(Diagnostic::is_error) {
            return Err(CompileError::new(diagnostics, sources));
        }
        match wanted {
            Wanted::Own => {}
            Wanted::Conditions(own) => {
                for (info, (_, text)) in infos.iter_mut().zip(own) {
                    info.name = text;
                }
            }
            Wanted::All => {
                infos.clear();
                classifications.clear();
                for definition in checked.definitions {
                    classifications.extend(definition.classification);
                    if let (Some(segment), Some(Meaning::Condition(_))) =
                        (definition.segment, definition.meaning)
                    {
                        infos.push(segment);
                    }
                }
            }
        }
        let segments = infos
            .into_iter()
            .map(|segment| Segment {
                name: segment.name,
                title: segment.title,
                documentation: segment.documentation,
                notes: segment.notes,
                span: segment.span,
            })
            .collect();
        let labellings = classifications.into_iter().map(Labelling::of).collect();
        module.segments = roots;
        let planned = planned.unwrap_or_else(|| Planned::of(module.clone(), &self.schema));
        Ok(Program::new(
            self.schema.clone(),
            sources,
            diagnostics,
            (segments, labellings),
            (module, planned),
            Places {
                conditions: Arc::new(checked.places),
                moved_by: Arc::new(checked.moved_by),
                instants: checked.instants.into(),
            },
        ))
    }
}

/// Which segments and classifications a program gets.
enum Wanted {
    /// Those of the root text.
    Own,
    /// Those of all texts.
    All,
    /// Those that stand for conditions, with their texts.
    Conditions(Vec<(SourceId, String)>),
}

impl Wanted {
    /// The conditions of the segments, then those of the labels of each classification, then those of the audiences of splits.
    fn roots(&self, checked: &Checked) -> Vec<ConditionId> {
        let of_all = |definition: &DefinitionInfo| match (&definition.segment, definition.meaning) {
            (Some(_), Some(Meaning::Condition(condition))) => Some(condition),
            _ => None,
        };
        let (mut roots, classifications): (Vec<ConditionId>, Vec<&ClassificationInfo>) = match self
        {
            Wanted::All => {
                let definitions = &checked.definitions;
                let classifications = definitions.iter().filter_map(|d| d.classification.as_ref());
                (
                    definitions.iter().filter_map(of_all).collect(),
                    classifications.collect(),
                )
            }
            Wanted::Own | Wanted::Conditions(_) => (
                checked.module.segments.clone(),
                checked.classifications.iter().collect(),
            ),
        };
        let labels = classifications.iter().flat_map(|one| &one.labels);
        roots.extend(labels.map(|label| label.condition));
        let splits = classifications.iter().filter_map(|one| one.split.as_ref());
        roots.extend(splits.map(|split| split.audience));
        roots
    }
}

/// A text that does nothing but use others.
pub(super) fn uses(paths: &[String]) -> String {
    paths
        .iter()
        .map(|path| {
            format!(
                "use \"{}\"\n",
                path.replace('\\', "\\\\").replace('"', "\\\"")
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::Module;
    use crate::ir::print::print;
    use crate::optimize::optimize;

    #[test]
    fn a_long_text_is_told_of_and_simplified_as_if_one_came_after_the_other() {
        let schema = Schema::builder().key("id").int("id").int("age");
        let schema = schema.text("region").build().unwrap();
        let segment = |at: usize| {
            let (age, region) = (at / 2, at % 7);
            format!("segment s{at} = age >= {age} AND NOT (region = \"r{region}\" OR age < 3)\n")
        };
        let text: String = (0..300).map(segment).collect();
        let engine = Engine::new(schema.clone()).threads(NonZero::new(3).unwrap());
        let program = engine.compile("long.seg", &text).unwrap();

        let mut sources = Sources::default();
        let id = sources.add("long.seg", text);
        let parsed = syntax::parse(&sources, id);
        let checked = check::check(&schema, &mut sources, id, parsed, &NoFiles);
        assert!(checked.diagnostics.len() > 200, "too little to tell");
        assert_eq!(
            format!("{:?}", program.warnings()),
            format!("{:?}", checked.diagnostics)
        );
        let printed = |module: &Module| print(module, &[], Some(&schema));
        let simple = printed(&optimize(checked.module));
        assert_eq!(printed(program.optimized()), simple);
    }
}

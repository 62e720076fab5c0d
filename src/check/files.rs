//! The texts of a program: the root, and what `use` brings in. A file that is used from several places is read once.

use super::{Loader, errors, limits};
use crate::diagnostics::Diagnostic;
use crate::source::{SourceId, Sources, Span};
use crate::syntax::{self, Parsed, ast};
use std::collections::HashMap;
use std::num::NonZero;

/// All texts, the root first.
pub(super) struct Files {
    pub files: Vec<File>,
    pub diagnostics: Vec<Diagnostic>,
}

/// One text.
pub(super) struct File {
    pub module: ast::Module,
    /// The files that it uses, each once: their place in [`Files::files`], and where the path stands.
    pub uses: Vec<(usize, Span)>,
}

/// Reads everything that the root uses, directly or not.
pub(super) fn load(
    sources: &mut Sources,
    root: SourceId,
    parsed: Parsed,
    loader: &dyn Loader,
    threads: NonZero<usize>,
) -> Files {
    let mut loading = Loading {
        sources,
        loader,
        threads,
        by_name: HashMap::new(),
        files: Vec::new(),
        open: Vec::new(),
        diagnostics: parsed.diagnostics,
    };
    let name = loading.sources.get(root).name.clone();
    loading.by_name.insert(name, 0);
    loading.file(parsed.module);
    Files {
        files: loading.files,
        diagnostics: loading.diagnostics,
    }
}

struct Loading<'a> {
    sources: &'a mut Sources,
    loader: &'a dyn Loader,
    /// On how many threads a long text is read.
    threads: NonZero<usize>,
    by_name: HashMap<String, usize>,
    files: Vec<File>,
    /// The files that are being read, each used by the one before it.
    open: Vec<usize>,
    diagnostics: Vec<Diagnostic>,
}

impl Loading<'_> {
    /// Adds a file and all that it uses. Recursion is as deep as files use each other, which the limit on files bounds.
    fn file(&mut self, module: ast::Module) -> usize {
        let index = self.files.len();
        let from = self.sources.get(module.source).name.clone();
        let paths: Vec<ast::Text> = module
            .items
            .iter()
            .filter_map(|item| match &item.kind {
                ast::ItemKind::Use { path } => Some(path.clone()),
                ast::ItemKind::Let { .. }
                | ast::ItemKind::Segment { .. }
                | ast::ItemKind::Test(_)
                | ast::ItemKind::Classify { .. }
                | ast::ItemKind::Split(_)
                | ast::ItemKind::Hole { .. } => None,
            })
            .collect();
        self.files.push(File {
            module,
            uses: Vec::new(),
        });
        self.open.push(index);
        for path in paths {
            if let Some(used) = self.used(&from, &path)
                && self.files[index].uses.iter().all(|(file, _)| *file != used)
            {
                self.files[index].uses.push((used, path.span));
            }
        }
        self.open.pop();
        index
    }

    fn used(&mut self, from: &str, path: &ast::Text) -> Option<usize> {
        let (name, text) = match self.loader.load(from, &path.value) {
            Ok(found) => found,
            Err(reason) => {
                self.diagnostics
                    .push(errors::file_unusable(&path.value, &reason, path.span));
                return None;
            }
        };
        if let Some(index) = self.by_name.get(&name) {
            if let Some(start) = self.open.iter().position(|open| open == index) {
                let circle: Vec<String> = self.open[start..]
                    .iter()
                    .map(|open| {
                        let source = self.files[*open].module.source;
                        self.sources.get(source).name.clone()
                    })
                    .collect();
                self.diagnostics
                    .push(errors::files_in_a_circle(&circle, path.span));
                return None;
            }
            return Some(*index);
        }
        if self.files.len() >= limits::FILES {
            self.diagnostics
                .push(errors::too_many_files(limits::FILES, path.span));
            return None;
        }
        self.by_name.insert(name.clone(), self.files.len());
        let id = self.sources.add(name, text);
        let parsed = syntax::parse_on(self.threads, self.sources, id);
        self.diagnostics.extend(parsed.diagnostics);
        Some(self.file(parsed.module))
    }
}

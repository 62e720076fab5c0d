//! A segment at each stage of its way, as text.

use super::tree;
use crate::engine::Program;
use crate::ir;
use crate::jit::{self, Unsupported};
use crate::source::Span;
use crate::syntax::{self, TokenKind, ast::ItemKind};
use std::fmt::Write;

/// A stage of a segment's way from text to native code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The words of the text, with their places.
    Tokens,
    /// The tree of the text.
    Ast,
    /// What it means: typed, with the definitions put in.
    Ir,
    /// The same, simplified.
    Optimized,
    /// What is read, and what is tested in which order.
    Plan,
    /// Cranelift's form of the native code.
    Clif,
    /// The machine's form of the native code.
    Asm,
}

/// The segments and classifications of a program at a stage.
///
/// # Errors
/// There is no native code on this machine, in this build, or for this program.
pub fn explain(program: &Program, stage: Stage) -> Result<String, Unsupported> {
    let answers = program.roots();
    let names: Vec<&str> = answers.iter().map(String::as_str).collect();
    Ok(match stage {
        Stage::Tokens => each(program, tokens),
        Stage::Ast => each(program, ast),
        Stage::Ir => ir::print::print(program.checked(), &names, Some(program.schema())),
        Stage::Optimized => ir::print::print(program.optimized(), &names, Some(program.schema())),
        Stage::Plan => program.plan().print(&answers).to_string(),
        Stage::Clif => native(program, jit::print_clif)?,
        Stage::Asm => native(program, jit::print_asm)?,
    })
}

fn each(program: &Program, text: fn(&Program, Span) -> String) -> String {
    let segments = program.segments().iter().map(|segment| segment.span);
    let labellings = program.labellings().iter().map(|labelling| labelling.span);
    let texts: Vec<String> = segments
        .chain(labellings)
        .map(|span| text(program, span))
        .collect();
    texts.join("\n")
}

fn native(
    program: &Program,
    print: fn(&crate::plan::Plan, usize) -> Result<String, Unsupported>,
) -> Result<String, Unsupported> {
    let texts = (0..program.checked().segments.len())
        .map(|place| print(program.plan(), place))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(texts.join("\n"))
}

/// A line for each token but blanks: line and column, kind, text.
fn tokens(program: &Program, definition: Span) -> String {
    let file = program.sources().get(definition.source);
    let mut out = String::new();
    for token in syntax::tokens(&file.text) {
        let inside = definition.start <= token.start && token.end <= definition.end;
        if !inside || token.kind == TokenKind::Blank {
            continue;
        }
        let place = file.position(token.start);
        let place = format!("{}:{}", place.line, place.column);
        let kind = format!("{:?}", token.kind);
        let _ = writeln!(out, "{place:>8}  {kind:<16}  {}", token.text(&file.text));
    }
    out
}

fn ast(program: &Program, definition: Span) -> String {
    let sources = program.sources();
    let parsed = syntax::parse(sources, definition.source);
    match parsed
        .module
        .items
        .iter()
        .find(|item| item.span == definition)
    {
        Some(item) if !matches!(item.kind, ItemKind::Hole { .. }) => tree::item(item, sources),
        // A condition on its own.
        _ => tree::expression(
            &syntax::parse_condition(sources, definition.source).0,
            sources,
        ),
    }
}

//! A segment at each stage of its way, as text.

use super::tree;
use crate::engine::{Program, Segment};
use crate::ir;
use crate::jit::{self, Unsupported};
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

/// The segments of a program at a stage.
///
/// # Errors
/// There is no native code on this machine, in this build, or for this program.
pub fn explain(program: &Program, stage: Stage) -> Result<String, Unsupported> {
    let names: Vec<&str> = program
        .segments()
        .iter()
        .map(|segment| segment.name.as_str())
        .collect();
    Ok(match stage {
        Stage::Tokens => each(program, tokens),
        Stage::Ast => each(program, ast),
        Stage::Ir => ir::print::print(program.checked(), &names, Some(program.schema())),
        Stage::Optimized => ir::print::print(program.optimized(), &names, Some(program.schema())),
        Stage::Plan => {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            program.plan().print(&names).to_string()
        }
        Stage::Clif => native(program, jit::print_clif)?,
        Stage::Asm => native(program, jit::print_asm)?,
    })
}

fn each(program: &Program, text: fn(&Program, &Segment) -> String) -> String {
    let texts: Vec<String> = program
        .segments()
        .iter()
        .map(|segment| text(program, segment))
        .collect();
    texts.join("\n")
}

fn native(
    program: &Program,
    print: fn(&crate::plan::Plan, usize) -> Result<String, Unsupported>,
) -> Result<String, Unsupported> {
    let texts = (0..program.segments().len())
        .map(|place| print(program.plan(), place))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(texts.join("\n"))
}

/// A line for each token but blanks: line and column, kind, text.
fn tokens(program: &Program, segment: &Segment) -> String {
    let file = program.sources().get(segment.span.source);
    let mut out = String::new();
    for token in syntax::tokens(&file.text) {
        let inside = segment.span.start <= token.start && token.end <= segment.span.end;
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

fn ast(program: &Program, segment: &Segment) -> String {
    let sources = program.sources();
    let parsed = syntax::parse(sources, segment.span.source);
    match parsed
        .module
        .items
        .iter()
        .find(|item| item.span == segment.span)
    {
        Some(item) if !matches!(item.kind, ItemKind::Hole { .. }) => tree::item(item, sources),
        // A condition on its own.
        _ => tree::expression(
            &syntax::parse_condition(sources, segment.span.source).0,
            sources,
        ),
    }
}

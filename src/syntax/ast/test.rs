//! The tree of a test: what is given, line by line, and what is expected of it.

use super::{Expression, Name, Spanned, Text};
use crate::source::Span;

/// `test "Title" as of time { … }`. A title or an instant that was left out, or a line that could not be read, was answered when it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    pub title: Option<Text>,
    /// The instant of the run.
    pub as_of: Option<Expression>,
    pub lines: Vec<TestLine>,
    /// Every line was read.
    pub is_whole: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TestLine {
    pub span: Span,
    pub kind: TestLineKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum TestLineKind {
    /// `contact ann (region = "BE")`
    Contact { name: Name, parts: Vec<GivenPart> },
    /// `view (title = "t1") 90 days ago`; of the contact above. Without a time it may be a record of a catalogue that has no key.
    Event {
        stream: Name,
        parts: Vec<GivenPart>,
        when: Option<Expression>,
    },
    /// `titles "t1" (genres = ("documentary"))`
    Record {
        catalogue: Name,
        key: Expression,
        parts: Vec<GivenPart>,
    },
    /// `list "suppressed" ("ann@x.be")`
    List { name: Text, keys: Vec<GivenPart> },
    /// `expect ann in lapsed, bob not in lapsed`
    Expect(Vec<Expectation>),
}

/// A value that is written out, with its name where it has one.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenPart {
    pub name: Option<PartName>,
    pub value: Given,
}

/// What a part of a record or an entry of a map is called.
#[derive(Clone, Debug, PartialEq)]
pub enum PartName {
    /// `region = …`
    Name(Name),
    /// `"churn" = …`
    Text(Text),
}

impl PartName {
    pub fn span(&self) -> Span {
        match self {
            PartName::Name(name) => name.span,
            PartName::Text(text) => text.span,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    pub span: Span,
    pub kind: GivenKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum GivenKind {
    /// `"BE"`, `7`, `point(50.85, 4.35)`, `30 days ago`
    Value(Expression),
    /// `("a", "b")`, `(kind = "kids", age = 7)`, `("churn" = 0.8)`
    Parts(Vec<GivenPart>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    pub span: Span,
    pub kind: ExpectationKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ExpectationKind {
    /// `ann in lapsed`, `(ann, bob) not in lapsed`, `only (ann, bob) in lapsed`
    Members {
        only: bool,
        /// At least one.
        contacts: Vec<Name>,
        negated: bool,
        audience: Expression,
    },
    /// `2 contacts in lapsed`, `no contacts in lapsed`
    Count {
        number: Spanned<u64>,
        audience: Expression,
    },
    /// `spend of ann = 120`
    Value {
        contact: Name,
        /// What is asked for.
        value: Expression,
        /// The same with what is asked of it.
        condition: Expression,
    },
}

impl Test {
    /// Calls `visit` with each expression in it, in the order of the text.
    pub fn for_each_expression<'a>(&'a self, visit: &mut dyn FnMut(&'a Expression)) {
        self.as_of.iter().for_each(&mut *visit);
        for line in &self.lines {
            match &line.kind {
                TestLineKind::Contact { parts, .. } | TestLineKind::List { keys: parts, .. } => {
                    of_parts(parts, visit);
                }
                TestLineKind::Event { parts, when, .. } => {
                    of_parts(parts, visit);
                    when.iter().for_each(&mut *visit);
                }
                TestLineKind::Record { key, parts, .. } => {
                    visit(key);
                    of_parts(parts, visit);
                }
                TestLineKind::Expect(expectations) => {
                    for expectation in expectations {
                        visit(expectation.asked());
                    }
                }
            }
        }
    }

    /// Calls `visit` with each name in it: contacts, streams, catalogues, fields, definitions.
    pub fn for_each_name<'a>(&'a self, visit: &mut dyn FnMut(&'a Name)) {
        for line in &self.lines {
            match &line.kind {
                TestLineKind::Contact { name, parts } => {
                    visit(name);
                    names_of_parts(parts, visit);
                }
                TestLineKind::Event { stream, parts, .. } => {
                    visit(stream);
                    names_of_parts(parts, visit);
                }
                TestLineKind::Record {
                    catalogue, parts, ..
                } => {
                    visit(catalogue);
                    names_of_parts(parts, visit);
                }
                TestLineKind::List { keys, .. } => names_of_parts(keys, visit),
                TestLineKind::Expect(expectations) => {
                    for expectation in expectations {
                        match &expectation.kind {
                            ExpectationKind::Members { contacts, .. } => {
                                contacts.iter().for_each(&mut *visit);
                            }
                            ExpectationKind::Value { contact, .. } => visit(contact),
                            ExpectationKind::Count { .. } => {}
                        }
                    }
                }
            }
        }
        self.for_each_expression(&mut |expression| expression.for_each_name(visit));
    }
}

impl TestLine {
    /// The contact, the events or the catalogue that the line is about.
    pub fn name(&self) -> Option<&Name> {
        match &self.kind {
            TestLineKind::Contact { name, .. }
            | TestLineKind::Event { stream: name, .. }
            | TestLineKind::Record {
                catalogue: name, ..
            } => Some(name),
            TestLineKind::List { .. } | TestLineKind::Expect(_) => None,
        }
    }
}

impl Expectation {
    /// The audience, or the value with what is asked of it.
    pub fn asked(&self) -> &Expression {
        match &self.kind {
            ExpectationKind::Members { audience, .. } | ExpectationKind::Count { audience, .. } => {
                audience
            }
            ExpectationKind::Value { condition, .. } => condition,
        }
    }
}

fn of_parts<'a>(parts: &'a [GivenPart], visit: &mut dyn FnMut(&'a Expression)) {
    for part in parts {
        match &part.value.kind {
            GivenKind::Value(value) => visit(value),
            GivenKind::Parts(parts) => of_parts(parts, visit),
        }
    }
}

fn names_of_parts<'a>(parts: &'a [GivenPart], visit: &mut dyn FnMut(&'a Name)) {
    for part in parts {
        if let Some(PartName::Name(name)) = &part.name {
            visit(name);
        }
        if let GivenKind::Parts(parts) = &part.value.kind {
            names_of_parts(parts, visit);
        }
    }
}

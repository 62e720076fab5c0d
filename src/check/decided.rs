//! Lints that rest on what is decided about conditions without data: what never holds or always does, what changes nothing, what says the
//! same twice, and segments that lie in others.
//!
//! What is noted while definitions are checked is looked at when all of them are known, the inner parts of a condition before the outer
//! ones, so that the smallest place is told and nothing is told twice. When the steps are used up, the rest is passed over in silence.

use super::errors;
use super::item::Checker;
use super::logic;
use super::names::DefinitionId;
use super::operand::Operand;
use super::order::Order;
use crate::decide::{self, Answer, Decider, Given};
use crate::diagnostics::Diagnostic;
use crate::ir::{Condition, ConditionId, Graph, NodeRef, Value, ValueId};
use crate::schema::Schema;
use crate::source::Span;
use crate::syntax::ast::{Expression, ExpressionKind};
use crate::types::{Constant, NumberKind, Type};
use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};
use jiff::tz::TimeZone;

/// A condition as it stands in the text.
#[derive(Clone, Debug)]
pub(super) struct Noted {
    owner: DefinitionId,
    id: ConditionId,
    span: Span,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    /// Parts joined by AND, with their places.
    All(Vec<Span>),
    Any(Vec<Span>),
    Between {
        low: Span,
        high: Span,
    },
    In {
        value: Span,
        negated: bool,
    },
    /// Another test of one value.
    Test {
        value: Span,
    },
}

/// Parts of one AND or OR that are looked at one by one; of more only those that stand there twice are found.
const PARTS: usize = 40;

/// Steps for all questions about one program; a question takes some dozens.
const STEPS: u64 = 3_000_000;

impl Checker<'_> {
    /// Remembers a condition that the reader wrote.
    pub(super) fn note(&mut self, expression: &Expression, id: ConditionId) {
        let spans = |parts: &[Expression]| parts.iter().map(|part| part.span).collect();
        let kind = match &*expression.kind {
            ExpressionKind::And(parts) => Kind::All(spans(parts)),
            ExpressionKind::Or(parts) => Kind::Any(spans(parts)),
            ExpressionKind::Between { low, high, .. } => Kind::Between {
                low: low.span,
                high: high.span,
            },
            ExpressionKind::In { value, negated, .. } => Kind::In {
                value: value.span,
                negated: *negated,
            },
            ExpressionKind::Compare { left: value, .. }
            | ExpressionKind::TextTest { value, .. }
            | ExpressionKind::Has { list: value, .. }
            | ExpressionKind::IsMissing { value, .. }
            | ExpressionKind::Window { subject: value, .. } => Kind::Test { value: value.span },
            _ => return,
        };
        self.noted.push(Noted {
            owner: self.current,
            id,
            span: expression.span,
            kind,
        });
    }
}

/// What the checker knows besides the tree.
struct Known<'a> {
    graph: &'a Graph,
    schema: &'a Schema,
}

impl Given for Known<'_> {
    fn values(&self, value: ValueId) -> Option<Vec<Constant>> {
        let values = match self.graph.value(value) {
            Value::Field(field) => self.schema.field(*field).values.as_deref()?,
            Value::Part { record, part } => {
                let Type::Record(record) = self.graph.type_of(*record) else {
                    return None;
                };
                record.parts.get(*part as usize)?.values.as_deref()?
            }
            _ => return None,
        };
        let values = values
            .iter()
            .map(|text| Constant::Text(text.as_str().into()));
        Some(values.collect())
    }

    fn is_always_known(&self, value: ValueId) -> bool {
        *self.graph.value(value) == Value::Field(self.schema.key())
    }

    fn is_ordinary_now(&self) -> bool {
        true
    }

    fn zone(&self) -> Option<&TimeZone> {
        Some(self.schema.zone())
    }

    /// Parameters are missing constants.
    fn missing_is_open(&self) -> bool {
        true
    }
}

/// All that is decided about the definitions of a program.
pub(super) fn lints(checker: &mut Checker, order: &Order) {
    let noted = std::mem::take(&mut checker.noted);
    let known = Known {
        graph: &checker.graph,
        schema: checker.schema,
    };
    let mut lints = Lints {
        checker,
        decider: Decider::new(&checker.graph, &known, STEPS),
        settled: HashSet::default(),
        tested: HashSet::default(),
        found: Vec::new(),
    };
    let faulty = faulty(lints.checker);
    for noted in &noted {
        if !faulty[noted.owner.0] {
            lints.noted(noted);
        }
    }
    lints.unreachable_labels(&faulty);
    lints.definitions(order, &faulty);
    lints.outsiders(&faulty);
    let found = lints.found;
    let steps = STEPS - lints.decider.steps_left();
    // What lets in nobody else, or everybody, is not told to let in missing values besides.
    let whole: HashSet<Span, FixedState> = found
        .iter()
        .filter(|told| matches!(told.code.0, "covers-all-values" | "always-true"))
        .map(|told| told.primary.span)
        .collect();
    checker.diagnostics.retain(|told| {
        told.code.0 != "negation-admits-missing" || !whole.contains(&told.primary.span)
    });
    checker.steps = steps;
    for diagnostic in found {
        checker.tell(diagnostic);
    }
}

/// By definition: something is wrong with it, or with the way it is written, and is mended first.
fn faulty(checker: &Checker) -> Vec<bool> {
    let mut errors: Vec<Span> = checker
        .diagnostics
        .iter()
        .filter(|told| told.is_error())
        .map(|told| told.primary.span)
        .collect();
    errors.sort();
    let definitions = checker.definitions.all.iter().zip(&checker.sound);
    definitions
        .map(|(definition, is_sound)| {
            let whole = definition.item.span;
            let start = Span::new(whole.source, whole.start, whole.start);
            let next = errors.partition_point(|error| *error < start);
            let lies_within =
                |error: &Span| error.source == whole.source && error.start <= whole.end;
            !is_sound || errors.get(next).is_some_and(lies_within)
        })
        .collect()
}

pub(super) struct Lints<'a, 'c> {
    pub(super) checker: &'a Checker<'c>,
    pub(super) decider: Decider<'a>,
    /// Conditions that never or always hold, which was told.
    settled: HashSet<ConditionId, FixedState>,
    /// Tests of which nothing is to be told.
    tested: HashSet<ConditionId, FixedState>,
    pub(super) found: Vec<Diagnostic>,
}

impl Lints<'_, '_> {
    fn text(&self, span: Span) -> &str {
        self.checker.sources.text(span)
    }

    pub(super) fn is_settled(&self, id: ConditionId) -> bool {
        self.settled.contains(&id)
            || match self.checker.graph.condition(id) {
                Condition::Not(inner) => self.is_settled(*inner),
                _ => false,
            }
    }

    fn settle(&mut self, id: ConditionId, diagnostic: Diagnostic) {
        self.settled.insert(id);
        self.found.push(diagnostic);
    }

    fn noted(&mut self, noted: &Noted) {
        let graph = &self.checker.graph;
        // A test of a parameter may have come to a constant, which says nothing of what it comes to when it is given.
        let is_constant = |id: ConditionId| matches!(graph.condition(id), Condition::Constant(_));
        let owner = self.checker.definitions.get(noted.owner);
        if !owner.parameters.is_empty() {
            let mut rests_on_constant = is_constant(noted.id);
            graph.condition(noted.id).operands(|operand| {
                if let NodeRef::Condition(id) = operand {
                    rests_on_constant |= is_constant(id);
                }
            });
            if rests_on_constant {
                return;
            }
        }
        match (&noted.kind, self.checker.graph.condition(noted.id)) {
            (Kind::All(spans), Condition::And(ids)) if spans.len() == ids.len() => {
                self.joined(noted, &ids.clone(), spans, true);
            }
            (Kind::Any(spans), Condition::Or(ids)) if spans.len() == ids.len() => {
                self.joined(noted, &ids.clone(), spans, false);
            }
            (Kind::All(_) | Kind::Any(_), _) => {}
            _ => self.test(noted),
        }
    }

    /// A test that no contact passes, or all do.
    fn test(&mut self, noted: &Noted) {
        if self.is_settled(noted.id) {
            return;
        }
        let checker = self.checker;
        let text = checker.sources.text(noted.span);
        if let Kind::In { value, negated } = noted.kind
            && let Some(field) = self.covered(noted.id)
        {
            let value = self.text(value);
            let told = errors::covers_all_values(&field, value, negated, noted.span);
            // It is as good as `is known`, which is no fault of what stands around it.
            self.found.push(told);
            return;
        }
        if !self.tested.insert(noted.id) {
            return;
        }
        if self.decider.never_holds(noted.id) {
            let told = match noted.kind {
                Kind::Test { value } if self.quoted_field(value).is_some() => {
                    let field = self.quoted_field(value).unwrap_or_default();
                    errors::quoted_field(field, value, text, noted.span)
                }
                Kind::Between { low, high } => {
                    errors::empty_range(self.text(low), self.text(high), low, high, noted.span)
                }
                Kind::In { value, .. } | Kind::Test { value } => {
                    let values = self.closed_values(noted.id);
                    let reason = self.reason(noted.id, value);
                    errors::never_true(
                        text,
                        self.text(value),
                        values.as_deref(),
                        reason,
                        noted.span,
                    )
                }
                Kind::All(_) | Kind::Any(_) => return,
            };
            self.settle(noted.id, told);
        } else if self.decider.always_holds(noted.id) {
            let told = errors::always_true(text, noted.span);
            self.settle(noted.id, told);
        }
    }

    /// The field all of whose values a list holds.
    fn covered(&self, id: ConditionId) -> Option<String> {
        match self.checker.graph.condition(id) {
            Condition::Not(inner) => self.covered(*inner),
            Condition::OneOf { value, set } => {
                let folds = matches!(self.checker.graph.value(*value), Value::FoldCase(_));
                let values = self.checker.closed_values(*value)?;
                let has = |text: &str| {
                    set.iter()
                        .any(|member| matches!(member, Constant::Text(own) if **own == *text))
                };
                let all = values.iter().all(|text| {
                    if folds {
                        has(&crate::functions::fold_case(text))
                    } else {
                        has(text)
                    }
                });
                (all && values.len() > 1).then(|| self.field_name(*value))?
            }
            _ => None,
        }
    }

    /// The field whose name stands there as a text.
    fn quoted_field(&self, value: Span) -> Option<&str> {
        let inner = self.text(value).strip_prefix('"')?.strip_suffix('"')?;
        self.checker.schema.field_named(inner).map(|_| inner)
    }

    fn field_name(&self, value: ValueId) -> Option<String> {
        match self.checker.graph.value(value) {
            Value::Field(field) => Some(self.checker.schema.field(*field).name.clone()),
            Value::FoldCase(inner) => self.field_name(*inner),
            Value::Part { .. } => {
                let graph = &self.checker.graph;
                logic::written(graph, self.checker.schema, value)
                    .or_else(|| logic::written_in(graph, "", value))
            }
            _ => None,
        }
    }

    /// The closed set that a test of text is asked of.
    fn closed_values(&self, id: ConditionId) -> Option<Vec<&str>> {
        let (Condition::TextTest { value, .. }
        | Condition::Range { value, .. }
        | Condition::OneOf { value, .. }) = self.checker.graph.condition(id)
        else {
            return None;
        };
        self.checker.closed_values(*value)
    }

    /// Why a comparison never holds, where that can be seen.
    fn reason(&self, id: ConditionId, value: Span) -> Option<String> {
        let Condition::Compare { left, right, .. } = self.checker.graph.condition(id) else {
            return None;
        };
        let is_whole =
            |id: ValueId| *self.checker.graph.type_of(id) == Type::Number(NumberKind::Whole);
        let is_fraction = |id: ValueId| matches!(self.checker.graph.value(id), Value::Constant(Constant::Number(number)) if !number.is_whole());
        let is_so =
            (is_whole(*left) && is_fraction(*right)) || (is_fraction(*left) && is_whole(*right));
        is_so.then(|| format!("`{}` is a whole number.", self.text(value)))
    }

    /// Parts that never hold together, of which one always holds, or that change nothing.
    fn joined(&mut self, noted: &Noted, ids: &[ConditionId], spans: &[Span], is_and: bool) {
        if ids.iter().any(|id| self.is_settled(*id)) {
            // What follows from what was told is not told again.
            return;
        }
        if ids.len() > PARTS {
            self.doubles(ids, spans, is_and);
            return;
        }
        // What cannot be: of an AND that all hold, of an OR that none does.
        let cannot = |places: &[usize]| {
            let parts: Vec<(ConditionId, bool)> =
                places.iter().map(|place| (ids[*place], is_and)).collect();
            self.decider.can_hold(&parts) == Answer::No
        };
        let all: Vec<usize> = (0..ids.len()).collect();
        if cannot(&all) {
            let pair = (1..ids.len())
                .flat_map(|second| (0..second).map(move |first| vec![first, second]))
                .find(|pair| cannot(pair));
            let places = pair.unwrap_or_else(|| {
                let mut needed = all.clone();
                for place in &all {
                    let without: Vec<usize> =
                        needed.iter().copied().filter(|at| at != place).collect();
                    if cannot(&without) {
                        needed = without;
                    }
                }
                needed
            });
            // The other word is offered where it asks something.
            let asks = |truth: bool| {
                let parts: Vec<(ConditionId, bool)> = ids.iter().map(|id| (*id, truth)).collect();
                self.decider.can_hold(&parts) != Answer::No
            };
            let connective = (ids.len() == 2 && asks(!is_and))
                .then(|| self.connective(spans[0], spans[1]))
                .flatten();
            let parts: Vec<(Span, &str)> = places
                .iter()
                .map(|place| (spans[*place], self.text(spans[*place])))
                .collect();
            let told = if is_and {
                errors::never_together(&parts, connective)
            } else {
                errors::always_one(&parts, connective)
            };
            self.settle(noted.id, told);
            return;
        }
        let tied = self.tied(ids);
        let mut left: Vec<usize> = all;
        for place in (0..ids.len()).rev() {
            let others: Vec<usize> = left.iter().copied().filter(|at| *at != place).collect();
            let is_idle = |others: &[usize]| {
                let tied = others.iter().filter(|other| tied[**other] == tied[place]);
                let mut parts: Vec<(ConditionId, bool)> =
                    tied.map(|other| (ids[*other], is_and)).collect();
                parts.push((ids[place], !is_and));
                self.decider.can_hold(&parts) == Answer::No
            };
            // `region is missing OR region != "BE"` says on purpose whom the negation lets in.
            let is_said_on_purpose = !is_and
                && matches!(
                    self.checker.graph.condition(ids[place]),
                    Condition::Missing(_)
                );
            if others.is_empty() || is_said_on_purpose || !is_idle(&others) {
                continue;
            }
            let cause = others.iter().find(|other| is_idle(&[**other]));
            let told = errors::no_effect(
                self.text(spans[place]),
                spans[place],
                cause.map(|cause| spans[*cause]),
                ids[place] == cause.map_or(noted.id, |cause| ids[*cause]),
                is_and,
                self.without(spans, place),
            );
            self.found.push(told);
            left = others;
        }
    }

    /// By part, what those look at that it has to do with, the same for all of them. Where all parts can be so together, one says nothing of those that
    /// it has nothing to do with.
    fn tied(&self, ids: &[ConditionId]) -> Vec<u64> {
        let leaves = |id: &ConditionId| self.checker.graph.leaves(NodeRef::Condition(*id));
        let own: Vec<u64> = ids.iter().map(leaves).collect();
        let groups = decide::apart(&own);
        let group = |own: &u64| groups.iter().copied().find(|group| group & own != 0);
        own.iter().map(|own| group(own).unwrap_or(0)).collect()
    }

    /// Parts of a long AND or OR that stand there twice.
    fn doubles(&mut self, ids: &[ConditionId], spans: &[Span], is_and: bool) {
        let mut first: HashMap<ConditionId, Span, FixedState> = HashMap::default();
        for (place, (id, span)) in ids.iter().zip(spans).enumerate() {
            if let Some(cause) = first.get(id) {
                let told = errors::no_effect(
                    self.text(*span),
                    *span,
                    Some(*cause),
                    true,
                    is_and,
                    self.without(spans, place),
                );
                self.found.push(told);
            } else {
                first.insert(*id, *span);
            }
        }
    }

    /// What to cut so that a part is gone, with its connective; none where a comment would go as well.
    fn without(&self, spans: &[Span], place: usize) -> Option<Span> {
        let own = spans[place];
        let cut = match place.checked_sub(1) {
            Some(before) => Span::new(own.source, spans[before].end, own.end),
            None => Span::new(own.source, own.start, spans.get(1)?.start),
        };
        (!self.text(cut).contains("--")).then_some(cut)
    }

    /// The word between two parts.
    fn connective(&self, left: Span, right: Span) -> Option<Span> {
        let gap = Span::new(left.source, left.end, right.start);
        let text = self.text(gap);
        let word = text.trim();
        let start = gap.start + (text.len() - text.trim_start().len()) as u32;
        word.chars()
            .all(char::is_alphabetic)
            .then(|| Span::new(left.source, start, start + word.len() as u32))
    }

    /// Definitions that mean the same, and segments that lie in others.
    fn definitions(&mut self, order: &Order, faulty: &[bool]) {
        let definitions = self.checker.definitions;
        let mut known: Vec<(DefinitionId, ConditionId)> = Vec::new();
        for (index, meaning) in self.checker.meanings.iter().enumerate() {
            if let Some(Operand::Condition(condition)) = meaning
                && !faulty[index]
                && !self.is_settled(condition.id)
                && !matches!(
                    self.checker.graph.condition(condition.id),
                    Condition::Constant(_)
                )
            {
                known.push((DefinitionId(index), condition.id));
            }
        }
        if known.len() < 2 {
            return;
        }
        let ids: Vec<ConditionId> = known.iter().map(|(_, id)| *id).collect();
        // Enough that some are led towards each definition, and fewer for very many, so that the work grows with these alone.
        let count = (8 * ids.len()).min(500_000 / ids.len());
        let count = count.next_multiple_of(64).clamp(512, 2_048);
        let Some(samples) = self.decider.samples(&ids, count) else {
            return;
        };
        let is_segment = |place: usize| definitions.get(known[place].0).is_segment;
        // The first of those that mean the same.
        let mut same: Vec<usize> = (0..known.len()).collect();
        let mut by_mask: HashMap<&[u64], Vec<usize>, FixedState> = HashMap::default();
        for (place, same) in same.iter_mut().enumerate() {
            if !samples.is_met(place) {
                continue;
            }
            let alike = by_mask.entry(samples.mask(place)).or_default();
            let first = alike.iter().copied().find(|&other| {
                samples.may_bring(other, place)
                    && samples.may_bring(place, other)
                    && self.decider.brings(&samples, other, place)
                    && self.decider.brings(&samples, place, other)
            });
            match first {
                Some(first) => *same = first,
                None => alike.push(place),
            }
        }
        for place in 0..known.len() {
            let first = same[place];
            if first == place || related(order, known[first].0, known[place].0) {
                continue;
            }
            let (own, other) = (
                definitions.get(known[place].0),
                definitions.get(known[first].0),
            );
            let is_visible = definitions.lookup(own.file, &other.name.text) == Some(known[first].0);
            let body = own.body.map(|body| body.span).filter(|_| is_visible);
            let told = errors::duplicate_definition(
                own.name,
                other.name,
                own.is_segment && other.is_segment,
                body,
            );
            self.found.push(told);
        }
        let is_asked: Vec<bool> = (0..known.len())
            .map(|place| is_segment(place) && samples.is_met(place))
            .collect();
        for inner in (0..known.len()).filter(|place| is_asked[*place]) {
            let outer = samples.around(inner).find(|outer| {
                inner != *outer
                    && is_asked[*outer]
                    && same[inner] != same[*outer]
                    && samples.may_bring(inner, *outer)
                    && !related(order, known[inner].0, known[*outer].0)
                    && self.decider.brings(&samples, inner, *outer)
            });
            if let Some(outer) = outer {
                let told = errors::contained_segment(
                    definitions.get(known[inner].0).name,
                    definitions.get(known[outer].0).name,
                );
                self.found.push(told);
            }
        }
    }
}

/// Whether one of the two is made of the other, so that what they have in common is seen.
fn related(order: &Order, one: DefinitionId, other: DefinitionId) -> bool {
    let uses = |from: DefinitionId, to: DefinitionId| {
        let mut seen: HashSet<DefinitionId, FixedState> = HashSet::default();
        let mut stack = vec![from];
        while let Some(id) = stack.pop() {
            if id == to {
                return true;
            }
            if seen.insert(id) {
                stack.extend(&order.uses[id.0]);
            }
        }
        false
    };
    uses(one, other) || uses(other, one)
}

//! The subjects of some conditions, each cut into cells, what ties them together, and the conditions as formulas over cells.
//!
//! Of an ordered value with n cuts, cell 0 is missing, cell 2 + 2i the i-th cut itself, and cell 1 + 2i what lies right before it; the last
//! cell is what lies behind all cuts. A value whose cuts have no certain order among each other stands in several variables, which share
//! only whether it is missing.

use super::bounds::bounds;
use super::cells::Cells;
use super::edge::{self, Edge, Moving};
use super::elements::Elements;
use super::fact::{Element, Fact, Piece, Reader};
use super::parts::Asserted;
use crate::functions::fold_case;
use crate::ir::{ConditionId, NodeRef, Value, ValueId};
use crate::types::{Constant, NumberKind, Type};
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A formula over cells; operands are places in [`Space::formulas`].
#[derive(Clone, Debug)]
pub(super) enum Formula {
    Constant(bool),
    /// The subject lies in one of these cells.
    In {
        variable: u32,
        cells: Cells,
    },
    Not(u32),
    All(Parts),
    Any(Parts),
}

/// The operands of a formula, as a stretch of [`Space::operands`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts {
    start: u32,
    end: u32,
}

/// A formula, and whether it holds.
pub(super) type Stated = (u32, bool);

/// Conditions over cut subjects.
pub(super) struct Space {
    /// The cells that each subject can have.
    pub domains: Vec<Cells>,
    pub formulas: Vec<Formula>,
    operands: Vec<u32>,
    /// The formula of each condition that was given.
    pub roots: Vec<u32>,
    /// The formula of every condition in them that means the same wherever it stands.
    pub known: HashMap<ConditionId, u32, FixedState>,
    /// What holds whatever the contact is.
    pub constraints: Vec<u32>,
    /// Steps that went into questions about elements.
    pub worked: u64,
    /// Nothing is left open that would be tied in a smaller space: a contact that can be here can be there as well.
    pub is_tight: bool,
}

/// More constants than this are not tied to those of the same value under another form.
const TIED: usize = 256;

/// Room to begin with, as most questions need it.
const FEW: usize = 32;

impl Space {
    /// The space of these conditions; none where it would have more than `limit` nodes.
    pub fn of(reader: &Reader<'_>, conditions: &[ConditionId], limit: u64) -> Option<Self> {
        let mut builder = Builder {
            reader,
            facts: HashMap::with_capacity_and_hasher(FEW, FixedState::default()),
            values: BTreeMap::new(),
            lists: BTreeMap::new(),
            orders: BTreeMap::new(),
            opaque: HashMap::default(),
            space: Space {
                domains: Vec::with_capacity(FEW),
                formulas: Vec::with_capacity(FEW),
                operands: Vec::with_capacity(FEW),
                roots: Vec::new(),
                known: HashMap::with_capacity_and_hasher(FEW, FixedState::default()),
                constraints: Vec::new(),
                worked: 0,
                is_tight: true,
            },
            joined: Vec::new(),
            has_open: false,
        };
        builder.collect(conditions, limit)?;
        builder.bring_in_relatives();
        builder.cut()?;
        builder.tie();
        for condition in conditions {
            let root = builder.condition(*condition);
            builder.space.roots.push(root);
            if builder.space.size() > limit {
                return None;
            }
        }
        builder.tie_elements();
        Some(builder.space)
    }

    /// The formulas of these conditions, where all of them stand here.
    pub fn formulas_of(&self, asserted: &[Asserted]) -> Option<Vec<Stated>> {
        let mut formulas = Vec::with_capacity(asserted.len());
        for (id, truth) in asserted {
            formulas.push((*self.known.get(id)?, *truth));
        }
        Some(formulas)
    }

    pub fn parts(&self, parts: Parts) -> &[u32] {
        &self.operands[parts.start as usize..parts.end as usize]
    }

    pub fn size(&self) -> u64 {
        (self.formulas.len() + self.domains.len()) as u64 + self.worked
    }
}

/// What is asked of one value, and then its variables.
#[derive(Default)]
pub(super) struct Cuts {
    pub constants: Vec<Constant>,
    moving: Vec<Moving>,
    pub pieces: Vec<(Piece, u32)>,
    /// The variable of the constants, or the only one.
    pub first: u32,
    /// Constants have a variable of their own only where there are any.
    pub has_constants: bool,
    pub chains: Vec<(u32, Vec<Moving>)>,
}

pub(super) struct Builder<'g> {
    reader: &'g Reader<'g>,
    pub facts: HashMap<ConditionId, Rc<Fact>, FixedState>,
    pub values: BTreeMap<ValueId, Cuts>,
    pub lists: BTreeMap<ValueId, Elements>,
    pub orders: BTreeMap<(ValueId, ValueId), u32>,
    pub opaque: HashMap<ConditionId, u32, FixedState>,
    pub space: Space,
    /// The operands of what is being made, those of the innermost last.
    pub joined: Vec<u32>,
    /// What is being made rests on something that is not known yet, so that it is no other time the same.
    pub has_open: bool,
}

const MISSING: usize = 0;

pub(super) fn gap_before(cut: usize) -> usize {
    1 + 2 * cut
}

pub(super) fn point(cut: usize) -> usize {
    2 + 2 * cut
}

impl<'g> Builder<'g> {
    /// Reads all conditions and what they are built on.
    fn collect(&mut self, roots: &[ConditionId], limit: u64) -> Option<()> {
        let mut stack = roots.to_vec();
        while let Some(id) = stack.pop() {
            if self.facts.contains_key(&id) {
                continue;
            }
            if self.facts.len() as u64 > limit {
                return None;
            }
            let fact = self.reader.fact(id);
            self.note(&fact, &mut stack);
            self.facts.insert(id, fact);
        }
        Some(())
    }

    fn note(&mut self, fact: &Fact, stack: &mut Vec<ConditionId>) {
        match fact {
            Fact::Constant(_) | Fact::Opaque(_) | Fact::Open => {}
            Fact::Condition(id) => stack.push(*id),
            Fact::Not(inner) => self.note(inner, stack),
            Fact::And(parts) | Fact::Or(parts) => {
                for part in parts {
                    self.note(part, stack);
                }
            }
            Fact::Missing(value) => {
                self.values.entry(*value).or_default();
            }
            Fact::Within { value, low, high } => {
                let cuts = self.values.entry(*value).or_default();
                for (edge, _) in [low, high].into_iter().flatten() {
                    match edge {
                        Edge::Constant(constant) => cuts.constants.push(constant.clone()),
                        Edge::Moving(moving) => cuts.moving.push(*moving),
                    }
                }
            }
            Fact::OneOf { value, set } => {
                let cuts = self.values.entry(*value).or_default();
                cuts.constants.extend(set.iter().cloned());
            }
            Fact::Text { value, piece } => {
                let cuts = self.values.entry(*value).or_default();
                if cuts.pieces.iter().all(|(other, _)| other != piece) {
                    cuts.pieces.push((piece.clone(), 0));
                }
            }
            Fact::Order { left, right, .. } => {
                self.orders.insert((*left, *right), 0);
            }
            Fact::Has { list, element } => {
                let elements = self.lists.entry(*list).or_default();
                match element {
                    Element::Constant(constant) => elements.note(constant),
                    Element::Value(value) => {
                        if elements.values.iter().all(|(other, _)| other != value) {
                            elements.values.push((*value, 0));
                        }
                    }
                }
            }
        }
    }

    /// A value without regard to case is looked at together with the value itself.
    fn bring_in_relatives(&mut self) {
        let graph = self.reader.graph;
        let folded = |id: ValueId| match graph.value(id) {
            Value::FoldCase(inner) => Some((id, *inner)),
            _ => None,
        };
        let values: Vec<_> = self.values.keys().copied().filter_map(folded).collect();
        for (fold, inner) in values {
            let Some(own) = self.values.get(&inner) else {
                continue;
            };
            let constants = own.constants.clone();
            let constants = self.folded(&constants);
            if let Some(cuts) = self.values.get_mut(&fold) {
                cuts.constants.extend(constants);
            }
        }
        let lists: Vec<_> = self.lists.keys().copied().filter_map(folded).collect();
        for (fold, inner) in lists {
            let Some(own) = self.lists.get(&inner) else {
                continue;
            };
            let constants: Vec<Constant> = own.constants.iter().map(|(c, _)| c.clone()).collect();
            let constants = self.folded(&constants);
            if let Some(elements) = self.lists.get_mut(&fold) {
                for constant in &constants {
                    elements.note(constant);
                }
            }
        }
    }

    fn folded(&mut self, constants: &[Constant]) -> Vec<Constant> {
        self.space.is_tight &= constants.len() <= TIED;
        let texts = constants.iter().take(TIED).filter_map(|constant| {
            let Constant::Text(text) = constant else {
                return None;
            };
            Some(Constant::Text(fold_case(text).into()))
        });
        texts.collect()
    }

    pub(super) fn reader(&self) -> &'g Reader<'g> {
        self.reader
    }

    pub fn variable(&mut self, domain: Cells) -> u32 {
        self.space.domains.push(domain);
        (self.space.domains.len() - 1) as u32
    }

    /// Cuts every subject.
    fn cut(&mut self) -> Option<()> {
        let ids: Vec<ValueId> = self.values.keys().copied().collect();
        for id in ids {
            let mut cuts = std::mem::take(self.values.get_mut(&id)?);
            self.cut_value(id, &mut cuts)?;
            self.values.insert(id, cuts);
        }
        let lists: Vec<ValueId> = self.lists.keys().copied().collect();
        for id in lists {
            let mut elements = self.lists.remove(&id)?;
            let closed = self.reader.closed(id);
            if elements
                .constants
                .iter()
                .any(|(c, _)| c.compare(c).is_none())
            {
                return None;
            }
            for (constant, variable) in &mut elements.constants {
                let is_possible = closed.as_ref().is_none_or(|values| {
                    let equal = |value: &Constant| value.compare(constant) == Some(Ordering::Equal);
                    values.iter().any(equal)
                });
                *variable = self.variable(Cells::below(if is_possible { 2 } else { 1 }));
            }
            for (_, variable) in &mut elements.values {
                *variable = self.variable(Cells::below(2));
            }
            self.lists.insert(id, elements);
        }
        for key in self.orders.keys().copied().collect::<Vec<_>>() {
            let variable = self.variable(Cells::below(4));
            self.orders.insert(key, variable);
        }
        Some(())
    }

    fn cut_value(&mut self, id: ValueId, cuts: &mut Cuts) -> Option<()> {
        let value_type = self.reader.graph.type_of(id);
        let closed = self.reader.closed(id);
        if let Some(values) = &closed {
            cuts.constants.extend(values.iter().cloned());
        }
        if *value_type == Type::Boolean {
            cuts.constants
                .extend([Constant::Boolean(false), Constant::Boolean(true)]);
        }
        let (low, high) = bounds(self.reader.graph, self.reader.given, id);
        let constants = &mut cuts.constants;
        constants.extend([&low, &high].into_iter().flatten().cloned());
        // Constants without an order among each other are not looked into.
        let is_ordered = |one: &Constant| one.compare(&constants[0]).is_some();
        if !constants.iter().all(is_ordered) {
            return None;
        }
        constants.sort_by(|a, b| a.compare(b).unwrap_or(Ordering::Equal));
        constants.dedup_by(|a, b| a.compare(b) == Some(Ordering::Equal));
        let chains = edge::chains(std::mem::take(&mut cuts.moving));
        // Of fewer edges, two that stand in different chains might stand in one.
        self.space.is_tight &= chains.len() <= 1;
        cuts.has_constants = !constants.is_empty() || chains.is_empty();
        if cuts.has_constants {
            let mut domain = Cells::below(2 * constants.len() + 2);
            for (cut, constant) in constants.iter().enumerate() {
                let before = cut.checked_sub(1).map(|before| &constants[before]);
                if nothing_before(value_type, before, constant) {
                    domain.remove(gap_before(cut));
                }
                if let (Type::Number(NumberKind::Whole), Constant::Number(number)) =
                    (value_type, constant)
                    && !number.is_whole()
                {
                    domain.remove(point(cut));
                }
            }
            if *value_type == Type::Boolean {
                domain.remove(gap_before(constants.len()));
            }
            if let Some(low) = low.and_then(|low| place_of(constants, &low)) {
                (gap_before(0)..=gap_before(low)).for_each(|cell| domain.remove(cell));
            }
            if let Some(high) = high.and_then(|high| place_of(constants, &high)) {
                let behind = point(high) + 1..=gap_before(constants.len());
                behind.for_each(|cell| domain.remove(cell));
            }
            if let Some(values) = &closed {
                let equal =
                    |one: &Constant, other: &Constant| one.compare(other) == Some(Ordering::Equal);
                domain = Cells::of(constants.iter().enumerate().filter_map(|(cut, constant)| {
                    let is_possible = values.iter().any(|value| equal(value, constant));
                    is_possible.then(|| point(cut))
                }));
                domain.insert(MISSING);
            }
            cuts.first = self.variable(domain);
        }
        for chain in chains {
            let mut domain = Cells::below(2 * chain.len() + 2);
            for (cut, pair) in chain.windows(2).enumerate() {
                if let (Some(one), Some(next)) = (pair[0].offset(), pair[1].offset())
                    && one + 1 == next
                {
                    domain.remove(gap_before(cut + 1));
                }
            }
            let variable = self.variable(domain);
            cuts.chains.push((variable, chain));
        }
        if !cuts.has_constants {
            cuts.first = cuts.chains.first()?.0;
        }
        if self.reader.is_always_known(id) {
            self.space.domains[cuts.first as usize].remove(MISSING);
        }
        for piece in &mut cuts.pieces {
            piece.1 = self.variable(Cells::below(2));
        }
        Some(())
    }

    pub fn add(&mut self, formula: Formula) -> u32 {
        self.space.formulas.push(formula);
        (self.space.formulas.len() - 1) as u32
    }

    pub fn is_in(&mut self, variable: u32, cells: Cells) -> u32 {
        self.add(Formula::In { variable, cells })
    }

    pub fn not(&mut self, formula: u32) -> u32 {
        self.add(Formula::Not(formula))
    }

    pub fn parts(&mut self, parts: &[u32]) -> Parts {
        let start = self.space.operands.len() as u32;
        self.space.operands.extend_from_slice(parts);
        let end = self.space.operands.len() as u32;
        Parts { start, end }
    }

    /// What has been made since there were `before` of [`Builder::joined`].
    pub fn parts_joined(&mut self, before: usize) -> Parts {
        let start = self.space.operands.len() as u32;
        self.space.operands.extend(self.joined.drain(before..));
        let end = self.space.operands.len() as u32;
        Parts { start, end }
    }

    /// Of these, one holds, whatever the contact is.
    pub(super) fn constrain(&mut self, one_of: &[u32]) {
        let parts = self.parts(one_of);
        let constraint = self.add(Formula::Any(parts));
        self.space.constraints.push(constraint);
    }

    pub fn missing(&mut self, variable: u32) -> u32 {
        self.is_in(variable, Cells::of([MISSING]))
    }

    pub(super) fn if_then(&mut self, one: u32, other: u32) {
        let not = self.not(one);
        self.constrain(&[not, other]);
    }

    /// Ties what belongs together.
    fn tie(&mut self) {
        let values: Vec<ValueId> = self.values.keys().copied().collect();
        for value in &values {
            self.tie_chains(*value);
            self.tie_pieces(*value);
            self.tie_operands(*value);
        }
        let orders: Vec<_> = self.orders.iter().map(|(key, var)| (*key, *var)).collect();
        for ((left, right), variable) in orders {
            let no_order = self.missing(variable);
            let mut known = Vec::new();
            for side in [left, right] {
                for operand in self.needed(side) {
                    if let Some(cuts) = self.values.get(&operand) {
                        let missing = self.missing(cuts.first);
                        self.if_then(missing, no_order);
                        if operand == side {
                            known.push(missing);
                        }
                    } else if operand == side && self.reader.is_always_known(side) {
                        let never = self.add(Formula::Constant(false));
                        known.push(never);
                    }
                }
            }
            if let [left, right] = known[..] {
                let not = self.not(no_order);
                self.constrain(&[not, left, right]);
            }
        }
        for list in self.lists.keys().copied().collect::<Vec<_>>() {
            self.tie_list(list);
        }
    }

    fn tie_chains(&mut self, value: ValueId) {
        let cuts = &self.values[&value];
        let (first, chains) = (cuts.first, cuts.chains.iter().map(|(v, _)| *v));
        for chain in chains.filter(|chain| *chain != first).collect::<Vec<_>>() {
            let (one, other) = (self.missing(first), self.missing(chain));
            self.if_then(one, other);
            self.if_then(other, one);
        }
    }

    fn tie_pieces(&mut self, value: ValueId) {
        let pieces = self.values[&value].pieces.clone();
        for (index, (one, variable)) in pieces.iter().enumerate() {
            for (other, other_variable) in &pieces[index + 1..] {
                let has = self.is_in(*variable, Cells::of([1]));
                let has_other = self.is_in(*other_variable, Cells::of([1]));
                if one.brings(other) {
                    self.if_then(has, has_other);
                }
                if other.brings(one) {
                    self.if_then(has_other, has);
                }
                if one.excludes(other) {
                    let (not, other_not) = (self.not(has), self.not(has_other));
                    self.constrain(&[not, other_not]);
                }
            }
        }
    }

    /// The values without which this one is missing, itself among them.
    fn needed(&self, value: ValueId) -> Vec<ValueId> {
        let mut needed = Vec::new();
        let mut stack = vec![value];
        while let Some(id) = stack.pop() {
            if needed.len() > 100 || needed.contains(&id) {
                continue;
            }
            needed.push(id);
            let node = self.reader.graph.value(id);
            if let Value::Arithmetic { .. }
            | Value::Negate(_)
            | Value::FoldCase(_)
            | Value::MoveCalendar { .. }
            | Value::DateOf { .. }
            | Value::Midnight { .. }
            | Value::Anniversary { .. }
            | Value::StartOf { .. }
            | Value::Part { .. }
            | Value::Entry { .. } = node
            {
                node.operands(|operand| {
                    if let NodeRef::Value(operand) = operand {
                        stack.push(operand);
                    }
                });
            }
        }
        needed.sort_unstable();
        needed
    }

    fn tie_operands(&mut self, value: ValueId) {
        let own = self.values[&value].first;
        for operand in self.needed(value) {
            if operand == value {
                continue;
            }
            let Some(cuts) = self.values.get(&operand) else {
                continue;
            };
            let first = cuts.first;
            let (is_missing, own_missing) = (self.missing(first), self.missing(own));
            self.if_then(is_missing, own_missing);
            if let Value::FoldCase(inner) = self.reader.graph.value(value)
                && *inner == operand
            {
                self.if_then(own_missing, is_missing);
                self.tie_folded(operand, value);
            }
        }
    }

    /// A value that is one text is, without regard to case, that text without regard to case.
    fn tie_folded(&mut self, plain: ValueId, folded: ValueId) {
        let cuts = &self.values[&plain];
        if cuts.constants.len() > TIED {
            self.space.is_tight = false;
            return;
        }
        let (first, constants) = (cuts.first, cuts.constants.clone());
        for (cut, constant) in constants.iter().enumerate() {
            let Constant::Text(text) = constant else {
                continue;
            };
            let other = &self.values[&folded];
            let wanted = Constant::Text(fold_case(text).into());
            let Some(place) = place_of(&other.constants, &wanted) else {
                continue;
            };
            let variable = other.first;
            let is = self.is_in(first, Cells::of([point(cut)]));
            let is_folded = self.is_in(variable, Cells::of([point(place)]));
            self.if_then(is, is_folded);
        }
    }

    fn tie_list(&mut self, list: ValueId) {
        let elements = &self.lists[&list];
        let constants = elements.constants.clone();
        let values = elements.values.clone();
        let has: Vec<u32> = constants
            .iter()
            .map(|(_, variable)| *variable)
            .chain(values.iter().map(|(_, variable)| *variable))
            .collect();
        // A missing list has nothing, and neither has one that is missing without regard to case.
        for operand in self.needed(list) {
            let Some(cuts) = self.values.get(&operand) else {
                continue;
            };
            let first = cuts.first;
            for variable in &has {
                let missing = self.missing(first);
                let has_not = self.is_in(*variable, Cells::of([0]));
                self.if_then(missing, has_not);
            }
        }
        for (value, variable) in &values {
            let Some(cuts) = self.values.get(value) else {
                continue;
            };
            let first = cuts.first;
            let missing = self.missing(first);
            let has_not = self.is_in(*variable, Cells::of([0]));
            self.if_then(missing, has_not);
        }
        if let Value::FoldCase(inner) = self.reader.graph.value(list)
            && let Some(plain) = self.lists.get(inner)
        {
            for (constant, variable) in plain.constants.clone() {
                let Constant::Text(text) = &constant else {
                    continue;
                };
                let wanted = Constant::Text(fold_case(text).into());
                let Some((_, folded)) = constants.iter().find(|(other, _)| *other == wanted) else {
                    continue;
                };
                let has = self.is_in(variable, Cells::of([1]));
                let has_folded = self.is_in(*folded, Cells::of([1]));
                self.if_then(has, has_folded);
            }
        }
    }
}

pub(super) fn place_of(constants: &[Constant], wanted: &Constant) -> Option<usize> {
    constants
        .binary_search_by(|other| other.compare(wanted).unwrap_or(Ordering::Less))
        .ok()
}

/// Nothing of the type lies between two cuts that follow each other, or before the first.
fn nothing_before(value_type: &Type, before: Option<&Constant>, cut: &Constant) -> bool {
    match (value_type, before, cut) {
        (Type::Boolean, _, _) => true,
        (Type::Text, None, Constant::Text(text)) => text.is_empty(),
        (
            Type::Number(NumberKind::Whole),
            Some(Constant::Number(before)),
            Constant::Number(cut),
        ) => {
            let above = if cut.is_whole() {
                cut.numerator().checked_sub(1)
            } else {
                Some(cut.floor())
            };
            above.is_some_and(|above| above <= before.floor())
        }
        (_, Some(Constant::Date(before)), Constant::Date(cut)) => before + 1 == *cut,
        (_, Some(Constant::Time(before)), Constant::Time(cut))
        | (_, Some(Constant::Duration(before)), Constant::Duration(cut)) => before + 1 == *cut,
        _ => false,
    }
}

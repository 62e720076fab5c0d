//! A plan as people read it: columns, parameters, tests in the order in which they were met, and each segment with its conditions in the order in
//! which they are best made. The print is stable: the same program over the same schema gives the same lines.

use super::expression::{constant, list, name, words};
use super::{Edge, Estimate, Node, NodeId, Pass, Plan, Shape, TextPredicate, TextTestKind};
use crate::population::TallyKind;
use std::fmt::{self, Write as _};

/// A plan with the names of its segments; what [`Plan::print`] gives.
pub struct PlanPrint<'a> {
    plan: &'a Plan,
    names: &'a [String],
}

impl Plan {
    /// The plan as text. Segments without a name are numbered.
    pub fn print<'a>(&'a self, names: &'a [String]) -> PlanPrint<'a> {
        PlanPrint { plan: self, names }
    }
}

impl fmt::Display for PlanPrint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plan = self.plan;
        for (place, pass) in plan.passes.iter().enumerate() {
            writeln!(f, "pass {} over all contacts", place + 1)?;
            pass.write(f, plan)?;
        }
        if !plan.passes.is_empty() {
            writeln!(f, "pass {} answers", plan.passes.len() + 1)?;
        }
        writeln!(f, "columns")?;
        for column in &plan.columns {
            write!(f, "  {}: {}", column.name, column.column_type.name())?;
            if let (Some(read), Some(record)) = (&column.parts, column.column_type.record()) {
                let parts = record.parts.iter().zip(read).filter(|(_, read)| **read);
                let names: Vec<&str> = parts.map(|(part, _)| part.name.as_str()).collect();
                write!(f, ", {} alone", names.join(", "))?;
            }
            writeln!(
                f,
                "{}",
                if column.blank_is_missing {
                    ", blank is missing"
                } else {
                    ""
                }
            )?;
        }
        if plan.columns.is_empty() {
            writeln!(f, "  none")?;
        }
        if !plan.parameters.is_empty() {
            writeln!(f, "parameters")?;
            for (place, value) in plan.parameters.iter().enumerate() {
                let type_name = plan.graph.type_of(*value).name();
                writeln!(f, "  p{place}: {type_name} = {}", plan.value_text(*value))?;
            }
        }
        if !plan.leaves.is_empty() {
            writeln!(f, "tests")?;
            for (place, leaf) in plan.leaves.iter().enumerate() {
                let shape = plan.shape_text(leaf.condition, &leaf.shape);
                writeln!(f, "  t{place}: {shape}  {}", estimate(leaf.estimate))?;
            }
        }
        let shared = plan.shared();
        if shared.contains(&true) {
            writeln!(f, "shared")?;
            for (place, _) in shared.iter().enumerate().filter(|(_, shared)| **shared) {
                writeln!(f, "  n{place}  {}", estimate(plan.estimates[place]))?;
                plan.tree(f, NodeId(place as u32), 2, &shared)?;
            }
        }
        writeln!(f, "segments")?;
        for (place, root) in plan.segments.iter().enumerate() {
            match self.names.get(place) {
                Some(name) => write!(f, "  {name}")?,
                None => write!(f, "  segment {}", place + 1)?,
            }
            writeln!(f, "  {}", estimate(plan.estimates[root.0 as usize]))?;
            plan.operand(f, *root, 2, &shared)?;
        }
        Ok(())
    }
}

impl Pass {
    /// What it keeps for which figures of the plan that answers, and how.
    fn write(&self, f: &mut fmt::Formatter<'_>, answering: &Plan) -> fmt::Result {
        for tallied in &self.tallies {
            let keeps = match tallied.kind {
                TallyKind::Number => "the number of contacts",
                TallyKind::Total => "sums",
                TallyKind::Order => "all values in order",
                TallyKind::Items => "the number of contacts by value",
                TallyKind::Baskets(_) => "values that go together",
            };
            writeln!(f, "  keeps {keeps} for")?;
            for figure in &tallied.figures {
                writeln!(f, "    {}", answering.value_text(*figure))?;
            }
        }
        let names: Vec<String> = (1..=self.plan.segments.len())
            .map(|number| format!("population {number}"))
            .collect();
        for line in self.plan.print(&names).to_string().lines() {
            writeln!(f, "  {line}")?;
        }
        Ok(())
    }
}

/// `[0.05 ns, 33 % pass]`
fn estimate(estimate: Estimate) -> String {
    let Estimate { cost, pass_rate } = estimate;
    format!("[{cost:.2} ns, {:.0} % pass]", pass_rate * 100.0)
}

impl Plan {
    /// Which nodes are printed once, under a name: combinations with more than one user.
    fn shared(&self) -> Vec<bool> {
        let mut users = vec![0u32; self.nodes.len()];
        for segment in &self.segments {
            users[segment.0 as usize] += 1;
        }
        for node in &self.nodes {
            match node {
                Node::Constant(_) | Node::Leaf(_) => {}
                Node::Not(operand) => users[operand.0 as usize] += 1,
                Node::And(operands) | Node::Or(operands) => {
                    for operand in operands {
                        users[operand.0 as usize] += 1;
                    }
                }
            }
        }
        let combines = |node: &Node| matches!(node, Node::And(_) | Node::Or(_));
        let nodes = self.nodes.iter().zip(users);
        nodes
            .map(|(node, users)| users > 1 && combines(node))
            .collect()
    }

    /// A node as an operand: by its name where it is shared.
    fn operand(
        &self,
        f: &mut fmt::Formatter<'_>,
        id: NodeId,
        depth: usize,
        shared: &[bool],
    ) -> fmt::Result {
        if shared[id.0 as usize] {
            writeln!(f, "{:1$}n{2}", "", depth * 2, id.0)
        } else {
            self.tree(f, id, depth, shared)
        }
    }

    fn tree(
        &self,
        f: &mut fmt::Formatter<'_>,
        id: NodeId,
        depth: usize,
        shared: &[bool],
    ) -> fmt::Result {
        let indent = depth * 2;
        match &self.nodes[id.0 as usize] {
            Node::Constant(true) => writeln!(f, "{:indent$}everyone", ""),
            Node::Constant(false) => writeln!(f, "{:indent$}nobody", ""),
            Node::Leaf(leaf) => writeln!(f, "{:indent$}t{}", "", leaf.0),
            Node::Not(operand) => {
                writeln!(f, "{:indent$}not", "")?;
                self.operand(f, *operand, depth + 1, shared)
            }
            Node::And(operands) | Node::Or(operands) => {
                let conjunction = matches!(self.nodes[id.0 as usize], Node::And(_));
                writeln!(
                    f,
                    "{:indent$}{}",
                    "",
                    if conjunction { "all of" } else { "one of" }
                )?;
                for operand in operands {
                    self.operand(f, *operand, depth + 1, shared)?;
                }
                Ok(())
            }
        }
    }

    fn shape_text(&self, condition: crate::ir::ConditionId, shape: &Shape) -> String {
        let name = |column: &super::ColumnId| name(&self.columns[column.0 as usize]);
        match shape {
            Shape::Parameter(parameter) => format!("p{}", parameter.0),
            Shape::Missing(column) => format!("{} is missing", name(column)),
            Shape::Boolean { column, value } => format!("{} = {value}", name(column)),
            Shape::Range { column, low, high } => between(&name(column), low, high),
            Shape::Distance {
                column,
                from,
                low,
                high,
            } => between(
                &format!("distance({}, p{})", name(column), from.0),
                low,
                high,
            ),
            Shape::OneOf { column, set } => format!("{} in {}", name(column), list(set)),
            Shape::Text { column, test } => {
                let TextPredicate { fold_case, test } = test;
                let folded = if *fold_case { " ignoring case" } else { "" };
                let name = name(column);
                match test {
                    TextTestKind::OneOf(texts) if texts.len() == 1 => {
                        format!("{name} = {:?}{folded}", texts[0])
                    }
                    TextTestKind::OneOf(texts) => {
                        let texts: Vec<String> =
                            texts.iter().map(|text| format!("{text:?}")).collect();
                        format!("{name} in ({}){folded}", texts.join(", "))
                    }
                    TextTestKind::Range { low, high } => {
                        let mut text = String::new();
                        if let Some((edge, inclusive)) = low {
                            let _ =
                                write!(text, "{edge:?} {} ", if *inclusive { "<=" } else { "<" });
                        }
                        text += &name;
                        if let Some((edge, inclusive)) = high {
                            let _ =
                                write!(text, " {} {edge:?}", if *inclusive { "<=" } else { "<" });
                        }
                        text + folded
                    }
                    TextTestKind::InList { list, .. } => format!("{name} in {list:?}{folded}"),
                    TextTestKind::Matches(pattern) => format!("{name} matches {pattern:?}"),
                    TextTestKind::Pattern { test, pattern } => {
                        format!("{name} {} {pattern:?}{folded}", words(*test))
                    }
                }
            }
            Shape::Has {
                column,
                all,
                values,
                fold_case,
            } => {
                let folded = if *fold_case { " ignoring case" } else { "" };
                let quantifier = if *all { "all of" } else { "any of" };
                match &values[..] {
                    [only] => format!("{} has {}{folded}", name(column), constant(only)),
                    _ => format!("{} has {quantifier} {}{folded}", name(column), list(values)),
                }
            }
            Shape::General { .. } => format!("work out {}", self.condition_text(condition)),
        }
    }
}

/// `p0 <= age < p1`, `age = p0`
fn between(value: &str, low: &Option<Edge>, high: &Option<Edge>) -> String {
    if let (Some(low), Some(high)) = (low, high)
        && low == high
    {
        return format!("{value} = p{}", low.parameter.0);
    }
    let sign = |edge: &Edge| if edge.inclusive { "<=" } else { "<" };
    let low = low.map(|edge| format!("p{} {} ", edge.parameter.0, sign(&edge)));
    let high = high.map(|edge| format!(" {} p{}", sign(&edge), edge.parameter.0));
    format!(
        "{}{value}{}",
        low.unwrap_or_default(),
        high.unwrap_or_default()
    )
}

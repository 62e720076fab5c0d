//! Walking the tree: the direct parts of an expression, and the names in a text.

use super::{Among, Expression, ExpressionKind, ItemKind, Module, Name, Window};

impl Expression {
    /// Calls `visit` with each direct part, in the order of the text.
    pub fn for_each_part<'a>(&'a self, visit: &mut dyn FnMut(&'a Expression)) {
        match &*self.kind {
            ExpressionKind::Hole
            | ExpressionKind::Literal(_)
            | ExpressionKind::Now
            | ExpressionKind::Name(_)
            | ExpressionKind::Ago(_)
            | ExpressionKind::Observed(_) => {}
            ExpressionKind::Call { arguments, .. } => arguments.iter().for_each(visit),
            ExpressionKind::Member { base, .. } | ExpressionKind::Named { base, .. } => visit(base),
            ExpressionKind::Bracket { base, inner } => {
                visit(base);
                visit(inner);
            }
            ExpressionKind::Each { rows, .. }
            | ExpressionKind::Frequent { rows, .. }
            | ExpressionKind::Active { rows, .. } => visit(rows),
            ExpressionKind::Chain { first, steps, on } => {
                visit(first);
                for step in steps {
                    visit(&step.rows);
                }
                on.iter().for_each(visit);
            }
            ExpressionKind::Of { value, rows, .. } => {
                visit(value);
                rows.iter().for_each(visit);
            }
            ExpressionKind::Parenthesized(inner)
            | ExpressionKind::Negate(inner)
            | ExpressionKind::Sharing(inner)
            | ExpressionKind::Setting { value: inner, .. }
            | ExpressionKind::Not(inner) => visit(inner),
            ExpressionKind::Population { of, among, per } => {
                visit(of);
                if let Among::Those(condition) = among {
                    visit(condition);
                }
                per.iter().for_each(visit);
            }
            ExpressionKind::By(values) => values.iter().for_each(visit),
            ExpressionKind::InValues { value, values, .. } => {
                visit(value);
                visit(values);
            }
            ExpressionKind::Coalesce { value, fallback } => {
                visit(value);
                visit(fallback);
            }
            ExpressionKind::AsOf { subject, time } => {
                visit(subject);
                visit(time);
            }
            ExpressionKind::Arithmetic { left, right, .. }
            | ExpressionKind::Compare { left, right, .. } => {
                visit(left);
                visit(right);
            }
            ExpressionKind::Between {
                value, low, high, ..
            } => {
                visit(value);
                visit(low);
                visit(high);
            }
            ExpressionKind::In { value, list, .. } => {
                visit(value);
                list.iter().for_each(visit);
            }
            ExpressionKind::TextTest { value, pattern, .. } => {
                visit(value);
                visit(pattern);
            }
            ExpressionKind::Has { list, values, .. } => {
                visit(list);
                values.iter().for_each(visit);
            }
            ExpressionKind::InList { value, .. } | ExpressionKind::IsMissing { value, .. } => {
                visit(value);
            }
            ExpressionKind::Is { value, label, .. } => {
                visit(value);
                visit(label);
            }
            ExpressionKind::Window { subject, window } => {
                visit(subject);
                match &window.value {
                    Window::Before(edge)
                    | Window::After(edge)
                    | Window::WithinAfter { anchor: edge, .. }
                    | Window::WithinBefore { anchor: edge, .. } => visit(edge),
                    Window::InLast(_)
                    | Window::InLastFull(_)
                    | Window::InNext(_)
                    | Window::Over(_)
                    | Window::During(_) => {}
                }
            }
            ExpressionKind::If {
                branches,
                otherwise,
            } => {
                for branch in branches {
                    visit(&branch.condition);
                    visit(&branch.value);
                }
                visit(otherwise);
            }
            ExpressionKind::Counted { conditions, .. }
            | ExpressionKind::And(conditions)
            | ExpressionKind::Or(conditions) => {
                conditions.iter().for_each(visit);
            }
        }
    }

    /// Calls `visit` with each name in it: fields, definitions, functions, members.
    pub fn for_each_name<'a>(&'a self, visit: &mut dyn FnMut(&'a Name)) {
        self.for_each_part(&mut |part| part.for_each_name(visit));
        match &*self.kind {
            ExpressionKind::Name(name)
            | ExpressionKind::Call { name, .. }
            | ExpressionKind::Member { name, .. }
            | ExpressionKind::Named { name, .. } => visit(name),
            _ => {}
        }
    }
}

impl Module {
    /// Calls `visit` with each name of the text, those of definitions, parameters and types among them.
    pub fn for_each_name<'a>(&'a self, visit: &mut dyn FnMut(&'a Name)) {
        for item in &self.items {
            match &item.kind {
                ItemKind::Use { .. } => {}
                ItemKind::Let {
                    name,
                    parameters,
                    body,
                } => {
                    visit(name);
                    for parameter in parameters {
                        visit(&parameter.name);
                        visit(&parameter.type_name.name);
                    }
                    body.for_each_name(visit);
                }
                ItemKind::Segment {
                    name, condition, ..
                } => {
                    visit(name);
                    condition.for_each_name(visit);
                }
                ItemKind::Test(test) => test.for_each_name(visit),
                ItemKind::Classify { name, labels, .. } => {
                    visit(name);
                    for label in labels {
                        visit(&label.name);
                        if let Some(condition) = &label.condition {
                            condition.for_each_name(visit);
                        }
                    }
                }
                ItemKind::Split(split) => {
                    visit(&split.name);
                    split.audience.for_each_name(visit);
                    for stratum in &split.per {
                        stratum.for_each_name(visit);
                    }
                    for arm in &split.arms {
                        visit(&arm.name);
                    }
                }
                ItemKind::Hole { name } => name.iter().for_each(&mut *visit),
            }
        }
    }
}

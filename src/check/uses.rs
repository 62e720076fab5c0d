//! Which names of a definition may be those of others: all but the parts of records in brackets, and what `as` calls the records.

use super::{groups, populations};
use crate::schema::Schema;
use crate::syntax::ast::{Among, Expression, ExpressionKind};
use crate::types::Type;
use std::rc::Rc;

/// The brackets around an expression.
struct Inside<'a> {
    /// None where it cannot be told before the checker comes.
    element: Option<Type>,
    name: Option<&'a str>,
    around: Around<'a>,
}

type Around<'a> = Option<Rc<Inside<'a>>>;

/// Calls `visit` for every name in an expression that may be that of a definition. Names of labels are none: those behind `is`, and those in
/// a list behind a classification, which `is_labelled` knows. It goes by its own stack, so depth costs none.
pub(super) fn uses<'a>(
    schema: &Schema,
    body: &'a Expression,
    is_labelled: &dyn Fn(&str) -> bool,
    visit: &mut impl FnMut(&'a str),
) {
    let mut stack: Vec<(&Expression, Around)> = vec![(body, None)];
    while let Some((expression, around)) = stack.pop() {
        let above = stack.len();
        match &*expression.kind {
            ExpressionKind::Name(name) => {
                if !is_of_a_record(&name.text, &around) {
                    visit(&name.text);
                }
            }
            ExpressionKind::Is { value, label, .. } => {
                stack.push((value, around.clone()));
                if !matches!(&*label.kind, ExpressionKind::Name(_)) {
                    stack.push((label, around));
                }
            }
            ExpressionKind::In { value, .. }
                if labelled(value)
                    .is_some_and(|name| is_labelled(name) && !is_of_a_record(name, &around)) =>
            {
                stack.push((value, around));
            }
            ExpressionKind::Bracket { base, inner } => {
                let inside = match groups::together(base) {
                    Some(_) => None,
                    None => inside(schema, base, around.clone()),
                };
                stack.push((base, around));
                stack.push((inner, inside));
            }
            // What a population is made of is seen out of all brackets; what is asked of it, in them as well.
            ExpressionKind::Population { of, among, per } => {
                stack.push((of, around));
                stack.push((of, None));
                if let Among::Those(condition) = among {
                    stack.push((condition, None));
                }
                stack.extend(per.iter().map(|key| (key, None)));
            }
            ExpressionKind::Call { name, arguments }
                if around.is_some() && populations::asked(&name.text).is_some() =>
            {
                visit(&name.text);
                for argument in arguments {
                    stack.push((argument, around.clone()));
                    stack.push((argument, None));
                }
            }
            ExpressionKind::Of {
                value,
                rows: Some(rows),
                ..
            } => {
                let inside = match groups::together(rows) {
                    Some(_) => None,
                    None => inside(schema, rows, around.clone()),
                };
                stack.push((value, inside));
                stack.push((rows, around));
            }
            ExpressionKind::Chain { first, steps, on } => {
                // Later steps see the earlier ones by their names.
                let mut inner = around.clone();
                stack.push((first, around.clone()));
                let mut before = first;
                for step in steps {
                    inner = named_only(before, inner);
                    stack.push((&step.rows, inner.clone()));
                    before = &step.rows;
                }
                if let Some(on) = on {
                    stack.push((on, inside(schema, first, around)));
                }
            }
            kind => {
                if let ExpressionKind::Call { name, .. } = kind {
                    visit(&name.text);
                }
                expression.for_each_part(&mut |part| stack.push((part, around.clone())));
            }
        }
        stack[above..].reverse();
    }
}

/// The name that stands alone, perhaps in parentheses.
fn labelled(value: &Expression) -> Option<&str> {
    match &*value.kind {
        ExpressionKind::Name(name) => Some(&name.text),
        ExpressionKind::Parenthesized(inner) => labelled(inner),
        _ => None,
    }
}

/// Whether a bare name is that of a part or of a record in the brackets around.
fn is_of_a_record(name: &str, around: &Around) -> bool {
    let Some(innermost) = around else {
        return false;
    };
    let is_part = innermost
        .element
        .as_ref()
        .is_some_and(|element| part(element, name).is_some());
    let mut inside = Some(innermost);
    while let Some(bracket) = inside {
        if bracket.name == Some(name) {
            return true;
        }
        inside = bracket.around.as_ref();
    }
    is_part
}

/// One more bracket, of these rows.
fn inside<'a>(schema: &Schema, rows: &'a Expression, around: Around<'a>) -> Around<'a> {
    let element = match type_of(schema, rows, &around) {
        Some(Type::List(element)) => Some(*element),
        _ => None,
    };
    Some(Rc::new(Inside {
        element,
        name: name_of(rows),
        around,
    }))
}

/// One more bracket, of which the name alone is seen.
fn named_only<'a>(rows: &'a Expression, around: Around<'a>) -> Around<'a> {
    match name_of(rows) {
        Some(name) => Some(Rc::new(Inside {
            element: None,
            name: Some(name),
            around,
        })),
        None => around,
    }
}

/// What `as` calls the elements.
fn name_of(rows: &Expression) -> Option<&str> {
    match &*rows.kind {
        ExpressionKind::Named { name, .. } => Some(&name.text),
        ExpressionKind::Bracket { base, .. }
        | ExpressionKind::Parenthesized(base)
        | ExpressionKind::Window { subject: base, .. }
        | ExpressionKind::Between { value: base, .. }
        | ExpressionKind::Frequent { rows: base, .. }
        | ExpressionKind::Chain { first: base, .. } => name_of(base),
        _ => None,
    }
}

/// The type of what stands before a bracket, as far as names of fields and parts tell it.
fn type_of(schema: &Schema, expression: &Expression, around: &Around) -> Option<Type> {
    let field = |name: &str| {
        if let Some((_, found)) = schema.field_named(name).or(schema.stream_named(name)) {
            return Some(found.field_type.clone());
        }
        let record = Type::Record(schema.catalogue_named(name)?.record().clone());
        Some(Type::List(Box::new(record)))
    };
    match &*expression.kind {
        ExpressionKind::Name(name) => {
            let Some(innermost) = around else {
                return field(&name.text);
            };
            if let Some(found) = innermost
                .element
                .as_ref()
                .and_then(|of| part(of, &name.text))
            {
                return Some(found);
            }
            let mut inside = Some(innermost);
            while let Some(bracket) = inside {
                if bracket.name == Some(name.text.as_str()) {
                    return bracket.element.clone();
                }
                inside = bracket.around.as_ref();
            }
            field(&name.text).filter(|_| schema.field_named(&name.text).is_none())
        }
        ExpressionKind::Member { base, name } => match &*base.kind {
            ExpressionKind::Name(contact) if contact.text == "contact" => field(&name.text),
            _ => part(&type_of(schema, base, around)?, &name.text),
        },
        ExpressionKind::Bracket { base, .. } => match type_of(schema, base, around)? {
            Type::Map(value) => Some(*value),
            other => Some(other),
        },
        ExpressionKind::Named { base, .. }
        | ExpressionKind::Parenthesized(base)
        | ExpressionKind::Window { subject: base, .. }
        | ExpressionKind::Between { value: base, .. }
        | ExpressionKind::Frequent { rows: base, .. }
        | ExpressionKind::Chain { first: base, .. } => type_of(schema, base, around),
        _ => None,
    }
}

fn part(record: &Type, name: &str) -> Option<Type> {
    let Type::Record(record) = record else {
        return None;
    };
    Some(record.part_named(name)?.1.part_type.clone())
}

//! Events of the second reading: which a text selects, in what order they come, and what they come to.

use super::windows::{length, within};
use super::{Inside, Reader, equal};
use crate::cells::Kind;
use jiff::Timestamp;
use segql::syntax::ast::{
    ActivePeriod, CountComparison, Expression, ExpressionKind, Frequency, PeriodUnit, Spanned,
    Step, StepKind, Window,
};
use segql::types::{Constant, Exact, NumberKind, Type};
use std::cmp::Ordering;

/// The elements that a text selects, in their order.
pub(super) struct Selection<'a> {
    pub kind: &'a Kind,
    name: Option<String>,
    pub elements: Vec<Constant>,
}

/// A window as a text writes it.
#[derive(Clone, Copy)]
enum Behind<'e> {
    Window(&'e Window),
    Between(&'e Expression, &'e Expression),
}

/// What stands behind all steps of a chain.
struct Around<'r, 'a, 'e> {
    window: Option<Behind<'e>>,
    on: Option<&'e Expression>,
    /// Where the chain stands.
    outside: &'r Reader<'a>,
}

impl<'a> Reader<'a> {
    /// The reader in a bracket of such an element.
    pub(super) fn inside(&self, of: &Selection<'a>, element: Constant, is_open: bool) -> Self {
        let mut inside = self.clone();
        inside.brackets.push(Inside {
            kind: of.kind,
            name: of.name.clone(),
            element,
            is_open,
        });
        inside
    }

    /// The elements of a list, or those events that were seen, that a text selects.
    pub(super) fn select(&self, rows: &Expression) -> Option<Selection<'a>> {
        match &*rows.kind {
            ExpressionKind::Parenthesized(inner) => self.select(inner),
            ExpressionKind::Bracket { base, inner } => {
                let mut selection = self.select(base)?;
                let elements = std::mem::take(&mut selection.elements);
                for element in elements {
                    let inside = self.inside(&selection, element.clone(), true);
                    if inside.holds(inner)? {
                        selection.elements.push(element);
                    }
                }
                Some(selection)
            }
            ExpressionKind::Named { base, name } => Some(Selection {
                name: Some(name.text.clone()),
                ..self.select(base)?
            }),
            ExpressionKind::Window { subject, window } => {
                self.windowed(subject, Behind::Window(&window.value))
            }
            ExpressionKind::Between {
                value,
                negated: false,
                low,
                high,
            } => self.windowed(value, Behind::Between(low, high)),
            ExpressionKind::Chain { first, steps, on } => {
                self.chain(first, steps, on.as_ref(), None)
            }
            // How often is asked of what is selected.
            ExpressionKind::Frequent { rows, .. } => self.select(rows),
            ExpressionKind::Of {
                distinct: true,
                value,
                rows: Some(rows),
            } => self.different(value, rows),
            _ => {
                let (Kind::List(kind), list) = self.place(rows)? else {
                    return None;
                };
                let mut elements = match list {
                    Constant::List(elements) => elements.to_vec(),
                    Constant::Missing => Vec::new(),
                    _ => return None,
                };
                if kind.is_event() {
                    // Events without a time, or later than now, do not exist.
                    elements.retain(|event| time(event).is_some_and(|time| time <= self.instant));
                }
                Some(Selection {
                    kind,
                    name: None,
                    elements,
                })
            }
        }
    }

    fn windowed(&self, subject: &Expression, window: Behind) -> Option<Selection<'a>> {
        match &*subject.kind {
            ExpressionKind::Parenthesized(inner) => self.windowed(inner, window),
            ExpressionKind::Frequent { rows, .. } => self.windowed(rows, window),
            ExpressionKind::Chain { first, steps, on } => {
                self.chain(first, steps, on.as_ref(), Some(window))
            }
            _ => {
                let mut selection = self.select(subject)?;
                self.narrow(&mut selection, window)?;
                Some(selection)
            }
        }
    }

    /// Leaves the events in a window, whose edges are read here.
    fn narrow(&self, selection: &mut Selection, window: Behind) -> Option<()> {
        let (low, high) = match window {
            Behind::Window(window) => self.window_of_a_time(window)?,
            Behind::Between(low, high) => match (self.moment(low)?, self.moment(high)?) {
                (Constant::Date(first), Constant::Date(last)) => (
                    Some((self.midnight(first), true)),
                    Some((self.midnight(last + 1), false)),
                ),
                (low, high) => {
                    let edge = |edge| match edge {
                        Constant::Time(time) => Some(Some(time)),
                        Constant::Missing => Some(None),
                        _ => None,
                    };
                    (Some((edge(low)?, false)), Some((edge(high)?, true)))
                }
            },
        };
        let is_in = |event: &Constant| time(event).is_some_and(|time| within(time, low, high));
        selection.elements.retain(is_in);
        Some(())
    }

    /// Those events of the first step for which the rest of the chain holds.
    fn chain(
        &self,
        first: &Expression,
        steps: &[Step],
        on: Option<&Expression>,
        window: Option<Behind>,
    ) -> Option<Selection<'a>> {
        let mut selection = self.select(first)?;
        if let Some(window) = window {
            self.narrow(&mut selection, window)?;
        }
        let around = Around {
            window,
            on,
            outside: self,
        };
        let events = std::mem::take(&mut selection.elements);
        for event in events {
            if self.goes_on(steps, &selection, &event, &around)? {
                selection.elements.push(event);
            }
        }
        Some(selection)
    }

    /// Whether the steps behind an event follow; the reader knows the events before it.
    fn goes_on(
        &self,
        steps: &[Step],
        of: &Selection<'a>,
        event: &Constant,
        around: &Around<'_, 'a, '_>,
    ) -> Option<bool> {
        let Some((step, later)) = steps.split_first() else {
            return Some(true);
        };
        let inside = self.inside(of, event.clone(), false);
        let before = time(event)?;
        let end = match &step.within {
            Some(within) => Some(self.moved_by(before, &length(within)?, 1)),
            None => None,
        };
        let mut next = inside.select(&step.rows)?;
        next.elements.retain(|event| {
            time(event).is_some_and(|time| {
                // Beyond the calendar nothing is known to be within it.
                time > before && end.is_none_or(|end| end.is_some_and(|end| time <= end))
            })
        });
        if let Some(on) = around.on {
            let agreed = self.inside(of, event.clone(), true).value(on)?;
            let events = std::mem::take(&mut next.elements);
            for event in events {
                let own = inside.inside(&next, event.clone(), true).value(on)?;
                if equal(&agreed, &own) {
                    next.elements.push(event);
                }
            }
        }
        match step.kind.value {
            StepKind::Without => {
                let is_over = end.is_none_or(|end| end.is_some_and(|end| end <= self.instant));
                Some(next.elements.is_empty() && is_over)
            }
            StepKind::Then => {
                if let Some(window) = around.window {
                    around.outside.narrow(&mut next, window)?;
                }
                let mut found = false;
                for event in &next.elements {
                    found |= inside.goes_on(later, &next, event, around)?;
                }
                Some(found)
            }
        }
    }

    /// The different values of elements, from the least to the greatest.
    pub(super) fn different(&self, value: &Expression, rows: &Expression) -> Option<Selection<'a>> {
        let (kind, values) = self.values_of(value, rows)?;
        let kind = match kind {
            Kind::List(element) => element,
            single => single,
        };
        let mut elements: Vec<Constant> = values.iter().flat_map(each).collect();
        elements.sort_by(Constant::total_order);
        elements.dedup_by(|a, b| equal(a, b));
        Some(Selection {
            kind,
            name: None,
            elements,
        })
    }

    /// A field of each of the elements, with its kind.
    fn values_of(
        &self,
        value: &Expression,
        rows: &Expression,
    ) -> Option<(&'a Kind, Vec<Constant>)> {
        let selection = self.select(rows)?;
        let nothing = self.inside(&selection, Constant::Missing, true);
        let (kind, _) = nothing.place(value)?;
        let value_of = |element: &Constant| {
            let inside = self.inside(&selection, element.clone(), true);
            inside.value(value)
        };
        let values = selection.elements.iter().map(value_of);
        Some((kind, values.collect::<Option<_>>()?))
    }

    /// Whether it happened so often.
    pub(super) fn so_often(&self, rows: &Expression, times: usize) -> Option<bool> {
        let Some(frequency) = frequency_of(rows) else {
            return Some(times > 0);
        };
        let wanted = frequency.times as usize;
        Some(match frequency.comparison {
            CountComparison::AtLeast => times >= wanted,
            CountComparison::AtMost => times <= wanted,
            CountComparison::Exactly => times == wanted,
            CountComparison::MoreThan => times > wanted,
            CountComparison::FewerThan => times < wanted,
        })
    }

    /// `first(view)`, `last(view)`: the event, or missing.
    pub(super) fn first_or_last(
        &self,
        word: &str,
        rows: &Expression,
    ) -> Option<(&'a Kind, Constant)> {
        let selection = self.select(rows)?;
        if !selection.kind.is_event() {
            return None;
        }
        let one = match word {
            "first" => selection.elements.first(),
            _ => selection.elements.last(),
        };
        Some((selection.kind, one.cloned().unwrap_or(Constant::Missing)))
    }

    /// An event is taken for its time.
    pub(super) fn moment(&self, expression: &Expression) -> Option<Constant> {
        match self.place(expression) {
            Some((kind, event)) if kind.is_event() => {
                Some(time(&event).map_or(Constant::Missing, Constant::Time))
            }
            _ => self.value(expression),
        }
    }

    /// `share(open[a][b] in last 90 days)`
    pub(super) fn share(&self, rows: &Expression) -> Option<Constant> {
        let part = self.select(rows)?.elements.len() as i128;
        let whole = self.select(&without_last_bracket(rows)?)?.elements.len() as i128;
        Some(Exact::new(part, whole).map_or(Constant::Missing, Constant::Number))
    }

    /// `favourite(title of finish)`
    pub(super) fn favourite(
        &self,
        value: &Expression,
        rows: &Expression,
    ) -> Option<(&'a Kind, Constant)> {
        let selection = self.select(rows)?;
        let (kind, values) = self.values_of(value, rows)?;
        let kind = match kind {
            Kind::List(element) => element,
            single => single,
        };
        // Each value with how often it was met, and when last.
        let mut met: Vec<(Constant, usize, i128)> = Vec::new();
        for (event, value) in selection.elements.iter().zip(&values) {
            let at = time(event)?;
            for value in each(value) {
                match met.iter_mut().find(|(known, ..)| equal(known, &value)) {
                    Some((_, times, last)) => (*times, *last) = (*times + 1, at.max(*last)),
                    None => met.push((value, 1, at)),
                }
            }
        }
        let best = met
            .into_iter()
            .min_by(|(a, often, last), (b, other_often, other_last)| {
                (other_often.cmp(often))
                    .then(other_last.cmp(last))
                    .then_with(|| a.compare(b).unwrap_or(Ordering::Equal))
            });
        Some((kind, best.map_or(Constant::Missing, |(value, ..)| value)))
    }

    /// `sum(minutes of view)`, `median(gap of view)`, `count(distinct title of view)`
    pub(super) fn aggregate(
        &self,
        figure: &str,
        distinct: bool,
        value: &Expression,
        rows: &Expression,
    ) -> Option<(Option<&'a Kind>, Constant)> {
        let is_gap = matches!(&*value.kind, ExpressionKind::Name(name) if name.text == "gap");
        let (kind, mut values) = if is_gap {
            (None, self.gaps(rows)?)
        } else if distinct {
            let different = self.different(value, rows)?;
            (Some(different.kind), different.elements)
        } else {
            let (kind, values) = self.values_of(value, rows)?;
            (Some(kind), values)
        };
        if figure == "count" {
            values.retain(|value| *value != Constant::Missing);
            return Some((None, Constant::Number(Exact::whole(values.len() as i128))));
        }
        // Gaps are durations.
        if is_gap && figure == "sum" && values.is_empty() {
            return Some((None, Constant::Duration(0)));
        }
        Some((kind, self::figure(figure, kind, values)?))
    }

    /// The lengths between one event and the next.
    fn gaps(&self, rows: &Expression) -> Option<Vec<Constant>> {
        let selection = self.select(rows)?;
        let times = selection
            .elements
            .iter()
            .filter_map(|element| match element {
                Constant::Time(time) => Some(*time),
                event => time(event),
            });
        let mut times: Vec<i128> = times.collect();
        times.sort_unstable();
        let gaps = times
            .windows(2)
            .map(|pair| Constant::Duration(pair[1] - pair[0]));
        Some(gaps.collect())
    }

    /// In how many days, weeks … something happened, often enough in each.
    pub(super) fn active(&self, period: ActivePeriod, rows: &Expression) -> Option<Constant> {
        let at_least = match frequency_of(rows) {
            None => 1,
            Some(frequency) => match frequency.comparison {
                CountComparison::AtLeast => frequency.times,
                CountComparison::MoreThan => frequency.times + 1,
                _ => return None,
            },
        };
        let mut begun = Vec::new();
        for event in &self.select(rows)?.elements {
            // What lies beyond the calendar has no day.
            let Ok(at) = Timestamp::from_nanosecond(time(event)?) else {
                continue;
            };
            let day = super::windows::days(at.to_zoned(self.zone()).date());
            begun.push(match period {
                ActivePeriod::Days => day,
                ActivePeriod::Weeks => super::windows::begin(day, PeriodUnit::Week)?,
                ActivePeriod::Months => super::windows::begin(day, PeriodUnit::Month)?,
                ActivePeriod::Quarters => super::windows::begin(day, PeriodUnit::Quarter)?,
                ActivePeriod::Years => super::windows::begin(day, PeriodUnit::Year)?,
            });
        }
        begun.sort_unstable();
        let often = begun
            .chunk_by(|a, b| a == b)
            .filter(|run| run.len() >= at_least as usize);
        Some(Constant::Number(Exact::whole(often.count() as i128)))
    }
}

/// `sum`, `avg`, `min`, `max` or `median` of values of a kind, missing ones passed over.
pub(super) fn figure(
    figure: &str,
    kind: Option<&Kind>,
    mut values: Vec<Constant>,
) -> Option<Constant> {
    values.retain(|value| *value != Constant::Missing);
    values.sort_by(|a, b| a.compare(b).unwrap_or(Ordering::Equal));
    let middle = values.len() / 2;
    let even = values.len().is_multiple_of(2);
    let result = match figure {
        "min" => values.first().cloned(),
        "max" => values.last().cloned(),
        "sum" if values.is_empty() => Some(match kind?.type_of() {
            Type::Duration => Constant::Duration(0),
            Type::Number(NumberKind::Float) => return None,
            _ => Constant::Number(Exact::ZERO),
        }),
        _ if values.is_empty() => None,
        "sum" => Some(mean(&values, 1)?),
        "avg" => Some(mean(&values, values.len() as i128)?),
        "median" if even => Some(mean(&values[middle - 1..=middle], 2)?),
        "median" => Some(values[middle].clone()),
        _ => return None,
    };
    Some(result.unwrap_or(Constant::Missing))
}

/// When an event happened.
fn time(event: &Constant) -> Option<i128> {
    match event {
        Constant::Record(parts) => match parts.first()? {
            Constant::Time(time) => Some(*time),
            _ => None,
        },
        _ => None,
    }
}

/// The known values of an element: its own, or those of its list.
pub(super) fn each(value: &Constant) -> Vec<Constant> {
    let values = match value {
        Constant::List(elements) => elements.to_vec(),
        single => vec![single.clone()],
    };
    values
        .into_iter()
        .filter(|value| *value != Constant::Missing)
        .collect()
}

/// The sum over a number; none where it has no opinion: of floating numbers, and where it does not fit on the way.
fn mean(values: &[Constant], divisor: i128) -> Option<Constant> {
    match values.first()? {
        Constant::Number(_) => {
            let mut sum = Exact::ZERO;
            for value in values {
                let Constant::Number(number) = value else {
                    return None;
                };
                sum = sum.checked_add(*number)?;
            }
            Some(Constant::Number(sum.checked_div(Exact::whole(divisor))?))
        }
        Constant::Duration(_) => {
            let mut sum = 0i128;
            for value in values {
                let Constant::Duration(length) = value else {
                    return None;
                };
                sum = sum.checked_add(*length)?;
            }
            // The whole nanosecond below.
            Some(Constant::Duration(sum.div_euclid(divisor)))
        }
        _ => None,
    }
}

/// How often the events are to be, where that is said.
fn frequency_of(rows: &Expression) -> Option<Frequency> {
    let of = |frequency: &Spanned<Frequency>| frequency.value;
    match &*rows.kind {
        ExpressionKind::Frequent { frequency, .. } => Some(of(frequency)),
        ExpressionKind::Window { subject, .. } => frequency_of(subject),
        ExpressionKind::Between { value, .. } => frequency_of(value),
        _ => None,
    }
}

/// The rows without the last of their brackets, the window left where it is.
fn without_last_bracket(rows: &Expression) -> Option<Expression> {
    let kind = match &*rows.kind {
        ExpressionKind::Bracket { base, .. } => return Some(base.clone()),
        ExpressionKind::Window { subject, window } => ExpressionKind::Window {
            subject: without_last_bracket(subject)?,
            window: window.clone(),
        },
        ExpressionKind::Between {
            value,
            negated,
            low,
            high,
        } => ExpressionKind::Between {
            value: without_last_bracket(value)?,
            negated: *negated,
            low: low.clone(),
            high: high.clone(),
        },
        _ => return None,
    };
    Some(Expression {
        kind: Box::new(kind),
        ..rows.clone()
    })
}

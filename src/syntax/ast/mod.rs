//! The tree of a text as it was written: names are not looked up, types not known, sugar kept.
//!
//! Whatever could not be read is a [`ExpressionKind::Hole`] or [`ItemKind::Hole`]; its diagnostic stands beside the tree.

mod test;
mod walk;

pub use test::{
    Expectation, ExpectationKind, Given, GivenKind, GivenPart, PartName, Test, TestLine,
    TestLineKind,
};

use crate::source::{SourceId, Span};
use crate::types::{Decimal, Unit};

/// A whole text.
#[derive(Clone, Debug, PartialEq)]
pub struct Module {
    pub source: SourceId,
    pub items: Vec<Item>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// From the item's word to its last token; its documentation is not in it.
    pub span: Span,
    /// The comment lines right above, without their dashes and one blank, joined by line feeds.
    pub documentation: Option<String>,
    /// What stands above it with `@`, in the order of the text.
    pub annotations: Vec<Annotation>,
    pub kind: ItemKind,
}

/// `@owner("crm")`: what is to be known of a definition besides its meaning.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotation {
    /// From its `@` on.
    pub span: Span,
    pub name: Name,
    pub arguments: Vec<AnnotationArgument>,
}

/// What stands between the commas of an annotation.
#[derive(Clone, Debug, PartialEq)]
pub enum AnnotationArgument {
    Text(Text),
    /// `size 1_000 to 50_000`, `size at least 1%`, `change 20%`
    Bound {
        span: Span,
        name: Name,
        comparison: Option<Spanned<CountComparison>>,
        amount: Amount,
        /// Behind `to`.
        other: Option<Amount>,
    },
}

/// A number or a percentage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Amount {
    pub span: Span,
    pub number: Decimal,
    /// `20%` holds 20.
    pub is_percent: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ItemKind {
    /// `use "file.seg"`
    Use { path: Text },
    /// `let name = …`, `let name(p: type) = …`
    Let {
        name: Name,
        parameters: Vec<Parameter>,
        body: Expression,
    },
    /// `segment name "Title" = …`
    Segment {
        name: Name,
        title: Option<Text>,
        condition: Expression,
    },
    /// `test "Title" as of … { … }`
    Test(Test),
    /// `classify name "Title" { label "Title" when … otherwise label }`
    Classify {
        name: Name,
        title: Option<Text>,
        /// In the order of the text.
        labels: Vec<Label>,
        /// All that stands in the braces could be read; else there may be labels that are not among these.
        is_whole: bool,
    },
    /// `split name "Title" of condition per region salt "spring-26" { arm 45% … }`
    Split(Box<Split>),
    /// An item that could not be read. Its name is kept where there is one, so that references to it are not called unknown.
    Hole { name: Option<Name> },
}

/// A label of a classification and who gets it, of those whom no label above it fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    pub span: Span,
    pub name: Name,
    pub title: Option<Text>,
    /// Behind `when`; none of the label behind `otherwise`.
    pub condition: Option<Expression>,
}

/// An experiment: each contact of the audience gets one arm at most.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    pub name: Name,
    pub title: Option<Text>,
    pub audience: Expression,
    /// The word `exact`.
    pub exact: Option<Span>,
    pub per: Vec<Expression>,
    /// None where it was left out: the checker asks for it.
    pub salt: Option<Text>,
    /// In the order of the text; labels without a condition.
    pub arms: Vec<Label>,
    /// The share of each arm.
    pub shares: Vec<Expression>,
}

/// A name as it was written, without back-ticks.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    pub text: String,
    pub span: Span,
}

/// A text literal with its escapes resolved; the span holds the quotes.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    pub value: String,
    pub span: Span,
}

/// `p: text`, `p: list of text`
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    pub name: Name,
    pub type_name: TypeName,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TypeName {
    pub span: Span,
    /// `text` of `list of text`; checked later against the names of types.
    pub name: Name,
    pub is_list: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    pub span: Span,
    pub kind: Box<ExpressionKind>,
}

/// An operator or keyword with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    pub value: T,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ExpressionKind {
    /// Could not be read; it fits everywhere and raises nothing further.
    Hole,
    Literal(Literal),
    Now,
    Name(Name),
    /// `name(a, b)`: a function or a `let` with parameters.
    Call {
        name: Name,
        arguments: Vec<Expression>,
    },
    /// `a.b`
    Member {
        base: Expression,
        name: Name,
    },
    /// `a[b]`: a condition on the elements of a list, or a key of a map.
    Bracket {
        base: Expression,
        inner: Expression,
    },
    /// `a as p`: a name for the elements that the brackets behind it look at.
    Named {
        base: Expression,
        name: Name,
    },
    /// `any a`, `every a[b]`, `none a[b]`, `did a in last 30 days`, `never a`
    Each {
        each: Spanned<Each>,
        rows: Expression,
    },
    /// `a at least 3 times`
    Frequent {
        rows: Expression,
        frequency: Spanned<Frequency>,
    },
    /// `(a then b within 2 days without c on f)`
    Chain {
        first: Expression,
        /// At least one.
        steps: Vec<Step>,
        /// What all steps agree on.
        on: Option<Expression>,
    },
    /// `active days(a)`
    Active {
        period: Spanned<ActivePeriod>,
        rows: Expression,
    },
    /// `observed for 90 days`
    Observed(Measure),
    /// `a of b`, `distinct a`, `distinct a of b`, as an argument of an aggregate; the second two in parentheses as well.
    Of {
        distinct: bool,
        value: Expression,
        rows: Option<Expression>,
    },
    /// `a among b per c`, as an argument of a figure of a population.
    Population {
        of: Expression,
        among: Among,
        /// `per a`, `per (a, b)`; empty where it is not said.
        per: Vec<Expression>,
    },
    /// `by (a, b)`, as an argument.
    By(Vec<Expression>),
    /// `from 2`, `confidence 80%`, `support 20`, as an argument.
    Setting {
        setting: Spanned<Setting>,
        value: Expression,
    },
    /// `in household`: the contacts that share a value with this one.
    Sharing(Expression),
    /// `(a)`: kept for the formatter and for the lint on mixed AND and OR.
    Parenthesized(Expression),
    /// `a ?? b`
    Coalesce {
        value: Expression,
        fallback: Expression,
    },
    /// `-a`
    Negate(Expression),
    Arithmetic {
        operator: Spanned<ArithmeticOperator>,
        left: Expression,
        right: Expression,
    },
    /// `90 days ago`
    Ago(Measure),
    Compare {
        operator: Spanned<CompareOperator>,
        left: Expression,
        right: Expression,
        ignoring_case: bool,
    },
    /// `value between low and high`: numbers, dates and times alike.
    Between {
        value: Expression,
        negated: bool,
        low: Expression,
        high: Expression,
    },
    /// `value in (…)`, `value not in (…)`
    In {
        value: Expression,
        negated: bool,
        list: Vec<Expression>,
        ignoring_case: bool,
    },
    /// `value in top(3, region)`, `value not in tags`: the values of a list are asked.
    InValues {
        value: Expression,
        negated: bool,
        values: Expression,
        ignoring_case: bool,
    },
    /// `value in list "suppressed"`
    InList {
        value: Expression,
        negated: bool,
        list: Text,
        ignoring_case: bool,
    },
    TextTest {
        test: Spanned<TextTest>,
        value: Expression,
        pattern: Expression,
        ignoring_case: bool,
    },
    /// `list has "a"`, `list has any of ("a", "b")`
    Has {
        list: Expression,
        quantifier: Quantifier,
        values: Vec<Expression>,
        ignoring_case: bool,
    },
    /// `x is missing`; `x is known` and `x is not missing` are `known: true`.
    IsMissing {
        value: Expression,
        known: bool,
    },
    /// `journey is active`, `journey is not active`; also `plan is "pro"`, which the checker answers.
    Is {
        value: Expression,
        negated: bool,
        /// A name or a text.
        label: Expression,
        /// `is` or `is not`
        words: Span,
    },
    /// `signup_at in last 30 days`
    Window {
        subject: Expression,
        window: Spanned<Window>,
    },
    /// `if a then x else if b then y else z`
    If {
        /// At least one.
        branches: Vec<Branch>,
        otherwise: Expression,
    },
    /// `at least 2 of (a, b, c)`
    Counted {
        comparison: Spanned<CountComparison>,
        number: Spanned<u32>,
        /// At least one.
        conditions: Vec<Expression>,
    },
    /// `subject as of time`: a condition or a value with another instant for `now`.
    AsOf {
        subject: Expression,
        time: Expression,
    },
    Not(Expression),
    /// At least two.
    And(Vec<Expression>),
    /// At least two.
    Or(Vec<Expression>),
}

/// `if condition then value`
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    pub condition: Expression,
    pub value: Expression,
}

/// Who is in a population.
#[derive(Clone, Debug, PartialEq)]
pub enum Among {
    /// It is not said.
    Unsaid,
    /// `among everyone`
    Everyone,
    /// `among consent`
    Those(Expression),
}

/// What `implied` is told beside its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Setting {
    From,
    Confidence,
    Support,
}

/// How often something is to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Frequency {
    pub comparison: CountComparison,
    pub times: u32,
}

/// A later event of a chain.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub kind: Spanned<StepKind>,
    pub rows: Expression,
    /// How long after the step before it.
    pub within: Option<Measure>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StepKind {
    Then,
    Without,
}

/// What `active` counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActivePeriod {
    Days,
    Weeks,
    Months,
    Quarters,
    Years,
}

/// How many of several conditions are to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CountComparison {
    AtLeast,
    AtMost,
    Exactly,
    MoreThan,
    FewerThan,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `42`, `1_000`, `3.5`
    Number(Decimal),
    /// `30%` holds 30.
    Percent(Decimal),
    Text(String),
    Boolean(bool),
    /// `2026-11-22`; always a real date.
    Date(jiff::civil::Date),
    /// `2026-11-22T10:00+01:00`; without an offset it stands in the project's zone.
    Time {
        civil: jiff::civil::DateTime,
        offset: Option<jiff::tz::Offset>,
    },
    /// `90 days`
    Measure(Measure),
    /// `2025-11`, `2025-Q4`, `2025-W47` outside `during`: refused by the checker with advice.
    Period(Period),
    /// The word `missing` as a value: refused by the checker, who offers `is missing`.
    Missing,
}

/// A number with its unit: `90 days`, `2 calendar days`, `25 km`.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    pub amount: Decimal,
    pub unit: Unit,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArithmeticOperator {
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CompareOperator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextTest {
    StartsWith,
    EndsWith,
    Contains,
    /// `matches "^info@"`
    Matches,
}

/// How many of the values a list must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// `has "a"`
    One,
    /// `has any of (…)`
    Any,
    /// `has all of (…)`
    All,
    /// `has none of (…)`
    None,
}

/// How many elements a condition is asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Each {
    Any,
    Every,
    None,
    /// `any`, of events.
    Did,
    /// `none`, of events.
    Never,
}

/// Behind a time or a date; the table "Windows" of the language reference says what each holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Window {
    /// `in last 90 days`, `in last 30 calendar days`
    InLast(Measure),
    /// `in last 4 full weeks`: the unit is days, weeks, months, quarters or years.
    InLastFull(Measure),
    /// `in next 90 days`
    InNext(Measure),
    /// `over 90 days ago`
    Over(Measure),
    Before(Expression),
    After(Expression),
    /// `within 7 days after T`
    WithinAfter {
        length: Measure,
        anchor: Expression,
    },
    /// `within 7 days before T`
    WithinBefore {
        length: Measure,
        anchor: Expression,
    },
    /// `during 2025-11`, `during last month`
    During(Spanned<Period>),
}

/// A stretch of whole days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    Year(i16),
    /// Quarter 1 to 4.
    Quarter {
        year: i16,
        quarter: u8,
    },
    /// Month 1 to 12.
    Month {
        year: i16,
        month: u8,
    },
    /// ISO week 1 to 53 of an ISO year.
    Week {
        year: i16,
        week: u8,
    },
    Day(jiff::civil::Date),
    Today,
    Yesterday,
    /// `this week`, `this month`, …
    This(PeriodUnit),
    /// `last week`, `last month`, …
    Last(PeriodUnit),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PeriodUnit {
    Week,
    Month,
    Quarter,
    Year,
}

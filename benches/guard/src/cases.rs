//! What is counted, by name.

use crate::prepared::{Text, Work};
use crate::segments::TREE;

/// Something that is counted.
pub struct Case {
    pub name: &'static str,
    pub work: Work,
}

const fn contacts(name: &'static str, condition: &'static str) -> Case {
    let work = Work::AskContacts(Text::Condition(condition));
    Case { name, work }
}

const fn events(name: &'static str, condition: &'static str) -> Case {
    let work = Work::AskEvents(Text::Condition(condition));
    Case { name, work }
}

/// A kernel, a fold or a part of the compiler each; the names begin with which it is.
pub static CASES: [Case; 18] = [
    contacts("kernel_equals", r#"region = "BE""#),
    contacts("kernel_set_of_numbers", "orders_90d in (1, 3, 7, 12, 20)"),
    contacts(
        "kernel_range_and_consent",
        "age between 25 and 45 AND consent",
    ),
    contacts("kernel_text_contains", r#"email contains "@gmail""#),
    contacts(
        "kernel_distance",
        "distance(home, point(50.85, 4.35)) <= 25 km",
    ),
    contacts("kernel_list_has", r#"tags has "vip-a""#),
    contacts("kernel_tree", TREE),
    Case {
        name: "kernel_100_segments",
        work: Work::AskContacts(Text::Segments(100)),
    },
    events(
        "fold_count",
        "did purchase at least 3 times in last 90 days",
    ),
    events("fold_sum", "sum(amount of purchase in last 365 days) > 250"),
    events(
        "fold_chain",
        "did (view as v then click[time <= v.time + 7 days])",
    ),
    events(
        "fold_mean_gap",
        "count(login) >= 3 AND since(last(login)) > 2 * avg(gap of login)",
    ),
    events("fold_quintile", "quintile(count(purchase)) = 5"),
    Case {
        name: "compiler_condition",
        work: Work::Compile(Text::Condition(r#"region = "BE""#)),
    },
    Case {
        name: "compiler_100_segments",
        work: Work::Compile(Text::Segments(100)),
    },
    Case {
        name: "compiler_chain_32_times",
        work: Work::CompileEvents(
            Text::Condition("did (view as v then click then purchase[time <= v.time + 7 days])"),
            32,
        ),
    },
    Case {
        name: "compiler_format",
        work: Work::Format(Text::Segments(100)),
    },
    Case {
        name: "contact_100_segments",
        work: Work::MatchContact(Text::Segments(100)),
    },
];

pub fn named(name: &str) -> Option<&'static Case> {
    CASES.iter().find(|case| case.name == name)
}

//! The counts that were accepted, and what a new count is beside them.

use crate::Fault;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// By how much a count may grow, in percent.
pub const TOLERATED: f64 = 5.0;

const HEAD: &str = "# Instructions of each case, as `cargo run --locked --profile guard -p segql-guard -- --accept` counted them. README.md says more.\n\n";

/// The accepted count of each case.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Limits(BTreeMap<String, u64>);

/// What a count is beside its limit.
#[derive(Debug, PartialEq)]
pub enum Verdict {
    /// There is no limit yet.
    New,
    Within {
        limit: u64,
        percent: f64,
    },
    Grew {
        limit: u64,
        percent: f64,
    },
    Fell {
        limit: u64,
        percent: f64,
    },
}

impl Verdict {
    pub fn is_within(&self) -> bool {
        matches!(self, Self::Within { .. } | Self::Fell { .. })
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::New => write!(f, "NO LIMIT YET"),
            Self::Within { limit, percent } => write!(f, "{percent:+.2} % of {limit}"),
            Self::Grew { limit, percent } => write!(f, "GREW: {percent:+.2} % of {limit}"),
            Self::Fell { limit, percent } => write!(f, "fell: {percent:+.2} % of {limit}"),
        }
    }
}

impl Limits {
    pub fn read(path: &Path) -> Result<Self, Fault> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        Self::parse(&text).map_err(|fault| format!("{}: {fault}", path.display()).into())
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let mut limits = BTreeMap::new();
        for (name, count) in text.parse::<toml::Table>()? {
            let count = count
                .as_integer()
                .and_then(|count| u64::try_from(count).ok());
            // A limit of nothing would have no percentages.
            let count = count.filter(|count| *count > 0);
            let count = count.ok_or_else(|| format!("the limit of `{name}` should be a count"))?;
            limits.insert(name, count);
        }
        Ok(Self(limits))
    }

    pub fn write(&self, path: &Path) -> Result<(), Fault> {
        std::fs::write(path, self.text())
            .map_err(|error| format!("{}: {error}", path.display()).into())
    }

    fn text(&self) -> String {
        let lines = self
            .0
            .iter()
            .map(|(name, count)| format!("{name} = {count}\n"));
        HEAD.to_owned() + &lines.collect::<String>()
    }

    /// What a count of a case is beside its limit.
    pub fn judge(&self, name: &str, count: u64) -> Verdict {
        let Some(&limit) = self.0.get(name) else {
            return Verdict::New;
        };
        let percent = (count as f64 / limit as f64 - 1.0) * 100.0;
        if percent > TOLERATED {
            Verdict::Grew { limit, percent }
        } else if percent < -TOLERATED {
            Verdict::Fell { limit, percent }
        } else {
            Verdict::Within { limit, percent }
        }
    }

    /// The names that are those of no case.
    pub fn without_case(&self, cases: &[&str]) -> Vec<&str> {
        let names = self.0.keys().map(String::as_str);
        names.filter(|name| !cases.contains(name)).collect()
    }

    /// Makes counts the limits of their cases, and drops what is the limit of none.
    pub fn take_over(&mut self, counts: &[(&str, u64)], cases: &[&str]) {
        self.0.retain(|name, _| cases.contains(&name.as_str()));
        let counts = counts
            .iter()
            .map(|(name, count)| ((*name).to_owned(), *count));
        self.0.extend(counts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits::parse("fold = 1000\nkernel = 200\n").expect("limits")
    }

    #[test]
    fn a_count_may_grow_by_five_percent_and_no_more() {
        let limits = limits();
        assert!(matches!(
            limits.judge("fold", 1000),
            Verdict::Within { limit: 1000, .. }
        ));
        assert!(limits.judge("fold", 1049).is_within());
        let grown = limits.judge("fold", 1051);
        assert!(!grown.is_within());
        assert_eq!(grown.to_string(), "GREW: +5.10 % of 1000");
        assert!(!limits.judge("kernel", 211).is_within());
        assert!(limits.judge("kernel", 209).is_within());
    }

    #[test]
    fn a_count_that_fell_is_told_and_no_failure() {
        let fallen = limits().judge("kernel", 180);
        assert!(fallen.is_within());
        assert_eq!(fallen.to_string(), "fell: -10.00 % of 200");
        assert!(matches!(
            limits().judge("kernel", 191),
            Verdict::Within { .. }
        ));
    }

    #[test]
    fn cases_and_limits_belong_together() {
        let limits = limits();
        assert_eq!(limits.judge("compiler", 5), Verdict::New);
        assert!(!Verdict::New.is_within());
        assert_eq!(limits.without_case(&["kernel", "compiler"]), ["fold"]);
        assert!(limits.without_case(&["kernel", "fold"]).is_empty());
    }

    #[test]
    fn accepted_counts_are_written_and_read_again() {
        let mut limits = limits();
        limits.take_over(&[("compiler", 7)], &["compiler", "kernel"]);
        let text = limits.text();
        assert!(text.starts_with("# "), "{text}");
        assert!(text.ends_with("\ncompiler = 7\nkernel = 200\n"), "{text}");
        assert_eq!(Limits::parse(&text).expect("limits"), limits);
    }

    #[test]
    fn what_is_no_count_is_refused() {
        for text in [
            "fold = 0",
            "fold = -3",
            "fold = \"1000\"",
            "fold = 1.5",
            "fold",
        ] {
            assert!(Limits::parse(text).is_err(), "{text}");
        }
    }

    /// Whoever adds a case, or drops one, takes its limit along.
    #[test]
    fn every_case_has_its_limit() {
        let limits = Limits::read(Path::new(crate::LIMITS)).expect("limits");
        let cases: Vec<&str> = crate::cases::CASES.iter().map(|case| case.name).collect();
        assert!(limits.without_case(&cases).is_empty());
        for case in cases {
            assert_ne!(limits.judge(case, 1), Verdict::New, "{case}");
        }
    }
}

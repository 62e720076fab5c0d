//! Labels: what a program has of classifications, and what is asked of it by name.

use super::{Program, Segment};
use crate::check::{ClassificationInfo, Notes};
use crate::ir::ValueId;
use crate::source::Span;
use crate::types::Exact;
use std::ops::Range;

/// Labels of which each contact has one at most; of a classification, everybody has exactly one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labelling {
    /// What the text calls it.
    pub name: String,
    /// What people call it.
    pub title: Option<String>,
    /// The comment right above it.
    pub documentation: Option<String>,
    /// What is noted above it: owner and goal.
    pub notes: Notes,
    /// The whole definition in the program's sources.
    pub span: Span,
    /// In the order of the text.
    pub labels: Vec<Label>,
    /// What makes a split of it, whose labels are its arms.
    pub split: Option<Split>,
}

/// How the arms of a split are drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// What is hashed beside the key.
    pub salt: String,
    /// The share of each arm, in the order of the labels.
    pub shares: Vec<Exact>,
    /// The values behind `per`, each as it is written.
    pub per: Vec<String>,
    pub(super) strata: Vec<ValueId>,
}

/// One of the labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// What the text calls it.
    pub name: String,
    /// What people call it.
    pub title: Option<String>,
    /// The label in the program's sources, with its condition.
    pub span: Span,
}

/// Something of a program that can be asked for by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A place in [`Program::segments`].
    Segment(usize),
    /// A place in [`Program::labellings`].
    Labelling(usize),
    /// One label of a labelling.
    Label {
        /// A place in [`Program::labellings`].
        labelling: usize,
        /// A place in [`Labelling::labels`].
        label: usize,
    },
}

impl Labelling {
    /// A classification or a split.
    pub(super) fn of(info: ClassificationInfo) -> Self {
        let labels = info.labels.into_iter().map(|label| Label {
            name: label.name,
            title: label.title,
            span: label.span,
        });
        Self {
            name: info.name,
            title: info.title,
            documentation: info.documentation,
            notes: info.notes,
            span: info.span,
            labels: labels.collect(),
            split: info.split.map(|split| Split {
                salt: split.salt,
                shares: split.shares,
                strata: split.strata.iter().map(|(_, value)| *value).collect(),
                per: split.strata.into_iter().map(|(text, _)| text).collect(),
            }),
        }
    }
}

impl Program {
    /// The classifications and splits, in the order in which they are answered, behind the segments.
    pub fn labellings(&self) -> &[Labelling] {
        &self.parts.labellings
    }

    /// A name for each mask that a run gives: those of the segments, then `journey.active` for each label of the classification `journey`.
    pub fn answers(&self) -> Vec<String> {
        let segments = self.segments().iter().map(|segment| segment.name.clone());
        let labels = self.labellings().iter().flat_map(|labelling| {
            let labels = labelling.labels.iter();
            labels.map(|label| format!("{}.{}", labelling.name, label.name))
        });
        segments.chain(labels).collect()
    }

    /// Where the labels of a labelling stand among [`Program::answers`], and among the masks of a run.
    pub fn answers_of(&self, labelling: usize) -> Range<usize> {
        let before = self.labellings().iter().take(labelling);
        let labels = before
            .map(|labelling| labelling.labels.len())
            .sum::<usize>();
        let start = self.segments().len() + labels;
        let count = self.labellings().get(labelling);
        start..start + count.map_or(0, |labelling| labelling.labels.len())
    }

    /// A name for each root: the answers, and behind them the audiences of splits, which are called like these.
    pub(crate) fn roots(&self) -> Vec<String> {
        let splits = self.labellings().iter().filter(|one| one.split.is_some());
        let audiences = splits.map(|split| split.name.clone());
        self.answers().into_iter().chain(audiences).collect()
    }

    /// Where the audience of a split stands among the roots, behind all answers; none of a classification.
    pub(super) fn audience_of(&self, labelling: usize) -> Option<usize> {
        let all = self.labellings();
        all.get(labelling)?.split.as_ref()?;
        let before = all[..labelling].iter().filter(|one| one.split.is_some());
        let labels: usize = all.iter().map(|labelling| labelling.labels.len()).sum();
        Some(self.segments().len() + labels + before.count())
    }

    /// What a name stands for: a segment, a classification or a split, or a label of one as in `journey.active`.
    pub fn part(&self, name: &str) -> Option<Part> {
        if let Some(place) = self.position(name) {
            return Some(Part::Segment(place));
        }
        let named = |name: &str| {
            let mut all = self.labellings().iter();
            all.position(|labelling| labelling.name == name)
        };
        if let Some(place) = named(name) {
            return Some(Part::Labelling(place));
        }
        let (whole, label) = name.rsplit_once('.')?;
        let labelling = named(whole)?;
        let mut labels = self.labellings()[labelling].labels.iter();
        let label = labels.position(|one| one.name == label)?;
        Some(Part::Label { labelling, label })
    }

    /// The program of some parts; nothing else is read or worked out then. Segments stand in the order given, classifications behind them in
    /// theirs; a label alone is a segment called like `journey.active`. Places past the end are left out.
    #[must_use]
    pub fn select_parts(&self, parts: &[Part]) -> Program {
        let (mut segments, mut labellings) = (Vec::new(), Vec::new());
        let (mut roots, mut label_roots, mut audiences) = (Vec::new(), Vec::new(), Vec::new());
        let checked = &self.parts.checked.segments;
        for part in parts {
            match *part {
                Part::Segment(place) => {
                    let Some(segment) = self.segments().get(place) else {
                        continue;
                    };
                    segments.push(segment.clone());
                    roots.push(checked[place]);
                }
                Part::Labelling(place) => {
                    let Some(labelling) = self.labellings().get(place) else {
                        continue;
                    };
                    labellings.push(labelling.clone());
                    label_roots.extend(&checked[self.answers_of(place)]);
                    audiences.extend(self.audience_of(place).map(|audience| checked[audience]));
                }
                Part::Label { labelling, label } => {
                    let Some(whole) = self.labellings().get(labelling) else {
                        continue;
                    };
                    let Some(one) = whole.labels.get(label) else {
                        continue;
                    };
                    segments.push(Segment {
                        name: format!("{}.{}", whole.name, one.name),
                        title: one.title.clone(),
                        documentation: whole.documentation.clone(),
                        notes: whole.notes.clone(),
                        span: whole.span,
                    });
                    roots.push(checked[self.answers_of(labelling).start + label]);
                }
            }
        }
        roots.append(&mut label_roots);
        roots.append(&mut audiences);
        self.with_parts(segments, labellings, roots)
    }
}

/// What a run came to for a classification or a split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabellingOutcome {
    pub name: String,
    pub title: Option<String>,
    /// In the order of the text. Those of a classification add up to all contacts.
    pub labels: Vec<LabelOutcome>,
    /// Of a split how many contacts it is of: those in its arms, and whom these leave.
    pub audience: Option<u64>,
}

/// What it came to for one label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelOutcome {
    pub name: String,
    pub title: Option<String>,
    /// How many contacts have the label.
    pub count: u64,
}

impl LabellingOutcome {
    /// `counts` are those of the labels.
    pub(super) fn of(labelling: &Labelling, counts: &[u64], audience: Option<u64>) -> Self {
        let labels = labelling.labels.iter().zip(counts);
        Self {
            name: labelling.name.clone(),
            title: labelling.title.clone(),
            labels: labels
                .map(|(label, count)| LabelOutcome {
                    name: label.name.clone(),
                    title: label.title.clone(),
                    count: *count,
                })
                .collect(),
            audience,
        }
    }

    /// How many contacts have a label; none where there is no such label.
    pub fn count(&self, label: &str) -> Option<u64> {
        let label = self.labels.iter().find(|one| one.name == label)?;
        Some(label.count)
    }
}

//! How the arms of a split lie in its strata, below the sizes of a run that asks for it alone.

use super::table::{Page, heading, lines};
use comfy_table::{Cell, CellAlignment};
use segql::explain::{grouped, share, shown};
use segql::{Labelling, Stratum};

/// More strata than this are told by number.
const MOST_SHOWN: usize = 50;

/// A line for each stratum: what its contacts agree in, how many they are, and which share of them each arm has.
pub fn table(
    split: &Labelling,
    per: &[String],
    strata: &[Stratum],
    zone: &jiff::tz::TimeZone,
    page: &Page,
) -> String {
    let mut table = page.table();
    let number = |text: &str| Cell::new(text).set_alignment(CellAlignment::Right);
    let mut headings: Vec<Cell> = per.iter().map(|stratum| heading(stratum)).collect();
    headings.push(heading("count").set_alignment(CellAlignment::Right));
    for arm in &split.labels {
        headings.push(heading(&arm.name).set_alignment(CellAlignment::Right));
    }
    table.set_header(headings);
    for stratum in strata.iter().take(MOST_SHOWN) {
        let values = stratum.values.iter();
        let mut cells: Vec<Cell> = values.map(|value| Cell::new(shown(value, zone))).collect();
        cells.push(number(&grouped(stratum.audience)));
        let arms = stratum.arms.iter();
        cells.extend(arms.map(|arm| number(&share(*arm, stratum.audience))));
        table.add_row(cells);
    }
    let mut text = lines(&table);
    if strata.len() > MOST_SHOWN {
        let more = grouped((strata.len() - MOST_SHOWN) as u64);
        text.push_str(&format!("… and {more} strata more\n"));
    }
    text
}

//! What there is to watch: films, and series by their episodes.
//!
//! Titles are put together of words, so that none is anybody's; popular ones come first.

use super::{Dice, GENRES};
use jiff::civil::{Date, date};
use std::fmt::Write;

const FILMS: usize = 130;
const SERIES: usize = 26;

/// One film or episode.
pub struct Title {
    pub id: String,
    pub name: String,
    pub kind: &'static str,
    /// Missing where nobody has said yet.
    pub genres: Option<Vec<&'static str>>,
    pub series: Option<String>,
    pub season: Option<i64>,
    pub episode: Option<i64>,
    pub minutes: i64,
    pub released_on: Option<Date>,
    pub kids: bool,
    pub language: &'static str,
    /// How often it is watched, from 1 on.
    pub weight: i64,
}

const FIRST: [&str; 24] = [
    "Het stille",
    "De laatste",
    "Een verre",
    "De blauwe",
    "Het derde",
    "De lange",
    "Oude",
    "De vergeten",
    "The Silver",
    "The Last",
    "A Quiet",
    "Northern",
    "The Hidden",
    "Seven",
    "Broken",
    "Under the",
    "La petite",
    "Le dernier",
    "Une longue",
    "Der weite",
    "Die letzte",
    "De kleine",
    "Rode",
    "The Winter",
];

const SECOND: [&str; 20] = [
    "haven",
    "zomer",
    "brug",
    "wolf",
    "tuin",
    "rivier",
    "getuige",
    "stad",
    "Harbour",
    "Signal",
    "Orchard",
    "Train",
    "Letter",
    "maison",
    "voyage",
    "Sturm",
    "Insel",
    "kapitein",
    "vuurtoren",
    "Kitchen",
];

/// The titles, in the order of their ids.
pub fn titles() -> Vec<Title> {
    let mut dice = Dice(20_261_124);
    let mut titles = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for place in 0..FILMS {
        let name = name(&mut dice, &mut names);
        let genres = genres(&mut dice);
        let kids = genres.contains(&"kids");
        titles.push(Title {
            id: String::new(),
            kind: if genres.contains(&"documentary") && dice.chance(60) {
                "documentary"
            } else {
                "film"
            },
            language: language(&mut dice, &name),
            genres: (!dice.chance(3)).then_some(genres),
            name,
            series: None,
            season: None,
            episode: None,
            minutes: if kids { 70 } else { 85 } + dice.skewed(70),
            released_on: (!dice.chance(4)).then(|| released(&mut dice, 6_000)),
            kids,
            weight: 3_000 / (10 + place as i64),
        });
    }
    for place in 0..SERIES {
        let series = name(&mut dice, &mut names);
        let genres = genres(&mut dice);
        let kids = genres.contains(&"kids");
        let language = language(&mut dice, &series);
        let minutes = if kids { 11 } else { 28 } + dice.skewed(32);
        let seasons = 1 + dice.skewed(4);
        let episodes = 4 + dice.below(5);
        let mut day = released(&mut dice, 2_500);
        for season in 1..=seasons {
            for episode in 1..=episodes {
                titles.push(Title {
                    id: String::new(),
                    name: format!("{series} {season}x{episode:02}"),
                    kind: "episode",
                    genres: Some(genres.clone()),
                    series: Some(series.clone()),
                    season: Some(season),
                    episode: Some(episode),
                    minutes: minutes + dice.below(6),
                    released_on: Some(day),
                    kids,
                    language,
                    // First episodes are tried by many who never see the last.
                    weight: (1_500 / (8 + place as i64) / (season + episode / 3)).max(1),
                });
                day = day.saturating_add(jiff::Span::new().days(7));
            }
            day = day.saturating_add(jiff::Span::new().days(300));
        }
    }
    for (place, title) in titles.iter_mut().enumerate() {
        title.id = format!("t{:04}", place + 1);
    }
    titles
}

fn name(dice: &mut Dice, taken: &mut Vec<String>) -> String {
    loop {
        let name = format!("{} {}", dice.pick(&FIRST), dice.pick(&SECOND));
        if !taken.contains(&name) {
            taken.push(name.clone());
            return name;
        }
    }
}

fn genres(dice: &mut Dice) -> Vec<&'static str> {
    let mut genres = vec![dice.weighted(&GENRES)];
    while genres.len() < 3 && dice.chance(38) {
        let genre = dice.weighted(&GENRES);
        let is_for_all = genre != "horror" || genres[0] != "kids";
        if !genres.contains(&genre) && is_for_all && (genre != "kids" || genres[0] != "horror") {
            genres.push(genre);
        }
    }
    genres
}

/// The language that the name is in.
fn language(dice: &mut Dice, name: &str) -> &'static str {
    match name.split(' ').next() {
        Some("The" | "A" | "Northern" | "Seven" | "Broken" | "Under") => "en",
        Some("La" | "Le" | "Une") => "fr",
        Some("Der" | "Die") => "de",
        _ => dice.weighted(&[("nl", 94), ("en", 6)]),
    }
}

fn released(dice: &mut Dice, most: i64) -> Date {
    let back = 20 + dice.skewed(most);
    date(2026, 11, 22).saturating_sub(jiff::Span::new().days(back))
}

/// One JSON object a line.
pub fn json_lines(titles: &[Title]) -> String {
    let text = |text: &str| format!("\"{text}\"");
    let mut lines = String::new();
    for title in titles {
        let mut members = vec![
            ("id", text(&title.id)),
            ("title", text(&title.name)),
            ("kind", text(title.kind)),
        ];
        if let Some(genres) = &title.genres {
            let genres: Vec<String> = genres.iter().map(|genre| text(genre)).collect();
            members.push(("genres", format!("[{}]", genres.join(", "))));
        }
        if let Some(series) = &title.series {
            members.push(("series", text(series)));
        }
        members.extend(title.season.map(|season| ("season", season.to_string())));
        members.extend(
            title
                .episode
                .map(|episode| ("episode", episode.to_string())),
        );
        members.push(("minutes", title.minutes.to_string()));
        members.extend(
            title
                .released_on
                .map(|day| ("released_on", text(&day.to_string()))),
        );
        members.push(("kids", title.kids.to_string()));
        members.push(("language", text(title.language)));
        let members: Vec<String> = members
            .into_iter()
            .map(|(name, value)| format!("\"{name}\": {value}"))
            .collect();
        let _ = writeln!(lines, "{{{}}}", members.join(", "));
    }
    lines
}

//! The catalogue: titles, each of one genre and so many minutes long.

use super::random::{Chances, Random, Table};
use arrow_array::builder::{Int8Builder, Int16Builder, Int32Builder};
use arrow_array::types::Int8Type;
use arrow_array::{ArrayRef, DictionaryArray, RecordBatch, StringArray};
use std::sync::Arc;

pub const TITLES: i32 = 50_000;
pub const GENRES: [&str; 20] = [
    "drama",
    "comedy",
    "thriller",
    "documentary",
    "action",
    "romance",
    "crime",
    "family",
    "animation",
    "horror",
    "scifi",
    "fantasy",
    "history",
    "music",
    "sport",
    "war",
    "western",
    "mystery",
    "reality",
    "short",
];

/// How often the genres are met.
pub(super) fn genres() -> Chances {
    Chances::zipf(GENRES.len() as u32, 0.6)
}

/// All titles.
pub struct Titles {
    pub batch: RecordBatch,
    /// By genre, from the most watched on.
    by_genre: Vec<Vec<i32>>,
}

impl Default for Titles {
    fn default() -> Self {
        let mut random = Random::of(Table::Titles, 0);
        let chances = genres();
        let mut by_genre = vec![Vec::new(); GENRES.len()];
        let (mut keys, mut genres, mut minutes) =
            (Int32Builder::new(), Int8Builder::new(), Int16Builder::new());
        for title in 0..TITLES {
            let genre = chances.pick(&mut random);
            by_genre[genre].push(title);
            keys.append_value(title);
            genres.append_value(genre as i8);
            let length = (70.0 + 35.0 * random.normal()).clamp(3.0, 240.0);
            minutes.append_value(length as i16);
        }
        let names = Arc::new(StringArray::from(GENRES.to_vec()));
        let genres = DictionaryArray::<Int8Type>::new(genres.finish(), names);
        let columns: [(&str, ArrayRef); 3] = [
            ("title_id", Arc::new(keys.finish())),
            ("genre", Arc::new(genres)),
            ("minutes", Arc::new(minutes.finish())),
        ];
        let columns = columns.map(|(name, column)| (name, column, true));
        let batch = RecordBatch::try_from_iter_with_nullable(columns);
        Self {
            batch: batch.expect("columns of one length"),
            by_genre,
        }
    }
}

impl Titles {
    /// One of a genre: some are watched far more than others.
    pub(super) fn pick(&self, genre: usize, random: &mut Random) -> i32 {
        let titles = &self.by_genre[genre];
        let share = random.share();
        titles[(share * share * share * titles.len() as f64) as usize]
    }
}

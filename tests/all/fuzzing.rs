//! The fuzz targets, briefly, on inputs made from a seed: the words of the corpus, whole and broken, and random programs.

use segql_testing::executors::{Case, Executor};
use segql_testing::fuzz;
use segql_testing::oracle;
use segql_testing::programs::Statistics;
use segql_testing::random::Random;
use segql_testing::texts;
use segql_testing::world::World;
use std::path::Path;

/// Texts of conditions and of whole programs.
fn seeds() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    for folder in ["tests/corpus", "examples/streaming"] {
        for entry in std::fs::read_dir(root.join(folder)).expect("a folder of texts") {
            let path = entry.expect("a readable folder").path();
            let extension = path.extension().and_then(|extension| extension.to_str());
            let Ok(text) = std::fs::read_to_string(&path) else {
                continue;
            };
            match extension {
                Some("seg") => texts.push(text),
                Some("txt") => texts.extend(text.lines().filter_map(|line| {
                    let (condition, _) = line.split_once("=>")?;
                    Some(format!("segment s = {condition}"))
                })),
                _ => {}
            }
        }
    }
    texts.sort();
    texts
}

#[test]
fn the_front_end_stands_any_text() {
    let mut random = Random::new(11);
    let seeds = seeds();
    assert!(seeds.len() > 100, "the seeds are the corpus");
    for seed in &seeds {
        fuzz::tokens_tile_any_text(seed);
        fuzz::parsing_is_total(seed);
        fuzz::format_round_trips(seed);
        let broken = texts::broken(seed, &mut random);
        fuzz::tokens_tile_any_text(&broken);
        fuzz::parsing_is_total(&broken);
        fuzz::format_round_trips(&broken);
    }
}

#[test]
fn executors_agree_on_any_bytes() {
    let mut random = Random::new(12);
    for length in [0, 1, 8, 24, 64] {
        let bytes: Vec<u8> = (0..length).map(|_| random.bits() as u8).collect();
        fuzz::executors_agree(&bytes);
    }
}

#[test]
fn random_texts_are_sound_and_executors_agree_on_them() {
    let mut statistics = Statistics::default();
    for seed in 0..crate::differential::cases(60) {
        let mut random = Random::new(1_000_000 + seed);
        let world = World::random(&mut random, 6);
        let mut text = texts::program(&world, &mut random, 8, &mut statistics);
        text.push_str(&texts::classification(&world, &mut random, &mut statistics));
        text.push_str(&texts::splitting(&world, &mut random, &mut statistics));
        let mut checked = fuzz::sound(&world, &text);
        let labels = checked.classifications.iter().flat_map(|one| &one.labels);
        let labels = labels.map(|label| label.condition);
        checked.module.segments.extend(labels);
        fuzz::format_keeps_the_meaning(&world.schema, &text);
        fuzz::format_round_trips(&text);
        let case = Case {
            table: world.table(&mut random, 70),
            world,
            module: checked.module,
            seed,
        };
        let executors = Executor::some(&mut random);
        if let Err(disagreement) = oracle::agree(&case, &executors, &mut statistics) {
            panic!("{disagreement}\n{text}");
        }
    }
    println!("{statistics}");
    // Of few texts it may be that one form has not come yet.
    if crate::differential::cases(60) < 60 {
        return;
    }
    for form in (0..12).map(|choice| format!("text of many {choice}")) {
        assert!(statistics.get(&form) > 0, "{form}: {statistics}");
    }
    for form in ["text nearest text", "text nearest point", "text split"] {
        assert!(statistics.get(form) > 0, "{form}: {statistics}");
    }
}

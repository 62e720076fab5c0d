//! The hand-worked corpus on every executor: what stands in the files is the judge, of the reference as well.

use segql_testing::corpus::{self, File};
use segql_testing::executors::Executor;
use segql_testing::random::Random;
use std::path::{Path, PathBuf};

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let entries = std::fs::read_dir(folder).expect("the corpus is there");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    files
}

fn read(path: &Path) -> File {
    let text = std::fs::read_to_string(path).expect("a readable file");
    corpus::read(&text).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()))
}

/// What each executor gets wrong in a file.
fn faults(path: &Path, file: &File, executors: &[Executor], seed: u64) -> Vec<String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let case = match file.case(seed) {
        Ok(case) => case,
        Err(words) => return vec![format!("{name} is refused: {words}")],
    };
    let mut faults = Vec::new();
    for executor in executors {
        let answers = match executor.answers(&case) {
            Ok(answers) => answers,
            Err(error) => {
                faults.push(format!("{name}, {executor}: {error}"));
                continue;
            }
        };
        for (entry, answer) in file.conditions.iter().zip(answers) {
            if answer == entry.members {
                continue;
            }
            let keys = |members: &[bool]| -> Vec<String> {
                (file.table.columns[0].iter().zip(members))
                    .filter(|(_, member)| **member)
                    .map(|(key, _)| format!("{key:?}"))
                    .collect()
            };
            // One executor is enough to show it; the reference comes first.
            if faults
                .iter()
                .any(|fault| fault.starts_with(&format!("{name}:{}:", entry.line)))
            {
                continue;
            }
            faults.push(format!(
                "{name}:{}: {}\n  expected {:?}\n  got {:?} from {executor}",
                entry.line,
                entry.text,
                keys(&entry.members),
                keys(&answer)
            ));
        }
    }
    faults
}

#[test]
fn every_executor_answers_the_corpus() {
    let mut all = Vec::new();
    let mut conditions = 0;
    for path in files() {
        let file = read(&path);
        conditions += file.conditions.len();
        let mut found = faults(&path, &file, &Executor::all(), 1);
        let mut order: Vec<usize> = (0..file.table.rows()).collect();
        let mut random = Random::new(2);
        random.shuffle(&mut order);
        let shuffled = file.reordered(&order);
        found.extend(faults(&path, &shuffled, &Executor::some(&mut random), 3));
        // Many times over, so that contacts lie across the edges of words and blocks.
        let repeated: Vec<usize> = (0..210).map(|row| row % file.table.rows()).collect();
        let mut long = file.reordered(&repeated);
        for (row, key) in long.table.columns[0].iter_mut().enumerate() {
            *key = segql_testing::cells::Cell::Whole(row as i128);
        }
        let asks_for_keys = |text: &str| {
            text.contains("sample(") || text.split_whitespace().any(|word| word == "id")
        };
        let counts_contacts = path.ends_with("numbers_of_contacts.txt");
        if !counts_contacts
            && !file
                .conditions
                .iter()
                .any(|entry| asks_for_keys(&entry.text))
        {
            found.extend(faults(&path, &long, &Executor::some(&mut random), 4));
        }
        all.extend(found);
    }
    all.dedup();
    assert!(all.is_empty(), "{} faults:\n{}", all.len(), all.join("\n"));
    assert!(conditions >= 150, "only {conditions} conditions");
}

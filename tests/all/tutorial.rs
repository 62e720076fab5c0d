//! The tutorial runs as it stands: its commands are typed one after the other, what it shows of their answers is what they say, and the segments
//! that it shows are those of the example.

use super::command_line::{CONTACTS, End, Project};
use super::projects_with_events::copy;
use std::path::Path;

const PAGE: &str = include_str!("../../docs/src/tutorial.md");

/// A fenced block of the page, and the line of text in front of it.
struct Block {
    kind: &'static str,
    before: &'static str,
    text: String,
}

fn blocks() -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let (mut is_open, mut before) = (false, "");
    for line in PAGE.lines() {
        match line.strip_prefix("```") {
            Some(_) if is_open => is_open = false,
            Some(kind) => {
                is_open = true;
                blocks.push(Block {
                    kind,
                    before,
                    text: String::new(),
                });
            }
            None if is_open => {
                let block = blocks.last_mut().expect("one is open");
                block.text += &format!("{line}\n");
            }
            None if !line.is_empty() => before = line,
            None => {}
        }
    }
    assert!(!is_open);
    blocks
}

/// What is typed after `$ segql `, what is typed into the shell that it opens, and what is shown of the answer.
struct Typed<'a> {
    command: &'a str,
    input: String,
    shown: String,
}

fn typed(block: &str) -> Vec<Typed<'_>> {
    let mut all: Vec<Typed> = Vec::new();
    for line in block.lines() {
        if let Some(command) = line.strip_prefix("$ segql ") {
            all.push(Typed {
                command,
                input: String::new(),
                shown: String::new(),
            });
            continue;
        }
        let typed = all.last_mut().expect("a command opens the block");
        match line.strip_prefix("segql> ") {
            Some(line) => typed.input += &format!("{line}\n"),
            None => typed.shown += &format!("{line}\n"),
        }
    }
    all
}

/// The words of a command; what stands in single quotes is one word.
fn words(command: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for (place, piece) in command.split('\'').enumerate() {
        if place % 2 == 1 {
            words.push(piece);
        } else {
            words.extend(piece.split_whitespace());
        }
    }
    words
}

/// Whether what is shown was said. A line of three dots stands for lines that are left out: then each piece has to be somewhere.
fn said(end: &End, shown: &str) -> bool {
    let pieces: Vec<&str> = shown.split("…\n").collect();
    match pieces.as_slice() {
        [whole] => [&end.output, &end.errors].iter().any(|text| text == whole),
        pieces => pieces
            .iter()
            .all(|piece| end.output.contains(piece) || end.errors.contains(piece)),
    }
}

/// The text of every `.seg` file of the example, without indentation.
fn segments_of_the_example(folder: &Path) -> Vec<String> {
    let inside = |folder: &Path| std::fs::read_dir(folder).unwrap();
    let files = inside(folder)
        .chain(inside(&folder.join("tests")))
        .map(|file| file.unwrap().path());
    let texts = files.filter(|file| file.extension().is_some_and(|end| end == "seg"));
    texts
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect()
}

#[test]
fn the_tutorial_runs_as_it_stands() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/streaming");
    let texts = segments_of_the_example(&example);
    let project = Project::empty();
    copy(&example, &project.folder.path().join("examples/streaming"));
    // Whoever reads on to the end has a file of contacts of their own.
    project.write("contacts.csv", CONTACTS);
    let (mut written, mut quoted, mut commands, mut shown) = (0, 0, 0, 0);
    for block in blocks() {
        match block.kind {
            "seg" => match block.before.strip_prefix("Put this into `") {
                Some(rest) => {
                    project.write(rest.split('`').next().unwrap(), &block.text);
                    written += 1;
                }
                None => {
                    for definition in block.text.split("\n\n") {
                        let is_there = texts.iter().any(|text| text.contains(definition.trim()));
                        assert!(is_there, "the example does not have\n{definition}");
                        quoted += 1;
                    }
                }
            },
            "console" => {
                for typed in typed(&block.text) {
                    let end = project.with_input(&words(typed.command), &typed.input);
                    commands += 1;
                    if typed.shown.is_empty() {
                        assert_eq!(end.code, Some(0), "{}\n{}", typed.command, end.errors);
                        continue;
                    }
                    shown += 1;
                    assert!(
                        said(&end, &typed.shown),
                        "segql {}\nsays\n{}{}\nand not\n{}",
                        typed.command,
                        end.output,
                        end.errors,
                        typed.shown
                    );
                }
            }
            // What would be said, had something else been written.
            "text" => {}
            other => panic!("nobody reads a block of {other}"),
        }
    }
    assert!(written == 1 && quoted >= 8, "{written}, {quoted}");
    assert!(commands >= 25 && shown >= 15, "{commands}, {shown}");
}

//! The manual holds together: its lists of codes are complete, every page is in the table of contents, and every link leads somewhere.

use segql::diagnostics::codes;
use segql::functions::{self, Family};
use std::path::{Path, PathBuf};

fn book() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(book().join(path)).unwrap()
}

/// The sections of codes, as the pages about them are grouped.
const SECTIONS: [(&str, &str); 10] = [
    ("E00", "Characters"),
    ("E01", "Syntax"),
    ("E02", "Names"),
    ("E03", "Types and units"),
    ("E04", "Literals"),
    ("E05", "Schema and host"),
    ("E06", "Limits"),
    ("E07", "Data"),
    ("E08", "Files and command line"),
    ("E09", "SegQL itself"),
];

fn codes_page() -> String {
    let mut page = String::from(
        "# Codes\n\nEvery message has a code, in brackets in front of it, and every code has a page here. `segql explain E0203` prints it.\n",
    );
    for (section, title) in SECTIONS {
        let entries: Vec<_> = codes()
            .iter()
            .filter(|entry| entry.code.0.starts_with(section))
            .collect();
        if !entries.is_empty() {
            page += &format!("\n## {title}\n\n");
        }
        for entry in entries {
            page += &format!("* [{0}]({0}.md): {1}\n", entry.code.0, entry.title);
        }
    }
    page += "\n## Lints\n\nWarnings have names. `-- segql: allow(name)` in the line above silences one.\n\n";
    for entry in codes()
        .iter()
        .filter(|entry| !entry.code.0.starts_with('E'))
    {
        page += &format!("* [{0}]({0}.md): {1}\n", entry.code.0, entry.title);
    }
    page
}

/// Write them anew with `SNAPSHOTS=overwrite`.
#[test]
fn the_list_of_codes_is_complete() {
    let assert = snapbox::Assert::new().action_env(snapbox::assert::DEFAULT_ACTION_ENV);
    assert.eq(
        codes_page(),
        snapbox::Data::read_from(&book().join("codes/README.md"), None).raw(),
    );
}

/// The page of all functions, from their table.
fn functions_page() -> String {
    const FAMILIES: [(Family, &str); 5] = [
        (Family::Text, "Text"),
        (Family::Numbers, "Numbers"),
        (Family::Ordered, "Whatever has an order"),
        (Family::Time, "Dates and times"),
        (Family::Places, "Places"),
    ];
    let mut page = String::from(
        "# Functions\n\nWhere an argument is missing, so is what a function gives. What else makes it missing stands with each. The examples are \
         tests; they are asked at 2026-11-22T10:00+01:00 in Europe/Brussels. A parameter with `?` may be left out.\n",
    );
    for (family, title) in FAMILIES {
        page += &format!("\n## {title}\n");
        for function in functions::all() {
            if function.family != family {
                continue;
            }
            let signature = function.signature();
            page += &format!("\n### {}\n\n`{signature}`\n\n", function.name);
            page += function.documentation;
            if !function.missing.is_empty() {
                page += &format!(" Missing {}.", function.missing);
            }
            page += "\n\n| | |\n| --- | --- |\n";
            for example in function.examples {
                let expression = example.expression.replace('|', "\\|");
                page += &format!("| `{expression}` | `{}` |\n", example.result);
            }
        }
    }
    page += "\n## Figures of several\n\nFigures are taken of `rows`: a list such as `profiles`, narrowed by brackets, or events, with a window behind them; see \
             [records](records.md) and [events](events.md). Before `of` stands what is taken of each; what is missing is passed over. The examples ask of ";
    page += functions::CONTACT;
    page += ".\n";
    for figure in functions::figures() {
        page += &format!("\n### {}\n\n`{}`\n\n", figure.name, figure.signature);
        page += figure.documentation;
        page += &format!(" Of nothing: `{}`.", figure.of_nothing);
        page += "\n\n| | |\n| --- | --- |\n";
        for example in figure.examples {
            page += &format!("| `{}` | `{}` |\n", example.expression, example.result);
        }
    }
    page += "\n## Figures of many contacts\n\nThey are worked out of all contacts before the first is answered; see [the contact among all contacts](populations.md). `among` and `per` may be left out, \
             except of `avg` and its like. The examples ask of ";
    page += functions::CONTACTS;
    page += ".\n";
    for figure in functions::figures_of_many() {
        page += &format!("\n### {}\n\n`{}`\n\n", figure.name, figure.signature);
        page += figure.documentation;
        page += "\n\n| | |\n| --- | --- |\n";
        for example in figure.examples {
            page += &format!("| `{}` | `{}` |\n", example.expression, example.result);
        }
    }
    page
}

/// Write it anew with `SNAPSHOTS=overwrite`.
#[test]
fn the_page_of_functions_is_that_of_the_table() {
    let named: Vec<_> = functions::all().iter().map(|one| one.name).collect();
    let page = functions_page();
    for name in named {
        assert!(
            page.contains(&format!("\n### {name}\n")),
            "{name} has no family"
        );
    }
    let assert = snapbox::Assert::new().action_env(snapbox::assert::DEFAULT_ACTION_ENV);
    let path = book().join("language/functions.md");
    assert.eq(page, snapbox::Data::read_from(&path, None).raw());
}

#[test]
fn every_page_of_a_code_is_that_of_a_code() {
    for entry in std::fs::read_dir(book().join("codes")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let code = name.trim_end_matches(".md");
        let known = code == "README" || codes().iter().any(|entry| entry.code.0 == code);
        assert!(known, "docs/src/codes/{name} is the page of no code");
    }
    for entry in codes() {
        let code = entry.code.0;
        assert!(
            entry.page.starts_with(&format!("# {code}: ")),
            "the page of {code} does not begin with its code"
        );
    }
}

#[test]
fn every_page_is_in_the_table_of_contents() {
    let summary = read("SUMMARY.md");
    let mut folders = vec![book()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path
                .strip_prefix(book())
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            assert!(
                name == "SUMMARY.md" || summary.contains(&format!("({name})")),
                "SUMMARY.md does not name {name}"
            );
        }
    }
}

#[test]
fn every_link_leads_somewhere() {
    let mut pages = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")];
    let mut folders = vec![book()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                pages.push(path);
            }
        }
    }
    let mut broken = Vec::new();
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        let includes = text
            .split("{{#include ")
            .skip(1)
            .filter_map(|rest| rest.split_once("}}"));
        let links = text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split_once(')'));
        for (target, _) in includes.chain(links) {
            let file = target.split('#').next().unwrap_or("");
            if file.is_empty() || file.starts_with("http") {
                continue;
            }
            if !page.parent().unwrap().join(file).exists() {
                broken.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// mdBook calls a folder's README `index.html` and leaves links to it as they are.
#[test]
fn links_to_the_page_of_a_folder_are_redirected_in_the_book() {
    let settings = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/book.toml");
    let settings = std::fs::read_to_string(settings).unwrap();
    for line in read("SUMMARY.md").lines() {
        let target = line.split("](").nth(1).unwrap_or("").trim_end_matches(')');
        if let Some(folder) = target.strip_suffix("/README.md") {
            let line = format!("\"/{folder}/README.html\" = \"index.html\"");
            assert!(settings.contains(&line), "docs/book.toml lacks {line}");
        }
    }
}

/// The groups of the acceptance cases, each with the number of its last case.
const COOKBOOK: [(&str, u32); 4] = [
    ("Who they are", 10),
    ("What they do", 23),
    ("Over time, among others", 35),
    ("The far end", 40),
];

/// The acceptance cases without their contacts: what is asked, in words and as a segment.
fn cookbook_page() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/acceptance");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "README.md")
        .collect();
    names.sort();
    let mut page = String::from(
        "# Cookbook\n\nForty segments as a marketer asks for them, from a field of the contact to what goes together in all baskets. Each is a test: `tests/acceptance` has for each of them contacts that hold its
corners, with the reason for each, and who is in at two instants or more, worked out by hand.\n\nHow the parts are said stands in the [language](language/README.md).\n",
    );
    let mut groups = COOKBOOK.iter().peekable();
    let mut last = 0;
    for name in names {
        let number: u32 = name[..2].parse().unwrap();
        if number > last {
            let (title, end) = groups.next().expect("cases are grouped up to the last one");
            page += &format!("\n## {title}\n");
            last = *end;
        }
        let text = std::fs::read_to_string(folder.join(&name)).unwrap();
        let (question, _) = text
            .split_once("\n## ")
            .expect("contacts stand below a heading");
        let lines = question.lines().filter(|line| !line.starts_with("Warns:"));
        let question = lines.collect::<Vec<_>>().join("\n");
        let question = question.trim().trim_start_matches("# ");
        // Blank lines that a line about warnings has left.
        let question = question.replace("\n\n\n", "\n\n");
        page += &format!("\n### {question}\n");
    }
    page
}

/// Write it anew with `SNAPSHOTS=overwrite`.
#[test]
fn the_cookbook_has_the_acceptance_cases() {
    let assert = snapbox::Assert::new().action_env(snapbox::assert::DEFAULT_ACTION_ENV);
    assert.eq(
        cookbook_page(),
        snapbox::Data::read_from(&book().join("cookbook.md"), None).raw(),
    );
}

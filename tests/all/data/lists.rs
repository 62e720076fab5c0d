//! Lists of keys in files: which column is read, what is odd about the keys, and what is no list.

use segql::data::{OpenOptions, open_list};
use segql::schema::KeyList;
use segql::types::{NumberKind, Type};
use std::path::PathBuf;
use tempfile::TempDir;

fn file(name: &str, text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

fn opened(text: &str, column: Option<&str>, types: &[(&str, Type)]) -> Result<KeyList, String> {
    let (_folder, path) = file("keys.csv", text);
    let options = OpenOptions {
        types: types
            .iter()
            .map(|(name, of)| ((*name).to_owned(), of.clone()))
            .collect(),
        missing_words: vec!["-".into()],
        ..OpenOptions::default()
    };
    let list = open_list("keys", &[&path], column, &options)
        .map_err(|error| format!("{}: {}", error.code.0, error.message))?;
    list.load().unwrap_or_else(|error| panic!("{error}"));
    Ok(list)
}

#[test]
fn keys_are_read_once_each_and_odd_rows_are_counted() {
    let list = opened(
        "email,since\nann@x.be,1\n,2\nBob@x.be,3\nann@x.be,4\n-,5\n",
        Some("email"),
        &[],
    );
    let list = list.unwrap();
    assert_eq!(*list.element(), Type::Text);
    let keys = list.keys().unwrap();
    assert_eq!((keys.len(), keys.repeated, keys.missing), (2, 1, 2));
    assert!(list.holds_text("ann@x.be", false));
    assert!(!list.holds_text("bob@x.be", false));
    assert!(list.holds_text("bob@x.be", true));
}

#[test]
fn the_only_column_needs_no_name_and_digits_are_numbers_unless_it_is_said() {
    let list = opened("id\n7\n-12\n", None, &[]).unwrap();
    assert_eq!(*list.element(), Type::Number(NumberKind::Whole));
    assert_eq!(list.keys().unwrap().len(), 2);
    let list = opened("id\n7\n12\n", None, &[("id", Type::Text)]).unwrap();
    assert!(list.holds_text("12", false));
    // Leading zeros make text of it.
    let list = opened("id\n007\n", None, &[]).unwrap();
    assert!(list.holds_text("007", false));
}

#[test]
fn what_is_no_list_is_told() {
    let fault = |text: &str, column| opened(text, column, &[]).unwrap_err();
    assert_eq!(
        fault("a,b\n1,2\n", None),
        "E0736: it is not said which column holds the keys of the list \"keys\""
    );
    assert_eq!(
        fault("a,b\n1,2\n", Some("c")),
        "E0735: the list has no such column"
    );
    assert_eq!(
        fault("a\n2026-11-22\n", None),
        "E0737: a list holds text or whole numbers, and this column is date"
    );
    let missing = open_list(
        "keys",
        &[PathBuf::from("there/is/none.csv")],
        None,
        &OpenOptions::default(),
    );
    assert_eq!(missing.unwrap_err().code.0, "E0701");
}

//! The JSON Schema of the manifest, which editors check `segql.toml` by: it is the one of this version, and it says of a manifest what the reader says.

use segql::schema::Manifest;
use segql::source::Sources;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("editors/segql.schema.json")
}

/// Write it anew with `SNAPSHOTS=overwrite`.
#[test]
fn the_schema_for_editors_is_the_one_of_this_version() {
    let assert = snapbox::Assert::new().action_env(snapbox::assert::DEFAULT_ACTION_ENV);
    assert.eq(
        Manifest::json_schema(),
        snapbox::Data::read_from(&file(), None).raw(),
    );
}

fn schema() -> Value {
    serde_json::from_str(&Manifest::json_schema()).unwrap()
}

/// Whether a value is as the schema says. As much of JSON Schema as the schema uses; anything else in it is a fault of this test.
fn fits(schema: &Value, value: &Value) -> bool {
    let keywords = schema.as_object().unwrap();
    keywords
        .iter()
        .all(|(keyword, said)| match keyword.as_str() {
            "$schema" | "title" | "description" => true,
            "type" => match said.as_str().unwrap() {
                "string" => value.is_string(),
                "boolean" => value.is_boolean(),
                "array" => value.is_array(),
                "object" => value.is_object(),
                other => panic!("the type {other}"),
            },
            "enum" => said.as_array().unwrap().contains(value),
            "not" => !fits(said, value),
            "anyOf" => said.as_array().unwrap().iter().any(|way| fits(way, value)),
            "minLength" | "maxLength" => value.as_str().is_none_or(|text| {
                let (length, bound) = (text.chars().count() as u64, said.as_u64().unwrap());
                if keyword == "minLength" {
                    length >= bound
                } else {
                    length <= bound
                }
            }),
            "items" => value
                .as_array()
                .is_none_or(|elements| elements.iter().all(|element| fits(said, element))),
            "minItems" => value
                .as_array()
                .is_none_or(|elements| elements.len() as u64 >= said.as_u64().unwrap()),
            "uniqueItems" => value.as_array().is_none_or(|elements| {
                (1..elements.len()).all(|at| !elements[..at].contains(&elements[at]))
            }),
            "minProperties" => value
                .as_object()
                .is_none_or(|object| object.len() as u64 >= said.as_u64().unwrap()),
            "required" => value.as_object().is_none_or(|object| {
                let needed = said.as_array().unwrap().iter();
                needed
                    .into_iter()
                    .all(|name| object.contains_key(name.as_str().unwrap()))
            }),
            "properties" => value.as_object().is_none_or(|object| {
                let properties = said.as_object().unwrap();
                object.iter().all(|(name, inner)| {
                    properties
                        .get(name)
                        .is_none_or(|property| fits(property, inner))
                })
            }),
            "additionalProperties" => value.as_object().is_none_or(|object| {
                let others = object.iter().filter(|(name, _)| {
                    let named = keywords.get("properties").and_then(Value::as_object);
                    named.is_none_or(|named| !named.contains_key(*name))
                });
                others.into_iter().all(|(_, inner)| match said {
                    Value::Bool(allowed) => *allowed,
                    said => fits(said, inner),
                })
            }),
            other => panic!("the keyword {other}"),
        })
}

fn is_read(text: &str) -> bool {
    let mut sources = Sources::default();
    let id = sources.add("segql.toml", text);
    Manifest::parse(&sources, id).is_ok()
}

fn fits_schema(text: &str) -> bool {
    let value: toml::Value = toml::from_str(text).unwrap();
    fits(&schema(), &serde_json::to_value(value).unwrap())
}

const FROM_EVENTS: &str = "[contacts]\nfrom = \"events\"\nkey = \"id\"\n[events.a]\nsource = \"a\"\ncontact = \"id\"\ntime = \"at\"\n";
const LEAST: &str = "[contacts]\nsource = \"a.csv\"\nkey = \"id\"\n";

#[test]
fn schema_and_reader_accept_the_same() {
    let whole = "name = \"shop\"\ntime_zone = \"Europe/Brussels\"\nas_of = \"2026-11-22\"\nsegments = [\"a.seg\"]\n\
                 [contacts]\nsource = [\"a.csv\", \"b\"]\nkey = \"id\"\nformat = \"csv\"\ndelimiter = \"\\t\"\nheader = false\n\
                 missing = [\"NA\"]\nblank_text_is_missing = true\n\
                 [contacts.fields.region]\ncolumn = \"R\"\ntype = \"text\"\nvalues = [\"BE\", \"NL\"]\ndescription = \"\"\n\
                 [contacts.fields.tags]\ntype = \"list of text\"\nvalues = \"tags\"\n\
                 [contacts.fields.profiles.parts.kind]\nvalues = [\"adult\", \"kids\"]\n\
                 [contacts.fields.home.parts.\"a b\"]\nvalues = \"tags\"\n\
                 [sets.tags]\nvalues = [\"vip\", \"new\"]\n[sets.one]\nvalues = \"vip\"\n\
                 [lists.out]\nsource = \"out.csv\"\n\
                 [events.a]\nsource = \"a.csv\"\ncontact = \"id\"\ntime = \"at\"\nkind = \"event\"\nformat = \"csv\"\ndelimiter = \";\"\n\
                 header = true\nmissing = \"-\"\nblank_text_is_missing = true\nother_values = \"report\"\n\
                 [events.a.streams]\nview = [\"title\"]\nopen = []\nlogin = \"all\"\nbuy = { value = \"purchase\", fields = [\"amount\"] }\n\
                 leave = { fields = \"all\" }\n[events.a.fields.title]\ncatalogue = \"titles\"\n[events.\"a b\"]\nsource = [\"b\"]\ncontact = \"id\"\ntime = \"at\"\n\
                 [catalogues.titles]\nsource = \"t.csv\"\nkey = \"id\"\nformat = \"csv\"\ndelimiter = \";\"\nheader = true\nmissing = \"-\"\n\
                 blank_text_is_missing = true\n[catalogues.titles.fields.kind.parts.a]\ncatalogue = \"titles\"\n[catalogues.stores]\nsource = \"s\"\n\
                 [lists.\"vip.csv\"]\nsource = [\"a.csv\"]\ncolumn = \"id\"\ntype = \"int\"\nformat = \"csv\"\ndelimiter = \";\"\nheader = true\nmissing = \"-\"\n";
    let mut texts = vec![LEAST.to_owned(), whole.to_owned()];
    for head in [
        "as_of = \"2026-11-22T10:00\"\n",
        "as_of = \"2026-11-22T10:00:00+01:00\"\n",
        "segments = \"a.seg\"\n",
    ] {
        texts.push(format!("{head}{LEAST}"));
    }
    for tail in [
        "missing = \"-\"\n",
        "missing = []\n",
        "beginning = \"since\"\n",
        "[events.a]\nsource = \"a\"\ncontact = \"id\"\ntime = \"at\"\ntimes = \"seconds\"\n",
        "[events.a]\nsource = \"a\"\ncontact = \"id\"\ntime = \"at\"\ntimes = \"milliseconds\"\n",
        "[events.a]\nsource = \"a\"\ncontact = \"id\"\ntime = \"at\"\ntimes = \"microseconds\"\n",
        "[contacts.fields]\n",
        "[contacts.fields.\"a b\"]\n",
    ] {
        texts.push(format!("{LEAST}{tail}"));
    }
    texts.push(FROM_EVENTS.to_owned());
    for text in texts {
        assert!(is_read(&text), "the reader refuses\n{text}");
        assert!(fits_schema(&text), "the schema refuses\n{text}");
    }
}

#[test]
fn schema_and_reader_refuse_the_same() {
    let mut texts = vec![
        String::new(),
        "name = \"shop\"\n".to_owned(),
        "contacts = \"a.csv\"\n".to_owned(),
        "[contacts]\nkey = \"id\"\n".to_owned(),
        "[contacts]\nsource = \"a.csv\"\n".to_owned(),
        FROM_EVENTS.replace("\"events\"", "\"event\""),
        FROM_EVENTS.replace("key =", "source = \"a.csv\"\nkey ="),
        FROM_EVENTS.replace("key = \"id\"\n", ""),
        FROM_EVENTS.replace("from = \"events\"\n", ""),
        "[contacts]\nsource = []\nkey = \"id\"\n".to_owned(),
        "[contacts]\nsource = \"\"\nkey = \"id\"\n".to_owned(),
        "[contacts]\nsource = [\"a\", 1]\nkey = \"id\"\n".to_owned(),
    ];
    for head in [
        "zone = \"UTC\"\n",
        "name = 1\n",
        "as_of = \"tomorrow\"\n",
        "as_of = 2026-11-22\n",
        "segments = 1\n",
    ] {
        texts.push(format!("{head}{LEAST}"));
    }
    for tail in [
        "kye = \"id\"\n",
        "format = \"parkett\"\n",
        "delimiter = \";;\"\n",
        "delimiter = \"\"\n",
        "delimiter = \"\\n\"\n",
        "delimiter = '\"'\n",
        "header = \"yes\"\n",
        "missing = [1]\n",
        "beginning = 1\n",
        "from = \"events\"\n",
        "[events.a]\nsource = \"a\"\ncontact = \"id\"\ntime = \"at\"\ntimes = \"hours\"\n",
        "[events.a]\nsource = \"a\"\ncontact = \"id\"\ntime = \"at\"\ntimes = 1000\n",
        "blank_text_is_missing = 1\n",
        "fields = [\"region\"]\n",
        "[contacts.fields]\nage = \"int\"\n",
        "[contacts.fields.region]\ntype = \"string\"\n",
        "[contacts.fields.region]\nvalues = []\n",
        "[contacts.fields.a.parts]\nb = [\"c\"]\n",
        "[contacts.fields.a.parts.b]\n",
        "[contacts.fields.a.parts.b]\nvalues = []\n",
        "[contacts.fields.a.parts.b]\ntype = \"text\"\n",
        "[sets.a]\n",
        "[sets.a]\nvalues = []\n",
        "[sets]\na = [\"b\"]\n",
        "[lists.a]\n",
        "[lists.a]\nsource = []\n",
        "[lists.a]\nsource = \"\"\n",
        "[lists.a]\nsource = \"a.csv\"\ntype = \"date\"\n",
        "[lists.a]\nsource = \"a.csv\"\nkey = \"id\"\n",
        "[events]\na = \"a.csv\"\n",
        "[events.a]\ncontact = \"id\"\ntime = \"at\"\n",
        "[events.a]\nsource = \"a\"\ntime = \"at\"\n",
        "[events.a]\nsource = \"a\"\ncontact = \"id\"\n",
        "[events.a]\nsource = \"a\"\ncontact = \"\"\ntime = \"at\"\n",
        "[events.a]\nsource = \"a\"\ncontact = \"id\"\ntime = \"at\"\nkey = \"b\"\n",
        "[events.a]\nsource = \"a\"\ncontact = \"id\"\ntime = \"at\"\nkind = \"b\"\nstreams = {}\n",
        "[events.a]\nsource = \"a\"\ncontact = \"id\"\ntime = \"at\"\nkind = \"b\"\nstreams = { a = \"b\" }\n",
        "[events.a]\nsource = \"a\"\ncontact = \"id\"\ntime = \"at\"\nkind = \"b\"\nstreams = { a = [1] }\n",
        "[events.a]\nsource = \"a\"\ncontact = \"id\"\ntime = \"at\"\nkind = \"b\"\nstreams = { a = { kind = \"b\" } }\n",
        "[events.a]\nsource = \"a\"\ncontact = \"id\"\ntime = \"at\"\n[events.a.fields.b]\ncatalogue = 1\n",
        "[catalogues]\na = \"a.csv\"\n",
        "[catalogues.a]\nkey = \"id\"\n",
        "[catalogues.a]\nsource = \"a\"\nkey = \"\"\n",
        "[catalogues.a]\nsource = \"a\"\ncolumn = \"id\"\n",
        "[contacts.fields.region]\nvalues = [\"BE\", \"BE\"]\n",
        "[contacts.fields.region]\nvaleus = [\"BE\"]\n",
        "[contacts.fields.region]\ndescription = 1\n",
    ] {
        texts.push(format!("{LEAST}{tail}"));
    }
    for text in texts {
        assert!(!is_read(&text), "the reader accepts\n{text}");
        assert!(!fits_schema(&text), "the schema accepts\n{text}");
    }
}

/// Every setting, with the path to it, as `contacts.fields.NAME.type`.
fn settings(schema: &Value, path: &str, found: &mut Vec<(String, Map<String, Value>)>) {
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        for (name, inner) in properties {
            let path = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}.{name}")
            };
            found.push((path.clone(), inner.as_object().unwrap().clone()));
            settings(inner, &path, found);
        }
    }
    if let Some(others) = schema
        .get("additionalProperties")
        .filter(|others| others.is_object())
    {
        settings(others, &format!("{path}.NAME"), found);
    }
}

#[test]
fn every_setting_is_described_and_stands_in_the_manual() {
    let mut found = Vec::new();
    settings(&schema(), "", &mut found);
    assert!(found.len() > 10);
    let manual =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src/manifest.md"))
            .unwrap();
    for (path, keywords) in found {
        let description = keywords
            .get("description")
            .and_then(Value::as_str)
            .unwrap_or_default();
        assert!(
            description.ends_with('.'),
            "{path} has no description in a sentence"
        );
        let name = path.rsplit('.').next().unwrap();
        let is_there = manual.contains(&format!("`{path}`"))
            || manual.contains(&format!("\n{name} = "))
            || manual.contains(&format!("`{name}`"))
            || manual.contains(&format!("[{path}"));
        assert!(is_there, "docs/src/manifest.md does not have {path}");
    }
}

#[test]
fn the_judge_of_this_test_can_refuse() {
    let schema = json!({"type": "object", "properties": {"a": {"type": "string", "minLength": 2}}, "additionalProperties": false});
    assert!(fits(&schema, &json!({"a": "xy"})));
    for wrong in [
        json!([]),
        json!({"a": 1}),
        json!({"a": "x"}),
        json!({"b": 1}),
    ] {
        assert!(!fits(&schema, &wrong), "{wrong}");
    }
}

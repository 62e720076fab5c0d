//! Definitions that rest on each other, and on those of other files, through every construct that holds others: brackets, `if`, counts of
//! conditions, functions, lists. Circles are told with the way they go, depth has its bounds, and what is sound is answered.

use crate::check::{checked, checked_with};
use crate::command_line::Project;
use segql::check::{Checked, Loader};
use segql::diagnostics::render::{RenderOptions, human_all};
use std::collections::HashMap;

/// What `{}` stands in when one definition uses another, each a condition.
const HOLDERS: [&str; 11] = [
    "NOT {}",
    "consent AND {}",
    "({} OR consent)",
    "any profiles[age < 8 AND {}]",
    "every profiles[kind = \"kids\"][{}]",
    "none profiles as p[p.age > 3 OR {}]",
    "count(profiles[{}]) > 1",
    "max(age of profiles[{}]) > 3",
    "(if {} then visits else 0) > 3",
    "if consent then {} else true",
    "at least 2 of (consent, {}, visits > 3)",
];

fn codes(checked: &Checked) -> Vec<&'static str> {
    let told = checked.diagnostics.iter().filter(|told| told.is_error());
    told.map(|told| told.code.0).collect()
}

/// Texts by name.
struct Texts(HashMap<String, String>);

impl Loader for Texts {
    fn load(&self, _from: &str, path: &str) -> Result<(String, String), String> {
        match self.0.get(path) {
            Some(text) => Ok((path.to_owned(), text.clone())),
            None => Err("there is no such file".into()),
        }
    }
}

fn texts(of: &[(&str, &str)]) -> Texts {
    let texts = of.iter();
    Texts(
        texts
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect(),
    )
}

#[test]
fn a_definition_that_uses_itself_is_told_wherever_it_stands() {
    for holder in HOLDERS {
        let text = format!("let a = {}\nsegment s = a", holder.replace("{}", "a"));
        let (found, sources) = checked("test.seg", &text);
        let said = human_all(&found.diagnostics, &sources, RenderOptions::default());
        assert_eq!(codes(&found), ["E0206"], "{text}\n{said}");
        assert!(said.contains("`a` is defined by itself"), "{said}");
    }
}

#[test]
fn a_circle_is_told_once_with_its_way() {
    for outer in HOLDERS {
        for inner in HOLDERS {
            let text = format!(
                "let a = {}\nlet b(x: int) = visits > x AND {}\nsegment s = a AND b(3)",
                outer.replace("{}", "b(2)"),
                inner.replace("{}", "a")
            );
            let (found, sources) = checked("test.seg", &text);
            let said = human_all(&found.diagnostics, &sources, RenderOptions::default());
            assert_eq!(codes(&found), ["E0206"], "{text}\n{said}");
            let flat: Vec<&str> = said.split_whitespace().collect();
            let flat = flat.join(" ");
            assert!(
                flat.contains("`a`, which uses `b`, which uses `a`")
                    || flat.contains("`b`, which uses `a`, which uses `b`"),
                "{said}"
            );
        }
    }
}

#[test]
fn parts_of_records_are_no_circle() {
    // In the bracket `kind` and `age` are parts of the profile, whatever is defined.
    let text = "let kind = any profiles[kind = \"kids\"]\nlet grown = any profiles as p[p.age > 17]\n\
                segment s = kind AND grown";
    let (found, _) = checked("test.seg", text);
    assert_eq!(codes(&found), Vec::<&str>::new());
    // With another name for the record, the bare name is still the part.
    let (found, _) = checked(
        "test.seg",
        "let kind = any profiles as p[p.kind = \"kids\" AND kind]\nsegment s = kind",
    );
    assert!(!codes(&found).contains(&"E0206"), "{:?}", codes(&found));
}

#[test]
fn files_that_use_each_other_are_told_with_their_circle() {
    let loader = texts(&[
        (
            "a.seg",
            "use \"b.seg\"\nlet a = any profiles[age < 8 AND b]",
        ),
        ("b.seg", "use \"c.seg\"\nlet b = (if c then 1 else 2) = 1"),
        ("c.seg", "use \"a.seg\"\nlet c = at least 1 of (a, consent)"),
        ("self.seg", "use \"self.seg\"\nlet x = consent"),
    ]);
    let (found, sources) = checked_with("root.seg", "use \"a.seg\"\nsegment s = a", &loader);
    let said = human_all(&found.diagnostics, &sources, RenderOptions::default());
    assert!(codes(&found).contains(&"E0209"), "{said}");
    let flat: Vec<&str> = said.split_whitespace().collect();
    let flat = flat.join(" ");
    assert!(
        flat.contains("The circle is a.seg, which uses b.seg, which uses c.seg, which uses a.seg"),
        "{said}"
    );
    let (found, sources) = checked_with("root.seg", "use \"self.seg\"\nsegment s = x", &loader);
    let said = human_all(&found.diagnostics, &sources, RenderOptions::default());
    assert_eq!(codes(&found), ["E0209"], "{said}");
    assert!(said.contains("self.seg uses itself"), "{said}");
}

#[test]
fn definitions_of_several_files_hold_through_every_construct() {
    for holder in HOLDERS {
        let middle = format!(
            "use \"base.seg\"\nlet middle(limit: int) = {}",
            holder.replace("{}", "older(limit)")
        );
        let loader = texts(&[
            (
                "base.seg",
                "let base = any profiles[kind = \"kids\"]\nlet older(limit: int) = base OR visits > limit",
            ),
            ("middle.seg", middle.as_str()),
        ]);
        let (found, sources) = checked_with(
            "root.seg",
            "use \"middle.seg\"\nsegment s = middle(3)\nsegment t = middle(4) AND NOT middle(3)",
            &loader,
        );
        let said = human_all(&found.diagnostics, &sources, RenderOptions::default());
        assert_eq!(codes(&found), Vec::<&str>::new(), "{holder}\n{said}");
        assert_eq!(found.segments.len(), 2);
        // What a file that is used uses itself is not handed on.
        let (found, _) = checked_with(
            "root.seg",
            "use \"middle.seg\"\nsegment s = base AND middle(3)",
            &loader,
        );
        assert_eq!(codes(&found), ["E0201"], "{holder}");
    }
}

#[test]
fn brackets_of_definitions_and_files_count_as_if_they_were_written_out() {
    let step = |name: &str, inner: &str| {
        format!("let {name} = any profiles[any contact.profiles[age > 3 AND {inner}]]")
    };
    let loader = texts(&[
        ("one.seg", &step("one", "contact.consent")),
        (
            "two.seg",
            &format!("use \"one.seg\"\n{}", step("two", "one")),
        ),
        (
            "three.seg",
            &format!("use \"two.seg\"\n{}", step("three", "two")),
        ),
    ]);
    let (found, _) = checked_with("root.seg", "use \"two.seg\"\nsegment s = two", &loader);
    assert_eq!(codes(&found), Vec::<&str>::new());
    let (found, sources) =
        checked_with("root.seg", "use \"three.seg\"\nsegment s = three", &loader);
    let said = human_all(&found.diagnostics, &sources, RenderOptions::default());
    assert_eq!(codes(&found), ["E0217"], "{said}");
}

#[test]
fn depth_is_bounded_through_every_construct() {
    for holder in HOLDERS {
        // Each step is a definition of its own, so that no text is deep, and all of them are.
        let chain = |count: usize| {
            let mut text = String::from("let step0 = consent\n");
            for at in 1..=count {
                let inner = format!("step{}", at - 1);
                text += &format!("let step{at} = {}\n", holder.replace("{}", &inner));
            }
            text + &format!("segment s = step{count}\n")
        };
        let (found, sources) = checked("test.seg", &chain(400));
        let told = codes(&found);
        let said = human_all(&found.diagnostics[..1], &sources, RenderOptions::default());
        assert!(
            matches!(told.first(), Some(&("E0217" | "E0620" | "E0621"))),
            "{holder}: {told:?}\n{said}"
        );
        // One fault, not one for each step behind it.
        assert_eq!(told.len(), 1, "{holder}: {told:?}");
        let (found, _) = checked("test.seg", &chain(2));
        assert_eq!(codes(&found), Vec::<&str>::new(), "{holder}");
    }
}

#[test]
fn nesting_in_one_text_is_bounded_for_every_construct() {
    for holder in HOLDERS {
        let mut text = "consent".to_owned();
        for _ in 0..200 {
            text = holder.replace("{}", &format!("({text})"));
        }
        let (found, sources) = checked("test.seg", &format!("segment s = {text}"));
        let told = codes(&found);
        let said = human_all(&found.diagnostics[..1], &sources, RenderOptions::default());
        assert_eq!(told, ["E0601"], "{holder}\n{said}");
    }
}

#[test]
fn sixty_four_conditions_are_counted_and_not_one_more() {
    let counted = |count: usize| {
        let of: Vec<String> = (0..count).map(|at| format!("visits > {at}")).collect();
        format!("segment s = at least 3 of ({})", of.join(", "))
    };
    let (found, _) = checked("test.seg", &counted(64));
    assert_eq!(codes(&found), Vec::<&str>::new());
    let (found, sources) = checked("test.seg", &counted(65));
    let said = human_all(&found.diagnostics, &sources, RenderOptions::default());
    assert_eq!(codes(&found), ["E0631"], "{said}");
    assert!(
        said.contains("more than 64 conditions are counted here")
            && said.contains("Count fewer, or join some of them with `OR` or `AND`."),
        "{said}"
    );
    // In the way that the help says, as many as one likes are counted.
    let (found, _) = checked(
        "test.seg",
        "let one = at least 1 of (visits > 1, visits > 2)\nsegment s = at least 2 of (one, consent OR age > 3, one AND consent)",
    );
    assert_eq!(codes(&found), Vec::<&str>::new());
}

#[test]
fn definitions_that_no_text_of_a_project_uses_are_told() {
    let project = Project::new();
    project.write(
        "segments.seg",
        "use \"shared.seg\"\nsegment young = below(30) AND consent\n",
    );
    project.write(
        "shared.seg",
        "let limit = 18\nlet below(most: int) = age < most\nlet grown = age >= limit\n",
    );
    project.write(
        "old.seg",
        "let benelux = region in (\"BE\", \"NL\")\nlet reachable = consent\n",
    );
    let check = project.segql(&["check"]);
    assert_eq!(check.code, Some(0), "{}", check.errors);
    for told in [
        "no segment uses `limit`",
        "no segment uses `grown`",
        "no segment uses anything of old.seg",
        "3 warnings",
    ] {
        assert!(check.errors.contains(told), "{told}\n{}", check.errors);
    }
    assert!(!check.errors.contains("`below`"), "{}", check.errors);
    // A vocabulary that is checked alone is for others.
    let alone = project.segql(&["check", "shared.seg"]);
    assert!(
        !alone.errors.contains("no segment uses"),
        "{}",
        alone.errors
    );
    // Silenced as any other.
    project.write(
        "old.seg",
        "-- segql: allow(unused-definition)\nlet benelux = region in (\"BE\", \"NL\")\nlet reachable = consent\n",
    );
    project.write(
        "shared.seg",
        "-- segql: allow(unused-definition)\nlet limit = 18\nlet below(most: int) = age < most\n-- segql: allow(unused-definition)\nlet grown = age >= limit\n",
    );
    let check = project.segql(&["check"]);
    assert_eq!(check.errors, "");
}

//! Projects whose splits hold arms that were given before, from the file that a run writes to the run that holds it.

use super::command_line::{End, Project};
use std::collections::BTreeMap;

const MANIFEST: &str = "\
[contacts]
source = \"contacts.csv\"
key = \"id\"
";

const SPLIT: &str =
    "split spring of consent exact salt \"spring-26\" { mail 40%  letter 35%  control 15% }\n";

/// Contacts with these numbers; every fifth has not consented.
fn contacts(numbers: std::ops::Range<u32>) -> String {
    let rows = numbers.map(|number| {
        let consent = number % 5 != 0;
        format!("{number},{consent}\n")
    });
    "id,consent\n".to_owned() + &rows.collect::<String>()
}

fn project(arms: &str) -> Project {
    let project = Project::empty();
    project.write("contacts.csv", contacts(0..100));
    project.write("segql.toml", MANIFEST.to_owned() + arms);
    project.write("a.seg", SPLIT);
    project
}

/// The arm of each contact in a file of members.
fn arms(file: &str) -> BTreeMap<u32, String> {
    let mut lines = file.lines();
    assert_eq!(lines.next(), Some("id,segment,label"));
    let rows = lines.map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells[1], "spring");
        (cells[0].parse().unwrap(), cells[2].to_owned())
    });
    rows.collect()
}

fn sizes(arms: &BTreeMap<u32, String>) -> [usize; 3] {
    let size = |name| arms.values().filter(|arm| *arm == name).count();
    [size("mail"), size("letter"), size("control")]
}

fn moved(before: &BTreeMap<u32, String>, after: &BTreeMap<u32, String>) -> usize {
    let kept = |(contact, arm): &(&u32, &String)| after.get(contact) == Some(arm);
    before.iter().filter(|one| !kept(one)).count()
}

fn written(project: &Project, file: &str) -> End {
    let end = project.segql(&["run", "spring", "--members", file, "--format", "csv"]);
    assert_eq!(end.code, Some(0), "{}", end.errors);
    end
}

/// What was told, on one line.
fn told(end: &End) -> String {
    let words: Vec<&str> = end.errors.split_whitespace().collect();
    words.join(" ").replace(" │ ", " ")
}

#[test]
fn the_file_of_one_run_holds_the_arms_in_the_next() {
    let project = project("");
    written(&project, "arms.csv");
    let first = arms(&project.read("arms.csv"));
    // Of 80 contacts 32, 28 and 12.
    assert_eq!(sizes(&first), [32, 28, 12]);

    // Half of them leave, others come: 40 and 104 have consented.
    project.write("contacts.csv", contacts(50..230));
    written(&project, "anew.csv");
    let here: BTreeMap<u32, String> = first.into_iter().filter(|(id, _)| *id >= 50).collect();
    let anew = arms(&project.read("anew.csv"));
    assert!(moved(&here, &anew) > 0, "nobody would move anyway");

    project.write(
        "segql.toml",
        MANIFEST.to_owned() + "[arms.spring]\nsource = \"arms.csv\"\n",
    );
    let end = written(&project, "held.csv");
    let held = arms(&project.read("held.csv"));
    assert_eq!(moved(&here, &held), 0);
    // Of 144 contacts 57.6 end the first, 108 the second and 129.6 the third.
    assert_eq!(sizes(&held), [58, 50, 22]);
    assert_eq!(sizes(&anew), [58, 50, 22]);
    assert_eq!(end.errors, "");

    // A file may be written over itself, and whatever its form or layout is, it holds the same.
    written(&project, "arms.csv");
    assert_eq!(arms(&project.read("arms.csv")), held);
    for (file, options, said) in [
        ("arms.parquet", &[][..], ""),
        ("arms.arrow", &[][..], ""),
        ("arms.jsonl", &[][..], "arm = \"label\"\n"),
        ("wide.csv", &["--wide"][..], "arm = \"spring\"\n"),
    ] {
        let mut command = vec!["run", "spring", "--members", file];
        command.extend(options);
        assert_eq!(project.segql(&command).code, Some(0), "{file}");
        project.write(
            "segql.toml",
            format!("{MANIFEST}[arms.spring]\nsource = \"{file}\"\n{said}"),
        );
        project.write("contacts.csv", contacts(0..230));
        written(&project, "again.csv");
        let again = arms(&project.read("again.csv"));
        assert_eq!(moved(&held, &again), 0, "{file}");
        assert_eq!(sizes(&again), [74, 64, 28], "{file}");
        project.write("contacts.csv", contacts(50..230));
    }
}

#[test]
fn rows_that_say_nothing_new_are_counted() {
    let project = project("[arms.spring]\nsource = \"arms.csv\"\nkey = \"who\"\n");
    project.write(
        "arms.csv",
        "arm,who\nmail,1\nmail,1\n,2\nmail,\nletter,3\ncontrol,5\nmail,999\n",
    );
    let end = project.segql(&["run", "-e", "spring is mail AND id = 1", "--format", "csv"]);
    assert!(end.output.contains(",1,"), "{}", end.output);
    assert_eq!(
        end.errors,
        "4 contacts were given an arm in the split \"spring\" before; 1 row repeats a contact, 1 row has no key, 1 row has no arm\n"
    );
    // 5 has not consented.
    for (condition, count) in [
        ("spring is letter AND id = 3", 1),
        ("spring is missing AND id = 5", 1),
        ("spring is known", 72),
    ] {
        let end = project.segql(&["run", "-e", condition, "--format", "csv"]);
        let counted = end.output.lines().nth(1).unwrap_or_default();
        assert!(
            counted.contains(&format!(",{count},")),
            "{condition}: {counted}"
        );
    }
    let end = project.segql(&["check", "--data"]);
    assert_eq!(end.code, Some(0), "{}", end.errors);
    assert!(end.errors.contains("1 row has no arm"), "{}", end.errors);
}

#[test]
fn what_is_wrong_with_given_arms_is_told() {
    let cases: [(&str, &str, &[&str]); 7] = [
        (
            "id,arm\n1,mail\n2,leter\n",
            "",
            &[
                "E0740",
                "arms.csv, row 2: the split `spring` has no arm \"leter\", which 2 was given",
                "Did you mean \"letter\"?",
            ],
        ),
        (
            "id,arm\n1,mail\n2,phone\n",
            "",
            &["E0740", "Its arms are mail, letter, control."],
        ),
        (
            "id,arm\n1,mail\n2,letter\n1,control\n",
            "",
            &[
                "E0741",
                "arms.csv, row 3, column \"arm\": 1 is given the arm \"control\", and was given \"mail\" in a row before",
            ],
        ),
        (
            "id,variant\n1,mail\n",
            "",
            &[
                "E0224",
                "arms.csv, column \"arm\": there is no such column of arms",
            ],
        ),
        (
            "id,variant\n1,mail\n",
            "arm = \"varient\"\n",
            &[
                "E0224",
                "column \"varient\": there is no such column of arms",
            ],
        ),
        (
            "who,arm\n1,mail\n",
            "",
            &["E0224", "column \"id\": there is no such column of keys"],
        ),
        (
            "id,arm\nann,mail\n",
            "",
            &[
                "E0224",
                "row 1, column \"id\": \"ann\" is not a whole number",
            ],
        ),
    ];
    for (file, said, words) in cases {
        let project = project(&format!("[arms.spring]\nsource = \"arms.csv\"\n{said}"));
        project.write("arms.csv", file);
        let end = project.segql(&["run"]);
        assert_eq!(end.code, Some(1), "{file}\n{}", end.output);
        for word in words {
            assert!(told(&end).contains(word), "{file}\n{word}\n{}", end.errors);
        }
        let end = project.segql(&["check", "--data"]);
        assert_eq!(end.code, Some(1), "{file}\n{}", end.output);
    }
    let project = project("[arms.spring]\nsource = \"gone.csv\"\n");
    let end = project.segql(&["check"]);
    assert_eq!(end.code, Some(1));
    assert!(
        end.errors.contains("E0224") && end.errors.contains("no such file"),
        "{}",
        end.errors
    );
}

#[test]
fn arms_stand_under_the_name_of_a_split() {
    let checked = |segments: &str, arms: &str| {
        let project = project(arms);
        project.write("arms.csv", "id,arm\n1,mail\n");
        project.write("a.seg", segments);
        let end = project.segql(&["run", "-e", "consent"]);
        (end.code, told(&end))
    };
    let arms = "[arms.sprnig]\nsource = \"arms.csv\"\n";
    let (code, errors) = checked(SPLIT, arms);
    assert_eq!(code, Some(1));
    for word in [
        "E0514",
        "there is no split `sprnig` whose arms these could be",
        "write `spring`",
    ] {
        assert!(errors.contains(word), "{errors}");
    }
    let (code, errors) = checked("segment a = consent\n", arms);
    assert_eq!(code, Some(1));
    assert!(errors.contains("the texts define none"), "{errors}");
    let settings = "[arms.spring]\nsource = \"arms.csv\"\nlabel = \"arm\"\n";
    let (code, errors) = checked(SPLIT, settings);
    assert_eq!(code, Some(1));
    assert!(errors.contains("has no setting \"label\""), "{errors}");
    let twice = "[arms.spring]\nsource = \"arms.csv\"\nkey = \"id\"\narm = \"id\"\n";
    let (code, errors) = checked(SPLIT, twice);
    assert_eq!(code, Some(1));
    assert!(errors.contains("is named twice"), "{errors}");
    // One text of several may be without the split.
    let project = project("[arms.spring]\nsource = \"arms.csv\"\n");
    project.write("arms.csv", "id,arm\n1,mail\n");
    project.write("b.seg", "segment b = consent\n");
    assert_eq!(project.segql(&["run", "b.seg"]).code, Some(0));
}

//! The command as people use it: every command, every exit code, what goes to which output, and what is left behind.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

pub const CONTACTS: &str = "\
id,region,age,consent,signup_at
1,BE,34,true,2026-11-20T10:00:00Z
2,NL,17,true,2026-01-05T10:00:00Z
3,BE,61,,2025-06-01T10:00:00Z
4,,45,false,
5,FR,,true,2026-11-22T08:00:00Z
";

pub const MANIFEST: &str = "\
name = \"shop\"
time_zone = \"Europe/Brussels\"

[contacts]
source = \"contacts.csv\"
key = \"id\"

[contacts.fields.region]
values = [\"BE\", \"NL\", \"FR\"]
";

const SEGMENTS: &str = "\
-- May be written to.
let reachable = consent

segment belgians \"Contacts in Belgium\" = region = \"BE\"
segment newcomers = reachable AND signup_at in last 30 days
";

pub const NOW: &str = "2026-11-22T10:00";

/// A project in a folder of its own.
pub struct Project {
    pub folder: TempDir,
}

/// How a command ended.
pub struct End {
    pub code: Option<i32>,
    pub output: String,
    pub errors: String,
}

impl Project {
    pub fn new() -> Self {
        let project = Self::empty();
        project.write("contacts.csv", CONTACTS);
        project.write("segql.toml", MANIFEST);
        project.write("segments.seg", SEGMENTS);
        project
    }

    pub fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.folder.path().join(name), content).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    /// The names of all files, in order.
    pub fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(arguments);
        command.current_dir(self.folder.path());
        command
    }

    /// Runs in the folder, as of one instant where that matters.
    pub fn segql(&self, arguments: &[&str]) -> End {
        End::of(self.command(arguments).output().unwrap())
    }

    pub fn run(&self, arguments: &[&str]) -> End {
        let all: Vec<&str> = ["run", "--as-of", NOW]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        self.segql(&all)
    }

    pub fn with_input(&self, arguments: &[&str], input: &str) -> End {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Who ends before having read it all is not at fault.
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        End::of(child.wait_with_output().unwrap())
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_segql"));
    command.args(arguments).stdin(Stdio::null());
    for variable in [
        "NO_COLOR",
        "CLICOLOR",
        "CLICOLOR_FORCE",
        "RUST_BACKTRACE",
        "COLUMNS",
    ] {
        command.env_remove(variable);
    }
    command
}

impl End {
    pub fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self {
            code: output.status.code(),
            output: text(output.stdout),
            errors: text(output.stderr),
        }
    }

    /// Ended so, said this beside the answer, and gave no answer.
    pub fn refused(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "{}", self.errors);
        assert_eq!(self.output, "");
        for word in words {
            assert!(
                self.errors.contains(word),
                "`{word}` is not in\n{}",
                self.errors
            );
        }
        assert!(!self.errors.contains("panicked"), "{}", self.errors);
    }

    /// Ended well, with an answer and nothing beside it.
    pub fn answer(&self) -> &str {
        assert_eq!(self.code, Some(0), "{}", self.errors);
        assert_eq!(self.errors, "");
        &self.output
    }
}

#[test]
fn a_project_is_counted() {
    let table = " segment     title                 count   share
─────────────────────────────────────────────────
 belgians    Contacts in Belgium       2   40.0%
 newcomers                             2   40.0%

5 contacts as of 2026-11-22 10:00:00 Europe/Brussels
";
    let project = Project::new();
    assert_eq!(project.run(&[]).answer(), table);
    // From anywhere, by the folder, the manifest or the text.
    for path in ["", "segql.toml", "segments.seg"] {
        let path = project.folder.path().join(path);
        let end = command(&["run", path.to_str().unwrap(), "--as-of", NOW])
            .output()
            .unwrap();
        assert_eq!(End::of(end).answer(), table, "{}", path.display());
    }
    // From a folder below.
    std::fs::create_dir(project.folder.path().join("below")).unwrap();
    let mut below = project.command(&["run", "--as-of", NOW]);
    below.current_dir(project.folder.path().join("below"));
    assert_eq!(End::of(below.output().unwrap()).answer(), table);
    // However the work is done.
    for arguments in [
        ["--tier", "kernels"],
        ["--tier", "native"],
        ["--threads", "1"],
        ["--threads", "7"],
    ] {
        assert_eq!(project.run(&arguments).answer(), table);
    }
}

#[test]
fn the_answer_comes_in_forms() {
    let project = Project::new();
    let form = |form| {
        project
            .run(&["newcomers", "--format", form])
            .answer()
            .to_owned()
    };
    assert_eq!(form("csv"), "segment,title,count,share\nnewcomers,,2,0.4\n");
    assert_eq!(
        form("jsonl"),
        "{\"segment\":\"newcomers\",\"title\":null,\"count\":2,\"share\":0.4,\"contacts\":5,\"as_of\":\"2026-11-22T10:00:00+01:00\"}\n"
    );
    assert_eq!(
        form("markdown"),
        "| segment | title | count | share |\n| --- | --- | ---: | ---: |\n| newcomers |  | 2 | 40.0% |\n\n5 contacts as of 2026-11-22 10:00:00 Europe/Brussels\n"
    );
    let json: serde_json::Value = serde_json::from_str(&form("json")).unwrap();
    assert_eq!(json["segments"][0]["count"], 2);
    assert_eq!(json["contacts"], 5);
}

#[test]
fn segments_are_chosen_by_name_and_answered_in_that_order() {
    let project = Project::new();
    let end = project.run(&["newcomers", "belgians", "newcomers", "--format", "csv"]);
    assert_eq!(
        end.answer(),
        "segment,title,count,share\nnewcomers,,2,0.4\nbelgians,Contacts in Belgium,2,0.4\n"
    );
    project
        .run(&["belgian"])
        .refused(2, &["E0803", "`belgian`", "did you mean `belgians`?"]);
    project.run(&["xyz"]).refused(2, &["E0803", "`xyz`"]);
}

#[test]
fn conditions_are_answered_on_the_spot() {
    let project = Project::new();
    let end = project.run(&[
        "-e",
        "reachable AND age > 18",
        "-e",
        "belgians",
        "--format",
        "csv",
    ]);
    assert_eq!(
        end.answer(),
        "segment,title,count,share\nreachable AND age > 18,,1,0.2\nbelgians,,2,0.4\n"
    );
    project
        .run(&["-e", "regoin = \"BEL\" AND age = \"x\""])
        .refused(1, &["E0201", "`region`", "E0301", "2 errors"]);
    // A question is no audience: that everybody it finds is in a segment is no news.
    let narrow = project.run(&["-e", "region = \"BE\" AND consent", "-e", "region = \"BE\""]);
    assert_eq!(narrow.errors, "");
    project
        .run(&["belgians", "-e", "consent"])
        .refused(2, &["not both"]);
    // What is wrong in a text that the condition does not rest on does not stop it.
    project.write("segments.seg", "let broken = nonsense\nlet fine = consent");
    assert_eq!(
        project.run(&["-e", "fine", "--format", "csv"]).answer(),
        "segment,title,count,share\nfine,,3,0.6\n"
    );
    project.run(&["-e", "broken"]).refused(1, &["nonsense"]);
}

#[test]
fn the_instant_decides() {
    let project = Project::new();
    let count = |time| {
        project
            .segql(&["run", "newcomers", "--format", "csv", "--as-of", time])
            .answer()
            .to_owned()
    };
    assert!(count("2026-01-10").ends_with("newcomers,,1,0.2\n"));
    assert!(count("2026-11-22T09:00Z").ends_with("newcomers,,2,0.4\n"));
    project
        .segql(&["run", "--as-of", "yesterday"])
        .refused(2, &["E0806", "yesterday", "2026-11-22T10:00"]);
}

#[test]
fn members_are_written() {
    let project = Project::new();
    project.run(&["--members", "members.csv"]).answer();
    assert_eq!(
        project.read("members.csv"),
        "id,segment\n1,belgians\n1,newcomers\n3,belgians\n5,newcomers\n"
    );
    project
        .run(&["--members", "wide.jsonl", "--wide", "belgians"])
        .answer();
    let first = project
        .read("wide.jsonl")
        .lines()
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&first).unwrap(),
        serde_json::json!({"id": 1, "belgians": true})
    );
    for name in ["m.parquet", "m.arrow"] {
        project.run(&["--members", name]).answer();
        let source =
            segql::data::open(&[project.folder.path().join(name)], &Default::default()).unwrap();
        assert_eq!(
            (0..source.pieces())
                .filter_map(|piece| source.rows(piece))
                .sum::<u64>(),
            4
        );
    }
    assert_eq!(project.files().len(), 7);
}

#[test]
fn members_that_cannot_be_written_leave_nothing_behind() {
    let project = Project::new();
    project
        .run(&["--members", "members.xlsx"])
        .refused(2, &["E0805", ".xlsx", ".parquet"]);
    project
        .run(&["--members", "members"])
        .refused(2, &["E0805"]);
    project
        .run(&["--members", "no/such/m.csv"])
        .refused(1, &["no/such/m.csv", "does not exist"]);
    project.run(&["--wide"]).refused(2, &["--members"]);
    assert_eq!(project.files().len(), 3);
    // What was there stays where the data turns out to be bad.
    project.write("members.csv", "old");
    project.write("contacts.csv", CONTACTS.replace("\n5,", "\n1,"));
    project
        .run(&["--members", "members.csv"])
        .refused(1, &["E07", "1"]);
    assert_eq!(project.read("members.csv"), "old");
    assert_eq!(project.files().len(), 4);
}

#[test]
fn mistakes_on_the_command_line_end_with_2() {
    let project = Project::new();
    for arguments in [
        &["rum"] as &[&str],
        &["run", "--fast"],
        &["run", "--format", "xml"],
        &["run", "--threads", "0"],
        &["run", "nowhere.seg"],
        &["run", "no/such/folder"],
        &["run", "contacts.csv"],
        &["check", "nowhere"],
        &["explain", "E9999"],
        &["explain", "nobody"],
        &["fmt", "nowhere.seg"],
        &["completions", "dos"],
        &["explain"],
    ] {
        let end = project.segql(arguments);
        assert_eq!(end.code, Some(2), "{arguments:?}\n{}", end.errors);
        assert_eq!(end.output, "", "{arguments:?}");
        assert!(!end.errors.is_empty(), "{arguments:?}");
    }
    project
        .run(&["--threads", "0"])
        .refused(2, &["--threads", "a whole number from 1 on"]);
    let nowhere = Project::empty();
    nowhere.segql(&["run"]).refused(1, &["E0801", "segql.toml"]);
    nowhere.segql(&["run", "winback"]).refused(2, &["winback"]);
}

#[test]
fn faults_of_the_project_end_with_1() {
    let fault = |name: &str, content: &[u8], words: &[&str]| {
        let project = Project::new();
        project.write(name, content);
        project.run(&[]).refused(1, words);
    };
    fault(
        "segql.toml",
        b"[contacts]\nsorce = \"contacts.csv\"\nkey = \"id\"",
        &["segql.toml", "sorce"],
    );
    fault(
        "segql.toml",
        b"[contacts]\nsource = \"contacts.csv\"\nkey = \"idd\"",
        &["idd", "id"],
    );
    fault(
        "segql.toml",
        b"[contacts]\nsource = \"none.csv\"\nkey = \"id\"",
        &["none.csv"],
    );
    fault("segql.toml", b"name = \"\xff\"", &["E0808", "segql.toml"]);
    fault(
        "segments.seg",
        b"segment a = caf\xe9 = 1",
        &["E0808", "segments.seg", "line 1"],
    );
    fault("segments.seg", b"let a = consent", &["E0807", "no segment"]);
    fault(
        "segments.seg",
        b"segment a = region = \"BEL\"\nsegment b = age = ",
        &["segments.seg:1", "BEL", "segments.seg:2", "2 errors"],
    );
    fault("contacts.csv", b"", &["contacts.csv", "empty"]);
    fault(
        "contacts.csv",
        b"id;region\n1;BE\n",
        &["E0501", "delimiter = \";\""],
    );
    fault(
        "contacts.csv",
        b"number,region\n1,BE\n",
        &["E0501", "\"number\" or \"region\""],
    );
    fault(
        "contacts.csv",
        b"id,region\n1,BE\n2\n",
        &["contacts.csv", "row 2"],
    );
    fault(
        "contacts.csv",
        b"id,region\n",
        &["E0502", "\"id\" cannot be the key", "[contacts.fields.id]"],
    );
    fault(
        "contacts.csv",
        b"id,region\n1,caf\xe9\n",
        &["E0710", "contacts.csv, row 1, column \"region\""],
    );
    fault(
        "segql.toml",
        b"[contacts]\nsource = \"contacts.csv\"\nkey = \"id\"\n[contacts.fields.town]\n",
        &["E0516", "segql.toml:4", "\"town\""],
    );
    fault(
        "segql.toml",
        b"[contacts]\nsource = \"contacts.csv\"\nkey = \"id\"\n[contacts.fields.region]\ntype = \"int\"\n",
        &["E0709", "contacts.csv, row 1, column \"region\"", "\"BE\""],
    );
    fault(
        "contacts.csv",
        CONTACTS.replace("\n2,", "\n,").as_bytes(),
        &["contacts.csv", "\"id\""],
    );
    let project = Project::new();
    std::fs::remove_file(project.folder.path().join("segments.seg")).unwrap();
    project.run(&[]).refused(1, &["E0807", ".seg"]);
    project.write(
        "segql.toml",
        MANIFEST.replace("contacts.csv", "contacts.parquet"),
    );
    project.write("contacts.parquet", b"PAR1 and no more");
    project
        .run(&["-e", "consent"])
        .refused(1, &["contacts.parquet"]);
    // The example's contacts, cut off in the middle.
    let whole = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/streaming/contacts.parquet");
    let whole = std::fs::read(whole).unwrap();
    project.write("contacts.parquet", &whole[..whole.len() / 2]);
    project
        .run(&["-e", "consent"])
        .refused(1, &["E0704", "contacts.parquet"]);
    project.write("segql.toml", MANIFEST.replace("contacts.csv", "exports"));
    std::fs::create_dir(project.folder.path().join("exports")).unwrap();
    project.run(&["-e", "consent"]).refused(1, &["E0705"]);
}

#[test]
fn warnings_stand_beside_success() {
    let project = Project::new();
    project.write("segments.seg", "segment nobody_asked = NOT consent\n");
    let end = project.run(&["--format", "csv"]);
    assert_eq!(end.code, Some(0));
    assert_eq!(
        end.output,
        "segment,title,count,share\nnobody_asked,,2,0.4\n"
    );
    assert_eq!(end.errors, "1 warning: `segql check` shows what is meant\n");
    let checked = project.segql(&["check"]);
    assert_eq!(checked.code, Some(0));
    assert!(
        checked.errors.contains("negation-admits-missing"),
        "{}",
        checked.errors
    );
    assert_eq!(checked.output, "1 segment, no errors\n");
}

#[test]
fn check_says_everything_in_three_forms() {
    let project = Project::new();
    assert_eq!(
        project.segql(&["check"]).answer(),
        "2 segments, no errors\n"
    );
    project.write(
        "segments.seg",
        "segment a = regoin = \"BE\"\nsegment b = age > \"x\"\n",
    );
    let human = project.segql(&["check"]);
    human.refused(
        1,
        &[
            "segments.seg:1:13",
            "E0201",
            "segments.seg:2:19",
            "E0301",
            "2 errors",
        ],
    );
    let short = project.segql(&["check", "--message-format", "short"]);
    assert_eq!(short.code, Some(1));
    assert_eq!(short.errors, "");
    let lines: Vec<&str> = short.output.lines().collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        lines[0],
        "segments.seg:1:13: error[E0201]: nothing is called `regoin`"
    );
    let json = project.segql(&["check", "--message-format", "json"]);
    let first: serde_json::Value =
        serde_json::from_str(json.output.lines().next().unwrap()).unwrap();
    assert_eq!(first["code"], "E0201");
    assert_eq!(first["fix"]["edits"][0]["replacement"], "region");
    assert_eq!(json.output.lines().count(), 2);
}

#[test]
fn texts_come_through_the_standard_input() {
    let project = Project::new();
    let end = project.with_input(
        &["run", "-", "--format", "csv"],
        "use \"segments.seg\"\nsegment young = age < 40",
    );
    assert!(
        end.output.ends_with("young,,2,0.4\n"),
        "{}{}",
        end.output,
        end.errors
    );
    let end = project.with_input(&["check", "-"], "segment a = regoin = \"BE\"");
    end.refused(1, &["(standard input):1:13"]);
    let end = project.with_input(&["fmt", "-"], "segment   a=age>3");
    assert_eq!(end.answer(), "segment a = age > 3\n");
    project
        .with_input(&["fmt", "-"], "segment a = (")
        .refused(1, &["(standard input)"]);
}

#[test]
fn fmt_lays_out_files() {
    let project = Project::new();
    project.segql(&["fmt", "--check"]).answer();
    project.write("loose.seg", "segment   a=age>3   -- old enough\n");
    let check = project.segql(&["fmt", "--check"]);
    check.refused(1, &["loose.seg"]);
    assert!(!check.errors.contains("segments.seg"));
    assert_eq!(project.segql(&["fmt", "loose.seg"]).answer(), "");
    assert!(
        project.read("loose.seg").starts_with("segment a = age > 3"),
        "{}",
        project.read("loose.seg")
    );
    assert!(project.read("loose.seg").contains("-- old enough"));
    project.segql(&["fmt", "--check"]).answer();
    project.write("broken.seg", "segment a = (\n");
    project.segql(&["fmt"]).refused(1, &["broken.seg"]);
    assert_eq!(project.read("broken.seg"), "segment a = (\n");
    assert_eq!(project.files().len(), 5);
}

#[test]
fn the_examples_are_laid_out() {
    let mut check = command(&["fmt", "--check", "examples"]);
    check.current_dir(env!("CARGO_MANIFEST_DIR"));
    assert_eq!(End::of(check.output().unwrap()).answer(), "");
}

#[test]
fn codes_and_segments_are_explained() {
    let project = Project::new();
    assert!(
        project
            .segql(&["explain", "E0803"])
            .answer()
            .starts_with("# E0803: ")
    );
    assert!(
        project
            .segql(&["explain", "e0803"])
            .answer()
            .starts_with("# E0803: ")
    );
    assert!(
        project
            .segql(&["explain", "negation-admits-missing"])
            .answer()
            .starts_with("# negation-admits-missing: ")
    );
    project
        .segql(&["explain", "E0830"])
        .refused(2, &["E0809", "E08"]);
    let stages = project.segql(&["explain", "newcomers"]);
    for part in [
        "text\n  segment newcomers",
        "\nir\n",
        "\noptimized\n",
        "\nplan\n",
        "signup_at",
    ] {
        assert!(stages.answer().contains(part), "{part}\n{}", stages.output);
    }
    let page = project.segql(&["explain", "newcomers", "--as-of", NOW]);
    let windows = "\nwindows as of 2026-11-22 10:00:00 Europe/Brussels\n  signup_at in last 30 days: after 2026-10-23 11:00:00 \
        up to and with 2026-11-22 10:00:00\n";
    assert!(page.answer().contains(windows), "{}", page.output);
    for (stage, part) in [
        ("tokens", "Word"),
        ("ast", "name reachable"),
        ("ir", "now - 30 days"),
        ("optimized", "signup_at"),
        ("plan", "columns"),
    ] {
        let end = project.segql(&["explain", "newcomers", ".", "--stage", stage]);
        assert!(end.answer().contains(part), "{stage}\n{}", end.output);
    }
    project.segql(&["explain", ".", "newcomers"]).refused(
        2,
        &["newcomers: no such file", "`segql explain newcomers .`"],
    );
    let tree = project.segql(&["explain", "-e", "age > 3", "--stage", "ast"]);
    assert_eq!(tree.answer(), ">\n  name age\n  number 3\n");
    let native = project.segql(&["explain", "newcomers", "--stage", "clif"]);
    if cfg!(feature = "jit") {
        assert!(native.answer().contains("function"));
    } else {
        native.refused(1, &["E0810"]);
    }
}

#[test]
fn the_shell_works_through_a_pipe() {
    let project = Project::new();
    let input = "\
.fields
region = \"BE\"

let young = age <
  40
young AND consent
segment girls \"Young\" = young
let young = age < 18
girls
.segments
.windows newcomers AND signup_at before 2026-11-01
.windows consent
.quit
consent
";
    let end = project.with_input(&["repl", "--as-of", NOW], input);
    assert_eq!(
        end.answer(),
        "\
id         int   the key
region     text  \"BE\", \"NL\", \"FR\"
age        int
consent    bool
signup_at  time
2 of 5 contacts (40.0%)
2 of 5 contacts (40.0%)
girls: 2 of 5 contacts (40.0%)
1 of 5 contacts (20.0%)
belgians   2 of 5 contacts (40.0%)  Contacts in Belgium
newcomers  2 of 5 contacts (40.0%)
girls      1 of 5 contacts (20.0%)  Young
signup_at before 2026-11-01: before 2026-11-01 00:00:00
signup_at in last 30 days: after 2026-10-23 11:00:00 up to and with 2026-11-22 10:00:00
there are no windows in it
"
    );
    let end = project.with_input(
        &["repl"],
        "regoin = \"BE\"\n.segmets\nlet x = nonsense\nconsent\n",
    );
    assert_eq!(end.code, Some(1));
    assert_eq!(end.output, "3 of 5 contacts (60.0%)\n");
    for words in ["`region`", "did you mean .segments?", "nonsense"] {
        assert!(end.errors.contains(words), "{words}\n{}", end.errors);
    }
}

#[test]
fn the_shell_answers_about_all_fields_where_blank_text_is_missing() {
    let project = Project::new();
    let key = "key = \"id\"";
    project.write(
        "segql.toml",
        MANIFEST.replace(key, &format!("{key}\nblank_text_is_missing = true")),
    );
    let input = "region = \"BE\"\nage < 18\nconsent\nsignup_at is missing\n";
    let end = project.with_input(&["repl", "--as-of", NOW], input);
    assert_eq!(end.answer().lines().count(), 4, "{}", end.output);
    assert!(
        end.output.contains("\n1 of 5 contacts (20.0%)\n3 of 5"),
        "{}",
        end.output
    );
}

#[test]
fn colours_are_for_terminals_unless_forced() {
    let project = Project::new();
    let errors = |variables: &[(&str, &str)]| {
        let mut command = project.command(&["run", "xyz"]);
        End::of(command.envs(variables.iter().copied()).output().unwrap()).errors
    };
    assert!(!errors(&[]).contains('\x1b'));
    assert!(errors(&[("CLICOLOR_FORCE", "1")]).contains('\x1b'));
    assert!(!errors(&[("NO_COLOR", "1")]).contains('\x1b'));
}

#[test]
fn help_and_version_are_answers() {
    let project = Project::empty();
    for command in ["run", "check", "fmt", "explain", "repl", "completions"] {
        assert!(project.segql(&["--help"]).answer().contains(command));
        assert!(
            project
                .segql(&[command, "--help"])
                .answer()
                .contains("Usage: segql")
        );
    }
    assert!(project.segql(&["--version"]).answer().starts_with("segql "));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(
            project
                .segql(&["completions", shell])
                .answer()
                .contains("members")
        );
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let project = Project::new();
    for arguments in [
        &["explain", "E0803"] as &[&str],
        &["run"],
        &["completions", "bash"],
    ] {
        let mut child = project
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(
            output.stderr.is_empty(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_is_full_is_a_fault() {
    let project = Project::new();
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = project.command(&["run"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("E0804"));
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_with_130_and_leaves_nothing() {
    let project = Project::new();
    // Contacts come through a pipe that never ends, so the work cannot be done before it is stopped.
    let pipe = project.folder.path().join("endless.csv");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    project.write(
        "segql.toml",
        MANIFEST.replace("contacts.csv", "endless.csv"),
    );
    let child = project
        .command(&["run", "--members", "members.csv"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(500));
    let interrupt = || {
        Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status()
            .unwrap()
    };
    // The first asks; as the pipe is silent nobody hears it, and the second ends.
    interrupt();
    std::thread::sleep(std::time::Duration::from_millis(200));
    interrupt();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(output.stdout.is_empty());
    assert_eq!(
        project.files(),
        ["contacts.csv", "endless.csv", "segments.seg", "segql.toml"]
    );
}

#[test]
fn the_example_of_the_readme_comes_out_as_the_readme_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let end = End::of(
        command(&["run", "examples/streaming"])
            .current_dir(root)
            .output()
            .unwrap(),
    );
    assert_eq!(end.code, Some(0), "{}", end.errors);
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let shown: Vec<&str> = readme
        .split("```text\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap()
        .lines()
        .filter(|line| !line.contains('…') && !line.is_empty())
        .collect();
    assert!(shown.len() >= 4);
    for line in shown {
        assert!(
            end.output.lines().any(|found| found == line),
            "{line}\n{}",
            end.output
        );
    }
}

#[test]
fn lists_of_keys_and_named_sets_come_from_the_manifest() {
    let project = Project::new();
    let manifest = MANIFEST.replace(
        "values = [\"BE\", \"NL\", \"FR\"]",
        "values = \"countries\"",
    );
    let tables = "\n[sets.countries]\nvalues = [\"BE\", \"NL\", \"FR\"]\n\n[lists.seen]\nsource = \"seen.csv\"\ncolumn = \"contact\"\n\n\
                  [lists.\"gone.csv\"]\nsource = \"gone.csv\"\n";
    project.write("segql.toml", manifest + tables);
    project.write(
        "seen.csv",
        "contact,on\n3,Monday\n1,Monday\n3,Friday\n,Sunday\n",
    );
    project.write(
        "segments.seg",
        "let from(country: countries) = region = country\n\nsegment seen_belgians = from(\"BE\") AND id in list \"seen\"\n",
    );
    let end = project.run(&["--format", "csv"]);
    assert_eq!(end.code, Some(0), "{}", end.errors);
    assert!(end.output.contains("seen_belgians,,2,"), "{}", end.output);
    assert_eq!(
        end.errors,
        "the list \"seen\" has 2 keys; 1 row repeats a key, 1 row has no key\n"
    );
    let refused = |condition: &str, words: &[&str]| {
        project.run(&["-e", condition]).refused(1, words);
    };
    refused(
        "id in list \"gone.csv\"",
        &["E0221", "there is no such file or folder"],
    );
    refused("id in list \"sen\"", &["E0220", "seen"]);
    refused("region in list \"seen\"", &["E0353", "whole numbers"]);
    refused("from(\"BEL\")", &["BEL", "countries", "BE"]);
    project.write(
        "segql.toml",
        MANIFEST.replace("values = [\"BE\", \"NL\", \"FR\"]", "values = \"contries\"") + tables,
    );
    project
        .run(&[])
        .refused(1, &["there is no set \"contries\"", "countries"]);
}

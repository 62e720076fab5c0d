//! The command where a person sits before it: on a terminal, with keys that go in and a screen that shows what comes out; with work that takes
//! long enough to be watched, and to be stopped.

use crate::command_line::{NOW, Project};
use nix::pty::{Winsize, openpty};
use segql::explain::grouped;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long anything may take on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(240);

/// A terminal of 40 lines with a command in front of it.
struct Terminal {
    child: Child,
    keys: File,
    shown: Arc<Mutex<String>>,
    /// How much of it has been read.
    read: usize,
}

impl Terminal {
    fn new(mut command: Command, everything: bool) -> Self {
        let size = Winsize {
            ws_row: 40,
            ws_col: 100,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let pair = openpty(Some(&size), None).expect("a pair of terminals");
        let side = File::from(pair.slave);
        let clone = || side.try_clone().expect("one more handle");
        if everything {
            command.stdin(clone()).stdout(clone());
        } else {
            command.stdin(Stdio::null()).stdout(Stdio::piped());
        }
        command.stderr(clone()).env("TERM", "xterm-256color");
        let child = command.spawn().expect("the command starts");
        // The command's handles go with it, or the screen would never end.
        drop((command, side));
        let keys = File::from(pair.master);
        let shown = Arc::new(Mutex::new(String::new()));
        let mut screen = keys.try_clone().expect("one more handle");
        let mut answers = keys.try_clone().expect("one more handle");
        let seen = Arc::clone(&shown);
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            // When the other side is closed, reading fails on some systems and ends on others.
            while let Ok(count @ 1..) = screen.read(&mut bytes) {
                let text = String::from_utf8_lossy(&bytes[..count]).into_owned();
                // A line editor asks where the cursor stands.
                if text.contains("\x1b[6n") && answers.write_all(b"\x1b[1;1R").is_err() {
                    break;
                }
                seen.lock().unwrap().push_str(&text);
            }
        });
        Self {
            child,
            keys,
            shown,
            read: 0,
        }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("keys go in");
    }

    /// Waits until the line editor begins a line: then it asks where the cursor stands.
    fn wait_for_prompt(&mut self) {
        self.expect("\x1b[6n");
        self.expect("> ");
    }

    /// Types a line at the next prompt.
    fn enter(&mut self, line: &str) {
        self.wait_for_prompt();
        self.press(line);
        self.press("\r");
    }

    /// Types, and presses Tab when the screen shows the last of it.
    fn complete(&mut self, keys: &str, last: &str) {
        self.press(keys);
        self.expect(last);
        self.press("\t");
    }

    /// Waits until the screen shows these words behind those that were waited for before.
    fn expect(&mut self, words: &str) {
        let began = Instant::now();
        loop {
            let shown = self.shown.lock().unwrap().clone();
            if let Some(place) = shown[self.read..].find(words) {
                self.read += place + words.len();
                return;
            }
            assert!(
                began.elapsed() < PATIENCE,
                "`{words}` is not shown in {:?}",
                &shown[self.read..]
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn end(mut self) -> (ExitStatus, String) {
        let began = Instant::now();
        while self.child.try_wait().expect("a child").is_none() {
            if began.elapsed() > PATIENCE {
                drop(self.child.kill());
                panic!("it does not end: {:?}", self.shown.lock().unwrap());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let status = self.child.wait().expect("a child that ended");
        std::thread::sleep(Duration::from_millis(50));
        let shown = self.shown.lock().unwrap().clone();
        (status, shown)
    }
}

#[test]
fn the_shell_talks_with_a_person() {
    let project = Project::new();
    let mut command = project.command(&["repl", "--as-of", NOW]);
    command
        .env("HOME", project.folder.path())
        .env_remove("XDG_STATE_HOME");
    let mut terminal = Terminal::new(command, true);
    terminal.expect("on shop, as of 2026-11-22 10:00:00 Europe/Brussels");
    terminal.enter("region = \"BE\"");
    terminal.expect("2 of 5 contacts (40.0%)");
    // What is not whole goes on in the next line.
    terminal.enter("(age > 18");
    terminal.expect("..>");
    terminal.press("AND consent)\r");
    terminal.expect("1 of 5 contacts (20.0%)");
    // A mistake is answered, and the talk goes on.
    terminal.enter("regoin = \"BE\"");
    terminal.expect("E0201");
    terminal.expect("`region`");
    terminal.enter("let mine = consent");
    // Names are completed: Tab shows what fits, the first Enter takes it.
    terminal.wait_for_prompt();
    terminal.press("conse");
    terminal.expect("conse");
    // What fits is shown below, its typed part set apart.
    terminal.press("\t");
    terminal.expect("nt\x1b[0m");
    terminal.press("\r");
    terminal.expect("consent");
    terminal.press("\r");
    terminal.expect("3 of 5 contacts (60.0%)");
    // Ctrl-C gives up what was typed, Ctrl-D ends.
    terminal.wait_for_prompt();
    terminal.press("region = ");
    terminal.press("\x03");
    terminal.enter("mine");
    terminal.expect("3 of 5 contacts (60.0%)");
    terminal.wait_for_prompt();
    terminal.press("\x04");
    let (status, _) = terminal.end();
    assert_eq!(status.code(), Some(0));
    // Inputs are remembered for the next time.
    let history = std::fs::read_to_string(project.folder.path().join(".local/state/segql/history"));
    assert!(history.unwrap().contains("region = \"BE\""));
}

/// Labels and arms stand behind `is`, and Tab offers them there, whether the project defines them or they were typed; behind `=` with the `is` in its place.
#[test]
fn labels_and_arms_are_offered_where_they_are_asked_for() {
    let project = Project::new();
    project.write(
        "journey.seg",
        "classify journey { newcomer when age < 30 otherwise `old hand` }\n",
    );
    let mut command = project.command(&["repl", "--as-of", NOW]);
    command
        .env("HOME", project.folder.path())
        .env_remove("XDG_STATE_HOME");
    let mut terminal = Terminal::new(command, true);
    terminal.enter("split spring of consent salt \"spring-26\" { mail 100% }");
    terminal.wait_for_prompt();
    terminal.complete("journey is ", "is");
    for label in ["newcomer", "`old hand`", "not", "missing", "known"] {
        terminal.expect(label);
    }
    // Enter takes the first, and once more asks.
    terminal.press("\r");
    terminal.expect("newcomer");
    terminal.press("\r");
    terminal.expect("1 of 5 contacts (20.0%)");
    // What was begun is gone on with; a label that is no plain name stands in back-ticks.
    terminal.wait_for_prompt();
    terminal.complete("journey in (newcomer, ol", "ol");
    // What was typed is set apart in what fits.
    terminal.expect("d hand`");
    terminal.press("\r");
    terminal.expect("old hand");
    terminal.press(")\r");
    terminal.expect("5 of 5 contacts (100.0%)");
    // Arms that were typed a moment ago; a sign that asks for no label becomes `is`.
    terminal.wait_for_prompt();
    terminal.complete("spring = ", "=");
    terminal.expect("is mail");
    terminal.press("\r");
    terminal.expect("mail");
    terminal.press("\r");
    terminal.expect("3 of 5 contacts (60.0%)");
    terminal.wait_for_prompt();
    terminal.press("\x04");
    let (status, shown) = terminal.end();
    assert_eq!(status.code(), Some(0), "{shown}");
}

/// A project of so many contacts, and conditions that are work.
fn large(rows: usize) -> (Project, Vec<String>) {
    let project = Project::new();
    let mut text = String::from("id,region,age,consent,signup_at\n");
    for row in 0..rows {
        let region = ["BE", "NL", "FR"][row % 3];
        writeln!(
            text,
            "{row},{region},{},true,2026-01-05T10:00:00Z",
            row % 90
        )
        .unwrap();
    }
    project.write("contacts.csv", text);
    let mut arguments = vec!["run".to_owned(), "--threads".into(), "1".into()];
    for limit in 0..4 {
        let condition = format!("length(upper(lower(region))) * age + {limit} > 100 - age / 7");
        arguments.extend(["-e".into(), condition]);
    }
    (project, arguments)
}

#[test]
fn what_takes_longer_than_a_second_shows_how_far_it_is() {
    let mut rows = 10_000;
    loop {
        let (project, arguments) = large(rows);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let began = Instant::now();
        let (status, shown) = Terminal::new(project.command(&arguments), false).end();
        let took = began.elapsed();
        assert_eq!(status.code(), Some(0), "{shown}");
        if took < Duration::from_millis(900) {
            assert_eq!(shown, "", "it took {took:?} only");
        }
        // Long enough for the run itself, whatever comes before and behind it.
        if shown.contains(" of ") || rows > 4_000_000 {
            let total = format!(" of {} contacts", grouped(rows as u64));
            assert!(shown.contains(&total), "nothing is shown: {shown:?}");
            assert!(
                took > Duration::from_secs(1),
                "shown after {took:?} already"
            );
            assert!(shown.ends_with("\x1b[2K"), "the line stays: {shown:?}");
            return;
        }
        rows *= 2;
    }
}

#[test]
fn a_run_that_is_stopped_ends_at_a_batch_with_130_and_leaves_nothing() {
    let mut rows = 50_000;
    loop {
        let (project, mut arguments) = large(rows);
        project.write("members.csv", "old");
        arguments.extend(["--members".into(), "members.csv".into()]);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let before = project.files();
        let child = project
            .command(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The file beside the one to come shows that the run has begun.
        let began = Instant::now();
        while project.files() == before && began.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(5));
        }
        // Once: it is asked to stop at the next batch, and does.
        let id = child.id().to_string();
        let asked = Command::new("kill").args(["-INT", &id]).status().unwrap();
        let output = child.wait_with_output().unwrap();
        // Another machine may have been through before it was asked.
        if (!asked.success() || output.status.code() == Some(0)) && rows < 4_000_000 {
            rows *= 3;
            continue;
        }
        assert_eq!(output.status.code(), Some(130));
        assert!(output.stdout.is_empty());
        assert_eq!(String::from_utf8_lossy(&output.stderr), "stopped\n");
        assert_eq!(project.files(), before);
        assert_eq!(project.read("members.csv"), "old");
        return;
    }
}

//! The walls of the architecture (docs: "Architecture"): imports between rooms run one way, each third-party crate stays in its room, `unsafe`
//! stays where it may be, and nothing below the shell reads a clock, the environment or the terminal.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms and those whose names each may import. A room always may import itself.
const ROOMS: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("diagnostics", &["source"]),
    ("types", &[]),
    ("syntax", &["source", "diagnostics", "types"]),
    ("schema", &["source", "diagnostics", "types"]),
    ("functions", &["types"]),
    ("ir", &["functions", "schema", "types"]),
    ("population", &["types", "ir"]),
    ("decide", &["types", "functions", "ir"]),
    (
        "check",
        &[
            "source",
            "diagnostics",
            "types",
            "syntax",
            "schema",
            "functions",
            "ir",
            "decide",
        ],
    ),
    (
        "optimize",
        &["types", "functions", "ir", "decide", "population"],
    ),
    ("data", &["source", "diagnostics", "types", "schema"]),
    ("profile", &["diagnostics", "types", "schema", "data"]),
    (
        "plan",
        &[
            "types",
            "schema",
            "functions",
            "ir",
            "optimize",
            "data",
            "population",
        ],
    ),
    (
        "execute",
        &[
            "diagnostics",
            "types",
            "schema",
            "functions",
            "ir",
            "optimize",
            "plan",
            "data",
            "population",
        ],
    ),
    (
        "jit",
        &["types", "functions", "ir", "plan", "execute", "schema"],
    ),
    (
        "contact",
        &[
            "diagnostics",
            "types",
            "schema",
            "functions",
            "ir",
            "optimize",
            "plan",
            "jit",
            "population",
        ],
    ),
    ("reference", &["types", "schema", "functions", "ir"]),
    (
        "engine",
        &[
            "source",
            "diagnostics",
            "types",
            "syntax",
            "schema",
            "functions",
            "check",
            "ir",
            "optimize",
            "plan",
            "data",
            "execute",
            "contact",
            "jit",
            "reference",
        ],
    ),
    (
        "discover",
        &[
            "source",
            "diagnostics",
            "types",
            "syntax",
            "schema",
            "data",
            "profile",
            "execute",
            "engine",
            "explain",
        ],
    ),
    (
        "explain",
        &[
            "source",
            "diagnostics",
            "types",
            "syntax",
            "schema",
            "functions",
            "check",
            "ir",
            "optimize",
            "plan",
            "data",
            "execute",
            "jit",
            "engine",
        ],
    ),
    (
        "trial",
        &[
            "source",
            "types",
            "schema",
            "ir",
            "check",
            "data",
            "reference",
            "engine",
            "explain",
        ],
    ),
    (
        "repl",
        &[
            "source",
            "diagnostics",
            "types",
            "syntax",
            "schema",
            "functions",
            "check",
            "data",
            "engine",
            "explain",
        ],
    ),
    (
        "cli",
        &[
            "source",
            "diagnostics",
            "types",
            "syntax",
            "schema",
            "functions",
            "check",
            "data",
            "engine",
            "explain",
            "trial",
            "profile",
            "discover",
            "repl",
        ],
    ),
];

/// Third-party crates and the places that may name them.
const CRATES: &[(&str, &[&str])] = &[
    ("pest", &["src/syntax/parse", "src/syntax/recover"]),
    ("pest_derive", &["src/syntax/parse"]),
    ("logos", &["src/syntax/token"]),
    ("cranelift_codegen", &["src/jit"]),
    ("cranelift_frontend", &["src/jit"]),
    ("cranelift_jit", &["src/jit"]),
    ("cranelift_module", &["src/jit"]),
    ("cranelift_native", &["src/jit"]),
    ("miette", &["src/diagnostics", "src/cli"]),
    ("reedline", &["src/repl"]),
    ("parquet", &["src/data"]),
    ("arrow_csv", &["src/data"]),
    ("arrow_json", &["src/data"]),
    ("arrow_ipc", &["src/data"]),
    ("clap", &["src/cli", "src/main.rs"]),
    ("strsim", &["src/diagnostics"]),
    ("regex", &["src/functions/pattern"]),
    ("regex_syntax", &["src/functions/pattern"]),
    ("rayon_core", &["src/execute/threads"]),
    ("toml", &["src/schema", "src/cli"]),
    ("num_bigint", &["src/reference", "src/execute", "src/types"]),
    ("num_rational", &["src/reference", "src/execute/evaluate"]),
    ("libm", &["src/reference", "src/types/place"]),
];

/// Where `unsafe` may stand.
const UNSAFE: &[&str] = &["src/jit/", "src/execute/kernels/", "src/data/map.rs"];

/// What only the shell may do.
const SHELL_ONLY: &[&str] = &[
    "SystemTime::now",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "env::var",
    "env::args",
    "println!",
    "eprintln!",
    "print!(",
    "io::stdout",
    "io::stderr",
    "io::stdin",
    "process::exit",
];

const SHELL: &[&str] = &["src/cli", "src/repl", "src/main.rs"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below `src`, as a path relative to the root with `/`, and its text without comments and without its tests.
fn sources() -> Vec<(String, String)> {
    fn visit(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && path.ends_with("tests") {
                // The unit tests of a room hold it against others.
                continue;
            }
            if path.is_dir() {
                visit(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && !path.ends_with("tests.rs")
            {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    visit(&root().join("src"), &mut found);
    found.sort();
    assert!(found.len() > 10, "the sources were not found");
    found
        .into_iter()
        .map(|path| {
            let name = path
                .strip_prefix(root())
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            let text = fs::read_to_string(&path).unwrap();
            (name, code_of(&text))
        })
        .collect()
}

/// The text without line comments and without what follows a test module at the left margin.
fn code_of(text: &str) -> String {
    let mut code = String::new();
    for line in text.lines() {
        if line.starts_with("#[cfg(test)]") || line.starts_with("#[cfg(all(test") {
            break;
        }
        let line = match line.find("//") {
            Some(at) if !line[..at].contains('"') => &line[..at],
            _ => line,
        };
        code.push_str(line);
        code.push('\n');
    }
    code
}

fn room_of(file: &str) -> &str {
    let inner = file.strip_prefix("src/").unwrap();
    inner.split('/').next().unwrap().trim_end_matches(".rs")
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !(c.is_alphanumeric() || c == '_'))
}

/// The rooms that `use crate::…` and paths `crate::…` of a file name, braces included.
fn rooms_named(code: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with('$') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        if let Some(inner) = rest.strip_prefix('{') {
            let mut depth = 0usize;
            let mut path = String::new();
            for c in inner.chars().filter(|c| !c.is_whitespace()) {
                match c {
                    '}' if depth == 0 => break,
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 0 => path.push(' '),
                    _ if depth == 0 => path.push(c),
                    _ => {}
                }
            }
            let firsts = path.split(' ').map(|path| path.split("::").next().unwrap());
            named.extend(firsts.filter(|first| !first.is_empty()).map(str::to_owned));
        } else {
            named.insert(
                rest.chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect(),
            );
        }
    }
    named
}

#[test]
fn imports_run_downward_only() {
    let mut faults = Vec::new();
    for (file, code) in sources() {
        let room = room_of(&file);
        if matches!(room, "lib" | "main") {
            continue;
        }
        let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            faults.push(format!(
                "{file}: the room \"{room}\" is not on the plan of the house"
            ));
            continue;
        };
        for named in rooms_named(&code) {
            let is_room = ROOMS.iter().any(|(name, _)| *name == named);
            if is_room && named != room && !allowed.contains(&named.as_str()) {
                faults.push(format!("{file}: \"{room}\" must not import \"{named}\""));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn each_dependency_stays_in_its_room() {
    let mut faults = Vec::new();
    for (file, code) in sources() {
        for (name, places) in CRATES {
            let named = code.match_indices(&format!("{name}::")).any(|(at, _)| {
                !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
            });
            if named && !places.iter().any(|place| file.starts_with(place)) {
                faults.push(format!(
                    "{file}: names the crate {name}, whose place is {}",
                    places.join(", ")
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn unsafe_code_stays_where_it_may_be_and_gives_its_reason() {
    let mut faults = Vec::new();
    for (file, code) in sources() {
        let uses = words(&code).any(|word| word == "unsafe");
        let may = UNSAFE.iter().any(|place| file.starts_with(place));
        if uses && !may {
            faults.push(format!("{file}: unsafe code"));
        }
        if uses && may {
            let text = fs::read_to_string(root().join(&file)).unwrap();
            let lines: Vec<&str> = text.lines().collect();
            for (at, line) in lines.iter().enumerate() {
                let line_code = line.split("//").next().unwrap();
                let opens = line_code.contains("unsafe {") || line_code.contains("unsafe impl");
                let reason = lines[at.saturating_sub(6)..=at]
                    .iter()
                    .any(|before| before.contains("SAFETY"));
                if opens && !reason {
                    faults.push(format!(
                        "{file}:{}: an unsafe block without its SAFETY reason",
                        at + 1
                    ));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn only_the_shell_reads_clocks_the_environment_and_the_terminal() {
    let mut faults = Vec::new();
    for (file, code) in sources() {
        if SHELL.iter().any(|place| file.starts_with(place)) {
            continue;
        }
        for word in SHELL_ONLY {
            if code.contains(word) {
                faults.push(format!("{file}: {word}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn files_stay_short_enough_to_be_read_at_a_sitting() {
    let long: Vec<String> = sources()
        .iter()
        .filter_map(|(file, _)| {
            let lines = fs::read_to_string(root().join(file))
                .unwrap()
                .lines()
                .count();
            (lines > 700).then(|| format!("{file}: {lines} lines; split it by what it does"))
        })
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn the_tests_of_this_file_see_what_they_look_for() {
    assert_eq!(
        rooms_named(
            "use crate::{plan::Plan, ir::{Graph, ValueId}, types};\nlet x = crate::jit::compile();"
        ),
        ["ir", "jit", "plan", "types"].map(str::to_owned).into()
    );
    assert_eq!(room_of("src/execute/kernels/range.rs"), "execute");
    assert_eq!(code_of("a // b\n#[cfg(test)]\nmod tests {}"), "a \n");
}

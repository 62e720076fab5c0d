//! What can be written on the command line, with the words of `--help`.

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use std::num::NonZero;
use std::path::PathBuf;

const EXIT_CODES: &str = "Exit codes:
  0    fine
  1    the project, a text in it or its data is at fault
  2    the command line is at fault
  101  SegQL itself is at fault; please report it
  130  stopped by Ctrl-C; nothing half-written is left behind";

/// Says who belongs to an audience.
#[derive(Debug, Parser)]
#[command(
    name = "segql",
    version,
    about = "SegQL says who belongs to an audience",
    long_about = "SegQL says who belongs to an audience: segments are written in a small typed language, checked against the data they are about, \
                  and answered at the speed of native code.",
    after_help = EXIT_CODES,
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    infer_subcommands = true
)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a project from data: a manifest, and first segments
    Init(InitOptions),
    /// Count the segments of a project, and write their members
    Run(RunOptions),
    /// Say everything that is wrong with a project
    Check(CheckOptions),
    /// Answer the tests of a project, and say what they do not reach
    Test(TestOptions),
    /// Show the fields: types, how much is missing, common values, ranges
    Schema(SchemaOptions),
    /// Lay out texts in the one agreed way
    Fmt(FmtOptions),
    /// Explain a code such as E0203, or show how a segment is worked out
    Explain(ExplainOptions),
    /// Store the events of a project in the order of its contacts, for quicker runs
    Pack(PackOptions),
    /// Ask conditions one by one
    Repl(ReplOptions),
    /// Print the completions for a shell
    Completions(CompletionsOptions),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  segql init contacts.parquet              a project in this folder
  segql init contacts.csv views.csv        with what they did
  segql init data                          of the files in a folder, the contacts among them
  segql init 'exports/customers-*.csv' --into shop --time-zone Europe/Brussels
  segql init people.csv --key email        where the key is not to be seen")]
pub struct InitOptions {
    /// Files, folders or patterns: Parquet, Arrow, CSV or JSON lines
    #[arg(value_name = "DATA", required = true, value_hint = ValueHint::AnyPath)]
    pub data: Vec<PathBuf>,

    /// The folder of the project, which is made if it is not there [default: the current folder]
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub into: Option<PathBuf>,

    /// Which of several tables holds the contacts, where it is not to be seen
    #[arg(long, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub contacts: Option<PathBuf>,

    /// The column that tells contacts apart, where it is not to be seen
    #[arg(long, value_name = "COLUMN")]
    pub key: Option<String>,

    /// The time zone of days, months and times without an offset: an IANA name such as Europe/Brussels
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub time_zone: String,

    /// Write over a segql.toml and a segments.seg that are there
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  segql run examples/streaming             every segment of a project
  segql run winback                        one, in the project of this folder
  segql run -e 'region = \"BE\" AND consent' a condition on the spot
  segql run --members members.parquet      who they are
  segql run --as-of 2026-01-01             as it was then")]
pub struct RunOptions {
    /// A project's folder, its segql.toml, one .seg file in it, or - for a text from the standard input; then names of segments
    /// [default: every segment of the project of the current folder]
    #[arg(value_name = "PATH] [SEGMENT", value_hint = ValueHint::AnyPath)]
    pub arguments: Vec<String>,

    /// Answer a condition instead of the project's segments; may be given several times
    #[arg(short = 'e', long = "expression", value_name = "CONDITION")]
    pub conditions: Vec<String>,

    /// Write the members: a row for each contact and segment it is in (.parquet, .arrow, .csv, .jsonl)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub members: Option<PathBuf>,

    /// Write a row for each contact instead, with a true or false for each segment
    #[arg(long, requires = "members")]
    pub wide: bool,

    /// Write the members even where a segment has not the size that its `@expect` says
    #[arg(long, requires = "members")]
    pub ignore_guards: bool,

    /// The instant the answer is for, instead of the manifest's or the present: 2026-11-22, 2026-11-22T10:00, 2026-11-22T10:00+01:00
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,

    /// The form of the answer
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    pub format: Format,

    /// How the work is done; the answer is the same
    #[arg(long, value_enum, default_value_t = TierChoice::Auto)]
    pub tier: TierChoice,

    /// How many threads work [default: one for each core]
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<NonZero<usize>>,

    /// How much of the events is held in memory, about; beyond it they are kept in files for a while: 500MB, 8GB [default: 2GB]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub memory: Option<u64>,
}

/// A number of threads.
fn threads(text: &str) -> Result<NonZero<usize>, &'static str> {
    text.parse().map_err(|_| "write a whole number from 1 on")
}

/// The bytes that a size means: `500MB`, `8 GB`, `1.5GiB`.
fn size(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let digits = text.find(|character: char| !character.is_ascii_digit() && character != '.');
    let (number, unit) = text.split_at(digits.unwrap_or(text.len()));
    let bytes: f64 = match unit.trim().to_lowercase().as_str() {
        "kb" => 1e3,
        "mb" => 1e6,
        "gb" => 1e9,
        "kib" => 1024.0,
        "mib" => 1024.0 * 1024.0,
        "gib" => 1024.0 * 1024.0 * 1024.0,
        _ => return Err("write a number with KB, MB or GB, such as 500MB or 8GB".into()),
    };
    match number.parse::<f64>() {
        Ok(number) if number > 0.0 => Ok((number * bytes) as u64),
        _ => Err("write a number in front of the unit, such as 500MB or 8GB".into()),
    }
}

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Table,
    Csv,
    /// One object
    Json,
    /// One object a line
    Jsonl,
    Markdown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TierChoice {
    /// Vector kernels at once, native code as soon as it is ready and pays
    Auto,
    /// Vector kernels only
    Kernels,
    /// Native code from the first contact
    Native,
}

#[derive(Debug, Args)]
pub struct CheckOptions {
    /// A project's folder, its segql.toml, one .seg file in it, or - for a text from the standard input [default: the current folder]
    #[arg(value_hint = ValueHint::AnyPath)]
    pub path: Option<String>,

    /// Read the data too: every contact has a key of its own, and closed sets hold
    #[arg(long)]
    pub data: bool,

    /// The form of what is wrong
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = MessageFormat::Human)]
    pub message_format: MessageFormat,

    /// Put the fixes into the texts that keep their meaning, or are the only way to read them
    #[arg(long)]
    pub fix: bool,

    /// Put in those as well that are a guess; look at what they did
    #[arg(long)]
    pub unsafe_fixes: bool,

    /// Show what fixes would change, and change nothing
    #[arg(long)]
    pub diff: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MessageFormat {
    /// The text with the place marked
    Human,
    /// One line each: file:line:column: …
    Short,
    /// One JSON object a line
    Json,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  segql test                               every test of the project of this folder, and of the folders in it
  segql test tests/winback.seg             those of one text
  segql test --filter lapsed               those that have the word in their title
  segql test --coverage                    and what none of them reaches
  segql test --junit tests.xml             and a report for a build server")]
pub struct TestOptions {
    /// A project's folder, its segql.toml, or .seg files in it; - for a text from the standard input [default: the current folder]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<String>,

    /// Answer only tests whose title holds these words, in any case
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,

    /// Say as well which conditions no test makes true or false, and which edges no value lies on
    #[arg(long)]
    pub coverage: bool,

    /// Write what came of it in the form of JUnit
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub junit: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  segql schema                             every field of the project of this folder
  segql schema examples/streaming region   one field, with its most common values
  segql schema view view.title             the events of a stream, and one field of them
  segql schema --format csv > fields.csv   for a sheet
  segql schema --manifest-json-schema      what editors check segql.toml by")]
pub struct SchemaOptions {
    /// A project's folder, its segql.toml or a .seg file in it; then names of fields [default: every field of the project of the
    /// current folder]
    #[arg(value_name = "PATH] [FIELD", value_hint = ValueHint::AnyPath)]
    pub arguments: Vec<String>,

    /// The form of the answer
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    pub format: Format,

    /// Print the JSON Schema of segql.toml instead, for editors
    #[arg(long, conflicts_with_all = ["arguments", "format"])]
    pub manifest_json_schema: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  segql fmt                                every .seg file in this folder and below
  segql fmt winback.seg                    one
  segql fmt --check                        before a change is taken in: nothing is written")]
pub struct FmtOptions {
    /// .seg files, folders of such files, or - to go from the standard input to the standard output [default: the current folder]
    #[arg(value_hint = ValueHint::AnyPath)]
    pub paths: Vec<String>,

    /// Change nothing; say which files would change, and end with 1 if there are any
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  segql explain E0203
  segql explain winback examples/streaming
  segql explain winback --stage plan
  segql explain -e 'age > 30 AND consent' --stage optimized")]
pub struct ExplainOptions {
    /// A code (E0203), the name of a lint or that of a segment
    #[arg(required_unless_present = "condition")]
    pub topic: Option<String>,

    /// The project of the segment [default: the current folder]
    #[arg(value_hint = ValueHint::AnyPath)]
    pub path: Option<String>,

    /// Show how a condition is worked out instead
    #[arg(short = 'e', long = "expression", value_name = "CONDITION")]
    pub condition: Option<String>,

    /// The instant of the windows that are shown [default: the project's, else now]
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,

    /// How far to go [default: text, windows, ir, optimized and plan, one below the other]
    #[arg(long, value_enum)]
    pub stage: Option<Stage>,
}

/// The stages of a segment's way, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Stage {
    /// The words of the text
    Tokens,
    /// The tree of the text
    Ast,
    /// What it means, typed, with the definitions put in
    Ir,
    /// The same, simplified
    Optimized,
    /// What is read and in which order it is tested
    Plan,
    /// Cranelift's form of the native code
    Clif,
    /// The machine's form of the native code
    Asm,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  segql pack . packed                      every stream, into the folder packed
  segql pack shop packed --stream view     one of them")]
pub struct PackOptions {
    /// A project's folder, or its segql.toml
    #[arg(value_hint = ValueHint::AnyPath)]
    pub path: String,

    /// The folder that the files go into, which is made if it is not there
    #[arg(value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub into: PathBuf,

    /// Store this stream alone; may be given several times
    #[arg(long = "stream", value_name = "STREAM")]
    pub streams: Vec<String>,

    /// How much of the events is held in memory, about: 500MB, 8GB [default: 2GB]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub memory: Option<u64>,

    /// Write over files that are there
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  segql repl examples/streaming            .help lists what can be typed
  echo 'consent' | segql repl              one answer a line, for scripts")]
pub struct ReplOptions {
    /// A project's folder, its segql.toml or a .seg file in it [default: the current folder]
    #[arg(value_hint = ValueHint::AnyPath)]
    pub path: Option<String>,

    /// The instant the answers are for, instead of the manifest's or the present
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,

    /// How many threads work [default: one for each core]
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<NonZero<usize>>,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  segql completions bash > ~/.local/share/bash-completion/completions/segql
  segql completions fish > ~/.config/fish/completions/segql.fish")]
pub struct CompletionsOptions {
    /// The shell that is to complete
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn sizes_have_units() {
        assert_eq!(size("500MB"), Ok(500_000_000));
        assert_eq!(size(" 1.5 GiB"), Ok(1_610_612_736));
        assert_eq!(size("2kb"), Ok(2_000));
        for text in ["", "2", "GB", "-1GB", "0MB", "1.2.3GB", "3 chairs"] {
            assert!(size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_command_line_holds_together() {
        Arguments::command().debug_assert();
    }
}

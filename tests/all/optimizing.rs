//! What each pass of the optimiser does, by example: the conditions in `tests/stages/optimize/PASS.txt` before and after that pass alone, and those in
//! `all.txt` after all of them.

use crate::check::checked;
use crate::contacts;
use segql::ir::{ConditionId, Graph, print::print_condition};
use segql::optimize::{Pass, optimize, optimize_with};

/// A condition and what becomes of it.
fn before_and_after(condition: &str, pass: Option<Pass>) -> String {
    let (checked, _) = checked("test.seg", &format!("segment s = {condition}"));
    let errors = checked.diagnostics.iter().filter(|told| told.is_error());
    assert_eq!(errors.count(), 0, "{condition}");
    let after = match pass {
        Some(pass) => optimize_with(checked.module.clone(), &[pass]),
        None => optimize(checked.module.clone()),
    };
    let schema = contacts::schema();
    let print = |graph: &Graph, root: ConditionId| print_condition(graph, root, Some(&schema), 0);
    let before = print(&checked.module.graph, checked.module.segments[0]);
    let after = print(&after.graph, after.segments[0]);
    if before == after {
        return format!("{condition}\n    {before}\n    as it is\n");
    }
    let indented = |text: &str| text.replace('\n', "\n    ");
    format!(
        "{condition}\n    {}\n    {}\n",
        indented(&before),
        indented(&after)
    )
}

#[test]
fn each_pass_does_what_its_law_says() {
    let mut seen = Vec::new();
    insta::glob!("../stages/optimize", "*.txt", |path| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let pass = Pass::ALL.into_iter().find(|pass| pass.name() == name);
        assert!(pass.is_some() || name == "all", "{name} is no pass");
        let text = std::fs::read_to_string(path).unwrap();
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        let shown: String = lines.map(|line| before_and_after(line, pass)).collect();
        seen.push(name.to_owned());
        insta::with_settings!({omit_expression => true}, {
            insta::assert_snapshot!(shown);
        });
    });
    for pass in Pass::ALL {
        assert!(
            seen.iter().any(|name| name == pass.name()),
            "{} has no example",
            pass.name()
        );
    }
}

//! `segql schema`: the fields of a project, with what their columns hold.

use super::arguments::SchemaOptions;
use super::fields::{Fields, Seen};
use super::progress::Progress;
use super::project::{self, Project};
use super::table::Page;
use super::{Failure, interrupt, run, terminal};
use segql::data;
use segql::diagnostics::suggest;
use segql::profile::{self, Wanted};
use segql::schema::{FieldId, Manifest, Schema};

pub fn schema(options: &SchemaOptions) -> Result<(), Failure> {
    if options.manifest_json_schema {
        return terminal::answer(&Manifest::json_schema());
    }
    let (path, names) = run::split(&options.arguments);
    let place = match (Project::find(path), names.first()) {
        // What is neither a path nor a field of any project is more likely to be meant as a path.
        (Err(Failure::Fault(_)), Some(name)) if path.is_none() => {
            return Err(project::not_there(name.as_ref()));
        }
        (place, _) => place?,
    };
    let project = place.open()?;
    let fields = chosen(project.schema(), &names)?;
    let seen = look(&project, &fields)?;
    let answer = Fields {
        schema: project.schema(),
        seen: &seen,
        is_chosen: !names.is_empty(),
    };
    let page = Page {
        colours: terminal::colours_on_answer(),
        width: terminal::answer_width(),
    };
    terminal::answer(&answer.render(options.format, &page))
}

/// The fields of these names, or all.
fn chosen(schema: &Schema, names: &[&str]) -> Result<Vec<FieldId>, Failure> {
    if names.is_empty() {
        return Ok((0..schema.fields().len())
            .map(|place| FieldId(place as u32))
            .collect());
    }
    let mut chosen = Vec::new();
    for name in names {
        let Some((id, _)) = schema.field_named(name) else {
            return Err(unknown_field(schema, name));
        };
        if !chosen.contains(&id) {
            chosen.push(id);
        }
    }
    Ok(chosen)
}

fn unknown_field(schema: &Schema, name: &str) -> Failure {
    if let Some(left) = schema.left_out_named(name) {
        let text = format!("the column `{name}` is no field, because {}", left.reason);
        return Failure::usage("E0813", text).help(
            "`segql schema` without names shows all fields, and the columns that are left out",
        );
    }
    let failure = Failure::usage("E0813", format!("there is no field `{name}`"));
    let known = schema.fields().iter().map(|field| field.name.as_str());
    match suggest::nearest(name, known) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("`segql schema` without names shows all fields"),
    }
}

/// Reads the columns of the fields, once.
fn look(project: &Project, fields: &[FieldId]) -> Result<Seen, Failure> {
    let (source, schema) = (project.source(), project.schema());
    let mut wanted = Vec::new();
    for id in fields {
        wanted.push(Wanted {
            column: data::bind_field(source, schema, *id)?,
            blank_is_missing: schema.field(*id).blank_is_missing,
        });
    }
    let total: Option<u64> = (0..source.pieces()).map(|piece| source.rows(piece)).sum();
    let progress = Progress::new(total);
    let work = interrupt::work();
    let profile = profile::profile(
        source,
        &wanted,
        &mut |rows| progress.done(rows),
        &interrupt::stop(),
    )
    .map_err(|error| {
        if interrupt::stopped() {
            Failure::Interrupted
        } else {
            error.into()
        }
    })?;
    drop(work);
    Ok(Seen {
        rows: profile.rows,
        fields: fields.iter().copied().zip(profile.columns).collect(),
    })
}

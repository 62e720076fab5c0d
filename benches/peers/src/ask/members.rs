//! Who is in a segment, as Arrow arrays of their keys.

use super::{Fault, Project};
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{ArrayRef, BooleanArray};
use segql::Program;
use segql::execute::{Members, Sink};

/// The keys of the members of the first segment, in the order of the data.
pub fn of(project: &Project, program: &Program) -> Result<Vec<ArrayRef>, Fault> {
    let mut keys = Keys::default();
    project.with_input(program, |input| {
        Ok(program.run_into(input, &project.options(), &mut keys)?)
    })?;
    Ok(keys.0)
}

#[derive(Default)]
struct Keys(Vec<ArrayRef>);

impl Sink for Keys {
    fn members(&mut self, members: Members<'_>) -> Result<(), String> {
        let mask = members.masks.first().ok_or("there is no segment")?;
        let mask = BooleanArray::new(mask.clone(), None);
        let keys = arrow_select::filter::filter(members.keys, &mask);
        self.0.push(keys.map_err(|error| error.to_string())?);
        Ok(())
    }
}

/// How many there are, and the sum of their keys: what engines are held against each other by.
pub fn signature(keys: &[ArrayRef]) -> Result<Vec<i64>, Fault> {
    let (mut members, mut sum) = (0, 0);
    for keys in keys {
        let keys = keys.as_primitive_opt::<Int64Type>();
        let keys = keys.ok_or("the keys should be whole numbers of eight bytes")?;
        members += keys.len() as i64;
        sum += keys.values().iter().sum::<i64>();
    }
    Ok(vec![members, sum])
}

//! Parts of records that a program reads and a column does not have.

use crate::types::Type;
use arrow_schema::DataType;

/// What a column of this Arrow type lacks of a type of the language; `read` says which parts of its records are read, none that all are.
pub(in crate::execute) fn absent_part(
    data_type: &DataType,
    value_type: &Type,
    read: Option<&[bool]>,
) -> Option<String> {
    match (value_type, data_type) {
        (_, DataType::Dictionary(_, values)) => absent_part(values, value_type, read),
        (_, DataType::RunEndEncoded(_, values)) => {
            absent_part(values.data_type(), value_type, read)
        }
        (
            Type::List(element),
            DataType::List(field)
            | DataType::LargeList(field)
            | DataType::FixedSizeList(field, _)
            | DataType::ListView(field)
            | DataType::LargeListView(field),
        ) => absent_part(field.data_type(), element, read),
        (Type::Record(record), DataType::Struct(children)) => {
            let parts = record.parts.iter().enumerate();
            let mut wanted =
                parts.filter(|(place, _)| read.is_none_or(|read| read.get(*place) == Some(&true)));
            wanted.find_map(|(_, part)| {
                match children.iter().find(|child| child.name() == &part.name) {
                    Some(child) => absent_part(child.data_type(), &part.part_type, None),
                    None => Some(format!("the records have no part \"{}\"", part.name)),
                }
            })
        }
        _ => None,
    }
}

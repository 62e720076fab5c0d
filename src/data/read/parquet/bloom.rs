//! Bloom filters: small sets that a column's values are surely in, and most others are not.

use crate::data::input::Chunks;
use crate::types::Constant;
use ::parquet::bloom_filter::Sbbf;
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::ColumnChunkMetaData;
use arrow_schema::DataType;

/// Whether a filter says that a column of this type holds none of these values; false where there is no filter, or it cannot be asked for one of them.
pub(super) fn lacks(
    chunks: &Chunks,
    chunk: &ColumnChunkMetaData,
    data_type: &DataType,
    values: &[Constant],
) -> Result<bool, ParquetError> {
    if chunk.bloom_filter_offset().is_none() {
        return Ok(false);
    }
    let Some(filter) = Sbbf::read_from_column_chunk(chunk, chunks)? else {
        return Ok(false);
    };
    Ok(values
        .iter()
        .all(|value| may_hold(&filter, data_type, value) == Some(false)))
}

/// None where a value would be stored in another form than is known here.
fn may_hold(filter: &Sbbf, data_type: &DataType, value: &Constant) -> Option<bool> {
    match (data_type, value) {
        (DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View, Constant::Text(text)) => {
            Some(filter.check(&**text))
        }
        (DataType::Dictionary(_, values), _) => may_hold(filter, values, value),
        // What does not fit, or is no whole number, is in no such column.
        (DataType::Int8 | DataType::Int16 | DataType::Int32, Constant::Number(number)) => Some(
            number.is_whole()
                && i32::try_from(number.numerator()).is_ok_and(|number| filter.check(&number)),
        ),
        (DataType::Int64, Constant::Number(number)) => Some(
            number.is_whole()
                && i64::try_from(number.numerator()).is_ok_and(|number| filter.check(&number)),
        ),
        _ => None,
    }
}

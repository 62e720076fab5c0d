//! A small table of contacts in every format, and what the tests do with sources.

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::types::Int32Type;
use arrow_array::*;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use arrow_select::concat::concat_batches;
use segql::data::{DataError, Source};
use std::sync::Arc;

/// Four contacts, with every type that a file can hold and a missing value in each but the key.
pub fn contacts() -> RecordBatch {
    let mut tags = ListBuilder::new(StringBuilder::new());
    tags.append_value([Some("vip"), Some("b2b")]);
    tags.append_null();
    tags.append_value([Option::<&str>::None]);
    tags.append_value([] as [Option<&str>; 0]);
    let region: DictionaryArray<Int32Type> = [Some("BE"), Some("NL"), None, Some("BE")]
        .into_iter()
        .collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from(vec![1, 2, 3, 4]))),
        (
            "email",
            Arc::new(StringArray::from(vec![
                Some("ann@x.be"),
                None,
                Some("c"),
                Some("d"),
            ])),
        ),
        ("region", Arc::new(region)),
        (
            "consent",
            Arc::new(BooleanArray::from(vec![
                Some(true),
                Some(false),
                None,
                Some(true),
            ])),
        ),
        (
            "age",
            Arc::new(Int16Array::from(vec![Some(31), None, Some(-4), Some(70)])),
        ),
        (
            "ltv",
            Arc::new(
                Decimal128Array::from(vec![Some(1250), Some(-1), None, Some(0)])
                    .with_precision_and_scale(12, 2)
                    .unwrap(),
            ),
        ),
        (
            "score",
            Arc::new(Float64Array::from(vec![
                Some(0.5),
                Some(-2.25),
                None,
                Some(1e9),
            ])),
        ),
        (
            "birthday",
            Arc::new(Date32Array::from(vec![
                Some(0),
                None,
                Some(-365),
                Some(20_000),
            ])),
        ),
        (
            "seen",
            Arc::new(
                TimestampMicrosecondArray::from(vec![
                    Some(0),
                    Some(1_700_000_000_000_001),
                    None,
                    Some(-1),
                ])
                .with_timezone("UTC"),
            ),
        ),
        ("tags", Arc::new(tags.finish())),
    ];
    RecordBatch::try_from_iter_with_nullable(
        columns
            .into_iter()
            .map(|(name, column)| (name, column, name != "id")),
    )
    .unwrap()
}

pub fn parquet_bytes(batches: &[RecordBatch], rows_a_group: usize) -> Vec<u8> {
    let properties = parquet::file::properties::WriterProperties::builder()
        .set_max_row_group_row_count(Some(rows_a_group))
        .build();
    let mut bytes = Vec::new();
    let mut writer =
        parquet::arrow::ArrowWriter::try_new(&mut bytes, batches[0].schema(), Some(properties))
            .unwrap();
    for batch in batches {
        writer.write(batch).unwrap();
    }
    writer.close().unwrap();
    bytes
}

pub fn arrow_bytes(batches: &[RecordBatch], compressed: bool) -> Vec<u8> {
    let options = arrow_ipc::writer::IpcWriteOptions::default()
        .try_with_compression(compressed.then_some(arrow_ipc::CompressionType::ZSTD))
        .unwrap();
    let mut bytes = Vec::new();
    let mut writer = arrow_ipc::writer::FileWriter::try_new_with_options(
        &mut bytes,
        &batches[0].schema(),
        options,
    )
    .unwrap();
    for batch in batches {
        writer.write(batch).unwrap();
    }
    writer.finish().unwrap();
    drop(writer);
    bytes
}

pub fn stream_bytes(batches: &[RecordBatch]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer =
        arrow_ipc::writer::StreamWriter::try_new(&mut bytes, &batches[0].schema()).unwrap();
    for batch in batches {
        writer.write(batch).unwrap();
    }
    writer.finish().unwrap();
    drop(writer);
    bytes
}

pub const CSV: &str = "\
id,email,region,consent,age,ltv,score,birthday,seen
1,ann@x.be,BE,true,31,12.50,5e-1,1970-01-01,1970-01-01T00:00:00Z
2,,NL,false,,-0.01,-2.25,,2023-11-14T23:13:20.000001+01:00
3,c,,,-4,,,1969-01-01,
4,d,BE,true,70,0.00,1e9,2024-10-04,1969-12-31 23:59:59.999999
";

pub const JSON: &str = r#"{"id": 1, "email": "ann@x.be", "region": "BE", "consent": true, "age": 31, "ltv": 12.50, "score": 5e-1, "birthday": "1970-01-01", "seen": "1970-01-01T00:00:00Z", "tags": ["vip", "b2b"]}
{"id": 2, "email": null, "region": "NL", "consent": false, "ltv": -0.01, "score": -2.25, "seen": "2023-11-14T23:13:20.000001+01:00"}

{"id": 3, "email": "c", "age": -4, "birthday": "1969-01-01", "tags": [null]}
{"tags": [], "id": 4, "email": "d", "region": "BE", "consent": true, "age": 70, "ltv": 0.00, "score": 1e9, "birthday": "2024-10-04", "seen": "1969-12-31T23:59:59.999999Z"}
"#;

/// All rows of these columns, as one batch.
pub fn read_all(source: &dyn Source, columns: &[usize]) -> Result<RecordBatch, DataError> {
    let schema = Arc::new(source.schema().project(columns).unwrap());
    let mut batches = Vec::new();
    for piece in 0..source.pieces() {
        let mut rows = 0;
        for batch in source.read(piece, columns)? {
            let batch = batch?;
            rows += batch.num_rows() as u64;
            batches.push(batch);
        }
        if let Some(known) = source.rows(piece) {
            assert_eq!(rows, known, "piece {piece}");
        }
    }
    Ok(concat_batches(&schema, &batches).unwrap())
}

/// A column by name, in a plain layout so that formats can be compared.
pub fn plain(batch: &RecordBatch, name: &str) -> ArrayRef {
    let column = batch.column_by_name(name).unwrap();
    let to = match name {
        "id" | "age" => DataType::Int64,
        "ltv" => DataType::Decimal128(38, 2),
        "score" => DataType::Float64,
        "birthday" => DataType::Date32,
        "seen" => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        "consent" => DataType::Boolean,
        "tags" => return lists(column),
        _ => DataType::Utf8,
    };
    arrow_cast::cast(column, &to).unwrap()
}

/// Lists as text: what they hold is compared, not how.
fn lists(column: &ArrayRef) -> ArrayRef {
    let options = arrow_cast::display::FormatOptions::default().with_null("-");
    let shown = arrow_cast::display::ArrayFormatter::try_new(column, &options).unwrap();
    Arc::new(StringArray::from_iter_values(
        (0..column.len()).map(|row| shown.value(row).to_string()),
    ))
}

//! Parquet files however they were written: what is decoded here is what the crate decodes.

use ::parquet::arrow::ArrowWriter;
use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use ::parquet::basic::{Compression, Encoding, ZstdLevel};
use ::parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::types::{Int16Type, Int32Type};
use arrow_array::*;
use arrow_cast::cast;
use arrow_schema::DataType;
use segql::data::{OpenOptions, Source, open, open_bytes};
use std::sync::Arc;

const ROWS: usize = 5_000;

/// Numbers below a limit, one after the other.
fn numbers(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed;
    move |below| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    }
}

/// Columns of all kinds that are decoded here and some that are not. Of a hundred values so many are missing.
fn batch(missing: u64, different: u64) -> RecordBatch {
    let mut next = numbers(missing * 1_000 + different);
    let mut some = |base: u64| -> Vec<Option<u64>> {
        (0..ROWS)
            .map(|row| {
                // Runs of what is missing, and single ones.
                let is_missing = match row / 700 % 2 {
                    0 => next(100) < missing,
                    _ => row % 300 < missing as usize * 3,
                };
                let value = base + next(different);
                (!is_missing).then_some(value)
            })
            .collect()
    };
    let word = |value: u64| match value % 7 {
        0 => String::new(),
        1 => format!("é{value}ü"),
        2 => "long ".repeat(value as usize % 40),
        _ => format!("w{value}"),
    };
    let texts = |values: Vec<Option<u64>>| -> StringArray {
        values.into_iter().map(|value| value.map(word)).collect()
    };
    let wide = |values: Vec<Option<u64>>| -> Int64Array {
        let far = |value: u64| (value as i64).wrapping_mul(0x1234_5678_9ABC);
        values.into_iter().map(|value| value.map(far)).collect()
    };
    let text: ArrayRef = Arc::new(texts(some(0)));
    let coded = cast(
        &text,
        &DataType::Dictionary(Box::new(DataType::Int16), Box::new(DataType::Utf8)),
    );
    let whole: ArrayRef = Arc::new(wide(some(0)));
    let as_time = |unit| cast(&whole, &DataType::Timestamp(unit, Some("UTC".into()))).unwrap();
    let small: ArrayRef = Arc::new(
        (some(0).into_iter())
            .map(|value| value.map(|value| value as i32 - 50))
            .collect::<Int32Array>(),
    );
    let mut lists = ListBuilder::new(StringBuilder::new());
    for value in some(0) {
        if let Some(value) = value {
            (0..value % 4).for_each(|place| lists.values().append_value(word(value + place)));
        }
        lists.append(value.is_some());
    }
    use arrow_schema::TimeUnit::{Microsecond, Millisecond, Nanosecond, Second};
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("seconds", as_time(Second)),
        ("milliseconds", as_time(Millisecond)),
        ("microseconds", as_time(Microsecond)),
        ("nanoseconds", as_time(Nanosecond)),
        ("day", cast(&small, &DataType::Date32).unwrap()),
        ("small", small.clone()),
        ("tiny", cast(&small, &DataType::Int16).unwrap()),
        ("float", cast(&small, &DataType::Float32).unwrap()),
        ("double", cast(&whole, &DataType::Float64).unwrap()),
        (
            "truth",
            Arc::new(
                (some(0).into_iter())
                    .map(|value| value.map(|value| value % 3 == 0))
                    .collect::<BooleanArray>(),
            ),
        ),
        ("large", cast(&text, &DataType::LargeUtf8).unwrap()),
        ("view", cast(&text, &DataType::Utf8View).unwrap()),
        ("coded", coded.unwrap()),
        ("list", Arc::new(lists.finish())),
        ("text", text),
        ("whole", whole.clone()),
        ("byte", cast(&small, &DataType::Int8).unwrap()),
        ("count8", cast(&small, &DataType::UInt8).unwrap()),
        ("count16", cast(&small, &DataType::UInt16).unwrap()),
        ("count32", cast(&whole, &DataType::UInt32).unwrap()),
        ("count64", cast(&whole, &DataType::UInt64).unwrap()),
    ];
    let columns = columns.into_iter().map(|(name, array)| (name, array, true));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn written(batch: &RecordBatch, properties: WriterProperties) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    bytes
}

/// What the crate makes of a file, as one batch.
fn by_the_crate(bytes: &[u8]) -> RecordBatch {
    let bytes = bytes::Bytes::copy_from_slice(bytes);
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap();
    let schema = reader.schema().clone();
    let batches: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
    arrow_select::concat::concat_batches(&schema, &batches).unwrap()
}

/// Holds a file against what the crate makes of it, read in batches of so many rows.
fn compare(bytes: &[u8], batch_rows: usize, columns: &[usize], about: &str) {
    let options = OpenOptions {
        batch_rows,
        ..OpenOptions::default()
    };
    let expected = by_the_crate(bytes);
    let source = open_bytes("written.parquet", bytes, &options).unwrap();
    let mut row = 0;
    for piece in 0..source.pieces() {
        for batch in source.read(piece, columns).unwrap() {
            let batch = batch.unwrap();
            assert!(batch.num_rows() <= batch_rows);
            for (column, array) in columns.iter().zip(batch.columns()) {
                let field = source.schema().field(*column).clone();
                assert_eq!(array.data_type(), field.data_type());
                array.to_data().validate_full().unwrap();
                let wanted = expected.column(*column).slice(row, batch.num_rows());
                let found = cast(array, wanted.data_type()).unwrap();
                let (found, wanted) = match wanted.data_type() {
                    DataType::Dictionary(_, values) => (
                        cast(&found, values).unwrap(),
                        cast(&wanted, values).unwrap(),
                    ),
                    _ => (found, wanted),
                };
                assert!(*found == *wanted, "{} of {about}", field.name());
            }
            row += batch.num_rows();
        }
    }
    assert_eq!(row, expected.num_rows());
    for first in [9, 12]
        .into_iter()
        .filter(|first| *first < expected.num_columns())
    {
        compare_steps(&*source, first, columns, batch_rows, about);
    }
}

/// Holds rows that are chosen while a file is read against those of whole batches.
fn compare_steps(
    source: &dyn Source,
    first: usize,
    columns: &[usize],
    batch_rows: usize,
    about: &str,
) {
    let mut number = 0;
    for piece in 0..source.pieces() {
        let steps = source.read_in_steps(piece, first, columns, batch_rows);
        // What the crate decodes is not read in steps.
        let Some(mut steps) = steps.unwrap() else {
            continue;
        };
        let deciding = source.read(piece, &[first]).unwrap();
        for (batch, deciding) in source.read(piece, columns).unwrap().zip(deciding) {
            let batch = batch.unwrap();
            let found = steps.first(u64::MAX).unwrap().unwrap();
            assert!(found == deciding.unwrap().column(0).clone());
            number += 1;
            let rows = (0..batch.num_rows() as u32).filter(|row| match number % 5 {
                0 => false,
                1 => true,
                2 => row % 3 == 0,
                3 => row * 7 % 50 == 11,
                _ => row / 100 % 2 == 1,
            });
            let rows = UInt32Array::from_iter_values(rows);
            let chosen = steps.others(Some(rows.values())).unwrap();
            assert_eq!(chosen.num_rows(), rows.len());
            for (place, array) in chosen.columns().iter().enumerate() {
                array.to_data().validate_full().unwrap();
                let wanted = arrow_select::take::take(batch.column(place), &rows, None).unwrap();
                assert_eq!(array.data_type(), wanted.data_type());
                let plain = |array: &ArrayRef| match array.data_type() {
                    DataType::Dictionary(_, values) => cast(array, values).unwrap(),
                    _ => array.clone(),
                };
                let name = batch.schema().field(place).name().clone();
                assert!(
                    *plain(array) == *plain(&wanted),
                    "some of {name} of {about}"
                );
            }
        }
        assert!(steps.first(u64::MAX).unwrap().is_none());
    }
}

#[test]
fn files_are_read_however_they_were_written() {
    let compressions = [
        Compression::SNAPPY,
        Compression::UNCOMPRESSED,
        Compression::ZSTD(ZstdLevel::default()),
    ];
    let mut which = 0usize;
    for (missing, different) in [(0, 5), (0, 100_000), (3, 90), (40, 3_000), (100, 2)] {
        let batch = batch(missing, different);
        let all: Vec<usize> = (0..batch.num_columns()).collect();
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            for (dictionary, dictionary_bytes) in [(true, 1 << 20), (true, 3_000), (false, 1)] {
                let compression = compressions[which % 3];
                let properties = WriterProperties::builder()
                    .set_writer_version(version)
                    .set_dictionary_enabled(dictionary)
                    .set_dictionary_page_size_limit(dictionary_bytes)
                    .set_compression(compression)
                    .set_data_page_row_count_limit([333, 20_000][which % 2])
                    .set_write_batch_size(100)
                    .set_statistics_enabled(EnabledStatistics::None)
                    .set_max_row_group_row_count(Some([1_777, ROWS][which / 2 % 2]))
                    .build();
                let about = format!(
                    "{missing} missing, {different} different, {version:?}, {dictionary} {dictionary_bytes}, {compression:?}"
                );
                let bytes = written(&batch, properties);
                compare(&bytes, [64, 1_000, 65_536][which % 3], &all, &about);
                compare(&bytes, 777, &[1, 9, 14], &about);
                which += 1;
            }
        }
    }
}

#[test]
fn other_encodings_are_left_to_the_crate() {
    let batch = batch(10, 500);
    let all: Vec<usize> = (0..batch.num_columns()).collect();
    let mut properties = WriterProperties::builder().set_dictionary_enabled(false);
    for (column, encoding) in [
        ("whole", Encoding::DELTA_BINARY_PACKED),
        ("text", Encoding::DELTA_BYTE_ARRAY),
        ("large", Encoding::DELTA_LENGTH_BYTE_ARRAY),
        ("double", Encoding::BYTE_STREAM_SPLIT),
        ("truth", Encoding::RLE),
    ] {
        properties = properties.set_column_encoding(column.into(), encoding);
    }
    let bytes = written(&batch, properties.build());
    compare(&bytes, 999, &all, "other encodings");
}

#[test]
fn columns_without_missing_values_need_no_levels() {
    let columns: [(&str, ArrayRef, bool); 3] = [
        ("n", Arc::new(Int64Array::from_iter_values(0..3_000)), false),
        (
            "text",
            Arc::new(StringArray::from_iter_values(
                (0..3_000).map(|row| format!("text {row}")),
            )),
            false,
        ),
        (
            "coded",
            Arc::new(
                (0..3_000)
                    .map(|row| Some(["a", "b", "c"][row % 3]))
                    .collect::<DictionaryArray<Int16Type>>(),
            ),
            false,
        ),
    ];
    let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
    for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
        let properties = WriterProperties::builder()
            .set_writer_version(version)
            .set_compression(Compression::SNAPPY)
            .build();
        compare(&written(&batch, properties), 1_024, &[0, 1, 2], "no levels");
    }
}

/// Numbers and texts that take more than what is read at one go, some of them long.
fn long_columns() -> RecordBatch {
    let mut next = numbers(11);
    let rows: Vec<Option<u64>> = (0..90_000)
        .map(|row| (row % 50 != 3).then(|| next(1 << 40)))
        .collect();
    let whole: Int64Array = rows
        .iter()
        .map(|value| value.map(|value| value as i64))
        .collect();
    // The greatest of each page, which its header tells, is a long one.
    let text = |(row, value): (usize, &Option<u64>)| match row % 2_000 {
        5 => Some("~".repeat(3_000)),
        _ => value.map(|value| value.to_string()),
    };
    let texts: StringArray = rows.iter().enumerate().map(text).collect();
    let columns: [(&str, ArrayRef, bool); 2] = [
        ("n", Arc::new(whole), true),
        ("text", Arc::new(texts), true),
    ];
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

#[test]
fn long_columns_are_read_page_by_page() {
    let batch = long_columns();
    for compression in [Compression::SNAPPY, Compression::UNCOMPRESSED] {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            for page_rows in [7_000, 90_000] {
                let properties = WriterProperties::builder()
                    .set_compression(compression)
                    .set_writer_version(version)
                    .set_dictionary_enabled(false)
                    .set_data_page_row_count_limit(page_rows)
                    // Long texts make long headers.
                    .set_statistics_enabled(EnabledStatistics::Page)
                    .set_write_page_header_statistics(true)
                    .set_statistics_truncate_length(None)
                    .build();
                let about = format!("{compression:?} {version:?} {page_rows}");
                let bytes = written(&batch, properties);
                compare(&bytes, 65_536, &[0, 1], &about);
            }
        }
    }
}

#[test]
fn a_file_that_is_cut_while_it_is_read_is_told() {
    let properties = WriterProperties::builder()
        .set_dictionary_enabled(false)
        .set_data_page_row_count_limit(7_000);
    let bytes = written(&long_columns(), properties.build());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.parquet");
    std::fs::write(&path, &bytes).unwrap();
    let source = open(&[&path], &OpenOptions::default()).unwrap();
    let mut batches = source.read(0, &[0]).unwrap();
    assert!(batches.next().unwrap().is_ok());
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(100_000).unwrap();
    let fault = batches.find_map(Result::err).expect("a fault");
    let told = fault.to_string();
    assert!(
        told.contains("cut.parquet") && told.contains("cannot be read"),
        "{told}"
    );
    // Opened anew, it has no end.
    assert!(open(&[&path], &OpenOptions::default()).is_err());
}

#[test]
fn damaged_files_give_errors_or_other_values_and_never_more() {
    let batch = batch(10, 60);
    let mut next = numbers(3);
    for compression in [Compression::SNAPPY, Compression::UNCOMPRESSED] {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            let properties = WriterProperties::builder()
                .set_compression(compression)
                .set_writer_version(version)
                .set_data_page_row_count_limit(1_000)
                .build();
            let bytes = written(&batch, properties);
            for _ in 0..150 {
                let mut bytes = bytes.clone();
                for _ in 0..=next(3) {
                    let place = 4 + next(bytes.len() as u64 - 8) as usize;
                    bytes[place] ^= 1 << next(8);
                }
                let Ok(source) = open_bytes("damaged.parquet", bytes, &OpenOptions::default())
                else {
                    continue;
                };
                for column in 0..source.schema().fields().len() {
                    for piece in 0..source.pieces() {
                        let Ok(batches) = source.read(piece, &[column]) else {
                            continue;
                        };
                        for array in batches.map_while(Result::ok) {
                            array.column(0).to_data().validate_full().unwrap();
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn a_code_beyond_its_dictionary_is_told() {
    let words: DictionaryArray<Int32Type> = (0..2_000)
        .map(|row| Some(["red", "green", "blue"][row % 3]))
        .collect();
    let columns: [(&str, ArrayRef, bool); 1] = [("word", Arc::new(words), false)];
    let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
    let properties = WriterProperties::builder()
        .set_compression(Compression::UNCOMPRESSED)
        .build();
    let mut bytes = written(&batch, properties);
    // Codes of two bits: 0, 1, 2, 0, 1, 2 … of which one becomes 3.
    let codes = [0b00_10_01_00u8, 0b01_00_10_01, 0b10_01_00_10].repeat(40);
    let place = (bytes
        .windows(codes.len())
        .position(|window| window == codes))
    .unwrap();
    bytes[place] |= 3;
    let source = open_bytes("colours.parquet", bytes, &OpenOptions::default()).unwrap();
    let fault = (source.read(0, &[0]).unwrap())
        .find_map(Result::err)
        .unwrap()
        .to_string();
    assert!(fault.contains("colours.parquet"), "{fault}");
}

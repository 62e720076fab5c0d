//! The page index of a file: what stands in each page of a column, at the least and at the most.

use super::FORMAT;
use super::{ParquetSource, certain, plain};
use crate::data::statistics::constant;
use crate::data::{DataError, Statistics, errors, guard};
use ::parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader};
use ::parquet::file::page_index::column_index::ColumnIndexMetaData;
use ::parquet::file::page_index::offset_index::{OffsetIndexMetaData, PageLocation};
use arrow_schema::Field;

impl ParquetSource {
    /// What is known of each page of a column, with how many rows it has. None where there is no index, or the pages are not read here.
    pub(super) fn known_of_pages(
        &self,
        piece: usize,
        column: usize,
    ) -> Result<Option<Vec<(u64, Statistics)>>, DataError> {
        let group = self.metadata.metadata().row_group(piece);
        let field = self.metadata.schema().field(column);
        let Some(leaf) = self.leaves[column].filter(|_| !field.data_type().is_nested()) else {
            return Ok(None);
        };
        if group.column(leaf).column_index_offset().is_none() {
            return Ok(None);
        }
        guard::guarded(&self.name, FORMAT, || {
            let fault = |error: ParquetError| errors::damaged(&self.name, FORMAT, &plain(&error));
            let Some(pages) = self.leaf(piece, column)? else {
                return Ok(None);
            };
            let rows = pages.rows_of_pages();
            let Some(index) = self.index(piece, leaf).map_err(fault)? else {
                return Ok(None);
            };
            if index.num_pages() != rows.len() as u64 {
                return Ok(None);
            }
            let known = self.known(leaf, field, index, &rows).map_err(fault)?;
            Ok(Some(
                rows.iter().map(|rows| *rows as u64).zip(known).collect(),
            ))
        })
    }

    /// The index of one column of a row group.
    fn index(
        &self,
        piece: usize,
        leaf: usize,
    ) -> Result<Option<ColumnIndexMetaData>, ParquetError> {
        let metadata = self.metadata.metadata();
        let group = metadata.row_group(piece).clone();
        // The crate reads the index of all columns that are said to have one.
        let columns = group.columns().iter().enumerate();
        let columns = columns.map(|(place, chunk)| match place == leaf {
            true => Ok(chunk.clone()),
            false => {
                let chunk = chunk.clone().into_builder();
                let chunk = chunk.set_column_index_offset(None);
                chunk.set_column_index_length(None).build()
            }
        });
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let group = group.into_builder().set_column_metadata(columns).build()?;
        let metadata = ParquetMetaData::new(metadata.file_metadata().clone(), vec![group]);
        let mut reader = ParquetMetaDataReader::new_with_metadata(metadata)
            .with_column_index_policy(PageIndexPolicy::Optional)
            .with_offset_index_policy(PageIndexPolicy::Skip);
        let chunks = self.input.chunks();
        let chunks = chunks.map_err(|error| ParquetError::General(error.to_string()))?;
        reader.read_page_indexes(&chunks)?;
        let read = reader.finish()?;
        let index = read.column_index().and_then(|groups| groups.first());
        Ok(index.and_then(|columns| columns.get(leaf)).cloned())
    }

    fn known(
        &self,
        leaf: usize,
        field: &Field,
        index: ColumnIndexMetaData,
        rows: &[usize],
    ) -> Result<Vec<Statistics>, ParquetError> {
        let schema = self.metadata.parquet_schema();
        let converter = StatisticsConverter::from_column_index(leaf, field, schema)?;
        let missing: Vec<Option<u64>> = (0..rows.len())
            .map(|page| u64::try_from(index.null_count(page)?).ok())
            .collect();
        // The crate wants to know how many pages there are, and nothing of where they lie.
        let pages = OffsetIndexMetaData {
            page_locations: rows
                .iter()
                .map(|_| PageLocation {
                    offset: 0,
                    compressed_page_size: 0,
                    first_row_index: 0,
                })
                .collect(),
            unencoded_byte_array_data_bytes: None,
        };
        let indexes = vec![beside(ColumnIndexMetaData::NONE, leaf, index)];
        let none = OffsetIndexMetaData {
            page_locations: Vec::new(),
            unencoded_byte_array_data_bytes: None,
        };
        let pages = vec![beside(none, leaf, pages)];
        let low = converter.data_page_mins(&indexes, &pages, &[0])?;
        let high = converter.data_page_maxes(&indexes, &pages, &[0])?;
        let known = missing.into_iter().enumerate().map(|(page, missing)| {
            let bounds = (constant(&low, page), constant(&high, page));
            certain(field.data_type(), missing, bounds)
        });
        Ok(known.collect())
    }
}

/// The figures of a leaf at its place, with others before it that nobody asks for.
fn beside<T: Clone>(other: T, leaf: usize, of_leaf: T) -> Vec<T> {
    let mut all = vec![other; leaf];
    all.push(of_leaf);
    all
}

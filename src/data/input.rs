//! Where the bytes of one file come from: a path, or memory that a host or a test hands over.

use super::errors::{self, DataError};
use bytes::Bytes;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::PathBuf;

/// One file's bytes. They can be opened as often as needed, by several threads.
#[derive(Clone, Debug)]
pub(super) enum Input {
    File(PathBuf),
    Memory { name: String, bytes: Bytes },
}

/// Reading with jumps.
pub(super) trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

impl Input {
    /// The path as the user wrote it, or the name of what is in memory.
    pub(super) fn name(&self) -> String {
        match self {
            Input::File(path) => path.display().to_string(),
            Input::Memory { name, .. } => name.clone(),
        }
    }

    pub(super) fn open(&self) -> Result<Box<dyn ReadSeek>, DataError> {
        Ok(match self {
            Input::File(_) => Box::new(self.file()?.0),
            Input::Memory { bytes, .. } => Box::new(Cursor::new(bytes.clone())),
        })
    }

    /// The file, and how many bytes it has.
    fn file(&self) -> Result<(File, u64), DataError> {
        match self {
            Input::File(path) => {
                let file = File::open(path).map_err(|error| errors::cannot_open(path, &error))?;
                let about = file
                    .metadata()
                    .map_err(|error| errors::cannot_open(path, &error))?;
                if about.is_dir() {
                    let error = io::Error::other("it is a folder");
                    return Err(errors::cannot_open(path, &error));
                }
                Ok((file, about.len()))
            }
            Input::Memory { name, .. } => Err(errors::reading_failed(
                name,
                &io::Error::other("it is not a file"),
            )),
        }
    }

    /// What the Parquet reader reads from.
    pub(super) fn chunks(&self) -> Result<Chunks, DataError> {
        Ok(match self {
            Input::File(_) => {
                let (file, length) = self.file()?;
                Chunks::File { file, length }
            }
            Input::Memory { bytes, .. } => Chunks::Memory(bytes.clone()),
        })
    }

    /// All bytes: mapped where it is a file.
    pub(super) fn map(&self) -> Result<Bytes, DataError> {
        match self {
            Input::File(path) => {
                super::map::map(&self.file()?.0).map_err(|error| errors::cannot_open(path, &error))
            }
            Input::Memory { bytes, .. } => Ok(bytes.clone()),
        }
    }

    /// The first and the last bytes, at most 16 of each, and how many there are in all.
    pub(super) fn ends(&self) -> Result<Ends, DataError> {
        let fault = |error: io::Error| errors::reading_failed(&self.name(), &error);
        let mut reader = self.open()?;
        let length = reader.seek(SeekFrom::End(0)).map_err(fault)?;
        let mut read = |from: u64| {
            let mut bytes = Vec::new();
            reader.seek(SeekFrom::Start(from))?;
            reader.by_ref().take(16).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        Ok(Ends {
            first: read(0).map_err(fault)?,
            last: read(length.saturating_sub(16)).map_err(fault)?,
            length,
        })
    }
}

/// See [`Input::ends`].
pub(super) struct Ends {
    pub(super) first: Vec<u8>,
    pub(super) last: Vec<u8>,
    pub(super) length: u64,
}

/// A file or memory, as the Parquet reader wants it.
pub(super) enum Chunks {
    File { file: File, length: u64 },
    Memory(Bytes),
}

impl Chunks {
    /// Reads so many bytes to the beginning of a buffer, which may have more behind them.
    pub(super) fn read_into(
        &self,
        start: u64,
        length: usize,
        buffer: &mut Vec<u8>,
    ) -> io::Result<()> {
        let outside = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let end = start.checked_add(length as u64).ok_or_else(outside)?;
        // What a damaged file asks for may be more than there is memory.
        if end > parquet::file::reader::Length::len(self) {
            return Err(outside());
        }
        if buffer.len() < length {
            buffer.resize(length, 0);
        }
        match self {
            Chunks::File { file, .. } => {
                let mut file = file;
                file.seek(SeekFrom::Start(start))?;
                file.read_exact(&mut buffer[..length])
            }
            Chunks::Memory(bytes) => {
                buffer[..length].copy_from_slice(&bytes[start as usize..end as usize]);
                Ok(())
            }
        }
    }
}

impl parquet::file::reader::Length for Chunks {
    fn len(&self) -> u64 {
        match self {
            Chunks::File { length, .. } => *length,
            Chunks::Memory(bytes) => bytes.len() as u64,
        }
    }
}

impl parquet::file::reader::ChunkReader for Chunks {
    type T = Box<dyn Read>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        Ok(match self {
            Chunks::File { file, .. } => Box::new(file.get_read(start)?),
            Chunks::Memory(bytes) => Box::new(bytes.get_read(start)?),
        })
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        let outside = || {
            parquet::errors::ParquetError::EOF(format!(
                "{length} bytes from {start} on lie beyond the end"
            ))
        };
        let end = start.checked_add(length as u64).ok_or_else(outside)?;
        if end > parquet::file::reader::Length::len(self) {
            return Err(outside());
        }
        match self {
            Chunks::File { file, .. } => file.get_bytes(start, length),
            Chunks::Memory(bytes) => bytes.get_bytes(start, length),
        }
    }
}

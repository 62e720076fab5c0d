//! Where bytes go: a file beside its place, renamed at the end, or a stream.

use crate::data::{DataError, errors};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// A place to write to. Dropped before [`Target::finish`], it leaves nothing behind.
pub(super) struct Target {
    name: String,
    bytes: Option<BufWriter<Box<dyn Write + Send>>>,
    /// The file written to, and the place it is to take.
    file: Option<(PathBuf, PathBuf)>,
}

impl Target {
    /// A file next to `path`.
    pub(super) fn beside(path: &Path) -> Result<Self, DataError> {
        let name = path.display().to_string();
        if path.is_dir() {
            return Err(errors::cannot_write(&name, "it is a folder"));
        }
        let Some(file_name) = path.file_name() else {
            return Err(errors::cannot_write(&name, "it is not the name of a file"));
        };
        // With the number of the process, so that two runs at the same time do not write into one file.
        let mut beside = file_name.to_owned();
        beside.push(format!(".{}.tmp", std::process::id()));
        let beside = path.with_file_name(beside);
        let file = File::create(&beside).map_err(|error| {
            let detail = match error.kind() {
                io::ErrorKind::NotFound => "its folder does not exist".to_owned(),
                io::ErrorKind::PermissionDenied => "its folder may not be written to".to_owned(),
                _ => error.to_string(),
            };
            errors::cannot_write(&name, &detail)
        })?;
        Ok(Self {
            name,
            bytes: Some(BufWriter::with_capacity(1 << 16, Box::new(file))),
            file: Some((beside, path.to_owned())),
        })
    }

    pub(super) fn stream(name: String, stream: Box<dyn Write + Send>) -> Self {
        Self {
            name,
            bytes: Some(BufWriter::with_capacity(1 << 16, stream)),
            file: None,
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The file beside its place that is written to; none for a stream.
    pub(super) fn unfinished(&self) -> Option<&Path> {
        self.file.as_ref().map(|(beside, _)| beside.as_path())
    }

    /// Puts the file in its place.
    pub(super) fn finish(mut self) -> Result<(), DataError> {
        let failed = |error: io::Error| errors::cannot_write(&self.name, &error.to_string());
        if let Some(mut bytes) = self.bytes.take() {
            bytes.flush().map_err(failed)?;
        }
        if let Some((beside, place)) = self.file.take()
            && let Err(error) = std::fs::rename(&beside, &place)
        {
            let _ = std::fs::remove_file(&beside);
            return Err(failed(error));
        }
        Ok(())
    }
}

/// Writes a text to a file, which has it whole or is as it was.
///
/// # Errors
///
/// The file cannot be written.
pub fn write_text(path: &Path, text: &str) -> Result<(), DataError> {
    let mut target = Target::beside(path)?;
    target
        .write_all(text.as_bytes())
        .map_err(|error| errors::cannot_write(&target.name, &error.to_string()))?;
    target.finish()
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.bytes {
            Some(target) => target.write(bytes),
            None => Err(io::Error::other("the file is closed")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.bytes.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Some((beside, _)) = self.file.take() {
            // What is still buffered need not be written any more.
            if let Some(bytes) = self.bytes.take() {
                let _ = bytes.into_parts();
            }
            let _ = std::fs::remove_file(beside);
        }
    }
}

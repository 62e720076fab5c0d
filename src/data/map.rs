//! Files mapped into memory. The only file of this room with `unsafe` in it.

use bytes::Bytes;
use std::fs::File;
use std::io;

/// The bytes of a file without reading them: pages come in when they are looked at, and may be dropped again.
pub(super) fn map(file: &File) -> io::Result<Bytes> {
    if file.metadata()?.len() == 0 {
        return Ok(Bytes::new());
    }
    // SAFETY: the map is only read, as plain bytes, and lives inside the `Bytes` that is returned. What is left is that another
    // program changes or shortens the file meanwhile, as with any reader of files: the values are then undefined, and a page that
    // is gone ends the process. Writers of data files write beside and rename, which leaves a mapped file as it is.
    let map = unsafe { memmap2::Mmap::map(file)? };
    Ok(Bytes::from_owner(map))
}

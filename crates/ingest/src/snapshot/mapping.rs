//! A file as a slice of memory: the one unsafe module of the server process.
#![allow(unsafe_code)]

use std::fs::File;
use std::ops::Deref;
use std::path::Path;

use memmap2::Mmap;

use crate::error::{Error, Result};

/// A whole file, mapped for reading; its first byte lies on a page border.
#[derive(Debug)]
pub(super) struct Mapping(Mmap);

impl Mapping {
    /// Maps a file that nobody writes to any more.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let doing = || format!("opening {}", path.display());
        let file = File::open(path).map_err(Error::io(doing()))?;
        // SAFETY: the bytes of a mapping must not change while it lives. Snapshots are never
        // changed in place: a builder writes under another name, which is renamed when the file is
        // complete, and a file that is replaced or swept is unlinked, which leaves the mapped one
        // as it was until it is unmapped. The data folder belongs to this program alone. Nothing
        // is concluded from the bytes that is not checked at the access itself.
        let map = unsafe { Mmap::map(&file) }.map_err(Error::io(doing()))?;
        Ok(Self(map))
    }
}

impl Deref for Mapping {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

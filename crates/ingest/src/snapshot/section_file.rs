//! Writing a snapshot's sections one after the other.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

use super::header::Header;
use super::section::{ALIGNMENT, Entry, Form, Section, SectionId};
use crate::error::{Error, Result};

/// A snapshot under construction: the header's place is left free until the end.
pub(super) struct SectionFile {
    path: PathBuf,
    file: File,
    length: u64,
    entries: Vec<Entry>,
}

impl SectionFile {
    /// Starts a file; one that is already there is overwritten.
    pub(super) fn create(path: &Path) -> Result<Self> {
        let file = File::create(path).map_err(Error::io(format!("creating {}", path.display())))?;
        let mut file = Self {
            path: path.to_owned(),
            file,
            length: 0,
            entries: Vec::new(),
        };
        file.append(&[0; Header::LENGTH])?;
        Ok(file)
    }

    /// Writes a section.
    pub(super) fn write(&mut self, section: &Section) -> Result<()> {
        self.write_pieces(section.id, section.form, |piece| piece(&section.bytes))
    }

    /// Writes a section that comes in pieces: `fill` gets the function that takes them.
    pub(super) fn write_pieces(
        &mut self,
        id: SectionId,
        form: Form,
        fill: impl FnOnce(&mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()>,
    ) -> Result<()> {
        self.align()?;
        let offset = self.length;
        let mut hash = Xxh3Default::new();
        fill(&mut |piece| {
            hash.update(piece);
            self.append(piece)
        })?;
        self.entries.push(Entry {
            id,
            form: form as u32,
            offset,
            length: self.length - offset,
            checksum: hash.digest(),
        });
        Ok(())
    }

    /// Writes the table and the header, whose places and checksums are filled in, and waits until
    /// the disk has the file.
    pub(super) fn finish(mut self, mut header: Header) -> Result<()> {
        self.align()?;
        let words: Vec<u64> = self.entries.iter().flat_map(|e| e.to_words()).collect();
        let table: &[u8] = bytemuck::cast_slice(&words);
        header.table_offset = self.length;
        header.section_count = self.entries.len() as u64;
        header.table_checksum = xxh3_64(table);
        self.append(table)?;
        header.file_length = self.length;
        let Self { path, mut file, .. } = self;
        file.seek(SeekFrom::Start(0))
            .and_then(|_| file.write_all(&header.to_bytes()))
            .and_then(|()| file.sync_all())
            .map_err(Error::io(format!("writing {}", path.display())))
    }

    fn align(&mut self) -> Result<()> {
        let gap = self.length.next_multiple_of(ALIGNMENT) - self.length;
        self.append(&[0; ALIGNMENT as usize][..gap as usize])
    }

    fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.file
            .write_all(bytes)
            .map_err(Error::io(format!("writing {}", self.path.display())))?;
        self.length += bytes.len() as u64;
        Ok(())
    }
}

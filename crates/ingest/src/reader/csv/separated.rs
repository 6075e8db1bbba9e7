//! A file of separated values, to be read more than once.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use ::csv::{Reader, ReaderBuilder, StringRecord};

use super::dialect;
use super::number::FORMS;
use crate::stop::{Result, Stop};

/// The most columns.
const COLUMNS: usize = 2000;

/// The file and how it is to be read.
pub(super) struct Separated<'p> {
    path: &'p Path,
    separator: u8,
    /// The names of the columns; empty ones where there is no header.
    pub(super) header: Vec<String>,
    has_header: bool,
}

impl<'p> Separated<'p> {
    /// Looks at the start of a file in UTF-8.
    ///
    /// # Errors
    /// Refused when it has no rows or too many columns.
    pub(super) fn open(path: &'p Path) -> Result<Self> {
        let mut head = Vec::new();
        File::open(path)?.take(1 << 16).read_to_end(&mut head)?;
        let mut file = Self {
            path,
            separator: dialect::separator(&head),
            header: Vec::new(),
            has_header: false,
        };
        let mut first = StringRecord::new();
        if !file.rows()?.read_record(&mut first).map_err(damaged)? {
            return Err(Stop::refused("file-empty", "The file has no rows."));
        }
        if first.len() > COLUMNS {
            return Err(Stop::refused(
                "too-many-columns",
                format!(
                    "The file has {} columns; {COLUMNS} are allowed.",
                    first.len()
                ),
            ));
        }
        // A first row of nothing but numbers is no header.
        let is_number = |text: &str| FORMS.iter().any(|f| f.read(text.trim()).is_some());
        file.has_header = !first.iter().all(is_number);
        file.header = first
            .iter()
            .map(|name| {
                if file.has_header {
                    name.trim().to_owned()
                } else {
                    String::new()
                }
            })
            .collect();
        Ok(file)
    }

    /// All rows but the header.
    pub(super) fn data(&self) -> Result<Reader<File>> {
        let mut rows = self.rows()?;
        if self.has_header {
            rows.read_record(&mut StringRecord::new())
                .map_err(damaged)?;
        }
        Ok(rows)
    }

    fn rows(&self) -> Result<Reader<File>> {
        Ok(ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.separator)
            .buffer_capacity(1 << 18)
            .from_reader(File::open(self.path)?))
    }
}

/// The refusal of a file that cannot be parsed.
pub(super) fn damaged(error: ::csv::Error) -> Stop {
    Stop::damaged("separated values", error)
}

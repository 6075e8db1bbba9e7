//! DBF tables, byte by byte: header, fields, raw cells.
//!
//! The layout: 32 bytes of header (records at 4, header length at 8, record length at 10,
//! language byte at 29), 32 bytes per field until 0x0d, then fixed-length records that start with
//! `*` when deleted.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use crate::stop::{Result, Stop};

/// The most fields; dBase allows 255.
const FIELDS: usize = 2048;

/// One field as its descriptor says.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// The raw name.
    pub(super) name: Vec<u8>,
    /// The type: `C`, `N`, `F`, `D`, `L` and rarer ones.
    pub(super) kind: u8,
    /// Where its cell starts in a record.
    pub(super) offset: usize,
    /// How many bytes a cell has.
    pub(super) length: usize,
    /// How many decimals numbers have.
    pub(super) decimals: u8,
}

/// A table, read record by record.
pub(super) struct Dbf {
    file: BufReader<File>,
    header: u64,
    record: Vec<u8>,
    left: u64,
    /// The fields.
    pub(super) fields: Vec<Field>,
    /// How many records there are.
    pub(super) records: u64,
    /// How many the header announces beyond those.
    pub(super) missing: u64,
    /// The language byte.
    pub(super) language_byte: u8,
}

impl Dbf {
    /// Opens a table.
    ///
    /// # Errors
    /// Refused when the header makes no sense.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let size = std::fs::metadata(path)?.len();
        let mut file = BufReader::with_capacity(1 << 18, File::open(path)?);
        let damaged = |what: &str| Stop::damaged("a dBase table", what);
        let mut head = [0; 32];
        file.read_exact(&mut head)
            .map_err(|_| damaged("its header is cut off"))?;
        let word = |at: usize| usize::from(u16::from_le_bytes([head[at], head[at + 1]]));
        let announced = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
        let (header, length) = (word(8), word(10));
        if header < 33 || length < 1 || header as u64 > size {
            return Err(damaged("its header makes no sense"));
        }
        let fields = fields(&mut file, header, length)?;
        let records = announced.min((size - header as u64) / length as u64);
        let mut dbf = Self {
            file,
            header: header as u64,
            record: vec![0; length],
            left: 0,
            fields,
            records,
            missing: announced - records,
            language_byte: head[29],
        };
        dbf.rewind()?;
        Ok(dbf)
    }

    /// Back to the first record.
    pub(super) fn rewind(&mut self) -> Result<()> {
        self.file.seek(SeekFrom::Start(self.header))?;
        self.left = self.records;
        Ok(())
    }

    /// Goes to the next record; `false` at the end.
    pub(super) fn advance(&mut self) -> Result<bool> {
        if self.left == 0 {
            return Ok(false);
        }
        self.left -= 1;
        self.file.read_exact(&mut self.record)?;
        Ok(true)
    }

    /// The record it is at, deletion mark and all.
    pub(super) fn record(&self) -> &[u8] {
        &self.record
    }

    /// Whether the record it is at is marked as deleted.
    pub(super) fn is_deleted(&self) -> bool {
        self.record.first() == Some(&b'*')
    }
}

fn fields(file: &mut impl Read, header: usize, record: usize) -> Result<Vec<Field>> {
    let mut fields = Vec::new();
    let mut offset = 1;
    for _ in 0..(header - 32) / 32 {
        let mut d = [0; 32];
        file.read_exact(&mut d)?;
        if d[0] == 0x0d || d[0] == 0 {
            break;
        }
        let kind = d[11].to_ascii_uppercase();
        // Long texts keep the high byte of their length where numbers have their decimals.
        let length = match kind {
            b'C' => usize::from(u16::from_le_bytes([d[16], d[17]])),
            _ => usize::from(d[16]),
        };
        let name = d[..11].split(|&b| b == 0).next().unwrap_or(&[]);
        fields.push(Field {
            name: name.trim_ascii().to_owned(),
            kind,
            offset,
            length,
            decimals: if kind == b'C' { 0 } else { d[17] },
        });
        offset += length;
        if offset > record || fields.len() > FIELDS {
            return Err(Stop::damaged(
                "a dBase table",
                "its fields do not fit its records",
            ));
        }
    }
    Ok(fields)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A table of these fields (name, kind, length, decimals) and records.
    pub(crate) fn table(fields: &[(&str, u8, u8, u8)], records: &[&str]) -> Vec<u8> {
        let header = 33 + 32 * fields.len();
        let length: usize = 1 + fields.iter().map(|f| usize::from(f.2)).sum::<usize>();
        let mut out = vec![3, 124, 1, 1];
        out.extend((records.len() as u32).to_le_bytes());
        out.extend((header as u16).to_le_bytes());
        out.extend((length as u16).to_le_bytes());
        out.resize(32, 0);
        for (name, kind, length, decimals) in fields {
            let mut d = [0; 32];
            d[..name.len()].copy_from_slice(name.as_bytes());
            (d[11], d[16], d[17]) = (*kind, *length, *decimals);
            out.extend(d);
        }
        out.push(0x0d);
        for record in records {
            let mut bytes = record.as_bytes().to_vec();
            bytes.resize(length, b' ');
            out.extend(bytes);
        }
        out
    }

    #[test]
    fn a_cut_table_tells_what_is_missing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.dbf");
        let mut bytes = table(&[("A", b'C', 4, 0)], &[" x", "*y", " z"]);
        bytes.truncate(bytes.len() - 2);
        std::fs::write(&path, &bytes).unwrap();
        let mut dbf = Dbf::open(&path).unwrap();
        assert_eq!((dbf.records, dbf.missing), (2, 1));
        assert!(dbf.advance().unwrap() && !dbf.is_deleted());
        assert!(dbf.advance().unwrap() && dbf.is_deleted());
        assert!(!dbf.advance().unwrap());
    }

    #[test]
    fn mutated_headers_never_panic() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.dbf");
        let good = table(&[("A", b'C', 4, 0), ("B", b'N', 6, 2)], &[" abcd  1.50"]);
        for at in 0..good.len() {
            for byte in [0, 1, 0x0d, 0x7f, 0xff] {
                let mut bytes = good.clone();
                bytes[at] = byte;
                std::fs::write(&path, &bytes).unwrap();
                if let Ok(mut dbf) = Dbf::open(&path) {
                    while let Ok(true) = dbf.advance() {}
                }
            }
        }
    }
}

//! The index of a Shapefile (`.shx`), made anew where it is missing.
//!
//! GDAL can restore it too, but trusts the length in the header of the `.shp`, which real files
//! state too small: it lost three of 73 roads that way.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

use crate::stop::{Result, Stop};

/// Both headers have this length; a record's has 8 bytes.
const HEADER: usize = 100;

/// Whether a file starts as a `.shx` does.
pub(super) fn is_index(path: &Path) -> Result<bool> {
    let mut head = Vec::new();
    File::open(path)?
        .take(HEADER as u64)
        .read_to_end(&mut head)?;
    Ok(head.len() == HEADER && head.starts_with(&[0, 0, 0x27, 0x0a]))
}

/// Writes the index of the records that follow each other in a `.shp`.
///
/// # Errors
/// Refused when the `.shp` has no whole header.
pub(super) fn restore(shp: &Path, shx: &Path) -> Result<()> {
    let size = std::fs::metadata(shp)?.len();
    let mut input = BufReader::with_capacity(1 << 18, File::open(shp)?);
    let mut header = [0; HEADER];
    input
        .read_exact(&mut header)
        .map_err(|_| Stop::damaged("a Shapefile", "its header is cut off"))?;
    let mut records = Vec::new();
    let mut at = HEADER as u64;
    let mut head = [0; 8];
    while at + 8 <= size && input.read_exact(&mut head).is_ok() {
        let words = u32::from_be_bytes([head[4], head[5], head[6], head[7]]);
        let length = u64::from(words) * 2;
        if length < 4 || at + 8 + length > size {
            break;
        }
        let Ok(offset) = u32::try_from(at / 2) else {
            break;
        };
        records.push((offset, words));
        at += 8 + length;
        input.seek_relative(length as i64)?;
    }
    let words = (HEADER / 2 + records.len() * 4) as u32;
    header[24..28].copy_from_slice(&words.to_be_bytes());
    let mut output = BufWriter::new(File::create(shx)?);
    output.write_all(&header)?;
    for (offset, words) in records {
        output.write_all(&offset.to_be_bytes())?;
        output.write_all(&words.to_be_bytes())?;
    }
    Ok(output.flush()?)
}

//! The first bytes of a snapshot: counts, grid, extent, and where the table of sections lies.

use xxhash_rust::xxh3::xxh3_64;

use super::grid::{CoordinateUnit, Grid};
use crate::layer::Bbox;

/// `GOVMAPSN`.
const MAGIC: u64 = u64::from_le_bytes(*b"GOVMAPSN");
/// Raised when an older program would misread the file; snapshots of other versions are rebuilt.
const VERSION: u64 = 1;
/// Words of 64 bits; the last is the checksum of those before it.
const WORDS: usize = 24;

/// What a snapshot says of itself.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Header {
    /// Bytes of the whole file.
    pub(super) file_length: u64,
    /// Where the table of sections starts.
    pub(super) table_offset: u64,
    /// How many sections it lists.
    pub(super) section_count: u64,
    /// xxh3-64 of the table.
    pub(super) table_checksum: u64,
    /// Features.
    pub(super) rows: u64,
    /// Features that have a vertex: they come first.
    pub(super) drawn: u64,
    /// Paths of all geometries.
    pub(super) paths: u64,
    /// Vertices of all geometries.
    pub(super) vertices: u64,
    /// Every drawn row is one vertex: path and vertex `i` are those of row `i`.
    pub(super) points_only: bool,
    /// The grid of the drawing coordinates.
    pub(super) grid: Grid,
    /// The exact extent.
    pub(super) extent: Bbox,
}

impl Header {
    /// Bytes in the file.
    pub(super) const LENGTH: usize = WORDS * 8;

    pub(super) fn to_bytes(&self) -> [u8; Self::LENGTH] {
        let unit = match self.grid.unit() {
            CoordinateUnit::Metre => 0,
            CoordinateUnit::Degree => 1,
        };
        let [origin_x, origin_y] = self.grid.origin().map(|step| step as u64);
        let [min_x, min_y, max_x, max_y] = self.extent.to_array().map(f64::to_bits);
        let words: [u64; WORDS - 1] = [
            MAGIC,
            VERSION,
            self.file_length,
            self.table_offset,
            self.section_count,
            self.table_checksum,
            self.rows,
            self.drawn,
            self.paths,
            self.vertices,
            u64::from(self.points_only),
            unit,
            i64::from(self.grid.decimals()) as u64,
            origin_x,
            origin_y,
            min_x,
            min_y,
            max_x,
            max_y,
            0,
            0,
            0,
            0,
        ];
        let mut bytes = [0; Self::LENGTH];
        for (to, word) in bytes.chunks_exact_mut(8).zip(words) {
            to.copy_from_slice(&word.to_le_bytes());
        }
        let checksum = xxh3_64(&bytes[..Self::LENGTH - 8]);
        bytes[Self::LENGTH - 8..].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    /// Reads the first bytes of a file; the error says what is wrong with them.
    pub(super) fn from_bytes(file: &[u8]) -> Result<Self, &'static str> {
        let bytes = file.get(..Self::LENGTH).ok_or("shorter than a header")?;
        let mut words = [0u64; WORDS];
        for (word, from) in words.iter_mut().zip(bytes.chunks_exact(8)) {
            *word = u64::from_le_bytes(from.try_into().expect("chunks are of eight bytes"));
        }
        if words[0] != MAGIC {
            return Err("not a snapshot");
        }
        if words[1] != VERSION {
            return Err("a snapshot of another version of this program");
        }
        if words[WORDS - 1] != xxh3_64(&bytes[..Self::LENGTH - 8]) {
            return Err("the header's checksum is wrong");
        }
        let decimals = i32::try_from(words[12] as i64).map_err(|_| "decimals out of range")?;
        if !(-310..=15).contains(&decimals) {
            return Err("decimals out of range");
        }
        let unit = match words[11] {
            0 => CoordinateUnit::Metre,
            1 => CoordinateUnit::Degree,
            _ => return Err("an unknown unit"),
        };
        let [min_x, min_y, max_x, max_y] = [15, 16, 17, 18].map(|i| f64::from_bits(words[i]));
        Ok(Self {
            file_length: words[2],
            table_offset: words[3],
            section_count: words[4],
            table_checksum: words[5],
            rows: words[6],
            drawn: words[7],
            paths: words[8],
            vertices: words[9],
            points_only: words[10] & 1 == 1,
            grid: Grid::new(unit, decimals, [words[13] as i64, words[14] as i64]),
            extent: Bbox {
                min_x,
                min_y,
                max_x,
                max_y,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        Header {
            file_length: 1000,
            table_offset: 256,
            section_count: 3,
            table_checksum: 42,
            rows: 7,
            drawn: 6,
            paths: 9,
            vertices: 99,
            points_only: true,
            grid: Grid::new(CoordinateUnit::Degree, -2, [-5, 1 << 40]),
            extent: Bbox::of([1.5, 2.5], [3.5, -4.5]),
        }
    }

    #[test]
    fn a_header_comes_back() {
        assert_eq!(Header::from_bytes(&header().to_bytes()), Ok(header()));
    }

    #[test]
    fn any_flipped_bit_is_noticed() {
        for bit in 0..Header::LENGTH * 8 {
            let mut bytes = header().to_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(Header::from_bytes(&bytes).is_err(), "bit {bit}");
        }
        assert!(Header::from_bytes(&header().to_bytes()[1..]).is_err());
    }
}

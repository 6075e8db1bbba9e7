//! The geometry blob: a header of GeoPackage before the ISO WKB (OGC 12-128r18, clause 2.1.3).

use crate::error::{Error, Result};
use crate::layer::{Bbox, Geometry, GeometryKind};

/// `GP`, version 0.
const MAGIC: [u8; 3] = *b"GP\0";
/// Little endian.
const LITTLE_ENDIAN: u8 = 0b1;
/// An envelope of x and y follows.
const ENVELOPE_XY: u8 = 0b10;
/// The geometry has no vertices.
const EMPTY: u8 = 0b1_0000;

/// Builds geometry blobs, keeping its memory from one to the next.
pub(super) struct BlobWriter {
    srs_id: i32,
    geometry: Geometry,
    blob: Vec<u8>,
}

impl BlobWriter {
    /// For geometries of one CRS.
    pub(super) fn new(srs_id: i32) -> Self {
        Self {
            srs_id,
            geometry: Geometry::empty(GeometryKind::Point),
            blob: Vec::new(),
        }
    }

    /// The blob of a WKB, and its box. Points carry no envelope, for they are one.
    ///
    /// # Errors
    /// [`Error::Invalid`] for bytes that are no WKB.
    pub(super) fn blob(&mut self, wkb: &[u8]) -> Result<(&[u8], Bbox)> {
        self.geometry.read_wkb(wkb)?;
        let bbox = self.geometry.bbox();
        let flags = LITTLE_ENDIAN
            | if self.geometry.is_empty() {
                EMPTY
            } else if self.geometry.kind == GeometryKind::Point {
                0
            } else {
                ENVELOPE_XY
            };
        self.blob.clear();
        self.blob.extend(MAGIC);
        self.blob.push(flags);
        self.blob.extend(self.srs_id.to_le_bytes());
        if flags & ENVELOPE_XY != 0 {
            for bound in [bbox.min_x, bbox.max_x, bbox.min_y, bbox.max_y] {
                self.blob.extend(bound.to_le_bytes());
            }
        }
        self.blob.extend(wkb);
        Ok((&self.blob, bbox))
    }
}

/// The WKB inside a blob that [`BlobWriter`] made.
///
/// # Errors
/// [`Error::Invalid`] for any other blob.
pub(super) fn wkb_of(blob: &[u8]) -> Result<&[u8]> {
    let refuse = || Error::invalid("a geometry without the header that we write");
    let (head, rest) = blob.split_at_checked(8).ok_or_else(refuse)?;
    if head[..3] != MAGIC {
        return Err(refuse());
    }
    let envelope = match head[3] & !EMPTY {
        LITTLE_ENDIAN => 0,
        flags if flags == LITTLE_ENDIAN | ENVELOPE_XY => 32,
        _ => return Err(refuse()),
    };
    rest.get(envelope..).ok_or_else(refuse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_carries_its_envelope_and_a_point_does_not() {
        let mut line = Geometry::empty(GeometryKind::LineString);
        line.xy.extend([[3., 9.], [1., 5.]]);
        line.end_path(crate::layer::PathRole::Line);
        let mut wkb = Vec::new();
        line.write_wkb(&mut wkb);
        let mut writer = BlobWriter::new(31370);
        let (blob, bbox) = writer.blob(&wkb).unwrap();
        assert_eq!(blob[..4], [b'G', b'P', 0, 0b11]);
        assert_eq!(blob[4..8], 31370i32.to_le_bytes());
        assert_eq!(blob[8..16], 1f64.to_le_bytes());
        assert_eq!(blob[16..24], 3f64.to_le_bytes());
        assert_eq!(bbox.to_array(), [1., 5., 3., 9.]);
        assert_eq!(wkb_of(blob).unwrap(), wkb);

        let mut point = vec![1, 1, 0, 0, 0];
        point.extend(f64::NAN.to_le_bytes());
        point.extend(f64::NAN.to_le_bytes());
        let (blob, bbox) = writer.blob(&point).unwrap();
        assert_eq!(blob[3], 0b1_0001);
        assert!(bbox.is_empty());
        assert_eq!(wkb_of(blob).unwrap(), point);
    }

    #[test]
    fn foreign_headers_are_refused() {
        assert!(wkb_of(b"").is_err());
        assert!(wkb_of(b"XP\0\x01....").is_err());
        assert!(wkb_of(b"GP\0\x03....short").is_err());
        assert!(wkb_of(b"GP\0\x05....").is_err());
    }
}

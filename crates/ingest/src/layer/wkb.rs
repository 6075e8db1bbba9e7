//! ISO WKB (OGC 06-103r4, clause 8) to and from [`Geometry`].

use super::{Geometry, GeometryKind, PathRole};
use crate::error::{Error, Result};

/// How deep collections may nest.
const DEEPEST: u32 = 8;

impl Geometry {
    /// Reads WKB into this geometry, replacing what it held; a stranger's bytes are welcome.
    ///
    /// Both byte orders, ISO codes and the 2.5D flags of old EWKB are read. A point whose x and y
    /// are NaN is empty. Rings are taken as they are, closed or not.
    ///
    /// # Errors
    /// [`Error::Invalid`] for bytes that are cut off or left over, unknown or nested kinds, and
    /// coordinates that are not finite.
    pub fn read_wkb(&mut self, bytes: &[u8]) -> Result<()> {
        self.reset(GeometryKind::Point);
        let mut reader = Reader {
            rest: bytes,
            big_endian: false,
        };
        let head = reader.head()?;
        self.kind = head.kind;
        reader.body(head, self, 0)?;
        if !reader.rest.is_empty() {
            return Err(Error::invalid("geometry with bytes left over"));
        }
        Ok(())
    }

    /// A new geometry from WKB; see [`Geometry::read_wkb`].
    ///
    /// # Errors
    /// As [`Geometry::read_wkb`].
    pub fn from_wkb(bytes: &[u8]) -> Result<Self> {
        let mut geometry = Self::empty(GeometryKind::Point);
        geometry.read_wkb(bytes)?;
        Ok(geometry)
    }

    /// Appends the geometry as ISO WKB, little endian.
    pub fn write_wkb(&self, out: &mut Vec<u8>) {
        let parts = self.parts();
        match self.kind {
            GeometryKind::Point | GeometryKind::LineString | GeometryKind::Polygon => {
                self.write_part(self.kind, parts.first().cloned().unwrap_or(0..0), out);
            }
            GeometryKind::MultiPoint => self.write_parts(GeometryKind::Point, &parts, out),
            GeometryKind::MultiLineString => {
                self.write_parts(GeometryKind::LineString, &parts, out)
            }
            GeometryKind::MultiPolygon => self.write_parts(GeometryKind::Polygon, &parts, out),
            GeometryKind::GeometryCollection => {
                self.write_head(self.kind, out);
                out.extend((parts.len() as u32).to_le_bytes());
                for part in parts {
                    self.write_part(kind_of(self.paths[part.start].role), part, out);
                }
            }
        }
    }

    /// The ranges of paths that make one point, line or polygon each.
    pub fn parts(&self) -> Vec<std::ops::Range<usize>> {
        let mut parts: Vec<std::ops::Range<usize>> = Vec::new();
        for (i, path) in self.paths.iter().enumerate() {
            match parts.last_mut() {
                Some(last) if path.role == PathRole::Inner => last.end = i + 1,
                _ => parts.push(i..i + 1),
            }
        }
        parts
    }

    fn write_parts(&self, kind: GeometryKind, parts: &[std::ops::Range<usize>], out: &mut Vec<u8>) {
        self.write_head(self.kind, out);
        out.extend((parts.len() as u32).to_le_bytes());
        for part in parts {
            self.write_part(kind, part.clone(), out);
        }
    }

    fn write_head(&self, kind: GeometryKind, out: &mut Vec<u8>) {
        let dimensions =
            if self.z.is_empty() { 0 } else { 1000 } + if self.m.is_empty() { 0 } else { 2000 };
        out.push(1);
        out.extend((kind as u32 + dimensions).to_le_bytes());
    }

    fn write_part(&self, kind: GeometryKind, paths: std::ops::Range<usize>, out: &mut Vec<u8>) {
        self.write_head(kind, out);
        let start_of = |path: usize| {
            if path == 0 {
                0
            } else {
                self.paths[path - 1].end
            }
        };
        match kind {
            GeometryKind::Point if paths.is_empty() => {
                let ordinates =
                    2 + usize::from(!self.z.is_empty()) + usize::from(!self.m.is_empty());
                (0..ordinates).for_each(|_| out.extend(f64::NAN.to_le_bytes()));
            }
            GeometryKind::Point => {
                self.write_vertices(start_of(paths.start)..self.paths[paths.start].end, out)
            }
            GeometryKind::LineString => {
                let range = if paths.is_empty() {
                    0..0
                } else {
                    start_of(paths.start)..self.paths[paths.start].end
                };
                out.extend((range.len() as u32).to_le_bytes());
                self.write_vertices(range, out);
            }
            _ => {
                out.extend((paths.len() as u32).to_le_bytes());
                for path in paths {
                    let range = start_of(path)..self.paths[path].end;
                    out.extend((range.len() as u32).to_le_bytes());
                    self.write_vertices(range, out);
                }
            }
        }
    }

    fn write_vertices(&self, range: std::ops::Range<usize>, out: &mut Vec<u8>) {
        for i in range {
            out.extend(self.xy[i][0].to_le_bytes());
            out.extend(self.xy[i][1].to_le_bytes());
            if let Some(z) = self.z.get(i) {
                out.extend(z.to_le_bytes());
            }
            if let Some(m) = self.m.get(i) {
                out.extend(m.to_le_bytes());
            }
        }
    }
}

fn kind_of(role: PathRole) -> GeometryKind {
    match role {
        PathRole::Point => GeometryKind::Point,
        PathRole::Line => GeometryKind::LineString,
        PathRole::Outer | PathRole::Inner => GeometryKind::Polygon,
    }
}

#[derive(Clone, Copy)]
struct Head {
    kind: GeometryKind,
    has_z: bool,
    has_m: bool,
}

struct Reader<'a> {
    rest: &'a [u8],
    big_endian: bool,
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let (head, rest) = self
            .rest
            .split_at_checked(n)
            .ok_or_else(|| Error::invalid("geometry cut off"))?;
        self.rest = rest;
        Ok(head)
    }

    fn u32(&mut self) -> Result<u32> {
        let bytes: [u8; 4] = self.take(4)?.try_into().expect("four bytes were taken");
        Ok(if self.big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        })
    }

    fn f64(&mut self) -> Result<f64> {
        let bytes: [u8; 8] = self.take(8)?.try_into().expect("eight bytes were taken");
        Ok(if self.big_endian {
            f64::from_be_bytes(bytes)
        } else {
            f64::from_le_bytes(bytes)
        })
    }

    fn head(&mut self) -> Result<Head> {
        self.big_endian = match self.take(1)?[0] {
            0 => true,
            1 => false,
            _ => return Err(Error::invalid("geometry with an unknown byte order")),
        };
        let code = self.u32()?;
        let (flag_z, flag_m) = (code & 0x8000_0000 != 0, code & 0x4000_0000 != 0);
        let code = code & 0x0fff_ffff;
        let kind = GeometryKind::from_code(code % 1000)
            .filter(|_| code < 4000)
            .ok_or_else(|| Error::invalid(format!("geometry of the unknown kind {code}")))?;
        Ok(Head {
            kind,
            has_z: flag_z || matches!(code / 1000, 1 | 3),
            has_m: flag_m || matches!(code / 1000, 2 | 3),
        })
    }

    fn body(&mut self, head: Head, out: &mut Geometry, depth: u32) -> Result<()> {
        match head.kind {
            GeometryKind::Point => self.point(head, out),
            GeometryKind::LineString => self.path(head, PathRole::Line, out),
            GeometryKind::Polygon => {
                for ring in 0..self.u32()? {
                    self.path(
                        head,
                        if ring == 0 {
                            PathRole::Outer
                        } else {
                            PathRole::Inner
                        },
                        out,
                    )?;
                }
                Ok(())
            }
            _ if depth == DEEPEST => Err(Error::invalid("geometry nested too deeply")),
            kind => {
                for _ in 0..self.u32()? {
                    let part = self.head()?;
                    if kind != GeometryKind::GeometryCollection && part.kind as u8 + 3 != kind as u8
                    {
                        return Err(Error::invalid(format!(
                            "{} that holds a {}",
                            kind.name(),
                            part.kind.name()
                        )));
                    }
                    if (part.has_z, part.has_m) != (head.has_z, head.has_m) {
                        return Err(Error::invalid("geometry whose parts differ in dimension"));
                    }
                    self.body(part, out, depth + 1)?;
                }
                Ok(())
            }
        }
    }

    fn point(&mut self, head: Head, out: &mut Geometry) -> Result<()> {
        let ordinates = 2 + usize::from(head.has_z) + usize::from(head.has_m);
        let mut values = [0.0; 4];
        for value in &mut values[..ordinates] {
            *value = self.f64()?;
        }
        if values[0].is_nan() && values[1].is_nan() {
            return Ok(());
        }
        push_vertex(head, values, out)?;
        out.end_path(PathRole::Point);
        Ok(())
    }

    fn path(&mut self, head: Head, role: PathRole, out: &mut Geometry) -> Result<()> {
        let count = self.u32()? as usize;
        let ordinates = 2 + usize::from(head.has_z) + usize::from(head.has_m);
        if count == 0 {
            return match role {
                PathRole::Inner | PathRole::Outer => {
                    Err(Error::invalid("polygon with an empty ring"))
                }
                _ => Ok(()),
            };
        }
        if self.rest.len() / (8 * ordinates) < count {
            return Err(Error::invalid("geometry cut off"));
        }
        for _ in 0..count {
            let mut values = [0.0; 4];
            for value in &mut values[..ordinates] {
                *value = self.f64()?;
            }
            push_vertex(head, values, out)?;
        }
        out.end_path(role);
        Ok(())
    }
}

fn push_vertex(head: Head, values: [f64; 4], out: &mut Geometry) -> Result<()> {
    if !values[0].is_finite() || !values[1].is_finite() {
        return Err(Error::invalid(
            "geometry with a coordinate that is no finite number",
        ));
    }
    out.xy.push([values[0], values[1]]);
    if head.has_z {
        out.z.push(if values[2].is_finite() {
            values[2]
        } else {
            0.0
        });
    }
    if head.has_m {
        let m = values[2 + usize::from(head.has_z)];
        out.m.push(if m.is_finite() { m } else { 0.0 });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn polygon() -> Geometry {
        let mut g = Geometry::empty(GeometryKind::MultiPolygon);
        for (role, ring) in [
            (
                PathRole::Outer,
                vec![[0., 0.], [9., 0.], [9., 9.], [0., 0.]],
            ),
            (
                PathRole::Inner,
                vec![[5., 1.], [8., 1.], [8., 4.], [5., 1.]],
            ),
            (
                PathRole::Outer,
                vec![[20., 0.], [29., 0.], [29., 9.], [20., 0.]],
            ),
        ] {
            g.xy.extend(ring);
            g.end_path(role);
        }
        g
    }

    #[test]
    fn a_multipolygon_comes_back() {
        let (mut bytes, g) = (Vec::new(), polygon());
        g.write_wkb(&mut bytes);
        assert_eq!(Geometry::from_wkb(&bytes).unwrap(), g);
        assert_eq!(g.parts(), vec![0..2, 2..3]);
    }

    #[test]
    fn empty_geometries_keep_their_kind() {
        for code in 1..=7 {
            let g = Geometry::empty(GeometryKind::from_code(code).unwrap());
            let mut bytes = Vec::new();
            g.write_wkb(&mut bytes);
            assert_eq!(Geometry::from_wkb(&bytes).unwrap(), g);
        }
    }

    #[test]
    fn infinite_coordinates_are_refused() {
        let mut bytes = vec![1, 1, 0, 0, 0];
        bytes.extend(f64::INFINITY.to_le_bytes());
        bytes.extend(0f64.to_le_bytes());
        assert!(Geometry::from_wkb(&bytes).is_err());
    }

    proptest! {
        #[test]
        fn damaged_bytes_never_panic(at in 0usize..200, byte: u8, cut in 0usize..260) {
            let mut bytes = Vec::new();
            polygon().write_wkb(&mut bytes);
            if let Some(b) = bytes.get_mut(at) { *b = byte; }
            bytes.truncate(cut);
            let _ = Geometry::from_wkb(&bytes);
        }
    }
}

//! One geometry, flat: paths over one list of vertices.

/// What a geometry is; the numbers are the ISO WKB codes and stand in snapshots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum GeometryKind {
    /// One position, or none when empty.
    Point = 1,
    /// One line.
    LineString = 2,
    /// One outer ring and its holes.
    Polygon = 3,
    /// Positions.
    MultiPoint = 4,
    /// Lines.
    MultiLineString = 5,
    /// Polygons.
    MultiPolygon = 6,
    /// Anything together; nested collections and multis are flattened to single parts.
    GeometryCollection = 7,
}

impl GeometryKind {
    /// From the ISO WKB code.
    pub fn from_code(code: u32) -> Option<Self> {
        Some(match code {
            1 => Self::Point,
            2 => Self::LineString,
            3 => Self::Polygon,
            4 => Self::MultiPoint,
            5 => Self::MultiLineString,
            6 => Self::MultiPolygon,
            7 => Self::GeometryCollection,
            _ => return None,
        })
    }

    /// The name as GeoJSON and WKT-like texts spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Point => "Point",
            Self::LineString => "LineString",
            Self::Polygon => "Polygon",
            Self::MultiPoint => "MultiPoint",
            Self::MultiLineString => "MultiLineString",
            Self::MultiPolygon => "MultiPolygon",
            Self::GeometryCollection => "GeometryCollection",
        }
    }
}

/// What a path of a geometry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum PathRole {
    /// One position of a point or multipoint.
    Point = 0,
    /// A line.
    Line = 1,
    /// The outer ring of a polygon, which it starts; closed (first = last).
    Outer = 2,
    /// A hole of the polygon that the last outer ring started; closed.
    Inner = 3,
}

impl PathRole {
    /// From its number in a snapshot.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Point, Self::Line, Self::Outer, Self::Inner]
            .get(code as usize)
            .copied()
    }
}

/// A run of vertices with a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Path {
    /// What it is.
    pub role: PathRole,
    /// One past its last vertex; it starts where the path before it ends.
    pub end: usize,
}

/// A geometry as lists: cheap to fill again and again.
///
/// An empty geometry has a kind and no paths.
#[derive(Debug, Clone, PartialEq)]
pub struct Geometry {
    /// What it is.
    pub kind: GeometryKind,
    /// Its paths in order.
    pub paths: Vec<Path>,
    /// x and y (east, north) of all vertices.
    pub xy: Vec<[f64; 2]>,
    /// Heights, one per vertex, or none at all.
    pub z: Vec<f64>,
    /// Measures, one per vertex, or none at all.
    pub m: Vec<f64>,
}

impl Geometry {
    /// An empty geometry of a kind.
    pub fn empty(kind: GeometryKind) -> Self {
        Self {
            kind,
            paths: Vec::new(),
            xy: Vec::new(),
            z: Vec::new(),
            m: Vec::new(),
        }
    }

    /// Makes it an empty geometry of a kind, keeping its memory.
    pub fn reset(&mut self, kind: GeometryKind) {
        self.kind = kind;
        self.paths.clear();
        self.xy.clear();
        self.z.clear();
        self.m.clear();
    }

    /// Whether it has no vertices.
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// Ends a path at the vertices pushed so far.
    pub fn end_path(&mut self, role: PathRole) {
        self.paths.push(Path {
            role,
            end: self.xy.len(),
        });
    }

    /// The paths with the range of their vertices.
    pub fn ranges(&self) -> impl Iterator<Item = (PathRole, std::ops::Range<usize>)> + '_ {
        let mut start = 0;
        self.paths.iter().map(move |path| {
            let range = start..path.end;
            start = path.end;
            (path.role, range)
        })
    }

    /// The box of its vertices.
    pub fn bbox(&self) -> super::Bbox {
        let mut bbox = super::Bbox::EMPTY;
        self.xy.iter().for_each(|&p| bbox.add(p));
        bbox
    }
}

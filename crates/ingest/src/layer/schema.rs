//! What a layer's features consist of.

use serde::{Deserialize, Serialize};

/// The type of a column; null is a value of each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnType {
    /// True or false.
    Bool,
    /// A whole number, 64 bits.
    Integer,
    /// A double.
    Real,
    /// UTF-8 text; empty differs from null.
    Text,
    /// A day: `2024-05-01`.
    Date,
    /// A time of day: `12:34:56.789`.
    Time,
    /// A moment: `2024-05-01T12:34:56+02:00`, `…Z`, or without offset when none was stated.
    Timestamp,
    /// Bytes.
    Binary,
    /// A list of values, kept as a JSON array.
    List,
    /// Any JSON.
    Json,
}

impl ColumnType {
    /// Whether the values are carried as UTF-8 text (dates, lists and JSON are).
    pub fn is_textual(self) -> bool {
        matches!(
            self,
            Self::Text | Self::Date | Self::Time | Self::Timestamp | Self::List | Self::Json
        )
    }
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnSchema {
    /// The name, to the letter as in the file.
    pub name: String,
    /// The type.
    #[serde(rename = "type")]
    pub kind: ColumnType,
}

/// What geometries a layer holds, as far as its file declares or its features show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum GeometryType {
    /// No geometry at all: a table.
    None,
    /// Points only.
    Point,
    /// Lines only.
    LineString,
    /// Polygons only.
    Polygon,
    /// Multipoints (points among them).
    MultiPoint,
    /// Multilines (lines among them).
    MultiLineString,
    /// Multipolygons (polygons among them).
    MultiPolygon,
    /// Collections, or kinds that do not go together.
    Geometry,
}

impl GeometryType {
    /// 0 for points, 1 for lines, 2 for areas, `None` for tables and mixtures.
    pub fn dimension(self) -> Option<u8> {
        match self {
            Self::Point | Self::MultiPoint => Some(0),
            Self::LineString | Self::MultiLineString => Some(1),
            Self::Polygon | Self::MultiPolygon => Some(2),
            Self::None | Self::Geometry => None,
        }
    }

    /// The name as GeoPackage, WFS and GeoJSON spell it; `""` for a table.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Point => "Point",
            Self::LineString => "LineString",
            Self::Polygon => "Polygon",
            Self::MultiPoint => "MultiPoint",
            Self::MultiLineString => "MultiLineString",
            Self::MultiPolygon => "MultiPolygon",
            Self::Geometry => "Geometry",
        }
    }
}

/// A layer as a file or version describes it: geometry, CRS and columns in file order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerSchema {
    /// The name in the file.
    pub name: String,
    /// What geometries it holds.
    pub geometry: GeometryType,
    /// Whether vertices carry a height.
    pub has_z: bool,
    /// Whether vertices carry a measure.
    pub has_m: bool,
    /// The CRS of the coordinates; `None` only for a table without geometry.
    pub crs: Option<crate::crs::Crs>,
    /// The columns.
    pub columns: Vec<ColumnSchema>,
}

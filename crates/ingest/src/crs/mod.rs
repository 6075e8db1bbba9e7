//! Coordinate reference systems, by code alone.
//!
//! PROJ of this crate sees only codes of its own database: a file's own definition is matched to a
//! code by the reader, in its box. Every transform is made by [`Transform::between`], which goes by
//! way of ETRS89 so that the Belgian grid is used (docs/adr/0003).

mod definition;
mod transform;

pub use definition::{AxisOrder, Definition, Unit};
pub use transform::{GridCheck, Transform, belgian_grid, set_grid_folder, transform_bbox};

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A CRS by its authority's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Crs {
    /// WGS 84 in longitude, latitude order (OGC:CRS84): GeoJSON's.
    Crs84,
    /// A code of the EPSG register.
    Epsg(u32),
}

impl Crs {
    /// Belgian Lambert 72.
    pub const LAMBERT_72: Self = Self::Epsg(31370);
    /// Belgian Lambert 2008.
    pub const LAMBERT_2008: Self = Self::Epsg(3812);
    /// ETRS89 in degrees: the hub of every transform.
    pub const ETRS89: Self = Self::Epsg(4258);
    /// WGS 84 in latitude, longitude order.
    pub const WGS84: Self = Self::Epsg(4326);
    /// Web Mercator.
    pub const WEB_MERCATOR: Self = Self::Epsg(3857);

    /// Reads `EPSG:n`, `OGC:CRS84`, `CRS:84`, the URN and the URL forms of OGC 11-135r2.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the text is none of these.
    ///
    /// ```
    /// # use ingest::crs::Crs;
    /// for text in ["EPSG:31370", "urn:ogc:def:crs:EPSG::31370",
    ///              "http://www.opengis.net/def/crs/EPSG/0/31370"] {
    ///     assert_eq!(Crs::parse(text).unwrap(), Crs::LAMBERT_72);
    /// }
    /// assert!(Crs::parse("Lambert 72").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self> {
        let refuse = || {
            Error::invalid(format!(
                "CRS '{text}': write EPSG:n, OGC:CRS84 or their URI"
            ))
        };
        let upper = text.trim().to_ascii_uppercase();
        let tail = [
            "HTTP://WWW.OPENGIS.NET/DEF/CRS/",
            "HTTPS://WWW.OPENGIS.NET/DEF/CRS/",
        ]
        .iter()
        .find_map(|head| upper.strip_prefix(head))
        .map(|tail| tail.replace('/', ":"))
        .or_else(|| {
            ["URN:OGC:DEF:CRS:", "URN:X-OGC:DEF:CRS:"]
                .iter()
                .find_map(|head| upper.strip_prefix(head))
                .map(str::to_owned)
        })
        .unwrap_or(upper);
        let mut parts = tail.split(':');
        let authority = parts.next().ok_or_else(refuse)?;
        let code = parts.next_back().ok_or_else(refuse)?;
        match authority {
            "EPSG" => match code.parse() {
                Ok(n) if n > 0 && n < 1_000_000 => Ok(Self::Epsg(n)),
                _ => Err(refuse()),
            },
            "OGC" | "CRS" if matches!(code, "CRS84" | "84") => Ok(Self::Crs84),
            _ => Err(refuse()),
        }
    }

    /// The code by which PROJ's database knows it. EPSG:11219, the register's successor of Lambert
    /// 2008, is younger than the database of PROJ 9.1 and is computed as Lambert 2008 there.
    fn database_code(self) -> String {
        match self {
            Self::Epsg(11219) => Self::LAMBERT_2008.to_string(),
            known => known.to_string(),
        }
    }

    /// `http://www.opengis.net/def/crs/…`: the form of OGC API and GML.
    pub fn uri(self) -> String {
        match self {
            Self::Crs84 => "http://www.opengis.net/def/crs/OGC/1.3/CRS84".to_owned(),
            Self::Epsg(code) => format!("http://www.opengis.net/def/crs/EPSG/0/{code}"),
        }
    }
}

impl fmt::Display for Crs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Crs84 => f.write_str("OGC:CRS84"),
            Self::Epsg(code) => write!(f, "EPSG:{code}"),
        }
    }
}

impl TryFrom<String> for Crs {
    type Error = Error;
    fn try_from(text: String) -> Result<Self> {
        Self::parse(&text)
    }
}

impl From<Crs> for String {
    fn from(crs: Crs) -> Self {
        crs.to_string()
    }
}

//! The `geometry` member.

use std::fmt;

use ingest::layer::{Geometry, GeometryKind, Path, PathRole};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::coordinates::{Array, Coordinates};

/// A geometry as it stands in the file.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// Its `type`.
    pub(super) kind: Option<String>,
    /// Its `coordinates`.
    pub(super) coordinates: Option<Coordinates>,
    /// Its `geometries`.
    pub(super) geometries: Option<Vec<Parts>>,
}

impl Parts {
    /// Builds the geometry; `true` when nested collections were flattened.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub(super) fn build(&self, out: &mut Geometry) -> Result<bool, &'static str> {
        let kind = self.kind()?;
        out.reset(kind);
        let mut has_z = false;
        let nested = if kind == GeometryKind::GeometryCollection {
            self.append_members(out, &mut has_z)?
        } else {
            self.append(kind, out, &mut has_z)?;
            false
        };
        if !has_z {
            out.z.clear();
        }
        Ok(nested)
    }

    fn kind(&self) -> Result<GeometryKind, &'static str> {
        (1..=7)
            .filter_map(GeometryKind::from_code)
            .find(|kind| self.kind.as_deref() == Some(kind.name()))
            .ok_or("its type is none that GeoJSON has")
    }

    fn append_members(&self, out: &mut Geometry, has_z: &mut bool) -> Result<bool, &'static str> {
        let mut nested = false;
        for member in self.geometries.iter().flatten() {
            match member.kind()? {
                GeometryKind::GeometryCollection => {
                    member.append_members(out, has_z)?;
                    nested = true;
                }
                kind => member.append(kind, out, has_z)?,
            }
        }
        Ok(nested)
    }

    fn append(
        &self,
        kind: GeometryKind,
        out: &mut Geometry,
        has_z: &mut bool,
    ) -> Result<(), &'static str> {
        let c = self.coordinates.as_ref().ok_or("it has no coordinates")?;
        if let Some(bad) = c.bad {
            return Err(bad);
        }
        let Some(depth) = c.depth else {
            return Ok(());
        };
        let wanted = match kind {
            GeometryKind::Point => 0,
            GeometryKind::LineString | GeometryKind::MultiPoint => 1,
            GeometryKind::Polygon | GeometryKind::MultiLineString => 2,
            _ => 3,
        };
        if depth != wanted {
            return Err("its coordinates are nested unlike its type");
        }
        let base = out.xy.len();
        out.xy.extend_from_slice(&c.xy);
        out.z.extend_from_slice(&c.z);
        *has_z |= c.has_z;
        let mut from = 0;
        let mut path = |role, end: usize| {
            // Empty rings and lines are left out.
            if end > from {
                out.paths.push(Path {
                    role,
                    end: base + end,
                });
                from = end;
                return true;
            }
            false
        };
        let all = c.xy.len();
        match kind {
            GeometryKind::Point | GeometryKind::MultiPoint => {
                for end in 1..=all {
                    path(PathRole::Point, end);
                }
            }
            GeometryKind::LineString => {
                path(PathRole::Line, all);
            }
            GeometryKind::MultiLineString => {
                for &end in &c.ends[1] {
                    path(PathRole::Line, end);
                }
            }
            _ => {
                let rings = &c.ends[depth - 1];
                let single = [all];
                let polygons = if depth == 3 { &c.ends[1][..] } else { &single };
                let mut ring = rings.iter().copied().peekable();
                for &polygon in polygons {
                    let mut role = PathRole::Outer;
                    while let Some(end) = ring.next_if(|&end| end <= polygon) {
                        if path(role, end) {
                            role = PathRole::Inner;
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

/// Reads a geometry; `None` for `null` and what is no object.
pub(super) struct GeometrySeed;

impl<'de> DeserializeSeed<'de> for GeometrySeed {
    type Value = Option<Parts>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for GeometrySeed {
    type Value = Option<Parts>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a geometry or null")
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut parts = Parts::default();
        while let Some(key) = map.next_key::<std::borrow::Cow<'_, str>>()? {
            if !parts.member(&key, &mut map)? {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Some(parts))
    }
}

impl Parts {
    /// Reads a member's value when it is one of a geometry's.
    pub(super) fn member<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        map: &mut A,
    ) -> Result<bool, A::Error> {
        match key {
            "type" => self.kind = map.next_value::<Option<String>>()?,
            "coordinates" => {
                let mut coordinates = Coordinates::default();
                map.next_value_seed(Array {
                    into: &mut coordinates,
                    level: 0,
                })?;
                self.coordinates = Some(coordinates);
            }
            "geometries" => self.geometries = Some(map.next_value_seed(Members)?),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

struct Members;

impl<'de> DeserializeSeed<'de> for Members {
    type Value = Vec<Parts>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Members {
    type Value = Vec<Parts>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("geometries")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = seq.next_element_seed(GeometrySeed)? {
            members.extend(member);
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(json: &str) -> Result<Geometry, &'static str> {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let parts = GeometrySeed
            .deserialize(&mut deserializer)
            .unwrap()
            .unwrap();
        let mut g = Geometry::empty(GeometryKind::Point);
        parts.build(&mut g).map(|_| g)
    }

    fn as_gdal(json: &str) -> Geometry {
        // GDAL reads GeoJSON geometries as well: the second opinion.
        let ogr = gdal::vector::Geometry::from_geojson(json).unwrap();
        Geometry::from_wkb(&ogr.iso_wkb().unwrap()).unwrap()
    }

    #[test]
    fn every_kind_comes_out_as_gdal_reads_it() {
        for json in [
            r#"{"type":"Point","coordinates":[1,2.5]}"#,
            r#"{"coordinates":[1,2,3],"type":"Point"}"#,
            r#"{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}"#,
            r#"{"type":"LineString","coordinates":[[1,2],[3,4]]}"#,
            r#"{"type":"MultiLineString","coordinates":[[[1,2],[3,4]],[[5,6],[7,8],[9,9]]]}"#,
            r#"{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,0]],[[1,1],[2,1],[2,2],[1,1]]]}"#,
            r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[9,0],[9,9],[0,0]],[[1,1],[2,1],[2,2],[1,1]]],[[[20,0],[29,0],[29,9],[20,0]]]]}"#,
            r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},{"type":"LineString","coordinates":[[1,2],[3,4]]}]}"#,
        ] {
            assert_eq!(built(json).unwrap(), as_gdal(json), "{json}");
        }
    }

    #[test]
    fn odd_coordinates_are_told() {
        for json in [
            r#"{"type":"Point","coordinates":[1]}"#,
            r#"{"type":"Point","coordinates":[1,null]}"#,
            r#"{"type":"LineString","coordinates":[[1,2],[[3,4]]]}"#,
            r#"{"type":"Polygon","coordinates":[[1,2],[3,4]]}"#,
            r#"{"type":"Circle","coordinates":[1,2]}"#,
            r#"{"type":"Point"}"#,
        ] {
            assert!(built(json).is_err(), "{json}");
        }
        assert!(
            built(r#"{"type":"Polygon","coordinates":[]}"#)
                .unwrap()
                .is_empty()
        );
    }
}

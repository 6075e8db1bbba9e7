//! The top of a document: a collection, a feature or a bare geometry, read as a stream.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use ingest::layer::{Geometry, GeometryKind};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::cell::Cell;
use super::geometry::{GeometrySeed, Parts};
use crate::stop::{Result as Outcome, Stop};

/// The most columns.
const COLUMNS: usize = 2000;

/// What a feature's geometry turned out to be.
#[derive(Debug, PartialEq)]
pub(super) enum Found {
    /// None, or `null`.
    Nothing,
    /// One that cannot be read, and why.
    Unreadable(&'static str),
    /// It stands in [`Feature::geometry`]; `true` when nested collections were flattened.
    Read(bool),
}

/// The feature that is being read.
pub(super) struct Feature {
    /// Names of the columns in the order in which they were first seen.
    pub(super) names: Vec<String>,
    /// Its `id`.
    pub(super) id: Cell,
    /// Its properties by column number.
    pub(super) cells: Vec<(usize, Cell)>,
    /// Its geometry.
    pub(super) geometry: Geometry,
    numbers: HashMap<String, usize>,
}

impl Feature {
    fn column(&mut self, name: &str, likely: usize) -> Option<usize> {
        if self.names.get(likely).is_some_and(|known| known == name) {
            return Some(likely);
        }
        if let Some(&known) = self.numbers.get(name) {
            return Some(known);
        }
        if self.names.len() == COLUMNS {
            return None;
        }
        self.numbers.insert(name.to_owned(), self.names.len());
        self.names.push(name.to_owned());
        Some(self.names.len() - 1)
    }
}

/// Takes one feature after the other.
pub(super) type Take<'t> = &'t mut dyn FnMut(&mut Feature, Found) -> Outcome<()>;

/// What is read, and what the document says of itself.
pub(super) struct Stream<'t> {
    /// The feature at hand.
    pub(super) feature: Feature,
    /// The `crs` member's name, if any.
    pub(super) crs: Option<String>,
    /// The `name` member.
    pub(super) name: Option<String>,
    /// Whether a feature, a collection or a geometry was seen at all.
    pub(super) is_geojson: bool,
    /// Why the stream was stopped from inside.
    pub(super) stopped: Option<Stop>,
    wants_geometry: bool,
    take: Take<'t>,
}

impl<'t> Stream<'t> {
    /// Gives each feature to `take`; skips geometries unless they are wanted.
    pub(super) fn new(wants_geometry: bool, take: Take<'t>) -> Self {
        Self {
            feature: Feature {
                names: Vec::new(),
                id: Cell::Null,
                cells: Vec::new(),
                geometry: Geometry::empty(GeometryKind::Point),
                numbers: HashMap::new(),
            },
            crs: None,
            name: None,
            is_geojson: false,
            stopped: None,
            wants_geometry,
            take,
        }
    }

    /// Reads one document.
    ///
    /// # Errors
    /// Refused when it is no JSON, or as `take` says.
    pub(super) fn read<'de, R: serde_json::de::Read<'de>>(
        &mut self,
        deserializer: &mut serde_json::Deserializer<R>,
    ) -> Outcome<()> {
        let outcome = Object {
            stream: self,
            is_top: true,
        }
        .deserialize(&mut *deserializer)
        .and_then(|()| deserializer.end());
        match (self.stopped.take(), outcome) {
            (Some(stop), _) => Err(stop),
            (None, Err(error)) => Err(Stop::damaged("GeoJSON", error)),
            (None, Ok(())) => Ok(()),
        }
    }

    /// A feature is read to its end.
    fn finish_feature(&mut self, parts: Option<Parts>) -> Outcome<()> {
        self.is_geojson = true;
        let found = match parts.map(|parts| parts.build(&mut self.feature.geometry)) {
            None => Found::Nothing,
            Some(Err(why)) => Found::Unreadable(why),
            Some(Ok(flattened)) => Found::Read(flattened),
        };
        let outcome = (self.take)(&mut self.feature, found);
        self.feature.cells.clear();
        self.feature.id = Cell::Null;
        outcome
    }

    /// Keeps why the stream stops, for serde's errors hold but text.
    fn stop<E: serde::de::Error>(&mut self, stop: Stop) -> E {
        self.stopped = Some(stop);
        E::custom("stopped")
    }
}

/// An object at the top, or an element of `features`.
struct Object<'s, 't> {
    stream: &'s mut Stream<'t>,
    is_top: bool,
}

impl<'de> DeserializeSeed<'de> for Object<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Object<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a feature")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        if self.is_top {
            return Err(E::custom("there is nothing but null"));
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { stream, is_top } = self;
        let mut bare = Parts::default();
        let mut geometry = None;
        let (mut is_collection, mut is_feature) = (false, false);
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            match key.as_ref() {
                "features" if is_top => {
                    is_collection = true;
                    map.next_value_seed(Features {
                        stream: &mut *stream,
                    })?;
                }
                "crs" if is_top => {
                    let crs = map.next_value::<serde_json::Value>()?;
                    let name = crs
                        .pointer("/properties/name")
                        .and_then(|name| name.as_str());
                    stream.crs = name.map(str::to_owned);
                }
                "name" if is_top => {
                    let name = map.next_value::<serde_json::Value>()?;
                    stream.name = name.as_str().map(str::to_owned);
                }
                "geometry" => {
                    is_feature = true;
                    if stream.wants_geometry {
                        geometry = map.next_value_seed(GeometrySeed)?;
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                "properties" => {
                    is_feature = true;
                    map.next_value_seed(Properties {
                        stream: &mut *stream,
                    })?;
                }
                "id" => stream.feature.id = map.next_value()?,
                key => {
                    if !bare.member(key, &mut map)? {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
            }
        }
        let kind = bare.kind.as_deref();
        let is_bare = bare.coordinates.is_some() || bare.geometries.is_some();
        if is_collection || kind == Some("FeatureCollection") {
            stream.is_geojson = true;
            return Ok(());
        }
        let parts = match () {
            () if is_feature || kind == Some("Feature") => geometry,
            () if is_bare => stream.wants_geometry.then_some(bare),
            () if is_top => return Ok(()),
            () => None,
        };
        stream
            .finish_feature(parts)
            .map_err(|stop| stream.stop(stop))
    }
}

struct Features<'s, 't> {
    stream: &'s mut Stream<'t>,
}

impl<'de> DeserializeSeed<'de> for Features<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Features<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of features")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq
            .next_element_seed(Object {
                stream: &mut *self.stream,
                is_top: false,
            })?
            .is_some()
        {}
        Ok(())
    }
}

struct Properties<'s, 't> {
    stream: &'s mut Stream<'t>,
}

impl<'de> DeserializeSeed<'de> for Properties<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Properties<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("properties or null")
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let stream = self.stream;
        let mut likely = 0;
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            let Some(column) = stream.feature.column(&key, likely) else {
                let text = format!("The file has more than {COLUMNS} different properties.");
                return Err(stream.stop(Stop::refused("too-many-columns", text)));
            };
            likely = column + 1;
            let cell = map.next_value()?;
            stream.feature.cells.push((column, cell));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Rows = Vec<Vec<(usize, Cell)>>;

    fn read(json: &str) -> Outcome<(Vec<String>, Rows, Option<String>)> {
        let mut rows = Vec::new();
        let mut take = |feature: &mut Feature, _: Found| {
            rows.push(feature.cells.clone());
            Ok(())
        };
        let mut stream = Stream::new(true, &mut take);
        stream.read(&mut serde_json::Deserializer::from_str(json))?;
        let (names, crs) = (stream.feature.names, stream.crs);
        Ok((names, rows, crs))
    }

    #[test]
    fn columns_are_the_union_in_order_of_appearance() {
        let json = r#"{"features":[{"properties":{"a":1,"b":"x"}},{"properties":{"c":true,"a":2}},{"properties":null}],
            "crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::31370"}},"type":"FeatureCollection"}"#;
        let (names, rows, crs) = read(json).unwrap();
        assert_eq!(names, ["a", "b", "c"]);
        assert_eq!(rows[1], [(2, Cell::Bool(true)), (0, Cell::Integer(2))]);
        assert_eq!(
            (rows.len(), crs.as_deref()),
            (3, Some("urn:ogc:def:crs:EPSG::31370"))
        );
    }

    #[test]
    fn a_feature_or_a_geometry_alone_is_a_layer_of_one() {
        for json in [
            r#"{"type":"Feature","geometry":null,"properties":{}}"#,
            r#"{"type":"Point","coordinates":[1,2]}"#,
        ] {
            assert_eq!(read(json).unwrap().1.len(), 1, "{json}");
        }
    }

    #[test]
    fn broken_or_bottomless_json_is_refused() {
        let deep = format!(
            "{{\"features\":[{{\"properties\":{{\"a\":{}",
            "[".repeat(100_000)
        );
        for json in ["{\"type\":", "{} x", "[1]", "null", deep.as_str()] {
            assert!(matches!(read(json), Err(Stop::Refused(_))));
        }
    }
}

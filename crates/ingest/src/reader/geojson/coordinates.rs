//! The `coordinates` member, read before or after the `type` that says what it means.

use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

/// Positions and where the arrays around them end.
#[derive(Debug, Default)]
pub(super) struct Coordinates {
    /// East and north of every position.
    pub(super) xy: Vec<[f64; 2]>,
    /// Heights, one per position; 0 where there is none.
    pub(super) z: Vec<f64>,
    /// Whether any position has a height.
    pub(super) has_z: bool,
    /// In how many arrays the positions are nested; `None` when there are none.
    pub(super) depth: Option<usize>,
    /// At each level the number of positions when an array ended.
    pub(super) ends: [Vec<usize>; 4],
    /// Why they cannot be used.
    pub(super) bad: Option<&'static str>,
}

impl Coordinates {
    fn position(&mut self, level: usize, numbers: &[f64]) {
        if *self.depth.get_or_insert(level) != level {
            self.bad = Some("its coordinates are nested unevenly");
        }
        let [x, y, rest @ ..] = numbers else {
            self.bad = Some("a position has fewer than two numbers");
            return;
        };
        self.has_z |= !rest.is_empty();
        self.xy.push([*x, *y]);
        self.z.push(rest.first().copied().unwrap_or(0.0));
    }
}

/// Reads an array of coordinates at a level; 0 is the outermost.
pub(super) struct Array<'c> {
    /// Where they go.
    pub(super) into: &'c mut Coordinates,
    /// How deep it is.
    pub(super) level: usize,
}

/// What an element of an array turned out to be.
pub(super) enum Element {
    /// A number: the array is a position.
    Number(f64),
    /// An array, which is read already.
    Array,
    /// Something that has no place there.
    Other,
}

impl<'de> DeserializeSeed<'de> for Array<'_> {
    type Value = Element;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Element, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Array<'_> {
    type Value = Element;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("coordinates")
    }
    fn visit_f64<E>(self, v: f64) -> Result<Element, E> {
        Ok(Element::Number(v))
    }
    fn visit_i64<E>(self, v: i64) -> Result<Element, E> {
        Ok(Element::Number(v as f64))
    }
    fn visit_u64<E>(self, v: u64) -> Result<Element, E> {
        Ok(Element::Number(v as f64))
    }
    fn visit_unit<E>(self) -> Result<Element, E> {
        Ok(Element::Other)
    }
    fn visit_bool<E>(self, _: bool) -> Result<Element, E> {
        Ok(Element::Other)
    }
    fn visit_str<E>(self, _: &str) -> Result<Element, E> {
        Ok(Element::Other)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Element, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Element::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Element, A::Error> {
        let Self { into, level } = self;
        if level > 4 {
            return Err(A::Error::custom("coordinates are nested too deeply"));
        }
        let (mut numbers, mut count, mut arrays) = ([0.0; 3], 0, false);
        while let Some(element) = seq.next_element_seed(Array {
            into: &mut *into,
            level: level + 1,
        })? {
            match element {
                Element::Number(v) => {
                    if let Some(place) = numbers.get_mut(count) {
                        *place = v;
                    }
                    count += 1;
                }
                Element::Array => arrays = true,
                Element::Other => into.bad = Some("a coordinate is no number"),
            }
        }
        if count > 0 {
            if arrays {
                into.bad = Some("its coordinates are nested unevenly");
            }
            into.position(level, &numbers[..count.min(3)]);
        } else if let Some(ends) = into.ends.get_mut(level) {
            ends.push(into.xy.len());
        }
        Ok(Element::Array)
    }
}

//! One layer of a tile.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::protobuf::{bytes_field, bytes_header, number_field, packed_field, varint_len};
use super::{GeometryType, Value};
use crate::Error;

/// Where a layer keeps a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyIndex(u32);

/// Where a layer keeps a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValueIndex(u32);

/// Encodes one layer's features, keys and values; each key and each value is written once.
///
/// Draw a feature first and ask for its values only when something is left of it: what was asked
/// for is written.
#[derive(Debug)]
pub struct LayerEncoder {
    name: String,
    extent: u32,
    features: Vec<u8>,
    feature_count: usize,
    keys: Table,
    values: Table,
    coded: HashMap<u64, u32, BuildHasherDefault<CodeHasher>>,
    scratch: Vec<u8>,
}

impl LayerEncoder {
    /// An empty layer whose tile is `extent` units wide.
    pub fn new(name: impl Into<String>, extent: u32) -> Self {
        Self {
            name: name.into(),
            extent,
            features: Vec::new(),
            feature_count: 0,
            keys: Table::default(),
            values: Table::default(),
            coded: HashMap::default(),
            scratch: Vec::new(),
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many features it has.
    pub fn feature_count(&self) -> usize {
        self.feature_count
    }

    /// How many bytes its features take so far, without keys and values.
    pub fn feature_bytes(&self) -> usize {
        self.features.len()
    }

    /// The place of a key, the same for the same name.
    pub fn key(&mut self, name: &str) -> KeyIndex {
        KeyIndex(self.keys.insert(3, name.as_bytes()))
    }

    /// The place of a value, the same for the same value.
    pub fn value(&mut self, value: Value<'_>) -> ValueIndex {
        self.scratch.clear();
        value.encode(&mut self.scratch);
        ValueIndex(self.values.insert(4, &self.scratch))
    }

    /// The place of a dictionary column's value.
    ///
    /// `value` is called for the first feature that has this code; later ones cost one look-up of
    /// two small numbers.
    pub fn coded_value<'v>(
        &mut self,
        key: KeyIndex,
        code: u32,
        value: impl FnOnce() -> Value<'v>,
    ) -> ValueIndex {
        let slot = u64::from(key.0) << 32 | u64::from(code);
        if let Some(&index) = self.coded.get(&slot) {
            return ValueIndex(index);
        }
        let index = self.value(value());
        self.coded.insert(slot, index.0);
        index
    }

    /// Adds a feature; one without commands is left out.
    ///
    /// JavaScript reads ids exactly below 2^53.
    ///
    /// # Errors
    /// [`Error::ForeignTag`] when a tag is not from this layer; nothing is added then.
    pub fn push(
        &mut self,
        id: u64,
        geometry: GeometryType,
        commands: &[u32],
        tags: &[(KeyIndex, ValueIndex)],
    ) -> Result<(), Error> {
        if commands.is_empty() {
            return Ok(());
        }
        let known = |&&(key, value): &&(KeyIndex, ValueIndex)| {
            key.0 < self.keys.count && value.0 < self.values.count
        };
        if let Some(&(key, value)) = tags.iter().find(|tag| !known(tag)) {
            return Err(Error::ForeignTag {
                layer: self.name.clone(),
                id,
                key: key.0,
                value: value.0,
            });
        }
        let feature = &mut self.scratch;
        feature.clear();
        number_field(feature, 1, id);
        packed_field(
            feature,
            2,
            tags.iter().flat_map(|(key, value)| [key.0, value.0]),
        );
        number_field(feature, 3, geometry as u64);
        packed_field(feature, 4, commands.iter().copied());
        bytes_field(&mut self.features, 2, feature);
        self.feature_count += 1;
        Ok(())
    }

    /// Appends the layer as a field of a tile; nothing when it has no features.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        if self.feature_count == 0 {
            return;
        }
        let name = self.name.as_bytes();
        let len = 1
            + varint_len(name.len() as u64)
            + name.len()
            + self.features.len()
            + self.keys.bytes.len()
            + self.values.bytes.len()
            + 1
            + varint_len(u64::from(self.extent))
            + 2;
        out.reserve(len + 10);
        bytes_header(out, 3, len);
        let start = out.len();
        bytes_field(out, 1, name);
        out.extend_from_slice(&self.features);
        out.extend_from_slice(&self.keys.bytes);
        out.extend_from_slice(&self.values.bytes);
        number_field(out, 5, u64::from(self.extent));
        number_field(out, 15, 2);
        debug_assert_eq!(out.len() - start, len);
    }
}

/// Texts or values, each once, in the order of their first use and in their written form.
#[derive(Debug, Default)]
struct Table {
    bytes: Vec<u8>,
    count: u32,
    places: HashMap<Box<[u8]>, u32>,
}

impl Table {
    fn insert(&mut self, field: u32, entry: &[u8]) -> u32 {
        if let Some(&place) = self.places.get(entry) {
            return place;
        }
        let place = self.count;
        bytes_field(&mut self.bytes, field, entry);
        self.places.insert(entry.into(), place);
        self.count += 1;
        place
    }
}

/// Hashes one number that we gave out ourselves, so no stranger can make them collide.
#[derive(Default)]
struct CodeHasher(u64);

impl Hasher for CodeHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(self.0 ^ u64::from(byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        // Fibonacci hashing; the high bits are the good ones and the map wants them low as well
        let mixed = value.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ mixed >> 32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_keys_and_values_share_a_place_and_kinds_do_not() {
        let mut layer = LayerEncoder::new("a", 4096);
        assert_eq!(layer.key("naam"), layer.key("naam"));
        assert_ne!(layer.key("naam"), layer.key("Naam"));
        assert_eq!(layer.value(Value::Int(1)), layer.value(Value::Int(1)));
        assert_ne!(layer.value(Value::Int(1)), layer.value(Value::Bool(true)));
        assert_ne!(layer.value(Value::Int(1)), layer.value(Value::Double(1.0)));
        assert_ne!(layer.value(Value::Text("1")), layer.value(Value::Int(1)));
    }

    #[test]
    fn a_code_asks_for_its_text_once_and_per_key() {
        let mut layer = LayerEncoder::new("a", 4096);
        let (soort, type_) = (layer.key("soort"), layer.key("type"));
        let first = layer.coded_value(soort, 7, || Value::Text("weg"));
        let again = layer.coded_value(soort, 7, || unreachable!("asked twice"));
        let other = layer.coded_value(type_, 7, || Value::Text("pad"));
        assert_eq!(first, again);
        assert_ne!(first, other);
        assert_eq!(first, layer.value(Value::Text("weg")));
    }

    #[test]
    fn a_tag_of_another_layer_is_refused() {
        let mut rich = LayerEncoder::new("rich", 4096);
        let tag = (rich.key("k"), rich.value(Value::Int(1)));
        let mut poor = LayerEncoder::new("poor", 4096);
        let refused = poor.push(1, GeometryType::Point, &[9, 0, 0], &[tag]);
        assert!(matches!(refused, Err(Error::ForeignTag { id: 1, .. })));
        assert_eq!(poor.feature_count(), 0);
    }
}

//! A whole tile.

use super::LayerEncoder;
use crate::Error;

/// Puts layers together to a tile.
#[derive(Debug, Default)]
pub struct TileBuilder {
    bytes: Vec<u8>,
    names: Vec<String>,
}

impl TileBuilder {
    /// A tile without layers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a layer; one without features is left out (MVT 2.1, 4.1: at least one feature).
    ///
    /// # Errors
    /// [`Error::DuplicateLayer`] when the tile has been given a layer of this name.
    pub fn add(&mut self, layer: &LayerEncoder) -> Result<(), Error> {
        if self.names.iter().any(|name| name == layer.name()) {
            return Err(Error::DuplicateLayer(layer.name().to_owned()));
        }
        self.names.push(layer.name().to_owned());
        layer.write(&mut self.bytes);
        Ok(())
    }

    /// The tile's bytes; none when no layer has a feature.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mvt::{CommandWriter, GeometryType, Value};
    use geozero::mvt::{Message, Tile};

    fn point_layer(name: &str) -> LayerEncoder {
        let mut layer = LayerEncoder::new(name, 4096);
        let mut writer = CommandWriter::default();
        writer.points(&[[25, 17]]);
        let values = [
            ("naam", Value::Text("één")),
            ("leeg", Value::Text("")),
            ("hoogte", Value::Double(-12.5)),
            ("aantal", Value::Int(300)),
            ("kelder", Value::Int(i64::MIN)),
            ("open", Value::Bool(false)),
        ];
        let tags: Vec<_> = values.map(|(k, v)| (layer.key(k), layer.value(v))).into();
        layer
            .push(u64::MAX, GeometryType::Point, writer.commands(), &tags)
            .unwrap();
        layer
            .push(0, GeometryType::Point, writer.commands(), &tags[..1])
            .unwrap();
        layer
    }

    #[test]
    fn a_decoder_by_others_reads_every_kind_of_value() {
        let mut tile = TileBuilder::new();
        tile.add(&point_layer("gemeente:straten")).unwrap();
        let decoded = Tile::decode(tile.finish().as_slice()).unwrap();
        let layer = &decoded.layers[0];
        assert_eq!(
            (layer.name.as_str(), layer.version, layer.extent),
            ("gemeente:straten", 2, Some(4096))
        );
        assert_eq!(
            layer.keys,
            ["naam", "leeg", "hoogte", "aantal", "kelder", "open"]
        );
        let v = &layer.values;
        assert_eq!(
            (v[0].string_value.as_deref(), v[1].string_value.as_deref()),
            (Some("één"), Some(""))
        );
        assert_eq!(
            (v[2].double_value, v[3].uint_value),
            (Some(-12.5), Some(300))
        );
        assert_eq!(
            (v[4].sint_value, v[5].bool_value),
            (Some(i64::MIN), Some(false))
        );
        let [first, second] = layer.features.as_slice() else {
            panic!("two features")
        };
        assert_eq!(
            (first.id, first.tags.len(), first.r#type),
            (Some(u64::MAX), 12, Some(1))
        );
        assert_eq!(
            (second.id, second.tags.as_slice()),
            (Some(0), [0, 0].as_slice())
        );
        assert_eq!(second.geometry, [9, 50, 34]);
    }

    #[test]
    fn layers_have_different_names() {
        let mut tile = TileBuilder::new();
        tile.add(&point_layer("a")).unwrap();
        tile.add(&point_layer("b")).unwrap();
        assert_eq!(
            tile.add(&point_layer("a")),
            Err(Error::DuplicateLayer("a".into()))
        );
        assert_eq!(
            Tile::decode(tile.finish().as_slice()).unwrap().layers.len(),
            2
        );
    }

    #[test]
    fn a_tile_without_features_has_no_bytes() {
        let mut tile = TileBuilder::new();
        let mut layer = LayerEncoder::new("empty", 4096);
        layer.key("unused");
        layer.push(1, GeometryType::Point, &[], &[]).unwrap();
        tile.add(&layer).unwrap();
        assert!(tile.finish().is_empty());
    }
}

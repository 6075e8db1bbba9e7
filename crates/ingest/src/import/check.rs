//! Whether what the reader sent is what its schema says.

use super::frame::broken;
use super::pack;
use super::value_form::value_fits;
use crate::error::Result;
use crate::layer::{
    Batch, ColumnData, ColumnType, Geometry, GeometryKind, GeometryType, LayerSchema, PathRole,
};

/// The most columns of a layer.
const COLUMNS: usize = 4096;

/// Whether a schema can be: not too many columns, no two of one name.
pub(super) fn schema(schema: &LayerSchema) -> Result<()> {
    if schema.columns.len() > COLUMNS {
        return Err(broken("too many columns"));
    }
    let mut names: Vec<&str> = schema.columns.iter().map(|c| c.name.as_str()).collect();
    names.sort_unstable();
    if names.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(broken("two columns of one name"));
    }
    Ok(())
}

/// Whether a batch is what its schema says: geometries, texts, and texts that mean days or JSON.
pub(super) fn batch(batch: &Batch, schema: &LayerSchema, scratch: &mut Geometry) -> Result<()> {
    for row in batch.has_geometry.iter() {
        if schema.geometry == GeometryType::None {
            return Err(pack::bad("geometry in a table"));
        }
        let wkb = batch.geometry.get(row);
        scratch
            .read_wkb(wkb)
            .map_err(|e| pack::bad(&e.to_string()))?;
        geometry(scratch, schema)?;
    }
    if (0..batch.len())
        .any(|row| !batch.has_geometry.contains(row) && !batch.geometry.get(row).is_empty())
    {
        return Err(pack::bad("bytes of no geometry"));
    }
    for (column, kind) in batch
        .columns
        .iter()
        .zip(schema.columns.iter().map(|c| c.kind))
    {
        let ColumnData::Text(all) = &column.data else {
            continue;
        };
        let text =
            std::str::from_utf8(&all.bytes).map_err(|_| pack::bad("text that is no UTF-8"))?;
        if all
            .offsets
            .iter()
            .any(|&at| !text.is_char_boundary(at as usize))
        {
            return Err(pack::bad("text cut inside a letter"));
        }
        if kind != ColumnType::Text {
            for row in column.valid.iter() {
                let value = &text[all.offsets[row] as usize..all.offsets[row + 1] as usize];
                if !value_fits(kind, value) {
                    return Err(pack::bad("a value that is none of its column's type"));
                }
            }
        }
    }
    Ok(())
}

fn geometry(g: &Geometry, schema: &LayerSchema) -> Result<()> {
    let fits = match schema.geometry {
        GeometryType::None => false,
        GeometryType::Geometry => true,
        GeometryType::Point => g.kind == GeometryKind::Point,
        GeometryType::LineString => g.kind == GeometryKind::LineString,
        GeometryType::Polygon => g.kind == GeometryKind::Polygon,
        GeometryType::MultiPoint => {
            matches!(g.kind, GeometryKind::Point | GeometryKind::MultiPoint)
        }
        GeometryType::MultiLineString => {
            matches!(
                g.kind,
                GeometryKind::LineString | GeometryKind::MultiLineString
            )
        }
        GeometryType::MultiPolygon => {
            matches!(g.kind, GeometryKind::Polygon | GeometryKind::MultiPolygon)
        }
    };
    let dimensions = (schema.has_z || g.z.is_empty()) && (schema.has_m || g.m.is_empty());
    let closed = g.ranges().all(|(role, range)| {
        !matches!(role, PathRole::Outer | PathRole::Inner)
            || (range.len() >= 4 && g.xy[range.start] == g.xy[range.end - 1])
    });
    if fits && dimensions && closed {
        Ok(())
    } else {
        Err(pack::bad("a geometry that does not fit the schema"))
    }
}

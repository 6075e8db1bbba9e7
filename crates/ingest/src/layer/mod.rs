//! What a layer is: its names, its columns, its geometry.

mod batch;
mod bbox;
mod bitmap;
mod column;
mod geometry;
mod name;
mod schema;
mod wkb;

pub use batch::{Batch, BytesColumn};
pub use bbox::Bbox;
pub use bitmap::Bitmap;
pub use column::{Column, ColumnData, Value};
pub use geometry::{Geometry, GeometryKind, Path, PathRole};
pub use name::{LayerId, LayerName, WorkspaceName};
pub use schema::{ColumnSchema, ColumnType, GeometryType, LayerSchema};

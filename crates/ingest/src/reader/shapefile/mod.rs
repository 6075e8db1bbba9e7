//! Shapefiles and DBF tables: shapes by GDAL, which never sees the table; the table by us, which
//! GDAL would mend in silence.

mod cell;
mod dbf;
mod index;
mod layer;
mod number;
mod shapes;

pub(crate) use layer::read;

//! geopackage

//! The names that columns have in the file.

use std::collections::HashSet;

use crate::layer::LayerSchema;

/// The column of the feature ids, SQLite's row number.
pub const FEATURE_ID: &str = "fid";

/// The column of the geometries.
pub const GEOMETRY_COLUMN: &str = "geom";

/// The names of a layer's columns in the file, in the schema's order.
///
/// SQLite folds the case of ASCII letters, so `Naam` beside `naam`, and an uploaded `fid` or
/// `geom`, get a suffix (`Naam_2`): the names are distinct, and none is [`FEATURE_ID`] or
/// [`GEOMETRY_COLUMN`]. A column whose name is free keeps it to the letter, also when an earlier
/// one had to give way. The same schema always gives the same names.
pub fn file_names(schema: &LayerSchema) -> Vec<String> {
    let mut taken: HashSet<String> = HashSet::new();
    taken.insert(FEATURE_ID.to_owned());
    taken.insert(GEOMETRY_COLUMN.to_owned());
    let plain: Vec<String> = schema.columns.iter().map(|c| storable(&c.name)).collect();
    let mut names: Vec<Option<String>> = plain
        .iter()
        .map(|name| {
            taken
                .insert(name.to_ascii_lowercase())
                .then(|| name.clone())
        })
        .collect();
    for (name, plain) in names.iter_mut().zip(&plain) {
        if name.is_none() {
            *name = (2u32..)
                .map(|n| format!("{plain}_{n}"))
                .find(|candidate| taken.insert(candidate.to_ascii_lowercase()));
        }
    }
    names.into_iter().flatten().collect()
}

/// A name for SQL text, in double quotes.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A table's name in the file: what SQLite and GeoPackage keep for themselves gets a `_` before it.
pub(super) fn table_name(name: &str) -> String {
    let name = storable(name);
    let lower = name.to_ascii_lowercase();
    if ["sqlite_", "gpkg_", "rtree_"]
        .iter()
        .any(|reserved| lower.starts_with(reserved))
    {
        format!("_{name}")
    } else {
        name
    }
}

/// SQL text ends at a NUL, and GDAL passes over columns without a name.
fn storable(name: &str) -> String {
    if name.is_empty() {
        "_".to_owned()
    } else {
        name.replace('\0', "_")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::{ColumnSchema, ColumnType, GeometryType};

    fn names_of(columns: &[&str]) -> Vec<String> {
        file_names(&LayerSchema {
            name: "x".into(),
            geometry: GeometryType::None,
            has_z: false,
            has_m: false,
            crs: None,
            columns: columns
                .iter()
                .map(|name| ColumnSchema {
                    name: (*name).to_owned(),
                    kind: ColumnType::Text,
                })
                .collect(),
        })
    }

    #[test]
    fn names_that_differ_in_case_alone_get_a_suffix() {
        assert_eq!(
            names_of(&["Naam", "naam", "NAAM", "naam_2"]),
            ["Naam", "naam_3", "NAAM_4", "naam_2"]
        );
    }

    #[test]
    fn uploaded_names_of_our_own_columns_give_way() {
        assert_eq!(names_of(&["FID", "geom"]), ["FID_2", "geom_2"]);
    }

    #[test]
    fn names_that_are_free_stay_to_the_letter() {
        let names = ["Opp. m²", "limit", "2023", "a\"b", "Één", "één", "select"];
        assert_eq!(names_of(&names), names);
        assert_eq!(names_of(&["", "a\0b"]), ["_", "a_b"]);
    }

    #[test]
    fn reserved_table_names_are_moved_aside() {
        assert_eq!(table_name("sqlite_stat1"), "_sqlite_stat1");
        assert_eq!(table_name("GPKG_contents"), "_GPKG_contents");
        assert_eq!(table_name("wegen"), "wegen");
    }
}

//! Names of uploaded files on disk.

use ingest::layer::LayerName;

/// A name for the disk: letters, digits, `_`, `-` and `.`, starting with a letter or `_`; siblings
/// of one Shapefile keep a common stem.
pub fn member_name(name: &str) -> String {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let stem = LayerName::nearest(stem);
    let extension: String = extension
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(12)
        .collect::<String>()
        .to_ascii_lowercase();
    if extension.is_empty() {
        stem.to_string()
    } else {
        format!("{stem}.{extension}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leaves_the_folder() {
        for name in [
            "../../etc/passwd",
            "..",
            "a/b.shp",
            ".hidden",
            "con\0x.zip",
            "-rf",
            "perc elen (2).SHP",
        ] {
            let safe = member_name(name);
            assert!(
                !safe.contains(['/', '\\', '\0']) && !safe.starts_with(['.', '-']),
                "{name} {safe}"
            );
        }
        assert_eq!(member_name("Wegen één.SHP"), "Wegen_één.shp");
    }
}

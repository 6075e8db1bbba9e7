//! Which columns say where a row is.

/// Where the geometry of a row comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// East and north, or longitude and latitude.
    Pair(usize, usize),
    /// Well-known text.
    Wkt(usize),
}

/// Names of east and north, plain (lower case, letters and digits only), likeliest first.
const PAIRS: [(&[&str], &[&str]); 5] = [
    (
        &[
            "lon",
            "long",
            "lng",
            "longitude",
            "lengtegraad",
            "lengte",
            "geolon",
            "gpslong",
            "wgs84lon",
            "wgs84x",
            "lonwgs84",
        ],
        &[
            "lat",
            "latitude",
            "breedtegraad",
            "breedte",
            "geolat",
            "gpslat",
            "wgs84lat",
            "wgs84y",
            "latwgs84",
        ],
    ),
    (
        &[
            "x",
            "xcoord",
            "xcoordinaat",
            "xcoordinate",
            "xcoor",
            "coordx",
            "coordinatex",
            "coordinaatx",
            "xco",
            "posx",
            "geomx",
            "pointx",
            "xpos",
        ],
        &[
            "y",
            "ycoord",
            "ycoordinaat",
            "ycoordinate",
            "ycoor",
            "coordy",
            "coordinatey",
            "coordinaaty",
            "yco",
            "posy",
            "geomy",
            "pointy",
            "ypos",
        ],
    ),
    (
        &[
            "xl72",
            "xlambert72",
            "xlambert",
            "lambertx",
            "lambert72x",
            "xlb72",
            "l72x",
            "x31370",
            "xlb08",
            "xl08",
            "xlambert2008",
            "lambert2008x",
        ],
        &[
            "yl72",
            "ylambert72",
            "ylambert",
            "lamberty",
            "lambert72y",
            "ylb72",
            "l72y",
            "y31370",
            "ylb08",
            "yl08",
            "ylambert2008",
            "lambert2008y",
        ],
    ),
    (&["xrd", "rdx", "x28992"], &["yrd", "rdy", "y28992"]),
    (
        &["easting", "east", "oost", "eastings", "oosting"],
        &["northing", "north", "noord", "northings", "noording"],
    ),
];

/// Names of columns with well-known text.
const WKT: [&str; 9] = [
    "wkt",
    "wktgeom",
    "geomwkt",
    "geometrywkt",
    "geom",
    "geometry",
    "thegeom",
    "geometrie",
    "shape",
];

/// Chooses by names, well-known text first; `is_number` and `is_wkt` tell of a column's content.
pub(super) fn choose(
    names: &[String],
    is_number: impl Fn(usize) -> bool,
    is_wkt: impl Fn(usize) -> bool,
) -> Option<Position> {
    let plain: Vec<String> = names.iter().map(|name| plain(name)).collect();
    let named = |name: &str| plain.iter().position(|known| known == name);
    let by_name = WKT
        .iter()
        .filter_map(|name| named(name))
        .find(|&i| is_wkt(i));
    if let Some(column) = by_name.or_else(|| (0..names.len()).find(|&i| is_wkt(i))) {
        return Some(Position::Wkt(column));
    }
    for (east, north) in PAIRS {
        let find = |names: &[&str]| {
            names
                .iter()
                .filter_map(|n| named(n))
                .find(|&i| is_number(i))
        };
        if let (Some(x), Some(y)) = (find(east), find(north)) {
            return Some(Position::Pair(x, y));
        }
    }
    None
}

fn plain(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    name.nfd()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether a value looks like well-known text.
pub(super) fn looks_like_wkt(text: &str) -> bool {
    const KINDS: [&str; 13] = [
        "POINT",
        "LINESTRING",
        "POLYGON",
        "MULTIPOINT",
        "MULTILINESTRING",
        "MULTIPOLYGON",
        "GEOMETRYCOLLECTION",
        "CIRCULARSTRING",
        "COMPOUNDCURVE",
        "CURVEPOLYGON",
        "MULTICURVE",
        "MULTISURFACE",
        "TRIANGLE",
    ];
    let (_, text) = without_srid(text);
    let word: String = text
        .chars()
        .take_while(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_uppercase())
        .take(20)
        .collect();
    let rest = text[word.len()..].trim_start();
    KINDS.contains(&word.as_str())
        && (rest.starts_with('(') || rest.starts_with(['Z', 'M', 'E', 'z', 'm', 'e']))
}

/// `SRID=31370;POINT (…)`: the number, and the text after it.
pub(super) fn without_srid(text: &str) -> (Option<u32>, &str) {
    let text = text.trim();
    let head = text
        .get(..5)
        .filter(|head| head.eq_ignore_ascii_case("SRID="));
    let parts = head.and_then(|_| text[5..].split_once(';'));
    match parts {
        Some((srid, rest)) => (srid.trim().parse().ok(), rest.trim()),
        None => (None, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(names: &[&str], wkt: Option<usize>) -> Option<Position> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        choose(&names, |_| true, |i| Some(i) == wkt)
    }

    #[test]
    fn columns_are_known_under_the_names_that_occur() {
        assert_eq!(chosen(&["id", "X", "Y"], None), Some(Position::Pair(1, 2)));
        assert_eq!(
            chosen(&["Y_COORD", "X_COORD"], None),
            Some(Position::Pair(1, 0))
        );
        assert_eq!(
            chosen(&["X-coördinaat", "Y-coördinaat"], None),
            Some(Position::Pair(0, 1))
        );
        assert_eq!(chosen(&["lat", "long"], None), Some(Position::Pair(1, 0)));
        assert_eq!(
            chosen(&["Lengtegraad", "Breedtegraad"], None),
            Some(Position::Pair(0, 1))
        );
        assert_eq!(
            chosen(&["x", "y", "lon", "lat"], None),
            Some(Position::Pair(2, 3))
        );
        assert_eq!(chosen(&["x", "naam"], None), None);
        assert_eq!(chosen(&["x", "y", "vorm"], Some(2)), Some(Position::Wkt(2)));
    }

    #[test]
    fn well_known_text_is_recognised() {
        for text in [
            "POINT (1 2)",
            "point(1 2)",
            "SRID=31370;POINT Z (1 2 3)",
            "MULTIPOLYGON EMPTY",
        ] {
            assert!(looks_like_wkt(text), "{text}");
        }
        for text in ["Pointe du Raz", "POLYGON", "", "é", "SRID=;x"] {
            assert!(!looks_like_wkt(text), "{text}");
        }
        assert_eq!(
            without_srid("srid=31370; POINT(1 2)"),
            (Some(31370), "POINT(1 2)")
        );
    }
}

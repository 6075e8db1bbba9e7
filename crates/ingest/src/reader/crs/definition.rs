//! From a definition without code to the code it is the definition of.

use std::collections::HashMap;

use gdal::spatial_ref::{AxisMappingStrategy, CoordTransform, SpatialRef};
use ingest::crs::Crs;

use super::national::NATIONAL;
use crate::getters;

/// From this confidence on GDAL's only match is taken.
const SURE: i32 = 70;
/// How far apart two definitions may place a point, in metres.
const TOLERANCE_M: f64 = 0.01;
/// Points per side of the grid on which definitions are compared.
const GRID: usize = 5;

/// What a definition turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Matched {
    /// It carries this code itself.
    Code(Crs),
    /// It is the same as this code's.
    Same(Crs),
    /// It is the same but for its datum, which it does not name.
    Perhaps(Crs),
    /// No code is like it.
    Unknown,
}

/// Matches definitions; remembers them, for the layers of one file mostly share theirs.
#[derive(Default)]
pub(crate) struct Definitions {
    known: HashMap<String, Matched>,
}

impl Definitions {
    /// Matches a definition in WKT of any dialect.
    pub(crate) fn matched(&mut self, wkt: &str) -> Matched {
        if let Some(known) = self.known.get(wkt) {
            return known.clone();
        }
        let matched = matched(wkt);
        self.known.insert(wkt.to_owned(), matched.clone());
        matched
    }
}

fn matched(wkt: &str) -> Matched {
    let Some(srs) = parsed(wkt) else {
        return Matched::Unknown;
    };
    if let Some(code) = code_of(&srs) {
        return Matched::Code(code);
    }
    let found = getters::find_matches(&srs);
    let sure: Vec<Crs> = found
        .iter()
        .filter(|(_, percent)| *percent >= SURE)
        .filter_map(|(srs, _)| code_of(srs))
        .collect();
    if let [only] = sure.as_slice() {
        return Matched::Same(*only);
    }
    let resembling = found.iter().filter_map(|(srs, _)| code_of(srs));
    let mut perhaps = None;
    for crs in resembling.chain(NATIONAL.map(Crs::Epsg)) {
        match compared(&srs, crs) {
            Matched::Same(crs) => return Matched::Same(crs),
            Matched::Perhaps(crs) => perhaps = perhaps.or(Some(crs)),
            _ => {}
        }
    }
    perhaps.map_or(Matched::Unknown, Matched::Perhaps)
}

fn parsed(wkt: &str) -> Option<SpatialRef> {
    let wkt = wkt.trim().trim_matches('\0');
    if wkt.is_empty() || wkt.len() > 1 << 16 || wkt.contains('\0') {
        return None;
    }
    let mut srs = SpatialRef::from_esri(wkt)
        .or_else(|_| SpatialRef::from_wkt(wkt))
        .ok()?;
    srs.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
    Some(srs)
}

fn code_of(srs: &SpatialRef) -> Option<Crs> {
    let authority = srs.authority().ok()?;
    Crs::parse(&authority).ok()
}

/// Whether a definition is that of a code: same ellipsoid, same datum, and both place the points
/// of a grid over the code's area of use within a centimetre.
fn compared(srs: &SpatialRef, crs: Crs) -> Matched {
    let Crs::Epsg(code) = crs else {
        return Matched::Unknown;
    };
    let Ok(mut candidate) = SpatialRef::from_epsg(code) else {
        return Matched::Unknown;
    };
    candidate.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
    let same_kind = srs.is_projected() == candidate.is_projected()
        && srs.is_geographic() == candidate.is_geographic();
    if !same_kind || !same_ellipsoid(srs, &candidate) {
        return Matched::Unknown;
    }
    let (datum, wanted) = (datum_of(srs), datum_of(&candidate));
    let unnamed = datum.is_empty() || datum.contains("unknown") || datum.contains("notspecified");
    if datum != wanted && !unnamed {
        return Matched::Unknown;
    }
    if srs.is_projected() && !same_projection(srs, &candidate).unwrap_or(false) {
        return Matched::Unknown;
    }
    if unnamed {
        Matched::Perhaps(crs)
    } else {
        Matched::Same(crs)
    }
}

fn same_ellipsoid(a: &SpatialRef, b: &SpatialRef) -> bool {
    let axes = |srs: &SpatialRef| Some((srs.semi_major().ok()?, srs.semi_minor().ok()?));
    match (axes(a), axes(b)) {
        (Some(a), Some(b)) => (a.0 - b.0).abs() < 0.01 && (a.1 - b.1).abs() < 0.01,
        _ => false,
    }
}

/// The datum's name without the ornaments that dialects add.
fn datum_of(srs: &SpatialRef) -> String {
    let name = srs
        .get_attr_value("DATUM", 0)
        .ok()
        .flatten()
        .unwrap_or_default();
    let name = name.strip_prefix("D_").unwrap_or(&name);
    let plain: String = name
        .to_lowercase()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    // EPSG calls the ensemble otherwise than the datum of the same coordinates.
    match plain.as_str() {
        "worldgeodeticsystem1984ensemble" | "wgs1984" | "wgs84" => "worldgeodeticsystem1984".into(),
        "europeanterrestrialreferencesystem1989ensemble" | "etrs1989" => {
            "europeanterrestrialreferencesystem1989".into()
        }
        "belge1972" => "reseaunationalbelge1972".into(),
        _ => plain,
    }
}

fn same_projection(srs: &SpatialRef, candidate: &SpatialRef) -> Option<bool> {
    let area = candidate.area_of_use()?;
    let along = |from: f64, to: f64, i: usize| {
        from + (to - from) * (0.02 + 0.96 * i as f64 / (GRID - 1) as f64)
    };
    let (mut xs, mut ys) = (Vec::new(), Vec::new());
    for i in 0..GRID * GRID {
        xs.push(along(area.west_lon_degree, area.east_lon_degree, i % GRID));
        ys.push(along(
            area.south_lat_degree,
            area.north_lat_degree,
            i / GRID,
        ));
    }
    let projected = |srs: &SpatialRef| -> Option<(Vec<f64>, Vec<f64>)> {
        let mut degrees = srs.geog_cs().ok()?;
        degrees.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
        let transform = CoordTransform::new(&degrees, srs).ok()?;
        let (mut x, mut y) = (xs.clone(), ys.clone());
        transform.transform_coords(&mut x, &mut y, &mut []).ok()?;
        let metre = srs.linear_units();
        x.iter_mut().chain(&mut y).for_each(|v| *v *= metre);
        Some((x, y))
    };
    let (a, b) = (projected(srs)?, projected(candidate)?);
    let unit = (srs.linear_units() - candidate.linear_units()).abs() < 1e-9;
    let near = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() <= TOLERANCE_M);
    Some(unit && near(&a.0, &b.0) && near(&a.1, &b.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BELGE: &str = r#"PROJCS["Belge_Lambert_1972",GEOGCS["GCS_Belge_1972",DATUM["D_Belge_1972",SPHEROID["International_1924",6378388.0,297.0]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",150000.01256],PARAMETER["False_Northing",5400088.4378],PARAMETER["Central_Meridian",4.367486666666666],PARAMETER["Standard_Parallel_1",49.8333339],PARAMETER["Standard_Parallel_2",51.16666723333333],PARAMETER["Latitude_Of_Origin",90.0],UNIT["Meter",1.0]]"#;

    #[test]
    fn lambert_72_without_code_is_recognised() {
        assert_eq!(matched(BELGE), Matched::Same(Crs::LAMBERT_72));
    }

    #[test]
    fn a_renamed_definition_is_still_recognised_by_its_numbers() {
        let renamed = BELGE.replace("Belge_Lambert_1972", "Onze_eigen_kaart");
        assert_eq!(matched(&renamed), Matched::Same(Crs::LAMBERT_72));
    }

    #[test]
    fn an_unknown_datum_makes_it_a_guess() {
        let unknown = BELGE.replace("D_Belge_1972", "D_unknown");
        assert_eq!(matched(&unknown), Matched::Perhaps(Crs::LAMBERT_72));
    }

    #[test]
    fn a_definition_of_nobody_is_unknown() {
        let shifted = BELGE.replace("150000.01256", "150100.0");
        assert_eq!(matched(&shifted), Matched::Unknown);
        assert_eq!(matched("nonsense"), Matched::Unknown);
    }

    #[test]
    fn every_code_that_the_product_offers_is_matched_from_esri_wkt() {
        for code in [
            31370, 3812, 28992, 25831, 3035, 2154, 27700, 4326, 4258, 3857,
        ] {
            let srs = SpatialRef::from_epsg(code).unwrap();
            srs.morph_to_esri().unwrap();
            let wkt = srs.to_wkt().unwrap();
            let crs = Crs::Epsg(code);
            let found = matched(&wkt);
            assert!(
                found == Matched::Same(crs) || found == Matched::Code(crs),
                "{code}: {found:?} from {wkt}"
            );
        }
    }
}

//! The order of the witnesses, and what happens when they contradict each other.

use gdal::spatial_ref::{AxisMappingStrategy, CoordTransform, SpatialRef};
use ingest::crs::Crs;
use ingest::import::{CrsFound, CrsHow, Refusal};
use ingest::layer::Bbox;

use super::definition::{Definitions, Matched};
use super::national;
use crate::findings::{Code, Findings};
use crate::stop::{Result, Stop};
use crate::survey::Extent;

/// With less of the layer than this where the CRS can be, they contradict each other.
const HARDLY: f64 = 0.05;

/// What the file says.
pub(crate) enum InFile {
    /// Nothing.
    Nothing,
    /// A code.
    Code(Crs),
    /// A definition in WKT.
    Definition(String),
    /// What the format says holds when the file says nothing (RFC 7946, section 4).
    Default(Crs),
}

/// Settles the CRS of a layer with these coordinates.
///
/// # Errors
/// Refused when nothing tells the CRS, or when the coordinates contradict what is said.
pub(crate) fn settle(
    given: Option<Crs>,
    in_file: &InFile,
    extent: &Extent,
    definitions: &mut Definitions,
    findings: &mut Findings,
) -> Result<CrsFound> {
    if let Some(crs) = given {
        check(crs, "you said", extent)?;
        if let Some(other) = other_in_file(in_file, definitions).filter(|&other| other != crs) {
            findings.tell(
                Code::CrsOverridden,
                None,
                0,
                &format!("{other} in the file, {crs} taken"),
            );
        }
        return Ok(found(crs, CrsHow::Given, format!("{crs}, as you said.")));
    }
    match in_file {
        InFile::Code(crs) => {
            check(*crs, "the file says", extent)?;
            Ok(found(
                *crs,
                CrsHow::Declared,
                format!("{crs}, as the file says."),
            ))
        }
        InFile::Definition(wkt) => defined(wkt, extent, definitions, findings),
        InFile::Default(crs) if fits(*crs, extent) => {
            let text = format!("{crs}, which this format means when it says nothing.");
            Ok(found(*crs, CrsHow::Declared, text))
        }
        InFile::Default(_) | InFile::Nothing => guessed(extent, findings),
    }
}

fn found(crs: Crs, how: CrsHow, text: String) -> CrsFound {
    CrsFound {
        crs,
        how,
        alternatives: Vec::new(),
        text,
    }
}

fn other_in_file(in_file: &InFile, definitions: &mut Definitions) -> Option<Crs> {
    match in_file {
        InFile::Code(crs) => Some(*crs),
        InFile::Definition(wkt) => match definitions.matched(wkt) {
            Matched::Code(crs) | Matched::Same(crs) => Some(crs),
            _ => None,
        },
        InFile::Nothing | InFile::Default(_) => None,
    }
}

fn defined(
    wkt: &str,
    extent: &Extent,
    definitions: &mut Definitions,
    findings: &mut Findings,
) -> Result<CrsFound> {
    match definitions.matched(wkt) {
        Matched::Code(crs) => {
            check(crs, "the file says", extent)?;
            Ok(found(
                crs,
                CrsHow::Declared,
                format!("{crs}, as the file says."),
            ))
        }
        Matched::Same(crs) => {
            check(crs, "the file says", extent)?;
            let text = format!("{crs}: the file holds its definition without the code.");
            Ok(found(crs, CrsHow::Matched, text))
        }
        Matched::Perhaps(crs) => {
            check(crs, "the file seems to say", extent)?;
            let text = format!(
                "The file's coordinate system was taken for {crs}: its projection is the same, but the file does not name its datum. Pass crs= if that is wrong."
            );
            findings.tell(Code::CrsGuessed, None, 0, &text);
            Ok(found(crs, CrsHow::Guessed, text))
        }
        Matched::Unknown => {
            let name = crate::findings::shortened(&name_in(wkt));
            Err(Stop::Refused(
                Refusal::new(
                    "crs-unknown",
                    format!(
                        "The file's coordinate system '{name}' is that of no known code. Pass crs=EPSG:n with the right one{}.",
                        likely(extent).map(|crs| format!(" (the coordinates look like {crs})")).unwrap_or_default()
                    ),
                )
                .with("name", name),
            ))
        }
    }
}

/// The first quoted text of a definition: its name.
fn name_in(wkt: &str) -> String {
    wkt.split('"').nth(1).unwrap_or(wkt).to_owned()
}

fn guessed(extent: &Extent, findings: &mut Findings) -> Result<CrsFound> {
    if extent.sample.is_empty() {
        let text = "The file does not say its coordinate system and holds no coordinates.";
        return Ok(found(Crs::WGS84, CrsHow::Guessed, text.to_owned()));
    }
    let Some((crs, alternatives)) = national::guess(extent) else {
        let b = extent.bbox;
        return Err(Stop::refused(
            "crs-unknown",
            format!(
                "The file does not say its coordinate system, and coordinates from {:.0}, {:.0} to {:.0}, {:.0} look like none that is known here. Pass crs=EPSG:n.",
                b.min_x, b.min_y, b.max_x, b.max_y
            ),
        ));
    };
    let others: Vec<String> = alternatives.iter().map(Crs::to_string).collect();
    let text = format!(
        "The file does not say its coordinate system: guessed {crs} from the coordinates. {} would fit as well; pass crs= if it is another one.",
        if others.is_empty() {
            "No other known one".to_owned()
        } else {
            others.join(", ")
        }
    );
    findings.tell(Code::CrsGuessed, None, 0, &text);
    Ok(CrsFound {
        crs,
        how: CrsHow::Guessed,
        alternatives,
        text,
    })
}

fn likely(extent: &Extent) -> Option<Crs> {
    national::guess(extent).map(|(crs, _)| crs)
}

/// Refuses a CRS in which the coordinates cannot be.
fn check(crs: Crs, who: &str, extent: &Extent) -> Result<()> {
    if fits(crs, extent) {
        return Ok(());
    }
    let b = extent.bbox;
    let likely = likely(extent).filter(|&other| other != crs);
    let hint = likely.map_or_else(String::new, |other| format!(" They look like {other}."));
    Err(Stop::Refused(
        Refusal::new(
            "crs-contradiction",
            format!(
                "The coordinates cannot be {crs}, as {who}: they run from {:.0}, {:.0} to {:.0}, {:.0}, where that system has none.{hint} Pass the right crs=EPSG:n.",
                b.min_x, b.min_y, b.max_x, b.max_y
            ),
        )
        .with("crs", crs.to_string())
        .with("likely", likely.map(|other| other.to_string()))
        .with("extent", b.to_array().to_vec()),
    ))
}

fn fits(crs: Crs, extent: &Extent) -> bool {
    if extent.sample.is_empty() {
        return true;
    }
    national::bounds(crs)
        .or_else(|| area_bounds(crs))
        .is_none_or(|bounds| extent.share_within(&bounds) >= HARDLY)
}

/// A generous box around a CRS's area of use, in its coordinates.
fn area_bounds(crs: Crs) -> Option<Bbox> {
    let Crs::Epsg(code) = crs else {
        return Some(national::degrees());
    };
    let mut srs = SpatialRef::from_epsg(code).ok()?;
    if srs.is_geographic() {
        return Some(national::degrees());
    }
    srs.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
    let mut degrees = srs.geog_cs().ok()?;
    degrees.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
    let area = srs.area_of_use()?;
    let transform = CoordTransform::new(&degrees, &srs).ok()?;
    let mut bbox = Bbox::EMPTY;
    for i in 0..=10 {
        for k in 0..=10 {
            let at = |from: f64, to: f64, n: i32| from + (to - from) * f64::from(n) / 10.0;
            let mut x = [at(area.west_lon_degree, area.east_lon_degree, i)];
            let mut y = [at(area.south_lat_degree, area.north_lat_degree, k)];
            if transform.transform_coords(&mut x, &mut y, &mut []).is_ok()
                && x[0].is_finite()
                && y[0].is_finite()
            {
                bbox.add([x[0], y[0]]);
            }
        }
    }
    let side = (bbox.max_x - bbox.min_x).max(bbox.max_y - bbox.min_y);
    (!bbox.is_empty()).then(|| bbox.buffered(0.25 * side))
}

#[cfg(test)]
mod tests {
    use ingest::layer::{Geometry, GeometryKind};

    use super::*;

    fn at(x: f64, y: f64) -> Extent {
        let mut extent = Extent::new();
        let mut point = Geometry::empty(GeometryKind::Point);
        point.xy.push([x, y]);
        extent.add(&point);
        extent
    }

    fn settled(given: Option<Crs>, in_file: InFile, extent: &Extent) -> Result<CrsFound> {
        settle(
            given,
            &in_file,
            extent,
            &mut Definitions::default(),
            &mut Findings::new("x"),
        )
    }

    #[test]
    fn a_wrong_statement_is_refused_naming_the_likely_one() {
        let extent = at(571_500., 668_500.);
        for said in [
            settled(Some(Crs::LAMBERT_72), InFile::Nothing, &extent),
            settled(None, InFile::Code(Crs::LAMBERT_72), &extent),
        ] {
            let Err(Stop::Refused(refusal)) = said else {
                panic!("{said:?}")
            };
            assert_eq!(refusal.code, "crs-contradiction");
            assert!(refusal.text.contains("EPSG:3812"), "{}", refusal.text);
        }
    }

    #[test]
    fn a_guess_is_reported_with_its_alternatives() {
        let guess = settled(None, InFile::Nothing, &at(71_500., 168_500.)).unwrap();
        assert_eq!((guess.crs, guess.how), (Crs::LAMBERT_72, CrsHow::Guessed));
        assert!(guess.alternatives.contains(&Crs::Epsg(3447)));
    }

    #[test]
    fn geojson_without_crs_in_lambert_is_a_guess_too() {
        let of = |extent| settled(None, InFile::Default(Crs::Crs84), &extent).unwrap();
        assert_eq!(of(at(3.2, 50.8)).crs, Crs::Crs84);
        assert_eq!(of(at(71_500., 168_500.)).how, CrsHow::Guessed);
    }

    #[test]
    fn other_systems_are_checked_by_their_area_of_use() {
        // Swiss LV95 in Switzerland, and in Kortrijk's Lambert numbers.
        assert!(settled(Some(Crs::Epsg(2056)), InFile::Nothing, &at(2.6e6, 1.2e6)).is_ok());
        assert!(
            settled(
                Some(Crs::Epsg(2056)),
                InFile::Nothing,
                &at(71_500., 168_500.)
            )
            .is_err()
        );
    }
}

//! From one CRS to another, by way of ETRS89 degrees.
//!
//! PROJ never uses the Belgian grid for Lambert 72 → WGS 84 (0.2–0.3 m off): EPSG lists direct
//! shifts there. So every transform goes `source → degrees → target`, where degrees are ETRS89's
//! (EPSG:4258) for CRSs of Europe and WGS 84's for others, and both are taken as equal. Web Mercator
//! is arithmetic on those degrees.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::OnceLock;

use proj::{Proj, ProjBuilder};

use tile::web_mercator;

use super::Crs;
use crate::error::{Error, Result};
use crate::layer::Bbox;

static GRID_FOLDER: OnceLock<PathBuf> = OnceLock::new();

/// The grid file of Belgium; credit: Nicolas Simon, NGI/IGN, CC BY 4.0.
const BELGIAN_GRID: &str = "be_ign_bd72lb72_etrs89lb08.tif";

/// Names a folder that is searched for grids beside PROJ's own; the first call of a process counts.
pub fn set_grid_folder(folder: &Path) {
    let _ = GRID_FOLDER.set(folder.to_owned());
}

/// A transform of x, y (east, north) coordinates; it belongs to its thread.
#[derive(Debug)]
pub struct Transform {
    steps: Vec<Step>,
}

#[derive(Debug)]
enum Step {
    ToDegrees(Rc<Proj>),
    FromDegrees(Rc<Proj>),
    DegreesToMercator,
    MercatorToDegrees,
}

impl Transform {
    /// The transform between two CRSs, made once per thread.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for codes that PROJ does not know.
    pub fn between(from: Crs, to: Crs) -> Result<Rc<Self>> {
        thread_local! {
            static MADE: RefCell<HashMap<(Crs, Crs), Rc<Transform>>> = RefCell::default();
        }
        MADE.with(|made| {
            if let Some(transform) = made.borrow().get(&(from, to)) {
                return Ok(transform.clone());
            }
            let transform = Rc::new(Self::new(from, to)?);
            made.borrow_mut().insert((from, to), transform.clone());
            Ok(transform)
        })
    }

    fn new(from: Crs, to: Crs) -> Result<Self> {
        if from == to {
            return Ok(Self { steps: Vec::new() });
        }
        let mut steps = Vec::new();
        match from {
            Crs::WEB_MERCATOR => steps.push(Step::MercatorToDegrees),
            _ if is_degrees(from) => {}
            _ => steps.push(Step::ToDegrees(degrees_of(from)?)),
        }
        match to {
            Crs::WEB_MERCATOR => steps.push(Step::DegreesToMercator),
            _ if is_degrees(to) => {}
            _ => steps.push(Step::FromDegrees(degrees_of(to)?)),
        }
        Ok(Self { steps })
    }

    /// Whether coordinates pass unchanged.
    pub fn is_identity(&self) -> bool {
        self.steps.is_empty()
    }

    /// Transforms points in place; a point outside of the CRS's reach becomes NaN, NaN.
    pub fn apply(&self, points: &mut [[f64; 2]]) {
        for step in &self.steps {
            match step {
                Step::DegreesToMercator => points
                    .iter_mut()
                    .for_each(|p| *p = web_mercator::project(*p)),
                Step::MercatorToDegrees => points
                    .iter_mut()
                    .for_each(|p| *p = web_mercator::unproject(*p)),
                Step::ToDegrees(proj) => convert(proj, points, Direction::Forward),
                Step::FromDegrees(proj) => convert(proj, points, Direction::Inverse),
            }
        }
    }

    /// Transforms one point.
    pub fn point(&self, point: [f64; 2]) -> [f64; 2] {
        let mut points = [point];
        self.apply(&mut points);
        points[0]
    }

    /// The accuracy in metres that the EPSG register states for the operation used at a point of
    /// the source CRS: 0 where nothing is shifted, `None` where the register does not say.
    pub fn accuracy_m(&self, at: [f64; 2]) -> Option<f64> {
        self.point(at);
        self.steps.iter().try_fold(0.0, |sum, step| match step {
            Step::ToDegrees(proj) | Step::FromDegrees(proj) => {
                let accuracy = proj.proj_info().accuracy;
                (accuracy >= 0.0).then_some(sum + accuracy)
            }
            _ => Some(sum),
        })
    }
}

/// The way from a CRS to the degrees of its hub, which serves both directions: one PROJ object per
/// thread and CRS, for making one takes tens of milliseconds.
fn degrees_of(crs: Crs) -> Result<Rc<Proj>> {
    thread_local! {
        static MADE: RefCell<HashMap<Crs, Rc<Proj>>> = RefCell::default();
    }
    MADE.with_borrow_mut(|made| {
        if let Some(proj) = made.get(&crs) {
            return Ok(proj.clone());
        }
        let proj = Rc::new(make(crs, hub(crs)?)?);
        made.insert(crs, proj.clone());
        Ok(proj)
    })
}

/// The one place where PROJ objects are made: with the grid folder; PROJ's network use is off by default.
fn make(from: Crs, to: Crs) -> Result<Proj> {
    let mut builder = ProjBuilder::new();
    if let Some(folder) = GRID_FOLDER.get() {
        builder
            .set_search_paths(folder)
            .map_err(|e| Error::Proj(e.to_string()))?;
    }
    builder
        .proj_known_crs(&from.database_code(), &to.database_code(), None)
        .map_err(|_| Error::Unsupported(format!("no transform from {from} to {to} is known here")))
}

fn is_degrees(crs: Crs) -> bool {
    matches!(crs, Crs::Crs84 | Crs::WGS84 | Crs::ETRS89)
}

/// The degrees that a CRS's coordinates are turned into: ETRS89's for CRSs made for Europe.
fn hub(crs: Crs) -> Result<Crs> {
    const EUROPE: Bbox = Bbox {
        min_x: -36.0,
        min_y: 24.0,
        max_x: 45.0,
        max_y: 85.0,
    };
    let european = crs
        .definition()?
        .area
        .is_some_and(|area| EUROPE.contains_bbox(&area));
    Ok(if european { Crs::ETRS89 } else { Crs::WGS84 })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Forward,
    Inverse,
}

fn convert(proj: &Proj, points: &mut [[f64; 2]], direction: Direction) {
    let inverse = direction == Direction::Inverse;
    let mut pairs: Vec<(f64, f64)> = points.iter().map(|p| (p[0], p[1])).collect();
    let whole = proj.project_array(&mut pairs, inverse).is_ok();
    for (point, pair) in points.iter_mut().zip(&pairs) {
        // after a failure PROJ leaves the rest undone, so each point is asked for on its own
        let (x, y) = if whole {
            *pair
        } else {
            proj.project((point[0], point[1]), inverse)
                .unwrap_or((f64::NAN, f64::NAN))
        };
        *point = if x.is_finite() && y.is_finite() {
            [x, y]
        } else {
            [f64::NAN; 2]
        };
    }
}

/// The box around a box's image; sides are followed closely (101 points each), since they bend.
///
/// # Errors
/// [`Error::Invalid`] when no part of the box lies within the target's reach.
pub fn transform_bbox(bbox: &Bbox, from: Crs, to: Crs) -> Result<Bbox> {
    const STEPS: usize = 100;
    let transform = Transform::between(from, to)?;
    if transform.is_identity() || bbox.is_empty() {
        return Ok(*bbox);
    }
    let mut points = Vec::with_capacity(4 * (STEPS + 1));
    for i in 0..=STEPS {
        let t = i as f64 / STEPS as f64;
        let x = bbox.min_x + t * (bbox.max_x - bbox.min_x);
        let y = bbox.min_y + t * (bbox.max_y - bbox.min_y);
        points.extend([
            [x, bbox.min_y],
            [x, bbox.max_y],
            [bbox.min_x, y],
            [bbox.max_x, y],
        ]);
    }
    transform.apply(&mut points);
    let mut image = Bbox::EMPTY;
    points.iter().for_each(|&p| image.add(p));
    if image.is_empty() {
        return Err(Error::invalid(format!(
            "the box lies outside of the reach of {to}"
        )));
    }
    Ok(image)
}

/// What [`belgian_grid`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GridCheck {
    /// Lambert 72 comes out right to the centimetre.
    InUse,
    /// The grid file is missing: Lambert 72 is up to 0.3 m off.
    Missing,
}

impl GridCheck {
    /// The name of the file that is looked for.
    pub const FILE: &'static str = BELGIAN_GRID;
}

/// Whether the Belgian grid is in use, by transforming a point of Kortrijk.
///
/// # Errors
/// As [`Transform::between`].
pub fn belgian_grid() -> Result<GridCheck> {
    let [lon, lat] = Transform::between(Crs::LAMBERT_72, Crs::Crs84)?.point([71500.0, 168_500.0]);
    let right = (lon - 3.254_659_272).abs() < 1e-8 && (lat - 50.821_638_973).abs() < 1e-8;
    Ok(if right {
        GridCheck::InUse
    } else {
        GridCheck::Missing
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// DEPENDENCIES of the register: x, y in Lambert 72; latitude, longitude in ETRS89.
    const CHECK_POINTS: [([f64; 2], [f64; 2]); 5] = [
        ([71500., 168500.], [50.821638973, 3.254659272]),
        ([72000., 167000.], [50.808223458, 3.262071633]),
        ([31000., 199000.], [51.088869546, 2.670134274]),
        ([150000., 170000.], [50.840412409, 4.368752612]),
        ([255000., 130000.], [50.471402796, 5.847965957]),
    ];

    fn with_grid() -> bool {
        let shared = std::env::var_os("GOVMAPS_SHARED").map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
            PathBuf::from,
        );
        let folder = shared.join("geodata/proj");
        set_grid_folder(&folder);
        let there = folder.join(BELGIAN_GRID).exists();
        if !there {
            eprintln!("skipped: no {BELGIAN_GRID}");
        }
        there
    }

    #[test]
    fn lambert_72_comes_out_within_a_millimetre() {
        if !with_grid() {
            return;
        }
        let to = Transform::between(Crs::LAMBERT_72, Crs::Crs84).unwrap();
        for (xy, [lat, lon]) in CHECK_POINTS {
            let got = to.point(xy);
            assert!(
                (got[0] - lon).abs() < 1e-8 && (got[1] - lat).abs() < 9e-9,
                "{xy:?} {got:?}"
            );
        }
        assert_eq!(belgian_grid().unwrap(), GridCheck::InUse);
        assert_eq!(to.accuracy_m(CHECK_POINTS[0].0), Some(0.01));
    }

    /// PROJ 9.1 closes EPSG:3035, and Lambert 72 where the grid is missing, to 0.3 mm, the others
    /// far below.
    #[test]
    fn there_and_back_closes() {
        let _ = with_grid();
        for crs in [
            Crs::LAMBERT_72,
            Crs::LAMBERT_2008,
            Crs::Epsg(3035),
            Crs::WEB_MERCATOR,
            Crs::Epsg(28992),
        ] {
            let there = Transform::between(Crs::Crs84, crs).unwrap();
            let back = Transform::between(crs, Crs::Crs84).unwrap();
            let mut points = [[3.26, 50.82], [5.1, 50.9]];
            there.apply(&mut points);
            back.apply(&mut points);
            assert!(
                (points[0][0] - 3.26).abs() < 1e-8 && (points[1][1] - 50.9).abs() < 1e-8,
                "{crs} {points:?}"
            );
        }
    }

    #[test]
    fn a_point_out_of_reach_is_nan_and_its_neighbours_are_right() {
        let t = Transform::between(Crs::Crs84, Crs::LAMBERT_72).unwrap();
        let mut points = [[3.26, 50.82], [f64::NAN, 0.0], [3.26, 50.82]];
        t.apply(&mut points);
        assert!(points[1][0].is_nan());
        assert_eq!(points[0], points[2]);
    }

    #[test]
    fn a_box_holds_the_image_of_its_inside() {
        let bbox = Bbox {
            min_x: 20_000.,
            min_y: 20_000.,
            max_x: 290_000.,
            max_y: 240_000.,
        };
        let image = transform_bbox(&bbox, Crs::LAMBERT_72, Crs::Crs84).unwrap();
        let t = Transform::between(Crs::LAMBERT_72, Crs::Crs84).unwrap();
        for (x, y) in [
            (20_000., 130_000.),
            (155_123., 240_000.),
            (150_000., 20_000.),
        ] {
            assert!(image.buffered(1e-6).contains(t.point([x, y])));
        }
    }
}

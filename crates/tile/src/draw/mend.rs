//! Mending polygons that rounding or cutting has broken.
//!
//! `i_overlay` finds where edges meet and what lies on their sides; the polygons are put together
//! here. Its own way to OGC-valid shapes (`ogc: true`) can panic on slivers, also in release
//! builds (iShape-Rust/iOverlay#78).

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{ContourDirection, IntOverlayOptions, Overlay, ShapeType};
use i_overlay::i_float::int::point::IntPoint;
use i_overlay::vector::edge::{CLIP_LEFT, CLIP_RIGHT, SUBJ_LEFT, SUBJ_RIGHT};

use super::contact::Edge;
use super::faces::{self, DirectedEdge};
use super::paths::Paths;
use super::polygon::{Polygons, Verdict, examine};

/// How often a result that is not valid is mended again.
const ROUNDS: usize = 3;

/// Keeps its memory from polygon to polygon.
pub(super) struct Mender {
    overlay: Overlay,
    contour: Vec<IntPoint>,
    borders: Vec<DirectedEdge>,
    broken: Paths<i32>,
}

impl Default for Mender {
    fn default() -> Self {
        let options = IntOverlayOptions {
            // points on a straight stretch stay: a neighbour may have a corner there
            preserve_input_collinear: true,
            preserve_output_collinear: true,
            output_direction: ContourDirection::CounterClockwise,
            min_output_area: 0,
            ogc: false,
        };
        Self {
            overlay: Overlay::new_custom(0, options, Default::default()),
            contour: Vec::new(),
            borders: Vec::new(),
            broken: Paths::default(),
        }
    }
}

impl std::fmt::Debug for Mender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mender").finish_non_exhaustive()
    }
}

impl Mender {
    /// Mends one polygon: what its outer ring goes around, less what its holes go around.
    ///
    /// So both halves of a bow-tie stay, and a hole that has slipped out fills nothing.
    pub(super) fn mend(&mut self, polygon: &Paths<i32>, edges: &mut Vec<Edge>, out: &mut Polygons) {
        self.overlay.clear();
        for (index, ring) in polygon.iter().enumerate() {
            let shape = if index == 0 {
                ShapeType::Subject
            } else {
                ShapeType::Clip
            };
            self.add(ring, shape);
        }
        self.finish(edges, out);
    }

    /// Joins polygons, each valid and wound rightly, that overlap or share borders.
    pub(super) fn unite(&mut self, polygons: &Polygons, edges: &mut Vec<Edge>, out: &mut Polygons) {
        self.overlay.clear();
        for ring in polygons.rings() {
            self.add(ring, ShapeType::Subject);
        }
        self.finish(edges, out);
    }

    fn add(&mut self, ring: &[[i32; 2]], shape: ShapeType) {
        self.contour.clear();
        self.contour
            .extend(ring.iter().map(|&[x, y]| IntPoint::new(x, y)));
        self.overlay.add_contour(&self.contour, shape);
    }

    /// Takes the valid polygons and gives the others a few more rounds.
    ///
    /// What cannot be mended is rather left out than drawn wrongly.
    fn finish(&mut self, edges: &mut Vec<Edge>, out: &mut Polygons) {
        for _ in 0..ROUNDS {
            self.find_borders();
            self.broken.clear();
            faces::polygons(&mut self.borders, |polygon| match examine(polygon, edges) {
                Verdict::Clean | Verdict::Touching => out.push(polygon),
                Verdict::Broken => polygon.iter().for_each(|ring| self.broken.push(ring)),
                Verdict::Unaffordable => {}
            });
            if self.broken.is_empty() {
                return;
            }
            self.overlay.clear();
            let broken = std::mem::take(&mut self.broken);
            broken
                .iter()
                .for_each(|ring| self.add(ring, ShapeType::Subject));
        }
    }

    /// The edges with land on one side, so directed that it is on their left.
    fn find_borders(&mut self) {
        self.borders.clear();
        for edge in self.overlay.build_separate_vectors(FillRule::NonZero) {
            let land = |subject: u8, clip: u8| edge.fill & subject != 0 && edge.fill & clip == 0;
            let (a, b) = ([edge.a.x, edge.a.y], [edge.b.x, edge.b.y]);
            match (land(SUBJ_LEFT, CLIP_LEFT), land(SUBJ_RIGHT, CLIP_RIGHT)) {
                (true, false) => self.borders.push([a, b]),
                (false, true) => self.borders.push([b, a]),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::ring::area_2;

    fn mended(rings: &[&[[i32; 2]]]) -> Vec<(i64, usize)> {
        let mut polygon = Paths::default();
        rings.iter().for_each(|ring| polygon.push(ring));
        let mut out = Polygons::default();
        Mender::default().mend(&polygon, &mut Vec::new(), &mut out);
        let mut rings: Vec<_> = out.rings().map(|ring| (area_2(ring), ring.len())).collect();
        rings.sort();
        rings
    }

    const SQUARE: &[[i32; 2]] = &[[0, 0], [20, 0], [20, 20], [0, 20]];

    #[test]
    fn both_halves_of_a_bow_tie_stay() {
        let bow_tie: &[[i32; 2]] = &[[0, 0], [10, 10], [10, 0], [0, 10]];
        assert_eq!(mended(&[bow_tie]), [(50, 3), (50, 3)]);
    }

    #[test]
    fn a_hole_along_the_border_becomes_a_bay_and_one_outside_is_dropped() {
        let notch: &[[i32; 2]] = &[[5, 0], [5, 10], [15, 10], [15, 0]];
        assert_eq!(mended(&[SQUARE, notch]), [(600, 8)]);
        let outside: &[[i32; 2]] = &[[50, 0], [50, 10], [60, 10]];
        assert_eq!(mended(&[SQUARE, outside]), [(800, 4)]);
    }

    #[test]
    fn a_hole_over_everything_leaves_nothing() {
        assert!(mended(&[SQUARE, SQUARE]).is_empty());
    }

    #[test]
    fn points_on_straight_stretches_stay() {
        let ring: &[[i32; 2]] = &[[0, 0], [5, 0], [20, 0], [20, 20], [0, 20]];
        let notch: &[[i32; 2]] = &[[0, 10], [5, 10], [5, 15], [0, 15]];
        assert_eq!(mended(&[ring, notch]), [(750, 9)]);
    }
}

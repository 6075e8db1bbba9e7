//! The land: borders in detail, how dense it is where, and the bend that makes straight lines grow.

use super::borders::{ARCS, MUNICIPALITIES};
use super::plane::{Xy, along, between, distance, dot, left, minus, unit};
use super::random::{Random, noise};

/// Border vertices lie at most this far apart.
const BORDER_STEP_M: f64 = 60.0;
/// Along a border, streets may cross at gates about this far apart.
const GATE_STEP_M: f64 = 330.0;
/// How much smaller than the area of their radius towns are drawn.
const COMPACT: f64 = 0.5;
/// Half the width of a street at a gate.
const GATE_HALF_M: f64 = 5.0;

/// A vertex of a border.
#[derive(Clone, Copy)]
pub(super) struct BorderPoint {
    /// Where it lies.
    pub(super) at: Xy,
    /// Whether a street may end here; the vertices before and after are the sides of the street.
    pub(super) is_gate: bool,
}

/// A way out of a municipality.
pub(super) struct Exit {
    /// The gate's place in the border ring.
    pub(super) gate: usize,
    /// What the road that leads there is called after.
    pub(super) adjective: &'static str,
}

/// The region's borders.
pub(super) struct Region {
    arcs: Vec<Vec<BorderPoint>>,
}

/// Where roads lead that leave the region.
const FAR_TOWNS: &[&str] = &[
    "Doornikse",
    "Gentse",
    "Brugse",
    "Ieperse",
    "Roeselaarse",
    "Rijselse",
    "Oudenaardse",
    "Tieltse",
];

impl Region {
    /// The borders with their bends and gates.
    pub(super) fn new() -> Self {
        let arcs = ARCS
            .iter()
            .enumerate()
            .map(|(i, arc)| detailed(arc, i as u64))
            .collect();
        Self { arcs }
    }

    /// The border of a municipality, counter-clockwise, not closed.
    pub(super) fn border(&self, municipality: usize) -> Vec<BorderPoint> {
        let mut ring = Vec::new();
        for &arc in MUNICIPALITIES[municipality].border {
            if arc >= 0 {
                let arc = &self.arcs[arc as usize];
                ring.extend_from_slice(&arc[..arc.len() - 1]);
            } else {
                ring.extend(self.arcs[!arc as usize].iter().rev().copied());
                ring.pop();
            }
        }
        ring
    }

    /// Where main roads leave a municipality: the same gates from both sides.
    pub(super) fn exits(&self, municipality: usize) -> Vec<Exit> {
        let here = MUNICIPALITIES[municipality].centres[0].at;
        let border = self.border(municipality);
        let mut exits = Vec::new();
        for &arc in MUNICIPALITIES[municipality].border {
            let index = if arc >= 0 { arc } else { !arc };
            let points = &self.arcs[index as usize];
            let there = MUNICIPALITIES.iter().enumerate().find(|(i, m)| {
                *i != municipality && m.border.iter().any(|&a| a == index || a == !index)
            });
            let goal = match there {
                Some((_, m)) => m.centres[0].at,
                None => points[points.len() / 2].at,
            };
            let way = |p: &&BorderPoint| distance(here, p.at) + distance(p.at, goal);
            let best = points
                .iter()
                .filter(|p| p.is_gate)
                .min_by(|p, q| way(p).total_cmp(&way(q)));
            if let Some(best) = best
                && let Some(gate) = border.iter().position(|p| p.at == best.at)
            {
                let adjective = there.map_or(FAR_TOWNS[index as usize % FAR_TOWNS.len()], |t| {
                    t.1.adjective
                });
                exits.push(Exit { gate, adjective });
            }
        }
        exits
    }
}

fn detailed(arc: &[(i32, i32)], seed: u64) -> Vec<BorderPoint> {
    let place = |&(x, y): &(i32, i32)| [f64::from(x) * 10.0, f64::from(y) * 10.0];
    let mut random = Random::of(&[1, seed]);
    let mut line = vec![place(&arc[0])];
    for pair in arc.windows(2) {
        bent(place(&pair[0]), place(&pair[1]), &mut random, &mut line);
    }
    let mut points = Vec::new();
    let mut walked = GATE_STEP_M / 2.0;
    for (i, pair) in line.windows(2).enumerate() {
        let (a, b) = (pair[0], pair[1]);
        points.push(BorderPoint {
            at: a,
            is_gate: false,
        });
        walked += distance(a, b);
        let inner = i > 1 && i + 3 < line.len();
        if walked > GATE_STEP_M && inner && distance(a, b) > 4.0 * GATE_HALF_M {
            walked = 0.0;
            let (middle, v) = (between(a, b, 0.5), unit(minus(b, a)));
            for (offset, is_gate) in [(-GATE_HALF_M, false), (0.0, true), (GATE_HALF_M, false)] {
                points.push(BorderPoint {
                    at: along(middle, v, offset),
                    is_gate,
                });
            }
        }
    }
    points.push(BorderPoint {
        at: line[line.len() - 1],
        is_gate: false,
    });
    points
}

/// Appends the way from `a` to `b` with bends at every size.
fn bent(a: Xy, b: Xy, random: &mut Random, line: &mut Vec<Xy>) {
    let l = distance(a, b);
    if l < BORDER_STEP_M {
        line.push(b);
        return;
    }
    let across = left(unit(minus(b, a)));
    let middle = along(
        between(a, b, random.between(0.42, 0.58)),
        across,
        l * random.between(-0.09, 0.09),
    );
    bent(a, middle, random, line);
    bent(middle, b, random, line);
}

/// How much of a town a place is: 1 in the heart of one, 0.5 at its radius, near 0 in the fields.
pub(super) fn urbanity(p: Xy) -> f64 {
    MUNICIPALITIES
        .iter()
        .flat_map(|m| m.centres)
        .map(|centre| {
            let v = minus(p, centre.at);
            1.0 / (1.0 + dot(v, v) / (centre.radius_m * centre.radius_m * COMPACT))
        })
        .fold(0.0, f64::max)
}

/// The bend of the land: plans are drawn straight and then bent, all by the same smooth function,
/// which also takes them off the millimetre grid.
pub(super) fn bend(p: Xy) -> Xy {
    let shift = |seed| {
        85.0 * noise(p, 2600.0, seed)
            + 24.0 * noise(p, 720.0, seed + 1)
            + 4.5 * noise(p, 240.0, seed + 2)
    };
    [p[0] + shift(11), p[1] + shift(21)]
}

//! The streets of a municipality: its land is cut again and again until the blocks are as small
//! as the place is dense.

use std::collections::{HashMap, HashSet};

use super::borders::MUNICIPALITIES;
use super::mesh::{Cut, End, Mesh, crossings, is_good, leaves_area};
use super::plane::{
    Xy, along, area, between, centroid, distance, distance_to_segment, dot, edges, frame, inside,
    left, minus, segments_cross, unit,
};
use super::random::Random;
use super::region::{Region, urbanity};

/// A vertex on a street at least this often, so that the land's bend shows.
const STREET_STEP_M: f64 = 42.0;
/// The least distance of two crossings.
const CROSSING_GAP_M: f64 = 36.0;
/// The same near the heart, where wide streets meet at sharp angles.
const HEART_GAP_M: f64 = 70.0;
/// The greatest cosine of the angle between a street and the one it meets: 45 degrees.
const SHARPEST_COSINE: f64 = 0.7;

/// What a street is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// From town to town.
    Main,
    /// From village to village.
    Connecting,
    /// Between neighbourhoods.
    Local,
    /// With homes along it.
    Residential,
    /// Between fields.
    Field,
}

impl Class {
    /// Its width from front to front.
    pub(super) fn width_m(self) -> f64 {
        match self {
            Self::Main => 14.0,
            Self::Connecting => 11.0,
            Self::Local => 9.5,
            Self::Residential => 8.5,
            Self::Field => 6.5,
        }
    }
}

/// A street before the land is bent: a straight line, or two for one through the heart.
pub(super) struct Street {
    /// What it is for.
    pub(super) class: Class,
    /// What it is called after, when it leads somewhere.
    pub(super) towards: Option<&'static str>,
    /// Where it starts.
    pub(super) from: Xy,
    /// Where it leads, of length 1.
    pub(super) direction: Xy,
}

/// A municipality cut into blocks.
pub(super) struct Streets {
    /// All vertices; edges on a street's middle know the street.
    pub(super) mesh: Mesh,
    /// The streets.
    pub(super) all: Vec<Street>,
    /// The blocks up to the middle of the streets around them.
    pub(super) blocks: Vec<Vec<u32>>,
    /// The vertices on the border where a street may end, with their neighbours on the border.
    pub(super) gates: HashMap<u32, (u32, u32)>,
    crossings: HashSet<u32>,
    heart: u32,
    random: Random,
}

impl Streets {
    /// Draws the streets of a municipality.
    pub(super) fn draw(region: &Region, municipality: usize) -> Self {
        let border = region.border(municipality);
        let n = border.len() as u32;
        let gates = (0..n)
            .filter(|&v| border[v as usize].is_gate)
            .map(|v| (v, ((v + n - 1) % n, (v + 1) % n)))
            .collect();
        let mut streets = Self {
            mesh: Mesh::new(border.iter().map(|p| p.at).collect()),
            all: Vec::new(),
            blocks: Vec::new(),
            gates,
            crossings: HashSet::new(),
            heart: u32::MAX,
            random: Random::of(&[2, municipality as u64]),
        };
        let mut faces = streets.main_roads(region, municipality, (0..n).collect());
        while let Some(face) = faces.pop() {
            let face = streets.mesh.expand(&face);
            match streets.divide(&face) {
                Some((left, right)) => faces.extend([left, right]),
                None => streets.blocks.push(face),
            }
        }
        for block in &mut streets.blocks {
            *block = streets.mesh.expand(block);
        }
        streets
    }

    /// Roads from the heart to the neighbours; the faces between them.
    fn main_roads(
        &mut self,
        region: &Region,
        municipality: usize,
        whole: Vec<u32>,
    ) -> Vec<Vec<u32>> {
        let heart = MUNICIPALITIES[municipality].centres[0].at;
        let border = self.mesh.places(&whole);
        let mut roads: Vec<(usize, Xy, &'static str)> = Vec::new();
        for exit in region.exits(municipality) {
            let gate = border[exit.gate];
            let way = unit(minus(gate, heart));
            let near = along(gate, way, -1.0);
            let free = inside(&border, near)
                && edges(&border).all(|(a, b)| !segments_cross(heart, near, a, b));
            let n = border.len();
            let along_border = unit(minus(
                border[(exit.gate + 1) % n],
                border[(exit.gate + n - 1) % n],
            ));
            let apart = roads.iter().all(|(_, other, _)| dot(way, *other) < 0.86);
            if free && apart && dot(way, along_border).abs() < 0.8 {
                roads.push((exit.gate, way, exit.adjective));
            }
        }
        if roads.len() < 2 {
            return vec![whole];
        }
        self.heart = self.mesh.add(heart);
        self.crossings.insert(self.heart);
        let first = roads.remove(0);
        let opposite = (0..roads.len())
            .min_by(|&i, &j| dot(first.1, roads[i].1).total_cmp(&dot(first.1, roads[j].1)))
            .unwrap_or(0);
        let second = roads.remove(opposite);
        let mut path = vec![first.0 as u32];
        self.mesh
            .walk_straight(first.0 as u32, self.heart, STREET_STEP_M, &mut path);
        let middle = path.len() - 1;
        self.mesh
            .walk_straight(self.heart, second.0 as u32, STREET_STEP_M, &mut path);
        self.add_street(&path[..=middle], Class::Main, Some(first.2));
        self.add_street(&path[middle..], Class::Main, Some(second.2));
        let cut = Cut {
            from: End::Vertex(first.0),
            to: End::Vertex(second.0),
        };
        let halves = self.mesh.apply_path(&whole, cut, path);
        let mut faces = vec![halves.left, halves.right];
        for (gate, _, name) in roads {
            let Some(at) = faces.iter().position(|f| f.contains(&(gate as u32))) else {
                continue;
            };
            let place = |v| faces[at].iter().position(|&w| w == v);
            let (Some(from), Some(to)) = (place(gate as u32), place(self.heart)) else {
                continue;
            };
            let face = faces.swap_remove(at);
            let cut = Cut {
                from: End::Vertex(from),
                to: End::Vertex(to),
            };
            let halves = self.mesh.apply(&face, cut, STREET_STEP_M);
            self.add_street(&halves.path, Class::Main, Some(name));
            faces.extend([halves.left, halves.right]);
        }
        faces
    }

    /// Cuts a face by a street, unless it is small enough for a block or no street fits.
    fn divide(&mut self, face: &[u32]) -> Option<(Vec<u32>, Vec<u32>)> {
        let places = self.mesh.places(face);
        let (size, middle) = (area(&places), centroid(&places));
        let density = urbanity(middle);
        let target = block_area_m2(density) * self.random.between(0.75, 1.3);
        if size < 1.7 * target {
            return None;
        }
        let class = match () {
            () if size > 1.6e6 => Class::Connecting,
            () if density < 0.1 => Class::Field,
            () if size > 2.4e5 => Class::Local,
            () if density < 0.16 => Class::Field,
            () => Class::Residential,
        };
        let frame = frame(&places);
        for attempt in 0..14 {
            let tilt = self.random.between(-0.16, 0.16);
            let axis = if attempt < 9 {
                frame.axis
            } else {
                left(frame.axis)
            };
            let reach = if attempt < 9 {
                frame.length_m
            } else {
                frame.width_m
            };
            let axis = unit(along(axis, left(axis), tilt));
            let start = if inside(&places, middle) {
                middle
            } else {
                frame.centre
            };
            let through = along(start, axis, reach * self.random.between(-0.16, 0.16));
            let Some(cut) = self.street_cut(face, &places, through, left(axis)) else {
                continue;
            };
            if !leaves_area(&self.mesh, face, cut, 0.4 * target) {
                continue;
            }
            let halves = self.mesh.apply(face, cut, STREET_STEP_M);
            self.add_street(&halves.path, class, None);
            return Some((halves.left, halves.right));
        }
        None
    }

    fn street_cut(&self, face: &[u32], places: &[Xy], through: Xy, direction: Xy) -> Option<Cut> {
        let (a, b) = crossings(places, through, direction)?;
        let cut = Cut {
            from: self.street_end(face, places, a)?,
            to: self.street_end(face, places, b)?,
        };
        let place = |end| match end {
            End::Vertex(i) => places[i],
            End::Edge(_, p) => p,
        };
        let (a, b) = (place(cut.from), place(cut.to));
        let fits = distance(a, b) > 40.0
            && is_good(places, cut)
            && is_blunt(places, cut.from, b)
            && is_blunt(places, cut.to, a)
            && has_room(places, a, b);
        fits.then_some(cut)
    }

    /// Where a street may meet the ring near a place: at a gate, at a crossing, or far from any.
    fn street_end(&self, face: &[u32], places: &[Xy], (edge, p): (usize, Xy)) -> Option<End> {
        let n = face.len();
        if self.mesh.is_fixed(face[edge], face[(edge + 1) % n]) {
            return (0..n)
                .filter(|&i| {
                    self.gates.contains_key(&face[i]) && !self.crossings.contains(&face[i])
                })
                .map(|i| (distance(places[i], p), i))
                .filter(|(d, _)| *d < 260.0)
                .min_by(|a, b| a.0.total_cmp(&b.0))
                .map(|(_, i)| End::Vertex(i));
        }
        for forward in [true, false] {
            let mut walked = 0.0;
            let mut here = p;
            let mut i = if forward { (edge + 1) % n } else { edge };
            while walked < HEART_GAP_M {
                walked += distance(here, places[i]);
                here = places[i];
                let gap = if face[i] == self.heart {
                    HEART_GAP_M
                } else {
                    CROSSING_GAP_M
                };
                if self.crossings.contains(&face[i]) && walked < gap {
                    let is_heart = face[i] == self.heart;
                    return (!is_heart).then_some(End::Vertex(i));
                }
                i = if forward {
                    (i + 1) % n
                } else {
                    (i + n - 1) % n
                };
            }
        }
        let next = (edge + 1) % n;
        let (d, e) = (distance(p, places[edge]), distance(p, places[next]));
        Some(if d.min(e) > 9.0 {
            End::Edge(edge, p)
        } else {
            End::Vertex(if d < e { edge } else { next })
        })
    }

    fn add_street(&mut self, path: &[u32], class: Class, towards: Option<&'static str>) {
        let street = self.all.len() as u32;
        let (first, last) = (path[0], path[path.len() - 1]);
        let (from, to) = (self.mesh.at(first), self.mesh.at(last));
        self.all.push(Street {
            class,
            towards,
            from,
            direction: unit(minus(to, from)),
        });
        for pair in path.windows(2) {
            self.mesh.set_street(pair[0], pair[1], street);
        }
        self.crossings.extend([first, last]);
    }
}

/// The size of blocks, up to the middle of the streets.
fn block_area_m2(density: f64) -> f64 {
    let open = 1.0 - density;
    let open = open * open * open;
    8_000.0 + 190_000.0 * open * open
}

/// Whether a street meets a ring at a vertex (or edge) under at least 45 degrees to both sides.
fn is_blunt(ring: &[Xy], end: End, other: Xy) -> bool {
    let n = ring.len();
    let (p, before, after) = match end {
        End::Vertex(i) => (ring[i], ring[(i + n - 1) % n], ring[(i + 1) % n]),
        End::Edge(i, p) => (p, ring[i], ring[(i + 1) % n]),
    };
    let way = unit(minus(other, p));
    [before, after]
        .iter()
        .all(|&q| dot(way, unit(minus(q, p))) < SHARPEST_COSINE)
}

/// Whether a street keeps its distance from the ring on its way.
fn has_room(ring: &[Xy], a: Xy, b: Xy) -> bool {
    let l = distance(a, b);
    let steps = (l / 18.0).ceil() as usize;
    (1..steps).all(|k| {
        let share = k as f64 / steps as f64;
        let p = between(a, b, share);
        let room = (0.5 * l * share.min(1.0 - share)).min(24.0);
        edges(ring).all(|(c, d)| distance_to_segment(p, c, d) >= room)
    })
}

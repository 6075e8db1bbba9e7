//! Zoning plans: large areas that tile the region, with long borders that neighbours share.
//!
//! Each cell of a grid gets its zone, equal neighbours become one area, and the corners of the
//! cells are then drawn towards their neighbours on the border, which makes it smooth. A corner
//! moves less than half a cell, so that borders cannot cross; it is one point for all areas that
//! meet there.

use std::collections::{BTreeMap, HashMap};

use super::borders::MUNICIPALITIES;
use super::plane::{Xy, area, between, distance_to_segment, edges};
use super::random::{Random, noise};
use super::region::{Region, bend, urbanity};

/// The side of a cell.
const CELL_M: f64 = 40.0;
/// Areas below this many cells join a neighbour.
const LEAST_CELLS: usize = 9;
/// The most that a corner moves in either direction, in cells.
const MOST_SHIFT: f64 = 0.4;

/// The zones: code and name.
pub(super) const ZONES: &[(&str, &str)] = &[
    ("0100", "woongebied"),
    ("0102", "woongebied met landelijk karakter"),
    ("0105", "woonuitbreidingsgebied"),
    (
        "0200",
        "gebied voor gemeenschapsvoorzieningen en openbaar nut",
    ),
    ("0400", "recreatiegebied"),
    ("0500", "parkgebied"),
    ("0701", "natuurgebied"),
    ("0800", "bosgebied"),
    ("0900", "agrarisch gebied"),
    ("0901", "landschappelijk waardevol agrarisch gebied"),
    ("1000", "industriegebied"),
    ("1100", "gebied voor ambachtelijke bedrijven en kmo’s"),
];

/// An area of one zone in one municipality.
pub(super) struct Zone {
    /// Its number in [`ZONES`].
    pub(super) zone: usize,
    /// Its number in [`MUNICIPALITIES`].
    pub(super) municipality: usize,
    /// Its outer ring, counter-clockwise, then its holes, clockwise; none closed.
    pub(super) rings: Vec<Vec<Xy>>,
}

/// Outside the region.
const NOWHERE: u16 = u16::MAX;

struct Grid {
    origin: Xy,
    columns: i32,
    rows: i32,
    /// Municipality times the number of zones, plus zone.
    labels: Vec<u16>,
}

/// The zones of the region.
pub(super) fn zones(region: &Region) -> Vec<Zone> {
    let mut grid = Grid::of(region);
    for _ in 0..3 {
        grid.join_small();
        grid.part_diagonals();
    }
    let areas = grid.areas();
    let corners = grid.corners(&areas);
    grid.trace(&areas, &corners)
}

impl Grid {
    fn of(region: &Region) -> Self {
        let borders: Vec<Vec<Xy>> = (0..MUNICIPALITIES.len())
            .map(|m| region.border(m).iter().map(|p| bend(p.at)).collect())
            .collect();
        let all = || borders.iter().flatten();
        let least = |axis: usize| all().map(|p| p[axis]).fold(f64::INFINITY, f64::min);
        let most = |axis: usize| all().map(|p| p[axis]).fold(f64::NEG_INFINITY, f64::max);
        let origin = [least(0) - 2.0 * CELL_M, least(1) - 2.0 * CELL_M];
        let (columns, rows) = (
            ((most(0) - origin[0]) / CELL_M) as i32 + 3,
            ((most(1) - origin[1]) / CELL_M) as i32 + 3,
        );
        let roads = main_roads(region);
        let mut grid = Self {
            origin,
            columns,
            rows,
            labels: vec![NOWHERE; (columns * rows) as usize],
        };
        for (municipality, border) in borders.iter().enumerate() {
            for row in 0..rows {
                let y = origin[1] + (f64::from(row) + 0.5) * CELL_M;
                let mut hits: Vec<f64> = edges(border)
                    .filter(|(a, b)| (a[1] > y) != (b[1] > y))
                    .map(|(a, b)| a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]))
                    .collect();
                hits.sort_by(f64::total_cmp);
                for pair in hits.chunks_exact(2) {
                    let first = ((pair[0] - origin[0]) / CELL_M - 0.5).ceil() as i32;
                    let last = ((pair[1] - origin[0]) / CELL_M - 0.5).ceil() as i32;
                    for column in first..last {
                        let x = origin[0] + (f64::from(column) + 0.5) * CELL_M;
                        let zone = zone_of([x, y], &roads);
                        grid.labels[(row * columns + column) as usize] =
                            (municipality * ZONES.len() + zone) as u16;
                    }
                }
            }
        }
        grid
    }

    fn label(&self, column: i32, row: i32) -> u16 {
        if (0..self.columns).contains(&column) && (0..self.rows).contains(&row) {
            self.labels[(row * self.columns + column) as usize]
        } else {
            NOWHERE
        }
    }

    /// Two areas that touch at a corner of four cells would have rings that touch themselves.
    fn part_diagonals(&mut self) {
        for _ in 0..24 {
            let mut changed = false;
            for row in 0..self.rows - 1 {
                for column in 0..self.columns - 1 {
                    let at = |dc: i32, dr: i32| ((row + dr) * self.columns + column + dc) as usize;
                    for (a, c, b, d) in [
                        (at(0, 0), at(1, 1), at(1, 0), at(0, 1)),
                        (at(1, 0), at(0, 1), at(0, 0), at(1, 1)),
                    ] {
                        let l = &self.labels;
                        if l[a] == l[c] && l[b] != l[a] && l[d] != l[a] {
                            let give = if l[b] == NOWHERE { d } else { b };
                            self.labels[give] = self.labels[a];
                            changed = true;
                        }
                    }
                }
            }
            if !changed {
                break;
            }
        }
    }

    fn join_small(&mut self) {
        let areas = self.areas();
        let mut sizes: Vec<usize> = Vec::new();
        for &area in &areas {
            if area != u32::MAX {
                let area = area as usize;
                sizes.resize(sizes.len().max(area + 1), 0);
                sizes[area] += 1;
            }
        }
        for row in 0..self.rows {
            for column in 0..self.columns {
                let at = (row * self.columns + column) as usize;
                if areas[at] != u32::MAX && sizes[areas[at] as usize] < LEAST_CELLS {
                    let own = self.labels[at];
                    let neighbour = [(-1, 0), (0, -1), (1, 0), (0, 1)]
                        .map(|(dc, dr)| self.label(column + dc, row + dr))
                        .into_iter()
                        .find(|&l| l != NOWHERE && l != own && same_municipality(l, own));
                    if let Some(label) = neighbour {
                        self.labels[at] = label;
                    }
                }
            }
        }
    }

    /// The number of each cell's area; `u32::MAX` outside.
    fn areas(&self) -> Vec<u32> {
        let mut areas = vec![u32::MAX; self.labels.len()];
        let mut count = 0;
        let mut rest = Vec::new();
        for start in 0..self.labels.len() {
            if self.labels[start] == NOWHERE || areas[start] != u32::MAX {
                continue;
            }
            areas[start] = count;
            rest.push(start);
            while let Some(at) = rest.pop() {
                let (column, row) = (at as i32 % self.columns, at as i32 / self.columns);
                for (dc, dr) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
                    let (c, r) = (column + dc, row + dr);
                    if self.label(c, r) == self.labels[start] {
                        let next = (r * self.columns + c) as usize;
                        if areas[next] == u32::MAX {
                            areas[next] = count;
                            rest.push(next);
                        }
                    }
                }
            }
            count += 1;
        }
        areas
    }

    /// Where the corners of cells on borders come to lie.
    fn corners(&self, areas: &[u32]) -> HashMap<(i32, i32), Xy> {
        let area = |c: i32, r: i32| {
            if (0..self.columns).contains(&c) && (0..self.rows).contains(&r) {
                areas[(r * self.columns + c) as usize]
            } else {
                u32::MAX
            }
        };
        let mut joined: BTreeMap<(i32, i32), Vec<(i32, i32)>> = BTreeMap::new();
        let mut join = |a, b| {
            joined.entry(a).or_default().push(b);
            joined.entry(b).or_default().push(a);
        };
        for row in 0..=self.rows {
            for column in 0..=self.columns {
                if area(column, row) != area(column - 1, row) {
                    join((column, row), (column, row + 1));
                }
                if area(column, row) != area(column, row - 1) {
                    join((column, row), (column + 1, row));
                }
            }
        }
        let mut shifts: HashMap<(i32, i32), Xy> = HashMap::new();
        for _ in 0..5 {
            let mut next = HashMap::with_capacity(joined.len());
            for (&(c, r), around) in &joined {
                let own = shifts.get(&(c, r)).copied().unwrap_or_default();
                let mut mean = [0.0, 0.0];
                for &(i, j) in around {
                    let shift = shifts.get(&(i, j)).copied().unwrap_or_default();
                    mean[0] += (f64::from(i - c) + shift[0]) / around.len() as f64;
                    mean[1] += (f64::from(j - r) + shift[1]) / around.len() as f64;
                }
                let moved = between(own, mean, 0.6);
                next.insert((c, r), moved.map(|s| s.clamp(-MOST_SHIFT, MOST_SHIFT)));
            }
            shifts = next;
        }
        joined
            .keys()
            .map(|&(c, r)| {
                let shift = shifts.get(&(c, r)).copied().unwrap_or_default();
                let mut random = Random::of(&[12, c as u64, r as u64]);
                let place = [0, 1].map(|axis| {
                    let cell = f64::from([c, r][axis]) + shift[axis] + random.between(-0.02, 0.02);
                    self.origin[axis] + cell * CELL_M
                });
                ((c, r), place)
            })
            .collect()
    }

    /// The rings of each area, walked with the area to the left.
    fn trace(&self, areas: &[u32], corners: &HashMap<(i32, i32), Xy>) -> Vec<Zone> {
        let count = areas
            .iter()
            .filter(|&&a| a != u32::MAX)
            .max()
            .map_or(0, |m| m + 1);
        let mut steps: Vec<BTreeMap<(i32, i32), (i32, i32)>> =
            vec![BTreeMap::new(); count as usize];
        let mut labels = vec![0; count as usize];
        for (at, &own) in areas.iter().enumerate() {
            if own == u32::MAX {
                continue;
            }
            labels[own as usize] = self.labels[at];
            let (c, r) = (at as i32 % self.columns, at as i32 / self.columns);
            // the four sides counter-clockwise, with the neighbour across
            for (from, to, (nc, nr)) in [
                ((c, r), (c + 1, r), (c, r - 1)),
                ((c + 1, r), (c + 1, r + 1), (c + 1, r)),
                ((c + 1, r + 1), (c, r + 1), (c, r + 1)),
                ((c, r + 1), (c, r), (c - 1, r)),
            ] {
                let is_inside = (0..self.columns).contains(&nc) && (0..self.rows).contains(&nr);
                if !is_inside || areas[(nr * self.columns + nc) as usize] != own {
                    steps[own as usize].insert(from, to);
                }
            }
        }
        steps
            .into_iter()
            .zip(labels)
            .map(|(mut steps, label)| {
                let mut rings = Vec::new();
                while let Some((start, mut here)) = steps.pop_first() {
                    let mut ring = vec![corners[&start]];
                    while here != start {
                        ring.push(corners[&here]);
                        match steps.remove(&here) {
                            Some(next) => here = next,
                            None => break,
                        }
                    }
                    rings.push(ring);
                }
                // the outer ring is the one that is counter-clockwise
                rings.sort_by(|a, b| area(b).total_cmp(&area(a)));
                Zone {
                    zone: label as usize % ZONES.len(),
                    municipality: label as usize / ZONES.len(),
                    rings,
                }
            })
            .collect()
    }
}

fn same_municipality(a: u16, b: u16) -> bool {
    a as usize / ZONES.len() == b as usize / ZONES.len()
}

/// The roads from town to town, as zoning plans see them.
fn main_roads(region: &Region) -> Vec<(Xy, Xy)> {
    (0..MUNICIPALITIES.len())
        .flat_map(|m| {
            let border = region.border(m);
            let heart = MUNICIPALITIES[m].centres[0].at;
            let exits = region.exits(m);
            exits
                .into_iter()
                .map(move |exit| (heart, border[exit.gate].at))
                .collect::<Vec<_>>()
        })
        .collect()
}

fn zone_of(p: Xy, roads: &[(Xy, Xy)]) -> usize {
    let town = urbanity(p) + 0.055 * noise(p, 620.0, 41);
    let spot = |wavelength: f64, seed| {
        0.8 * noise(p, wavelength, seed) + 0.35 * noise(p, 0.37 * wavelength, seed + 100)
    };
    match () {
        () if town > 0.11 && spot(420.0, 42) > 0.62 => 3,
        () if town > 0.13 && spot(380.0, 43) > 0.66 => 5,
        () if (0.035..0.2).contains(&town) && spot(1_300.0, 44) > 0.5 => 10,
        () if (0.05..0.24).contains(&town) && spot(600.0, 45) > 0.62 => 11,
        () if town > 0.2 => 0,
        () if town > 0.125 && spot(700.0, 46) > 0.1 => 2,
        () if spot(420.0, 47) > -0.35 && near_road(p, roads) => 1,
        () if spot(800.0, 48) > 0.68 => 4,
        () if spot(1_500.0, 31) > 0.5 => 7,
        () if spot(2_200.0, 49) > 0.55 => 6,
        () if spot(5_200.0, 50) > 0.05 => 9,
        () => 8,
    }
}

/// Whether a place lies in the ribbon along a main road. The roads are those before the bend,
/// which moves both alike.
fn near_road(p: Xy, roads: &[(Xy, Xy)]) -> bool {
    let back = bend(p);
    let p = [2.0 * p[0] - back[0], 2.0 * p[1] - back[1]];
    roads
        .iter()
        .any(|&(a, b)| distance_to_segment(p, a, b) < 62.0)
}

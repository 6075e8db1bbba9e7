//! Blocks become parcels: lots in a row along each street, and what lies behind them.

use super::mesh::{Mesh, leaves_area};
use super::plane::{Xy, along, area, between, centroid, distance, dot, frame, left, minus, unit};
use super::random::{Random, noise};
use super::region::urbanity;
use super::streets::{Class, Street};

/// A vertex on a long border between fields at least this often.
const STEP_M: f64 = 52.0;
/// Cuts closer than this to a vertex go through it.
const SNAP_M: f64 = 1.6;

/// What a parcel is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// A home with its garden.
    House,
    /// A garden or plot without a house.
    Garden,
    /// Garages and parking behind houses.
    Yard,
    /// Arable land.
    Field,
    /// Grassland.
    Meadow,
    /// Woodland.
    Wood,
    /// Works and warehouses.
    Industry,
    /// A public park.
    Park,
    /// The square in the heart.
    Square,
    /// A cemetery.
    Cemetery,
    /// A street's own land.
    Street,
}

/// A parcel in the plan.
pub(super) struct Lot {
    /// Its ring.
    pub(super) ring: Vec<u32>,
    /// What it is used for.
    pub(super) usage: Use,
    /// Its block's number.
    pub(super) block: u32,
    /// How dense the place is, 0 to 1.
    pub(super) density: f64,
}

/// What a block is as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BlockUse {
    /// Lots along its streets.
    Mixed,
    /// One parcel of one use.
    Whole(Use),
    /// Works and warehouses.
    Industry,
}

/// The piece of a ring along one street, in the direction of the ring.
struct Front {
    street: u32,
    start: Xy,
    end: Xy,
}

/// Divides one block.
pub(super) struct Divider<'a> {
    /// The vertices.
    pub(super) mesh: &'a mut Mesh,
    /// The streets.
    pub(super) streets: &'a [Street],
    /// Where parcels go.
    pub(super) lots: &'a mut Vec<Lot>,
    random: Random,
    block: u32,
    density: f64,
}

impl<'a> Divider<'a> {
    /// For the block with this number.
    pub(super) fn new(
        mesh: &'a mut Mesh,
        streets: &'a [Street],
        lots: &'a mut Vec<Lot>,
        municipality: usize,
        block: u32,
    ) -> Self {
        Self {
            mesh,
            streets,
            lots,
            random: Random::of(&[3, municipality as u64, u64::from(block)]),
            block,
            density: 0.0,
        }
    }

    /// Divides a block's ring.
    pub(super) fn divide(&mut self, ring: &[u32], usage: BlockUse) {
        let ring = self.mesh.expand(ring);
        self.density = urbanity(centroid(&self.mesh.places(&ring)));
        match usage {
            BlockUse::Whole(usage) => self.push(ring, usage),
            BlockUse::Industry => self.scatter(ring, 5_500.0, &[Use::Industry]),
            BlockUse::Mixed => self.along_streets(ring),
        }
    }

    fn push(&mut self, ring: Vec<u32>, usage: Use) {
        self.lots.push(Lot {
            ring,
            usage,
            block: self.block,
            density: self.density,
        });
    }

    /// Takes a row of lots off the ring at each street; the rest is what lies behind.
    fn along_streets(&mut self, mut ring: Vec<u32>) {
        let depth = self.lot_depth_m();
        let mut refused: Vec<u32> = Vec::new();
        for _ in 0..9 {
            ring = self.mesh.expand(&ring);
            let places = self.mesh.places(&ring);
            let front = self
                .fronts(&ring)
                .into_iter()
                .filter(|f| !refused.contains(&f.street) && distance(f.start, f.end) > 11.0)
                .max_by(|f, g| distance(f.start, f.end).total_cmp(&distance(g.start, g.end)));
            let Some(front) = front else {
                break;
            };
            if !self.is_built_along(&front) {
                refused.push(front.street);
                continue;
            }
            let way = unit(minus(front.end, front.start));
            let reach = places
                .iter()
                .map(|&p| dot(minus(p, front.start), left(way)))
                .fold(0.0, f64::max);
            if reach < 1.6 * depth {
                return self.row(ring, &front);
            }
            let cut_at = if reach < 2.5 * depth {
                reach * self.random.between(0.46, 0.54)
            } else {
                depth * self.random.between(0.88, 1.12)
            };
            let through = along(between(front.start, front.end, 0.5), left(way), cut_at);
            match self.mesh.cut(&ring, through, way, 4.0) {
                Some(cut) if leaves_area(self.mesh, &ring, cut, 150.0) => {
                    let halves = self.mesh.apply(&ring, cut, STEP_M);
                    self.row(halves.right, &front);
                    ring = halves.left;
                }
                _ => refused.push(front.street),
            }
        }
        self.behind(ring);
    }

    /// Whether there are homes along a street: nearly always in town, in ribbons outside.
    fn is_built_along(&mut self, front: &Front) -> bool {
        let class = self.streets[front.street as usize].class;
        let share = match class {
            Class::Main => 0.62,
            Class::Connecting => 0.5,
            Class::Local => 0.3,
            Class::Residential => 0.35,
            Class::Field => 0.1,
        };
        let share = share + 2.4 * (self.density - 0.06).max(0.0);
        self.random.chance(share)
    }

    fn lot_depth_m(&mut self) -> f64 {
        let base = match self.density {
            d if d > 0.75 => 24.0,
            d if d > 0.4 => 32.0,
            d if d > 0.15 => 40.0,
            _ => 52.0,
        };
        base * self.random.between(0.9, 1.15)
    }

    /// Cuts a strip along a street into lots.
    fn row(&mut self, mut ring: Vec<u32>, front: &Front) {
        let way = unit(minus(front.end, front.start));
        let l = distance(front.start, front.end);
        let (low, high) = match self.density {
            d if d > 0.7 => (5.6, 8.6),
            d if d > 0.4 => (6.5, 11.5),
            d if d > 0.15 => (9.5, 18.0),
            _ => (17.0, 32.0),
        };
        // a terrace has lots of one width
        let width = self.random.between(low, high);
        let mut at = 0.0;
        loop {
            let step = width * self.random.between(0.88, 1.16);
            at += if self.random.chance(0.06) {
                2.0 * step
            } else {
                step
            };
            if at > l - 0.6 * width {
                break;
            }
            ring = self.mesh.expand(&ring);
            let through = along(along(front.start, way, at), left(way), 1.5);
            let Some(cut) = self.mesh.cut(&ring, through, left(way), SNAP_M) else {
                continue;
            };
            if !leaves_area(self.mesh, &ring, cut, 70.0) {
                continue;
            }
            let halves = self.mesh.apply(&ring, cut, STEP_M);
            self.push_lot(halves.left);
            ring = halves.right;
        }
        self.push_lot(ring);
    }

    fn push_lot(&mut self, ring: Vec<u32>) {
        let empty = if self.density > 0.15 { 0.05 } else { 0.3 };
        let usage = match () {
            () if !self.random.chance(empty) => Use::House,
            () if self.density > 0.15 => Use::Garden,
            () => Use::Meadow,
        };
        self.push(ring, usage);
    }

    /// What lies behind the houses, or between the streets where there are none.
    fn behind(&mut self, ring: Vec<u32>) {
        let places = self.mesh.places(&ring);
        match self.density {
            d if d > 0.5 => self.scatter(ring, 800.0, &[Use::Yard, Use::Garden, Use::Garden]),
            d if d > 0.2 => {
                self.scatter(
                    ring,
                    2_000.0,
                    &[Use::Garden, Use::Meadow, Use::Garden, Use::Wood],
                );
            }
            _ => {
                let wooded = noise(centroid(&places), 1_500.0, 31) > 0.42;
                let size = self.random.between(8_000.0, 24_000.0);
                let uses: &[Use] = if wooded {
                    &[Use::Wood, Use::Wood, Use::Meadow]
                } else {
                    &[Use::Field, Use::Field, Use::Meadow]
                };
                self.scatter(ring, size, uses);
            }
        }
    }

    /// Cuts a ring across until its pieces have about this size.
    fn scatter(&mut self, ring: Vec<u32>, size_m2: f64, uses: &[Use]) {
        let mut rest = vec![ring];
        while let Some(ring) = rest.pop() {
            let ring = self.mesh.expand(&ring);
            let places = self.mesh.places(&ring);
            match self.halve(&ring, &places, size_m2) {
                Some(halves) => rest.extend(halves),
                None => {
                    let usage = uses[self.random.below(uses.len() as u64) as usize];
                    self.push(ring, usage);
                }
            }
        }
    }

    fn halve(&mut self, ring: &[u32], places: &[Xy], size_m2: f64) -> Option<[Vec<u32>; 2]> {
        if area(places) < size_m2 * self.random.between(1.2, 2.2) {
            return None;
        }
        let frame = frame(places);
        (0..6).find_map(|_| {
            let shift = frame.length_m * self.random.between(-0.14, 0.14);
            let axis = unit(along(
                frame.axis,
                left(frame.axis),
                self.random.between(-0.08, 0.08),
            ));
            let through = along(frame.centre, axis, shift);
            let cut = self.mesh.cut(ring, through, left(axis), 6.0)?;
            leaves_area(self.mesh, ring, cut, 0.25 * size_m2).then(|| {
                let halves = self.mesh.apply(ring, cut, STEP_M);
                [halves.left, halves.right]
            })
        })
    }

    /// The pieces of the ring (expanded) along streets.
    fn fronts(&self, ring: &[u32]) -> Vec<Front> {
        let n = ring.len();
        let street = |i: usize| self.mesh.street(ring[i % n], ring[(i + 1) % n]);
        let start = (0..n)
            .find(|&i| street(i) != street(i + n - 1))
            .unwrap_or(0);
        let mut fronts: Vec<Front> = Vec::new();
        let mut last = None;
        for i in start..start + n {
            let here = street(i);
            if let Some(street) = here {
                let end = self.mesh.at(ring[(i + 1) % n]);
                match fronts.last_mut() {
                    Some(front) if last == here => front.end = end,
                    _ => fronts.push(Front {
                        street,
                        start: self.mesh.at(ring[i % n]),
                        end,
                    }),
                }
            }
            last = here;
        }
        fronts
    }
}

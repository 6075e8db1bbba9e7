//! Buildings: in line with their street, each wholly on its own parcel.

use super::lots::Use;
use super::plane::{
    Xy, along, between, distance, dot, edges, frame, inside, left, minus, segments_cross, unit,
};
use super::random::Random;
use super::town::Parcel;

/// What a building is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A home, alone or in a row.
    House,
    /// A shed, barn or garage.
    Outbuilding,
    /// Works or a warehouse.
    Hall,
    /// The church on the square.
    Church,
}

/// A building.
pub(super) struct Building {
    /// Its ring, not closed, counter-clockwise.
    pub(super) ring: Vec<Xy>,
    /// What it is.
    pub(super) kind: Kind,
    /// The number of its parcel in the town.
    pub(super) parcel: u32,
    /// A point inside, behind the middle of its street side.
    pub(super) door: Xy,
    /// How many homes are in it.
    pub(super) homes: u32,
}

/// A place on the ground: an origin, a direction along the street and one away from it.
#[derive(Clone, Copy)]
struct Ground {
    origin: Xy,
    across: Xy,
    inwards: Xy,
}

impl Ground {
    fn at(&self, [x, y]: Xy) -> Xy {
        along(along(self.origin, self.across, x), self.inwards, y)
    }
}

/// Puts up what belongs on a parcel.
pub(super) fn build(parcel: &Parcel, number: u32, municipality: usize, out: &mut Vec<Building>) {
    let mut random = Random::of(&[
        6,
        municipality as u64,
        u64::from(parcel.block),
        u64::from(parcel.number),
    ]);
    let mut site = Site {
        parcel,
        number,
        random: &mut random,
        out,
    };
    match parcel.usage {
        Use::House => site.house(),
        Use::Industry => site.halls(),
        Use::Square => site.church(),
        Use::Yard => site.garages(),
        _ => {}
    }
}

struct Site<'a> {
    parcel: &'a Parcel,
    number: u32,
    random: &'a mut Random,
    out: &'a mut Vec<Building>,
}

impl Site<'_> {
    /// The ground at the street side; how wide it is there and how deep.
    fn ground(&self) -> Option<(Ground, f64, f64)> {
        let front = self.parcel.front?;
        let across = unit(minus(front.end, front.start));
        let inwards = left(across);
        let origin = between(front.start, front.end, 0.5);
        let far = self
            .parcel
            .ring
            .iter()
            .map(|&p| dot(minus(p, origin), inwards));
        let depth = far.fold(0.0, f64::max);
        Some((
            Ground {
                origin,
                across,
                inwards,
            },
            distance(front.start, front.end),
            depth,
        ))
    }

    fn house(&mut self) {
        let Some((ground, width, depth)) = self.ground() else {
            return;
        };
        let density = self.parcel.density;
        let in_row = width < 10.0 && density > 0.2;
        let set_back = match density {
            d if d > 0.72 => 0.2,
            _ if in_row => self.random.between(2.5, 5.0),
            d if d > 0.2 => self.random.between(4.0, 8.0),
            _ => self.random.between(6.0, 14.0),
        };
        let (w, d) = if in_row {
            (width - 0.25, self.random.between(8.5, 12.5))
        } else if width < 15.0 {
            (width - 3.2, self.random.between(9.0, 13.0))
        } else {
            (
                self.random.between(10.0, 15.5),
                self.random.between(9.0, 13.5),
            )
        };
        let d = d.min(depth * 0.62);
        if w < 3.5 || d < 4.0 {
            return;
        }
        // a house between two gardens stands to one side as often as in the middle
        let slack = ((width - w) / 2.0 - 0.15).max(0.0);
        let shift = if in_row {
            0.0
        } else {
            slack.min(5.0) * self.random.between(-0.9, 0.9)
        };
        let shape = self.house_shape(w, d, in_row);
        let Some(tall) = self.place(ground, &shape, [shift, set_back], Kind::House) else {
            return;
        };
        if density > 0.55 && self.random.chance(0.16) {
            self.out[tall].homes = 2 + self.random.below(7) as u32;
        }
        let free = depth - set_back - d;
        if free > 9.0 && self.random.chance(if in_row { 0.3 } else { 0.45 }) {
            self.shed(ground, width, depth);
        }
        if density < 0.12 && free > 16.0 && self.random.chance(0.35) {
            let barn = rectangle(
                self.random.between(9.0, 13.0),
                self.random.between(11.0, 19.0),
            );
            let back = set_back + d + self.random.between(4.0, 8.0);
            self.place(ground, &barn, [-shift, back], Kind::Outbuilding);
        }
    }

    fn house_shape(&mut self, w: f64, d: f64, in_row: bool) -> Vec<Xy> {
        let side = if self.random.chance(0.5) { 1.0 } else { -1.0 };
        let h = w / 2.0;
        let dice = self.random.unit();
        let shape = if dice < 0.3 {
            rectangle(w, d)
        } else if dice < 0.85 || in_row {
            // a wing at the back, on one side
            let wing = w * self.random.between(0.4, 0.62);
            let deep = d + self.random.between(2.5, if in_row { 6.5 } else { 4.5 });
            vec![
                [-h, 0.0],
                [h, 0.0],
                [h, deep],
                [h - wing, deep],
                [h - wing, d],
                [-h, d],
            ]
        } else {
            // a porch at the front as well
            let porch = w * self.random.between(0.3, 0.45);
            let out = self.random.between(1.0, 2.2);
            vec![
                [-h, out],
                [-h + porch, out],
                [-h + porch, 0.0],
                [h, 0.0],
                [h, d],
                [h - 2.0, d],
                [h - 2.0, d + 2.5],
                [-h + 1.5, d + 2.5],
                [-h + 1.5, d],
                [-h, d],
            ]
        };
        mirrored(shape, side)
    }

    fn shed(&mut self, ground: Ground, width: f64, depth: f64) {
        let w = self.random.between(2.6, 6.2).min(width - 0.8);
        let d = self.random.between(2.6, 6.5);
        let side = if self.random.chance(0.5) { 1.0 } else { -1.0 };
        let shift = side * (width / 2.0 - w / 2.0 - 0.5).max(0.0);
        let back = depth - d - self.random.between(0.8, 3.5);
        self.place(ground, &rectangle(w, d), [shift, back], Kind::Outbuilding);
    }

    fn garages(&mut self) {
        let frame = frame(&self.parcel.ring);
        let ground = Ground {
            origin: along(frame.centre, left(frame.axis), -frame.width_m * 0.4),
            across: frame.axis,
            inwards: left(frame.axis),
        };
        let (count, w) = (self.random.below(6) as i64, 3.0);
        for i in 0..count {
            let x = (i as f64 - count as f64 / 2.0) * w;
            self.place(
                ground,
                &rectangle(w - 0.02, 6.0),
                [x, 1.0],
                Kind::Outbuilding,
            );
        }
    }

    fn halls(&mut self) {
        let ring = &self.parcel.ring;
        let frame = frame(ring);
        let (l, w) = (
            frame.length_m * self.random.between(0.45, 0.72),
            frame.width_m * self.random.between(0.45, 0.7),
        );
        let ground = Ground {
            origin: along(frame.centre, left(frame.axis), -w / 2.0),
            across: frame.axis,
            inwards: left(frame.axis),
        };
        let (h, office) = (l / 2.0, l * self.random.between(0.2, 0.4));
        let shape = if self.random.chance(0.5) {
            rectangle(l, w)
        } else {
            vec![
                [-h, 0.0],
                [-h + office, 0.0],
                [-h + office, w * 0.12],
                [h, w * 0.12],
                [h, w],
                [h - office, w],
                [h - office, w * 0.9],
                [-h, w * 0.9],
            ]
        };
        self.place(ground, &shape, [0.0, 0.0], Kind::Hall);
    }

    fn church(&mut self) {
        let frame = frame(&self.parcel.ring);
        // churches look east
        let axis = if frame.axis[0] < 0.0 {
            [-frame.axis[0], -frame.axis[1]]
        } else {
            frame.axis
        };
        let ground = Ground {
            origin: frame.centre,
            across: axis,
            inwards: left(axis),
        };
        let k = (frame.width_m / 60.0).clamp(0.45, 1.0);
        let shape: Vec<Xy> = [
            [-24.0, -4.0],
            [-19.0, -4.0],
            [-19.0, -8.0],
            [4.0, -8.0],
            [4.0, -14.0],
            [12.0, -14.0],
            [12.0, -8.0],
            [20.0, -6.0],
            [24.0, -3.0],
            [24.0, 3.0],
            [20.0, 6.0],
            [12.0, 8.0],
            [12.0, 14.0],
            [4.0, 14.0],
            [4.0, 8.0],
            [-19.0, 8.0],
            [-19.0, 4.0],
            [-24.0, 4.0],
        ]
        .iter()
        .map(|p| [p[0] * k, p[1] * k])
        .collect();
        self.place(ground, &shape, [0.0, 0.0], Kind::Church);
    }

    /// Puts a shape down, smaller and smaller until it stands on the parcel and clear of what
    /// stands there; tells its number.
    fn place(&mut self, ground: Ground, shape: &[Xy], [x, y]: Xy, kind: Kind) -> Option<usize> {
        for attempt in 0..9 {
            let k = 1.0 - 0.06 * f64::from(attempt);
            let set_back = y + 0.12 * f64::from(attempt);
            let ring: Vec<Xy> = shape
                .iter()
                .map(|p| ground.at([x * k + p[0] * k, set_back + p[1] * k]))
                .collect();
            let standing = self
                .out
                .iter()
                .rev()
                .take_while(|b| b.parcel == self.number);
            if is_within(&ring, &self.parcel.ring)
                && standing.into_iter().all(|b| are_apart(&ring, &b.ring))
            {
                let low = shape.iter().map(|p| p[1]).fold(f64::INFINITY, f64::min);
                self.out.push(Building {
                    kind,
                    parcel: self.number,
                    door: ground.at([x * k, set_back + (low + 3.0) * k]),
                    homes: u32::from(kind == Kind::House),
                    ring,
                });
                return Some(self.out.len() - 1);
            }
        }
        None
    }
}

fn rectangle(w: f64, d: f64) -> Vec<Xy> {
    vec![[-w / 2.0, 0.0], [w / 2.0, 0.0], [w / 2.0, d], [-w / 2.0, d]]
}

fn mirrored(mut shape: Vec<Xy>, side: f64) -> Vec<Xy> {
    if side < 0.0 {
        shape.iter_mut().for_each(|p| p[0] = -p[0]);
        shape.reverse();
    }
    shape
}

/// Whether a ring lies wholly inside another.
pub(super) fn is_within(ring: &[Xy], outer: &[Xy]) -> bool {
    ring.iter().all(|&p| inside(outer, p)) && !cross(ring, outer)
}

fn are_apart(a: &[Xy], b: &[Xy]) -> bool {
    !a.iter().any(|&p| inside(b, p)) && !b.iter().any(|&p| inside(a, p)) && !cross(a, b)
}

fn cross(a: &[Xy], b: &[Xy]) -> bool {
    edges(a).any(|(p, q)| edges(b).any(|(r, s)| segments_cross(p, q, r, s)))
}

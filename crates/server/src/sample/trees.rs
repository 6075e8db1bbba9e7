//! Trees: in rows along avenues, scattered in parks and woods.

use super::lots::Use;
use super::plane::{Xy, along, area, distance, inside, left, minus, unit};
use super::random::Random;
use super::streets::Class;
use super::town::Town;

/// A tree.
pub(super) struct Tree {
    /// Where it stands.
    pub(super) at: Xy,
    /// The number of its kind.
    pub(super) species: usize,
    /// The year it was planted.
    pub(super) planted: i64,
}

/// How many kinds of tree there are.
const SPECIES: u64 = super::names::SPECIES.len() as u64;

/// Plants the trees of a town.
pub(super) fn plant(town: &Town) -> Vec<Tree> {
    let mut trees = Vec::new();
    for (i, road) in town.roads.iter().enumerate() {
        if !road.is_covered {
            continue;
        }
        let mut random = Random::of(&[8, town.municipality as u64, i as u64]);
        let class = town.streets[road.street as usize].0.class;
        let share = match class {
            Class::Main => 0.6,
            Class::Connecting => 0.35,
            Class::Local => 0.25,
            Class::Residential => 0.16,
            Class::Field => 0.05,
        };
        // an avenue has one kind of tree along its whole length
        let mut avenue = Random::of(&[9, town.municipality as u64, u64::from(road.street)]);
        if avenue.chance(share) {
            let (species, planted) = (
                avenue.below(SPECIES) as usize,
                1900 + avenue.below(124) as i64,
            );
            row(
                &road.line,
                class.width_m() / 2.0 - 1.1,
                &mut random,
                &mut |at| {
                    trees.push(Tree {
                        at,
                        species,
                        planted,
                    });
                },
            );
        }
    }
    for (i, parcel) in town.parcels.iter().enumerate() {
        let per_hectare = match parcel.usage {
            Use::Park => 55.0,
            Use::Square => 28.0,
            Use::Cemetery => 14.0,
            Use::Wood if parcel.density > 0.05 => 14.0,
            _ => continue,
        };
        let mut random = Random::of(&[10, town.municipality as u64, i as u64]);
        let buildings = town.buildings.iter().filter(|b| b.parcel == i as u32);
        let standing: Vec<_> = if parcel.usage == Use::Square {
            buildings.collect()
        } else {
            Vec::new()
        };
        for at in scattered(&parcel.ring, per_hectare, &mut random) {
            if !standing.iter().any(|b| inside(&b.ring, at)) {
                trees.push(Tree {
                    at,
                    species: random.below(SPECIES) as usize,
                    planted: 1880 + random.below(144) as i64,
                });
            }
        }
    }
    trees
}

/// Places at both sides of a line, about ten metres apart, some missing.
fn row(line: &[Xy], offset_m: f64, random: &mut Random, found: &mut dyn FnMut(Xy)) {
    let step = random.between(9.0, 13.0);
    let total: f64 = line.windows(2).map(|p| distance(p[0], p[1])).sum();
    let mut at = 14.0;
    while at < total - 14.0 {
        let mut left_over = at;
        for pair in line.windows(2) {
            let l = distance(pair[0], pair[1]);
            if left_over < l {
                let way = unit(minus(pair[1], pair[0]));
                let place = along(pair[0], way, left_over);
                for side in [-1.0, 1.0] {
                    if !random.chance(0.12) {
                        let shift = random.between(-0.7, 0.7);
                        found(along(along(place, left(way), side * offset_m), way, shift));
                    }
                }
                break;
            }
            left_over -= l;
        }
        at += step;
    }
}

/// Places inside a ring, not closer to each other than a crown.
fn scattered(ring: &[Xy], per_hectare: f64, random: &mut Random) -> Vec<Xy> {
    let wanted = ((area(ring) / 10_000.0 * per_hectare) as usize).min(160);
    let low = ring
        .iter()
        .fold([f64::INFINITY; 2], |m, p| [m[0].min(p[0]), m[1].min(p[1])]);
    let high = ring.iter().fold([f64::NEG_INFINITY; 2], |m, p| {
        [m[0].max(p[0]), m[1].max(p[1])]
    });
    let mut found: Vec<Xy> = Vec::new();
    for _ in 0..wanted * 4 {
        let p = [
            random.between(low[0], high[0]),
            random.between(low[1], high[1]),
        ];
        if found.len() < wanted && inside(ring, p) && found.iter().all(|&q| distance(p, q) > 5.5) {
            found.push(p);
        }
    }
    found
}

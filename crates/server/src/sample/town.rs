//! A municipality, planned and built: parcels, streets, buildings, addresses, trees and graves.

use std::collections::BTreeSet;

use super::addresses::{Address, number};
use super::borders::MUNICIPALITIES;
use super::buildings::{Building, build};
use super::graves::{Grave, bury};
use super::insets::{StreetPiece, widen};
use super::lots::{BlockUse, Divider, Lot, Use};
use super::mesh::Mesh;
use super::names::street_name;
use super::plane::{Xy, area, between, centroid, distance, dot, minus};
use super::random::Random;
use super::region::{Region, bend, urbanity};
use super::streets::{Class, Street, Streets};
use super::trees::{Tree, plant};

/// The municipalities that have a cemetery in the sample.
pub(super) const WITH_CEMETERY: [&str; 4] = ["Kortrijk", "Menen", "Waregem", "Wevelgem"];

/// A parcel.
pub(super) struct Parcel {
    /// Its ring, not closed, counter-clockwise.
    pub(super) ring: Vec<Xy>,
    /// What it is used for.
    pub(super) usage: Use,
    /// The block it belongs to; for a street's land a number of its own.
    pub(super) block: u32,
    /// Its number in the block.
    pub(super) number: u32,
    /// How dense the place is, 0 to 1.
    pub(super) density: f64,
    /// Where it meets its street: start and end in the ring's direction, and the street.
    pub(super) front: Option<Front>,
}

/// Where a parcel meets its street.
#[derive(Clone, Copy)]
pub(super) struct Front {
    /// The street.
    pub(super) street: u32,
    /// First point in the direction of the ring.
    pub(super) start: Xy,
    /// Last point.
    pub(super) end: Xy,
    /// The middle before the land was bent, by which houses are numbered.
    pub(super) plan: Xy,
}

/// A piece of a street, from crossing to crossing.
pub(super) struct Road {
    /// The street.
    pub(super) street: u32,
    /// Its middle.
    pub(super) line: Vec<Xy>,
    /// Whether it lies on the land that the scale covers, where its own parcel is.
    pub(super) is_covered: bool,
}

/// A municipality with all that stands in it.
pub(super) struct Town {
    /// Its number in [`MUNICIPALITIES`].
    pub(super) municipality: usize,
    /// Its border, not closed, counter-clockwise.
    pub(super) border: Vec<Xy>,
    /// Its parcels, which tile the land that the scale covers.
    pub(super) parcels: Vec<Parcel>,
    /// Its streets with their names.
    pub(super) streets: Vec<(Street, String)>,
    /// The pieces of the streets.
    pub(super) roads: Vec<Road>,
    /// Its buildings.
    pub(super) buildings: Vec<Building>,
    /// Its addresses.
    pub(super) addresses: Vec<Address>,
    /// Its trees.
    pub(super) trees: Vec<Tree>,
    /// Its graves.
    pub(super) graves: Vec<Grave>,
}

impl Town {
    /// Builds a municipality: from the heart outwards until it holds about `features` of them, or
    /// to its border.
    pub(super) fn build(region: &Region, municipality: usize, features: f64) -> Self {
        let mut streets = Streets::draw(region, municipality);
        let land = widen(&mut streets);
        let border: Vec<Xy> = region
            .border(municipality)
            .iter()
            .map(|p| bend(p.at))
            .collect();
        let Streets { mut mesh, all, .. } = streets;
        let (lots, filled) = fill(&mut mesh, &all, &land.blocks, municipality, features);
        let pieces: Vec<&StreetPiece> = land
            .pieces
            .iter()
            .filter(|piece| piece.blocks.iter().any(|b| filled.contains(b)))
            .collect();
        let mut town = Self {
            municipality,
            border,
            parcels: parcels(&mesh, &lots, &pieces, land.blocks.len() as u32),
            streets: named(all, municipality),
            roads: Vec::new(),
            buildings: Vec::new(),
            addresses: Vec::new(),
            trees: Vec::new(),
            graves: Vec::new(),
        };
        town.roads = roads(&mesh, &land.pieces, &town.streets, |piece| {
            piece.blocks.iter().any(|b| filled.contains(b))
        });
        for i in 0..town.parcels.len() {
            build(
                &town.parcels[i],
                i as u32,
                municipality,
                &mut town.buildings,
            );
        }
        town.addresses = number(&town);
        town.trees = plant(&town);
        town.graves = bury(&town);
        town
    }
}

/// Divides the blocks from the heart outwards; tells which.
fn fill(
    mesh: &mut Mesh,
    streets: &[Street],
    blocks: &[Vec<u32>],
    municipality: usize,
    features: f64,
) -> (Vec<Lot>, BTreeSet<u32>) {
    let heart = MUNICIPALITIES[municipality].centres[0].at;
    let mut order: Vec<(f64, u32)> = blocks
        .iter()
        .enumerate()
        .map(|(i, ring)| (distance(centroid(&mesh.places(ring)), heart), i as u32))
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut lots = Vec::new();
    let mut filled = BTreeSet::new();
    let mut expected = 0.0;
    let mut wants_cemetery = WITH_CEMETERY.contains(&MUNICIPALITIES[municipality].name);
    for (rank, &(away, block)) in order.iter().enumerate() {
        if expected >= features {
            break;
        }
        let ring = &blocks[block as usize];
        let size = area(&mesh.places(ring));
        let mut usage = block_use(municipality, block, urbanity(centroid(&mesh.places(ring))));
        if rank == 0 {
            usage = BlockUse::Whole(Use::Square);
        } else if wants_cemetery && away > 260.0 && (3_000.0..9_000.0).contains(&size) {
            wants_cemetery = false;
            usage = BlockUse::Whole(Use::Cemetery);
        }
        let first = lots.len();
        Divider::new(mesh, streets, &mut lots, municipality, block).divide(ring, usage);
        filled.insert(block);
        expected += 4.0 + lots[first..].iter().map(features_of).sum::<f64>();
    }
    (lots, filled)
}

/// How many features of all layers come with a parcel, on average.
fn features_of(lot: &Lot) -> f64 {
    match lot.usage {
        Use::House if lot.density > 0.7 => 4.1,
        Use::House => 3.6,
        Use::Industry => 3.5,
        Use::Park | Use::Square => 40.0,
        Use::Cemetery => 20.0,
        _ => 1.4,
    }
}

fn block_use(municipality: usize, block: u32, density: f64) -> BlockUse {
    let mut random = Random::of(&[4, municipality as u64, u64::from(block)]);
    let dice = random.unit();
    match density {
        d if d > 0.22 && dice < 0.025 => BlockUse::Whole(Use::Park),
        d if (0.1..0.45).contains(&d) && dice > 0.94 => BlockUse::Industry,
        _ => BlockUse::Mixed,
    }
}

/// All parcels in bent coordinates: the lots, then the streets' own land.
fn parcels(mesh: &Mesh, lots: &[Lot], pieces: &[&StreetPiece], first_free: u32) -> Vec<Parcel> {
    let mut all = Vec::with_capacity(lots.len() + pieces.len());
    let (mut block, mut count) = (u32::MAX, 0);
    for lot in lots {
        count = if lot.block == block { count + 1 } else { 0 };
        block = lot.block;
        let ring = mesh.expand(&lot.ring);
        all.push(Parcel {
            front: front(mesh, &ring),
            ring: ring.iter().map(|&v| bend(mesh.at(v))).collect(),
            usage: lot.usage,
            block,
            number: count,
            density: lot.density,
        });
    }
    for (i, piece) in pieces.iter().enumerate() {
        let ring = mesh.expand(&piece.ring);
        all.push(Parcel {
            density: urbanity(mesh.at(piece.middle[piece.middle.len() / 2])),
            ring: ring.iter().map(|&v| bend(mesh.at(v))).collect(),
            usage: Use::Street,
            block: first_free + i as u32,
            number: 0,
            front: None,
        });
    }
    all
}

/// The covered pieces of all streets; of the roads from town to town also the rest, so that the
/// towns hang together, joined as far as nothing covered comes between.
fn roads(
    mesh: &Mesh,
    pieces: &[StreetPiece],
    streets: &[(Street, String)],
    is_covered: impl Fn(&StreetPiece) -> bool,
) -> Vec<Road> {
    let road = |street: u32, line: &[u32], is_covered| Road {
        street,
        line: line.iter().map(|&v| bend(mesh.at(v))).collect(),
        is_covered,
    };
    let (covered, open): (Vec<&StreetPiece>, Vec<&StreetPiece>) =
        pieces.iter().partition(|piece| is_covered(piece));
    let mut all: Vec<Road> = covered
        .iter()
        .map(|piece| road(piece.street, &piece.middle, true))
        .collect();
    let mut rest: Vec<(u32, f64, Vec<u32>)> = open
        .iter()
        .filter(|piece| streets[piece.street as usize].0.class <= Class::Connecting)
        .map(|piece| {
            let street = &streets[piece.street as usize].0;
            let way = |v: &u32| dot(minus(mesh.at(*v), street.from), street.direction);
            let mut middle = piece.middle.clone();
            if way(&middle[0]) > way(&middle[middle.len() - 1]) {
                middle.reverse();
            }
            (piece.street, way(&middle[0]), middle)
        })
        .collect();
    rest.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut joined: Vec<(u32, Vec<u32>)> = Vec::new();
    for (street, _, middle) in rest {
        match joined.last_mut() {
            Some((s, line)) if *s == street && line.last() == middle.first() => {
                line.extend(&middle[1..]);
            }
            _ => joined.push((street, middle)),
        }
    }
    all.extend(
        joined
            .iter()
            .map(|(street, line)| road(*street, line, false)),
    );
    all
}

/// The longest piece of a ring along one street.
fn front(mesh: &Mesh, ring: &[u32]) -> Option<Front> {
    let n = ring.len();
    let street = |i: usize| mesh.street(ring[i % n], ring[(i + 1) % n]);
    let start = (0..n).find(|&i| street(i) != street(i + n - 1))?;
    let mut best: Option<(f64, u32, usize, usize)> = None;
    let mut i = start;
    while i < start + n {
        let mut end = i + 1;
        while end < start + n && street(end) == street(i) {
            end += 1;
        }
        if let Some(s) = street(i) {
            let l = distance(mesh.at(ring[i % n]), mesh.at(ring[end % n]));
            if best.is_none_or(|b| l > b.0) {
                best = Some((l, s, i % n, end % n));
            }
        }
        i = end;
    }
    best.map(|(_, street, a, b)| {
        let (a, b) = (mesh.at(ring[a]), mesh.at(ring[b]));
        Front {
            street,
            start: bend(a),
            end: bend(b),
            plan: between(a, b, 0.5),
        }
    })
}

fn named(streets: Vec<Street>, municipality: usize) -> Vec<(Street, String)> {
    let mut random = Random::of(&[5, municipality as u64]);
    let mut taken = BTreeSet::new();
    streets
        .into_iter()
        .map(|street| {
            let name = match street.towards {
                Some(adjective) => format!("{adjective}steenweg"),
                None => street_name(street.class == Class::Field, &mut random, &taken),
            };
            taken.insert(name.clone());
            (street, name)
        })
        .collect()
}

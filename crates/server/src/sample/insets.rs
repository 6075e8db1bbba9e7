//! Streets get their width: each block draws back from the middle of the streets around it, and
//! what lies between is the streets' own land.

use std::collections::{BTreeSet, HashMap};

use super::mesh::Mesh;
use super::plane::{Xy, along, dot, left, minus, unit};
use super::streets::Streets;

/// The blocks without the streets, and the pieces of street between crossings.
pub(super) struct Land {
    /// The blocks in the order of [`Streets::blocks`]; their edges along a street know it.
    pub(super) blocks: Vec<Vec<u32>>,
    /// The pieces of street.
    pub(super) pieces: Vec<StreetPiece>,
}

/// A street from one crossing to the next.
pub(super) struct StreetPiece {
    /// Its street.
    pub(super) street: u32,
    /// The vertices of its middle.
    pub(super) middle: Vec<u32>,
    /// Its own land.
    pub(super) ring: Vec<u32>,
    /// The blocks to its left and right.
    pub(super) blocks: [u32; 2],
}

/// What lies to the left of an edge of a street's middle.
struct Side {
    from: u32,
    to: u32,
    block: u32,
}

/// Gives the streets their width.
pub(super) fn widen(streets: &mut Streets) -> Land {
    let mut sides: HashMap<(u32, u32), Side> = HashMap::new();
    let mut blocks = Vec::with_capacity(streets.blocks.len());
    for (i, block) in streets.blocks.iter().enumerate() {
        let fronts = fronts(&mut streets.mesh, &streets.all, block);
        let n = block.len();
        let mut ring: Vec<u32> = Vec::with_capacity(n);
        for k in 0..n {
            let next = (k + 1) % n;
            if ring.last() != Some(&fronts[k]) {
                ring.push(fronts[k]);
            }
            if let Some(street) = streets.mesh.street(block[k], block[next]) {
                streets.mesh.set_street(fronts[k], fronts[next], street);
                sides.insert(
                    (block[k], block[next]),
                    Side {
                        from: fronts[k],
                        to: fronts[next],
                        block: i as u32,
                    },
                );
            }
        }
        while ring.len() > 1 && ring.first() == ring.last() {
            ring.pop();
        }
        blocks.push(ring);
    }
    Land {
        pieces: pieces(streets, &sides),
        blocks,
    }
}

/// For each vertex of a block the one it draws back to.
fn fronts(mesh: &mut Mesh, all: &[super::streets::Street], block: &[u32]) -> Vec<u32> {
    let n = block.len();
    let places = mesh.places(block);
    let mut is_corner = vec![false; n];
    let mut fronts: Vec<u32> = (0..n)
        .map(|i| {
            let (before, next) = ((i + n - 1) % n, (i + 1) % n);
            let half = |a, b| {
                mesh.street(block[a], block[b])
                    .map(|s| all[s as usize].class.width_m() / 2.0)
            };
            match (half(before, i), half(i, next)) {
                (None, None) => block[i],
                // at a gate the border's own vertices are the sides of the street
                (None, Some(_)) => block[before],
                (Some(_), None) => block[next],
                (Some(a), Some(b)) => {
                    let (p, turns) = corner(places[before], places[i], places[next], a, b);
                    is_corner[i] = turns;
                    mesh.add(p)
                }
            }
        })
        .collect();
    for i in (0..n).filter(|&i| is_corner[i]) {
        for forward in [true, false] {
            let step = |j: usize| {
                if forward {
                    (j + 1) % n
                } else {
                    (j + n - 1) % n
                }
            };
            let way = minus(places[step(i)], places[i]);
            let mut j = step(i);
            // vertices so near a sharp corner that they would draw back behind it
            while !is_corner[j]
                && j != i
                && dot(minus(mesh.at(fronts[j]), mesh.at(fronts[i])), way) < 0.5
            {
                fronts[j] = fronts[i];
                j = step(j);
            }
        }
    }
    fronts
}

/// The inner corner between two streets of these half widths, and whether it is one: on a straight
/// street it is just beside the vertex.
fn corner(before: Xy, p: Xy, after: Xy, half_a: f64, half_b: f64) -> (Xy, bool) {
    let (u, v) = (unit(minus(p, before)), unit(minus(after, p)));
    let (m, n) = (left(u), left(v));
    let turn = dot(u, n);
    if turn.abs() > 0.15 {
        let shift = (half_b - half_a * dot(m, n)) / turn;
        (along(along(p, m, half_a), u, shift), true)
    } else {
        let beside = unit([m[0] + n[0], m[1] + n[1]]);
        (along(p, beside, half_a.max(half_b)), false)
    }
}

fn pieces(streets: &Streets, sides: &HashMap<(u32, u32), Side>) -> Vec<StreetPiece> {
    // sorted, so that the order does not hang on the map's
    let directed: BTreeSet<(u32, u32)> = sides.keys().copied().collect();
    let mut next: HashMap<u32, Vec<u32>> = HashMap::new();
    for &(a, b) in &directed {
        next.entry(a).or_default().push(b);
    }
    let is_end =
        |v: u32| next.get(&v).is_none_or(|all| all.len() != 2) || streets.gates.contains_key(&v);
    let mut out = Vec::new();
    for &(a, b) in &directed {
        if !is_end(a) {
            continue;
        }
        let mut middle = vec![a, b];
        while !is_end(middle[middle.len() - 1]) {
            let (here, before) = (middle[middle.len() - 1], middle[middle.len() - 2]);
            match next[&here].iter().find(|&&v| v != before) {
                Some(&v) => middle.push(v),
                None => break,
            }
        }
        // each piece is met from both ends: take it once
        let (first, last) = ((a, b), (middle[middle.len() - 1], middle[middle.len() - 2]));
        if first < last {
            out.extend(piece(streets, sides, middle));
        }
    }
    out
}

fn piece(
    streets: &Streets,
    sides: &HashMap<(u32, u32), Side>,
    middle: Vec<u32>,
) -> Option<StreetPiece> {
    let mut ring = vec![middle[0]];
    let push = |ring: &mut Vec<u32>, v: u32| {
        if ring.last() != Some(&v) {
            ring.push(v);
        }
    };
    for pair in middle.windows(2) {
        let right = sides.get(&(pair[1], pair[0]))?;
        push(&mut ring, right.to);
        push(&mut ring, right.from);
    }
    push(&mut ring, middle[middle.len() - 1]);
    for pair in middle.windows(2).rev() {
        let left = sides.get(&(pair[0], pair[1]))?;
        push(&mut ring, left.to);
        push(&mut ring, left.from);
    }
    Some(StreetPiece {
        street: streets.mesh.street(middle[0], middle[1])?,
        blocks: [
            sides.get(&(middle[0], middle[1]))?.block,
            sides.get(&(middle[1], middle[0]))?.block,
        ],
        middle,
        ring,
    })
}

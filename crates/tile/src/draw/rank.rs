//! Which vertices of a path are drawn.

use super::{Path, PathRole};

/// Puts the kept vertices of a path into `out`; a ring loses its closing point.
pub(super) fn kept(path: &Path<'_>, min_rank: u8, out: &mut Vec<[f64; 2]>) {
    out.clear();
    let is_ring = matches!(path.role, PathRole::Outer | PathRole::Inner);
    let vertices = if is_ring {
        open(path.vertices)
    } else {
        path.vertices
    };
    let ranks = path
        .ranks
        .filter(|ranks| min_rank > 0 && ranks.len() == path.vertices.len());
    let float = |vertex: &[i32; 2]| vertex.map(f64::from);
    let Some(ranks) = ranks.filter(|_| path.role != PathRole::Point) else {
        out.extend(vertices.iter().map(float));
        return;
    };
    let last = vertices.len().wrapping_sub(1);
    let keep =
        |index: usize| ranks[index] >= min_rank || (!is_ring && (index == 0 || index == last));
    let indices = (0..vertices.len()).filter(|&index| keep(index));
    out.extend(indices.map(|index| float(&vertices[index])));
    if is_ring && out.len() < 3 {
        out.clear();
        out.extend(
            three_best(vertices, ranks)
                .into_iter()
                .map(|index| float(&vertices[index])),
        );
    }
}

/// A ring without the repetition of its first vertex at the end.
fn open(ring: &[[i32; 2]]) -> &[[i32; 2]] {
    match ring {
        [first, rest @ ..] if rest.last() == Some(first) => &ring[..ring.len() - 1],
        _ => ring,
    }
}

/// The places of the three best vertices, in the ring's order.
///
/// Of equal ones that with the least coordinates is better, so that the choice depends neither on
/// the ring's start nor on its direction.
fn three_best(vertices: &[[i32; 2]], ranks: &[u8]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..vertices.len()).collect();
    order.sort_unstable_by_key(|&index| (std::cmp::Reverse(ranks[index]), vertices[index]));
    order.dedup_by_key(|index| vertices[*index]);
    order.truncate(3);
    order.sort_unstable();
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: [[i32; 2]; 5] = [[0, 0], [9, 0], [9, 9], [0, 9], [0, 0]];

    fn drawn(role: PathRole, ranks: &[u8], min_rank: u8) -> Vec<[f64; 2]> {
        let mut out = Vec::new();
        let path = Path {
            role,
            vertices: &SQUARE,
            ranks: Some(ranks),
        };
        kept(&path, min_rank, &mut out);
        out
    }

    #[test]
    fn a_ring_loses_its_closing_point_and_weak_vertices() {
        assert_eq!(drawn(PathRole::Outer, &[9; 5], 0).len(), 4);
        let three = drawn(PathRole::Outer, &[5, 4, 5, 5, 5], 5);
        assert_eq!(three, [[0.0, 0.0], [9.0, 9.0], [0.0, 9.0]]);
    }

    #[test]
    fn a_ring_of_weak_vertices_keeps_its_three_best_whatever_its_start() {
        let three = drawn(PathRole::Outer, &[1, 1, 2, 1, 1], 200);
        assert_eq!(three, [[0.0, 0.0], [9.0, 9.0], [0.0, 9.0]]);
        let turned = [[9, 9], [0, 9], [0, 0], [9, 0]];
        assert_eq!(three_best(&turned, &[2, 1, 1, 1]), [0, 1, 2]);
    }

    #[test]
    fn a_line_keeps_its_ends_and_points_are_never_thinned() {
        assert_eq!(drawn(PathRole::Line, &[0; 5], 9), [[0.0, 0.0], [0.0, 0.0]]);
        assert_eq!(drawn(PathRole::Point, &[0; 5], 9).len(), 5);
    }

    #[test]
    fn ranks_of_the_wrong_length_count_as_none() {
        assert_eq!(drawn(PathRole::Line, &[0; 3], 9).len(), 5);
        let mut out = Vec::new();
        kept(
            &Path {
                role: PathRole::Line,
                vertices: &[],
                ranks: Some(&[]),
            },
            9,
            &mut out,
        );
        kept(
            &Path {
                role: PathRole::Inner,
                vertices: &[],
                ranks: Some(&[]),
            },
            9,
            &mut out,
        );
        assert!(out.is_empty());
    }
}

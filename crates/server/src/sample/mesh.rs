//! Faces that share vertices: cutting a face never leaves a gap, an overlap or a loose vertex.
//!
//! A face is a ring of vertex numbers, counter-clockwise. A vertex put onto an edge is remembered
//! for the edge, and [`Mesh::expand`] gives it to every face that has this edge: so neighbours
//! always use the same vertices, to the last bit.

use std::collections::HashMap;

use super::plane::{
    Xy, along, area, between, cross, distance, inside, minus, segments_cross, unit,
};

/// The vertices and what is known of the edges. The maps are asked, never listed: their order
/// has no influence.
pub(super) struct Mesh {
    points: Vec<Xy>,
    /// The first vertices are a ring that gets no further ones: the municipality's border.
    fixed: u32,
    middles: HashMap<(u32, u32), u32>,
    /// The street that an edge belongs to, as its middle line or, later, as its front.
    street: HashMap<(u32, u32), u32>,
}

/// Where a cut meets a ring.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum End {
    /// At this vertex of the ring.
    Vertex(usize),
    /// On the edge after this vertex of the ring.
    Edge(usize, Xy),
}

/// A straight cut through a ring.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut {
    /// Where it starts.
    pub(super) from: End,
    /// Where it ends.
    pub(super) to: End,
}

/// The two sides of a ring that was cut, with the cut from its start to its end.
pub(super) struct Halves {
    /// To the left of the cut.
    pub(super) left: Vec<u32>,
    /// To the right of the cut.
    pub(super) right: Vec<u32>,
    /// The vertices of the cut, both ends among them.
    pub(super) path: Vec<u32>,
}

/// The edge after this vertex of a ring, and a place on it.
pub(super) type Hit = (usize, Xy);

fn key(a: u32, b: u32) -> (u32, u32) {
    (a.min(b), a.max(b))
}

impl Mesh {
    /// A mesh whose first vertices are a fixed ring.
    pub(super) fn new(border: Vec<Xy>) -> Self {
        Self {
            fixed: border.len() as u32,
            points: border,
            middles: HashMap::new(),
            street: HashMap::new(),
        }
    }

    /// A new vertex.
    pub(super) fn add(&mut self, p: Xy) -> u32 {
        self.points.push(p);
        self.points.len() as u32 - 1
    }

    /// Where a vertex lies.
    pub(super) fn at(&self, vertex: u32) -> Xy {
        self.points[vertex as usize]
    }

    /// Where the vertices of a ring lie.
    pub(super) fn places(&self, ring: &[u32]) -> Vec<Xy> {
        ring.iter().map(|&v| self.at(v)).collect()
    }

    /// Whether an edge is a piece of the fixed ring.
    pub(super) fn is_fixed(&self, a: u32, b: u32) -> bool {
        let (low, high) = key(a, b);
        high < self.fixed && (high - low == 1 || (low == 0 && high == self.fixed - 1))
    }

    /// The street of an edge.
    pub(super) fn street(&self, a: u32, b: u32) -> Option<u32> {
        self.street.get(&key(a, b)).copied()
    }

    /// Says of which street an edge is.
    pub(super) fn set_street(&mut self, a: u32, b: u32, street: u32) {
        self.street.insert(key(a, b), street);
    }

    /// A ring with the vertices that its edges have got since it was made.
    pub(super) fn expand(&self, ring: &[u32]) -> Vec<u32> {
        let mut all = Vec::with_capacity(ring.len() + 4);
        for i in 0..ring.len() {
            all.push(ring[i]);
            self.expand_edge(ring[i], ring[(i + 1) % ring.len()], &mut all);
        }
        all
    }

    fn expand_edge(&self, a: u32, b: u32, out: &mut Vec<u32>) {
        if let Some(&middle) = self.middles.get(&key(a, b)) {
            self.expand_edge(a, middle, out);
            out.push(middle);
            self.expand_edge(middle, b, out);
        }
    }

    fn split_edge(&mut self, a: u32, b: u32, p: Xy) -> u32 {
        let middle = self.add(p);
        self.middles.insert(key(a, b), middle);
        if let Some(street) = self.street(a, b) {
            self.set_street(a, middle, street);
            self.set_street(middle, b, street);
        }
        middle
    }

    /// The cut of a ring (expanded) by a line: the piece of the line inside that holds `through`,
    /// or else the longest. Ends closer than `snap_m` to a vertex, or on the fixed ring, go to the
    /// next vertex.
    pub(super) fn cut(&self, ring: &[u32], through: Xy, direction: Xy, snap_m: f64) -> Option<Cut> {
        let places = self.places(ring);
        let (a, b) = crossings(&places, through, direction)?;
        let cut = Cut {
            from: self.snapped(ring, a, snap_m),
            to: self.snapped(ring, b, snap_m),
        };
        is_good(&places, cut).then_some(cut)
    }

    fn snapped(&self, ring: &[u32], end: Hit, snap_m: f64) -> End {
        let (i, p) = end;
        let j = (i + 1) % ring.len();
        let (di, dj) = (distance(p, self.at(ring[i])), distance(p, self.at(ring[j])));
        if di.min(dj) < snap_m || self.is_fixed(ring[i], ring[j]) {
            End::Vertex(if di <= dj { i } else { j })
        } else {
            End::Edge(i, p)
        }
    }

    /// Cuts a ring (expanded) along a good cut, with a vertex on it at least every `step_m`.
    pub(super) fn apply(&mut self, ring: &[u32], cut: Cut, step_m: f64) -> Halves {
        let mut vertex = |end: End| match end {
            End::Vertex(i) => ring[i],
            End::Edge(i, p) => self.split_edge(ring[i], ring[(i + 1) % ring.len()], p),
        };
        let (from, to) = (vertex(cut.from), vertex(cut.to));
        let mut path = vec![from];
        self.walk_straight(from, to, step_m, &mut path);
        self.apply_path(ring, cut, path)
    }

    /// Appends the way to a vertex in straight steps, that vertex last.
    pub(super) fn walk_straight(&mut self, from: u32, to: u32, step_m: f64, path: &mut Vec<u32>) {
        let (a, b) = (self.at(from), self.at(to));
        let pieces = (distance(a, b) / step_m).ceil().max(1.0) as usize;
        for i in 1..pieces {
            path.push(self.add(between(a, b, i as f64 / pieces as f64)));
        }
        path.push(to);
    }

    /// Cuts a ring (expanded) along a path of vertices; its ends are those of the cut.
    pub(super) fn apply_path(&mut self, ring: &[u32], cut: Cut, path: Vec<u32>) -> Halves {
        let mut right = walk(ring, cut.from, cut.to);
        right.extend(path.iter().rev());
        let mut left = walk(ring, cut.to, cut.from);
        left.extend(&path);
        Halves { left, right, path }
    }
}

/// The vertices of a ring between two ends, without them.
fn walk(ring: &[u32], from: End, to: End) -> Vec<u32> {
    let (End::Vertex(first) | End::Edge(first, _)) = from;
    let last = match to {
        End::Vertex(i) => (i + ring.len() - 1) % ring.len(),
        End::Edge(i, _) => i,
    };
    let mut out = Vec::new();
    let mut i = first;
    while i != last {
        i = (i + 1) % ring.len();
        out.push(ring[i]);
        if out.len() > ring.len() {
            break;
        }
    }
    out
}

/// Edge and place where the line enters and leaves the ring around a point.
pub(super) fn crossings(ring: &[Xy], through: Xy, direction: Xy) -> Option<(Hit, Hit)> {
    let mut hits: Vec<(f64, usize, Xy)> = Vec::new();
    let side = |p: Xy| cross(direction, minus(p, through));
    for i in 0..ring.len() {
        let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
        let (sa, sb) = (side(a), side(b));
        if (sa >= 0.0) != (sb >= 0.0) {
            let p = between(a, b, sa / (sa - sb));
            let v = minus(p, through);
            hits.push((v[0] * direction[0] + v[1] * direction[1], i, p));
        }
    }
    hits.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let pairs = || hits.chunks_exact(2);
    let pair = pairs()
        .find(|p| p[0].0 < 0.0 && p[1].0 > 0.0)
        .or_else(|| pairs().max_by(|p, q| (p[1].0 - p[0].0).total_cmp(&(q[1].0 - q[0].0))))?;
    Some(((pair[0].1, pair[0].2), (pair[1].1, pair[1].2)))
}

/// Whether a cut divides a ring: its ends are no neighbours and all of it lies inside.
pub(super) fn is_good(ring: &[Xy], cut: Cut) -> bool {
    let n = ring.len();
    let place = |end| match end {
        End::Vertex(i) => ring[i],
        End::Edge(_, p) => p,
    };
    // the edges that an end touches
    let touches = |end, edge: usize| match end {
        End::Vertex(i) => edge == i || (edge + 1) % n == i,
        End::Edge(i, _) => edge == i,
    };
    if (0..n).any(|edge| touches(cut.from, edge) && touches(cut.to, edge)) {
        return false;
    }
    let (a, b) = (place(cut.from), place(cut.to));
    if distance(a, b) < 1.0 || !inside(ring, between(a, b, 0.5)) {
        return false;
    }
    // a little shorter, so that a touched end does not count; longer checks would count it
    let v = unit(minus(b, a));
    let (a, b) = (along(a, v, 1e-4), along(b, v, -1e-4));
    if !inside(ring, a) || !inside(ring, b) {
        return false;
    }
    (0..n).all(|i| !segments_cross(a, b, ring[i], ring[(i + 1) % n]))
}

/// Whether both halves keep at least this area.
pub(super) fn leaves_area(mesh: &Mesh, ring: &[u32], cut: Cut, least_m2: f64) -> bool {
    let place = |end| match end {
        End::Vertex(i) => mesh.at(ring[i]),
        End::Edge(_, p) => p,
    };
    let mut half = mesh.places(&walk(ring, cut.from, cut.to));
    half.push(place(cut.to));
    half.push(place(cut.from));
    let right = area(&half);
    let whole = area(&mesh.places(ring));
    right >= least_m2 && whole - right >= least_m2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square() -> (Mesh, Vec<u32>) {
        let mut mesh = Mesh::new(Vec::new());
        let ring = [[0.0, 0.0], [90.0, 0.0], [90.0, 60.0], [0.0, 60.0]].map(|p| mesh.add(p));
        (mesh, ring.to_vec())
    }

    #[test]
    fn both_neighbours_get_a_vertex_put_between_them() {
        let (mut mesh, ring) = square();
        let cut = mesh.cut(&ring, [45.0, 30.0], [0.0, 1.0], 1.0).unwrap();
        let halves = mesh.apply(&ring, cut, 1e9);
        let across = mesh
            .cut(&halves.left, [20.0, 30.0], [1.0, 0.0], 1.0)
            .unwrap();
        mesh.apply(&halves.left, across, 1e9);
        let other = mesh.expand(&halves.right);
        assert_eq!(other.len(), 5);
        assert!(mesh.places(&other).contains(&[45.0, 30.0]));
    }

    #[test]
    fn halves_have_the_area_of_the_whole_and_its_turn() {
        let (mut mesh, ring) = square();
        let cut = mesh.cut(&ring, [30.0, 30.0], [0.6, 0.8], 1.0).unwrap();
        assert!(leaves_area(&mesh, &ring, cut, 1000.0));
        let halves = mesh.apply(&ring, cut, 10.0);
        let areas = [&halves.left, &halves.right].map(|h| area(&mesh.places(h)));
        assert!(areas[0] > 0.0 && areas[1] > 0.0);
        assert!((areas[0] + areas[1] - 5400.0).abs() < 1e-6);
        assert!(halves.path.len() > 6);
    }

    #[test]
    fn a_cut_along_an_edge_is_refused() {
        let (mesh, ring) = square();
        assert!(mesh.cut(&ring, [45.0, 0.2], [1.0, 0.0], 5.0).is_none());
    }

    #[test]
    fn the_fixed_ring_gets_no_vertices() {
        let mut mesh = Mesh::new(vec![[0.0, 0.0], [90.0, 0.0], [90.0, 60.0], [0.0, 60.0]]);
        let ring = [0, 1, 2, 3];
        let cut = mesh.cut(&ring, [45.0, 30.0], [1.0, 0.7], 1.0).unwrap();
        assert_eq!((cut.from, cut.to), (End::Vertex(0), End::Vertex(2)));
        mesh.apply(&ring, cut, 10.0);
        assert_eq!(mesh.expand(&ring), ring);
    }
}

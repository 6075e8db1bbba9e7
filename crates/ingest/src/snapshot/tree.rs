//! The packed R-tree over the envelopes of the drawn rows.
//!
//! The section has the layout of the flatbush family: 8 bytes of header, the boxes of all levels
//! from the leaves up, then numbers that lead from box to box. It is built by `geo-index`, with the
//! leaves in row order instead of its own sorting: its sort adds and subtracts in `i32`, which
//! overflows on a grid that fills the range. It is searched here: the way down follows from the
//! numbering alone, so that stored numbers of a damaged file cannot lead into a circle or out of
//! the section, a hit list is ascending, and a node that lies inside the box is taken whole.

use std::ops::Range;

use bytemuck::try_cast_slice;
use geo_index::indices::MutableIndices;
use geo_index::rtree::sort::{Sort, SortParams};
use geo_index::rtree::{RTreeBuilder, RTreeMetadata};

/// Boxes in a node.
const NODE: u16 = 16;
/// Before the boxes: magic, version and type, node size, number of items.
const HEADER: usize = 8;

/// `[min_x, min_y, max_x, max_y]` in steps of the grid.
type Envelope = [i32; 4];

/// The tree's bytes for envelopes `[min, max]` in row order.
pub(super) fn tree_bytes(envelopes: &[[[i32; 2]; 2]]) -> Vec<u8> {
    let count = u32::try_from(envelopes.len()).expect("rows are counted in u32");
    let mut builder = RTreeBuilder::<i32>::new_with_node_size(count, NODE);
    for [min, max] in envelopes {
        builder.add(min[0], min[1], max[0], max[1]);
    }
    builder.finish::<RowOrder>().into_inner()
}

/// Leaves the rows as they are: they stand in Hilbert order already.
struct RowOrder;

impl Sort<i32> for RowOrder {
    fn sort(_: &mut SortParams<i32>, _: &mut [i32], _: &mut MutableIndices<'_>) {}
}

/// How the boxes of a tree are divided into levels; known from the number of rows.
#[derive(Debug)]
pub(super) struct TreeShape {
    /// Per level, leaves first: its boxes.
    levels: Vec<Range<usize>>,
    length: usize,
}

impl TreeShape {
    pub(super) fn new(rows: u32) -> Self {
        let metadata = RTreeMetadata::<i32>::new(rows, NODE);
        let mut start = 0;
        let levels = metadata.level_bounds().iter().map(|bound| {
            let level = start..bound / 4;
            start = level.end;
            level
        });
        Self {
            levels: levels.collect(),
            length: metadata.data_buffer_length(),
        }
    }

    /// Bytes of the section.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    /// The tree in a section of this length.
    pub(super) fn tree<'a>(&'a self, section: &'a [u8]) -> Tree<'a> {
        let boxes = self.levels.last().map_or(0, |top| top.end);
        let boxes = section
            .get(HEADER..HEADER + boxes * size_of::<Envelope>())
            .and_then(|bytes| try_cast_slice(bytes).ok());
        Tree {
            levels: &self.levels,
            boxes: boxes.unwrap_or(&[]),
        }
    }
}

/// A tree to be searched.
pub(super) struct Tree<'a> {
    levels: &'a [Range<usize>],
    boxes: &'a [Envelope],
}

impl Tree<'_> {
    /// The envelope of a row.
    pub(super) fn envelope(&self, row: usize) -> Option<[[i32; 2]; 2]> {
        let [min_x, min_y, max_x, max_y] = *self.level(0).get(row)?;
        Some([[min_x, min_y], [max_x, max_y]])
    }

    /// The rows whose envelope shares a step with a box, ascending.
    pub(super) fn search(&self, min: [i32; 2], max: [i32; 2]) -> Vec<u32> {
        let mut hits = Vec::new();
        if min[0] <= max[0] && min[1] <= max[1] {
            let top = self.levels.len() - 1;
            let query = [min[0], min[1], max[0], max[1]];
            self.descend(top, 0..self.levels[top].len(), &query, &mut hits);
        }
        hits
    }

    fn descend(&self, level: usize, nodes: Range<usize>, query: &Envelope, hits: &mut Vec<u32>) {
        let start = nodes.start;
        for (at, envelope) in self
            .level(level)
            .get(nodes)
            .unwrap_or(&[])
            .iter()
            .enumerate()
        {
            if !intersects(envelope, query) {
                continue;
            }
            let rows = self.rows_below(level, start + at);
            if level == 0 || contains(query, envelope) {
                hits.extend(rows.start as u32..rows.end as u32);
            } else {
                let first = (start + at) * NODE as usize;
                let end = self.levels[level - 1].len().min(first + NODE as usize);
                self.descend(level - 1, first..end, query, hits);
            }
        }
    }

    fn level(&self, level: usize) -> &[Envelope] {
        self.boxes.get(self.levels[level].clone()).unwrap_or(&[])
    }

    fn rows_below(&self, level: usize, node: usize) -> Range<usize> {
        let span = (NODE as usize).pow(level as u32);
        let rows = self.levels[0].len();
        node * span..rows.min((node + 1) * span)
    }
}

fn intersects(a: &Envelope, b: &Envelope) -> bool {
    a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3]
}

fn contains(outer: &Envelope, inner: &Envelope) -> bool {
    outer[0] <= inner[0] && outer[1] <= inner[1] && inner[2] <= outer[2] && inner[3] <= outer[3]
}

#[cfg(test)]
mod tests {
    use geo_index::rtree::{RTreeIndex, RTreeRef};
    use proptest::prelude::*;
    use rstar::{AABB, RTree, primitives::GeomWithData, primitives::Rectangle};

    use super::*;

    fn any_step() -> impl Strategy<Value = i32> {
        prop_oneof![
            -50..50i32,
            any::<i32>(),
            Just(i32::MIN),
            Just(i32::MAX),
            Just(0)
        ]
    }

    fn any_box() -> impl Strategy<Value = [[i32; 2]; 2]> {
        [any_step(), any_step(), any_step(), any_step()]
            .prop_map(|[a, b, c, d]| [[a.min(c), b.min(d)], [a.max(c), b.max(d)]])
    }

    fn scan(envelopes: &[[[i32; 2]; 2]], [min, max]: [[i32; 2]; 2]) -> Vec<u32> {
        (0u32..)
            .zip(envelopes)
            .filter(|(_, e)| (0..2).all(|i| e[0][i] <= max[i] && min[i] <= e[1][i]))
            .map(|(row, _)| row)
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn the_index_equals_a_full_scan_and_two_other_indexes(
            envelopes in proptest::collection::vec(any_box(), 0..600),
            queries in proptest::collection::vec(any_box(), 8),
        ) {
            let bytes = tree_bytes(&envelopes);
            let shape = TreeShape::new(envelopes.len() as u32);
            prop_assert_eq!(bytes.len(), shape.length());
            let tree = shape.tree(&bytes);
            let flatbush = RTreeRef::<i32>::try_new(&bytes).unwrap();
            let rstar = RTree::bulk_load(
                envelopes.iter().zip(0u32..).map(|(&[min, max], row)| {
                    let wide = |p: [i32; 2]| p.map(i64::from);
                    GeomWithData::new(Rectangle::from_corners(wide(min), wide(max)), row)
                }).collect(),
            );
            for query in queries {
                let [min, max] = query;
                let hits = tree.search(min, max);
                prop_assert_eq!(&hits, &scan(&envelopes, query));
                let mut theirs = flatbush.search(min[0], min[1], max[0], max[1]);
                theirs.sort_unstable();
                prop_assert_eq!(&hits, &theirs);
                let corners = AABB::from_corners(min.map(i64::from), max.map(i64::from));
                let mut theirs: Vec<u32> =
                    rstar.locate_in_envelope_intersecting(&corners).map(|g| g.data).collect();
                theirs.sort_unstable();
                prop_assert_eq!(&hits, &theirs);
            }
            for (row, &envelope) in envelopes.iter().enumerate() {
                prop_assert_eq!(tree.envelope(row), Some(envelope));
            }
            prop_assert_eq!(tree.envelope(envelopes.len()), None);
        }

        #[test]
        fn foreign_bytes_are_searched_without_a_panic(
            rows in 0u32..2000, bytes in proptest::collection::vec(any::<u8>(), 0..40_000),
        ) {
            let shape = TreeShape::new(rows);
            let _ = shape.tree(&bytes).search([-9; 2], [9; 2]);
        }
    }

    #[test]
    fn a_box_turned_over_finds_nothing() {
        let bytes = tree_bytes(&[[[0, 0], [9, 9]]]);
        let shape = TreeShape::new(1);
        assert!(shape.tree(&bytes).search([5, 5], [4, 4]).is_empty());
        assert_eq!(shape.tree(&bytes).search([5, 5], [5, 5]), [0]);
    }
}

//! The order in which features stand: along a Hilbert curve, so that neighbours lie together.

/// The place of a step along the Hilbert curve of order 32 over the whole grid.
///
/// The curve does not depend on a layer's extent, and a far outlier does not make it coarser.
pub(super) fn hilbert_key([x, y]: [i32; 2]) -> u64 {
    let [mut x, mut y] = [x, y].map(|step| (step as u32) ^ (1 << 31));
    let mut key = 0u64;
    for bit in (0..32).rev() {
        let (right, top) = (x >> bit & 1, y >> bit & 1);
        key = key << 2 | u64::from((3 * right) ^ top);
        // Each quadrant holds the same curve turned: in the lower two the axes change places, in
        // the lower right both are mirrored first.
        if top == 0 {
            if right == 1 {
                (x, y) = (!x, !y);
            }
            (x, y) = (y, x);
        }
    }
    key
}

/// The middle of an envelope.
pub(super) fn centre([min, max]: [[i32; 2]; 2]) -> [i32; 2] {
    [0, 1].map(|axis| (i64::from(min[axis]) + i64::from(max[axis])).div_euclid(2) as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_that_follow_each_other_on_the_curve_are_neighbours() {
        let mut cells: Vec<[i32; 2]> = (0..32)
            .flat_map(|x| (0..32).map(move |y| [x - 16, y - 16]))
            .collect();
        // The curve passes zero between its quadrants, so four blocks of 16 x 16 are four runs.
        for quadrant in [[0, 0], [-16, 0], [0, -16], [-16, -16]] {
            let mut block: Vec<[i32; 2]> = cells
                .extract_if(.., |c| {
                    (0..2).all(|i| c[i] >= quadrant[i] && c[i] < quadrant[i] + 16)
                })
                .collect();
            block.sort_by_key(|&cell| hilbert_key(cell));
            for pair in block.windows(2) {
                let distance = (pair[0][0] - pair[1][0]).abs() + (pair[0][1] - pair[1][1]).abs();
                assert_eq!(distance, 1, "{pair:?}");
            }
        }
        assert!(cells.is_empty());
    }

    #[test]
    fn the_middle_of_the_widest_envelope_does_not_overflow() {
        assert_eq!(centre([[i32::MIN; 2], [i32::MAX; 2]]), [-1, -1]);
        assert_eq!(centre([[i32::MAX; 2], [i32::MAX; 2]]), [i32::MAX; 2]);
    }
}

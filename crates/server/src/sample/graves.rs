//! Graves: in rows, with paths between the fields of a cemetery.

use super::buildings::is_within;
use super::lots::Use;
use super::plane::{Xy, along, frame, left};
use super::random::Random;
use super::town::Town;

/// The most graves of a cemetery.
const MOST: u64 = 300;

/// From one grave to the next in a row.
const PLACE_M: f64 = 1.9;
/// From one row to the next.
const ROW_M: f64 = 4.2;

/// A grave.
pub(super) struct Grave {
    /// Its ring, not closed, counter-clockwise.
    pub(super) ring: Vec<Xy>,
    /// Its field, row and place, each from 1.
    pub(super) place: [u32; 3],
}

/// Lays out the graves of a town's cemetery, if it has one.
pub(super) fn bury(town: &Town) -> Vec<Grave> {
    let mut graves = Vec::new();
    let Some(parcel) = town.parcels.iter().find(|p| p.usage == Use::Cemetery) else {
        return graves;
    };
    let frame = frame(&parcel.ring);
    let (across, inwards) = (frame.axis, left(frame.axis));
    let (columns, rows) = (
        (frame.length_m / PLACE_M) as i32,
        (frame.width_m / ROW_M) as i32,
    );
    for row in 0..rows {
        for column in 0..columns {
            // every twelfth place and every seventh row is a path
            if column % 12 == 11 || row % 7 == 6 {
                continue;
            }
            let x = (f64::from(column) - f64::from(columns) / 2.0) * PLACE_M;
            let y = (f64::from(row) - f64::from(rows) / 2.0) * ROW_M;
            let at = |dx: f64, dy: f64| along(along(frame.centre, across, x + dx), inwards, y + dy);
            let ring = vec![at(0.0, 0.0), at(1.1, 0.0), at(1.1, 2.2), at(0.0, 2.2)];
            // and a hedge's width stays free along the border
            let around = vec![at(-3.0, -3.0), at(4.1, -3.0), at(4.1, 5.2), at(-3.0, 5.2)];
            if is_within(&around, &parcel.ring) {
                let field = row / 7 * 100 + column / 12;
                graves.push(Grave {
                    ring,
                    place: [
                        field as u32 + 1,
                        (row % 7) as u32 + 1,
                        (column % 12) as u32 + 1,
                    ],
                });
            }
        }
    }
    // where there is room for more, some places are empty
    let places = graves.len() as u64;
    let mut random = Random::of(&[13, town.municipality as u64]);
    graves.retain(|_| random.below(places) < MOST);
    graves
}

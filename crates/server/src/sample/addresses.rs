//! Addresses: homes numbered along their street, odd on one side and even on the other.

use super::plane::{Xy, cross, dot, minus};
use super::random::Random;
use super::town::Town;

/// An address.
pub(super) struct Address {
    /// The street.
    pub(super) street: u32,
    /// The house number: `12`, `14A`.
    pub(super) house_number: String,
    /// The box of a home among several.
    pub(super) box_number: Option<String>,
    /// Where its door is.
    pub(super) at: Xy,
}

/// Numbers the homes of a town.
pub(super) fn number(town: &Town) -> Vec<Address> {
    // street, side, way along it, building
    let mut doors: Vec<(u32, bool, f64, u32)> = Vec::new();
    for (i, building) in town.buildings.iter().enumerate() {
        let parcel = &town.parcels[building.parcel as usize];
        if let Some(front) = parcel.front.filter(|_| building.homes > 0) {
            let street = &town.streets[front.street as usize].0;
            let v = minus(front.plan, street.from);
            let on_left = cross(street.direction, v) > 0.0;
            doors.push((front.street, on_left, dot(street.direction, v), i as u32));
        }
    }
    doors.sort_by(|a, b| {
        (a.0, a.1)
            .cmp(&(b.0, b.1))
            .then(a.2.total_cmp(&b.2))
            .then(a.3.cmp(&b.3))
    });
    let mut random = Random::of(&[7, town.municipality as u64]);
    let mut out = Vec::with_capacity(doors.len());
    let (mut before, mut number, mut letter) = ((u32::MAX, false), 0u32, 0u8);
    for (street, on_left, _, building) in doors {
        if before != (street, on_left) {
            before = (street, on_left);
            number = u32::from(!on_left);
            letter = 0;
            if on_left {
                number = 2;
            }
        } else if random.chance(0.03) && letter < 4 {
            letter += 1;
        } else {
            letter = 0;
            number += if random.chance(0.05) { 4 } else { 2 };
        }
        let suffix = if letter == 0 {
            String::new()
        } else {
            char::from(b'@' + letter).to_string()
        };
        let house = &town.buildings[building as usize];
        for home in 0..house.homes {
            out.push(Address {
                street,
                house_number: format!("{number}{suffix}"),
                box_number: (house.homes > 1)
                    .then(|| format!("{:04}", home / 3 * 100 + home % 3 + 1)),
                at: house.door,
            });
        }
    }
    out
}

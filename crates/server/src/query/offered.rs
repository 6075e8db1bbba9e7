//! Which CRSs a layer is offered in.

use ingest::crs::Crs;
use ingest::layer::Bbox;

/// The short list beside a layer's own CRS, with the degrees in which each makes sense.
const LIST: [(Crs, [f64; 4]); 8] = [
    (Crs::Crs84, [-180.0, -90.0, 180.0, 90.0]),
    (Crs::WGS84, [-180.0, -90.0, 180.0, 90.0]),
    (Crs::ETRS89, [-36.0, 24.0, 45.0, 85.0]),
    (Crs::WEB_MERCATOR, [-180.0, -85.06, 180.0, 85.06]),
    (Crs::LAMBERT_72, [-3.0, 46.0, 13.0, 56.0]),
    (Crs::LAMBERT_2008, [-3.0, 46.0, 13.0, 56.0]),
    (Crs::Epsg(3035), [-36.0, 24.0, 45.0, 85.0]),
    (Crs::Epsg(25831), [-6.0, 0.0, 12.0, 84.0]),
];

/// The CRSs of a layer with coordinates: CRS84 first, then its own, then the others of the list in
/// which all of it can be written.
pub fn offered(own: Option<Crs>, extent_degrees: Option<Bbox>) -> Vec<Crs> {
    let mut all = vec![Crs::Crs84];
    all.extend(own.filter(|crs| *crs != Crs::Crs84));
    for (crs, [min_x, min_y, max_x, max_y]) in LIST {
        let reach = Bbox {
            min_x,
            min_y,
            max_x,
            max_y,
        };
        if !all.contains(&crs) && extent_degrees.is_none_or(|extent| reach.contains_bbox(&extent)) {
            all.push(crs);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_of_the_world_is_not_offered_in_lambert() {
        let world = Bbox::of([-180.0, -85.6], [180.0, 83.0]);
        assert_eq!(
            offered(Some(Crs::WGS84), Some(world)),
            [Crs::Crs84, Crs::WGS84]
        );
        let kortrijk = Bbox::of([3.1, 50.7], [3.4, 50.9]);
        let all = offered(Some(Crs::LAMBERT_72), Some(kortrijk));
        assert_eq!(all[..2], [Crs::Crs84, Crs::LAMBERT_72]);
        assert!(all.contains(&Crs::LAMBERT_2008) && all.len() == 8);
    }
}

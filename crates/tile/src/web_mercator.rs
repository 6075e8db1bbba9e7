//! Web Mercator (EPSG:3857) from longitude and latitude, and back.
//!
//! Degrees are taken as they come: ETRS89 and WGS 84 differ by less than a tile can show.

/// Radius of the sphere, in metres (the semi-major axis of WGS 84).
pub const RADIUS_M: f64 = 6_378_137.0;

/// Half the side of the Web Mercator square, in metres.
pub const HALF_SIDE_M: f64 = std::f64::consts::PI * RADIUS_M;

/// Latitude of the square's upper border, in degrees; the lower one is its negative.
pub const MAX_LATITUDE: f64 = 85.051_128_779_806_6;

/// Longitude and latitude in degrees to east and north in metres.
///
/// The latitude is clamped to ±[`MAX_LATITUDE`]; the longitude is not wrapped. NaN stays NaN.
///
/// ```
/// let [x, y] = tile::web_mercator::project([180.0, 90.0]);
/// assert!((x - 20_037_508.342_789).abs() < 1e-6);
/// assert!((y - 20_037_508.342_789).abs() < 1e-6);
/// ```
pub fn project([lon, lat]: [f64; 2]) -> [f64; 2] {
    let lat = lat.clamp(-MAX_LATITUDE, MAX_LATITUDE);
    [
        lon.to_radians() * RADIUS_M,
        lat.to_radians().tan().asinh() * RADIUS_M,
    ]
}

/// East and north in metres to longitude and latitude in degrees.
pub fn unproject([x, y]: [f64; 2]) -> [f64; 2] {
    [
        (x / RADIUS_M).to_degrees(),
        (y / RADIUS_M).sinh().atan().to_degrees(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn kortrijk_lands_where_proj_puts_it() {
        // cs2cs EPSG:4326 EPSG:3857, 50.8279 3.2649
        let [x, y] = project([3.2649, 50.8279]);
        assert!((x - 363_447.005_5).abs() < 1e-4, "{x}");
        assert!((y - 6_590_907.500_3).abs() < 1e-4, "{y}");
    }

    #[test]
    fn the_poles_are_clamped_and_nan_stays() {
        assert_eq!(project([0.0, 90.0]), project([0.0, MAX_LATITUDE]));
        assert_eq!(project([0.0, -90.0]), project([0.0, -MAX_LATITUDE]));
        assert!(project([f64::NAN, f64::NAN]).iter().all(|v| v.is_nan()));
    }

    proptest! {
        #[test]
        fn unproject_undoes_project(lon in -180.0..180.0, lat in -85.05..85.05) {
            let [a, b] = unproject(project([lon, lat]));
            prop_assert!((a - lon).abs() < 1e-11 && (b - lat).abs() < 1e-11);
        }
    }
}

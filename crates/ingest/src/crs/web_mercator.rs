//! EPSG:3857 as arithmetic on degrees (EPSG method 1024).

const RADIUS_M: f64 = 6_378_137.0;

/// The latitude where the Web Mercator square ends.
const LAST_LATITUDE: f64 = 85.051_128_779_806_6;

/// Longitude, latitude in degrees to x, y in metres; latitudes beyond the square's are taken to
/// its border.
pub(super) fn project([lon, lat]: [f64; 2]) -> [f64; 2] {
    let lat = lat.clamp(-LAST_LATITUDE, LAST_LATITUDE).to_radians();
    [RADIUS_M * lon.to_radians(), RADIUS_M * lat.tan().asinh()]
}

/// x, y in metres to longitude, latitude in degrees.
pub(super) fn unproject([x, y]: [f64; 2]) -> [f64; 2] {
    [
        (x / RADIUS_M).to_degrees(),
        (y / RADIUS_M).sinh().atan().to_degrees(),
    ]
}

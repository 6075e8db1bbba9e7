//! The address of a tile.

use crate::Error;

/// The deepest zoom that is served.
pub const MAX_ZOOM: u8 = 24;

/// A tile of a grid that has one tile at zoom 0 and doubles with each zoom.
///
/// `x` is the column from the west, `y` the row **from the top** (not TMS's from the bottom).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileCoord {
    z: u8,
    x: u32,
    y: u32,
}

impl TileCoord {
    /// A checked address.
    ///
    /// # Errors
    /// [`Error::NoSuchTile`] when `z` exceeds [`MAX_ZOOM`] or `x` or `y` is not below 2^z.
    ///
    /// ```
    /// use tile::tms::TileCoord;
    /// assert!(TileCoord::new(14, 8342, 5503).is_ok());
    /// assert!(TileCoord::new(3, 8, 0).is_err());
    /// ```
    pub fn new(z: u8, x: u32, y: u32) -> Result<Self, Error> {
        let refuse = |reason| Err(Error::NoSuchTile { z, x, y, reason });
        if z > MAX_ZOOM {
            return refuse(format!("the deepest zoom is {MAX_ZOOM}"));
        }
        let side = 1_u32 << z;
        if x >= side || y >= side {
            return refuse(format!("x and y must be below {side}"));
        }
        Ok(Self { z, x, y })
    }

    /// Zoom.
    pub fn z(self) -> u8 {
        self.z
    }

    /// Column, from the west.
    pub fn x(self) -> u32 {
        self.x
    }

    /// Row, from the top.
    pub fn y(self) -> u32 {
        self.y
    }
}

impl std::fmt::Display for TileCoord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.z, self.x, self.y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_tile_of_each_zoom_exists_and_the_next_does_not() {
        for z in 0..=MAX_ZOOM {
            let side = 1_u32 << z;
            assert!(TileCoord::new(z, side - 1, side - 1).is_ok());
            assert!(TileCoord::new(z, side, 0).is_err());
            assert!(TileCoord::new(z, 0, side).is_err());
        }
    }

    #[test]
    fn any_other_zoom_is_refused_with_its_address() {
        let error = TileCoord::new(25, 0, 0).unwrap_err();
        assert_eq!(error.to_string(), "no tile 25/0/0: the deepest zoom is 24");
        assert!(TileCoord::new(255, u32::MAX, u32::MAX).is_err());
    }
}

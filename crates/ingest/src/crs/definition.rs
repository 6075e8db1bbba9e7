//! What PROJ's database says of a CRS.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use proj::ProjBuilder;
use serde_json::Value;

use super::Crs;
use crate::error::{Error, Result};
use crate::layer::Bbox;

/// The order in which the authority writes coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AxisOrder {
    /// East (or longitude) first.
    EastNorth,
    /// North (or latitude) first: EPSG:4326, 4258, 3035.
    NorthEast,
}

/// The unit of both axes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Unit {
    /// Degrees.
    Degree,
    /// Metres.
    Metre,
    /// Another unit of length, in metres (feet of a national grid).
    Other(f64),
}

/// A CRS as PROJ's database defines it.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// Its name, such as `BD72 / Belgian Lambert 72`.
    pub name: String,
    /// The authority's axis order; inside the program x is east whatever it is.
    pub axis_order: AxisOrder,
    /// The unit.
    pub unit: Unit,
    /// Where it may be used, in degrees, `None` when the database does not say.
    pub area: Option<Bbox>,
}

impl Crs {
    /// What PROJ's database says of it; asked once per process.
    ///
    /// # Errors
    /// [`Error::Unsupported`] when the database does not know the code, or it is not a
    /// two-dimensional map or longitude-latitude system.
    pub fn definition(self) -> Result<Definition> {
        static KNOWN: LazyLock<Mutex<HashMap<Crs, Definition>>> = LazyLock::new(Mutex::default);
        let mut known = KNOWN
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(definition) = known.get(&self) {
            return Ok(definition.clone());
        }
        let definition = read_definition(self)?;
        known.insert(self, definition.clone());
        Ok(definition)
    }
}

fn read_definition(crs: Crs) -> Result<Definition> {
    let unknown = || Error::Unsupported(format!("{crs} is not in the CRS database of this server"));
    let pj = ProjBuilder::new()
        .proj(&crs.database_code())
        .map_err(|_| unknown())?;
    let text = pj.to_projjson(None, None, None).map_err(|_| unknown())?;
    let json: Value = serde_json::from_str(&text).map_err(|_| unknown())?;
    let unusable = || {
        Error::Unsupported(format!(
            "{crs} is not a two-dimensional map or longitude-latitude CRS"
        ))
    };
    let axes = json["coordinate_system"]["axis"]
        .as_array()
        .filter(|a| a.len() == 2)
        .ok_or_else(unusable)?;
    let axis_order = match (direction(&axes[0]), direction(&axes[1])) {
        ("east", "north") => AxisOrder::EastNorth,
        ("north", "east") => AxisOrder::NorthEast,
        _ => return Err(unusable()),
    };
    let unit = match &axes[0]["unit"] {
        Value::String(name) if name == "metre" => Unit::Metre,
        Value::String(name) if name == "degree" => Unit::Degree,
        unit if unit["type"] == "LinearUnit" => {
            Unit::Other(unit["conversion_factor"].as_f64().ok_or_else(unusable)?)
        }
        _ => return Err(unusable()),
    };
    let area = json
        .get("bbox")
        .or_else(|| json["usages"][0].get("bbox"))
        .map(|bbox| {
            let side = |name: &str| bbox[name].as_f64().unwrap_or(f64::NAN);
            Bbox {
                min_x: side("west_longitude"),
                min_y: side("south_latitude"),
                max_x: side("east_longitude"),
                max_y: side("north_latitude"),
            }
        });
    Ok(Definition {
        name: json["name"].as_str().unwrap_or_default().to_owned(),
        axis_order,
        unit,
        area,
    })
}

fn direction(axis: &Value) -> &str {
    axis["direction"].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axis_order_and_unit_come_from_the_definition() {
        let lambert = Crs::LAMBERT_72.definition().unwrap();
        assert_eq!(
            (lambert.axis_order, lambert.unit),
            (AxisOrder::EastNorth, Unit::Metre)
        );
        assert_eq!(
            Crs::Epsg(3035).definition().unwrap().axis_order,
            AxisOrder::NorthEast
        );
        assert_eq!(
            Crs::WGS84.definition().unwrap().axis_order,
            AxisOrder::NorthEast
        );
        assert_eq!(
            Crs::Crs84.definition().unwrap().axis_order,
            AxisOrder::EastNorth
        );
        assert!(matches!(
            Crs::Epsg(999_999).definition(),
            Err(Error::Unsupported(_))
        ));
        assert_eq!(
            Crs::Epsg(11219).definition().unwrap().area,
            Crs::LAMBERT_2008.definition().unwrap().area
        );
        assert!(matches!(
            Crs::Epsg(4979).definition(),
            Err(Error::Unsupported(_))
        ));
    }
}

//! The layers of what stands on the land: buildings, addresses, trees, graves.

use ingest::error::Result;
use ingest::layer::{ColumnType, GeometryType};

use super::borders::MUNICIPALITIES;
use super::buildings::Kind;
use super::dates::{day, moment};
use super::land::capakey;
use super::layers::{Cell, LayerWriter};
use super::names::{BUILDING_REMARKS, SPECIES};
use super::plane::area;
use super::random::Random;
use super::town::Town;
use super::write::Definition;

/// The buildings.
pub(super) const GEBOUWEN: Definition<'static> = (
    "gebouwen",
    GeometryType::Polygon,
    &[
        ("OIDN", ColumnType::Integer),
        ("type", ColumnType::Text),
        ("CAPAKEY", ColumnType::Text),
        ("bouwjaar", ColumnType::Integer),
        ("bouwlagen", ColumnType::Integer),
        ("hoogte (m)", ColumnType::Real),
        ("Opp. m²", ColumnType::Real),
        ("beschermd", ColumnType::Bool),
        ("opname", ColumnType::Date),
        ("opmerking", ColumnType::Text),
    ],
);

/// Writes the buildings.
pub(super) fn write_gebouwen(towns: &[Town], layer: &mut LayerWriter<'_>) -> Result<()> {
    let mut number = 2_000_000;
    for town in towns {
        for (i, building) in town.buildings.iter().enumerate() {
            number += 1;
            let mut random = Random::of(&[23, town.municipality as u64, i as u64]);
            let (kind, floors) = match building.kind {
                Kind::House => ("hoofdgebouw", 1 + random.below(3) as i64),
                Kind::Outbuilding => ("bijgebouw", 1),
                Kind::Hall => ("loods", 1),
                Kind::Church => ("kerk", 1),
            };
            let parcel = &town.parcels[building.parcel as usize];
            let built = match building.kind {
                Kind::Church => 1450 + random.below(420) as i64,
                _ => 1880 + random.below(144) as i64,
            };
            let storey = if building.kind == Kind::Church {
                24.0
            } else {
                random.between(2.7, 3.4)
            };
            let floors = if building.homes > 1 {
                i64::from(building.homes / 2 + 2)
            } else {
                floors
            };
            layer.polygon(
                &[&building.ring],
                vec![
                    number.into(),
                    kind.into(),
                    capakey(town.municipality, parcel).into(),
                    random.chance(0.88).then_some(built).into(),
                    floors.into(),
                    (floors as f64 * storey + random.between(0.0, 2.5)).into(),
                    area(&building.ring).into(),
                    (building.kind == Kind::Church || random.chance(0.01)).into(),
                    day(&mut random, 1968, 2024).into(),
                    match random.below(40) {
                        0 => random.pick(BUILDING_REMARKS).into(),
                        1..=12 => "".into(),
                        _ => Cell::Null,
                    },
                ],
            )?;
        }
    }
    Ok(())
}

/// The addresses.
pub(super) const ADRESSEN: Definition<'static> = (
    "adressen",
    GeometryType::Point,
    &[
        ("adres_id", ColumnType::Text),
        ("straatnaam", ColumnType::Text),
        ("huisnummer", ColumnType::Text),
        ("busnummer", ColumnType::Text),
        ("postcode", ColumnType::Text),
        ("gemeente", ColumnType::Text),
        ("status", ColumnType::Text),
        ("officieel toegekend", ColumnType::Bool),
        ("toegekend", ColumnType::Date),
        ("gewijzigd", ColumnType::Timestamp),
    ],
);

/// Writes the addresses.
pub(super) fn write_adressen(towns: &[Town], layer: &mut LayerWriter<'_>) -> Result<()> {
    let mut number = 0;
    for town in towns {
        let m = &MUNICIPALITIES[town.municipality];
        for address in &town.addresses {
            number += 1;
            let mut random = Random::of(&[24, number]);
            layer.point(
                address.at,
                vec![
                    format!("https://data.voorbeeld.be/id/adres/{:07}", 200_000 + number).into(),
                    town.streets[address.street as usize].1.as_str().into(),
                    address.house_number.as_str().into(),
                    address.box_number.clone().into(),
                    m.postcode.into(),
                    m.name.into(),
                    random
                        .pick(&[
                            "in gebruik",
                            "in gebruik",
                            "in gebruik",
                            "voorgesteld",
                            "gehistoreerd",
                        ])
                        .into(),
                    random.chance(0.98).into(),
                    random
                        .chance(0.8)
                        .then(|| day(&mut random, 1952, 2024))
                        .into(),
                    moment(&mut random).into(),
                ],
            )?;
        }
    }
    Ok(())
}

/// The trees.
pub(super) const BOMEN: Definition<'static> = (
    "bomen",
    GeometryType::Point,
    &[
        ("soort", ColumnType::Text),
        ("Nederlandse naam", ColumnType::Text),
        ("plantjaar", ColumnType::Integer),
        ("hoogte (m)", ColumnType::Real),
        ("stamomtrek (cm)", ColumnType::Integer),
        ("waardevol", ColumnType::Bool),
        ("laatste snoei", ColumnType::Date),
        ("snoei vanaf", ColumnType::Time),
        ("gecontroleerd", ColumnType::Timestamp),
        ("chip", ColumnType::Binary),
    ],
);

/// Writes the trees.
pub(super) fn write_bomen(towns: &[Town], layer: &mut LayerWriter<'_>) -> Result<()> {
    for town in towns {
        for (i, tree) in town.trees.iter().enumerate() {
            let mut random = Random::of(&[25, town.municipality as u64, i as u64]);
            let (scientific, dutch, grown) = SPECIES[tree.species];
            let age = (2024 - tree.planted).max(1) as f64;
            let height = grown * (age / (age + 18.0)) * random.between(0.85, 1.1) + 1.5;
            let girth = (age * random.between(1.4, 2.6)) as i64 + 8;
            layer.point(
                tree.at,
                vec![
                    scientific.into(),
                    dutch.into(),
                    random.chance(0.93).then_some(tree.planted).into(),
                    height.into(),
                    girth.into(),
                    (age > 90.0 && random.chance(0.3)).into(),
                    random
                        .chance(0.6)
                        .then(|| day(&mut random, 2012, 2024))
                        .into(),
                    random
                        .chance(0.3)
                        .then(|| format!("{:02}:30:00", 7 + random.below(4)))
                        .into(),
                    random.chance(0.5).then(|| moment(&mut random)).into(),
                    if random.chance(0.1) {
                        Cell::Bytes(random.bits().to_be_bytes().to_vec())
                    } else {
                        Cell::Null
                    },
                ],
            )?;
        }
    }
    Ok(())
}

/// A cemetery's layer: each municipality calls the key and the columns otherwise.
pub(super) struct Cemetery {
    /// The municipality.
    pub(super) municipality: &'static str,
    /// The layer.
    pub(super) name: &'static str,
    /// Its columns, the key first.
    pub(super) columns: &'static [(&'static str, ColumnType)],
}

/// The cemeteries; what a layer over all of them has to bring together.
pub(super) const CEMETERIES: [Cemetery; 4] = [
    Cemetery {
        municipality: "Kortrijk",
        name: "begraafplaats_kortrijk",
        columns: &[
            ("grafcode", ColumnType::Text),
            ("type", ColumnType::Text),
            ("begraven", ColumnType::Date),
            ("concessie tot", ColumnType::Date),
        ],
    },
    Cemetery {
        municipality: "Menen",
        name: "begraafplaats_menen",
        columns: &[
            ("PERCEEL", ColumnType::Text),
            ("SOORT", ColumnType::Text),
            ("DATUM", ColumnType::Date),
            ("JAREN", ColumnType::Integer),
        ],
    },
    Cemetery {
        municipality: "Waregem",
        name: "begraafplaats_waregem",
        columns: &[
            ("GRAFXYZ", ColumnType::Text),
            ("omschrijving", ColumnType::Text),
            ("eerste begraving", ColumnType::Date),
            ("één persoon", ColumnType::Bool),
        ],
    },
    Cemetery {
        municipality: "Wevelgem",
        name: "begraafplaats_wevelgem",
        columns: &[
            ("Nr.", ColumnType::Integer),
            ("Soort graf", ColumnType::Text),
            ("Datum", ColumnType::Date),
            ("Opp. m²", ColumnType::Real),
        ],
    },
];

/// Writes the graves of one cemetery.
pub(super) fn write_graves(
    cemetery: &Cemetery,
    town: &Town,
    layer: &mut LayerWriter<'_>,
) -> Result<()> {
    for (i, grave) in town.graves.iter().enumerate() {
        let mut random = Random::of(&[26, town.municipality as u64, i as u64]);
        let [field, row, place] = grave.place;
        let key: Cell = match cemetery.municipality {
            "Kortrijk" => format!(
                "{}-{row:02}-{place:03}",
                char::from(b'A' + (field % 26) as u8)
            )
            .into(),
            "Menen" => format!("{field:04}/{row:02}/{place:02}").into(),
            "Waregem" => format!("WAR.{field:03}.{row:02}.{place:03}").into(),
            _ => (i as i64 + 1).into(),
        };
        let kind = random.pick(&[
            "volle grond",
            "kelder",
            "concessie à perpétuité",
            "urnenveld",
            "kindergraf",
        ]);
        let buried = day(&mut random, 1898, 2024);
        let last: Cell = match cemetery.columns[3].1 {
            ColumnType::Date => random
                .chance(0.7)
                .then(|| day(&mut random, 2025, 2060))
                .into(),
            ColumnType::Integer => random.chance(0.8).then_some(25).into(),
            ColumnType::Bool => random.chance(0.4).into(),
            _ => area(&grave.ring).into(),
        };
        layer.polygon(&[&grave.ring], vec![key, kind.into(), buried.into(), last])?;
    }
    Ok(())
}

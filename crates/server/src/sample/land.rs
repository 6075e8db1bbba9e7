//! The layers that divide the land: municipalities, parcels, streets, zones.

use ingest::error::Result;
use ingest::layer::{ColumnType, GeometryType};

use super::borders::MUNICIPALITIES;
use super::dates::{day, moment};
use super::layers::{Cell, LayerWriter};
use super::lots::Use;
use super::plane::{area, distance};
use super::random::Random;
use super::streets::Class;
use super::town::{Parcel, Town};
use super::write::Definition;
use super::zoning::{ZONES, Zone};

/// The municipalities.
pub(super) const GEMEENTEN: Definition<'static> = (
    "gemeenten",
    GeometryType::MultiPolygon,
    &[
        ("niscode", ColumnType::Text),
        ("naam", ColumnType::Text),
        ("postcode", ColumnType::Text),
        ("provincie", ColumnType::Text),
        ("land", ColumnType::Text),
        ("inwoners", ColumnType::Integer),
        ("Opp. m²", ColumnType::Real),
        ("deelgemeenten", ColumnType::List),
        ("sinds", ColumnType::Date),
    ],
);

/// Writes the municipalities.
pub(super) fn write_gemeenten(towns: &[Town], layer: &mut LayerWriter<'_>) -> Result<()> {
    for town in towns {
        let m = &MUNICIPALITIES[town.municipality];
        let parts: Vec<&str> = m.centres.iter().map(|c| c.name).collect();
        layer.polygon(
            &[&town.border],
            vec![
                m.nis.into(),
                m.name.into(),
                m.postcode.into(),
                "West-Vlaanderen".into(),
                "België".into(),
                m.inhabitants.into(),
                area(&town.border).into(),
                format!("[\"{}\"]", parts.join("\",\"")).into(),
                "1977-01-01".into(),
            ],
        )?;
    }
    Ok(())
}

/// The parcels, with the key of the land register.
pub(super) const PERCELEN: Definition<'static> = (
    "percelen",
    GeometryType::Polygon,
    &[
        ("CAPAKEY", ColumnType::Text),
        ("niscode", ColumnType::Text),
        ("gemeente", ColumnType::Text),
        ("aard", ColumnType::Text),
        ("Opp. m²", ColumnType::Real),
        ("openbaar", ColumnType::Bool),
        ("opgemeten", ColumnType::Date),
        ("bijgewerkt", ColumnType::Timestamp),
        ("opmerking", ColumnType::Text),
    ],
);

/// Writes the parcels.
pub(super) fn write_percelen(towns: &[Town], layer: &mut LayerWriter<'_>) -> Result<()> {
    for town in towns {
        let m = &MUNICIPALITIES[town.municipality];
        for (i, parcel) in town.parcels.iter().enumerate() {
            let mut random = Random::of(&[20, town.municipality as u64, i as u64]);
            let is_public = matches!(
                parcel.usage,
                Use::Street | Use::Park | Use::Square | Use::Cemetery
            );
            layer.polygon(
                &[&parcel.ring],
                vec![
                    capakey(town.municipality, parcel).into(),
                    m.nis.into(),
                    m.name.into(),
                    kind_of(parcel.usage, &mut random).into(),
                    area(&parcel.ring).into(),
                    is_public.into(),
                    random
                        .chance(0.9)
                        .then(|| day(&mut random, 1932, 2024))
                        .into(),
                    moment(&mut random).into(),
                    match random.below(50) {
                        0 => "perceel één is gesplitst".into(),
                        1..=20 => "".into(),
                        _ => Cell::Null,
                    },
                ],
            )?;
        }
    }
    Ok(())
}

/// The key of a parcel in the land register: section by block, one number for each block.
pub(super) fn capakey(municipality: usize, parcel: &Parcel) -> String {
    let section = char::from(b'A' + (parcel.block % 8) as u8);
    let letter = char::from(b'A' + (parcel.number % 20) as u8);
    format!(
        "{}{section}{:04}/{:02}{letter}{:03}",
        MUNICIPALITIES[municipality].nis,
        parcel.block / 8 + 1,
        parcel.number / 20 % 100,
        parcel.number / 2000,
    )
}

fn kind_of(usage: Use, random: &mut Random) -> Option<&'static str> {
    Some(match usage {
        Use::House if random.chance(0.04) => return None,
        Use::House => random.pick(&["huis", "huis", "huis", "huis", "handelshuis", "gebouw"]),
        Use::Garden => "tuin",
        Use::Yard => "garages en parking",
        Use::Field => "bouwland",
        Use::Meadow => random.pick(&["weiland", "hooiland", "boomgaard"]),
        Use::Wood => "bos",
        Use::Industry => "nijverheidsgebouw",
        Use::Park => "park",
        Use::Square => "plein",
        Use::Cemetery => "begraafplaats",
        Use::Street => "openbaar domein",
    })
}

/// The streets' middle lines.
pub(super) const WEGEN: Definition<'static> = (
    "wegen",
    GeometryType::LineString,
    &[
        ("wegsegment", ColumnType::Integer),
        ("straatnaam", ColumnType::Text),
        ("klasse", ColumnType::Text),
        ("wegnummer", ColumnType::Text),
        ("breedte (m)", ColumnType::Real),
        ("lengte (m)", ColumnType::Real),
        ("één richting", ColumnType::Bool),
        ("snelheid", ColumnType::Integer),
        ("verharding", ColumnType::Text),
        ("beheerder", ColumnType::Text),
        ("open sinds", ColumnType::Date),
    ],
);

/// Writes the streets, from crossing to crossing.
pub(super) fn write_wegen(towns: &[Town], layer: &mut LayerWriter<'_>) -> Result<()> {
    let mut number = 40_000;
    for town in towns {
        let m = &MUNICIPALITIES[town.municipality];
        for road in &town.roads {
            number += 1;
            let (street, name) = &town.streets[road.street as usize];
            // what belongs to the street as a whole is the same on each of its pieces
            let mut whole = Random::of(&[21, town.municipality as u64, u64::from(road.street)]);
            let (class, speed) = match street.class {
                Class::Main => ("gewestweg", 70),
                Class::Connecting => ("verbindingsweg", 70),
                Class::Local => ("lokale weg", 50),
                Class::Residential => ("woonstraat", 30),
                Class::Field => ("landbouwweg", 30),
            };
            let is_main = street.class == Class::Main;
            let route = format!("N{}", 8 + whole.below(400));
            let one_way = street.class == Class::Residential && whole.chance(0.2);
            let surface = match street.class {
                Class::Field => whole.pick(&["beton", "asfalt", "steenslag", "aarde"]),
                Class::Residential => whole.pick(&["asfalt", "klinkers", "kasseien", "beton"]),
                _ => "asfalt",
            };
            layer.line(
                &road.line,
                vec![
                    number.into(),
                    name.as_str().into(),
                    class.into(),
                    is_main.then_some(route).into(),
                    street.class.width_m().into(),
                    road.line
                        .windows(2)
                        .map(|p| distance(p[0], p[1]))
                        .sum::<f64>()
                        .into(),
                    one_way.into(),
                    speed.into(),
                    surface.into(),
                    if is_main {
                        "Agentschap Wegen en Verkeer".to_owned()
                    } else {
                        format!("gemeente {}", m.name)
                    }
                    .into(),
                    whole
                        .chance(0.6)
                        .then(|| day(&mut whole, 1895, 2023))
                        .into(),
                ],
            )?;
        }
    }
    Ok(())
}

/// The zones.
pub(super) const BESTEMMINGEN: Definition<'static> = (
    "bestemmingen",
    GeometryType::Polygon,
    &[
        ("code", ColumnType::Text),
        ("bestemming", ColumnType::Text),
        ("gemeente", ColumnType::Text),
        ("plan", ColumnType::Text),
        ("goedgekeurd", ColumnType::Date),
        ("RUP", ColumnType::Bool),
        ("Opp. m²", ColumnType::Real),
        ("voorschriften", ColumnType::Json),
    ],
);

/// Writes the zones.
pub(super) fn write_bestemmingen(zones: &[Zone], layer: &mut LayerWriter<'_>) -> Result<()> {
    for (i, zone) in zones.iter().enumerate() {
        let mut random = Random::of(&[22, i as u64]);
        let (code, name) = ZONES[zone.zone];
        let is_new = random.chance(0.15);
        let rings: Vec<&[_]> = zone.rings.iter().map(Vec::as_slice).collect();
        let floors = 1 + random.below(4);
        layer.polygon(
            &rings,
            vec![
                code.into(),
                name.into(),
                MUNICIPALITIES[zone.municipality].name.into(),
                if is_new {
                    format!("RUP {}", i + 1)
                } else {
                    "gewestplan Kortrijk".to_owned()
                }
                .into(),
                if is_new {
                    day(&mut random, 2004, 2023)
                } else {
                    "1977-11-04".to_owned()
                }
                .into(),
                is_new.into(),
                zone.rings.iter().map(|r| area(r)).sum::<f64>().into(),
                if random.chance(0.7) {
                    format!(
                        "{{\"bouwlagen\":{floors},\"artikels\":[\"{}.{}\"],\"hoogte\":null}}",
                        code,
                        i % 9
                    )
                    .into()
                } else {
                    Cell::Null
                },
            ],
        )?;
    }
    Ok(())
}

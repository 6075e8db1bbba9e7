use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use super::borders::MUNICIPALITIES;
use super::buildings::is_within;
use super::lots::Use;
use super::plane::{Xy, area, edges, segments_cross};
use super::region::Region;
use super::town::Town;
use super::write::expected_features;
use super::zoning::zones;
use super::*;

/// The demonstration's file, written once for all tests.
fn demo() -> &'static (tempfile::TempDir, PathBuf, SampleSummary) {
    static DEMO: OnceLock<(tempfile::TempDir, PathBuf, SampleSummary)> = OnceLock::new();
    DEMO.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("demo.gpkg");
        let summary = write(&path, 0.05, &|_, _| {}).unwrap();
        (folder, path, summary)
    })
}

fn sql<T: rusqlite::types::FromSql>(query: &str) -> T {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = rusqlite::Connection::open_with_flags(&demo().1, flags).unwrap();
    connection.query_row(query, [], |row| row.get(0)).unwrap()
}

fn town(name: &str, scale: f64) -> Town {
    let number = MUNICIPALITIES.iter().position(|m| m.name == name).unwrap();
    Town::build(&Region::new(), number, expected_features(number, scale))
}

/// Start and end of an edge, to the last bit.
type Edge = [u64; 4];

/// How often each directed edge occurs.
fn directed<'a>(rings: impl Iterator<Item = &'a [Xy]>) -> HashMap<Edge, u32> {
    let mut all = HashMap::new();
    for (a, b) in rings.flat_map(edges) {
        let edge = [a[0], a[1], b[0], b[1]].map(f64::to_bits);
        *all.entry(edge).or_default() += 1;
    }
    all
}

fn reversed([a, b, c, d]: Edge) -> Edge {
    [c, d, a, b]
}

/// The edges without a neighbour; fails where an edge is used twice in one direction.
fn outline(all: &HashMap<Edge, u32>) -> Vec<Edge> {
    assert!(all.values().all(|&count| count == 1), "an edge used twice");
    let mut open: Vec<Edge> = all.keys().copied().collect();
    open.retain(|&edge| !all.contains_key(&reversed(edge)));
    open.sort_unstable();
    open
}

fn is_simple(ring: &[Xy]) -> bool {
    let n = ring.len();
    (0..n).all(|i| {
        (i + 1..n).all(|j| !segments_cross(ring[i], ring[(i + 1) % n], ring[j], ring[(j + 1) % n]))
    })
}

#[test]
fn the_demonstration_has_about_forty_thousand_features() {
    let (_, _, summary) = demo();
    assert!((38_000..=42_000).contains(&summary.features), "{summary:?}");
    assert_eq!(
        summary.features,
        summary.layers.iter().map(|l| l.1).sum::<u64>()
    );
    assert_eq!(summary.layers.len(), 11);
    assert_eq!(summary.layers[0], ("gemeenten".to_owned(), 13));
    for (layer, count) in &summary.layers {
        let rows: i64 = sql(&format!("SELECT count(*) FROM \"{layer}\""));
        assert_eq!(rows as u64, *count, "{layer}");
    }
}

#[test]
fn the_same_scale_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let again = folder.path().join("again.gpkg");
    write(&again, 0.05, &|_, _| {}).unwrap();
    let hash = |path: &PathBuf| ingest::geopackage::sha256_of(path).unwrap();
    assert_eq!(hash(&demo().1), hash(&again));
}

/// When the generator is changed on purpose the number changes; it must not hang on the machine.
#[test]
fn every_machine_draws_the_same_land() {
    let town = town("Spiere-Helkijn", 0.3);
    let bytes: Vec<u8> = town
        .parcels
        .iter()
        .map(|p| &p.ring)
        .chain(town.buildings.iter().map(|b| &b.ring))
        .flatten()
        .flat_map(|p| [p[0].to_le_bytes(), p[1].to_le_bytes()].concat())
        .collect();
    assert_eq!(xxhash_rust::xxh3::xxh3_64(&bytes), 4865160625637123471);
}

#[test]
fn a_scale_out_of_range_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.gpkg");
    for scale in [0.0, -1.0, 1.01, f64::NAN, f64::INFINITY] {
        let error = write(&path, scale, &|_, _| {}).unwrap_err();
        assert!(error.to_string().contains("above 0"), "{error}");
    }
    assert!(!path.exists());
}

#[test]
fn parcels_tile_a_whole_municipality() {
    let town = town("Spiere-Helkijn", 1.0);
    let rings = || town.parcels.iter().map(|p| p.ring.as_slice());
    // all that is left open is the border itself, to the last bit
    let border = directed(std::iter::once(town.border.as_slice()));
    assert_eq!(outline(&directed(rings())), outline(&border));
    let sum: f64 = rings().map(area).sum();
    assert!((sum / area(&town.border) - 1.0).abs() < 1e-9);
    assert!(town.parcels.len() > 1000);
}

#[test]
fn parcels_tile_the_land_that_a_scale_covers() {
    for name in ["Kortrijk", "Menen", "Lendelede"] {
        let town = town(name, 0.05);
        let open = outline(&directed(town.parcels.iter().map(|p| p.ring.as_slice())));
        // the outline closes, and around it lies the area of all parcels
        let mut degree: HashMap<[u64; 2], i32> = HashMap::new();
        let mut twice = 0.0;
        let origin = town.parcels[0].ring[0];
        for [a, b, c, d] in open {
            *degree.entry([a, b]).or_default() += 1;
            *degree.entry([c, d]).or_default() -= 1;
            let [a, b, c, d] = [a, b, c, d].map(f64::from_bits);
            twice += (a - origin[0]) * (d - origin[1]) - (c - origin[0]) * (b - origin[1]);
        }
        assert!(degree.values().all(|&d| d == 0));
        let sum: f64 = town.parcels.iter().map(|p| area(&p.ring)).sum();
        assert!((sum - twice / 2.0).abs() < 1e-3, "{name}: {sum} {twice}");
    }
}

#[test]
fn rings_are_simple_and_counter_clockwise() {
    for name in ["Kortrijk", "Avelgem"] {
        let town = town(name, 0.08);
        let parcels = town.parcels.iter().map(|p| &p.ring);
        let graves = town.graves.iter().map(|g| &g.ring);
        for ring in parcels
            .chain(town.buildings.iter().map(|b| &b.ring))
            .chain(graves)
        {
            assert!(area(ring) > 0.5 && is_simple(ring), "{name}: {ring:?}");
        }
    }
}

#[test]
fn buildings_and_doors_lie_on_their_parcel() {
    let town = town("Wevelgem", 0.1);
    assert!(town.buildings.len() > 1000);
    for building in &town.buildings {
        assert!(is_within(
            &building.ring,
            &town.parcels[building.parcel as usize].ring
        ));
    }
    let doors = town.buildings.iter().filter(|b| b.homes > 0);
    for building in doors {
        assert!(super::plane::inside(&building.ring, building.door));
    }
}

#[test]
fn municipalities_share_their_borders() {
    let region = Region::new();
    let rings: Vec<Vec<Xy>> = (0..MUNICIPALITIES.len())
        .map(|m| region.border(m).iter().map(|p| p.at).collect())
        .collect();
    let all = directed(rings.iter().map(Vec::as_slice));
    let open = outline(&all).len();
    assert!(open * 2 < all.len(), "{open} of {} edges open", all.len());
    assert!(rings.iter().all(|ring| is_simple(ring) && area(ring) > 8e6));
}

#[test]
fn zones_share_their_borders_and_may_have_holes() {
    let zones = zones(&Region::new());
    let rings = || zones.iter().flat_map(|z| &z.rings).map(Vec::as_slice);
    let all = directed(rings());
    let open = outline(&all).len();
    assert!(open * 20 < all.len(), "{open} of {} edges open", all.len());
    assert!(zones.iter().any(|z| z.rings.len() > 5));
    for zone in &zones {
        assert!(area(&zone.rings[0]) > 0.0);
        assert!(zone.rings[1..].iter().all(|hole| area(hole) < 0.0));
    }
}

#[test]
fn keys_are_unique_and_of_the_registers_form() {
    let (rows, keys): (i64, i64) = (
        sql("SELECT count(*) FROM percelen"),
        sql(
            "SELECT count(DISTINCT CAPAKEY) FROM percelen WHERE CAPAKEY \
             GLOB '[0-9][0-9][0-9][0-9][0-9][A-Z][0-9][0-9][0-9][0-9]/[0-9][0-9][A-Z][0-9][0-9][0-9]'",
        ),
    );
    assert_eq!(rows, keys);
    let lost: i64 =
        sql("SELECT count(*) FROM gebouwen WHERE CAPAKEY NOT IN (SELECT CAPAKEY FROM percelen)");
    assert_eq!(lost, 0);
}

#[test]
fn values_are_as_odd_as_real_ones() {
    for query in [
        "SELECT count(*) FROM percelen WHERE opmerking = ''",
        "SELECT count(*) FROM percelen WHERE opmerking IS NULL",
        "SELECT count(*) FROM percelen WHERE opgemeten < '1970-01-01'",
        "SELECT count(*) FROM percelen WHERE bijgewerkt LIKE '%+02:00'",
        "SELECT count(*) FROM percelen WHERE bijgewerkt NOT LIKE '%Z' AND bijgewerkt NOT LIKE '%+%'",
        "SELECT count(*) FROM percelen WHERE \"Opp. m²\" > 100",
        "SELECT count(*) FROM gebouwen WHERE opmerking = 'Café ’t Hoekske'",
        "SELECT count(*) FROM adressen WHERE busnummer LIKE '00%'",
        "SELECT count(*) FROM adressen WHERE huisnummer LIKE '%A'",
        "SELECT count(*) FROM bomen WHERE soort LIKE '%×%'",
        "SELECT count(*) FROM bomen WHERE length(chip) = 8",
        "SELECT count(*) FROM bomen WHERE \"snoei vanaf\" LIKE '0%:30:00'",
        "SELECT count(*) FROM bestemmingen WHERE code LIKE '0%' AND json_valid(voorschriften)",
        "SELECT count(*) FROM gemeenten WHERE land = 'België' AND json_array_length(deelgemeenten) > 5",
        "SELECT count(*) FROM wegen WHERE \"één richting\" AND wegnummer IS NULL",
        "SELECT count(*) FROM begraafplaats_kortrijk WHERE grafcode IS NOT NULL",
        "SELECT count(*) FROM begraafplaats_menen WHERE PERCEEL LIKE '00%'",
        "SELECT count(*) FROM begraafplaats_waregem WHERE GRAFXYZ LIKE 'WAR.%'",
        "SELECT count(*) FROM begraafplaats_wevelgem WHERE \"Nr.\" > 9",
    ] {
        assert!(sql::<i64>(query) > 0, "{query}");
    }
}

#[test]
fn coordinates_are_off_the_millimetre_grid() {
    let town = town("Kuurne", 0.02);
    let all: Vec<f64> = town
        .parcels
        .iter()
        .flat_map(|p| &p.ring)
        .flatten()
        .copied()
        .collect();
    let exact = all
        .iter()
        .filter(|&&c| (c * 1000.0).round() / 1000.0 == c)
        .count();
    assert!(exact * 1000 < all.len(), "{exact} of {}", all.len());
}

#[test]
fn house_numbers_rise_on_both_sides_of_a_street() {
    let town = town("Harelbeke", 0.1);
    let mut sides: HashMap<(u32, bool), Vec<u32>> = HashMap::new();
    for address in &town.addresses {
        let digits = address
            .house_number
            .trim_end_matches(|c: char| c.is_alphabetic());
        let number: u32 = digits.parse().unwrap();
        sides
            .entry((address.street, number.is_multiple_of(2)))
            .or_default()
            .push(number);
    }
    assert!(sides.len() > 20);
    assert!(sides.values().all(|numbers| numbers.is_sorted()));
}

#[test]
fn a_cemetery_has_graves_inside_its_wall() {
    let town = town("Waregem", 0.05);
    let wall = town
        .parcels
        .iter()
        .find(|p| p.usage == Use::Cemetery)
        .unwrap();
    assert!(town.graves.len() > 100);
    assert!(
        town.graves
            .iter()
            .all(|grave| is_within(&grave.ring, &wall.ring))
    );
}

/// `SCALE=1 OUT=region.gpkg cargo test --release -p server --lib seconds -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn seconds_to_write_a_region() {
    let scale = std::env::var("SCALE").map_or(1.0, |s| s.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = std::env::var_os("OUT").map_or(folder.path().join("r.gpkg"), PathBuf::from);
    let start = std::time::Instant::now();
    let summary = write(&path, scale, &|_, _| {}).unwrap();
    println!("{:.2} s, {summary:?}", start.elapsed().as_secs_f64());
}

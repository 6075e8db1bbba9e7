//! A damaged file gives an error or an empty answer, never a panic.

use std::hint::black_box;
use std::ops::Range;

use proptest::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::layer::{mixed_layer, open};
use crate::error::Error;
use crate::layer::{Geometry, GeometryKind};
use crate::snapshot::Snapshot;
use crate::snapshot::header::Header;
use crate::snapshot::section::{Entry, SectionId};

/// Asks for everything there is; returns a digest of the answers.
fn answers(snapshot: &Snapshot) -> String {
    let rows = snapshot.len() as u32;
    let mut text = format!("{:?} {:?}", snapshot.bbox(), snapshot.grid());
    let mut geometry = Geometry::empty(GeometryKind::Point);
    for row in (0..rows.min(1000)).chain([rows, u32::MAX]) {
        text += &format!("{:?} {:?} ", snapshot.id(row), snapshot.envelope(row));
        if let Some(id) = snapshot.id(row) {
            text += &format!("{:?} ", snapshot.row_of(id));
        }
        if let Some(view) = snapshot.geometry(row) {
            for (role, range) in view.paths() {
                black_box((view.drawing(range.clone()), view.z(range.clone())));
                text += &format!("{role:?} {:?} ", view.exact(range).sum_of_bits());
            }
            text += &format!("{:?} ", view.to_geometry(&mut geometry).is_ok());
        }
        for column in 0..=snapshot.schema().columns.len() {
            let view = snapshot.column(column);
            text += &format!("{:?} {:?} ", view.get(row), view.dictionary_code(row));
            black_box(view.dictionary_value(row));
        }
    }
    let searched = snapshot.search([0; 2], [50_000; 2]);
    text += &format!("{searched:?} {:?}", snapshot.search_bbox(&snapshot.bbox()));
    text
}

trait SumOfBits {
    fn sum_of_bits(self) -> u64;
}

impl<I: Iterator<Item = [f64; 2]>> SumOfBits for I {
    fn sum_of_bits(self) -> u64 {
        self.flatten()
            .fold(0, |sum, v| sum.rotate_left(1) ^ v.to_bits())
    }
}

/// Makes all checksums right again, as a stranger could who writes into the data folder.
fn reseal(bytes: &mut [u8]) {
    let word = |bytes: &[u8], at: usize| -> Option<usize> {
        let word = bytes.get(at..at.checked_add(8)?)?;
        Some(u64::from_le_bytes(word.try_into().unwrap()) as usize)
    };
    let seal = |bytes: &mut [u8]| -> Option<()> {
        let (table, count) = (word(bytes, 24)?, word(bytes, 32)?);
        for entry in 0..count.min(1000) {
            let at = table.checked_add(entry * Entry::WORDS * 8)?;
            let (start, length) = (word(bytes, at + 8)?, word(bytes, at + 16)?);
            if let Some(section) = bytes.get(start..start.saturating_add(length)) {
                let sum = xxh3_64(section).to_le_bytes();
                bytes.get_mut(at + 24..at + 32)?.copy_from_slice(&sum);
            }
        }
        let end = table.checked_add(count.checked_mul(Entry::WORDS * 8)?)?;
        let sum = xxh3_64(bytes.get(table..end)?).to_le_bytes();
        bytes.get_mut(40..48)?.copy_from_slice(&sum);
        Some(())
    };
    seal(bytes);
    if bytes.len() >= Header::LENGTH {
        let sum = xxh3_64(&bytes[..Header::LENGTH - 8]).to_le_bytes();
        bytes[Header::LENGTH - 8..Header::LENGTH].copy_from_slice(&sum);
    }
}

/// Where a section lies.
fn section(bytes: &[u8], id: SectionId) -> Range<usize> {
    let header = Header::from_bytes(bytes).unwrap();
    let words: Vec<u64> = bytes[header.table_offset as usize..]
        .chunks_exact(8)
        .map(|word| u64::from_le_bytes(word.try_into().unwrap()))
        .collect();
    words
        .chunks_exact(Entry::WORDS)
        .map(|words| Entry::from_words(words.try_into().unwrap()))
        .find(|entry| entry.id == id)
        .and_then(|entry| entry.range(bytes.len()))
        .unwrap()
}

fn off_grid_bytes() -> Vec<u8> {
    let mut layer = mixed_layer(true);
    layer.features.truncate(60);
    for feature in &mut layer.features {
        if let Some(geometry) = &mut feature.geometry {
            geometry.xy.iter_mut().for_each(|c| c[0] += 0.000_012_3);
        }
    }
    layer.bytes(1000)
}

#[test]
fn every_flipped_byte_is_noticed_or_changes_nothing() {
    let whole = off_grid_bytes();
    let expected = answers(&open(&whole).unwrap());
    let mut noticed = 0;
    for at in (0..whole.len()).step_by(3) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        match open(&bytes) {
            Err(_) => noticed += 1,
            Ok(snapshot) => {
                let found = answers(&snapshot);
                match snapshot.verify() {
                    Ok(()) => assert_eq!(found, expected, "byte {at}"),
                    Err(_) => noticed += 1,
                }
            }
        }
    }
    assert!(
        noticed * 3 > whole.len() / 2,
        "{noticed} of {}",
        whole.len()
    );
}

#[test]
fn a_file_that_is_cut_off_does_not_open() {
    let whole = off_grid_bytes();
    for length in (0..whole.len()).step_by(7) {
        let mut bytes = whole[..length].to_vec();
        assert!(open(&bytes).is_err());
        reseal(&mut bytes);
        assert!(open(&bytes).is_err());
    }
}

#[test]
fn a_geometry_with_wild_offsets_is_an_error_not_another_geometry() {
    let whole = off_grid_bytes();
    let vertex_offsets = section(&whole, SectionId::VERTEX_OFFSETS);
    let mut geometry = Geometry::empty(GeometryKind::Point);
    for wild in [0u32, 1 << 31, u32::MAX] {
        let mut bytes = whole.clone();
        for at in vertex_offsets.clone().step_by(4).skip(1) {
            bytes[at..at + 4].copy_from_slice(&wild.to_le_bytes());
        }
        reseal(&mut bytes);
        let snapshot = open(&bytes).unwrap();
        for row in 0..snapshot.geometry_count() as u32 {
            let view = snapshot.geometry(row).unwrap();
            let damaged = view.to_geometry(&mut geometry).unwrap_err();
            assert!(matches!(damaged, Error::Damaged { .. }));
            assert!(geometry.is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn damage_under_right_checksums_does_not_panic(
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        where_to in 0usize..3,
    ) {
        thread_local!(static WHOLE: Vec<u8> = off_grid_bytes());
        let mut bytes = WHOLE.with(Clone::clone);
        let table = u64::from_le_bytes(bytes[24..32].try_into().unwrap()) as usize;
        let length = bytes.len();
        for (index, byte) in places {
            let at = match where_to {
                0 => index.index(Header::LENGTH),
                1 => table + index.index(length - table),
                _ => index.index(length),
            };
            bytes[at] = byte;
        }
        reseal(&mut bytes);
        // the header's magic and version are worth keeping, or nothing else is ever reached
        bytes[..16].copy_from_slice(&WHOLE.with(|whole| whole[..16].to_vec()));
        reseal(&mut bytes);
        if let Ok(snapshot) = open(&bytes) {
            answers(&snapshot);
        }
    }
}

#[test]
fn wild_offsets_in_every_section_do_not_panic() {
    let whole = off_grid_bytes();
    for pattern in [0x01, 0x80, 0xff] {
        for at in (Header::LENGTH..whole.len() - 4).step_by(20) {
            let mut bytes = whole.clone();
            bytes[at..at + 4].fill(pattern);
            reseal(&mut bytes);
            if let Ok(snapshot) = open(&bytes) {
                answers(&snapshot);
            }
        }
    }
}

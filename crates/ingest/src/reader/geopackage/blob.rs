//! The header before the WKB in a GeoPackage's geometry (OGC 12-128r18, 2.1.3).

/// The WKB in a geometry's bytes.
///
/// # Errors
/// Says what is wrong with the header.
pub(super) fn wkb(blob: &[u8]) -> Result<&[u8], &'static str> {
    let [b'G', b'P', _version, flags, ..] = blob else {
        return Err("it does not start with GP");
    };
    if flags & 0x20 != 0 {
        return Err("it is of an extended kind that only its maker knows");
    }
    let envelope = match flags >> 1 & 7 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        _ => return Err("its envelope is of an unknown kind"),
    };
    blob.get(8 + envelope..).ok_or("it is cut off")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn envelopes_are_skipped() {
        let blob = |flags: u8, n: usize| [vec![b'G', b'P', 0, flags], vec![0; n], vec![7]].concat();
        for (flags, envelope) in [(1, 0), (3, 32), (5, 48), (7, 48), (9, 64)] {
            assert_eq!(wkb(&blob(flags, 4 + envelope)), Ok(&[7][..]));
        }
        assert!(wkb(&blob(0x21, 40)).is_err());
        assert!(wkb(&blob(0x0b, 100)).is_err());
        assert!(wkb(b"GP\0\x03").is_err());
        assert!(wkb(b"").is_err());
    }
}

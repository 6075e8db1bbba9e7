//! The few forms of protobuf that a tile is written in.

/// Wire type of numbers.
const VARINT: u32 = 0;
/// Wire type of doubles.
const FIXED_64: u32 = 1;
/// Wire type of texts and nested messages.
const BYTES: u32 = 2;

/// A number, seven bits at a time, the lowest first.
pub(super) fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// How many bytes [`varint`] writes.
pub(super) fn varint_len(value: u64) -> usize {
    (64 - (value | 1).leading_zeros() as usize).div_ceil(7)
}

/// A signed number such that small ones are short: 0, -1, 1, -2 become 0, 1, 2, 3.
pub(super) fn zigzag_64(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// As [`zigzag_64`].
pub(super) fn zigzag_32(value: i32) -> u32 {
    ((value << 1) ^ (value >> 31)) as u32
}

/// A field with a number.
pub(super) fn number_field(out: &mut Vec<u8>, field: u32, value: u64) {
    varint(out, u64::from(field << 3 | VARINT));
    varint(out, value);
}

/// A field with a double.
pub(super) fn double_field(out: &mut Vec<u8>, field: u32, value: f64) {
    varint(out, u64::from(field << 3 | FIXED_64));
    out.extend_from_slice(&value.to_le_bytes());
}

/// A field with bytes: a text or a message.
pub(super) fn bytes_field(out: &mut Vec<u8>, field: u32, bytes: &[u8]) {
    bytes_header(out, field, bytes.len());
    out.extend_from_slice(bytes);
}

/// The head of a field whose bytes the caller writes next.
pub(super) fn bytes_header(out: &mut Vec<u8>, field: u32, len: usize) {
    varint(out, u64::from(field << 3 | BYTES));
    varint(out, len as u64);
}

/// A field with many numbers in one run (`[packed=true]`); none are left out.
pub(super) fn packed_field(
    out: &mut Vec<u8>,
    field: u32,
    values: impl Iterator<Item = u32> + Clone,
) {
    let len: usize = values.clone().map(|v| varint_len(u64::from(v))).sum();
    if len > 0 {
        bytes_header(out, field, len);
        values.for_each(|v| varint(out, u64::from(v)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_examples_of_the_protobuf_guide_hold() {
        let mut out = Vec::new();
        number_field(&mut out, 1, 150);
        bytes_field(&mut out, 2, b"testing");
        assert_eq!(
            out,
            [
                0x08, 0x96, 0x01, 0x12, 7, b't', b'e', b's', b't', b'i', b'n', b'g'
            ]
        );
    }

    #[test]
    fn zigzag_orders_by_size() {
        assert_eq!([0, -1, 1, -2, 2].map(zigzag_32), [0, 1, 2, 3, 4]);
        assert_eq!(
            (zigzag_32(i32::MIN), zigzag_64(i64::MIN)),
            (u32::MAX, u64::MAX)
        );
    }

    proptest! {
        #[test]
        fn the_length_is_what_is_written(value: u64, shift in 0..64) {
            let mut out = Vec::new();
            varint(&mut out, value >> shift);
            prop_assert_eq!(out.len(), varint_len(value >> shift));
        }
    }
}

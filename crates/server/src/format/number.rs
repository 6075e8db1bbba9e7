//! Numbers as text, with no more digits than they carry.

/// Appends a finite number in its shortest form that reads back the same.
pub(super) fn push(out: &mut Vec<u8>, value: f64) {
    let mut buffer = ryu::Buffer::new();
    let text = buffer.format_finite(value);
    out.extend_from_slice(text.strip_suffix(".0").unwrap_or(text).as_bytes());
}

/// Rounds to so many decimals; used for coordinates that were computed.
pub(super) fn round(value: f64, decimals: i32) -> f64 {
    let power = 10f64.powi(decimals);
    let rounded = (value * power).round() / power;
    // no -0
    if rounded == 0.0 { 0.0 } else { rounded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_read_back() {
        for (value, text) in [
            (71234.56789999, "71234.56789999"),
            (3.0, "3"),
            (-0.5, "-0.5"),
            (1e21, "1e21"),
        ] {
            let mut out = Vec::new();
            push(&mut out, value);
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
        assert_eq!(round(3.254_659_272_04, 9), 3.254659272);
    }
}

//! The two encodings of DOS that old tables are in and that the WHATWG registry lacks.

/// The letters of bytes 128 to 255 in IBM code page 437.
pub(super) const CP437: &str = "\
    ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ\
    áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
    αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
/// The letters of bytes 128 to 255 in IBM code page 850.
pub(super) const CP850: &str = "\
    ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ\
    áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
    └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀\
    ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// Decodes a text; every byte has a letter.
pub(super) fn decode(table: &str, bytes: &[u8]) -> String {
    let letters: Vec<char> = table.chars().collect();
    bytes
        .iter()
        .map(|&b| match b.checked_sub(128) {
            None => char::from(b),
            Some(at) => letters.get(usize::from(at)).copied().unwrap_or('\u{fffd}'),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dos_letters_are_read() {
        assert_eq!(CP437.chars().count(), 128);
        assert_eq!(CP850.chars().count(), 128);
        assert_eq!(decode(CP850, b"Belgi\x89 \x82\x82n"), "België één");
        assert_eq!(decode(CP437, &[0x81, 0x9b, 0xff]), "ü¢\u{a0}");
        assert_eq!(decode(CP850, &[0x9d, 0xf0]), "Ø\u{ad}");
    }
}

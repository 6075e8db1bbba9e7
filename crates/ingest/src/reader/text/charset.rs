//! One encoding, and how files name it.

use std::borrow::Cow;

use encoding_rs::Encoding;

use super::oem;

/// An encoding.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Charset {
    /// One of the WHATWG registry.
    Web(&'static Encoding),
    /// IBM code page 437.
    Cp437,
    /// IBM code page 850.
    Cp850,
}

impl Charset {
    /// UTF-8.
    pub(crate) const UTF_8: Self = Self::Web(encoding_rs::UTF_8);

    /// From a label of the WHATWG registry, or the ways in which `.cpg` files and people write
    /// code pages: `1252`, `CP1252`, `ANSI 1252`, `88591`, `ISO 8859-1`, `OEM 850`, `65001`.
    pub(crate) fn named(label: &str) -> Option<Self> {
        let label = label.trim().trim_matches('\0').trim();
        let lower = label.to_ascii_lowercase();
        let digits: String = lower.chars().filter(char::is_ascii_digit).collect();
        match digits.as_str() {
            "437" => return Some(Self::Cp437),
            "850" | "858" => return Some(Self::Cp850),
            "65001" => return Some(Self::UTF_8),
            _ => {}
        }
        if let Some(found) = Encoding::for_label(lower.as_bytes()) {
            return (found != encoding_rs::REPLACEMENT).then_some(Self::Web(found));
        }
        let guess = match digits.as_str() {
            "" => return None,
            "932" => "shift_jis".to_owned(),
            "936" => "gbk".to_owned(),
            "949" => "euc-kr".to_owned(),
            "950" => "big5".to_owned(),
            "866" => "ibm866".to_owned(),
            "8" if lower.starts_with("utf") => "utf-8".to_owned(),
            n if n.starts_with("8859") && n.len() > 4 => format!("iso-8859-{}", &n[4..]),
            n => format!("windows-{n}"),
        };
        Encoding::for_label(guess.as_bytes()).map(Self::Web)
    }

    /// What the language byte of a DBF header means; `None` for 0 and unknown ones.
    pub(crate) fn of_language_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            0x01 | 0x09 | 0x0b | 0x0d | 0x0f | 0x11 | 0x15 | 0x18 | 0x19 | 0x1b => Self::Cp437,
            0x02 | 0x0a | 0x0e | 0x10 | 0x12 | 0x14 | 0x16 | 0x1a | 0x1d | 0x37 => Self::Cp850,
            // 0x57 means "ANSI" and is written by programs whose ANSI is windows-1252.
            0x03 | 0x57 | 0x58 | 0x59 => Self::Web(encoding_rs::WINDOWS_1252),
            0x13 | 0x7b => Self::Web(encoding_rs::SHIFT_JIS),
            0x4d | 0x7a => Self::Web(encoding_rs::GBK),
            0x4e | 0x79 => Self::Web(encoding_rs::EUC_KR),
            0x4f | 0x78 => Self::Web(encoding_rs::BIG5),
            0x26 | 0x65 => Self::Web(encoding_rs::IBM866),
            0x50 | 0x7c => Self::Web(encoding_rs::WINDOWS_874),
            0x7d => Self::Web(encoding_rs::WINDOWS_1255),
            0x7e => Self::Web(encoding_rs::WINDOWS_1256),
            0xc8 => Self::Web(encoding_rs::WINDOWS_1250),
            0xc9 => Self::Web(encoding_rs::WINDOWS_1251),
            0xca => Self::Web(encoding_rs::WINDOWS_1254),
            0xcb => Self::Web(encoding_rs::WINDOWS_1253),
            0xcc => Self::Web(encoding_rs::WINDOWS_1257),
            _ => return None,
        })
    }

    /// The name under which it is reported.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Web(encoding) => encoding.name(),
            Self::Cp437 => "IBM437",
            Self::Cp850 => "IBM850",
        }
    }

    /// The text, and whether all bytes had a meaning; the others become U+FFFD.
    pub(crate) fn decode(self, bytes: &[u8]) -> (Cow<'_, str>, bool) {
        if bytes.is_ascii() && self.is_ascii_like() {
            let text = std::str::from_utf8(bytes).expect("ASCII is UTF-8");
            return (Cow::Borrowed(text), true);
        }
        match self {
            Self::Web(encoding) => {
                let (text, wrong) = encoding.decode_without_bom_handling(bytes);
                (text, !wrong)
            }
            Self::Cp437 => (Cow::Owned(oem::decode(oem::CP437, bytes)), true),
            Self::Cp850 => (Cow::Owned(oem::decode(oem::CP850, bytes)), true),
        }
    }

    fn is_ascii_like(self) -> bool {
        match self {
            Self::Web(encoding) => encoding.is_ascii_compatible(),
            Self::Cp437 | Self::Cp850 => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_pages_are_known_under_their_many_names() {
        for (label, name) in [
            ("UTF-8", "UTF-8"),
            ("utf8\r\n", "UTF-8"),
            ("65001", "UTF-8"),
            ("1252", "windows-1252"),
            ("CP1252", "windows-1252"),
            ("ANSI 1252", "windows-1252"),
            ("88591", "windows-1252"),
            ("ISO-8859-1", "windows-1252"),
            ("ISO 8859-15", "ISO-8859-15"),
            ("OEM 850", "IBM850"),
            ("IBM437", "IBM437"),
            ("Latin1", "windows-1252"),
        ] {
            assert_eq!(
                Charset::named(label).map(Charset::name),
                Some(name),
                "{label}"
            );
        }
        assert_eq!(Charset::named("gibberish"), None);
        assert_eq!(Charset::named("0"), None);
    }

    #[test]
    fn ansi_keeps_the_euro_sign() {
        let ansi = Charset::of_language_byte(0x57).unwrap();
        assert_eq!(ansi.decode(&[0x80, 0x92]).0, "€’");
    }
}

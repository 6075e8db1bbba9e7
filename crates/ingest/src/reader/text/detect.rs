//! Settles the encoding of a table from all of its text.
//!
//! The order: what the uploader states · all text beyond ASCII is valid UTF-8 · the `.cpg` file ·
//! the language byte · a guess from the letters, reported with samples.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use ingest::import::{EncodingFound, EncodingHow};

use super::Charset;
use crate::findings::{Code, Findings, shortened};
use crate::stop::{Result, Stop};

/// How much text the guess looks at.
const ENOUGH: usize = 1 << 20;
/// How many samples are kept.
const SAMPLES: usize = 5;

/// What is said about the encoding before the text is looked at.
#[derive(Default)]
pub(crate) struct Stated {
    /// By the uploader.
    pub(crate) given: Option<String>,
    /// The content of the `.cpg` file.
    pub(crate) cpg: Option<String>,
    /// The language byte of the DBF header.
    pub(crate) language_byte: u8,
}

/// Sees all texts of a file.
pub(crate) struct Detector {
    guess: EncodingDetector,
    seen: usize,
    only_ascii: bool,
    valid_utf8: bool,
    samples: Vec<Vec<u8>>,
}

impl Detector {
    /// Nothing seen yet.
    pub(crate) fn new() -> Self {
        Self {
            guess: EncodingDetector::new(Iso2022JpDetection::Deny),
            seen: 0,
            only_ascii: true,
            valid_utf8: true,
            samples: Vec::new(),
        }
    }

    /// Takes in a text. `may_be_cut`: it fills its field, so its last letter may lack bytes.
    pub(crate) fn feed(&mut self, bytes: &[u8], may_be_cut: bool) {
        if bytes.is_ascii() {
            return;
        }
        self.only_ascii = false;
        if let Err(error) = std::str::from_utf8(bytes) {
            self.valid_utf8 &= may_be_cut && error.error_len().is_none();
        }
        if self.seen < ENOUGH {
            self.guess.feed(bytes, false);
            self.guess.feed(b"\n", false);
            self.seen += bytes.len();
        }
        if self.samples.len() < SAMPLES && !self.samples.iter().any(|known| known == bytes) {
            self.samples.push(bytes.to_owned());
        }
    }

    /// Settles it.
    ///
    /// # Errors
    /// Refused when the uploader states an encoding that is unknown or that the text contradicts.
    pub(crate) fn settle(
        mut self,
        stated: &Stated,
        findings: &mut Findings,
    ) -> Result<(Charset, EncodingFound)> {
        self.guess.feed(b"", true);
        let (charset, how) = self.choose(stated, findings)?;
        let samples: Vec<String> = self
            .samples
            .iter()
            .map(|bytes| shortened(&charset.decode(bytes).0))
            .collect();
        if how == EncodingHow::Detected && !self.only_ascii {
            let told = format!("{}: {}", charset.name(), samples.join(", "));
            findings.tell(Code::EncodingGuessed, None, 0, &told);
        }
        let found = EncodingFound {
            name: charset.name().to_owned(),
            how,
            samples,
        };
        Ok((charset, found))
    }

    fn choose(&self, stated: &Stated, findings: &mut Findings) -> Result<(Charset, EncodingHow)> {
        if let Some(label) = &stated.given {
            return self
                .given(label)
                .map(|charset| (charset, EncodingHow::Given));
        }
        let cpg = stated.cpg.as_deref().and_then(Charset::named);
        let byte = Charset::of_language_byte(stated.language_byte);
        if !self.only_ascii && self.valid_utf8 {
            let how = match cpg {
                Some(charset) if charset == Charset::UTF_8 => EncodingHow::Cpg,
                _ => EncodingHow::ValidUtf8,
            };
            if let Some(other) = cpg.filter(|&charset| charset != Charset::UTF_8) {
                let told = format!("{} is stated, UTF-8 was found", other.name());
                findings.tell(Code::EncodingContradiction, None, 0, &told);
            }
            return Ok((Charset::UTF_8, how));
        }
        if let Some(charset) = cpg {
            if charset != Charset::UTF_8 || self.only_ascii {
                return Ok((charset, EncodingHow::Cpg));
            }
            let told = "UTF-8 is stated, but the text is not UTF-8";
            findings.tell(Code::EncodingContradiction, None, 0, told);
        }
        if let Some(charset) = byte {
            return Ok((charset, EncodingHow::LanguageByte));
        }
        if self.only_ascii {
            return Ok((Charset::UTF_8, EncodingHow::ValidUtf8));
        }
        let guess = self.guess.guess(None, Utf8Detection::Deny);
        Ok((Charset::Web(guess), EncodingHow::Detected))
    }

    fn given(&self, label: &str) -> Result<Charset> {
        let charset = Charset::named(label).ok_or_else(|| {
            Stop::refused(
                "encoding-unknown",
                format!("The encoding '{label}' is not known; write for example UTF-8, windows-1252 or IBM850."),
            )
        })?;
        let wrong = charset == Charset::UTF_8 && !self.valid_utf8
            || self
                .samples
                .iter()
                .any(|bytes| charset != Charset::UTF_8 && !charset.decode(bytes).1);
        if wrong {
            let guess = self.guess.guess(None, Utf8Detection::Allow).name();
            return Err(Stop::refused(
                "encoding-contradiction",
                format!(
                    "The text of this file is not {}; it looks like {guess}.",
                    charset.name()
                ),
            ));
        }
        Ok(charset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(texts: &[&[u8]], stated: Stated) -> Result<(String, EncodingHow)> {
        let mut detector = Detector::new();
        texts.iter().for_each(|text| detector.feed(text, true));
        let (_, found) = detector.settle(&stated, &mut Findings::new("x"))?;
        Ok((found.name, found.how))
    }

    fn language_byte(byte: u8) -> Stated {
        Stated {
            language_byte: byte,
            ..Stated::default()
        }
    }

    #[test]
    fn the_order_of_the_witnesses_holds() {
        let (latin, utf8): (&[u8], &[u8]) = (b"\xe9\xe9n in Belgi\xeb", "één in België".as_bytes());
        let of = |texts: &[&[u8]], stated| settled(texts, stated).unwrap();
        let windows = "windows-1252".to_owned();
        assert_eq!(
            of(&[latin], language_byte(0x58)),
            (windows.clone(), EncodingHow::LanguageByte)
        );
        assert_eq!(
            of(&[latin], language_byte(0)),
            (windows, EncodingHow::Detected)
        );
        let utf = "UTF-8".to_owned();
        assert_eq!(
            of(&[utf8], language_byte(0x58)),
            (utf.clone(), EncodingHow::ValidUtf8)
        );
        let cpg = Stated {
            cpg: Some("UTF-8".to_owned()),
            ..Stated::default()
        };
        assert_eq!(
            of(&[&utf8[..1 + utf8.len() - 3]], cpg),
            (utf, EncodingHow::Cpg)
        );
    }

    #[test]
    fn a_stated_encoding_that_cannot_be_is_refused() {
        let given = |label: &str| Stated {
            given: Some(label.to_owned()),
            ..Stated::default()
        };
        assert!(settled(&[b"\xe9\xe9n"], given("UTF-8")).is_err());
        assert!(settled(&[b"\xe9\xe9n"], given("klingon")).is_err());
        assert!(settled(&[b"\xe9\xe9n"], given("latin1")).is_ok());
    }
}

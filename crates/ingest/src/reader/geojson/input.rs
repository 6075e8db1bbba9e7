//! The text of a GeoJSON file, to be read twice.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use super::object::{Stream, Take};
use crate::recognise::unknown_format;
use crate::stop::Result;

/// Up to this size a file is read into memory, which parses twice as fast as a stream.
const WHOLE: u64 = 512 << 20;
/// The longest line of newline-delimited GeoJSON.
const LINE: u64 = 512 << 20;

/// What the document says of itself.
pub(super) struct About {
    /// The properties' names in the order in which they were first seen.
    pub(super) names: Vec<String>,
    /// The name in its `crs` member.
    pub(super) crs: Option<String>,
    /// Its `name` member.
    pub(super) name: Option<String>,
}

/// The text, whole or as a stream, one document or one per line or record.
pub(super) struct Input<'p> {
    path: &'p Path,
    whole: Option<Vec<u8>>,
    /// The byte between documents, when there are several.
    separator: Option<u8>,
}

impl<'p> Input<'p> {
    /// Looks how many documents it holds.
    pub(super) fn open(path: &'p Path) -> Result<Self> {
        let separator = separator(path)?;
        let small = std::fs::metadata(path)?.len() <= WHOLE;
        let whole = (small && separator.is_none())
            .then(|| std::fs::read(path))
            .transpose()?;
        Ok(Self {
            path,
            whole,
            separator,
        })
    }

    /// Gives every feature to `take`, and to `broken` the number of each line that is no JSON.
    ///
    /// # Errors
    /// Refused when it is no JSON or no GeoJSON, or as `take` says.
    pub(super) fn features(
        &self,
        wants_geometry: bool,
        take: Take<'_>,
        broken: &mut dyn FnMut(i64, String),
    ) -> Result<About> {
        let mut stream = Stream::new(wants_geometry, take);
        match (self.separator, &self.whole) {
            (Some(separator), _) => self.lines(separator, &mut stream, broken)?,
            (None, Some(whole)) => {
                stream.read(&mut serde_json::Deserializer::from_slice(whole))?;
            }
            (None, None) => {
                let file = BufReader::with_capacity(1 << 18, File::open(self.path)?);
                stream.read(&mut serde_json::Deserializer::from_reader(file))?;
            }
        }
        if !stream.is_geojson {
            return Err(unknown_format(
                "This is JSON but no GeoJSON: it holds no features.",
            ));
        }
        Ok(About {
            names: stream.feature.names,
            crs: stream.crs,
            name: stream.name,
        })
    }

    fn lines(
        &self,
        separator: u8,
        stream: &mut Stream<'_>,
        broken: &mut dyn FnMut(i64, String),
    ) -> Result<()> {
        let mut file = BufReader::with_capacity(1 << 18, File::open(self.path)?);
        let (mut line, mut number) = (Vec::new(), 0);
        loop {
            line.clear();
            number += 1;
            if (&mut file).take(LINE).read_until(separator, &mut line)? == 0 {
                return Ok(());
            }
            let trim = |b: &u8| b.is_ascii_whitespace() || *b == 0x1e;
            let start = line.iter().position(|b| !trim(b)).unwrap_or(line.len());
            let end = line
                .iter()
                .rposition(|b| !trim(b))
                .map_or(start, |at| at + 1);
            if start == end {
                continue;
            }
            let json = &line[start..end];
            // Checked first, so that half a feature never gets out.
            if let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(json) {
                broken(number, error.to_string());
                continue;
            }
            stream.read(&mut serde_json::Deserializer::from_slice(json))?;
        }
    }
}

/// RS where the file starts with it (RFC 8142); a line end where the first line is a whole
/// document and more follows; else nothing.
fn separator(path: &Path) -> Result<Option<u8>> {
    let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
    let mut line = Vec::new();
    while line.trim_ascii().is_empty() {
        line.clear();
        if (&mut file).take(16 << 20).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
    }
    if line.trim_ascii_start().first() == Some(&0x1e) {
        return Ok(Some(0x1e));
    }
    let is_whole = serde_json::from_slice::<serde::de::IgnoredAny>(&line).is_ok();
    let mut more = Vec::new();
    file.take(1 << 16).read_to_end(&mut more)?;
    let follows = !more.trim_ascii().is_empty();
    Ok((is_whole && follows).then_some(b'\n'))
}

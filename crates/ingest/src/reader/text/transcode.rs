//! Makes a text file UTF-8 before it is parsed.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use ingest::import::{EncodingFound, EncodingHow};

use super::{Charset, Detector, Stated};
use crate::findings::Findings;
use crate::stop::Result;

const CHUNK: usize = 1 << 18;

/// The path of the file as UTF-8 without byte order mark: itself, or a copy in the scratch
/// folder; and how its encoding was settled.
///
/// # Errors
/// Refused as [`Detector::settle`] does.
pub(crate) fn as_utf8(
    path: &Path,
    given: Option<&str>,
    scratch_dir: &Path,
    findings: &mut Findings,
) -> Result<(PathBuf, EncodingFound)> {
    let mut head = [0; 3];
    let mut file = File::open(path)?;
    let n = file.read(&mut head)?;
    let marked = match &head[..n] {
        [0xef, 0xbb, 0xbf] => Some((Charset::UTF_8, 3)),
        [0xff, 0xfe, ..] => Some((Charset::Web(encoding_rs::UTF_16LE), 2)),
        [0xfe, 0xff, ..] => Some((Charset::Web(encoding_rs::UTF_16BE), 2)),
        _ => None,
    };
    let (charset, skip, found) = match (marked, given) {
        (Some((charset, skip)), None) => {
            let found = EncodingFound {
                name: charset.name().to_owned(),
                how: EncodingHow::Declared,
                samples: Vec::new(),
            };
            (charset, skip, found)
        }
        _ => {
            let (charset, found) = detect(path, given, findings)?;
            (charset, 0, found)
        }
    };
    if charset == Charset::UTF_8 && skip == 0 {
        return Ok((path.to_owned(), found));
    }
    let copy = scratch_dir.join("utf8");
    transcode(path, charset, skip, &copy)?;
    Ok((copy, found))
}

fn detect(
    path: &Path,
    given: Option<&str>,
    findings: &mut Findings,
) -> Result<(Charset, EncodingFound)> {
    let mut detector = Detector::new();
    let mut input = BufReader::with_capacity(CHUNK, File::open(path)?);
    let mut line = Vec::new();
    loop {
        line.clear();
        // Lines, so that no letter is cut; a file of one long line is cut all the same.
        if (&mut input).take(1 << 26).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        detector.feed(line.trim_ascii_end(), line.len() == 1 << 26);
    }
    let stated = Stated {
        given: given.map(str::to_owned),
        ..Stated::default()
    };
    detector.settle(&stated, findings)
}

fn transcode(path: &Path, charset: Charset, skip: usize, copy: &Path) -> Result<()> {
    let mut input = BufReader::with_capacity(CHUNK, File::open(path)?);
    input.read_exact(&mut [0; 3][..skip])?;
    let mut output = BufWriter::with_capacity(CHUNK, File::create(copy)?);
    let Charset::Web(encoding) = charset else {
        let mut bytes = vec![0; CHUNK];
        loop {
            let n = input.read(&mut bytes)?;
            if n == 0 {
                return Ok(output.flush()?);
            }
            output.write_all(charset.decode(&bytes[..n]).0.as_bytes())?;
        }
    };
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(3 * CHUNK + 64);
    loop {
        let bytes = input.fill_buf()?;
        let last = bytes.is_empty();
        let (_, read, _) = decoder.decode_to_string(bytes, &mut text, last);
        input.consume(read);
        output.write_all(text.as_bytes())?;
        text.clear();
        if last {
            return Ok(output.flush()?);
        }
    }
}

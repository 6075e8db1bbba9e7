//! Frames over the pipe between reader and server.
//!
//! Each frame is the magic `GVM1`, a kind and a length (`u32`, little endian), then that many
//! bytes: JSON for everything but batches. A stream is any number of layers (start, batches,
//! end), with progress anywhere, closed by `End` or `Refused`.

use std::io::{Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::check;
use super::pack;
use super::report::{CrsFound, EncodingFound, Finding, Progress, Refusal};
use crate::error::{Error, Result};
use crate::layer::{Batch, Geometry, GeometryKind, LayerSchema};

/// The most features in a batch.
pub const BATCH_ROWS: usize = 4096;
/// About how many bytes a batch holds before it is sent.
pub const BATCH_BYTES: usize = 8 << 20;
/// The largest frame: a batch of one very large feature.
const FRAME_BYTES: u32 = 512 << 20;
/// The largest frame of JSON.
const JSON_BYTES: u32 = 16 << 20;
const MAGIC: [u8; 4] = *b"GVM1";

/// What a layer is, sent before its features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerStart {
    /// Name, geometry, columns and CRS.
    pub schema: LayerSchema,
    /// How many features will come, where that is known.
    pub expected: Option<u64>,
    /// How the CRS was settled; `None` for a table without geometry or without coordinates.
    pub crs_found: Option<CrsFound>,
    /// How the encoding was settled, where the format leaves it open.
    pub encoding: Option<EncodingFound>,
}

/// What is known of a layer when all its features were sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerEnd {
    /// How many were sent.
    pub features: u64,
    /// What was changed, dropped or guessed.
    pub findings: Vec<Finding>,
}

/// One frame.
#[derive(Debug, Clone, PartialEq)]
pub enum Frame {
    /// A layer begins.
    Layer(Box<LayerStart>),
    /// Features of the layer that began last; ids are those of the source.
    Batch(Batch),
    /// The layer is whole.
    LayerEnd(LayerEnd),
    /// How far the reader is.
    Progress(Progress),
    /// The file is not taken; nothing follows.
    Refused(Refusal),
    /// The file is read to its end; nothing follows.
    End,
}

/// Writes frames.
pub struct FrameWriter<W> {
    out: W,
    buffer: Vec<u8>,
}

impl<W: Write> FrameWriter<W> {
    /// Onto a pipe; each frame is one `write_all`.
    pub fn new(out: W) -> Self {
        Self {
            out,
            buffer: Vec::new(),
        }
    }

    /// Writes one frame.
    ///
    /// # Errors
    /// [`Error::Io`] when the other side has gone, [`Error::Unsupported`] when a single feature is
    /// larger than a frame may be.
    pub fn write(&mut self, frame: &Frame) -> Result<()> {
        let kind: u32 = match frame {
            Frame::Layer(_) => 1,
            Frame::Batch(_) => 2,
            Frame::LayerEnd(_) => 3,
            Frame::Progress(_) => 4,
            Frame::Refused(_) => 5,
            Frame::End => 6,
        };
        self.buffer.clear();
        self.buffer.extend(MAGIC);
        self.buffer.extend(kind.to_le_bytes());
        self.buffer.extend([0; 4]);
        match frame {
            Frame::Layer(start) => self.json(start),
            Frame::Batch(batch) => pack::write_batch(batch, &mut self.buffer),
            Frame::LayerEnd(end) => self.json(end),
            Frame::Progress(progress) => self.json(progress),
            Frame::Refused(refusal) => self.json(refusal),
            Frame::End => {}
        }
        let length = u32::try_from(self.buffer.len() - 12)
            .ok()
            .filter(|&length| length <= FRAME_BYTES)
            .ok_or_else(|| Error::Unsupported("a feature is larger than 512 MB".to_owned()))?;
        self.buffer[8..12].copy_from_slice(&length.to_le_bytes());
        self.out
            .write_all(&self.buffer)
            .and_then(|()| self.out.flush())
            .map_err(Error::io("sending features"))?;
        if self.buffer.capacity() > 4 * BATCH_BYTES {
            self.buffer = Vec::new();
        }
        Ok(())
    }

    fn json(&mut self, value: &impl Serialize) {
        serde_json::to_writer(&mut self.buffer, value)
            .expect("plain structs with text keys become JSON in memory");
    }
}

/// Reads frames and checks them as a stranger's.
pub struct FrameReader<R> {
    input: R,
    schema: Option<LayerSchema>,
    sent: u64,
    received: u64,
    ended: bool,
    scratch: Geometry,
}

impl<R: Read> FrameReader<R> {
    /// From a pipe.
    pub fn new(input: R) -> Self {
        Self {
            input,
            schema: None,
            sent: 0,
            received: 0,
            ended: false,
            scratch: Geometry::empty(GeometryKind::Point),
        }
    }

    /// How many bytes came so far.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// The next frame; `None` after `End` or `Refused`.
    ///
    /// # Errors
    /// [`Error::Reader`] for anything that breaks the form, also when the stream ends too early.
    pub fn next_frame(&mut self) -> Result<Option<Frame>> {
        if self.ended {
            return Ok(None);
        }
        let mut head = [0; 12];
        self.input
            .read_exact(&mut head)
            .map_err(|_| Error::Reader("it ended before its work was done".to_owned()))?;
        let word =
            |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let (kind, length) = (word(4), word(8));
        let most = if kind == 2 { FRAME_BYTES } else { JSON_BYTES };
        if head[..4] != MAGIC || length > most {
            return Err(broken("a frame without its mark"));
        }
        let mut bytes = Vec::new();
        (&mut self.input)
            .take(u64::from(length))
            .read_to_end(&mut bytes)
            .map_err(Error::io("reading from the reader"))?;
        if bytes.len() != length as usize {
            return Err(Error::Reader(
                "it ended before its work was done".to_owned(),
            ));
        }
        self.received += 12 + u64::from(length);
        let frame = self.frame(kind, &bytes)?;
        self.ended = matches!(frame, Frame::End | Frame::Refused(_));
        Ok(Some(frame))
    }

    fn frame(&mut self, kind: u32, bytes: &[u8]) -> Result<Frame> {
        Ok(match kind {
            1 => {
                let start: LayerStart = json(bytes)?;
                if self.schema.is_some() {
                    return Err(broken("a layer within a layer"));
                }
                check::schema(&start.schema)?;
                self.schema = Some(start.schema.clone());
                self.sent = 0;
                Frame::Layer(Box::new(start))
            }
            2 => {
                let schema = self
                    .schema
                    .as_ref()
                    .ok_or_else(|| broken("a stray batch"))?;
                let batch = pack::read_batch(bytes, schema)?;
                check::batch(&batch, schema, &mut self.scratch)?;
                self.sent += batch.len() as u64;
                Frame::Batch(batch)
            }
            3 => {
                let end: LayerEnd = json(bytes)?;
                if self.schema.take().is_none() || end.features != self.sent {
                    return Err(broken("a layer's end with another number of features"));
                }
                Frame::LayerEnd(end)
            }
            4 => Frame::Progress(json(bytes)?),
            5 => Frame::Refused(json(bytes)?),
            6 if bytes.is_empty() && self.schema.is_none() => Frame::End,
            _ => return Err(broken("a frame of an unknown kind")),
        })
    }
}

/// The error of a stream that breaks the form.
pub(super) fn broken(what: &str) -> Error {
    Error::Reader(format!("it sent {what}"))
}

fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|e| broken(&format!("a damaged frame: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crs::Crs;
    use crate::layer::{
        BytesColumn, ColumnData, ColumnSchema, ColumnType, GeometryType, PathRole, Value,
    };

    fn schema() -> LayerSchema {
        let column = |name: &str, kind| ColumnSchema {
            name: name.to_owned(),
            kind,
        };
        LayerSchema {
            name: "wegen".to_owned(),
            geometry: GeometryType::Polygon,
            has_z: false,
            has_m: false,
            crs: Some(Crs::LAMBERT_72),
            columns: vec![
                column("naam", ColumnType::Text),
                column("aantal", ColumnType::Integer),
                column("opp", ColumnType::Real),
                column("ok", ColumnType::Bool),
                column("dag", ColumnType::Date),
                column("ruw", ColumnType::Binary),
            ],
        }
    }

    fn square() -> Vec<u8> {
        let mut g = Geometry::empty(GeometryKind::Polygon);
        g.xy = vec![[0., 0.], [9., 0.], [9., 9.], [0., 9.], [0., 0.]];
        g.end_path(PathRole::Outer);
        let mut wkb = Vec::new();
        g.write_wkb(&mut wkb);
        wkb
    }

    fn batch() -> Batch {
        let (mut batch, wkb) = (Batch::new(&schema()), square());
        for i in 0..70i64 {
            batch.push_feature(i, (i % 3 != 0).then_some(wkb.as_slice()));
            let values = [
                Value::Text("één"),
                Value::Integer(i * 1000),
                Value::Real(0.5),
                Value::Bool(i % 2 == 0),
                Value::Text("2024-02-29"),
                Value::Null,
            ];
            for (column, value) in batch.columns.iter_mut().zip(values) {
                assert!(column.push(value));
            }
        }
        batch
    }

    fn stream(batch: &Batch) -> Vec<u8> {
        let mut out = FrameWriter::new(Vec::new());
        let start = LayerStart {
            schema: schema(),
            expected: Some(70),
            crs_found: None,
            encoding: None,
        };
        for frame in [
            Frame::Layer(Box::new(start)),
            Frame::Batch(batch.clone()),
            Frame::LayerEnd(LayerEnd {
                features: 70,
                findings: Vec::new(),
            }),
            Frame::End,
        ] {
            out.write(&frame).unwrap();
        }
        out.out
    }

    fn read(bytes: &[u8]) -> Result<Vec<Frame>> {
        let mut reader = FrameReader::new(bytes);
        let mut frames = Vec::new();
        while let Some(frame) = reader.next_frame()? {
            frames.push(frame);
        }
        Ok(frames)
    }

    #[test]
    fn a_stream_comes_back_as_it_was_sent() {
        let frames = read(&stream(&batch())).unwrap();
        assert_eq!(frames.len(), 4);
        let Frame::Batch(back) = &frames[1] else {
            panic!("{frames:?}")
        };
        assert_eq!(back, &batch());
    }

    #[test]
    fn a_stream_cut_anywhere_is_an_error() {
        let bytes = stream(&batch());
        for cut in 0..bytes.len() {
            assert!(read(&bytes[..cut]).is_err(), "{cut}");
        }
    }

    #[test]
    fn mutated_streams_never_panic() {
        let good = stream(&batch());
        let mut seed = 0x9e37_79b9_7f4a_7c15u64;
        let mut refused = 0;
        for _ in 0..20_000 {
            let mut bytes = good.clone();
            for _ in 0..1 + seed % 4 {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                let at = (seed >> 16) as usize % bytes.len();
                bytes[at] = (seed >> 8) as u8;
            }
            refused += usize::from(read(&bytes).is_err());
        }
        assert!(refused > 10_000, "only {refused} of 20,000 were refused");
    }

    #[test]
    fn what_does_not_fit_the_schema_is_refused() {
        let refuse = |change: fn(&mut Batch)| {
            let mut batch = batch();
            change(&mut batch);
            assert!(read(&stream(&batch)).is_err());
        };
        refuse(|b| b.columns[0].data = ColumnData::Text(BytesOf(&[0xff]).repeat(70)));
        refuse(|b| b.columns[4].data = ColumnData::Text(BytesOf(b"2023-02-29").repeat(70)));
        refuse(|b| b.columns[2].data = ColumnData::Real(vec![f64::NAN; 70]));
        refuse(|b| b.geometry = BytesOf(&[1, 1, 0, 0, 0, 0, 0, 0, 0]).repeat(70));
        refuse(|b| b.columns.truncate(5));
        refuse(|b| b.ids.truncate(69));
    }

    struct BytesOf<'a>(&'a [u8]);
    impl BytesOf<'_> {
        fn repeat(&self, n: usize) -> BytesColumn {
            let mut column = BytesColumn::default();
            (0..n).for_each(|_| column.push(self.0));
            column
        }
    }
}

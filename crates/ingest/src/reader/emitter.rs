//! Sends a layer: its start, its features in batches, its end.

use std::io::Stdout;
use std::time::{Duration, Instant};

use ingest::import::{
    BATCH_BYTES, BATCH_ROWS, CrsFound, EncodingFound, Finding, Frame, FrameWriter, LayerEnd,
    LayerStart, Progress, Refusal,
};
use ingest::layer::{Batch, LayerSchema, Value};

use crate::findings::Findings;
use crate::stop::Result;

/// How often progress is told.
const EVERY: Duration = Duration::from_millis(100);

/// The pipe to the server.
pub(crate) struct Outlet {
    frames: FrameWriter<Stdout>,
    told: Instant,
    about_file: Vec<Finding>,
}

impl Outlet {
    /// Stdout.
    pub(crate) fn new() -> Self {
        Self {
            frames: FrameWriter::new(std::io::stdout()),
            told: Instant::now(),
            about_file: Vec::new(),
        }
    }

    /// Findings about the file as a whole go out with its first layer.
    pub(crate) fn about_file(&mut self, findings: Vec<Finding>) {
        self.about_file = findings;
    }

    /// Tells progress, but not too often.
    pub(crate) fn progress(
        &mut self,
        phase: &str,
        layer: &str,
        done: u64,
        total: Option<u64>,
    ) -> Result<()> {
        if self.told.elapsed() < EVERY {
            return Ok(());
        }
        self.told = Instant::now();
        Ok(self.frames.write(&Frame::Progress(Progress {
            phase: phase.to_owned(),
            layer: layer.to_owned(),
            done,
            total,
        }))?)
    }

    /// The last frame of a file that is read.
    pub(crate) fn end(&mut self) -> Result<()> {
        Ok(self.frames.write(&Frame::End)?)
    }

    /// The last frame of a file that is not taken.
    pub(crate) fn refuse(&mut self, refusal: Refusal) -> Result<()> {
        Ok(self.frames.write(&Frame::Refused(refusal))?)
    }
}

/// A layer on its way out.
pub(crate) struct Emitter<'a> {
    outlet: &'a mut Outlet,
    schema: LayerSchema,
    batch: Batch,
    sent: u64,
    weight: usize,
    expected: Option<u64>,
}

impl<'a> Emitter<'a> {
    /// Sends the layer's start.
    pub(crate) fn start(
        outlet: &'a mut Outlet,
        schema: LayerSchema,
        expected: Option<u64>,
        crs_found: Option<CrsFound>,
        encoding: Option<EncodingFound>,
    ) -> Result<Self> {
        outlet.frames.write(&Frame::Layer(Box::new(LayerStart {
            schema: schema.clone(),
            expected,
            crs_found,
            encoding,
        })))?;
        Ok(Self {
            batch: Batch::new(&schema),
            outlet,
            schema,
            sent: 0,
            weight: 0,
            expected,
        })
    }

    /// Begins a feature; exactly one [`Emitter::value`] per column must follow.
    pub(crate) fn feature(&mut self, id: i64, wkb: Option<&[u8]>) -> Result<()> {
        if self.batch.len() >= BATCH_ROWS || self.weight >= BATCH_BYTES {
            self.send()?;
        }
        self.weight += 16 + wkb.map_or(0, <[u8]>::len);
        self.batch.push_feature(id, wkb);
        Ok(())
    }

    /// The feature's value in a column; `false` when it is of another type and became null.
    pub(crate) fn value(&mut self, column: usize, value: Value<'_>) -> bool {
        self.weight += match value {
            Value::Text(text) => text.len() + 4,
            Value::Binary(bytes) => bytes.len() + 4,
            _ => 8,
        };
        self.batch.columns[column].push(value)
    }

    /// Sends what is left and the layer's end.
    pub(crate) fn finish(mut self, findings: Findings) -> Result<()> {
        if !self.batch.is_empty() {
            self.send()?;
        }
        let mut all = std::mem::take(&mut self.outlet.about_file);
        all.extend(findings.finish());
        Ok(self.outlet.frames.write(&Frame::LayerEnd(LayerEnd {
            features: self.sent,
            findings: all,
        }))?)
    }

    fn send(&mut self) -> Result<()> {
        self.sent += self.batch.len() as u64;
        self.weight = 0;
        let batch = std::mem::replace(&mut self.batch, Batch::new(&self.schema));
        self.outlet.frames.write(&Frame::Batch(batch))?;
        self.outlet
            .progress("read", &self.schema.name, self.sent, self.expected)
    }
}

//! One import from the reader's first frame to the publication.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ingest::import::{Frame, Limits, ReadRequest, Reading, Refusal};
use ingest::layer::{LayerId, LayerName};

use super::failure::Failure;
use super::layer_import::{LayerImport, Writing};
use super::progress::Progress;
use super::report::{ImportReport, LayerReport};
use crate::served::SnapshotFolder;
use crate::store::{JobRequest, LayerRecord, PublishMode, Store, VersionNumber};

/// The most layers of one file.
const MOST_LAYERS: usize = 1_000;

/// The reader program and how it is run.
#[derive(Debug, Clone)]
pub struct ReaderProgram {
    /// The program.
    pub path: PathBuf,
    /// Whether it must lock itself in.
    pub boxed: bool,
    /// What it may use.
    pub limits: Limits,
}

impl ReaderProgram {
    /// The reader beside this program.
    ///
    /// # Errors
    /// When it is not there.
    pub fn beside_this(settings: &crate::settings::ReaderSettings) -> anyhow::Result<Self> {
        let own = std::env::current_exe()?;
        let path = own.with_file_name("govmaps-reader");
        anyhow::ensure!(
            path.is_file(),
            "the reader program is missing: {} (build it with: cargo build --release --workspace --bins)",
            path.display()
        );
        let limits = Limits {
            wall_s: settings.seconds,
            memory: settings.memory_bytes,
            ..Limits::default()
        };
        Ok(Self {
            path,
            boxed: !settings.allow_unboxed,
            limits,
        })
    }
}

/// How an import ended.
#[derive(Debug)]
pub enum Outcome {
    /// Its layers are served.
    Published(ImportReport),
    /// Nothing was changed, for a reason that the uploader can mend.
    Refused(ImportReport),
    /// Nothing was changed, since its owner ended it.
    Cancelled,
    /// Nothing was changed, for a reason that the operator finds in the log.
    Failed(ImportReport),
}

/// Runs imports.
#[derive(Clone)]
pub struct Importer {
    /// Where versions go.
    pub store: Arc<dyn Store>,
    /// Where snapshots go.
    pub snapshots: SnapshotFolder,
    /// What reads the files.
    pub reader: ReaderProgram,
}

impl Importer {
    /// Reads the files of a request in a folder and publishes their layers: all or none.
    ///
    /// Blocks; call it on a thread that may wait, within a Tokio runtime.
    pub fn run(&self, request: &JobRequest, folder: &Path, progress: &Progress) -> Outcome {
        let mut begun = Vec::new();
        let result = self.read(request, folder, progress, &mut begun);
        let failure = match result {
            Ok(report) => return Outcome::Published(report),
            Err(failure) => failure,
        };
        let discarded = tokio::runtime::Handle::current().block_on(self.store.discard(&begun));
        if let Err(error) = discarded {
            tracing::warn!(%error, "could not remove an unfinished import; the next start does");
        }
        match failure {
            Failure::Cancelled => Outcome::Cancelled,
            Failure::Refused(refusal) => Outcome::Refused(ImportReport::refused(refusal)),
            Failure::Full(text) => {
                tracing::error!(%text, "an import was refused: the disk is nearly full");
                Outcome::Failed(ImportReport::refused(Refusal::new(
                    "disk-full",
                    "The server's disk is nearly full; nothing was changed. Tell its operator.",
                )))
            }
            Failure::Broken(text) => {
                tracing::error!(file = %request.file, cause = %text, "an import failed");
                Outcome::Failed(ImportReport::refused(Refusal::new(
                    "failed",
                    "The import failed inside the server; nothing was changed. The operator finds the cause in the log.",
                )))
            }
        }
    }

    fn read(
        &self,
        request: &JobRequest,
        folder: &Path,
        progress: &Progress,
        begun: &mut Vec<VersionNumber>,
    ) -> Result<ImportReport, Failure> {
        progress.set("recognising", 0, None);
        let mut reading = Reading::start(&ReadRequest {
            reader: self.reader.path.clone(),
            input_dir: folder.to_owned(),
            scratch_parent: self.store.scratch_folder(),
            files: request.members.clone(),
            original_name: request.file.clone(),
            crs: request.crs,
            encoding: request.encoding.clone(),
            limits: self.reader.limits.clone(),
            boxed: self.reader.boxed,
        })?;
        progress.watch(reading.canceller());
        let mut names = Names::new(request, self.existing()?)?;
        let mut open: Option<LayerImport> = None;
        let mut writing: Vec<Writing> = Vec::new();
        let mut total = 0;
        let result = loop {
            let frame = match reading.next() {
                Ok(frame) => frame,
                Err(error) => {
                    if !reading.log().is_empty() {
                        tracing::info!(log = reading.log().trim(), "what the reader wrote");
                    }
                    break Err(error.into());
                }
            };
            match frame {
                Some(Frame::Layer(start)) => {
                    let next = names.settle(&start.schema.name).and_then(|(id, replaces)| {
                        LayerImport::start(
                            &self.store,
                            &self.snapshots,
                            id,
                            *start,
                            replaces,
                            request,
                        )
                    });
                    match next {
                        Ok(import) => {
                            begun.push(import.version());
                            total = 0;
                            open = Some(import);
                        }
                        Err(failure) => break Err(failure),
                    }
                }
                Some(Frame::Batch(batch)) => {
                    let Some(import) = &mut open else {
                        break Err(Failure::Broken("features without a layer".to_owned()));
                    };
                    total = import.take(batch).max(total);
                    progress.set("reading", total, import.start.expected);
                }
                Some(Frame::LayerEnd(end)) => {
                    writing.extend(open.take().map(|import| import.end(end.findings)))
                }
                Some(Frame::Progress(step)) => {
                    let phase = match step.phase.as_str() {
                        "unpack" => "unpacking",
                        "read" => "reading",
                        _ => "recognising",
                    };
                    progress.set(phase, step.done, step.total);
                }
                Some(Frame::Refused(refusal)) => break Err(Failure::Refused(refusal)),
                Some(Frame::End) => {}
                None => break Ok(()),
            }
        };
        if let Some(unfinished) = open.take() {
            writing.push(unfinished.end(Vec::new()));
        }
        if result.is_ok() {
            progress.set("building", 0, None);
        }
        // all threads are waited for, whatever happened
        let written: Vec<_> = writing
            .into_iter()
            .map(|layer| layer.wait(&self.snapshots, request))
            .collect();
        result?;
        if progress.is_cancelled() {
            return Err(Failure::Cancelled);
        }
        let (mut publications, mut layers): (Vec<_>, Vec<LayerReport>) = (Vec::new(), Vec::new());
        for layer in written {
            let layer = layer?;
            publications.push(layer.publication);
            layers.push(layer.report);
        }
        if publications.is_empty() {
            return Err(Failure::Refused(Refusal::new(
                "empty",
                "The file holds no layers.",
            )));
        }
        progress.set("publishing", 0, None);
        let report = ImportReport {
            layers,
            refusal: None,
        };
        let done = Some((request.id.clone(), serde_json::json!(report)));
        tokio::runtime::Handle::current().block_on(self.store.publish(publications, done))?;
        Ok(report)
    }

    fn existing(&self) -> Result<Vec<LayerRecord>, Failure> {
        Ok(tokio::runtime::Handle::current()
            .block_on(self.store.catalogue())?
            .layers)
    }
}

/// Settles which layer each layer of the file becomes.
struct Names<'a> {
    request: &'a JobRequest,
    asked: Option<LayerName>,
    existing: Vec<LayerRecord>,
    taken: HashSet<String>,
}

impl<'a> Names<'a> {
    fn new(request: &'a JobRequest, existing: Vec<LayerRecord>) -> Result<Self, Failure> {
        let asked = request
            .layer
            .as_deref()
            .map(LayerName::new)
            .transpose()
            .map_err(|error| Failure::Refused(Refusal::new("layer-name", error.to_string())))?;
        Ok(Self {
            request,
            asked,
            existing,
            taken: HashSet::new(),
        })
    }

    /// The id of the next layer, and the layer that it replaces.
    fn settle(&mut self, in_file: &str) -> Result<(LayerId, Option<LayerRecord>), Failure> {
        let refuse = |code: &str, text: String| Err(Failure::Refused(Refusal::new(code, text)));
        if self.taken.len() == MOST_LAYERS {
            return refuse(
                "too-many-layers",
                format!("The file holds more than {MOST_LAYERS} layers."),
            );
        }
        let name = match &self.asked {
            Some(_) if !self.taken.is_empty() => {
                return refuse(
                    "several-layers",
                    "The file holds several layers: leave 'layer' out, their names come from the file.".to_owned(),
                );
            }
            Some(name) => name.clone(),
            None => self.free(LayerName::nearest(in_file)),
        };
        self.taken.insert(name.folded());
        let id = LayerId {
            workspace: self.request.workspace.clone(),
            layer: name,
        };
        let there = self.existing.iter().find(|record| {
            record.id.workspace == id.workspace && record.id.layer.folded() == id.layer.folded()
        });
        match (there, self.request.mode) {
            (Some(_), PublishMode::New) => refuse(
                "layer-exists",
                format!(
                    "Layer {id} exists already: use mode=replace to replace it, or choose another name."
                ),
            ),
            (None, PublishMode::Replace) => refuse(
                "layer-missing",
                format!("There is no layer {id} to replace: use mode=new, or name the layer."),
            ),
            // the address stays as it was first written
            (Some(record), _) => Ok((record.id.clone(), Some(record.clone()))),
            (None, _) => Ok((id, None)),
        }
    }

    /// A name that no other layer of the file has.
    fn free(&self, name: LayerName) -> LayerName {
        (1..)
            .map(|n| {
                if n == 1 {
                    name.clone()
                } else {
                    numbered(&name, n)
                }
            })
            .find(|name| !self.taken.contains(&name.folded()))
            .expect("numbers do not end")
    }
}

fn numbered(name: &LayerName, n: usize) -> LayerName {
    let head: String = name.as_str().chars().take(55).collect();
    LayerName::nearest(&format!("{head}_{n}"))
}

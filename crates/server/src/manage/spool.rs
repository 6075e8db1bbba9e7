//! Writing an upload's files to disk as they come.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use actix_multipart::{Multipart, MultipartError};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, ContentDisposition};
use actix_web::{HttpRequest, web};
use futures_util::{Stream, StreamExt};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use crate::error::{Problem, Result};
use crate::import::member_name;
use crate::store::Upload;

/// The most files of one upload.
const MOST_FILES: usize = 100;
/// How long the next bytes may take.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// After this long an upload must have come faster than [`LEAST_RATE`].
const GRACE: Duration = Duration::from_secs(10);
/// Bytes a second.
const LEAST_RATE: f64 = 1_000.0;

/// The files of an upload; they are removed again unless it is accepted.
pub(super) struct Spool {
    folder: PathBuf,
    /// What the uploader called the file (the first of several).
    pub(super) file: String,
    /// The files' names in the folder.
    pub(super) members: Vec<String>,
    left: u64,
    received: u64,
    started: Instant,
    accepted: bool,
}

impl Spool {
    /// For an upload of at most so many bytes.
    pub(super) fn new(upload: &Upload, most_bytes: u64) -> Self {
        Self {
            folder: upload.folder.clone(),
            file: String::new(),
            members: Vec::new(),
            left: most_bytes,
            received: 0,
            started: Instant::now(),
            accepted: false,
        }
    }

    /// Takes a raw body, named by its Content-Disposition.
    pub(super) async fn take_raw(
        &mut self,
        request: &HttpRequest,
        payload: web::Payload,
    ) -> Result<()> {
        let name = request
            .headers()
            .get(CONTENT_DISPOSITION)
            .and_then(|value| ContentDisposition::from_raw(value).ok())
            .and_then(|disposition| file_name(&disposition))
            .ok_or_else(|| {
                Problem::bad_request(
                    "Name the file: Content-Disposition: attachment; filename=\"percelen.zip\" (or send multipart/form-data).",
                )
            })?;
        self.write(&name, payload).await
    }

    /// Takes the files of a multipart body.
    pub(super) async fn take_multipart(&mut self, mut parts: Multipart) -> Result<()> {
        while let Some(part) = parts.next().await {
            let part = part.map_err(broken)?;
            let Some(name) = part.content_disposition().and_then(file_name) else {
                continue;
            };
            if self.members.len() == MOST_FILES {
                return Err(Problem::bad_request(format!(
                    "An upload has at most {MOST_FILES} files."
                )));
            }
            self.write(&name, part).await?;
        }
        if self.members.is_empty() {
            return Err(Problem::bad_request(
                "The form holds no file: send at least one part with a file name.",
            ));
        }
        Ok(())
    }

    /// The files belong to a job now.
    pub(super) fn accept(&mut self) {
        self.accepted = true;
    }

    async fn write<E: std::fmt::Display>(
        &mut self,
        name: &str,
        mut body: impl Stream<Item = std::result::Result<web::Bytes, E>> + Unpin,
    ) -> Result<()> {
        let member = member_name(name);
        if self
            .members
            .iter()
            .any(|other| other.eq_ignore_ascii_case(&member))
        {
            return Err(Problem::bad_request(format!(
                "Two files are called '{name}'."
            )));
        }
        let failed =
            |error: std::io::Error| Problem::internal(format!("writing an upload: {error}"));
        let mut file = File::create_new(self.folder.join(&member))
            .await
            .map_err(failed)?;
        loop {
            let chunk = tokio::time::timeout(LONGEST_PAUSE, body.next())
                .await
                .map_err(|_| too_slow())?;
            let Some(chunk) = chunk else { break };
            let chunk = chunk
                .map_err(|error| Problem::bad_request(format!("The upload broke off: {error}")))?;
            self.count(chunk.len() as u64)?;
            file.write_all(&chunk).await.map_err(failed)?;
        }
        // the job is acknowledged when this returns, so the file must survive a power cut
        file.sync_all().await.map_err(failed)?;
        if self.file.is_empty() {
            name.clone_into(&mut self.file);
        }
        self.members.push(member);
        Ok(())
    }

    fn count(&mut self, bytes: u64) -> Result<()> {
        self.left = self.left.checked_sub(bytes).ok_or_else(too_large)?;
        self.received += bytes;
        let elapsed = self.started.elapsed();
        if elapsed > GRACE && (self.received as f64) < elapsed.as_secs_f64() * LEAST_RATE {
            return Err(too_slow());
        }
        Ok(())
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        if !self.accepted {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

/// 413.
pub(super) fn too_large() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "The file is larger than this server takes (limits.upload_bytes).",
    )
}

fn too_slow() -> Problem {
    Problem::new(
        StatusCode::REQUEST_TIMEOUT,
        "The upload came too slowly and was broken off; try again.",
    )
}

fn broken(error: MultipartError) -> Problem {
    Problem::bad_request(format!("The multipart body is broken: {error}"))
}

/// The file's name: `filename*` before `filename`, without folders.
fn file_name(disposition: &ContentDisposition) -> Option<String> {
    let extended = disposition
        .get_filename_ext()
        .and_then(|value| String::from_utf8(value.value.clone()).ok());
    let name = extended.or_else(|| disposition.get_filename().map(str::to_owned))?;
    let name = name.rsplit(['/', '\\']).next()?.trim().to_owned();
    (!name.is_empty() && name.len() < 256).then_some(name)
}

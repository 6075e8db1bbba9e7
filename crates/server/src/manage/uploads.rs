//! Taking a file.

use std::time::{Duration, Instant};

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use ingest::crs::Crs;
use ingest::layer::{LayerName, WorkspaceName};
use serde::de::DeserializeOwned;

use super::jobs::document;
use super::spool::{Spool, too_large};
use crate::accounts::Principal;
use crate::app::App;
use crate::error::{Problem, Result};
use crate::http::{Answer, Base, Freshness, Params, principal, require};
use crate::import::{ImportReport, refusal_status};
use crate::served::{ReadError, View};
use crate::store::{Job, JobId, JobRequest, JobState, PublishMode, Role, Visibility};

const PARAMETERS: &[&str] = &[
    "workspace",
    "layer",
    "mode",
    "crs",
    "encoding",
    "key",
    "visibility",
];
/// The longest that an answer is held back for `Prefer: wait`.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

pub(super) async fn post(
    request: HttpRequest,
    app: Data<App>,
    payload: Payload,
) -> Result<HttpResponse> {
    let principal = principal(&request, &app).await?;
    let asked = read_parameters(&request, &principal)?;
    require(&principal, Role::Publisher, &asked.workspace)?;
    if !app.takes_uploads() {
        return Err(Problem::unavailable(
            "Uploads are refused: the reader's box is not effective on this machine. The operator finds how to mend it with: govmaps check",
        ));
    }
    check_size(&request, app.settings.limits.upload_bytes)?;
    check_name(&app, &asked)?;
    let upload = app.store.new_upload().await?;
    let mut spool = Spool::new(&upload, app.settings.limits.upload_bytes);
    let content_type = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    if content_type.starts_with("multipart/form-data") {
        spool
            .take_multipart(Multipart::new(request.headers(), payload))
            .await?;
    } else {
        spool.take_raw(&request, payload).await?;
    }
    let job = app
        .store
        .enqueue_job(JobRequest {
            id: upload.job.clone(),
            file: spool.file.clone(),
            members: spool.members.clone(),
            ..asked
        })
        .await?;
    if job.request.id == upload.job {
        spool.accept();
    }
    drop(spool);
    app.queue.knock();
    let job = wait(&app, job, preferred_wait(&request)).await?;
    answer(&request, &app, &job)
}

/// The request's parameters as a job to be.
fn read_parameters(request: &HttpRequest, principal: &Principal) -> Result<JobRequest> {
    let mut params = Params::parse(request.query_string())?;
    let workspace = params
        .parsed("workspace", WorkspaceName::new)?
        .ok_or_else(|| {
            Problem::parameter(
                "workspace",
                "it is missing: name the workspace that the layers go to",
            )
        })?;
    let layer = params.take("layer").filter(|layer| !layer.is_empty());
    if let Some(layer) = &layer {
        LayerName::new(layer).map_err(|error| Problem::parameter("layer", error))?;
    }
    let text =
        |params: &mut Params, name: &str| params.take(name).filter(|value| !value.is_empty());
    let crs = text(&mut params, "crs")
        .map(|text| {
            let crs = Crs::parse(&text)?;
            crs.definition().map(|_| crs)
        })
        .transpose()
        .map_err(|error| Problem::parameter("crs", error))?;
    let encoding = text(&mut params, "encoding");
    if encoding
        .as_ref()
        .is_some_and(|e| e.len() > 40 || !e.bytes().all(|b| b.is_ascii_graphic()))
    {
        return Err(Problem::parameter(
            "encoding",
            "write a name such as UTF-8 or windows-1252",
        ));
    }
    let asked = JobRequest {
        id: JobId::random(),
        file: String::new(),
        members: Vec::new(),
        workspace,
        layer,
        mode: word::<PublishMode>(&mut params, "mode", "new or replace")?.unwrap_or_default(),
        crs,
        encoding,
        key: text(&mut params, "key"),
        visibility: word::<Visibility>(&mut params, "visibility", "public or private")?
            .unwrap_or_default(),
        principal: principal.name().to_owned(),
        idempotency_key: request
            .headers()
            .get("Idempotency-Key")
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned),
    };
    params.finish(PARAMETERS)?;
    if asked.mode == PublishMode::Either {
        return Err(Problem::parameter("mode", "write new or replace"));
    }
    Ok(asked)
}

fn word<T: DeserializeOwned>(params: &mut Params, name: &str, words: &str) -> Result<Option<T>> {
    params.parsed(name, |text| {
        serde_json::from_value(serde_json::Value::from(text)).map_err(|_| format!("write {words}"))
    })
}

/// 413 before a byte is read, where the length is told.
fn check_size(request: &HttpRequest, most: u64) -> Result<()> {
    let length = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > most) {
        Err(too_large())
    } else {
        Ok(())
    }
}

/// 409 and 404 before a byte is read, where the layer is named.
fn check_name(app: &App, asked: &JobRequest) -> Result<()> {
    let Some(layer) = &asked.layer else {
        return Ok(());
    };
    let id = format!("{}:{layer}", asked.workspace);
    let found = View::open(&app.served.state(), &Principal::command_line(), &id);
    let exists = !matches!(found, Err(ReadError::NotFound(_)));
    match asked.mode {
        PublishMode::New if exists => Err(Problem::new(
            StatusCode::CONFLICT,
            format!(
                "Layer {id} exists already: use mode=replace to replace it, or choose another name."
            ),
        )),
        PublishMode::Replace if !exists => Err(Problem::not_found(format!(
            "There is no layer {id} to replace: use mode=new to make it."
        ))),
        _ => Ok(()),
    }
}

/// `Prefer: wait=N` (RFC 7240, 4.3).
fn preferred_wait(request: &HttpRequest) -> Option<Duration> {
    let values = request
        .headers()
        .get_all("Prefer")
        .filter_map(|value| value.to_str().ok());
    let seconds = values
        .flat_map(|value| value.split([',', ';']))
        .find_map(|item| item.trim().strip_prefix("wait="));
    Some(Duration::from_secs(seconds?.trim_matches('"').parse().ok()?).min(LONGEST_WAIT))
}

async fn wait(app: &App, mut job: Job, wait: Option<Duration>) -> Result<Job> {
    let Some(wait) = wait else { return Ok(job) };
    let started = Instant::now();
    while !job.state.is_final() && started.elapsed() < wait {
        tokio::time::sleep(Duration::from_millis(30)).await;
        job = app.store.job(&job.request.id).await?;
    }
    if job.state == JobState::Done {
        // the report speaks of layers that the next request shall find
        app.served.refresh().await?;
    }
    Ok(job)
}

fn answer(request: &HttpRequest, app: &App, job: &Job) -> Result<HttpResponse> {
    let location =
        Base::of(request, &app.settings).url(&format!("manage/jobs/{}", job.request.id.as_str()));
    let (status, refusal) = match job.state {
        JobState::Done => (StatusCode::CREATED, None),
        JobState::Failed => {
            let report: ImportReport =
                serde_json::from_value(job.report.clone()).unwrap_or_default();
            match report.refusal {
                Some(refusal) => (refusal_status(&refusal), Some(refusal)),
                None => (StatusCode::INTERNAL_SERVER_ERROR, None),
            }
        }
        JobState::Cancelled => (StatusCode::CONFLICT, None),
        JobState::Queued | JobState::Running => (StatusCode::ACCEPTED, None),
    };
    if status.is_client_error() || status.is_server_error() {
        let (code, detail) = refusal.map_or_else(
            || {
                (
                    "cancelled".to_owned(),
                    "The import was cancelled.".to_owned(),
                )
            },
            |r| (r.code, r.text),
        );
        return Err(Problem::new(status, detail)
            .with("code", code)
            .with("job", location)
            .with("report", job.report.clone()));
    }
    Ok(Answer::json(&document(job))
        .status(status)
        .freshness(Freshness::NoStore)
        .header("Location", location)
        .send(request))
}

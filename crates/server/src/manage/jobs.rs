//! Jobs: how far they are, as documents and as server-sent events.

use std::time::Duration;

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use crate::app::App;
use crate::error::{Problem, Result};
use crate::http::{Answer, Freshness, no_parameters, principal};
use crate::store::{Job, JobId, JobState, Role};

/// How often a watched job is looked at.
const LOOK: Duration = Duration::from_millis(200);
/// A comment is sent this often when nothing changes, so that proxies keep the connection.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// A job as clients read it.
pub(super) fn document(job: &Job) -> Value {
    let unit = if job.phase == "unpacking" {
        "bytes"
    } else {
        "features"
    };
    json!({
        "id": job.request.id,
        "state": job.state,
        "phase": job.phase,
        "counts": {"done": job.counts.done, "total": job.counts.total, "unit": unit},
        "created": job.created,
        "file": job.request.file,
        "workspace": job.request.workspace,
        "report": job.report,
    })
}

/// The job of a path, for those who may know of it.
async fn find(request: &HttpRequest, app: &App, id: &str) -> Result<Job> {
    no_parameters(request)?;
    let principal = principal(request, app).await?;
    if principal.is_anonymous() {
        return Err(Problem::unauthorized(
            "Send a token: Authorization: Bearer gvm_…",
        ));
    }
    let missing = || Problem::not_found(format!("there is no job '{id}'"));
    let job = look(app, &JobId::parse(id).ok_or_else(missing)?).await?;
    // who may not see it is told the same as when there is none
    if !principal.may(Role::Publisher, &job.request.workspace) {
        return Err(missing());
    }
    Ok(job)
}

/// A job as it stands. One that is done speaks of layers that the next request shall find.
async fn look(app: &App, id: &JobId) -> Result<Job> {
    let job = app.store.job(id).await?;
    if job.state == JobState::Done {
        app.served.refresh().await?;
    }
    Ok(job)
}

pub(super) async fn get(
    request: HttpRequest,
    app: Data<App>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let job = find(&request, &app, &id).await?;
    Ok(Answer::json(&document(&job))
        .freshness(Freshness::NoStore)
        .send(&request))
}

pub(super) async fn cancel(
    request: HttpRequest,
    app: Data<App>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let job = find(&request, &app, &id).await?;
    let job = app.store.cancel_job(&job.request.id).await?;
    Ok(Answer::json(&document(&job))
        .freshness(Freshness::NoStore)
        .send(&request))
}

pub(super) async fn events(
    request: HttpRequest,
    app: Data<App>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let job = find(&request, &app, &id).await?;
    let stream = futures_util::stream::unfold(
        Watch {
            app,
            id: job.request.id,
            last: None,
            over: false,
        },
        |mut watch| async move {
            let event = watch.next().await?;
            Some((Ok::<_, Problem>(Bytes::from(event)), watch))
        },
    );
    Ok(HttpResponse::Ok()
        .insert_header(("Content-Type", "text/event-stream"))
        .insert_header(("Cache-Control", "no-store"))
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(stream))
}

/// A job that somebody watches.
struct Watch {
    app: Data<App>,
    id: JobId,
    last: Option<String>,
    over: bool,
}

impl Watch {
    /// The next event, when the job has changed.
    async fn next(&mut self) -> Option<String> {
        let mut quiet = Duration::ZERO;
        while !self.over {
            let job = look(&self.app, &self.id).await.ok()?;
            let text = document(&job).to_string();
            self.over = job.state.is_final();
            if self.last.as_ref() != Some(&text) {
                let event = format!("event: job\ndata: {text}\n\n");
                self.last = Some(text);
                return Some(event);
            }
            if quiet >= KEEP_ALIVE {
                return Some(": still there\n\n".to_owned());
            }
            tokio::time::sleep(LOOK).await;
            quiet += LOOK;
        }
        None
    }
}

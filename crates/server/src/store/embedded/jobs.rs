//! Jobs in the catalogue: the queue, and what became of each.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde_json::{Value, json};

use super::{Inner, Job, JobCounts, JobId, JobRequest, JobState, Result, StoreError, now};

const COLUMNS: &str = "request, state, phase, done, total, report, created";

pub(super) fn add(inner: &Inner, request: &JobRequest, state: JobState) -> Result<Job> {
    inner.check_room()?;
    let failed = || StoreError::failed("accepting a job");
    let idempotency = request
        .idempotency_key
        .as_ref()
        .map(|key| format!("{}/{key}", request.principal));
    let job = inner.transaction("accepting a job", |transaction| {
        if let Some(key) = &idempotency {
            let first = transaction
                .query_row(
                    &format!("SELECT {COLUMNS} FROM job WHERE idempotency = ?"),
                    params![key],
                    read,
                )
                .optional()
                .map_err(failed())?;
            if let Some(job) = first {
                return Ok(job);
            }
        }
        transaction
            .execute(
                "INSERT INTO job (id, number, request, state, phase, owner, created, idempotency)
                 VALUES (?, (SELECT ifnull(max(number), 0) + 1 FROM job), ?, ?, 'received', ?, ?, ?)",
                params![
                    request.id.as_str(),
                    json!(request).to_string(),
                    state.name(),
                    (state == JobState::Running).then(|| inner.owner.name()),
                    now(),
                    idempotency,
                ],
            )
            .map_err(failed())?;
        let incoming = inner.owner.folder().join(request.id.as_str());
        if incoming.exists() {
            // moved inside the transaction: the files are there when the job is, and a folder
            // without a job is swept
            std::fs::rename(&incoming, inner.upload_folder(&request.id))
                .map_err(StoreError::failed("keeping an upload"))?;
            sync_folder(&inner.folder.join("uploads"))?;
        }
        find(transaction, &request.id)
    })?;
    Ok(job)
}

/// Makes the names in a folder durable.
pub(super) fn sync_folder(folder: &std::path::Path) -> Result<()> {
    std::fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(StoreError::failed("making a folder durable"))
}

pub(super) fn claim(inner: &Inner) -> Result<Option<Job>> {
    // jobs of processes that died while this one lives are taken over too
    let living = inner.owner.living()?;
    inner.transaction("taking a job", |transaction| {
        settle(transaction, &living)?;
        transaction
            .query_row(
                &format!(
                    "UPDATE job SET state = 'running', owner = ?, done = 0, total = NULL
                     WHERE id = (SELECT id FROM job WHERE state = 'queued' ORDER BY number LIMIT 1)
                     RETURNING {COLUMNS}"
                ),
                params![inner.owner.name()],
                read,
            )
            .optional()
            .map_err(StoreError::failed("taking a job"))
    })
}

/// Jobs whose process died go back into the queue; what was cancelled ends; an import of the
/// command line, whose files lie elsewhere, failed.
pub(super) fn settle(transaction: &Transaction<'_>, living: &HashSet<String>) -> Result<()> {
    let failed = || StoreError::failed("settling jobs of ended processes");
    let running: Vec<(String, String, String, bool)> = transaction
        .prepare_cached("SELECT id, owner, request, cancel FROM job WHERE state = 'running'")
        .and_then(|mut statement| {
            statement
                .query_map([], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
                })?
                .collect()
        })
        .map_err(failed())?;
    for (id, owner, request, cancel) in running {
        if living.contains(&owner) {
            continue;
        }
        let kept = serde_json::from_str::<JobRequest>(&request)
            .is_ok_and(|request| request.principal != JobRequest::COMMAND_LINE);
        let (state, report) = match (cancel, kept) {
            (true, _) => ("cancelled", Value::Null),
            (false, true) => ("queued", Value::Null),
            (false, false) => (
                "failed",
                json!({"layers": [], "refusal": {"code": "interrupted", "text":
                    "The import was broken off when its process ended; nothing was changed. Start it again.",
                    "params": {}}}),
            ),
        };
        transaction
            .execute(
                "UPDATE job SET state = ?, owner = NULL, report = ? WHERE id = ?",
                params![state, report.to_string(), id],
            )
            .map_err(failed())?;
    }
    Ok(())
}

pub(super) fn beat(inner: &Inner, id: &JobId, phase: &str, counts: JobCounts) -> Result<bool> {
    inner.transaction("noting a job's progress", |transaction| {
        transaction
            .query_row(
                "UPDATE job SET phase = ?, done = ?, total = ? WHERE id = ? RETURNING cancel",
                params![
                    phase,
                    counts.done as i64,
                    counts.total.map(|t| t as i64),
                    id.as_str()
                ],
                |row| row.get(0),
            )
            .map_err(StoreError::failed("noting a job's progress"))
    })
}

pub(super) fn finish(inner: &Inner, id: &JobId, state: JobState, report: &Value) -> Result<()> {
    if state != JobState::Done {
        // what was not published leaves nothing but its report
        let _ = std::fs::remove_dir_all(inner.upload_folder(id));
    }
    inner.transaction("ending a job", |transaction| {
        end(transaction, id, state, report)
    })
}

/// Ends a job within a transaction.
pub(super) fn end(
    transaction: &Transaction<'_>,
    id: &JobId,
    state: JobState,
    report: &Value,
) -> Result<()> {
    transaction
        .execute(
            "UPDATE job SET state = ?1, phase = ?1, report = ?2, owner = NULL WHERE id = ?3",
            params![state.name(), report.to_string(), id.as_str()],
        )
        .map(drop)
        .map_err(StoreError::failed("ending a job"))
}

pub(super) fn requeue(inner: &Inner, id: &JobId) -> Result<()> {
    inner.transaction("putting a job back", |transaction| {
        transaction
            .execute(
                "UPDATE job SET state = 'queued', phase = 'received', owner = NULL WHERE id = ? AND state = 'running'",
                params![id.as_str()],
            )
            .map(drop)
            .map_err(StoreError::failed("putting a job back"))
    })
}

pub(super) fn cancel(inner: &Inner, id: &JobId) -> Result<Job> {
    inner.transaction("cancelling a job", |transaction| {
        transaction
            .execute(
                "UPDATE job SET cancel = 1, state = iif(state = 'queued', 'cancelled', state)
                 WHERE id = ? AND state IN ('queued', 'running')",
                params![id.as_str()],
            )
            .map_err(StoreError::failed("cancelling a job"))?;
        find(transaction, id)
    })
}

pub(super) fn find(connection: &Connection, id: &JobId) -> Result<Job> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM job WHERE id = ?"))
        .and_then(|mut statement| statement.query_row(params![id.as_str()], read).optional())
        .map_err(StoreError::failed("looking for a job"))?
        .ok_or_else(|| StoreError::NotFound(format!("there is no job {}", id.as_str())))
}

fn read(row: &Row<'_>) -> rusqlite::Result<Job> {
    fn json<T: serde::de::DeserializeOwned>(text: &str, column: usize) -> rusqlite::Result<T> {
        serde_json::from_str(text).map_err(|e| {
            rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, e.into())
        })
    }
    let (request, state, report): (String, String, String) =
        (row.get(0)?, row.get(1)?, row.get(5)?);
    Ok(Job {
        request: json(&request, 0)?,
        state: json(&format!("\"{state}\""), 1)?,
        phase: row.get(2)?,
        counts: JobCounts {
            done: row.get::<_, i64>(3)?.max(0) as u64,
            total: row.get::<_, Option<i64>>(4)?.map(|t| t.max(0) as u64),
        },
        report: json(&report, 5)?,
        created: row.get(6)?,
    })
}

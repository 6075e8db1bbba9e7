//! Removing what dead processes left behind.

use std::collections::HashSet;

use rusqlite::params;

use super::{Inner, Result, StoreError, VersionNumber, jobs};

/// Removes versions that nobody will finish, files that no row names, and settles jobs that were
/// running when their process died.
pub(super) fn sweep(inner: &Inner) -> Result<()> {
    let failed = || StoreError::failed("sweeping the data folder");
    let living = inner.owner.living()?;
    let (versions, job_folders) = inner.transaction("sweeping the data folder", |transaction| {
        let mut statement = transaction
            .prepare("SELECT number, owner FROM version WHERE published = 0")
            .map_err(failed())?;
        let unfinished: Vec<(i64, String)> = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .and_then(Iterator::collect)
            .map_err(failed())?;
        for (number, owner) in unfinished {
            if !living.contains(&owner) {
                transaction
                    .execute("DELETE FROM version WHERE number = ?", params![number])
                    .map_err(failed())?;
            }
        }
        jobs::settle(transaction, &living)?;
        let versions: HashSet<String> =
            names(transaction, "SELECT number || '.gpkg' FROM version")?;
        let job_folders: HashSet<String> = names(transaction, "SELECT id FROM job")?;
        Ok((versions, job_folders))
    })?;
    // rows come before their files, so a file without a row belongs to nobody
    remove_others(&inner.folder.join("versions"), &versions);
    remove_others(&inner.folder.join("uploads"), &job_folders);
    remove_snapshots(inner, |number| {
        !versions.contains(&format!("{number}.gpkg"))
    });
    Ok(())
}

/// Removes snapshots, finished or not, of versions that are `gone`; their names begin with the
/// version's number.
pub(super) fn remove_snapshots(inner: &Inner, gone: impl Fn(VersionNumber) -> bool) {
    let Ok(entries) = std::fs::read_dir(inner.folder.join("snapshots")) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let number = name
            .to_str()
            .and_then(|name| name.split_once('-')?.0.parse().ok());
        if number.is_some_and(&gone) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn names(connection: &rusqlite::Connection, sql: &str) -> Result<HashSet<String>> {
    connection
        .prepare(sql)
        .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect())
        .map_err(StoreError::failed("sweeping the data folder"))
}

fn remove_others(folder: &std::path::Path, known: &HashSet<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        if known.contains(entry.file_name().to_string_lossy().as_ref()) {
            continue;
        }
        let path = entry.path();
        let removed = if path.is_dir() {
            std::fs::remove_dir_all(&path)
        } else {
            std::fs::remove_file(&path)
        };
        match removed {
            Ok(()) => {
                tracing::info!(file = %path.display(), "removed a file that an ended process left")
            }
            Err(error) => {
                tracing::warn!(file = %path.display(), %error, "could not remove a left-over file")
            }
        }
    }
}

//! Layers in the catalogue.

use std::collections::HashMap;

use ingest::layer::{LayerId, LayerName, WorkspaceName};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::de::DeserializeOwned;
use serde_json::json;

use super::versions::remove_files;
use super::{
    Catalogue, Inner, LayerChange, LayerRecord, Publication, Result, StoreError, VersionNumber,
    VersionRecord, advance, position,
};

const COLUMNS: &str =
    "workspace, name, title, visibility, hidden, key_column, next_feature_id, current, previous";

pub(super) fn catalogue(inner: &Inner) -> Result<Catalogue> {
    let mut connection = inner.connection();
    // one transaction, so that position and layers belong together
    let transaction = connection
        .transaction()
        .map_err(StoreError::failed("reading the catalogue"))?;
    let position = position(&transaction)?;
    let layers = read_layers(&transaction, "ORDER BY workspace, folded", params![])?;
    Ok(Catalogue { position, layers })
}

pub(super) fn publish(inner: &Inner, publications: &[Publication]) -> Result<Vec<LayerRecord>> {
    let (records, outdated) = inner.transaction("publishing", |transaction| {
        let mut outdated = Vec::new();
        let mut records = Vec::new();
        for publication in publications {
            outdated.extend(publish_one(transaction, publication)?);
            records.push(find(transaction, &publication.id)?);
        }
        advance(transaction)?;
        Ok((records, outdated))
    })?;
    remove_files(inner, &outdated);
    Ok(records)
}

/// Makes a version current; the answer is a version that went.
fn publish_one(transaction: &Transaction<'_>, p: &Publication) -> Result<Option<VersionNumber>> {
    let failed = || StoreError::failed("publishing");
    let there: Option<(i64, VersionNumber, Option<VersionNumber>)> = transaction
        .query_row(
            "SELECT number, current, previous FROM layer WHERE workspace = ? AND folded = ?",
            params![p.id.workspace.as_str(), p.id.layer.folded()],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()
        .map_err(failed())?;
    let changed = transaction
        .execute(
            "UPDATE version SET published = 1, facts = ? WHERE number = ? AND hash IS NOT NULL",
            params![json!(p.facts).to_string(), p.version],
        )
        .map_err(failed())?;
    if changed != 1 {
        return Err(StoreError::NotFound(format!(
            "version {} is not finished",
            p.version
        )));
    }
    match (there, p.expected) {
        (None, None) => {
            transaction
                .execute(
                    "INSERT INTO layer (workspace, name, folded, title, visibility, hidden, key_column, next_feature_id, current)
                     VALUES (?, ?, ?, ?, ?, '[]', ?, ?, ?)",
                    params![
                        p.id.workspace.as_str(),
                        p.id.layer.as_str(),
                        p.id.layer.folded(),
                        p.title,
                        json!(p.visibility).as_str(),
                        p.key,
                        p.next_feature_id,
                        p.version,
                    ],
                )
                .map_err(failed())?;
            Ok(None)
        }
        (Some((number, current, previous)), Some(expected)) if current == expected => {
            transaction
                .execute(
                    "UPDATE layer SET current = ?, previous = ?, next_feature_id = ?, key_column = ifnull(?, key_column) WHERE number = ?",
                    params![p.version, current, p.next_feature_id, p.key, number],
                )
                .map_err(failed())?;
            if let Some(previous) = previous {
                transaction
                    .execute("DELETE FROM version WHERE number = ?", params![previous])
                    .map_err(failed())?;
            }
            Ok(previous)
        }
        (Some(_), None) => Err(StoreError::Conflict(format!(
            "layer {} exists already: use mode=replace to replace it, or choose another name",
            p.id
        ))),
        (None, Some(_)) => Err(StoreError::NotFound(format!("layer {} is gone", p.id))),
        (Some(_), Some(_)) => Err(StoreError::Conflict(format!(
            "layer {} was replaced by somebody else meanwhile; nothing was changed, try again",
            p.id
        ))),
    }
}

pub(super) fn change(inner: &Inner, id: &LayerId, change: &LayerChange) -> Result<LayerRecord> {
    inner.transaction("changing a layer", |transaction| {
        find(transaction, id)?;
        transaction
            .execute(
                "UPDATE layer SET visibility = ifnull(?, visibility), hidden = ifnull(?, hidden), title = ifnull(?, title)
                 WHERE workspace = ? AND folded = ?",
                params![
                    change.visibility.map(|v| json!(v).as_str().map(str::to_owned)),
                    change.hidden.as_ref().map(|h| json!(h).to_string()),
                    change.title,
                    id.workspace.as_str(),
                    id.layer.folded(),
                ],
            )
            .map_err(StoreError::failed("changing a layer"))?;
        advance(transaction)?;
        find(transaction, id)
    })
}

pub(super) fn delete(inner: &Inner, id: &LayerId) -> Result<()> {
    let numbers = inner.transaction("deleting a layer", |transaction| {
        let failed = || StoreError::failed("deleting a layer");
        let record = find(transaction, id)?;
        transaction
            .execute(
                "DELETE FROM layer WHERE workspace = ? AND folded = ?",
                params![id.workspace.as_str(), id.layer.folded()],
            )
            .map_err(failed())?;
        let numbers: Vec<VersionNumber> = std::iter::once(record.current.number)
            .chain(record.previous.map(|version| version.number))
            .collect();
        for number in &numbers {
            transaction
                .execute("DELETE FROM version WHERE number = ?", params![number])
                .map_err(failed())?;
        }
        advance(transaction)?;
        Ok(numbers)
    })?;
    remove_files(inner, &numbers);
    Ok(())
}

fn find(connection: &Connection, id: &LayerId) -> Result<LayerRecord> {
    read_layers(
        connection,
        "WHERE workspace = ? AND folded = ?",
        params![id.workspace.as_str(), id.layer.folded()],
    )?
    .pop()
    .ok_or_else(|| StoreError::NotFound(format!("there is no layer {id}")))
}

fn read_layers(
    connection: &Connection,
    condition: &str,
    values: &[&dyn rusqlite::ToSql],
) -> Result<Vec<LayerRecord>> {
    let failed = || StoreError::failed("reading the catalogue");
    let versions: HashMap<VersionNumber, VersionRecord> = connection
        .prepare_cached(
            "SELECT number, schema, hash, facts, created FROM version WHERE published = 1",
        )
        .and_then(|mut statement| {
            statement
                .query_map([], read_version)?
                .map(|v| v.map(|v| (v.number, v)))
                .collect()
        })
        .map_err(failed())?;
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM layer {condition}"))
        .and_then(|mut statement| {
            statement
                .query_map(values, |row| read_layer(row, &versions))?
                .collect()
        })
        .map_err(failed())
}

fn read_version(row: &Row<'_>) -> rusqlite::Result<VersionRecord> {
    Ok(VersionRecord {
        number: row.get(0)?,
        schema: from_json(row, 1)?,
        hash: row.get(2)?,
        facts: from_json(row, 3)?,
        created: row.get(4)?,
    })
}

fn read_layer(
    row: &Row<'_>,
    versions: &HashMap<VersionNumber, VersionRecord>,
) -> rusqlite::Result<LayerRecord> {
    let name = |column: usize| row.get::<_, String>(column);
    let wrong = |e: ingest::Error| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(e))
    };
    let current: VersionNumber = row.get(7)?;
    let previous: Option<VersionNumber> = row.get(8)?;
    let visibility: String = row.get(3)?;
    Ok(LayerRecord {
        id: LayerId {
            workspace: WorkspaceName::new(&name(0)?).map_err(wrong)?,
            layer: LayerName::new(&name(1)?).map_err(wrong)?,
        },
        title: row.get(2)?,
        visibility: if visibility == "private" {
            super::super::Visibility::Private
        } else {
            super::super::Visibility::Public
        },
        hidden: from_json(row, 4)?,
        key: row.get(5)?,
        next_feature_id: row.get(6)?,
        current: versions
            .get(&current)
            .cloned()
            .ok_or(rusqlite::Error::QueryReturnedNoRows)?,
        previous: previous.and_then(|number| versions.get(&number).cloned()),
    })
}

fn from_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|e| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(e))
    })
}

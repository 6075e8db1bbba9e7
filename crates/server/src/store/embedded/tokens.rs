//! Tokens in the catalogue.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::super::{Scope, TokenRecord};
use super::{Inner, Result, StoreError};

const COLUMNS: &str = "prefix, hash, role, scope, created, expires";

pub(super) fn put(inner: &Inner, token: &TokenRecord) -> Result<()> {
    let seconds = |at: SystemTime| {
        at.duration_since(UNIX_EPOCH)
            .map_or(0, |d| d.as_secs() as i64)
    };
    inner.transaction("keeping a token", |transaction| {
        transaction
            .execute(
                "INSERT INTO token (prefix, hash, role, scope, created, expires) VALUES (?, ?, ?, ?, ?, ?)",
                params![
                    token.prefix,
                    token.hash,
                    token.role.name(),
                    token.scope.to_string(),
                    seconds(token.created),
                    token.expires.map(seconds),
                ],
            )
            .map(drop)
            .map_err(StoreError::failed("keeping a token"))
    })
}

pub(super) fn find(connection: &Connection, prefix: &str) -> Result<Option<TokenRecord>> {
    let token = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM token WHERE prefix = ?"))
        .and_then(|mut statement| statement.query_row(params![prefix], read).optional())
        .map_err(StoreError::failed("looking for a token"))?;
    Ok(token.filter(|token| token.expires.is_none_or(|at| at > SystemTime::now())))
}

pub(super) fn all(connection: &Connection) -> Result<Vec<TokenRecord>> {
    connection
        .prepare(&format!(
            "SELECT {COLUMNS} FROM token ORDER BY created, prefix"
        ))
        .and_then(|mut statement| statement.query_map([], read)?.collect())
        .map_err(StoreError::failed("listing tokens"))
}

pub(super) fn revoke(inner: &Inner, prefix: &str) -> Result<()> {
    inner.transaction("revoking a token", |transaction| {
        let gone = transaction
            .execute("DELETE FROM token WHERE prefix = ?", params![prefix])
            .map_err(StoreError::failed("revoking a token"))?;
        if gone == 0 {
            return Err(StoreError::NotFound(format!("there is no token {prefix}")));
        }
        Ok(())
    })
}

fn read(row: &Row<'_>) -> rusqlite::Result<TokenRecord> {
    let wrong = |column: usize, what: &str| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, what.into())
    };
    let role: String = row.get(2)?;
    let scope: String = row.get(3)?;
    let moment = |seconds: i64| UNIX_EPOCH + Duration::from_secs(seconds.max(0) as u64);
    Ok(TokenRecord {
        prefix: row.get(0)?,
        hash: row.get(1)?,
        role: clap::ValueEnum::from_str(&role, false).map_err(|e| wrong(2, &e))?,
        scope: Scope::parse(&scope).map_err(|e| wrong(3, &e.to_string()))?,
        created: moment(row.get(4)?),
        expires: row.get::<_, Option<i64>>(5)?.map(moment),
    })
}

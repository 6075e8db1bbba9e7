//! The catalogue's tables.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use super::{Result, StoreError};

/// Raised with every change of the tables; a newer folder is not opened by an older program.
const VERSION: i64 = 1;

const TABLES: &str = "
CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
CREATE TABLE layer (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  workspace TEXT NOT NULL,
  name TEXT NOT NULL,
  folded TEXT NOT NULL,
  title TEXT NOT NULL,
  visibility TEXT NOT NULL,
  hidden TEXT NOT NULL,
  key_column TEXT,
  next_feature_id INTEGER NOT NULL,
  current INTEGER NOT NULL REFERENCES version,
  previous INTEGER REFERENCES version,
  UNIQUE (workspace, folded)
) STRICT;
CREATE TABLE version (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  owner TEXT NOT NULL,
  schema TEXT NOT NULL,
  hash TEXT,
  facts TEXT,
  created TEXT NOT NULL,
  published INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE job (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  request TEXT NOT NULL,
  state TEXT NOT NULL,
  phase TEXT NOT NULL,
  done INTEGER NOT NULL DEFAULT 0,
  total INTEGER,
  report TEXT NOT NULL DEFAULT 'null',
  owner TEXT,
  cancel INTEGER NOT NULL DEFAULT 0,
  created TEXT NOT NULL,
  idempotency TEXT UNIQUE
) STRICT;
CREATE TABLE token (
  prefix TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  role TEXT NOT NULL,
  scope TEXT NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER
) STRICT;
INSERT INTO meta VALUES ('position', 1);
";

/// Opens the catalogue: write-ahead log, and a commit is on disk when it returns.
pub(super) fn open(path: &Path) -> Result<Connection> {
    let failed = || StoreError::failed("opening the catalogue");
    let connection = Connection::open(path).map_err(failed())?;
    connection
        .busy_timeout(Duration::from_secs(20))
        .map_err(failed())?;
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
        )
        .map_err(failed())?;
    Ok(connection)
}

/// Makes the tables in a new folder.
pub(super) fn prepare(connection: &mut Connection) -> Result<()> {
    let failed = || StoreError::failed("preparing the catalogue");
    let transaction = connection
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .map_err(failed())?;
    let version: i64 = transaction
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(failed())?;
    match version {
        0 => transaction
            .execute_batch(&format!("{TABLES} PRAGMA user_version = {VERSION};"))
            .map_err(failed())?,
        VERSION => {}
        newer => {
            return Err(StoreError::Conflict(format!(
                "the data folder is of version {newer}, this program knows {VERSION}: use the newer program"
            )));
        }
    }
    transaction.commit().map_err(failed())
}

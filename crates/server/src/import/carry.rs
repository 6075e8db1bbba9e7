//! Feature ids that outlive a re-upload.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use ingest::import::{Finding, Level};
use ingest::layer::{Batch, LayerSchema, Value};
use serde_json::{Map, json};

use crate::store::{LayerRecord, Result, Store};

/// Gives ids to features as they come: the ones they had before where they can be told, else new
/// ones.
#[derive(Debug)]
pub(super) struct IdGiver {
    next: i64,
    by_key: Option<KeyColumn>,
    /// What a feature is known by → the ids it had, last given first.
    before: HashMap<u128, Vec<i64>>,
    carried: u64,
    given: u64,
    repeated_keys: u64,
    repeated: Vec<i64>,
    /// Numbers in the file with the ids they got.
    numbered: Vec<(i64, i64)>,
}

#[derive(Debug, Clone)]
struct KeyColumn {
    name: String,
    column: usize,
}

impl IdGiver {
    /// For a new layer: 1, 2, … in file order.
    pub(super) fn fresh() -> Self {
        Self {
            next: 1,
            by_key: None,
            before: HashMap::new(),
            carried: 0,
            given: 0,
            repeated_keys: 0,
            repeated: Vec::new(),
            numbered: Vec::new(),
        }
    }

    /// For a replaced layer: reads what its current version knows its features by. Without a key
    /// column that is geometry and attributes together.
    pub(super) async fn carrying(
        store: &dyn Store,
        record: &LayerRecord,
        new: &LayerSchema,
        key: Option<&str>,
    ) -> Result<Self> {
        let mut giver = Self {
            next: record.next_feature_id,
            ..Self::fresh()
        };
        let old = &record.current.schema;
        let column_of =
            |schema: &LayerSchema, name: &str| schema.columns.iter().position(|c| c.name == name);
        let old_key = match key {
            Some(name) => {
                giver.by_key = column_of(new, name).map(|column| KeyColumn {
                    name: name.to_owned(),
                    column,
                });
                column_of(old, name)
            }
            None => None,
        };
        if (key.is_some() && (old_key.is_none() || giver.by_key.is_none()))
            || (key.is_none() && old.columns != new.columns)
        {
            return Ok(giver);
        }
        let before: Arc<Mutex<HashMap<u128, Vec<i64>>>> = Arc::default();
        let sink = before.clone();
        store
            .read_version(
                &record.current,
                Box::new(move |batch| {
                    let mut before = sink.lock().unwrap_or_else(PoisonError::into_inner);
                    for row in 0..batch.len() {
                        if let Some(mark) = mark(&batch, row, old_key) {
                            before.entry(mark).or_default().push(batch.ids[row]);
                        }
                    }
                    Ok(())
                }),
            )
            .await?;
        giver.before = std::mem::take(&mut *before.lock().unwrap_or_else(PoisonError::into_inner));
        if giver.by_key.is_some() {
            // a key that two features had tells neither
            giver.before.retain(|_, ids| ids.len() == 1);
        } else {
            giver.before.values_mut().for_each(|ids| ids.reverse());
        }
        Ok(giver)
    }

    /// Replaces a batch's source numbers by permanent ids.
    pub(super) fn number(&mut self, batch: &mut Batch) {
        let key = self.by_key.as_ref().map(|key| key.column);
        for row in 0..batch.len() {
            let before = if self.before.is_empty() {
                None
            } else {
                mark(batch, row, key)
            };
            let known = before.and_then(|mark| self.before.get_mut(&mark));
            let id = match known {
                Some(ids) => match ids.pop() {
                    Some(id) => {
                        self.carried += 1;
                        Some(id)
                    }
                    None if key.is_some() => {
                        self.repeated_keys += 1;
                        self.repeated
                            .extend((self.repeated.len() < 20).then_some(batch.ids[row]));
                        None
                    }
                    None => None,
                },
                None => None,
            };
            let id = id.unwrap_or_else(|| {
                self.given += 1;
                self.next += 1;
                self.next - 1
            });
            self.numbered.push((batch.ids[row], id));
            batch.ids[row] = id;
        }
    }

    /// The first id that was never given out.
    pub(super) fn next(&self) -> i64 {
        self.next
    }

    /// Names features by their ids, where the reader named them by their numbers in the file.
    pub(super) fn name_features(&self, findings: &mut [Finding]) {
        let wanted: HashSet<i64> = findings
            .iter()
            .flat_map(|finding| &finding.features)
            .copied()
            .collect();
        let ids: HashMap<i64, i64> = self
            .numbered
            .iter()
            .filter(|(number, _)| wanted.contains(number))
            .copied()
            .collect();
        for finding in findings {
            finding.features = finding
                .features
                .iter()
                .filter_map(|number| ids.get(number).copied())
                .collect();
        }
    }

    /// What the uploader is told of it.
    pub(super) fn findings(&self, layer: &str, replaced: bool) -> Vec<Finding> {
        let mut findings = Vec::new();
        if replaced {
            findings.push(finding(
                "ids-carried",
                Level::Info,
                layer,
                self.carried,
                &[],
                format!(
                    "{} features kept their ids, {} got new ones.",
                    self.carried, self.given
                ),
            ));
        }
        if self.repeated_keys > 0 {
            let name = self.by_key.as_ref().map_or("", |key| &key.name);
            findings.push(finding(
                "key-repeated",
                Level::Warning,
                layer,
                self.repeated_keys,
                &self.repeated,
                format!(
                    "{} features repeat a value of the key column '{name}'; only the first of each kept its id.",
                    self.repeated_keys
                ),
            ));
        }
        findings
    }
}

/// Which columns a replacement dropped, added or changed.
pub(super) fn column_changes(layer: &str, old: &LayerSchema, new: &LayerSchema) -> Vec<Finding> {
    let mut findings = Vec::new();
    for column in &old.columns {
        let text = match new.columns.iter().find(|c| c.name == column.name) {
            Some(same) if same.kind == column.kind => continue,
            Some(other) => (
                "column-type-changed",
                format!(
                    "Column '{}' was {:?} and is now {:?}.",
                    column.name, column.kind, other.kind
                )
                .to_lowercase(),
            ),
            None => (
                "column-gone",
                format!("Column '{}' is no longer there.", column.name),
            ),
        };
        let mut finding = finding(text.0, Level::Warning, layer, 0, &[], text.1);
        finding.column = Some(column.name.clone());
        findings.push(finding);
    }
    for column in &new.columns {
        if old.columns.iter().all(|c| c.name != column.name) {
            let mut finding = finding(
                "column-new",
                Level::Info,
                layer,
                0,
                &[],
                format!("Column '{}' is new.", column.name),
            );
            finding.column = Some(column.name.clone());
            findings.push(finding);
        }
    }
    findings
}

fn finding(
    code: &str,
    level: Level,
    layer: &str,
    count: u64,
    features: &[i64],
    text: String,
) -> Finding {
    let params: Map<_, _> = [("count".to_owned(), json!(count))].into_iter().collect();
    Finding {
        code: code.to_owned(),
        level,
        layer: layer.to_owned(),
        column: None,
        count,
        features: features.to_vec(),
        params,
        text,
    }
}

/// What a feature is known by: its key, or all of it; `None` for a null key.
fn mark(batch: &Batch, row: usize, key: Option<usize>) -> Option<u128> {
    let mut bytes = Vec::new();
    match key {
        Some(column) => match batch.columns.get(column)?.get(row) {
            Value::Null => return None,
            value => write_value(&mut bytes, value),
        },
        None => {
            let wkb = batch.wkb(row);
            bytes.push(u8::from(wkb.is_some()));
            bytes.extend(wkb.unwrap_or_default());
            for column in &batch.columns {
                write_value(&mut bytes, column.get(row));
            }
        }
    }
    Some(xxhash_rust::xxh3::xxh3_128(&bytes))
}

fn write_value(out: &mut Vec<u8>, value: Value<'_>) {
    let (tag, bytes): (u8, &[u8]) = match &value {
        Value::Null => (0, &[]),
        Value::Bool(v) => (1, if *v { &[1] } else { &[0] }),
        Value::Integer(v) => (2, &v.to_le_bytes()),
        Value::Real(v) => (3, &v.to_le_bytes()),
        Value::Text(v) => (4, v.as_bytes()),
        Value::Binary(v) => (5, v),
    };
    out.push(tag);
    out.extend((bytes.len() as u64).to_le_bytes());
    out.extend(bytes);
}

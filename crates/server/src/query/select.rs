//! Choosing a page of features.

use super::boxes::BoxFilter;
use crate::served::View;

/// Which features are asked for: those in a box, a page of them in order of their ids.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FeatureQuery {
    /// The box to be met, if any.
    pub bbox: Option<BoxFilter>,
    /// The page starts behind this feature id.
    pub after: Option<i64>,
    /// The most features of the page.
    pub limit: usize,
}

/// A page of features.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// Rows of the page, by feature id.
    pub rows: Vec<u32>,
    /// How many features meet the question on all pages.
    pub matched: usize,
    /// The feature id behind which the next page starts, when there is one.
    pub next: Option<i64>,
}

/// Answers a question.
///
/// # Errors
/// When the box's CRS cannot be transformed to the layer's.
pub fn select(view: &View, query: &FeatureQuery) -> ingest::error::Result<Selection> {
    let filtered;
    let by_id: &[u32] = match &query.bbox {
        None => view.rows_by_id(),
        Some(bbox) => {
            let mut rows = bbox.rows(view)?;
            rows.sort_unstable_by_key(|&row| view.feature_id(row));
            filtered = rows;
            &filtered
        }
    };
    let start = match query.after {
        None => 0,
        Some(after) => by_id.partition_point(|&row| view.feature_id(row) <= Some(after)),
    };
    let end = by_id.len().min(start.saturating_add(query.limit));
    let rows = by_id[start..end].to_vec();
    let next = if end < by_id.len() {
        rows.last().and_then(|&row| view.feature_id(row))
    } else {
        None
    };
    Ok(Selection {
        rows,
        matched: by_id.len(),
        next,
    })
}

//! Columns keep their names to the letter, but no two the same.

use std::collections::HashSet;

use crate::findings::{Code, Findings};

/// A name that no column before had; an empty one is numbered.
pub(crate) fn unique_column(
    name: &str,
    number: usize,
    taken: &mut HashSet<String>,
    findings: &mut Findings,
) -> String {
    let mut unique = name.to_owned();
    if unique.is_empty() {
        unique = format!("column_{}", number + 1);
        findings.tell(Code::ColumnNamed, Some(&unique), 1, "");
    }
    let base = unique.clone();
    let mut n = 1;
    while !taken.insert(unique.clone()) {
        n += 1;
        unique = format!("{base}_{n}");
    }
    if n > 1 {
        findings.tell(
            Code::ColumnRenamed,
            Some(&base),
            1,
            &format!("{base} → {unique}"),
        );
    }
    unique
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_numbered_and_told() {
        let (mut taken, mut findings) = (HashSet::new(), Findings::new("x"));
        let mut name = |name| unique_column(name, 3, &mut taken, &mut findings);
        assert_eq!(name("naam"), "naam");
        assert_eq!(name("Naam"), "Naam");
        assert_eq!(name("naam_2"), "naam_2");
        assert_eq!(name("naam"), "naam_3");
        assert_eq!(name(""), "column_4");
        let codes: Vec<String> = findings.finish().into_iter().map(|f| f.code).collect();
        assert_eq!(codes, ["column-renamed", "column-named"]);
    }
}

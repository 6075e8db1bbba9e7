//! Which character separates the values, and whether a text is separated values at all.

/// The separators that are looked for, likeliest first where all else is equal.
const SEPARATORS: [u8; 4] = [b';', b'\t', b',', b'|'];
/// How many rows are looked at.
const ROWS: usize = 50;

/// Whether the start of a file looks like separated values: rows of several columns, mostly as
/// many as the first one has. A file that is `named` so may have one column.
pub(crate) fn looks_like(head: &[u8], named: bool) -> bool {
    let is_utf16 = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    if is_utf16 {
        return named;
    }
    if head.contains(&0) || head.trim_ascii().is_empty() {
        return false;
    }
    named || judged(head).is_some()
}

/// The separator; a comma where nothing tells.
pub(super) fn separator(head: &[u8]) -> u8 {
    judged(head).unwrap_or(b',')
}

fn judged(head: &[u8]) -> Option<u8> {
    let mut best: Option<(usize, usize, u8)> = None;
    for separator in SEPARATORS {
        let mut reader = ::csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(head);
        let mut rows: Vec<usize> = reader
            .byte_records()
            .take(ROWS)
            .map_while(Result::ok)
            .map(|row| row.len())
            .collect();
        // The last row of a cut text may be cut itself.
        if rows.len() > 2 {
            rows.pop();
        }
        let columns = rows.first().copied().unwrap_or(0);
        let alike = rows.iter().filter(|&&n| n == columns).count();
        if columns < 2 || alike * 10 < rows.len() * 8 {
            continue;
        }
        let score = (alike * 100 / rows.len(), columns, separator);
        if best.is_none_or(|best| (score.0, score.1) > (best.0, best.1)) {
            best = Some(score);
        }
    }
    best.map(|(_, _, separator)| separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_the_one_that_makes_even_rows() {
        assert_eq!(separator(b"a;b\n1,5;2\n3,5;4\n1,2;3\n"), b';');
        assert_eq!(separator(b"a,b\n\"1;2\",3\n\"4;5\",6\n"), b',');
        assert_eq!(separator(b"a\tb,c\n1\t2,3\n4\t5\n"), b'\t');
        assert_eq!(separator(b"alone\n1\n"), b',');
    }

    #[test]
    fn prose_is_no_table() {
        assert!(!looks_like(
            b"Beste,\n\nin bijlage het bestand, zoals gevraagd, van de wegen.\nGroeten\n",
            false
        ));
        assert!(looks_like(b"x;y\n1;2\n3;4\n", false));
        assert!(!looks_like(b"\0\0a;b\n", true));
    }
}

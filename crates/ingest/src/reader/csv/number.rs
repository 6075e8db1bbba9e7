//! The ways in which numbers are written, one per column.

use crate::typing::number;

/// How a column writes its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `1234.5`
    Point,
    /// `1234,5`
    Comma,
    /// `1.234,5`
    PointGroups,
    /// `1,234.5`
    CommaGroups,
    /// `1 234,5`
    BlankGroupsComma,
    /// `1 234.5`
    BlankGroupsPoint,
}

/// In the order in which they are preferred.
pub(super) const FORMS: [Form; 6] = [
    Form::Point,
    Form::Comma,
    Form::PointGroups,
    Form::CommaGroups,
    Form::BlankGroupsComma,
    Form::BlankGroupsPoint,
];

/// Plain, no-break and narrow no-break blanks.
pub(super) const BLANKS: [char; 3] = [' ', '\u{a0}', '\u{202f}'];

impl Form {
    /// A number in this form: its value, and the same as a whole number when it is one.
    ///
    /// Leading zeros and a leading plus are no number's: they belong to codes and telephones.
    pub(super) fn read(self, text: &str) -> Option<(f64, Option<i64>)> {
        let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
        let coded = matches!(digits, [b'0', b'0'..=b'9', ..]) || text.starts_with('+');
        if coded || text.is_empty() || text.len() > 60 {
            return None;
        }
        match self {
            Self::Point => number(text),
            Self::Comma if text.matches(',').count() == 1 && !text.contains('.') => {
                number(&text.replace(',', "."))
            }
            Self::Comma if !text.contains([',', '.']) => number(text),
            Self::Comma => None,
            Self::PointGroups => grouped(text, &['.'], ','),
            Self::CommaGroups => grouped(text, &[','], '.'),
            Self::BlankGroupsComma => grouped(text, &BLANKS, ','),
            Self::BlankGroupsPoint => grouped(text, &BLANKS, '.'),
        }
    }
}

/// A number whose whole part is in groups of three, or has no groups.
fn grouped(text: &str, marks: &[char], decimal: char) -> Option<(f64, Option<i64>)> {
    let (whole, fraction) = match text.split_once(decimal) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if fraction.is_some_and(|fraction| !all_digits(fraction)) {
        return None;
    }
    let sign = if whole.starts_with('-') { "-" } else { "" };
    let mut groups = whole[sign.len()..].split(|c| marks.contains(&c));
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let fits = all_digits(first)
        && (rest.is_empty() || first.len() <= 3)
        && rest
            .iter()
            .all(|group| group.len() == 3 && all_digits(group));
    if !fits {
        return None;
    }
    let whole: String = [sign, first].into_iter().chain(rest).collect();
    number(&match fraction {
        Some(fraction) => format!("{whole}.{fraction}"),
        None => whole,
    })
}

/// Which forms all values of a column allow.
#[derive(Debug, Clone, Copy)]
pub(super) struct Forms {
    possible: [bool; 6],
    whole: [bool; 6],
}

impl Forms {
    /// No value seen yet.
    pub(super) fn new() -> Self {
        Self {
            possible: [true; 6],
            whole: [true; 6],
        }
    }

    /// Takes in a value that is not empty.
    pub(super) fn add(&mut self, text: &str) {
        for (i, form) in FORMS.into_iter().enumerate() {
            if !self.possible[i] {
                continue;
            }
            match form.read(text) {
                None => self.possible[i] = false,
                Some((_, whole)) => self.whole[i] &= whole.is_some(),
            }
        }
    }

    /// The preferred form that all values have, and whether all are whole numbers in it.
    pub(super) fn form(self) -> Option<(Form, bool)> {
        let at = self.possible.iter().position(|&possible| possible)?;
        Some((FORMS[at], self.whole[at]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[&str]) -> Option<(Form, bool)> {
        let mut forms = Forms::new();
        values.iter().for_each(|value| forms.add(value));
        forms.form()
    }

    #[test]
    fn a_column_has_one_form_that_fits_all_its_values() {
        assert_eq!(of(&["1", "-2"]), Some((Form::Point, true)));
        assert_eq!(of(&["1", "2.5"]), Some((Form::Point, false)));
        assert_eq!(of(&["1", "2,5"]), Some((Form::Comma, false)));
        assert_eq!(of(&["1.234,5", "999"]), Some((Form::PointGroups, false)));
        assert_eq!(
            of(&["1,234.5", "1,234,567"]),
            Some((Form::CommaGroups, false))
        );
        assert_eq!(of(&["1 234", "12"]), Some((Form::BlankGroupsComma, true)));
        assert_eq!(of(&["1,5", "2.5"]), None);
        assert_eq!(Form::PointGroups.read("1.234,5"), Some((1234.5, None)));
    }

    #[test]
    fn codes_and_telephones_are_no_numbers() {
        for text in [
            "01000",
            "+3256241616",
            "00",
            "1.2.3",
            "12 34",
            "1e",
            "nan",
            "0x12",
        ] {
            assert_eq!(of(&[text]), None, "{text}");
        }
        assert!(of(&["0", "0.5"]).is_some());
    }
}

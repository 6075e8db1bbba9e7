//! The report lines of one layer, gathered while it is read.

use ingest::import::{Finding, Level};
use serde_json::{Map, Value};

/// How many features a line names.
const NAMED: usize = 20;
/// How many values a line shows.
const SAMPLES: usize = 3;
/// How long a shown value may be, in characters.
const SAMPLE_LENGTH: usize = 40;
/// How many lines a layer may have; a hostile file could have one per column and kind.
const LINES: usize = 500;

macro_rules! codes {
    ($($variant:ident $word:literal $level:ident $sentence:literal)*) => {
        /// What can be found; the sentence speaks of `{n}` values or features of column `{col}`,
        /// with `{samples}`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Code { $(#[doc = $sentence] $variant),* }

        impl Code {
            /// The stable word.
            pub(crate) fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
            fn level(self) -> Level {
                match self { $(Self::$variant => Level::$level),* }
            }
            fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence),* }
            }
        }
    };
}

codes! {
    DecimalComma "decimal-comma" Info "Column {col}: {n} numbers are written with a decimal comma and were read as such{samples}."
    Thousands "thousands-separator" Info "Column {col}: {n} numbers have thousands separators, which were left out{samples}."
    NumberOverflow "number-overflow" Warning "Column {col}: {n} values are asterisks, which a program writes when a number does not fit its field; they are empty now."
    NumberUnreadable "number-unreadable" Warning "Column {col}: {n} values are no numbers and are empty now{samples}."
    NumberAsText "number-as-text" Info "Column {col}: {n} numbers were stored as text and are numbers now{samples}."
    IntegerWithFraction "integer-with-fraction" Warning "Column {col} is declared as whole numbers but {n} values have a fraction; all are kept as decimal numbers{samples}."
    DateImpossible "date-impossible" Warning "Column {col}: {n} values are no dates or times and are empty now{samples}."
    LogicalUnreadable "logical-unreadable" Warning "Column {col}: {n} values are neither true nor false and are empty now{samples}."
    TextUndecodable "text-undecodable" Warning "Column {col}: {n} texts hold bytes that mean nothing in this encoding; the bytes are shown as \u{fffd}{samples}."
    TextCut "text-cut" Warning "Column {col}: {n} texts were cut inside their last letter by the program that wrote the file; that letter is left out{samples}."
    WrongType "wrong-type" Warning "Column {col}: {n} values are of another type than the column declares and are empty now{samples}."
    TypesMixed "types-mixed" Info "Column {col} holds values of several types; all {n} are kept as {samples}."
    ColumnRenamed "column-renamed" Info "A second column of the same name was renamed{samples}."
    ColumnUnreadable "column-unreadable" Warning "Column {col} has a type that cannot be read and was left out{samples}."
    ColumnsEmptyDropped "empty-columns-dropped" Info "{n} columns without a name and without any value were left out."
    ColumnNamed "column-named" Info "A column without a name is called {col}."
    RowsUneven "rows-uneven" Warning "{n} rows have more values than there are columns; the values beyond were left out."
    RowsShort "rows-short" Info "{n} rows have fewer values than there are columns; the missing ones are empty."
    CoordinateUnreadable "coordinate-unreadable" Warning "{n} features have coordinates that cannot be read; they are kept without geometry{samples}."
    CoordinateMissing "coordinate-missing" Info "{n} features have no coordinates; they are kept without geometry."
    CoordinatesFrom "coordinates-from" Info "The positions come from the columns{samples}."
    GeometryUnreadable "geometry-unreadable" Warning "{n} features have a geometry that cannot be read; they are kept without it{samples}."
    CurvesLinearised "curves-linearised" Info "{n} curved geometries were replaced by lines of short straight pieces."
    RingsClosed "rings-closed" Info "{n} polygons were not closed; they are now."
    PartsDegenerate "parts-degenerate" Warning "{n} geometries had rings or lines with too few points; those parts were left out."
    GeometryRepaired "geometry-repaired" Warning "{n} polygons cross or overlap themselves and were repaired; look whether the result is what you mean."
    GeometryUnrepairable "geometry-unrepairable" Warning "{n} polygons cross themselves so that nothing was left after repair; they are kept WITHOUT geometry. Correct them in the source and upload again."
    CollectionsFlattened "collections-flattened" Info "{n} nested geometry collections were flattened."
    FeatureUnreadable "feature-unreadable" Warning "{n} features cannot be read and were left out{samples}."
    RecordsDeleted "records-deleted" Info "{n} records are marked as deleted in the table and were left out."
    RecordsMissing "records-missing" Warning "{n} geometries have no record in the table, or records no geometry; what is missing is empty."
    TableMissing "table-missing" Warning "There is no table (.dbf) beside the shapes: the layer has no attributes."
    TableDamaged "table-damaged" Warning "The table (.dbf) is cut off: {n} records that it announces are not there."
    IndexRestored "index-restored" Info "The index (.shx) was missing or damaged and was rebuilt."
    EncodingGuessed "encoding-guessed" Warning "Nothing in the file says how its text is encoded; it was guessed{samples}. Pass encoding= when letters look wrong."
    EncodingContradiction "encoding-contradiction" Warning "The file states an encoding that its text contradicts{samples}."
    CrsGuessed "crs-guessed" Warning "{samples}"
    CrsOverridden "crs-overridden" Info "The file itself states another CRS than the one that was asked for{samples}."
    MemberIgnored "member-ignored" Warning "{n} files of the upload are of no format that is read and were left out{samples}."
    TableIgnored "table-ignored" Warning "{n} tables of the file were left out: views, virtual tables, or not listed as data{samples}."
    LayerRenamed "layer-renamed" Info "Another layer of the file has the same name; this one was renamed{samples}."
}

struct Line {
    code: Code,
    column: Option<String>,
    count: u64,
    features: Vec<i64>,
    samples: Vec<String>,
}

/// The lines of a layer.
#[derive(Default)]
pub(crate) struct Findings {
    layer: String,
    lines: Vec<Line>,
}

impl Findings {
    /// For a layer, or for the whole file when the name is empty.
    pub(crate) fn new(layer: &str) -> Self {
        Self {
            layer: layer.to_owned(),
            ..Self::default()
        }
    }

    /// Gives the layer its final name.
    pub(crate) fn rename(&mut self, layer: &str) {
        layer.clone_into(&mut self.layer);
    }

    /// Counts one feature or value more; `id` is the source's.
    pub(crate) fn note(
        &mut self,
        code: Code,
        column: Option<&str>,
        id: i64,
        sample: impl FnOnce() -> String,
    ) {
        let Some(line) = self.line(code, column) else {
            return;
        };
        line.count += 1;
        if line.features.len() < NAMED {
            line.features.push(id);
        }
        if line.samples.len() < SAMPLES {
            let sample = shortened(&sample());
            if !sample.is_empty() && !line.samples.contains(&sample) {
                line.samples.push(sample);
            }
        }
    }

    /// Tells something about a column or the layer as a whole.
    pub(crate) fn tell(&mut self, code: Code, column: Option<&str>, count: u64, sample: &str) {
        if let Some(line) = self.line(code, column) {
            line.count += count;
            if !sample.is_empty() && line.samples.len() < 12 {
                line.samples.push(sample.to_owned());
            }
        }
    }

    fn line(&mut self, code: Code, column: Option<&str>) -> Option<&mut Line> {
        let found = self
            .lines
            .iter()
            .position(|line| line.code == code && line.column.as_deref() == column);
        let at = match found {
            Some(at) => at,
            None if self.lines.len() == LINES => {
                return None;
            }
            None => {
                self.lines.push(Line {
                    code,
                    column: column.map(str::to_owned),
                    count: 0,
                    features: Vec::new(),
                    samples: Vec::new(),
                });
                self.lines.len() - 1
            }
        };
        self.lines.get_mut(at)
    }

    /// The finished report lines.
    pub(crate) fn finish(self) -> Vec<Finding> {
        let layer = self.layer;
        self.lines
            .into_iter()
            .map(|line| finished(&layer, line))
            .collect()
    }
}

fn finished(layer: &str, line: Line) -> Finding {
    let shown = if line.samples.is_empty() {
        String::new()
    } else if line.code == Code::CrsGuessed {
        line.samples.join(" ")
    } else if line.code == Code::TypesMixed {
        line.samples.join(", ")
    } else {
        format!(" ({})", line.samples.join(" · "))
    };
    let text = line
        .code
        .sentence()
        .replace("{n}", &line.count.to_string())
        .replace("{col}", line.column.as_deref().unwrap_or(""))
        .replace("{samples}", &shown);
    let mut params = Map::new();
    if !line.samples.is_empty() {
        let samples = line.samples.into_iter().map(Value::String).collect();
        params.insert("samples".to_owned(), Value::Array(samples));
    }
    Finding {
        code: line.code.word().to_owned(),
        level: line.code.level(),
        layer: layer.to_owned(),
        column: line.column,
        count: line.count,
        features: line.features,
        params,
        text,
    }
}

/// A value as a person may read it in one line.
pub(crate) fn shortened(text: &str) -> String {
    let mut short: String = text
        .trim()
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(SAMPLE_LENGTH + 1)
        .collect();
    if short.chars().count() > SAMPLE_LENGTH {
        short.pop();
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_counts_all_and_names_twenty() {
        let mut findings = Findings::new("adressen");
        for i in 0..652 {
            findings.note(Code::DecimalComma, Some("ANGLE"), i, || {
                "309,92 → 309.92".to_owned()
            });
        }
        let lines = findings.finish();
        assert_eq!(lines.len(), 1);
        assert_eq!((lines[0].count, lines[0].features.len()), (652, 20));
        assert!(lines[0].text.contains("ANGLE: 652") && lines[0].text.contains("309.92"));
    }

    #[test]
    fn a_hostile_number_of_kinds_stays_bounded() {
        let mut findings = Findings::new("x");
        for i in 0..5000 {
            findings.note(Code::WrongType, Some(&i.to_string()), i, String::new);
        }
        assert_eq!(findings.finish().len(), LINES);
    }
}

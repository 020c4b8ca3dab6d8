//! A CSV file as rows under a heading row: the delimiter is found by trying, columns by alias and
//! never by position. Knows no column's meaning; that is the reader's that asks.

use csv::{Reader, ReaderBuilder, StringRecord};

use super::{FileRefused, ROW_LIMIT, Reason, RowError, cell};

/// The heading row is looked for in this many rows: exports put a title and a date above it.
const HEADING_WITHIN: usize = 10;
/// No cell of this trade is longer; a quote that never closes makes one.
const CELL_LIMIT: usize = 4_000;
const CELL_LINES: usize = 12;

/// A column by what files call it; the first alias that a file has wins. Aliases are written as
/// [`normal`] leaves a heading: lower case, letters and digits only.
pub struct Column {
    /// As refusals name it.
    pub field: &'static str,
    pub aliases: &'static [&'static str],
}

/// A file whose heading row was found.
pub struct Table<'t> {
    text: &'t str,
    delimiter: u8,
    heading_byte: u64,
    /// For each column asked for: where it stands in a row.
    found: Vec<Option<usize>>,
}

/// One row under the heading that says anything.
pub struct Row<'r> {
    /// 1 for the first row under the heading.
    pub number: usize,
    /// The line of the file where it starts.
    pub line: u64,
    record: &'r StringRecord,
    found: &'r [Option<usize>],
}

impl<'t> Table<'t> {
    /// Finds the heading row and the delimiter with which most of `columns` are found. Of each group
    /// in `needed` (indexes into `columns`) at least one column must be there.
    pub fn find(
        text: &'t str,
        columns: &[Column],
        needed: &[&[usize]],
    ) -> Result<Self, FileRefused> {
        let best = [b',', b';', b'\t', b'|']
            .into_iter()
            .filter_map(|delimiter| heading(text, delimiter, columns, needed))
            .max_by_key(|table| table.found.iter().flatten().count());
        best.ok_or_else(|| {
            let group = |group: &&[usize]| {
                let names: Vec<&str> = group.iter().map(|column| columns[*column].field).collect();
                names.join(" or ")
            };
            FileRefused::NoHeader(needed.iter().map(group).collect::<Vec<_>>().join(", "))
        })
    }

    /// Calls `each` with every row under the heading that is not blank, in order.
    pub fn rows(&self, mut each: impl FnMut(Row<'_>)) -> Result<(), FileRefused> {
        let mut reader = reader(self.text, self.delimiter);
        let mut record = StringRecord::new();
        let mut number = 0;
        let mut lines = Lines { text: self.text.as_bytes(), at: 0, line: 1 };
        while reader.read_record(&mut record).is_ok_and(|more| more) {
            let byte = record.position().map_or(0, csv::Position::byte);
            if byte <= self.heading_byte || record.iter().all(|cell| cell::clean(cell).is_none()) {
                continue;
            }
            number += 1;
            if number > ROW_LIMIT {
                return Err(FileRefused::TooManyRows);
            }
            let line = lines.of(byte);
            each(Row { number, line, record: &record, found: &self.found });
        }
        Ok(())
    }
}

impl Row<'_> {
    /// The cell of a column, cleaned; `None` where it says nothing or the row is too short.
    pub fn get(&self, column: usize) -> Option<&str> {
        cell::clean(self.record.get(self.found[column]?)?)
    }

    pub fn owned(&self, column: usize) -> Option<String> {
        self.get(column).map(one_line)
    }

    /// Whether this is a sum under the list: the key cell holds no key, and the first cell that says
    /// anything says "total".
    pub fn is_total(&self, key: usize) -> bool {
        let totals = |text: &str| {
            let word = normal(text);
            let word =
                word.strip_prefix("grand").or_else(|| word.strip_prefix("sub")).unwrap_or(&word);
            word.starts_with("total") || word == "sum"
        };
        let first = self.record.iter().find_map(cell::clean);
        first.is_some_and(totals) && self.get(key).is_none_or(totals)
    }

    /// Refuses a row in which a quote that never closed swallowed others.
    pub fn check_cells(&self) -> Result<(), RowError> {
        let swollen = |cell: &&str| cell.len() > CELL_LIMIT || cell.lines().count() > CELL_LINES;
        match self.record.iter().find(swollen) {
            Some(cell) => Err(RowError::new("row", cell, Reason::TooLong)),
            None => Ok(()),
        }
    }
}

/// The line of each record. The parser's own count stands between the two characters of a line end,
/// or before blank lines, when a record begins.
struct Lines<'t> {
    text: &'t [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line where the record at or behind `byte` starts; asked for in the file's order.
    fn of(&mut self, byte: u64) -> u64 {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX).min(self.text.len());
        let blank = self.text[byte..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let passed = &self.text[self.at..byte + blank];
        self.line += passed.split(|b| *b == b'\n').skip(1).count() as u64;
        self.at = byte + blank;
        self.line
    }
}

/// A heading or a word without case, blanks and punctuation: "Package ID" is `packageid`.
pub fn normal(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Quoted line breaks in a name become blanks.
pub fn one_line(text: &str) -> String {
    if text.contains(char::is_control) {
        text.split(char::is_control).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    } else {
        text.to_owned()
    }
}

fn reader(text: &str, delimiter: u8) -> Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes())
}

fn heading<'t>(
    text: &'t str,
    delimiter: u8,
    columns: &[Column],
    needed: &[&[usize]],
) -> Option<Table<'t>> {
    let mut reader = reader(text, delimiter);
    let mut record = StringRecord::new();
    for _ in 0..HEADING_WITHIN {
        if !reader.read_record(&mut record).is_ok_and(|more| more) {
            return None;
        }
        let headings: Vec<String> = record.iter().map(normal).collect();
        let place = |column: &Column| {
            column.aliases.iter().find_map(|alias| headings.iter().position(|h| h == alias))
        };
        let found: Vec<Option<usize>> = columns.iter().map(place).collect();
        if needed.iter().all(|group| group.iter().any(|column| found[*column].is_some())) {
            let heading_byte = record.position().map_or(0, csv::Position::byte);
            return Some(Table { text, delimiter, heading_byte, found });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 3] = [
        Column { field: "tag", aliases: &["externalpackageid", "packageid"] },
        Column { field: "name", aliases: &["product"] },
        Column { field: "quantity", aliases: &["qty"] },
    ];

    fn rows(text: &str) -> Result<Vec<String>, FileRefused> {
        let table = Table::find(text, &COLUMNS, &[&[0], &[1, 2]])?;
        let mut rows = Vec::new();
        table.rows(|row| {
            let cells: Vec<String> = (0..3).map(|c| row.owned(c).unwrap_or("?".into())).collect();
            rows.push(format!("{}@{} {}", row.number, row.line, cells.join("/")));
        })?;
        Ok(rows)
    }

    #[test]
    fn finds_heading_delimiter_and_columns_by_name() {
        let expected = Ok(vec!["1@4 A/Kush/2".to_owned(), "2@6 B/?/?".into()]);
        for delimiter in [",", ";", "\t", "|"] {
            let text = "Inventory, all rooms\r\nPrinted;today\r\nQty,\"Package_ID\",PRODUCT\r\n2,A,Kush\r\n,,\r\n,B\r\n";
            assert_eq!(
                rows(&text.replace("Inventory, ", "x ").replace(',', delimiter)),
                expected,
                "{delimiter:?}"
            );
        }
    }

    #[test]
    fn the_first_alias_wins_over_the_file_s_order() {
        assert_eq!(
            rows("Package ID,External Package ID,Qty\n17,A,2\n"),
            Ok(vec!["1@2 A/?/2".into()])
        );
    }

    #[test]
    fn a_quoted_line_break_stays_in_its_cell() {
        assert_eq!(
            rows("package id,product\nA,\"Kush\r\n\"\"OG\"\"\"\nB,x\n"),
            Ok(vec!["1@2 A/Kush \"OG\"/?".into(), "2@4 B/x/?".into()])
        );
    }

    #[test]
    fn without_a_heading_the_file_is_refused_with_what_was_looked_for() {
        let looked_for = FileRefused::NoHeader("tag, name or quantity".into());
        assert_eq!(rows("a,b\n1,2\n"), Err(looked_for.clone()));
        assert_eq!(rows(&format!("{}package id,qty\n", "x\n".repeat(10))), Err(looked_for));
    }

    #[test]
    fn too_many_rows_refuse_the_file() {
        let text = format!("package id,qty\n{}", "A,1\n".repeat(ROW_LIMIT + 1));
        assert_eq!(rows(&text), Err(FileRefused::TooManyRows));
    }

    #[test]
    fn totals_are_told_from_products() {
        let text = "package id,product,qty\nTotal,,3\n,Grand Total:,3\nA,Total Eclipse,1\nTotal Rows: 3,,\nSubtotal,,1\n,Kush,1\n";
        let table = Table::find(text, &COLUMNS, &[&[0]]).expect("a heading");
        let mut totals = Vec::new();
        table.rows(|row| totals.push(row.is_total(0))).expect("few rows");
        assert_eq!(totals, [true, true, false, true, true, false]);
    }
}

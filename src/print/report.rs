//! A report: a title, facts in two columns, a table whose head stands on every page, and lines to sign.
//! Says only what it is given.

use super::draw::{Block, Drawing};
use super::flow::{Section, flow};
use super::fonts::{Face, Type};
use super::medium::{Medium, Paper};
use super::text;
use super::words::Lang;

/// The most lines of a cell.
const CELL_LINES: usize = 4;

/// What is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub title: String,
    pub store: String,
    /// Name and value; those without a value are left out.
    pub facts: Vec<(String, String)>,
    pub columns: Vec<ReportColumn>,
    /// As many cells as columns.
    pub rows: Vec<Vec<String>>,
    /// Stands where there is no row.
    pub nothing: String,
    /// Who signs, each with a line.
    pub signatures: Vec<String>,
    /// When and by whom, at the foot of every page.
    pub printed: String,
    pub lang: Lang,
}

/// A column: its head, its share of the width, and whether it holds numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportColumn {
    pub head: String,
    pub share: i32,
    pub number: bool,
}

pub(super) fn layout(report: &Report, paper: Paper) -> Drawing {
    let medium: Medium = paper.into();
    let form = Form { medium, report };
    let rows: Vec<Block> = report.rows.iter().map(|row| form.row(row)).collect();
    let rows = if rows.is_empty() { vec![form.nothing()] } else { rows };
    let mut sections = vec![Section { opening: form.heads(), again: form.heads(), rows }];
    if !report.signatures.is_empty() {
        sections.push(Section { rows: vec![form.signatures()], ..Section::default() });
    }
    let foot = |page, pages| form.foot(page, pages);
    let pages = flow(medium, form.head(), sections, &form.again(), foot);
    Drawing { medium, title: report.title.clone(), language: report.lang.words().tag, pages }
}

struct Form<'r> {
    medium: Medium,
    report: &'r Report,
}

impl Form<'_> {
    fn bold(&self, points: f32) -> Type {
        Type { face: Face::Bold, size: self.medium.pt(points) }
    }

    fn plain(&self, points: f32) -> Type {
        Type { face: Face::Regular, size: self.medium.pt(points) }
    }

    fn rule(&self, block: &mut Block, thick: i32) {
        block.fill(self.medium.margin, block.height, self.medium.inner(), thick);
        block.height += thick;
    }

    fn head(&self) -> Block {
        let (x, width) = (self.medium.margin, self.medium.inner());
        let mut block = Block::default();
        let title = self.bold(20.0);
        block.text((x, title.cap()), width, title, &self.report.title);
        let store = self.plain(11.0);
        let y = title.cap() + self.medium.pt(17.0);
        block.text((x, y), width, store, &self.report.store);
        block.height = y + self.medium.pt(14.0);
        let half = width / 2;
        let facts: Vec<_> =
            self.report.facts.iter().filter(|(_, value)| !value.is_empty()).collect();
        for pair in facts.chunks(2) {
            let low = pair.iter().zip(0..).map(|((name, value), column)| {
                let at = x + column * half;
                let label = self.plain(8.0);
                let mut y = block.height + label.cap();
                block.text((at, y), half - self.medium.pt(8.0), label, name);
                y += self.medium.pt(12.0);
                block.lines((at, y), half - self.medium.pt(8.0), self.bold(10.5), 2, value)
            });
            let low = low.max().unwrap_or(block.height);
            block.height = low + self.medium.pt(9.0);
        }
        block.height += self.medium.pt(6.0);
        block
    }

    /// What stands on every further page.
    fn again(&self) -> Block {
        let kind = self.bold(10.0);
        let mut block = Block::default();
        let at = (self.medium.margin, kind.cap());
        block.text(at, self.medium.inner(), kind, &self.report.title);
        block.height = kind.cap() + self.medium.pt(9.0);
        block
    }

    /// Left edge and width of each column.
    fn columns(&self) -> Vec<(i32, i32)> {
        let gap = self.medium.pt(8.0);
        let columns = &self.report.columns;
        let shares: i32 = columns.iter().map(|column| column.share).sum::<i32>().max(1);
        let room = self.medium.inner() - columns.iter().skip(1).map(|_| gap).sum::<i32>();
        let mut x = self.medium.margin;
        columns
            .iter()
            .map(|column| {
                let width = room * column.share / shares;
                let at = (x, width);
                x += width + gap;
                at
            })
            .collect()
    }

    fn heads(&self) -> Block {
        let kind = self.bold(8.0);
        let mut block = Block::default();
        let y = self.medium.pt(5.0) + kind.cap();
        for (column, (x, width)) in self.report.columns.iter().zip(self.columns()) {
            if column.number {
                block.text_right((x + width, y), width, kind, &column.head);
            } else {
                block.text((x, y), width, kind, &column.head);
            }
        }
        block.height = y + self.medium.pt(5.0);
        self.rule(&mut block, self.medium.pt(0.9));
        block
    }

    fn row(&self, cells: &[String]) -> Block {
        let kind = self.plain(9.5);
        let mut block = Block::default();
        let y = self.medium.pt(6.0) + kind.cap();
        let mut low = y;
        for ((cell, column), (x, width)) in
            cells.iter().zip(&self.report.columns).zip(self.columns())
        {
            if column.number {
                block.text_right((x + width, y), width, self.bold(9.5), cell);
            } else {
                low = low.max(block.lines((x, y), width, kind, CELL_LINES, cell));
            }
        }
        block.height = low + self.medium.pt(5.0);
        self.rule(&mut block, self.medium.pt(0.4));
        block
    }

    fn nothing(&self) -> Block {
        let kind = self.plain(11.0);
        let mut block = Block::default();
        let y = self.medium.pt(10.0) + kind.cap();
        block.text((self.medium.margin, y), self.medium.inner(), kind, &self.report.nothing);
        block.height = y + self.medium.pt(10.0);
        block
    }

    /// Two in a row, each over its line.
    fn signatures(&self) -> Block {
        let (left, half) = (self.medium.margin, self.medium.inner() / 2);
        let kind = self.plain(8.5);
        let mut block = Block { height: self.medium.pt(14.0), ops: Vec::new() };
        for pair in self.report.signatures.chunks(2) {
            let line = block.height + self.medium.pt(34.0);
            for (name, column) in pair.iter().zip(0..) {
                let x = left + column * half;
                let width = half - self.medium.pt(20.0);
                block.fill(x, line, width, self.medium.pt(0.6));
                block.text((x, line + self.medium.pt(12.0)), width, kind, name);
            }
            block.height = line + self.medium.pt(18.0);
        }
        block
    }

    fn foot(&self, page: usize, pages: usize) -> Block {
        let kind = self.plain(8.0);
        let words = self.report.lang.words();
        let mut block = Block { height: self.medium.pt(8.0), ops: Vec::new() };
        self.rule(&mut block, self.medium.pt(0.5));
        let y = block.height + self.medium.pt(5.0) + kind.cap();
        let right = self.medium.margin + self.medium.inner();
        let number = format!("{} {page} {} {pages}", words.page, words.of);
        let room = self.medium.inner() / 3;
        block.text_right((right, y), room, self.bold(8.0), &number);
        let printed = text::fit(kind, self.medium.inner() - room, &self.report.printed);
        block.text((self.medium.margin, y), self.medium.inner() - room, kind, &printed);
        block.height = y + kind.drop();
        block
    }
}

#[cfg(test)]
mod tests {
    use super::super::draw::Op;
    use super::*;

    fn report(rows: usize) -> Report {
        let column = |head: &str, share, number| ReportColumn { head: head.into(), share, number };
        Report {
            title: "Receiving report".into(),
            store: "Greenleaf".into(),
            facts: vec![("Manifest".into(), "0000420001".into()), ("Note".into(), String::new())],
            columns: vec![column("Package", 3, false), column("Counted", 1, true)],
            rows: (0..rows)
                .map(|n| vec![format!("Row {n:03} of a package"), n.to_string()])
                .collect(),
            nothing: "Nothing.".into(),
            signatures: vec!["Receiver".into(), "Driver".into()],
            printed: "Printed".into(),
            lang: Lang::En,
        }
    }

    fn texts(page: &super::super::draw::Page) -> Vec<&str> {
        let text = |op: &'_ Op| match op {
            Op::Text { text, .. } => Some(text.clone()),
            _ => None,
        };
        page.ops.iter().filter_map(text).map(|text| &*Box::leak(text.into_boxed_str())).collect()
    }

    #[test]
    fn a_long_table_repeats_its_head_and_loses_no_row() {
        let drawing = layout(&report(200), Paper::Letter);
        assert!(drawing.pages.len() > 3);
        let mut seen = Vec::new();
        for (n, page) in drawing.pages.iter().enumerate() {
            let texts = texts(page);
            assert!(texts.contains(&"Counted"), "page {n} has no head");
            let number = format!("Page {} of {}", n + 1, drawing.pages.len());
            assert!(texts.contains(&number.as_str()), "{number}");
            seen.extend(texts.into_iter().filter(|text| text.starts_with("Row ")));
        }
        assert_eq!(seen.len(), 200);
        assert!(texts(drawing.pages.last().unwrap()).contains(&"Driver"));
    }

    #[test]
    fn an_empty_report_says_so_and_an_empty_fact_nothing() {
        let drawing = layout(&report(0), Paper::A4);
        let texts = texts(&drawing.pages[0]);
        assert!(texts.contains(&"Nothing.") && !texts.contains(&"Note"));
        assert_eq!(drawing.pages.len(), 1);
    }
}

//! The printed page: pick slips, customer labels, place labels, badges, the set-up card and the scanner
//! test sheet, laid out once and given as PDF or as dots.
//!
//! Content (plain strings) becomes a display list in whole dots of a medium; from that list come a
//! vector PDF and a one-bit bitmap alike, so every printer shows the same page. Reads no clock, no
//! store and no network: the same content gives the same bytes.

mod bag_label;
mod bars;
mod bitmap;
mod card;
mod draw;
mod flow;
mod fonts;
mod labels;
mod medium;
mod pdf;
mod report;
mod scanner_sheet;
mod slip;
mod text;
mod words;

#[cfg(test)]
mod tests;

pub use bag_label::{BagItem, BagLabel};
pub use bitmap::Bitmap;
pub use card::SetupCard;
pub use draw::{Drawing, Ink, Op, Page, Rect, Symbol};
pub use fonts::{Face, Type};
pub use labels::PlaceLabel;
pub use medium::{Medium, Paper};
pub use report::{Report, ReportColumn};
pub use slip::{Slip, SlipLine, SlipOrder};
pub use words::{Kind, Lang};

/// Why something could not be printed.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// The link in a QR is too long to print at a size that scans.
    #[error(
        "the QR's link has {bytes} bytes, at most {most} can be printed: give the box a shorter name"
    )]
    QrTooLong {
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        most: usize,
    },
    /// The PDF could not be written.
    #[error("the PDF could not be written: {0}")]
    Pdf(String),
    /// The picture could not be written.
    #[error("the picture could not be written: {0}")]
    Png(String),
}

/// The slip as a PDF on sheets of `paper`.
pub fn slip_pdf(slip: &Slip, paper: Paper) -> Result<Vec<u8>, PrintError> {
    pdf::pdf(&slip::layout(slip, paper.into())?)
}

/// The slip as a PNG for the screen, its pages under each other, one pixel for each dot of
/// `medium`.
pub fn slip_png(slip: &Slip, medium: Medium) -> Result<Vec<u8>, PrintError> {
    bitmap::preview(&slip::layout(slip, medium)?).png()
}

/// The slip as dots for a receipt or label printer, one bitmap for each page.
pub fn slip_bitmaps(slip: &Slip, medium: Medium) -> Result<Vec<Bitmap>, PrintError> {
    Ok(bitmap::bitmaps(&slip::layout(slip, medium)?))
}

/// The labels of an order's bags as a PDF, one on each page of 4 by 6 inches.
pub fn bag_labels_pdf(bags: &[BagLabel]) -> Result<Vec<u8>, PrintError> {
    pdf::pdf(&bag_label::layout(bags, Medium::LABEL_300)?)
}

/// The labels of an order's bags as a PDF on sheets of `paper`, to cut.
pub fn bag_label_sheets_pdf(bags: &[BagLabel], paper: Paper) -> Result<Vec<u8>, PrintError> {
    pdf::pdf(&bag_label::sheets(bags, paper)?)
}

/// The labels of an order's bags as a PNG under each other, as a label printer's dots.
pub fn bag_labels_png(bags: &[BagLabel], medium: Medium) -> Result<Vec<u8>, PrintError> {
    bitmap::preview(&bag_label::layout(bags, medium)?).png()
}

/// The sheets of [`bag_label_sheets_pdf`] as a PNG under each other.
pub fn bag_label_sheets_png(bags: &[BagLabel], paper: Paper) -> Result<Vec<u8>, PrintError> {
    bitmap::preview(&bag_label::sheets(bags, paper)?).png()
}

/// The labels in the order given, ten on a sheet of `paper`; one empty sheet for none.
pub fn labels_pdf(labels: &[PlaceLabel], paper: Paper, lang: Lang) -> Result<Vec<u8>, PrintError> {
    pdf::pdf(&labels::layout(labels, paper, lang)?)
}

/// The set-up card as a PDF of one page.
pub fn setup_card_pdf(card: &SetupCard, paper: Paper) -> Result<Vec<u8>, PrintError> {
    pdf::pdf(&card::layout(card, paper)?)
}

/// A report as a PDF on sheets of `paper`.
pub fn report_pdf(report: &Report, paper: Paper) -> Result<Vec<u8>, PrintError> {
    pdf::pdf(&report::layout(report, paper))
}

/// The test sheet for handheld scanners, one page of `paper`.
pub fn scanner_sheet_pdf(paper: Paper, lang: Lang) -> Result<Vec<u8>, PrintError> {
    pdf::pdf(&scanner_sheet::layout(paper, lang)?)
}

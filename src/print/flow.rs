//! Blocks onto pages: fills a page from the top, breaks between blocks, repeats heads, numbers the
//! pages.
//!
//! Never splits, drops or repeats a row. On a roll everything goes onto one page as long as needed.

use super::draw::{Block, Page};
use super::medium::Medium;

/// Rows that share a heading.
#[derive(Default)]
pub(super) struct Section {
    /// Stands over the first row, kept with it.
    pub opening: Block,
    /// Stands over the first row of every further page.
    pub again: Block,
    /// Never broken.
    pub rows: Vec<Block>,
}

/// Lays `first` and the sections out. `next` heads every further page; `foot` (given page and
/// pages, from 1) always has the height it has for page 1 of 1 and stands at the bottom.
pub(super) fn flow(
    medium: Medium,
    first: Block,
    sections: Vec<Section>,
    next: &Block,
    foot: impl Fn(usize, usize) -> Block,
) -> Vec<Page> {
    let foot_height = foot(1, 1).height;
    let top = Block { height: medium.margin, ops: Vec::new() };
    let bottom = medium.height.map_or(i32::MAX, |height| height - medium.margin - foot_height);
    let mut page = top.clone();
    page.stack(first);
    let mut full = Vec::new();
    for section in sections {
        let mut opening = Some(section.opening);
        for row in section.rows {
            let lead = opening.as_ref().map_or(0, |block| block.height);
            if page.height + lead + row.height > bottom {
                full.push(std::mem::replace(&mut page, top.clone()));
                page.stack(next.clone());
                page.stack(section.again.clone());
                opening = None;
            }
            if let Some(opening) = opening.take() {
                page.stack(opening);
            }
            page.stack(row);
        }
    }
    full.push(page);
    let pages = full.len();
    let number = |(n, page)| finish(medium, page, foot(n, pages));
    (1..).zip(full).map(number).collect()
}

fn finish(medium: Medium, mut body: Block, foot: Block) -> Page {
    let height = medium.height.unwrap_or(body.height + foot.height + medium.margin);
    let at = height - medium.margin - foot.height;
    body.place(0, at, foot);
    Page { height, ops: body.ops }
}

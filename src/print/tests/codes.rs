//! QR codes are read back from the dots, as a phone would read them from paper; files are what they
//! claim.

use rxing::helpers::detect_in_luma;
use rxing::{BarcodeFormat, RXingResultMetadataType as Meta, RXingResultMetadataValue as Value};

use super::*;
use crate::print::bitmap::bitmaps;
use crate::print::draw::QUIET;

/// Reads the one QR in an area of the picture: its text and its level of error correction.
pub(super) fn read(bitmap: &Bitmap, area: Rect) -> (String, String) {
    let (w, h) = (dots(area.w), dots(area.h));
    let grey = |n: usize| bitmap.black(dots(area.x) + n % w, dots(area.y) + n / w);
    let luma = (0..w * h).map(|n| if grey(n) { 0 } else { 255 }).collect();
    let size = |n| u32::try_from(n).expect("small");
    let found = detect_in_luma(luma, size(w), size(h), Some(BarcodeFormat::QR_CODE))
        .expect("a QR that reads");
    let level = found.getRXingResultMetadata().get(&Meta::ERROR_CORRECTION_LEVEL);
    let Some(Value::ErrorCorrectionLevel(level)) = level else { panic!("no level: {level:?}") };
    (found.getText().to_owned(), level.clone())
}

#[test]
fn the_slips_qr_reads_from_the_whole_page_on_every_medium() {
    for medium in MEDIA {
        let bitmap = &slip_bitmaps(&sample(3), medium).expect("prints")[0];
        let (w, h) = (medium.width, i32::try_from(bitmap.height).expect("small"));
        let (link, level) = read(bitmap, Rect { x: 0, y: 0, w, h });
        assert_eq!((link.as_str(), level.as_str()), (LINK, "M"), "{medium:?}");
    }
}

#[test]
fn every_module_is_whole_dots_and_the_quiet_zone_is_white() {
    for medium in MEDIA {
        let drawing = slip::layout(&sample(3), medium).expect("fits");
        let bitmap = &bitmaps(&drawing)[0];
        let symbol = symbols(&drawing.pages[0]).next().expect("a QR");
        for y in 0..symbol.side() {
            for x in 0..symbol.side() {
                let (row, column) = (y / symbol.module - QUIET, x / symbol.module - QUIET);
                let inside = |n: i32| (0..symbol.size).contains(&n);
                let black =
                    inside(row) && inside(column) && symbol.dark[dots(row * symbol.size + column)];
                let dot = bitmap.black(dots(symbol.x + x), dots(symbol.y + y));
                assert_eq!(dot, black, "{medium:?} at {x}, {y}");
            }
        }
    }
}

#[test]
fn every_label_reads_and_names_its_place() {
    let names: Vec<String> = (0..11).map(|n| format!("B-{n:02}")).collect();
    let mut labels: Vec<PlaceLabel> = names.iter().map(|name| label(name)).collect();
    for (n, label) in labels.iter_mut().enumerate() {
        label.qr = format!("HTTPS://BACKSTOCK-4F2A.LOCAL/L/R7K2Q{n}");
    }
    for paper in [Paper::Letter, Paper::A4] {
        let drawing = labels::layout(&labels, paper, Lang::En).expect("fits");
        assert_eq!(drawing.pages.len(), 2, "ten on a sheet");
        let mut seen = Vec::new();
        for (page, bitmap) in drawing.pages.iter().zip(bitmaps(&drawing)) {
            for symbol in symbols(page) {
                assert!(symbol.module >= 12, "a millimetre a module: read from half a metre");
                let (link, level) = read(&bitmap, Op::Square(symbol.clone()).bounds());
                assert_eq!(level, "Q", "labels get dirty");
                seen.push(link);
            }
        }
        assert_eq!(seen, labels.iter().map(|l| l.qr.clone()).collect::<Vec<_>>());
        let drawn: Vec<&str> = drawing.pages.iter().flat_map(texts).collect();
        assert!(names.iter().all(|name| drawn.iter().filter(|t| *t == name).count() == 1));
    }
}

#[test]
fn the_set_up_card_leads_to_the_page_and_shows_the_fingerprint_whole() {
    let by_number = setup_card();
    let by_name = SetupCard { by_number: Vec::new(), ..setup_card() };
    for (card, address) in
        [(&by_number, "http://192.168.1.20/"), (&by_name, "http://backstock-r7k2q.local/")]
    {
        for paper in [Paper::Letter, Paper::A4] {
            let drawing = card::layout(card, paper).expect("fits");
            let page = &drawing.pages[0];
            let symbol = symbols(page).next().expect("a QR").clone();
            let (read, level) = read(&bitmaps(&drawing)[0], Op::Square(symbol).bounds());
            assert_eq!((read.as_str(), level.as_str()), (address, "Q"));
            assert_eq!(drawing.pages.len(), 1);
            assert_eq!(count(page, address), 1, "to type: {:?}", texts(page));
            assert_eq!(count(page, "http://backstock-r7k2q.local/"), 1);
            let wanted: Vec<&str> =
                card.fingerprint.iter().flat_map(|row| row.split(' ')).collect();
            let drawn = texts(page);
            let groups: Vec<&str> = drawn.into_iter().filter(|t| wanted.contains(t)).collect();
            assert_eq!(groups, wanted, "sixteen groups in reading order");
            for said in ["Set up your phone", "Configura tu teléfono", "R7K2Q", "2026-11-23 14:05"]
            {
                assert!(texts(page).iter().any(|t| t.contains(said)), "{said}");
            }
            assert!(setup_card_pdf(card, paper).expect("prints").starts_with(b"%PDF-"));
        }
    }
}

#[test]
fn every_text_leaves_ink() {
    for medium in MEDIA {
        let drawing = slip::layout(&sample(9), medium).expect("fits");
        for (page, bitmap) in drawing.pages.iter().zip(bitmaps(&drawing)) {
            for op in &page.ops {
                let Op::Text { ink, .. } = op else { continue };
                let Rect { x, y, w, h } = op.bounds();
                let dot = |n: i32| bitmap.black(dots(x + n % w), dots(y + n / w));
                let inked = (0..w * h).filter(|n| dot(*n) == (*ink == Ink::Black)).count();
                assert!(inked > dots(w * h) / 100, "{medium:?} {op:?}");
            }
        }
    }
}

#[test]
fn the_same_slip_gives_the_same_bytes() {
    let pdf = |slip: &Slip| slip_pdf(slip, Paper::A4).expect("prints");
    assert!(pdf(&sample(3)).starts_with(b"%PDF-"));
    assert_eq!(pdf(&sample(3)), pdf(&sample(3)));
    assert_ne!(pdf(&sample(3)), pdf(&Slip { copy: 2, ..sample(3) }));
    let labels = [label("A-01")];
    let sheet = || labels_pdf(&labels, Paper::Letter, Lang::En).expect("prints");
    assert!(sheet().starts_with(b"%PDF-"));
    assert_eq!(sheet(), sheet());
}

#[test]
fn the_png_holds_the_pages_dot_for_dot() {
    let slip = sample(20);
    let pages = slip_bitmaps(&slip, Medium::LETTER).expect("prints");
    assert!(pages.len() > 1);
    let file = slip_png(&slip, Medium::LETTER).expect("prints");
    let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().expect("a PNG");
    let mut bytes = vec![0; reader.output_buffer_size().expect("small")];
    let info = reader.next_frame(&mut bytes).expect("a picture");
    assert_eq!((info.width, info.bit_depth), (2550, png::BitDepth::One));
    let inverted: Vec<u8> = pages[0].bits.iter().map(|byte| !byte).collect();
    assert!(bytes.starts_with(&inverted));
    let inverted: Vec<u8> = pages[pages.len() - 1].bits.iter().map(|byte| !byte).collect();
    assert!(bytes.ends_with(&inverted));
}

#[test]
fn a_link_too_long_to_scan_is_refused_with_its_reason() {
    let slip = Slip { qr: format!("HTTPS://{}.LOCAL/P/R7K2QF", "X".repeat(120)), ..sample(1) };
    let refusal = slip_pdf(&slip, Paper::Letter).expect_err("refused").to_string();
    assert!(refusal.contains("143 bytes, at most 120"), "{refusal}");
}

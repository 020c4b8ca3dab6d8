//! QR codes of addresses: as SVG for screens and pages, as text for a terminal. Never decides what
//! they say.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode};
use thiserror::Error;

/// Light modules that ISO/IEC 18004 asks for on every side.
const QUIET_ZONE: usize = 4;

/// The text cannot become a QR code: it is longer than the largest symbol holds (about 2,300 bytes
/// here).
#[derive(Debug, Error)]
#[error("{bytes} bytes do not fit into a QR code")]
pub struct TooLong {
    bytes: usize,
}

/// A self-contained `<svg>` element, one unit per module, quiet zone included. It has no size of
/// its own (the page sets it) and no `style` attribute (a strict content security policy forbids
/// those).
pub fn svg(text: &str) -> Result<String, TooLong> {
    let modules = Modules::of(text)?;
    let side = modules.side;
    let mut dark = String::new();
    for y in 0..side {
        let mut x = 0;
        while x < side {
            let run = (x..side).take_while(|x| modules.dark(*x, y)).count();
            if run > 0 {
                let _ = write!(dark, "M{x} {y}h{run}v1h-{run}z");
            }
            x += run.max(1);
        }
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>\
         <path fill=\"#000\" d=\"{dark}\"/></svg>"
    ))
}

/// Lines of half blocks, two modules high each, for a terminal. Light modules are the inked ones,
/// which is right on the usual dark terminal; phones read the inverse on a light one too.
pub fn terminal(text: &str) -> Result<String, TooLong> {
    let modules = Modules::of(text)?;
    let mut lines = String::new();
    for y in (0..modules.side).step_by(2) {
        for x in 0..modules.side {
            lines.push(match (modules.dark(x, y), modules.dark(x, y + 1)) {
                (false, false) => '█',
                (false, true) => '▀',
                (true, false) => '▄',
                (true, true) => ' ',
            });
        }
        lines.push('\n');
    }
    Ok(lines)
}

/// The symbol with its quiet zone around it.
struct Modules {
    side: usize,
    inner: usize,
    colors: Vec<Color>,
}

impl Modules {
    fn of(text: &str) -> Result<Self, TooLong> {
        // The only error a valid level can meet is a text that no version holds.
        let code = QrCode::with_error_correction_level(text, EcLevel::M)
            .map_err(|_| TooLong { bytes: text.len() })?;
        let inner = code.width();
        Ok(Self { side: inner + 2 * QUIET_ZONE, inner, colors: code.into_colors() })
    }

    fn dark(&self, x: usize, y: usize) -> bool {
        let within = QUIET_ZONE..QUIET_ZONE + self.inner;
        within.contains(&x)
            && within.contains(&y)
            && self.colors[(y - QUIET_ZONE) * self.inner + x - QUIET_ZONE] == Color::Dark
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://backstock-r7k2q.local/";

    /// Enlarges rows of modules (true is dark) to pixels and reads them with an independent
    /// decoder.
    fn read(rows: &[Vec<bool>]) -> String {
        const SCALE: usize = 4;
        let (width, height) = (rows[0].len() * SCALE, rows.len() * SCALE);
        let luma: Vec<u8> = (0..width * height)
            .map(|i| if rows[i / width / SCALE][i % width / SCALE] { 0 } else { 255 })
            .collect();
        let (width, height) = (u32::try_from(width).unwrap(), u32::try_from(height).unwrap());
        rxing::helpers::detect_in_luma(luma, width, height, None).unwrap().getText().to_owned()
    }

    #[test]
    fn terminal_text_reads_back_with_its_quiet_zone() {
        let text = terminal(URL).unwrap();
        let mut rows: Vec<Vec<bool>> = Vec::new();
        for line in text.lines() {
            rows.push(line.chars().map(|c| c == ' ' || c == '▄').collect());
            rows.push(line.chars().map(|c| c == ' ' || c == '▀').collect());
        }
        assert_eq!(read(&rows), URL);
        assert!(rows[..QUIET_ZONE].iter().flatten().all(|dark| !dark));
        assert!(rows.iter().all(|row| row[..QUIET_ZONE].iter().all(|dark| !dark)));
    }

    #[test]
    fn svg_reads_back_and_is_measured_in_modules() {
        let svg = svg(URL).unwrap();
        let side: usize =
            svg.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
        let path = svg.split("#000\" d=\"").nth(1).unwrap().split('"').next().unwrap();
        let mut rows = vec![vec![false; side]; side];
        for run in path.split('M').skip(1) {
            let (start, rest) = run.split_once('h').unwrap();
            let (x, y) = start.split_once(' ').unwrap();
            let length: usize = rest.split('v').next().unwrap().parse().unwrap();
            let x: usize = x.parse().unwrap();
            rows[y.parse::<usize>().unwrap()][x..x + length].fill(true);
        }
        assert_eq!(read(&rows), URL);
        assert!(!svg.contains("style"));
    }

    #[test]
    fn too_long_a_text_is_refused() {
        let refused = svg(&"x".repeat(3000)).unwrap_err();
        assert_eq!(refused.to_string(), "3000 bytes do not fit into a QR code");
    }
}

//! What stands in one cell: numbers, money, dates and times as spreadsheets and tills write them.
//! Believes nothing that could mean two things.

use chrono::{
    DateTime, Datelike as _, Duration, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _,
    Timelike as _,
};
use chrono_tz::Tz;

use super::Reason;
use crate::domain::quantity::{Amount, Unit};
use crate::domain::time::At;

/// A cell's text without blanks, a formula's quotes (`="1A4..."`) or a leading apostrophe; `None`
/// where it says nothing (`-`, `N/A`, `null`).
pub fn clean(cell: &str) -> Option<&str> {
    let blank = |c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}';
    let text = cell.trim_matches(blank);
    let text = text.strip_prefix("=\"").and_then(|t| t.strip_suffix('"')).unwrap_or(text);
    let text = text.strip_prefix('\'').unwrap_or(text).trim_matches(blank);
    let nothing = ["", "-", "--", "—", "n/a", "na", "null", "none", "nil", "#n/a"];
    (!nothing.iter().any(|word| text.eq_ignore_ascii_case(word))).then_some(text)
}

/// A number with thousands separators (in threes) or in parentheses (below zero).
pub fn number(text: &str) -> Result<Amount, Reason> {
    let text = text.trim();
    let (text, below) = match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        Some(inside) => (inside.trim(), true),
        None => (text, false),
    };
    let (text, below) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(_) if below => return Err(Reason::NotANumber),
        Some(rest) => (rest, true),
        None => (text.strip_prefix('+').unwrap_or(text), below),
    };
    if text.starts_with('-') {
        return Err(Reason::NotANumber);
    }
    let digits = without_thousands(text).ok_or(Reason::NotANumber)?;
    let digits = digits.strip_suffix('.').unwrap_or(&digits);
    let amount: Amount = digits.parse()?;
    Ok(if below { -amount } else { amount })
}

/// A number and the unit that may follow it: `12`, `3.5 g`, `10 ea`.
pub fn quantity(text: &str) -> Result<(Amount, Option<Unit>), Reason> {
    let start = text.find(|c: char| c.is_alphabetic());
    let Some(start) = start else { return Ok((number(text)?, None)) };
    let amount = number(&text[..start])?;
    let unit = Unit::parse(&text[start..]).ok_or(Reason::UnitUnknown)?;
    Ok((amount, Some(unit)))
}

/// Cents from `$1,114.35`, `(12.50)`, `USD 3`; more than two decimals are rounded half away from zero.
pub fn cents(text: &str) -> Result<i64, Reason> {
    let bare: String =
        text.replace(['$', '\u{a0}', ' '], "").to_ascii_uppercase().replace("USD", "");
    let amount = match number(&bare) {
        Err(Reason::TooFine) => {
            let cut = bare.find('.').map_or(bare.len(), |point| (point + 5).min(bare.len()));
            let close = if bare.starts_with('(') { ")" } else { "" };
            number(&format!("{}{close}", bare.get(..cut).ok_or(Reason::BadMoney)?))
        }
        other => other,
    };
    let raw = amount.map_err(|reason| match reason {
        Reason::TooLarge => Reason::TooLarge,
        _ => Reason::BadMoney,
    })?;
    Ok((raw.raw() + 50 * raw.raw().signum()) / 100)
}

/// A day, written as a date or as a time (then the facility's own day). `None`: not set.
pub fn date(text: &str, zone: Tz) -> Result<Option<NaiveDate>, Reason> {
    Ok(match moment(text)? {
        Moment::Unset => None,
        Moment::Day(day) => Some(day),
        Moment::Local(time) => Some(time.date()),
        Moment::Exact(at) => Some(at.utc().with_timezone(&zone).date_naive()),
    })
}

/// A point in time; a day alone is its midnight, and a time without an offset is the facility's.
/// `None`: not set.
pub fn time(text: &str, zone: Tz) -> Result<Option<At>, Reason> {
    Ok(match moment(text)? {
        Moment::Unset => None,
        Moment::Day(day) => Some(local(day.and_time(NaiveTime::MIN), zone)),
        Moment::Local(time) => Some(local(time, zone)),
        Moment::Exact(at) => Some(at),
    })
}

/// A day in one cell and its time in another.
pub fn day_and_time(day: &str, clock: &str, zone: Tz) -> Result<Option<At>, Reason> {
    time(&format!("{} {}", day.trim(), clock.trim()), zone)
}

/// Whether the text says yes.
pub fn yes(text: &str) -> bool {
    ["true", "yes", "y", "1", "x"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

enum Moment {
    /// METRC writes 0001-01-01 for what is not set.
    Unset,
    Day(NaiveDate),
    Local(NaiveDateTime),
    Exact(At),
}

fn moment(text: &str) -> Result<Moment, Reason> {
    let text = text.trim();
    if text.starts_with("0001-01-01") {
        return Ok(Moment::Unset);
    }
    if let Ok(exact) = DateTime::parse_from_rfc3339(text) {
        within(exact.date_naive())?;
        return Ok(Moment::Exact(At::from_utc(exact.to_utc())));
    }
    let (day, clock) = match text.find(['T', 't', ' ', ',']) {
        Some(at) => (&text[..at], text[at + 1..].trim()),
        None => (text, ""),
    };
    let day = day_of(day)?;
    if clock.is_empty() {
        return Ok(Moment::Day(day));
    }
    let clock = clock_of(clock).ok_or(Reason::BadDate)?;
    Ok(Moment::Local(day.and_time(clock)))
}

fn day_of(text: &str) -> Result<NaiveDate, Reason> {
    let digits = |part: &str| {
        !part.is_empty() && part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit())
    };
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    if let [whole] | [whole, _] = parts[..] {
        let serial =
            whole.len() == 5 && parts.iter().all(|p| p.bytes().all(|b| b.is_ascii_digit()));
        return Err(if serial { Reason::SerialDate } else { Reason::BadDate });
    }
    let [a, b, c] = parts[..] else { return Err(Reason::BadDate) };
    if ![a, b, c].into_iter().all(digits) {
        return Err(Reason::BadDate);
    }
    let value = |part: &str| part.parse::<u32>().map_err(|_| Reason::BadDate);
    let (year, month, day) = if a.len() == 4 { (a, b, c) } else { (c, a, b) };
    let year = match year.len() {
        4 => value(year)?,
        2 => 2000 + value(year)?,
        _ => return Err(Reason::BadDate),
    };
    let day = NaiveDate::from_ymd_opt(year.cast_signed(), value(month)?, value(day)?);
    within(day.ok_or(Reason::BadDate)?)
}

/// Dates of a store's life; anything else is a slip (2062 for 2026 is not caught).
fn within(day: NaiveDate) -> Result<NaiveDate, Reason> {
    if (1990..2100).contains(&day.year()) { Ok(day) } else { Err(Reason::BadDate) }
}

fn clock_of(text: &str) -> Option<NaiveTime> {
    let text = text.to_ascii_uppercase();
    let half = |suffix: &str| text.strip_suffix(suffix).map(|rest| rest.trim_end().to_owned());
    let (text, afternoon) = match (half("AM"), half("PM")) {
        (Some(rest), _) => (rest, Some(false)),
        (_, Some(rest)) => (rest, Some(true)),
        _ => (text, None),
    };
    let time = ["%H:%M:%S%.f", "%H:%M"]
        .iter()
        .find_map(|form| NaiveTime::parse_from_str(&text, form).ok())?;
    let Some(afternoon) = afternoon else { return Some(time) };
    let hour = time.hour();
    if !(1..=12).contains(&hour) {
        return None;
    }
    time.with_hour(hour % 12 + if afternoon { 12 } else { 0 })
}

/// The facility's wall clock to a point in time: of an hour that comes twice the first, and an hour
/// that the clocks skip is read an hour later.
fn local(time: NaiveDateTime, zone: Tz) -> At {
    let exact = zone.from_local_datetime(&time).earliest();
    let exact = exact.or_else(|| zone.from_local_datetime(&(time + Duration::hours(1))).earliest());
    At(exact.map_or_else(|| time.and_utc().timestamp_millis(), |time| time.timestamp_millis()))
}

/// The digits without commas, blanks or apostrophes between groups of three.
fn without_thousands(text: &str) -> Option<String> {
    let (whole, decimals) = text.split_once('.').map_or((text, None), |(w, d)| (w, Some(d)));
    let mut groups = whole.split([',', ' ', '\u{a0}', '\u{202f}', '\'']);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let grouped = rest.is_empty() || (1..=3).contains(&first.len());
    if !grouped || rest.iter().any(|group| group.len() != 3) {
        return None;
    }
    let whole = format!("{first}{}", rest.concat());
    Some(match decimals {
        Some(decimals) => format!("{whole}.{decimals}"),
        None => whole,
    })
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::Los_Angeles;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_as_people_and_spreadsheets_write_them() {
        for (text, value) in [
            ("12", "12"),
            ("1,114.35", "1114.35"),
            ("(12.50)", "-12.5"),
            ("-3", "-3"),
            ("+3", "3"),
            ("1 234 567", "1234567"),
            ("12.", "12"),
            (".5", "0.5"),
            ("\u{2212}2", "-2"),
        ] {
            assert_eq!(number(text).map(|n| n.to_string()).as_deref(), Ok(value), "{text}");
        }
        for text in [
            "",
            "1,5",
            "1,1143",
            "12,34,567",
            "1e3",
            "--1",
            "(-1)",
            "-(1)",
            "twelve",
            "1.2.3",
            ",123",
            "0x1A",
        ] {
            assert_eq!(number(text), Err(Reason::NotANumber), "{text}");
        }
        assert_eq!(number("0.00001"), Err(Reason::TooFine));
    }

    #[test]
    fn a_quantity_may_bring_its_unit() {
        assert_eq!(quantity("12.5 g"), Ok(("12.5".parse().expect("number"), Some(Unit::G))));
        assert_eq!(quantity("1,200ea"), Ok((Amount::whole(1200), Some(Unit::Ea))));
        assert_eq!(quantity("3 fl oz"), Ok((Amount::whole(3), Some(Unit::FlOz))));
        assert_eq!(quantity("3"), Ok((Amount::whole(3), None)));
        assert_eq!(quantity("3 jars"), Err(Reason::UnitUnknown));
        assert_eq!(quantity("jars"), Err(Reason::NotANumber));
    }

    #[test]
    fn money_becomes_cents() {
        for (text, value) in [
            ("$1,114.35", 111_435),
            ("(12.50)", -1250),
            ("($12.50)", -1250),
            ("-$3", -300),
            ("USD 3.5", 350),
            ("3.335", 334),
            ("-3.335", -334),
            ("3.33333333", 333),
            ("(3.33333333)", -333),
            ("0", 0),
        ] {
            assert_eq!(cents(text), Ok(value), "{text}");
        }
        for text in ["", "$", "free", "1,5", "12.5.1"] {
            assert_eq!(cents(text), Err(Reason::BadMoney), "{text}");
        }
    }

    fn day_in_la(text: &str) -> Result<String, Reason> {
        date(text, Los_Angeles).map(|day| day.map_or("unset".into(), |day| day.to_string()))
    }

    fn at_in_la(text: &str) -> Result<String, Reason> {
        time(text, Los_Angeles).map(|at| at.map_or("unset".into(), |at| at.to_string()))
    }

    #[test]
    fn dates_in_the_forms_of_this_trade() {
        for (text, day) in [
            ("3/7/26", "2026-03-07"),
            ("3/7/2026", "2026-03-07"),
            ("03-07-2026", "2026-03-07"),
            ("2026-03-07", "2026-03-07"),
            ("2026/3/7", "2026-03-07"),
            ("3/7/2026 11:59 PM", "2026-03-07"),
            ("2026-03-08T06:30:00+00:00", "2026-03-07"),
            ("0001-01-01T00:00:00+00:00", "unset"),
        ] {
            assert_eq!(day_in_la(text).as_deref(), Ok(day), "{text}");
        }
        for text in ["45992", "45992.5"] {
            assert_eq!(day_in_la(text), Err(Reason::SerialDate), "{text}");
        }
        for text in [
            "",
            "soon",
            "13/7/2026",
            "2/30/2026",
            "3/7",
            "3/7/026",
            "1/1/1926",
            "2026-03-07T",
            "٣/٧/٢٦",
        ] {
            let read = day_in_la(text);
            assert!(read == Err(Reason::BadDate) || text == "2026-03-07T", "{text}: {read:?}");
        }
    }

    #[test]
    fn times_are_the_facilitys_unless_they_say_otherwise() {
        for (text, at) in [
            ("2026-01-05T10:00:00.5-08:00", "2026-01-05T18:00:00.500Z"),
            ("2026-02-08T07:05:59.804361+00:00", "2026-02-08T07:05:59.804Z"),
            ("1/5/2026 2:05 pm", "2026-01-05T22:05:00.000Z"),
            ("1/5/2026, 12:00:01 AM", "2026-01-05T08:00:01.000Z"),
            ("2026-01-05T14:05:00", "2026-01-05T22:05:00.000Z"),
            ("7/5/26", "2026-07-05T07:00:00.000Z"),
            ("11/1/2026 1:30 AM", "2026-11-01T08:30:00.000Z"), // comes twice: the first
            ("3/8/2026 2:30 AM", "2026-03-08T10:30:00.000Z"),  // never comes: an hour later
        ] {
            assert_eq!(at_in_la(text).as_deref(), Ok(at), "{text}");
        }
        for text in ["1/5/2026 25:00", "1/5/2026 13:00 PM", "1/5/2026 noon", "1/5/2026 0:30 AM"] {
            assert_eq!(at_in_la(text), Err(Reason::BadDate), "{text}");
        }
    }

    #[test]
    fn a_cell_that_says_nothing_is_nothing() {
        for text in ["", "  ", "-", "N/A", "NULL", "=\"\"", "'", "\u{a0}"] {
            assert_eq!(clean(text), None, "{text:?}");
        }
        assert_eq!(clean(" =\"1A4\" "), Some("1A4"));
        assert_eq!(clean("'1A4"), Some("1A4"));
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>(), near in "[-+()0-9.,/: TZAPM$]{0,24}") {
            for text in [&text, &near] {
                let _ = (clean(text), number(text), quantity(text), cents(text));
                let _ = (date(text, Los_Angeles), time(text, Los_Angeles), day_and_time(text, text, Los_Angeles));
            }
        }
    }
}

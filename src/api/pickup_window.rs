//! When an order is picked up, in the words of a printed page: in the store's zone, day and hours apart.

use chrono::{DateTime, Datelike};
use chrono_tz::Tz;

use crate::domain::time::At;
use crate::print::Lang;

/// Monday first, then January first.
const DAYS: [[&str; 7]; 2] = [
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    ["lun", "mar", "mié", "jue", "vie", "sáb", "dom"],
];
const MONTHS: [[&str; 12]; 2] = [
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"],
];

/// A window's two ends, either of which may be open.
#[derive(Clone, Copy, Debug)]
pub struct PickupWindow {
    pub from: Option<At>,
    pub to: Option<At>,
    pub zone: Tz,
    pub lang: Lang,
}

impl PickupWindow {
    /// `Fri Nov 27`; both days where it goes past midnight, nothing where it has no end.
    pub fn day(&self) -> String {
        let (from, to) = (self.local(self.from), self.local(self.to));
        match (from, to) {
            (Some(from), Some(to)) if from.date_naive() != to.date_naive() => {
                format!("{} – {}", self.dated(&from), self.dated(&to))
            }
            (Some(one), _) | (None, Some(one)) => self.dated(&one),
            (None, None) => String::new(),
        }
    }

    /// `4:00–4:30 PM`, `from 4:00 PM`, `by 4:30 PM`; nothing where it has no end.
    pub fn hours(&self) -> String {
        let (from, to) = (self.local(self.from), self.local(self.to));
        let spanish = self.lang == Lang::Es;
        match (from, to) {
            (Some(from), Some(to)) => {
                let half = |at: &DateTime<Tz>| (at.date_naive(), at.format("%p").to_string());
                let begins = if !spanish && half(&from) == half(&to) {
                    from.format("%-I:%M").to_string()
                } else {
                    self.timed(&from)
                };
                format!("{begins}–{}", self.timed(&to))
            }
            (Some(from), None) if spanish => format!("desde las {}", self.timed(&from)),
            (Some(from), None) => format!("from {}", self.timed(&from)),
            (None, Some(to)) if spanish => format!("hasta las {}", self.timed(&to)),
            (None, Some(to)) => format!("by {}", self.timed(&to)),
            (None, None) => String::new(),
        }
    }

    /// When it begins, or ends where it has no beginning: `4:00 PM`.
    pub fn due(&self) -> Option<String> {
        self.local(self.from.or(self.to)).map(|at| self.timed(&at))
    }

    fn local(&self, at: Option<At>) -> Option<DateTime<Tz>> {
        at.map(|at| at.utc().with_timezone(&self.zone))
    }

    fn dated(&self, at: &DateTime<Tz>) -> String {
        let lang = usize::from(self.lang == Lang::Es);
        let named = |words: &[&'static str], nth: u32| {
            words.get(usize::try_from(nth).unwrap_or(0)).copied().unwrap_or_default()
        };
        let day = named(&DAYS[lang], at.weekday().num_days_from_monday());
        let month = named(&MONTHS[lang], at.month0());
        match self.lang {
            Lang::En => format!("{day} {month} {}", at.day()),
            Lang::Es => format!("{day} {} {month}", at.day()),
        }
    }

    fn timed(&self, at: &DateTime<Tz>) -> String {
        let pattern = if self.lang == Lang::Es { "%H:%M" } else { "%-I:%M %p" };
        at.format(pattern).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(from: Option<&str>, to: Option<&str>, lang: Lang) -> (String, String) {
        let at = |text: Option<&str>| text.and_then(At::parse);
        let zone = chrono_tz::America::Los_Angeles;
        let window = PickupWindow { from: at(from), to: at(to), zone, lang };
        (window.day(), window.hours())
    }

    fn said(day: &str, hours: &str) -> (String, String) {
        (day.into(), hours.into())
    }

    #[test]
    fn a_window_is_said_in_the_stores_own_time() {
        let (from, to) = (Some("2026-11-28T00:00:00Z"), Some("2026-11-28T00:30:00Z"));
        assert_eq!(window(from, to, Lang::En), said("Fri Nov 27", "4:00–4:30 PM"));
        assert_eq!(window(from, to, Lang::Es), said("vie 27 nov", "16:00–16:30"));
        assert_eq!(window(from, None, Lang::En), said("Fri Nov 27", "from 4:00 PM"));
        assert_eq!(window(None, to, Lang::Es), said("vie 27 nov", "hasta las 16:30"));
        assert_eq!(window(None, None, Lang::En), said("", ""));
    }

    #[test]
    fn over_noon_and_over_midnight() {
        let (from, to) = (Some("2026-11-27T19:30:00Z"), Some("2026-11-27T20:15:00Z"));
        assert_eq!(window(from, to, Lang::En), said("Fri Nov 27", "11:30 AM–12:15 PM"));
        let to = Some("2026-11-28T08:15:00Z");
        assert_eq!(
            window(from, to, Lang::En),
            said("Fri Nov 27 – Sat Nov 28", "11:30 AM–12:15 AM")
        );
    }
}

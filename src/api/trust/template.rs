//! Filling our own templates with other people's words: once over, and safe in HTML and XML.

/// `template` with each `{name}` replaced by the value of that name, in one pass: what was filled in is
/// never taken for another place to fill. A name without a value stays as it is.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let value = after.split_once('}').and_then(|(name, after)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((value, after))
        });
        rest = if let Some((value, after)) = value {
            filled.push_str(value);
            after
        } else {
            filled.push('{');
            after
        };
    }
    filled + rest
}

/// Makes a text safe inside an element and inside a double-quoted attribute, and leaves out what XML
/// does not allow at all.
pub(super) fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut safe, letter| {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\u{FFFE}' | '\u{FFFF}' => {}
            control if control.is_control() => {}
            plain => safe.push(plain),
        }
        safe
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_once_and_only_by_their_names() {
        let values = [("store", "{id}"), ("id", "R7K2Q")];
        assert_eq!(fill("{store} {id} {other} {", &values), "{id} R7K2Q {other} {");
        assert_eq!(fill("none", &values), "none");
    }

    #[test]
    fn a_text_is_safe_in_html_and_xml() {
        assert_eq!(escape("<'\"&\"'>\u{0}\u{1b}é"), "&lt;&#39;&quot;&amp;&quot;&#39;&gt;é");
    }
}

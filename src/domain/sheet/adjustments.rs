//! The state's own list of adjustments (METRC `GET /packages/v2/adjustments`): one answer, several one after
//! another, or their bare rows. Only rows whose note has a mark of the box are of interest.

use serde::Deserialize;
use serde_json::Number;

use super::{FileRefused, ROW_LIMIT, text};
use crate::domain::quantity::{Amount, Unit};

/// One adjustment as it stands in the state's system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    pub label: String,
    /// Signed; nothing where it is no number of ours.
    pub amount: Option<Amount>,
    pub unit: Option<Unit>,
    pub note: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Document {
    Answer {
        #[serde(rename = "Data")]
        data: Vec<Row>,
    },
    Rows(Vec<Row>),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    package_label: String,
    adjustment_quantity: Number,
    adjustment_unit_of_measure_name: Option<String>,
    adjustment_note: Option<String>,
}

/// Reads the whole list; none of it where any of it cannot be understood.
pub fn read_adjustments(bytes: &[u8]) -> Result<Vec<Entered>, FileRefused> {
    let text = text::decode(bytes, &mut Vec::new())?;
    if text.trim().is_empty() {
        return Err(FileRefused::Empty);
    }
    let mut rows = Vec::new();
    for document in serde_json::Deserializer::from_str(&text).into_iter::<Document>() {
        rows.extend(match document {
            Ok(Document::Answer { data } | Document::Rows(data)) => data,
            Err(error) if error.is_data() => {
                return Err(FileRefused::NotAdjustments("each row needs a package and a quantity"));
            }
            Err(error) => return Err(super::metrc::broken(&error)),
        });
        if rows.len() > ROW_LIMIT {
            return Err(FileRefused::TooManyRows);
        }
    }
    Ok(rows.into_iter().map(entered).collect())
}

fn entered(row: Row) -> Entered {
    // A number as METRC writes it: "-2.0".
    let amount = row.adjustment_quantity.to_string();
    Entered {
        label: row.package_label.trim().to_ascii_uppercase(),
        amount: amount.parse().ok(),
        unit: row.adjustment_unit_of_measure_name.as_deref().and_then(Unit::parse),
        note: row.adjustment_note.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = r#"{"PackageId":101,"PackageLabel":"1a4060300000000000000001","AdjustmentQuantity":-1.0,
        "AdjustmentUnitOfMeasureName":"Each","AdjustmentReasonName":"Entry Error","AdjustmentNote":"BS-7K2M9Q One"}"#;

    #[test]
    fn the_states_answer_its_pages_and_its_bare_rows_are_read() {
        let one = Entered {
            label: "1A4060300000000000000001".into(),
            amount: "-1".parse().ok(),
            unit: Some(Unit::Ea),
            note: "BS-7K2M9Q One".into(),
        };
        let page = format!("{{\"Data\":[{ROW}],\"Total\":2}}");
        let read = |text: &str| read_adjustments(text.as_bytes());
        assert_eq!(read(&page), Ok(vec![one.clone()]));
        assert_eq!(read(&format!("{page}\n{page}")), Ok(vec![one.clone(), one.clone()]));
        assert_eq!(read(&format!("[{ROW}]")), Ok(vec![one]));
        assert_eq!(read("[]"), Ok(vec![]));
    }

    #[test]
    fn what_is_no_such_list_is_refused_whole() {
        for (text, code) in [
            ("", "empty"),
            ("{\"Data\":[{\"Label\":\"x\"}]}", "not_adjustments"),
            ("{\"Data\":[", "json_broken"),
            ("tag,qty", "json_broken"),
        ] {
            assert_eq!(read_adjustments(text.as_bytes()).unwrap_err().code(), code, "{text}");
        }
    }
}

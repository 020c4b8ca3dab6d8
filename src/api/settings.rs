//! The store's settings.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::write::Write;
use super::{Answer, Problem, State};
use crate::store::StoreError;
use crate::workflow::settings::{self, Settings, SettingsError};

/// The settings in force.
#[utoipa::path(get, path = "/api/v1/settings", tag = "settings",
    responses((status = 200, body = Settings)))]
pub async fn get(state: State) -> Answer {
    super::read(&state, |db| settings::get(db).map_err(StoreError::Sql)).await
}

/// Replaces the settings, all of them, as read at `version`. Refusal: `changed_meanwhile`.
#[utoipa::path(put, path = "/api/v1/settings", tag = "settings", request_body = Settings,
    responses((status = 200, body = Settings), (status = 409, body = Problem)))]
pub async fn put(state: State, write: Write<Whole>) -> Answer {
    write.run(&state, |tx, by, input| settings::put(tx, by, &input.0)).await
}

/// Settings with every field there and no other. What is stored may lack a field that came later, so
/// [`Settings`] itself fills in defaults; a screen's may not.
#[derive(Clone, Debug)]
pub struct Whole(Settings);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let given = serde_json::Map::deserialize(deserializer)?;
        let known = serde_json::to_value(Settings::default()).map_err(Error::custom)?;
        let known = known.as_object().ok_or_else(|| Error::custom("settings are an object"))?;
        if let Some(missing) = known.keys().find(|field| !given.contains_key(*field)) {
            return Err(Error::custom(format!("{missing} is missing")));
        }
        if let Some(unknown) = given.keys().find(|field| !known.contains_key(*field)) {
            return Err(Error::custom(format!("there is no setting {unknown}")));
        }
        serde_json::from_value(Value::Object(given)).map(Self).map_err(Error::custom)
    }
}

impl Serialize for Whole {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl From<SettingsError> for Problem {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Invalid { field, why } => Self::invalid(field, why),
            SettingsError::ChangedMeanwhile => Self::refused(
                "changed_meanwhile",
                "Somebody else changed the settings meanwhile. Look at theirs first.",
            ),
            SettingsError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_sends_every_setting_and_no_other() {
        let whole = serde_json::to_value(Settings::default()).unwrap();
        assert!(serde_json::from_value::<Whole>(whole.clone()).is_ok());
        let mut less = whole.clone();
        less.as_object_mut().unwrap().remove("zone");
        let error = serde_json::from_value::<Whole>(less).unwrap_err().to_string();
        assert_eq!(error, "zone is missing");
        let mut more = whole;
        more["zoen"] = "UTC".into();
        let error = serde_json::from_value::<Whole>(more).unwrap_err().to_string();
        assert_eq!(error, "there is no setting zoen");
    }
}

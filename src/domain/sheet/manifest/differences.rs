//! What a newer copy of a manifest says otherwise.

use serde::{Deserialize, Serialize};

use super::{ManifestFacts, ManifestPackage};
use crate::domain::tag::Tag;

/// One field that is another now. The amounts themselves stay out of it: a count may be blind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Difference {
    /// A field of the head; of a package: `added`, `removed`, `shipped`, `item`, `batch`, `expires` or
    /// `lab_state`.
    pub field: String,
    pub tag: Option<Tag>,
    pub was: Option<String>,
    pub now: Option<String>,
}

impl ManifestFacts {
    /// What `newer` says otherwise. What the state says has become of it is no difference.
    #[must_use]
    pub fn differences(&self, newer: &Self) -> Vec<Difference> {
        let mut found = Vec::new();
        for ((field, was), (_, now)) in self.head().into_iter().zip(newer.head()) {
            if was != now {
                found.push(Difference { field: field.into(), tag: None, was, now });
            }
        }
        let (Some(old), Some(new)) = (&self.packages, &newer.packages) else { return found };
        let of = |list: &[ManifestPackage], tag| list.iter().position(|one| one.tag == tag);
        for package in old {
            match of(new, package.tag) {
                Some(at) => found.extend(package.differences(&new[at])),
                None => found.push(of_package("removed", package.tag, None, None)),
            }
        }
        let added = new.iter().filter(|package| of(old, package.tag).is_none());
        found.extend(added.map(|package| of_package("added", package.tag, None, None)));
        found
    }

    fn head(&self) -> Vec<(&'static str, Option<String>)> {
        let driver = |part: fn(&super::Driver) -> &Option<String>| {
            let parts: Vec<&str> = self.drivers.iter().filter_map(|d| part(d).as_deref()).collect();
            (!parts.is_empty()).then(|| parts.join(" / "))
        };
        vec![
            ("origin_license", self.origin.license.clone()),
            ("origin_name", self.origin.name.clone()),
            ("transporter_license", self.transporter.license.clone()),
            ("transporter_name", self.transporter.name.clone()),
            ("destination_license", self.destination.license.clone()),
            ("destination_name", self.destination.name.clone()),
            ("driver_name", driver(|d| &d.name)),
            ("driver_license", driver(|d| &d.license)),
            ("vehicle_make", driver(|d| &d.make)),
            ("vehicle_model", driver(|d| &d.model)),
            ("vehicle_plate", driver(|d| &d.plate)),
            ("departure", self.departs.map(|at| at.to_string())),
            ("arrival", self.arrives.map(|at| at.to_string())),
        ]
    }

    /// The fields of the paper in the order of a manifest, with what the state says; times in `zone`.
    #[must_use]
    pub fn stated(&self, zone: chrono_tz::Tz) -> Vec<(&'static str, Option<String>)> {
        let time = |at: crate::domain::time::At| {
            at.utc().with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string()
        };
        let mut fields = vec![("manifest", Some(self.number.clone()))];
        fields.extend(self.head().into_iter().map(|(field, value)| match field {
            "departure" => (field, self.departs.map(time)),
            "arrival" => (field, self.arrives.map(time)),
            _ => (field, value),
        }));
        fields
    }
}

impl ManifestPackage {
    fn differences(&self, now: &Self) -> Vec<Difference> {
        let mut found = Vec::new();
        if (self.shipped, self.unit) != (now.shipped, now.unit) {
            found.push(of_package("shipped", self.tag, None, None));
        }
        let texts = [
            ("item", Some(self.item.clone()), Some(now.item.clone())),
            ("batch", self.batch.clone(), now.batch.clone()),
            ("expires", self.expires.map(|d| d.to_string()), now.expires.map(|d| d.to_string())),
            ("lab_state", self.lab_state.clone(), now.lab_state.clone()),
        ];
        for (field, was, new) in texts {
            if was != new {
                found.push(of_package(field, self.tag, was, new));
            }
        }
        found
    }
}

fn of_package(field: &str, tag: Tag, was: Option<String>, now: Option<String>) -> Difference {
    Difference { field: field.into(), tag: Some(tag), was, now }
}

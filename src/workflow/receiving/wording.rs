//! What receiving says in cases and alerts, in each language: fields of the papers, what is wrong at the
//! door, what holds a package.

use super::door::{Finding, FindingKind};
use crate::domain::quantity::Quantity;
use crate::domain::words::{Words, words};
use crate::workflow::quarantine::HoldReason;

/// The same in both languages: a number and its unit.
pub fn amount(quantity: Quantity) -> Words {
    Words::own(&quantity.to_string())
}

/// A field of the manifest, or of a package on it.
pub fn field(name: &str) -> Words {
    match name {
        "manifest" => words!("manifest", "manifiesto"),
        "origin_license" => words!("origin license", "licencia de origen"),
        "origin_name" => words!("origin", "origen"),
        "transporter_license" => words!("transporter license", "licencia del transportista"),
        "transporter_name" => words!("transporter", "transportista"),
        "destination_license" => words!("destination license", "licencia de destino"),
        "destination_name" => words!("destination", "destino"),
        "driver_name" => words!("driver", "conductor"),
        "driver_license" => words!("driver's license", "licencia del conductor"),
        "vehicle_make" => words!("vehicle make", "marca del vehículo"),
        "vehicle_model" => words!("vehicle model", "modelo del vehículo"),
        "vehicle_plate" => words!("plate", "placa"),
        "departure" => words!("departure", "salida"),
        "arrival" => words!("estimated arrival", "llegada prevista"),
        "added" => words!("on the manifest", "en el manifiesto"),
        "removed" => words!("off the manifest", "fuera del manifiesto"),
        "shipped" => words!("amount shipped", "cantidad enviada"),
        "item" => words!("product", "producto"),
        "batch" => words!("batch", "lote"),
        "expires" => words!("expiry", "vencimiento"),
        "lab_state" => words!("lab state", "estado de laboratorio"),
        other => Words::own(other),
    }
}

/// What is wrong at the door.
pub fn finding(one: &Finding) -> Words {
    let nothing = || words!("nothing", "nada");
    let stated = one.stated.as_deref().map_or_else(nothing, Words::own);
    let other = one.other.clone().unwrap_or_default();
    let field = field(&one.field);
    match one.kind {
        FindingKind::PaperDiffers => {
            let paper = if other.is_empty() { nothing() } else { Words::own(&other) };
            words!("{}: the state says {}, the paper says {}", "{}: el estado dice {}, el papel dice {}";
                [field.en, stated.en, paper.en], [field.es, stated.es, paper.es])
        }
        FindingKind::WrongDestination => words!("it is for {}, this store is {}",
            "es para {}, esta tienda es {}"; [stated.en, other], [stated.es, other]),
        FindingKind::OwnLicenseUnset => words!(
            "the store's own license number is not set",
            "no está puesto el número de licencia de la tienda"
        ),
        FindingKind::LicenseUnknown if other.is_empty() => words!("{} {} is not in the register",
            "{} {} no está en el registro"; [field.en, stated.en], [field.es, stated.es]),
        FindingKind::LicenseUnknown => words!("{} {} is not in the register; near it is {}",
            "{} {} no está en el registro; se parece a {}";
            [field.en, stated.en, other], [field.es, stated.es, other]),
        FindingKind::LicenseExpired => words!("{} {} expired on {}", "{} {} venció el {}";
            [field.en, stated.en, other], [field.es, stated.es, other]),
        FindingKind::LicenseInactive => words!("{} {} is {} in the register",
            "{} {} figura como {} en el registro";
            [field.en, stated.en, other], [field.es, stated.es, other]),
        FindingKind::LicenseWrongType => words!("{} {} is of a {}, who may not send goods",
            "{} {} es de un {}, que no puede enviar mercancía";
            [field.en, stated.en, other], [field.es, stated.es, other]),
        FindingKind::ArrivalBeforeDeparture => words!("arrival {} is before the departure {}",
            "la llegada {} es anterior a la salida {}"; [stated.en, other], [stated.es, other]),
        FindingKind::NoRegister => words!(
            "no register of licenses is loaded",
            "no hay ningún registro de licencias cargado"
        ),
    }
}

/// What holds a package.
pub fn hold(reason: HoldReason) -> Words {
    match reason {
        HoldReason::Discrepancy => words!("another amount", "otra cantidad"),
        HoldReason::NoCoa => words!("no COA", "sin COA"),
        HoldReason::CoaFailed => words!("COA failed", "COA reprobado"),
        HoldReason::CoaExpired => words!("COA expired", "COA vencido"),
        HoldReason::CoaRevoked => words!("COA revoked", "COA revocado"),
        HoldReason::Damaged => words!("damaged", "dañado"),
        HoldReason::BrokenSeal => words!("broken seal", "sello roto"),
        HoldReason::Label => words!("label not in order", "etiqueta no conforme"),
        HoldReason::Expired => words!("expired", "vencido"),
        HoldReason::WrongProduct => words!("wrong product", "producto equivocado"),
        HoldReason::StateHold => words!("held by the state", "retenido por el estado"),
        HoldReason::CustomerReturn => words!("customer return", "devolución de cliente"),
        HoldReason::Recall => words!("recall", "retiro"),
        HoldReason::Other => words!("held", "retenido"),
    }
}

//! The customer label's fixed words.

use crate::domain::order::OrderWay;
use crate::print::words::Lang;

/// One language's words.
pub(super) struct Words {
    pub tag: &'static str,
    pub label: &'static str,
    pub license: &'static str,
    pub pickup: &'static str,
    pub curbside: &'static str,
    pub delivery: &'static str,
    pub bag: &'static str,
    pub window: &'static str,
    pub order: &'static str,
    pub item: [&'static str; 2],
    pub unit: [&'static str; 2],
    pub in_word: &'static str,
    pub bags: &'static str,
    pub tag_ends: &'static str,
    pub sealed: &'static str,
    pub packed: &'static str,
    pub by: &'static str,
    pub copy: &'static str,
    pub cut: &'static str,
    pub fix: &'static str,
}

static EN: Words = Words {
    tag: "en",
    label: "Label",
    license: "License",
    pickup: "PICKUP",
    curbside: "CURBSIDE",
    delivery: "DELIVERY",
    bag: "BAG",
    window: "Window",
    order: "Order",
    item: ["item", "items"],
    unit: ["unit", "units"],
    in_word: "in",
    bags: "bags",
    tag_ends: "TAG ENDS IN",
    sealed: "Keep sealed · opaque exit package",
    packed: "Packed",
    by: "by",
    copy: "Copy",
    cut: "Cut along the marks.",
    fix: "Fix it to the outside of the exit bag, never over a product’s own label.",
};

static ES: Words = Words {
    tag: "es",
    label: "Etiqueta",
    license: "Licencia",
    pickup: "RECOGER",
    curbside: "EN LA ACERA",
    delivery: "ENTREGA",
    bag: "BOLSA",
    window: "Horario",
    order: "Pedido",
    item: ["artículo", "artículos"],
    unit: ["unidad", "unidades"],
    in_word: "en",
    bags: "bolsas",
    tag_ends: "FIN DE ETIQUETA",
    sealed: "Mantener sellado · bolsa de salida opaca",
    packed: "Empacado",
    by: "por",
    copy: "Copia",
    cut: "Cortar por las marcas.",
    fix: "Pegar por fuera de la bolsa de salida, nunca sobre la etiqueta de un producto.",
};

impl Words {
    pub fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::En => &EN,
            Lang::Es => &ES,
        }
    }

    /// How the order goes out.
    pub fn way(&self, way: OrderWay) -> &'static str {
        match way {
            OrderWay::Pickup => self.pickup,
            OrderWay::Curbside => self.curbside,
            OrderWay::Delivery => self.delivery,
        }
    }
}

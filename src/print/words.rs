//! The fixed words of the printed page, in each language: one typed catalogue, so none can be
//! forgotten.

/// Language of the fixed words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Spanish.
    Es,
}

/// What the slip is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Stock for a floor station.
    #[default]
    Restock,
    /// Stock for a customer's order.
    Order,
}

/// One language's words.
pub(super) struct Words {
    pub tag: &'static str,
    pub restock: &'static str,
    pub order: &'static str,
    pub orders: &'static str,
    pub slot: &'static str,
    pub order_no: &'static str,
    pub customer: &'static str,
    pub window: &'static str,
    pub tote: &'static str,
    pub slip: &'static str,
    pub copy: &'static str,
    pub requested: &'static str,
    pub line: [&'static str; 2],
    pub unit: [&'static str; 2],
    pub bin: &'static str,
    pub quantity: &'static str,
    pub product: &'static str,
    pub package: &'static str,
    pub expires: &'static str,
    pub exp: &'static str,
    pub note: &'static str,
    pub short: &'static str,
    pub nothing: &'static str,
    pub total: &'static str,
    pub picked_by: &'static str,
    pub packed_by: &'static str,
    pub received_by: &'static str,
    pub name: &'static str,
    pub signature: &'static str,
    pub time: &'static str,
    pub printed: &'static str,
    pub by: &'static str,
    pub page: &'static str,
    pub of: &'static str,
    pub scan: &'static str,
    pub labels: &'static str,
}

static EN: Words = Words {
    tag: "en",
    restock: "RESTOCK",
    order: "ORDER",
    orders: "orders",
    slot: "SLOT",
    order_no: "ORDER",
    customer: "CUSTOMER",
    window: "WINDOW",
    tote: "TOTE",
    slip: "Pick slip",
    copy: "COPY",
    requested: "Requested",
    line: ["line", "lines"],
    unit: ["unit", "units"],
    bin: "BIN",
    quantity: "QTY",
    product: "PRODUCT",
    package: "PACKAGE TAG",
    expires: "EXPIRES",
    exp: "Exp",
    note: "NOTE",
    short: "NOT ON THIS SLIP",
    nothing: "Nothing to pick.",
    total: "TOTAL",
    picked_by: "PICKED BY",
    packed_by: "PACKED BY",
    received_by: "RECEIVED BY",
    name: "Name",
    signature: "Signature",
    time: "Time",
    printed: "Printed",
    by: "by",
    page: "Page",
    of: "of",
    scan: "Scan to pick",
    labels: "Labels",
};

static ES: Words = Words {
    tag: "es",
    restock: "REPOSICIÓN",
    order: "PEDIDO",
    orders: "pedidos",
    slot: "CASILLA",
    order_no: "PEDIDO",
    customer: "CLIENTE",
    window: "HORARIO",
    tote: "CAJA",
    slip: "Hoja de surtido",
    copy: "COPIA",
    requested: "Solicitado",
    line: ["línea", "líneas"],
    unit: ["unidad", "unidades"],
    bin: "LUGAR",
    quantity: "CANT.",
    product: "PRODUCTO",
    package: "ETIQUETA",
    expires: "CADUCA",
    exp: "Cad.",
    note: "NOTA",
    short: "NO ESTÁ EN ESTA HOJA",
    nothing: "Nada que surtir.",
    total: "TOTAL",
    picked_by: "SURTIDO POR",
    packed_by: "EMPACADO POR",
    received_by: "RECIBIDO POR",
    name: "Nombre",
    signature: "Firma",
    time: "Hora",
    printed: "Impreso",
    by: "por",
    page: "Página",
    of: "de",
    scan: "Escanear para surtir",
    labels: "Etiquetas",
};

impl Lang {
    pub(super) fn words(self) -> &'static Words {
        match self {
            Self::En => &EN,
            Self::Es => &ES,
        }
    }
}

impl Kind {
    pub(super) fn word(self, words: &Words) -> &'static str {
        match self {
            Self::Restock => words.restock,
            Self::Order => words.order,
        }
    }
}

//! The set-up card's fixed words. Both languages stand on every card: whoever it is handed to reads one
//! of them.

/// One language's words.
pub(super) struct Words {
    pub heading: &'static str,
    pub scan: &'static str,
    pub typed: &'static str,
    pub by_name: &'static str,
    pub wifi: &'static str,
    pub steps: [&'static str; 3],
    pub fingerprint: &'static str,
    pub compare: &'static str,
    pub box_word: &'static str,
    pub printed: &'static str,
    pub again: &'static str,
}

pub(super) static EN: Words = Words {
    heading: "Set up your phone",
    scan: "Scan with your phone’s camera",
    typed: "or type",
    by_name: "by name",
    wifi: "Wi-Fi",
    steps: [
        "Join the store’s Wi-Fi. Scan the code and open the page; on an iPhone, in Safari.",
        "Do what the page says for your phone. When it shows a SHA-256 fingerprint, compare it \
         with the one below.",
        "Tap Check on the page. Green: your phone trusts the box. A manager then adds your phone.",
    ],
    fingerprint: "SHA-256 fingerprint",
    compare: "Compare all of it; at the very least the two marked lines. Small or capital letters, \
              spaces and colons make no difference. If anything differs, stop and tell a manager.",
    box_word: "Box",
    printed: "Printed",
    again: "If the address does not open, a manager prints a new card.",
};

pub(super) static ES: Words = Words {
    heading: "Configura tu teléfono",
    scan: "Escanea con la cámara del teléfono",
    typed: "o escribe",
    by_name: "por nombre",
    wifi: "Wi-Fi",
    steps: [
        "Conéctate a la Wi-Fi de la tienda. Escanea el código y abre la página; en un iPhone, en \
         Safari.",
        "Haz lo que la página dice para tu teléfono. Cuando muestre una huella SHA-256, compárala \
         con la de abajo.",
        "Toca Comprobar en la página. Verde: tu teléfono confía en la caja. Luego un gerente agrega \
         tu teléfono.",
    ],
    fingerprint: "Huella SHA-256",
    compare: "Compárala toda; como mínimo las dos líneas marcadas. No importan las mayúsculas, los \
              espacios ni los dos puntos. Si algo es distinto, detente y avisa a un gerente.",
    box_word: "Caja",
    printed: "Impreso",
    again: "Si la dirección no abre, un gerente imprime otra tarjeta.",
};

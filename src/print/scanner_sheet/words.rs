//! The sheet's words, in each language.

use crate::print::words::Lang;

pub struct SheetWords {
    pub title: &'static str,
    pub intro: &'static str,
    /// Of each code, its name and what it shows.
    pub codes: [[&'static str; 2]; 5],
    pub set: &'static str,
    /// Of each setting, its name and its value.
    pub settings: [[&'static str; 2]; 5],
    pub places_title: &'static str,
    /// Of each make, where its settings are.
    pub places: [[&'static str; 2]; 5],
}

pub fn of(lang: Lang) -> &'static SheetWords {
    match lang {
        Lang::En => &EN,
        Lang::Es => &ES,
    }
}

static EN: SheetWords = SheetWords {
    title: "Scanner test sheet",
    intro: "On the device that the scanner types into, open Scanner set-up (under your name) and scan \
            the codes one after the other. The screen says what came through and what to change.",
    codes: [
        [
            "All characters",
            "Shows swapped letter case, a wrong keyboard language and lost characters.",
        ],
        [
            "Package tag",
            "Code 128, as on a METRC tag. A tag of the test facility: it is of no package.",
        ],
        ["GS1 Data Matrix", "Shows whether the separator between its elements (GS) arrives."],
        [
            "Product barcode",
            "UPC-A. All twelve digits must arrive, the first 0 and the last 5 too.",
        ],
        ["Code of a place", "A QR as on our own labels."],
    ],
    set: "Set the scanner to",
    settings: [
        ["Keyboard language", "US English; the device's own keyboard too."],
        ["After a scan (suffix)", "Enter, also called CR or carriage return."],
        ["Before a scan (prefix)", "Nothing; or ~ where people type and scan in the same fields."],
        ["Group separator (GS, FNC1)", "Send it as | (vertical bar)."],
        ["CapsLock, letter case", "CapsLock off; letters as they are in the code."],
    ],
    places_title: "Where to find it",
    places: [
        [
            "Zebra (Android)",
            "DataWedge: the profile, Keystroke output. Basic data formatting has Enter \
          and prefix, Advanced data formatting replaces GS.",
        ],
        [
            "Honeywell (Android)",
            "Settings, Honeywell Settings, Scanning, Internal Scanner, the profile, \
          Data Processing Settings.",
        ],
        [
            "Datalogic (Android)",
            "Settings, Scanner: Wedge, and Formatting with Group Separator Replacement.",
        ],
        [
            "Socket Mobile",
            "Companion app: the scanner in Basic Mode (keyboard), its prefix and suffix.",
        ],
        [
            "USB and Bluetooth",
            "The maker's manual has codes to scan: keyboard country, add CR, replace GS.",
        ],
    ],
};

static ES: SheetWords = SheetWords {
    title: "Hoja de prueba del escáner",
    intro: "En el dispositivo donde escribe el escáner, abra Ajuste del escáner (en su nombre) y \
            escanee los códigos uno tras otro. La pantalla dice qué llegó y qué hay que cambiar.",
    codes: [
        [
            "Todos los caracteres",
            "Muestra mayúsculas invertidas, otro idioma de teclado y caracteres perdidos.",
        ],
        [
            "Etiqueta de paquete",
            "Code 128, como en una etiqueta METRC. Es de prueba: no es de ningún paquete.",
        ],
        ["GS1 Data Matrix", "Muestra si llega el separador entre sus elementos (GS)."],
        [
            "Código de producto",
            "UPC-A. Deben llegar los doce dígitos, también el 0 inicial y el 5 final.",
        ],
        ["Código de un lugar", "Un QR como el de nuestras etiquetas."],
    ],
    set: "Ajuste el escáner así",
    settings: [
        ["Idioma del teclado", "Inglés de EE. UU.; también el teclado del dispositivo."],
        ["Después de escanear (sufijo)", "Enter, también llamado CR o retorno de carro."],
        [
            "Antes de escanear (prefijo)",
            "Nada; o ~ donde se escribe y se escanea en los mismos campos.",
        ],
        ["Separador de grupo (GS, FNC1)", "Envíelo como | (barra vertical)."],
        ["Bloq Mayús, mayúsculas", "Bloq Mayús apagado; letras tal como están en el código."],
    ],
    places_title: "Dónde está",
    places: [
        [
            "Zebra (Android)",
            "DataWedge: el perfil, Keystroke output. Basic data formatting tiene Enter \
          y prefijo; Advanced data formatting reemplaza GS.",
        ],
        [
            "Honeywell (Android)",
            "Settings, Honeywell Settings, Scanning, Internal Scanner, el perfil, \
          Data Processing Settings.",
        ],
        [
            "Datalogic (Android)",
            "Settings, Scanner: Wedge, y Formatting con Group Separator Replacement.",
        ],
        [
            "Socket Mobile",
            "App Companion: el escáner en Basic Mode (teclado), su prefijo y sufijo.",
        ],
        [
            "USB y Bluetooth",
            "El manual trae códigos para escanear: país del teclado, agregar CR, reemplazar GS.",
        ],
    ],
};

//! The trust page's words, English and Spanish, and which of them a device wants. Texts are HTML of
//! ours; `{file}` and `{certificate}` stand for the names of this box's certificate.

/// The two languages of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    English,
    Spanish,
}

/// Each has its own way to trust a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Platform {
    Ios,
    Android,
    Windows,
    Macos,
    Linux,
}

pub(super) struct Guide {
    pub name: &'static str,
    pub steps: &'static [&'static str],
    pub note: &'static str,
}

pub(super) struct Words {
    pub title: &'static str,
    pub lead: &'static str,
    pub get_title: &'static str,
    pub get_text: &'static str,
    pub get_button: &'static str,
    pub get_other: &'static str,
    pub check_title: &'static str,
    pub check_text: &'static str,
    pub check_stop: &'static str,
    pub print_label: &'static str,
    pub install_title: &'static str,
    pub install_text: &'static str,
    pub open_title: &'static str,
    pub open_text: &'static str,
    pub open_button: &'static str,
    pub limits_title: &'static str,
    pub limits_text: &'static str,
    pub box_word: &'static str,
    pub lost_title: &'static str,
    pub lost_text: &'static str,
    pub lost_button: &'static str,
    ios: Guide,
    android: Guide,
    windows: Guide,
    macos: Guide,
    linux: Guide,
}

impl Language {
    /// The better liked of ours in an `Accept-Language` header (RFC 9110, 12.5.4); English when
    /// neither is.
    pub fn accepted(header: &str) -> Self {
        let liking = |wanted: &str| {
            header
                .split(',')
                .filter_map(|range| {
                    let mut parts = range.trim().split(';');
                    let primary = parts.next()?.split('-').next()?.trim();
                    let quality = parts
                        .find_map(|part| part.trim().strip_prefix("q=")?.parse::<f32>().ok())
                        .unwrap_or(1.0);
                    primary.eq_ignore_ascii_case(wanted).then_some(quality)
                })
                .fold(0.0, f32::max)
        };
        if liking("es") > liking("en") { Self::Spanish } else { Self::English }
    }

    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
        }
    }

    /// Tag and own name of the language that is not shown.
    pub fn other(self) -> (&'static str, &'static str) {
        match self {
            Self::English => ("es", "Español"),
            Self::Spanish => ("en", "English"),
        }
    }

    pub fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::Spanish => &SPANISH,
        }
    }
}

impl Platform {
    /// All of them, the one that this `User-Agent` most likely is first. An iPad says that it is a
    /// Mac, so after a Mac comes iOS.
    pub fn ordered_for(agent: &str) -> [Self; 5] {
        use Platform::{Android, Ios, Linux, Macos, Windows};
        let is = |sign: &str| agent.contains(sign);
        if is("Android") {
            [Android, Ios, Windows, Macos, Linux]
        } else if is("Windows") {
            [Windows, Ios, Android, Macos, Linux]
        } else if is("Macintosh") {
            [Macos, Ios, Android, Windows, Linux]
        } else if is("Linux") || is("CrOS") {
            [Linux, Ios, Android, Windows, Macos]
        } else {
            [Ios, Android, Windows, Macos, Linux]
        }
    }
}

impl Words {
    pub fn guide(&self, platform: Platform) -> &Guide {
        match platform {
            Platform::Ios => &self.ios,
            Platform::Android => &self.android,
            Platform::Windows => &self.windows,
            Platform::Macos => &self.macos,
            Platform::Linux => &self.linux,
        }
    }
}

static ENGLISH: Words = Words {
    title: "Trust this box",
    lead: "Let this device trust the store’s Backstock box. It takes two minutes, and you do it \
           once per device.",
    get_title: "Download the certificate",
    get_text: "It tells this device which box is really yours.",
    get_button: "Download the certificate",
    get_other: "Another format:",
    check_title: "Compare the fingerprint",
    check_text: "While you install it, your device shows a SHA-256 fingerprint. It must be the \
                 same as the one a manager sees in Backstock under <b>Settings</b>, or on the \
                 box’s own screen. This is it:",
    check_stop: "If any group differs, stop, do not install it, and tell a manager.",
    print_label: "SHA-256 fingerprint",
    install_title: "Install and trust it",
    install_text: "Choose your device:",
    open_title: "Open Backstock",
    open_text: "If your browser warns that the connection is not private, do not continue past the \
                warning: the certificate is not trusted yet. Go back to step 3.",
    open_button: "Open Backstock",
    limits_title: "What this certificate can and cannot do",
    limits_text: "It only vouches for names and addresses inside the store’s own network; browsers \
                  refuse it for websites on the internet. Nothing you do elsewhere passes through \
                  the box. You can remove it at any time, where you installed it.",
    box_word: "Box",
    lost_title: "Nothing here",
    lost_text: "This page only helps a device to trust the box. The app has its own \
                secure address.",
    lost_button: "Set up this device",
    ios: Guide {
        name: "iPhone and iPad",
        steps: &[
            "Open this page in <b>Safari</b> (other browsers cannot install it), tap <b>Download \
             the certificate</b>, then <b>Allow</b>.",
            "Open <b>Settings</b>, tap <b>Profile Downloaded</b> near the top, then <b>More \
             Details</b>, and compare the fingerprint.",
            "Go back, tap <b>Install</b>, enter your passcode, and tap <b>Install</b> again.",
            "The step people miss: in <b>Settings → General → About → Certificate Trust \
             Settings</b>, turn on <b>{certificate}</b>.",
        ],
        note: "No “Profile Downloaded”? Look in Settings → General → VPN &amp; Device Management. \
               “Not Verified” is normal: only this store knows the box.",
    },
    android: Guide {
        name: "Android",
        steps: &[
            "Tap <b>Download the certificate</b>. If Android asks to open it, close that.",
            "Open <b>Settings</b>, search for <b>CA certificate</b>, and tap it. It is under \
             <b>Security → More security settings → Encryption &amp; credentials → Install a \
             certificate</b>.",
            "Choose <b>CA certificate</b>. <em>Not</em> “Wi-Fi certificate” and <em>not</em> “VPN \
             &amp; app user certificate”: those look right but do nothing here.",
            "Tap <b>Install anyway</b>, unlock, and pick <b>{file}</b>.",
            "Compare the fingerprint under <b>Encryption &amp; credentials → Trusted credentials \
             → User</b>.",
        ],
        note: "Use Chrome. A notice that the network “may be monitored” is normal after this. If \
               the Wi-Fi has no internet, tell Android to stay connected, or it will not find the \
               box.",
    },
    windows: Guide {
        name: "Windows",
        steps: &[
            "Compare the fingerprint: in the Downloads folder, open Terminal and type \
             <code>certutil -hashfile {file} SHA256</code>.",
            "Open <b>{file}</b>, click <b>Install Certificate…</b>, choose <b>Current User</b>, \
             then <b>Next</b>.",
            "Choose <b>Place all certificates in the following store</b>, click <b>Browse…</b>, \
             pick <b>Trusted Root Certification Authorities</b>, then <b>OK</b>, <b>Next</b>, \
             <b>Finish</b>.",
            "Answer <b>Yes</b>, then close and reopen the browser.",
        ],
        note: "The store must be “Trusted Root Certification Authorities”: the automatic choice \
               does not work.",
    },
    macos: Guide {
        name: "Mac",
        steps: &[
            "Open <b>{file}</b> and add it to the <b>login</b> keychain.",
            "In <b>Keychain Access</b>, double-click <b>{certificate}</b> and compare the SHA-256 \
             fingerprint at the end.",
            "Unfold <b>Trust</b>, set <b>When using this certificate</b> to <b>Always Trust</b>, \
             close the window and enter your password.",
        ],
        note: "If the browser asks to find devices on your local network, allow it.",
    },
    linux: Guide {
        name: "Linux",
        steps: &[
            "Compare the fingerprint: <code>sha256sum {file}</code>.",
            "Chrome or Chromium: <b>Settings → Privacy and security → Security → Manage \
             certificates</b>, import <b>{file}</b> as a trusted certificate.",
            "Firefox: <b>Settings → Privacy &amp; Security → View Certificates → Authorities → \
             Import…</b>, tick <b>Trust this CA to identify websites</b>.",
        ],
        note: "By command for Chrome: <code>certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n \
               Backstock -i {file}</code>",
    },
};

static SPANISH: Words = Words {
    title: "Confiar en esta caja",
    lead: "Haz que este dispositivo confíe en la caja Backstock de la tienda. Son dos minutos, una \
           sola vez por dispositivo.",
    get_title: "Descarga el certificado",
    get_text: "Le dice a este dispositivo cuál es de verdad tu caja.",
    get_button: "Descargar el certificado",
    get_other: "Otro formato:",
    check_title: "Compara la huella",
    check_text: "Al instalarlo, tu dispositivo muestra una huella SHA-256. Debe ser igual a la que \
                 un gerente ve en Backstock, en <b>Ajustes</b>, o en la pantalla de la propia \
                 caja. Es esta:",
    check_stop: "Si algún grupo es distinto, detente, no lo instales y avisa a un gerente.",
    print_label: "Huella SHA-256",
    install_title: "Instálalo y confía en él",
    install_text: "Elige tu dispositivo:",
    open_title: "Abre Backstock",
    open_text: "Si el navegador avisa de que la conexión no es privada, no sigas adelante: el \
                certificado aún no es de confianza. Vuelve al paso 3.",
    open_button: "Abrir Backstock",
    limits_title: "Qué puede y qué no puede este certificado",
    limits_text: "Solo da fe de nombres y direcciones dentro de la red de la tienda; los \
                  navegadores lo rechazan para sitios de internet. Nada de lo que hagas en otros \
                  sitios pasa por la caja. Puedes quitarlo cuando quieras, donde lo instalaste.",
    box_word: "Caja",
    lost_title: "Aquí no hay nada",
    lost_text: "Esta página solo ayuda a un dispositivo a confiar en la caja. La aplicación tiene \
                su propia dirección segura.",
    lost_button: "Preparar este dispositivo",
    ios: Guide {
        name: "iPhone y iPad",
        steps: &[
            "Abre esta página en <b>Safari</b> (otros navegadores no pueden instalarlo), toca \
             <b>Descargar el certificado</b> y luego <b>Permitir</b>.",
            "Abre <b>Ajustes</b>, toca <b>Perfil descargado</b> arriba, luego <b>Más detalles</b>, \
             y compara la huella.",
            "Vuelve, toca <b>Instalar</b>, escribe tu código y toca <b>Instalar</b> otra vez.",
            "El paso que se olvida: en <b>Ajustes → General → Información → Configuración de \
             confianza de certificados</b>, activa <b>{certificate}</b>.",
        ],
        note: "¿No aparece «Perfil descargado»? Mira en Ajustes → General → VPN y gestión de \
               dispositivos. «No verificado» es normal: solo esta tienda conoce la caja.",
    },
    android: Guide {
        name: "Android",
        steps: &[
            "Toca <b>Descargar el certificado</b>. Si Android ofrece abrirlo, ciérralo.",
            "Abre <b>Ajustes</b>, busca <b>certificado de CA</b> y tócalo. Está en <b>Seguridad → \
             Más ajustes de seguridad → Cifrado y credenciales → Instalar un certificado</b>.",
            "Elige <b>Certificado de CA</b>. <em>No</em> «Certificado de Wi-Fi» <em>ni</em> \
             «Certificado de usuario de VPN y apps»: parecen correctos, pero aquí no sirven.",
            "Toca <b>Instalar de todos modos</b>, desbloquea y elige <b>{file}</b>.",
            "Compara la huella en <b>Cifrado y credenciales → Credenciales de confianza → \
             Usuario</b>.",
        ],
        note: "Usa Chrome. Es normal que después avise de que la red «puede estar supervisada». Si \
               la Wi-Fi no tiene internet, dile a Android que siga conectado, o no encontrará la \
               caja.",
    },
    windows: Guide {
        name: "Windows",
        steps: &[
            "Compara la huella: en la carpeta Descargas, abre Terminal y escribe <code>certutil \
             -hashfile {file} SHA256</code>.",
            "Abre <b>{file}</b>, haz clic en <b>Instalar certificado…</b>, elige <b>Usuario \
             actual</b> y <b>Siguiente</b>.",
            "Elige <b>Colocar todos los certificados en el siguiente almacén</b>, haz clic en \
             <b>Examinar…</b>, elige <b>Entidades de certificación raíz de confianza</b>, \
             <b>Aceptar</b>, <b>Siguiente</b> y <b>Finalizar</b>.",
            "Responde <b>Sí</b>, y cierra y vuelve a abrir el navegador.",
        ],
        note: "El almacén debe ser «Entidades de certificación raíz de confianza»: la elección \
               automática no sirve.",
    },
    macos: Guide {
        name: "Mac",
        steps: &[
            "Abre <b>{file}</b> y añádelo al llavero <b>inicio de sesión</b>.",
            "En <b>Acceso a Llaveros</b>, haz doble clic en <b>{certificate}</b> y compara la \
             huella SHA-256 del final.",
            "Despliega <b>Confiar</b>, en <b>Al utilizar este certificado</b> elige <b>Confiar \
             siempre</b>, cierra la ventana y escribe tu contraseña.",
        ],
        note: "Si el navegador pide buscar dispositivos en la red local, permítelo.",
    },
    linux: Guide {
        name: "Linux",
        steps: &[
            "Compara la huella: <code>sha256sum {file}</code>.",
            "Chrome o Chromium: <b>Configuración → Privacidad y seguridad → Seguridad → Gestionar \
             certificados</b>, importa <b>{file}</b> como certificado de confianza.",
            "Firefox: <b>Ajustes → Privacidad y seguridad → Ver certificados → Autoridades → \
             Importar…</b>, marca <b>Confiar en esta CA para identificar sitios web</b>.",
        ],
        note: "Por orden para Chrome: <code>certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n \
               Backstock -i {file}</code>",
    },
};

//! The trust page in Spanish, as spoken in the United States.

use super::{Guide, Makes, Pictures, Words};

pub(super) static WORDS: Words = Words {
    title: "Confiar en esta caja",
    lead: "Haz que este dispositivo confíe en la caja Backstock de la tienda. Son dos minutos, una \
           sola vez por dispositivo.",
    devices: "Tu dispositivo",
    get_title: "Descarga",
    get_other: "Otros formatos:",
    compare_title: "Compara la huella",
    compare_with: "Debe ser igual a la de la <b>tarjeta de configuración</b> de la tienda, a la de \
                   Backstock en <b>Ajustes</b>, o a la de la pantalla de la propia caja. Esta \
                   página dice:",
    compare_least: "Compárala toda; como mínimo la primera fila y la última enteras, que están \
                    marcadas. No importan las mayúsculas, los espacios ni los dos puntos.",
    compare_stop: "Si algo es distinto, detente, quita lo que instalaste y avisa a un gerente.",
    print_label: "Huella SHA-256",
    install_title: "Instálalo y confía en él",
    check_title: "Comprueba",
    check_text: "La página de la aplicación se pone verde cuando este dispositivo confía en la \
                 caja. Desde ahí pones Backstock en la pantalla de inicio y agregas este \
                 dispositivo a la tienda.",
    check_button: "Comprobar este dispositivo",
    check_warning: "Si el navegador avisa de que la conexión no es privada, no sigas adelante: el \
                    certificado aún no es de confianza. Vuelve al paso anterior.",
    no_name: "¿No responde esa dirección? Entonces esta red no transmite los nombres que terminan \
              en <b>.local</b>. Quien la administra puede dejar pasar el DNS multidifusión (mDNS), \
              o darle a <b>{host}</b> el número de la caja en el router.",
    no_name_number: "Por número, esta página está en {numbers}. Es solo para configurar: la \
                     aplicación funciona únicamente con su nombre.",
    open_in_safari: "<b>Abre esta página en Safari.</b> Este navegador no puede instalar lo que \
                     necesita el iPhone. Mantén presionada la dirección, cópiala y ábrela en \
                     Safari:",
    open_in_chrome: "<b>Abre esta página en Chrome.</b> Firefox para Android no mira los \
                     certificados en los que confía Android. Mantén presionada la dirección para \
                     copiarla:",
    maybe_ipad: "<b>¿Es un iPad?</b> Les dice a los sitios web que es una Mac. Elige {ipad}.",
    limits_title: "Qué puede y qué no puede este certificado",
    limits_text: "Solo da fe de nombres y direcciones dentro de la red de la tienda; los \
                  navegadores lo rechazan para sitios de internet. Nada de lo que hagas en otros \
                  sitios pasa por la caja. Puedes quitarlo cuando quieras, donde lo instalaste.",
    box_word: "Caja",
    lost_title: "Aquí no hay nada",
    lost_text: "Esta página solo ayuda a un dispositivo a confiar en la caja. La aplicación tiene \
                su propia dirección segura.",
    lost_button: "Preparar este dispositivo",
    profile_about: "Hace que este dispositivo confíe en la caja Backstock {id} de {store}, solo \
                    dentro de la red de la tienda. Antes de instalarlo, compara la huella SHA-256 \
                    del certificado con la tarjeta de configuración de la tienda.",
    makes: Makes {
        most: "En la mayoría de los teléfonos",
        most_path: "Seguridad → Más opciones de seguridad → Encriptación y credenciales → Instalar \
                    un certificado → <b>Certificado de CA</b>",
        other: "Dónde está, según la marca",
        paths: [
            (
                "Samsung (One UI)",
                "Seguridad y privacidad → Más ajustes de seguridad (u: Otros ajustes de seguridad) \
                 → Instalar desde almacenamiento → <b>Certificado de CA</b>",
            ),
            (
                "Google Pixel",
                "Seguridad y privacidad → Más seguridad y privacidad → Encriptación y credenciales \
                 → Instalar un certificado → <b>Certificado de CA</b>",
            ),
            (
                "Xiaomi, Redmi, POCO (HyperOS, MIUI)",
                "Privacidad y seguridad (o: Contraseñas y seguridad) → Seguridad del sistema (o: \
                 Privacidad) → Cifrado y credenciales → Instalar un certificado → <b>Certificado \
                 de CA</b>",
            ),
            (
                "Motorola",
                "Seguridad y privacidad → Más seguridad y privacidad → Encriptación y credenciales \
                 → Instalar un certificado → <b>Certificado de CA</b>",
            ),
            (
                "OnePlus, OPPO, realme",
                "Seguridad y privacidad (o: Contraseña y seguridad) → Más seguridad y privacidad \
                 (o: Seguridad del sistema) → Encriptación y credenciales → Instalar un \
                 certificado → <b>Certificado de CA</b>",
            ),
            (
                "Terminales Zebra y Honeywell",
                "Seguridad → Encriptación y credenciales → Instalar un certificado → \
                 <b>Certificado de CA</b>. Si los ajustes están bloqueados, debe instalarlo quien \
                 administra las terminales (StageNow, MDM).",
            ),
        ],
    },
    pictures: Pictures {
        install: "Imagen: el perfil en un iPhone. Primero toca Más detalles para ver la huella, \
                  luego Instalar, arriba a la derecha.",
        install_title: "Instalar perfil",
        install_cancel: "Cancelar",
        install_done: "Instalar",
        install_unsigned: "No verificado",
        install_details: "Más detalles",
        trust: "Imagen: Configuración de confianza de certificados en un iPhone. El interruptor \
                junto al certificado raíz de la caja está activado.",
        trust_title: "Confianza de certificados",
        trust_head: "ACTIVAR CONFIANZA TOTAL",
        choice: "Imagen: los tres tipos de certificado de Android. Elige el primero, Certificado \
                 de CA; no el Certificado de usuario de VPN y apps, ni el Certificado de Wi-Fi.",
        choice_title: "Instalar un certificado",
        choice_ca: "Certificado de CA",
        choice_vpn: "Certificado de usuario de VPN y apps",
        choice_wifi: "Certificado de Wi-Fi",
    },
    ios: Guide {
        name: "iPhone, iPad",
        get_text: "Safari pregunta si permites la descarga: toca <b>Permitir</b> y luego \
                   <b>Cerrar</b>.",
        get_button: "Descargar el perfil",
        get_more: "O <a href=\"/ca-app.mobileconfig?lang=es\">el perfil con un ícono</a>, que \
                   además pone Backstock en la pantalla de inicio.",
        compare: "Abre <b>Configuración</b> (en algunos iPhone, <b>Ajustes</b>), toca <b>Perfil \
                  descargado</b> arriba, luego <b>Más detalles</b> y luego el certificado. Al \
                  final está su huella <b>SHA-256</b>.",
        steps: &[
            "Vuelve al perfil y toca <b>Instalar</b>. Escribe tu código y toca <b>Instalar</b> dos \
             veces más. «No verificado» es normal: solo esta tienda conoce la \
             caja.{picture_install}",
            "El paso que se olvida: abre <b>Configuración → General → Información</b>, baja hasta \
             el final, toca <b>Configuración de confianza de certificados</b>, activa \
             <b>{certificate}</b> y toca <b>Continuar</b>.{picture_trust}",
        ],
        note: "¿No aparece «Perfil descargado»? Busca <b>{profile}</b> en Configuración → General \
               → VPN y administración de dispositivos. Un perfil que espera más de ocho minutos \
               desaparece: descárgalo otra vez.",
        warning: "",
    },
    android: Guide {
        name: "Android",
        get_text: "Queda en <b>Descargas</b>; si el navegador advierte del archivo, elige conservarlo: la \
                   huella demuestra que es el de la tienda. Si Android quiere abrirlo, o dice que los \
                   certificados de CA se instalan en Configuración, ciérralo.",
        get_button: "Descargar el certificado",
        get_more: "",
        compare: "En <b>Configuración</b> (o <b>Ajustes</b>), busca <b>credenciales de \
                  confianza</b> (Samsung: <b>Ver certificados de seguridad</b>), abre la pestaña \
                  <b>Usuario</b>, toca <b>{certificate}</b> y baja hasta <b>Huella digital \
                  SHA-256</b>.",
        steps: &[
            "Abre <b>Configuración</b> (o <b>Ajustes</b>), busca <b>certificado de CA</b> y \
             tócalo.{paths}",
            "Elige <b>Certificado de CA</b>. <em>No</em> «Certificado de Wi-Fi» <em>ni</em> \
             «Certificado de usuario de VPN y apps»: parecen correctos, pero aquí no \
             sirven.{picture_choice}",
            "Toca <b>Instalar de todos modos</b>, desbloquea y elige <b>{file}</b>.",
        ],
        note: "Usa Chrome. Android pide un bloqueo de pantalla si no lo hay. Es normal que después \
               avise de que la red «puede estar supervisada».",
        warning: "<b>Sigue conectado.</b> Cuando Android diga que la Wi-Fi de la tienda no tiene \
                  internet, elige seguir conectado y que no vuelva a preguntar. Si no, el teléfono \
                  pasa solo a los datos móviles y no encuentra la caja. En un Samsung, desactiva \
                  también <b>Wi-Fi → ⋮ → Wi-Fi inteligente → Cambiar a datos móviles</b>.",
    },
    windows: Guide {
        name: "Windows",
        get_text: "Queda en <b>Descargas</b>; si el navegador advierte del archivo, elige conservarlo: la \
                   huella demuestra que es el de la tienda. No lo abras todavía.",
        get_button: "Descargar el certificado",
        get_more: "",
        compare: "En la carpeta Descargas, haz clic derecho, elige <b>Abrir en Terminal</b> y \
                  escribe <code>certutil -hashfile {file} SHA256</code>.",
        steps: &[
            "Abre <b>{file}</b>, haz clic en <b>Instalar certificado…</b>, elige <b>Usuario \
             actual</b> y <b>Siguiente</b>.",
            "Elige <b>Colocar todos los certificados en el siguiente almacén</b>, haz clic en \
             <b>Examinar…</b>, elige <b>Entidades de certificación raíz de confianza</b>, \
             <b>Aceptar</b>, <b>Siguiente</b> y <b>Finalizar</b>.",
            "Responde <b>Sí</b>, cierra todas las ventanas del navegador y vuelve a abrirlo.",
        ],
        note: "El almacén debe ser «Entidades de certificación raíz de confianza»: la elección \
               automática no sirve. Lo usan Edge, Chrome y Firefox.",
        warning: "",
    },
    macos: Guide {
        name: "Mac",
        get_text: "Queda en <b>Descargas</b>; si el navegador advierte del archivo, elige conservarlo: la \
                   huella demuestra que es el de la tienda.",
        get_button: "Descargar el certificado",
        get_more: "",
        compare: "Abre <b>{file}</b> y agrégalo al llavero <b>inicio de sesión</b>. En <b>Acceso a \
                  Llaveros</b>, en <b>Certificados</b>, haz doble clic en <b>{certificate}</b>: la \
                  huella SHA-256 está al final.",
        steps: &[
            "En la misma ventana despliega <b>Confiar</b> y en <b>Al utilizar este certificado</b> \
             elige <b>Confiar siempre</b>.",
            "Cierra la ventana, escribe tu contraseña y vuelve a abrir el navegador.",
        ],
        note: "",
        warning: "<b>Chrome, Edge y Firefox</b> necesitan además <b>Configuración del Sistema → \
                  Privacidad y seguridad → Red local</b>: activa ahí el navegador (macOS 15 y \
                  posteriores). Safari no necesita nada.",
    },
    linux: Guide {
        name: "Linux",
        get_text: "Queda en <b>Descargas</b>; si el navegador advierte del archivo, elige conservarlo: la \
                   huella demuestra que es el de la tienda.",
        get_button: "Descargar el certificado",
        get_more: "",
        compare: "En una terminal, escribe <code>sha256sum ~/Descargas/{file}</code>.",
        steps: &[
            "Chrome o Chromium: abre <b>chrome://certificate-manager</b>, luego <b>Personalizado → \
             Instalados por ti → Certificados de confianza → Importar</b>, y elige <b>{file}</b>.",
            "Firefox: <b>Ajustes → Privacidad y seguridad → Ver certificados → Autoridades → \
             Importar…</b>, marca <b>Confiar en esta CA para identificar sitios web</b>.",
        ],
        note: "Por comando para Chrome: <code>certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n \
               Backstock -i {file}</code>",
        warning: "",
    },
};

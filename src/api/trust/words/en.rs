//! The trust page in English.

use super::{Guide, Makes, Pictures, Words};

pub(super) static WORDS: Words = Words {
    title: "Trust this box",
    lead: "Let this device trust the store’s Backstock box. It takes two minutes, and you do it \
           once per device.",
    devices: "Your device",
    get_title: "Download",
    get_other: "Other formats:",
    compare_title: "Compare the fingerprint",
    compare_with: "It must be the one on the store’s <b>set-up card</b>, in Backstock under \
                   <b>Settings</b>, or on the box’s own screen. This page says:",
    compare_least: "Compare all of it; at the very least the whole first and the whole last row, \
                    which are marked. Small or capital letters, spaces and colons make no \
                    difference.",
    compare_stop: "If anything differs, stop, remove what you installed, and tell a manager.",
    print_label: "SHA-256 fingerprint",
    install_title: "Install and trust it",
    check_title: "Check",
    check_text: "The app’s own page turns green when this device trusts the box. From there you \
                 put Backstock on the home screen and add this device to the store.",
    check_button: "Check this device",
    check_warning: "If the browser warns that the connection is not private, do not continue past \
                    the warning: the certificate is not trusted yet. Go back to the step before.",
    no_name: "No answer at that address? Then this network does not pass on names that end in \
              <b>.local</b>. Whoever runs it can let multicast DNS (mDNS) through, or give \
              <b>{host}</b> the box’s number in the router.",
    no_name_number: "By number, this page is at {numbers}. That is for setting up only: the app \
                     works at its own name alone.",
    open_in_safari: "<b>Open this page in Safari.</b> This browser cannot install what the iPhone \
                     needs. Touch and hold the address, copy it, and open it in Safari:",
    open_in_chrome: "<b>Open this page in Chrome.</b> Firefox for Android does not look at the \
                     certificates that Android trusts. Touch and hold the address to copy it:",
    maybe_ipad: "<b>Is this an iPad?</b> It tells websites that it is a Mac. Choose {ipad}.",
    limits_title: "What this certificate can and cannot do",
    limits_text: "It only vouches for names and addresses inside the store’s own network; browsers \
                  refuse it for websites on the internet. Nothing you do elsewhere passes through \
                  the box. You can remove it at any time, where you installed it.",
    box_word: "Box",
    lost_title: "Nothing here",
    lost_text: "This page only helps a device to trust the box. The app has its own secure address.",
    lost_button: "Set up this device",
    profile_about: "Lets this device trust the Backstock box {id} of {store}, inside the store’s \
                    own network only. Before you install it, compare the SHA-256 fingerprint of \
                    the certificate with the store’s set-up card.",
    makes: Makes {
        most: "On most phones",
        most_path: "Security → More security settings → Encryption &amp; credentials → Install a \
                    certificate → <b>CA certificate</b>",
        other: "Where it is, by make",
        paths: [
            (
                "Samsung (One UI)",
                "Security and privacy → More security settings (or: Other security settings) → \
                 Install from phone storage → <b>CA certificate</b>",
            ),
            (
                "Google Pixel",
                "Security &amp; privacy → More security &amp; privacy → Encryption &amp; \
                 credentials → Install a certificate → <b>CA certificate</b>",
            ),
            (
                "Xiaomi, Redmi, POCO (HyperOS, MIUI)",
                "Privacy &amp; security (or: Passwords &amp; security) → System security (or: \
                 Privacy) → Encryption &amp; credentials → Install a certificate → \
                 <b>CA certificate</b>",
            ),
            (
                "Motorola",
                "Security &amp; privacy → More security &amp; privacy → Encryption &amp; \
                 credentials → Install a certificate → <b>CA certificate</b>",
            ),
            (
                "OnePlus, OPPO, realme",
                "Security &amp; privacy (or: Password &amp; security) → More security &amp; \
                 privacy (or: System security) → Encryption &amp; credentials → Install a \
                 certificate → <b>CA certificate</b>",
            ),
            (
                "Zebra, Honeywell handhelds",
                "Security → Encryption &amp; credentials → Install a certificate → <b>CA \
                 certificate</b>. If the settings are locked, whoever manages the handhelds \
                 (StageNow, MDM) has to install it.",
            ),
        ],
    },
    pictures: Pictures {
        install: "Picture: the profile on an iPhone. First tap More Details to see the \
                  fingerprint, then Install at the top right.",
        install_title: "Install Profile",
        install_cancel: "Cancel",
        install_done: "Install",
        install_unsigned: "Not Verified",
        install_details: "More Details",
        trust: "Picture: Certificate Trust Settings on an iPhone. The switch beside the box’s root \
                certificate is turned on.",
        trust_title: "Certificate Trust Settings",
        trust_head: "ENABLE FULL TRUST",
        choice: "Picture: Android’s three kinds of certificate. Choose the first, CA certificate; \
                 not VPN &amp; app user certificate, and not Wi-Fi certificate.",
        choice_title: "Install a certificate",
        choice_ca: "CA certificate",
        choice_vpn: "VPN &amp; app user certificate",
        choice_wifi: "Wi-Fi certificate",
    },
    ios: Guide {
        name: "iPhone, iPad",
        get_text: "Safari asks whether to allow the download: tap <b>Allow</b>, then <b>Close</b>.",
        get_button: "Download the profile",
        get_more: "Or <a href=\"/ca-app.mobileconfig?lang=en\">the profile with a home-screen \
                   icon</a>, which puts Backstock on the home screen too.",
        compare: "Open <b>Settings</b>, tap <b>Profile Downloaded</b> near the top, then <b>More \
                  Details</b>, then the certificate. It ends with its <b>SHA-256</b> fingerprint.",
        steps: &[
            "Go back to the profile and tap <b>Install</b>. Enter your passcode, then tap \
             <b>Install</b> twice more. “Not Verified” is normal: only this store knows the \
             box.{picture_install}",
            "The step people miss: open <b>Settings → General → About</b>, scroll to the end, tap \
             <b>Certificate Trust Settings</b>, turn on <b>{certificate}</b>, and tap \
             <b>Continue</b>.{picture_trust}",
        ],
        note: "No “Profile Downloaded”? Look in Settings → General → VPN &amp; Device Management \
               for <b>{profile}</b>. A profile that waits longer than eight minutes is gone: \
               download it again.",
        warning: "",
    },
    android: Guide {
        name: "Android",
        get_text: "It goes to <b>Downloads</b>; if the browser warns of the file, choose to keep \
                   it: the fingerprint proves it. If Android wants to open it, or says that CA \
                   certificates must be installed in Settings, close that.",
        get_button: "Download the certificate",
        get_more: "",
        compare: "In <b>Settings</b>, search for <b>trusted credentials</b> (Samsung: <b>View \
                  security certificates</b>), open the <b>User</b> tab, tap <b>{certificate}</b>, \
                  and scroll to <b>SHA-256 fingerprint</b>.",
        steps: &[
            "Open <b>Settings</b>, search for <b>CA certificate</b>, and tap it.{paths}",
            "Choose <b>CA certificate</b>. <em>Not</em> “Wi-Fi certificate” and <em>not</em> “VPN \
             &amp; app user certificate”: those look right but do nothing here.{picture_choice}",
            "Tap <b>Install anyway</b>, unlock, and pick <b>{file}</b>.",
        ],
        note: "Use Chrome. Android asks for a screen lock if there is none. A notice that the \
               network “may be monitored” is normal after this.",
        warning: "<b>Stay connected.</b> When Android says that the store’s Wi-Fi has no internet, \
                  choose to stay connected and not to be asked again. Otherwise the phone goes \
                  over to mobile data by itself and cannot find the box. On a Samsung, also turn \
                  off <b>Wi-Fi → ⋮ → Intelligent Wi-Fi → Switch to mobile data</b>.",
    },
    windows: Guide {
        name: "Windows",
        get_text: "It goes to <b>Downloads</b>; if the browser warns of the file, choose to keep \
                   it: the fingerprint proves it. Do not open it yet.",
        get_button: "Download the certificate",
        get_more: "",
        compare: "In the Downloads folder, right-click, choose <b>Open in Terminal</b>, and type \
                  <code>certutil -hashfile {file} SHA256</code>.",
        steps: &[
            "Open <b>{file}</b>, click <b>Install Certificate…</b>, choose <b>Current User</b>, \
             then <b>Next</b>.",
            "Choose <b>Place all certificates in the following store</b>, click <b>Browse…</b>, \
             pick <b>Trusted Root Certification Authorities</b>, then <b>OK</b>, <b>Next</b>, \
             <b>Finish</b>.",
            "Answer <b>Yes</b>, then close every window of the browser and open it again.",
        ],
        note: "The store must be “Trusted Root Certification Authorities”: the automatic choice \
               does not work. Edge, Chrome and Firefox use it.",
        warning: "",
    },
    macos: Guide {
        name: "Mac",
        get_text: "It goes to <b>Downloads</b>; if the browser warns of the file, choose to keep \
                   it: the fingerprint proves it.",
        get_button: "Download the certificate",
        get_more: "",
        compare: "Open <b>{file}</b> and add it to the <b>login</b> keychain. In <b>Keychain \
                  Access</b>, under <b>Certificates</b>, double-click <b>{certificate}</b>: the \
                  SHA-256 fingerprint is at the end.",
        steps: &[
            "In the same window unfold <b>Trust</b> and set <b>When using this certificate</b> to \
             <b>Always Trust</b>.",
            "Close the window, enter your password, and open the browser again.",
        ],
        note: "",
        warning: "<b>Chrome, Edge and Firefox</b> also need <b>System Settings → Privacy &amp; \
                  Security → Local Network</b>: turn the browser on there (macOS 15 and later). \
                  Safari needs nothing.",
    },
    linux: Guide {
        name: "Linux",
        get_text: "It goes to <b>Downloads</b>; if the browser warns of the file, choose to keep \
                   it: the fingerprint proves it.",
        get_button: "Download the certificate",
        get_more: "",
        compare: "In a terminal, type <code>sha256sum ~/Downloads/{file}</code>.",
        steps: &[
            "Chrome or Chromium: open <b>chrome://certificate-manager</b>, then <b>Custom → \
             Installed by you → Trusted certificates → Import</b>, and pick <b>{file}</b>.",
            "Firefox: <b>Settings → Privacy &amp; Security → View Certificates → Authorities → \
             Import…</b>, tick <b>Trust this CA to identify websites</b>.",
        ],
        note: "By command for Chrome: <code>certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n \
               Backstock -i {file}</code>",
        warning: "",
    },
};

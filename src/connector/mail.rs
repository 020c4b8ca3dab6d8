//! Mail through the store's own mail server, by SMTP (RFC 5321) with TLS (RFC 8314, RFC 3207).

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

use super::{PATIENCE, cause, dns, fault};
use crate::domain::notice::{Email, Fault, FaultKind, MailSecurity, Notice};
use crate::domain::time::At;
use crate::domain::words::Language;

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// One message to everybody who gets mail. Taken once the server has taken it for all of them.
pub async fn send(email: &Email, password: Option<&str>, notice: &Notice) -> Result<(), Fault> {
    let message = message(email, notice).map_err(|error| fault(FaultKind::Refused, error))?;
    let found = dns::addresses(&email.host).await.map_err(|_| fault(FaultKind::UnknownHost, ""))?;
    let address = found.first().ok_or_else(|| fault(FaultKind::UnknownHost, ""))?;
    let mut transport = Transport::builder_dangerous(address.to_string())
        .port(email.port)
        .tls(tls(email).map_err(|error| failed(&error))?)
        .timeout(Some(PATIENCE));
    if let (Some(user), Some(password)) = (&email.user, password) {
        transport = transport.credentials(Credentials::new(user.clone(), password.to_owned()));
    }
    transport.build().send(message).await.map(drop).map_err(|error| failed(&error))
}

/// The certificate is to be of the name that was entered, whatever address it has.
fn tls(email: &Email) -> Result<Tls, SmtpError> {
    let parameters = || TlsParameters::builder(email.host.clone()).build_rustls();
    Ok(match email.security {
        MailSecurity::Tls => Tls::Wrapper(parameters()?),
        MailSecurity::Starttls => Tls::Required(parameters()?),
        MailSecurity::None => Tls::None,
    })
}

fn message(email: &Email, notice: &Notice) -> Result<Message, lettre::error::Error> {
    let mailbox = |address: &str| {
        address
            .parse()
            .map(|address| Mailbox::new(None, address))
            .map_err(|_| lettre::error::Error::MissingFrom)
    };
    let mut message = Message::builder()
        .from(mailbox(&email.from)?)
        // The same at every try, so that a repeat is seen to be one.
        .message_id(Some(format!("<{}@backstock>", notice.key)))
        .date(notice.at.utc().into())
        .subject(format!("{}: {}", notice.store, notice.title.in_language(email.language)))
        .header(ContentType::TEXT_PLAIN);
    for to in &email.to {
        message = message.to(mailbox(to)?);
    }
    message.body(text(notice, email.language))
}

fn text(notice: &Notice, language: Language) -> String {
    let say = |en: &'static str, es: &'static str| match language {
        Language::En => en,
        Language::Es => es,
    };
    let time = |at: At| at.utc().format("%Y-%m-%d %H:%M UTC");
    let mut lines = vec![notice.title.in_language(language).to_owned(), String::new()];
    if let Some(case) = &notice.case {
        lines.push(format!("{}: {case}", say("Case", "Caso")));
    }
    if let Some(due) = notice.due {
        lines.push(format!(
            "{}: {}",
            say("To be dealt with by", "Por resolver antes de"),
            time(due)
        ));
    }
    let (store, at) = (&notice.store, time(notice.at));
    lines.push(match language {
        Language::En => format!("Told by the Backstock box of {store} at {at}."),
        Language::Es => format!("Avisa la caja Backstock de {store}, {at}."),
    });
    lines.push(
        say(
            "Open Backstock in the store for the rest.",
            "Lo demás está en Backstock, en la tienda.",
        )
        .to_owned(),
    );
    lines.join("\r\n")
}

fn failed(error: &SmtpError) -> Fault {
    if error.is_timeout() {
        fault(FaultKind::TimedOut, "")
    } else if error.is_permanent() || error.is_transient() {
        fault(FaultKind::Refused, error)
    } else if error.is_tls() {
        fault(FaultKind::Untrusted, "")
    } else {
        fault(cause(error), "")
    }
}

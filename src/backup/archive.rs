//! The archive's form: a tar inside `age`. Written and read as a stream, so its size is the disk's
//! matter and not the memory's.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Component, Path, PathBuf};

use age::{DecryptError, Decryptor, Encryptor, scrypt};
use sha2::{Digest, Sha256};

use super::manifest::{self, Content, Manifest};
use super::{BackupError, Passphrase, files, io as failed};
use crate::ledger::verify::hex;

/// scrypt's work factor as a power of two: 64 MiB of memory for a fifth of a second on a small box.
/// The passphrases that a box makes hold 125 random bits and would need none of it.
const WORK: u8 = 16;
/// The most work that opening an archive may ask for (1 GiB): a made-up header must not stall a box.
const MOST_WORK: u8 = 20;
const MANIFEST_LIMIT: u64 = 64 << 20;

/// Writes an archive to `target` under another name, flushes it, and then gives it its name. `manifest`
/// comes without its files and goes in with them.
pub fn write(
    target: &Path,
    passphrase: &Passphrase,
    contents: &[(String, PathBuf)],
    mut manifest: Manifest,
) -> Result<Manifest, BackupError> {
    if target.exists() {
        return Err(BackupError::Exists(target.to_owned()));
    }
    let part = target.with_added_extension("part");
    files::clear(&part)?;
    let file = files::create(&part)?;
    let mut recipient = scrypt::Recipient::new(passphrase.secret());
    recipient.set_work_factor(WORK);
    let writing = || failed("writing", &part);
    let encrypted = Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
        .expect("one scrypt recipient alone is always allowed")
        .wrap_output(BufWriter::new(file))
        .map_err(writing())?;
    let mut tar = tar::Builder::new(encrypted);
    for (name, path) in contents {
        let content = append(&mut tar, name, path)?;
        manifest.files.push(content);
    }
    let text = serde_json::to_vec_pretty(&manifest).map_err(|error| writing()(error.into()))?;
    tar.append_data(&mut header(text.len() as u64), manifest::NAME, &text[..]).map_err(writing())?;
    let file = tar
        .into_inner()
        .and_then(age::stream::StreamWriter::finish)
        .and_then(|buffered| buffered.into_inner().map_err(io::IntoInnerError::into_error));
    file.and_then(|file| file.sync_all()).map_err(writing())?;
    files::put(&part, target)?;
    Ok(manifest)
}

fn append<W: Write>(
    tar: &mut tar::Builder<W>,
    name: &str,
    path: &Path,
) -> Result<Content, BackupError> {
    let reading = || failed("reading", path);
    let file = File::open(path).map_err(reading())?;
    let bytes = file.metadata().map_err(reading())?.len();
    let mut hashed = Hashed::new(file.take(bytes));
    tar.append_data(&mut header(bytes), name, &mut hashed).map_err(reading())?;
    let content = hashed.content(name);
    if content.bytes != bytes {
        let shrank = io::Error::new(io::ErrorKind::UnexpectedEof, "it shrank meanwhile");
        return Err(reading()(shrank));
    }
    Ok(content)
}

fn header(bytes: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_mtime(0);
    header
}

/// Reads a whole archive: each file goes to `put` (its relative path, its bytes), and everything is
/// compared with the manifest. An error says nothing of what `put` already got: throw it away.
pub fn read(
    path: &Path,
    passphrase: &Passphrase,
    mut put: impl FnMut(&Path, &mut dyn Read) -> Result<(), BackupError>,
) -> Result<Manifest, BackupError> {
    let damaged =
        |what: &str| BackupError::Damaged { path: path.to_owned(), what: what.to_owned() };
    let broken = |error: io::Error| damaged(&error.to_string());
    let mut tar = tar::Archive::new(open(path, passphrase)?);
    let (mut found, mut manifest) = (Vec::new(), None);
    for member in tar.entries().map_err(broken)? {
        let mut member = member.map_err(broken)?;
        let name = String::from_utf8(member.path_bytes().into_owned())
            .map_err(|_| damaged("a file in it has no readable name"))?;
        if !member.header().entry_type().is_file() || !stays_inside(&name) || manifest.is_some() {
            return Err(damaged(&format!("{name} does not belong in it")));
        }
        if name == manifest::NAME {
            let mut text = Vec::new();
            member.by_ref().take(MANIFEST_LIMIT).read_to_end(&mut text).map_err(broken)?;
            manifest = Some(parse(path, &text)?);
            continue;
        }
        let mut hashed = Hashed::new(&mut member);
        put(Path::new(&name), &mut hashed).map_err(|error| match error {
            // What the archive could not give is its damage; what the disk could not take is not.
            BackupError::Io { why, .. } if hashed.broke => broken(why),
            other => other,
        })?;
        found.push(hashed.content(&name));
    }
    // The stream says at its very end that nothing was cut off.
    io::copy(&mut tar.into_inner(), &mut io::sink()).map_err(broken)?;
    let manifest: Manifest = manifest.ok_or_else(|| damaged("it has no list of contents"))?;
    if manifest.files != found {
        return Err(damaged("what it holds is not what its list says"));
    }
    Ok(manifest)
}

/// Reads an archive to its end without keeping anything: proof that it opens and is whole.
pub fn check(path: &Path, passphrase: &Passphrase) -> Result<Manifest, BackupError> {
    read(path, passphrase, |_, bytes| {
        io::copy(bytes, &mut io::sink()).map(drop).map_err(failed("reading", path))
    })
}

fn open(path: &Path, passphrase: &Passphrase) -> Result<impl Read + use<>, BackupError> {
    let not_ours =
        |what: &str| BackupError::NotAnArchive { path: path.to_owned(), what: what.into() };
    let damaged = |what: String| BackupError::Damaged { path: path.to_owned(), what };
    let file = File::open(path).map_err(failed("opening", path))?;
    let refused = |error: DecryptError| match error {
        DecryptError::InvalidHeader | DecryptError::UnknownFormat => {
            not_ours("it does not begin as one")
        }
        DecryptError::NoMatchingKeys
        | DecryptError::DecryptionFailed
        | DecryptError::KeyDecryptionFailed => BackupError::WrongPassphrase,
        DecryptError::ExcessiveWork { .. } => not_ours("its passphrase asks for too much work"),
        DecryptError::InvalidMac => damaged("its first bytes were changed".into()),
        DecryptError::Io(error) => damaged(error.to_string()),
    };
    let decryptor = Decryptor::new_buffered(BufReader::new(file)).map_err(refused)?;
    if !decryptor.is_scrypt() {
        return Err(not_ours("it is not locked with a passphrase"));
    }
    let mut identity = scrypt::Identity::new(passphrase.secret());
    identity.set_max_work_factor(MOST_WORK);
    decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)).map_err(refused)
}

fn parse(path: &Path, text: &[u8]) -> Result<Manifest, BackupError> {
    let manifest: Manifest = serde_json::from_slice(text).map_err(|error| {
        let what = format!("its list of contents cannot be read: {error}");
        BackupError::Damaged { path: path.to_owned(), what }
    })?;
    if manifest.format == manifest::FORMAT {
        return Ok(manifest);
    }
    let what = format!("its form {} is of a newer version than this one", manifest.format);
    Err(BackupError::NotAnArchive { path: path.to_owned(), what })
}

/// A relative path of plain names: nothing in an archive reaches out of the folder it is put in.
fn stays_inside(name: &str) -> bool {
    let parts = Path::new(name).components();
    !name.is_empty() && parts.into_iter().all(|part| matches!(part, Component::Normal(_)))
}

/// Counts and hashes what is read through it.
struct Hashed<R> {
    from: R,
    sha: Sha256,
    bytes: u64,
    broke: bool,
}

impl<R: Read> Hashed<R> {
    fn new(from: R) -> Self {
        Self { from, sha: Sha256::new(), bytes: 0, broke: false }
    }

    fn content(self, name: &str) -> Content {
        Content { path: name.into(), bytes: self.bytes, sha256: hex(&self.sha.finalize()) }
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(buffer).inspect_err(|_| self.broke = true)?;
        self.sha.update(&buffer[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}

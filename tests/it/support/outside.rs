//! Servers of other people: one that takes webhooks, one that takes mail. Real sockets, state kept, and each
//! can be told to refuse, to say nothing, and to take what it is told without a word of it.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mood {
    Takes,
    Refuses,
    /// Reads, and never answers.
    Stalls,
    /// Takes it, and is gone before it says so.
    LosesAnswer,
}

/// What came: the headers as they were (a mail's envelope for a mail), and the body.
#[derive(Clone, Debug)]
pub struct Told {
    pub head: Vec<String>,
    pub body: String,
}

impl Told {
    pub fn header(&self, name: &str) -> String {
        let begin = format!("{name}: ");
        let line = self.head.iter().find(|line| line.starts_with(&begin));
        line.unwrap_or_else(|| panic!("no {name} in {:?}", self.head))[begin.len()..].to_owned()
    }
}

pub struct Outside {
    pub port: u16,
    shared: Arc<Mutex<(Mood, Vec<Told>)>>,
    serves: JoinHandle<()>,
}

type Shared = Arc<Mutex<(Mood, Vec<Told>)>>;

impl Outside {
    pub async fn http() -> Self {
        Self::serve(|stream, shared| async move { drop(http(stream, shared).await) }).await
    }

    pub async fn mail() -> Self {
        Self::serve(|stream, shared| async move { drop(mail(stream, shared).await) }).await
    }

    async fn serve<F: Future<Output = ()> + Send + 'static>(
        each: impl Fn(TcpStream, Shared) -> F + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Mutex::new((Mood::Takes, Vec::new())));
        let own = Arc::clone(&shared);
        let serves = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(each(stream, Arc::clone(&own)));
            }
        });
        Self { port, shared, serves }
    }

    pub fn is(&self, mood: Mood) {
        self.shared.lock().unwrap().0 = mood;
    }

    pub fn told(&self) -> Vec<Told> {
        self.shared.lock().unwrap().1.clone()
    }

    /// Waits until it was told so many things in all.
    pub async fn was_told(&self, count: usize) -> Vec<Told> {
        for _ in 0..400 {
            let told = self.told();
            if told.len() >= count {
                assert_eq!(told.len(), count, "{told:?}");
                return told;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("told {:?}, not {count} things", self.told());
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        self.serves.abort();
    }
}

fn mood(shared: &Shared) -> Mood {
    shared.lock().unwrap().0
}

fn keep(shared: &Shared, head: Vec<String>, body: String) {
    shared.lock().unwrap().1.push(Told { head, body });
}

async fn http(stream: TcpStream, shared: Shared) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        if line.trim().is_empty() {
            break;
        }
        head.push(line.trim().to_owned());
    }
    let length = head.iter().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).await?;
    let mood = mood(&shared);
    keep(&shared, head, String::from_utf8(body).unwrap());
    let status = match mood {
        Mood::Takes => "204 No Content",
        Mood::Refuses => "503 Service Unavailable",
        Mood::Stalls => return std::future::pending().await,
        Mood::LosesAnswer => return Ok(()),
    };
    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    stream.write_all(answer.as_bytes()).await
}

/// SMTP as far as a client of it goes: RFC 5321.
async fn mail(stream: TcpStream, shared: Shared) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut envelope = Vec::new();
    say(&mut stream, "220 mail.example.com").await?;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let line = line.trim_end().to_owned();
        let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        match word.as_str() {
            "EHLO" => say(&mut stream, "250 mail.example.com").await?,
            "MAIL" | "RCPT" => {
                if mood(&shared) == Mood::Refuses && word == "RCPT" {
                    say(&mut stream, "550 5.1.1 No such mailbox").await?;
                    continue;
                }
                envelope.push(line);
                say(&mut stream, "250 OK").await?;
            }
            "DATA" => {
                say(&mut stream, "354 Go on").await?;
                let body = data(&mut stream).await?;
                let mood = mood(&shared);
                keep(&shared, std::mem::take(&mut envelope), body);
                match mood {
                    Mood::Stalls => return std::future::pending().await,
                    Mood::LosesAnswer => return Ok(()),
                    Mood::Takes | Mood::Refuses => say(&mut stream, "250 Taken").await?,
                }
            }
            "QUIT" => return say(&mut stream, "221 Bye").await,
            _ => say(&mut stream, "250 OK").await?,
        }
    }
}

async fn data(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut body = String::new();
    while !body.ends_with("\r\n.\r\n") {
        if stream.read_line(&mut body).await? == 0 {
            break;
        }
    }
    Ok(body)
}

async fn say(stream: &mut BufReader<TcpStream>, line: &str) -> std::io::Result<()> {
    stream.write_all(format!("{line}\r\n").as_bytes()).await
}

//! How much room the box's disk has. A disk that runs full in the middle of a day must still have room
//! for what is begun, so writes stop before the end.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

pub struct Disk {
    folder: PathBuf,
    least_percent: u64,
    full: AtomicBool,
}

/// Bytes of the disk that holds the data folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    pub free: u64,
    pub total: u64,
}

impl Disk {
    /// `least_percent` of the disk must stay free for writes to be taken.
    pub fn new(folder: &Path, least_percent: u8) -> Self {
        Self {
            folder: folder.to_owned(),
            least_percent: least_percent.into(),
            full: AtomicBool::new(false),
        }
    }

    /// Looks, remembers whether writes are taken, and says how much room there is.
    pub fn look(&self) -> io::Result<Room> {
        let found = rustix::fs::statvfs(&self.folder)?;
        let room = Room {
            free: found.f_bavail.saturating_mul(found.f_frsize),
            total: found.f_blocks.saturating_mul(found.f_frsize),
        };
        let full = room.below(self.least_percent);
        if self.full.swap(full, Ordering::Relaxed) != full {
            tracing::warn!(full, free = room.free, total = room.total, "the disk's room changed");
        }
        Ok(room)
    }

    /// Whether writes are refused, as of the last look.
    pub fn is_full(&self) -> bool {
        self.full.load(Ordering::Relaxed)
    }

    /// The length of the write-ahead log.
    pub fn log_bytes(&self) -> u64 {
        let log = self.folder.join("backstock.db-wal");
        std::fs::metadata(log).map_or(0, |log| log.len())
    }
}

impl Room {
    fn below(self, percent: u64) -> bool {
        u128::from(self.free) * 100 < u128::from(self.total) * u128::from(percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_drawn_at_the_share() {
        assert!(Room { free: 49, total: 1000 }.below(5));
        assert!(!Room { free: 50, total: 1000 }.below(5));
        assert!(!Room { free: 0, total: 1000 }.below(0));
    }

    #[test]
    fn a_disk_without_the_room_asked_for_takes_no_writes() {
        let folder = std::env::temp_dir();
        let roomy = Disk::new(&folder, 0);
        assert!(roomy.look().unwrap().total > 0 && !roomy.is_full());
        // More than all of it can never be free.
        let never = Disk::new(&folder, 101);
        never.look().unwrap();
        assert!(never.is_full());
    }
}

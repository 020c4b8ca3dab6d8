//! The data folder: the box's own, closed to everybody else.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

use anyhow::{Context, Result};

/// Makes the folder with mode 0700, or closes one that is ours. A folder that holds something else
/// and no database of ours is left with the rights it has, for it may be anybody's.
pub fn prepare(folder: &Path) -> Result<()> {
    let named = || format!("the data folder {}", folder.display());
    if !folder.exists() {
        return DirBuilder::new().recursive(true).mode(0o700).create(folder).with_context(named);
    }
    let mode = fs::metadata(folder).with_context(named)?.permissions().mode();
    let others = mode & 0o077;
    if others == 0 {
        return Ok(());
    }
    let empty = fs::read_dir(folder).with_context(named)?.next().is_none();
    if empty || folder.join("backstock.db").exists() {
        fs::set_permissions(folder, Permissions::from_mode(0o700)).with_context(named)?;
    } else {
        tracing::warn!(folder = %folder.display(), "others may enter the data folder; chmod 700 it");
    }
    Ok(())
}

/// Makes or regrows the ballast. Written, not only reserved: a sparse file gives no room back.
pub fn ballast(path: &Path, bytes: u64) -> Result<()> {
    let have = fs::metadata(path).map_or(0, |file| file.len());
    if have == bytes {
        return Ok(());
    }
    let block = vec![0x5a; 1 << 20];
    let mut file = File::create(path)?;
    for _ in 0..bytes >> 20 {
        file.write_all(&block)?;
    }
    Ok(file.sync_all()?)
}

//! Which process wrote what, and whether it lives.
//!
//! Each process holds a lock on `work/NAME.lock`; the system takes it back when the process ends in
//! whatever way, so nothing has to be renewed and nothing outlives a crash.

use std::collections::HashSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use super::{Result, StoreError};

/// This process, as the catalogue names it.
#[derive(Debug)]
pub(super) struct Owner {
    name: String,
    work: PathBuf,
    _lock: File,
}

impl Owner {
    /// Takes a name of its own in the work folder.
    pub(super) fn register(work: &Path) -> Result<Self> {
        let failed = || StoreError::failed("registering this process in the data folder");
        let mut bytes = [0u8; 8];
        getrandom::fill(&mut bytes).expect("the system has random bytes");
        let name = format!("{}-{:016x}", std::process::id(), u64::from_le_bytes(bytes));
        // locked under another name first: a sweep must never see it unlocked
        let (unlocked, lock_path) = (
            work.join(format!("{name}.new")),
            work.join(format!("{name}.lock")),
        );
        let lock = File::create(&unlocked).map_err(failed())?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive)
            .map_err(|e| failed()(std::io::Error::from(e)))?;
        std::fs::rename(&unlocked, &lock_path).map_err(failed())?;
        std::fs::create_dir_all(work.join(&name)).map_err(failed())?;
        Ok(Self {
            name,
            work: work.to_owned(),
            _lock: lock,
        })
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The folder for what it is writing.
    pub(super) fn folder(&self) -> PathBuf {
        self.work.join(&self.name)
    }

    /// The names of the processes that live, this one among them; locks and folders of dead ones
    /// are removed on the way.
    pub(super) fn living(&self) -> Result<HashSet<String>> {
        let failed = || StoreError::failed("looking for other processes");
        let mut living = HashSet::from([self.name.clone()]);
        let mut folders = Vec::new();
        for entry in std::fs::read_dir(&self.work).map_err(failed())? {
            let path = entry.map_err(failed())?.path();
            let Some(name) = path.file_stem().and_then(|n| n.to_str()).map(str::to_owned) else {
                continue;
            };
            match path.extension().and_then(|e| e.to_str()) {
                Some("lock") if name != self.name => {
                    let Ok(lock) = File::open(&path) else {
                        continue;
                    };
                    if flock(&lock, FlockOperation::NonBlockingLockShared).is_ok() {
                        let _ = std::fs::remove_file(&path);
                    } else {
                        living.insert(name);
                    }
                }
                None => folders.push((name, path)),
                _ => {}
            }
        }
        for (name, folder) in folders {
            if !living.contains(&name) && !self.work.join(format!("{name}.lock")).exists() {
                let _ = std::fs::remove_dir_all(folder);
            }
        }
        Ok(living)
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.folder());
        let _ = std::fs::remove_file(self.work.join(format!("{}.lock", self.name)));
    }
}

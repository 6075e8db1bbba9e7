//! Unpacks a zip: every member under a name of our own, everything suspicious refused.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use ingest::import::Limits;
use zip::ZipArchive;

use crate::emitter::Outlet;
use crate::stop::{Result, Stop};

/// One file of an upload, loose or unpacked.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// What the uploader called it, with `/` between folders. Never used as a path.
    pub(crate) name: String,
    /// Where it lies.
    pub(crate) path: PathBuf,
}

impl Member {
    /// The name without folders and extension.
    pub(crate) fn stem(&self) -> &str {
        let file = self.name.rsplit('/').next().unwrap_or(&self.name);
        file.rsplit_once('.').map_or(file, |(stem, _)| stem)
    }

    /// The extension in lower case, without the dot.
    pub(crate) fn extension(&self) -> String {
        extension(&self.name)
    }

    /// What siblings of one Shapefile share: folder and stem, ignoring case.
    pub(crate) fn key(&self) -> String {
        key(&self.name)
    }
}

fn extension(name: &str) -> String {
    let file = name.rsplit('/').next().unwrap_or(name);
    file.rsplit_once('.')
        .map_or_else(String::new, |(_, extension)| extension.to_lowercase())
}

fn key(name: &str) -> String {
    let end = name.len() - extension(name).len();
    name[..end].trim_end_matches('.').to_lowercase()
}

/// Unpacks all members but folders and hidden files into the scratch folder. Shapes and their
/// indexes go into one folder, tables and the rest into another, siblings under one stem.
///
/// # Errors
/// Refused when a member's name leads out of the archive, when it is a link, encrypted or itself
/// an archive, when two share a name, or when a limit is passed.
pub(crate) fn unpack(
    archive: &Path,
    scratch_dir: &Path,
    limits: &Limits,
    outlet: &mut Outlet,
) -> Result<Vec<Member>> {
    let size = fs::metadata(archive)?.len();
    let damaged = |e: zip::result::ZipError| Stop::damaged("a zip archive", e);
    let mut zip = ZipArchive::new(BufReader::new(File::open(archive)?)).map_err(damaged)?;
    if zip.len() as u64 > limits.archive_members {
        return Err(Stop::refused(
            "archive-members",
            format!(
                "The archive has {} members; {} are allowed.",
                zip.len(),
                limits.archive_members
            ),
        ));
    }
    let most = limits
        .archive_bytes
        .min(size.saturating_mul(limits.archive_ratio));
    let (shapes, others) = (scratch_dir.join("shapes"), scratch_dir.join("others"));
    fs::create_dir(&shapes)?;
    fs::create_dir(&others)?;
    let mut stems: HashMap<String, usize> = HashMap::new();
    let mut seen: HashMap<String, ()> = HashMap::new();
    let (mut members, mut written) = (Vec::new(), 0);
    for i in 0..zip.len() {
        let mut entry = zip.by_index(i).map_err(|e| match e {
            zip::result::ZipError::UnsupportedArchive(_) => Stop::refused(
                "archive-unsupported",
                "The archive is encrypted or packed in a way that is not read; make a plain zip.",
            ),
            other => damaged(other),
        })?;
        let name = entry.name().map_err(damaged)?.into_owned();
        let mode = entry.unix_mode().unwrap_or(0) & 0o170_000;
        if entry.is_symlink() || !matches!(mode, 0 | 0o100_000 | 0o040_000) {
            return Err(refused_name("archive-link", &name, "is a link or a device"));
        }
        let name = checked_name(&name)?;
        if entry.is_dir() || is_hidden(&name) {
            continue;
        }
        if seen.insert(name.to_lowercase(), ()).is_some() {
            return Err(refused_name("archive-duplicate", &name, "occurs twice"));
        }
        let next = stems.len();
        let stem = *stems.entry(key(&name)).or_insert(next);
        let extension = plain_extension(&name);
        let folder = if matches!(extension.as_str(), "shp" | "shx") {
            &shapes
        } else {
            &others
        };
        let path = free_path(folder, stem, &extension);
        written = write_member(&mut entry, &path, &name, written, most)?;
        outlet.progress("unpack", "", written, None)?;
        members.push(Member { name, path });
    }
    if members.is_empty() {
        return Err(Stop::refused(
            "archive-empty",
            "The archive holds no files.",
        ));
    }
    Ok(members)
}

/// An extension that may stand in a name of ours.
fn plain_extension(name: &str) -> String {
    let extension = extension(name);
    let plain = extension.len() <= 8 && extension.bytes().all(|b| b.is_ascii_alphanumeric());
    if plain { extension } else { "other".to_owned() }
}

/// `a.xml` and `a.shp.xml` have different stems, but odd extensions may meet in one name.
fn free_path(folder: &Path, stem: usize, extension: &str) -> PathBuf {
    let mut path = folder.join(format!("m{stem}.{extension}"));
    let mut n = 1;
    while path.exists() {
        n += 1;
        path = folder.join(format!("m{stem}_{n}.{extension}"));
    }
    path
}

fn refused_name(code: &str, name: &str, why: &str) -> Stop {
    let name = crate::findings::shortened(name);
    Stop::refused(
        code,
        format!("The archive is not taken: its member '{name}' {why}."),
    )
}

/// The name with `/` between folders, when it stays inside the archive.
fn checked_name(name: &str) -> Result<String> {
    let name = name.replace('\\', "/");
    let leads_out = name.starts_with('/')
        || name.contains('\0')
        || name.as_bytes().get(1) == Some(&b':')
        || name.split('/').any(|part| part == "..")
        || name.len() > 1024;
    if leads_out {
        return Err(refused_name(
            "archive-path",
            &name,
            "has a name that leads out of the archive",
        ));
    }
    let parts: Vec<&str> = name
        .split('/')
        .filter(|part| !matches!(*part, "" | "."))
        .collect();
    Ok(parts.join("/"))
}

fn is_hidden(name: &str) -> bool {
    name.split('/')
        .any(|part| part == "__MACOSX" || part.starts_with('.'))
}

fn write_member(
    entry: &mut impl Read,
    path: &Path,
    name: &str,
    mut written: u64,
    most: u64,
) -> Result<u64> {
    let mut out = BufWriter::with_capacity(1 << 18, File::create(path)?);
    let mut chunk = vec![0; 1 << 16];
    let mut first = true;
    loop {
        let n = entry
            .read(&mut chunk)
            .map_err(|e| Stop::damaged("a zip archive", e))?;
        if n == 0 {
            return Ok(out.flush().map(|()| written)?);
        }
        if first && is_archive(&chunk[..n]) {
            return Err(refused_name("archive-nested", name, "is an archive itself"));
        }
        first = false;
        written += n as u64;
        if written > most {
            return Err(Stop::refused(
                "archive-too-large",
                format!(
                    "The archive unpacks to more than {} MB, the limit for one of its size.",
                    most >> 20
                ),
            ));
        }
        out.write_all(&chunk[..n])?;
    }
}

/// Whether bytes start like a packed file of any common kind.
pub(crate) fn is_archive(head: &[u8]) -> bool {
    const MARKS: [&[u8]; 7] = [
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"7z\xbc\xaf\x27\x1c",
        b"Rar!",
        b"\x1f\x8b",
        b"BZh",
        b"\xfd7zXZ",
    ];
    MARKS.iter().any(|mark| head.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::*;
    use zip::write::{SimpleFileOptions, ZipWriter};

    fn unpacked(entries: &[(&str, &[u8])], limits: &Limits) -> Result<Vec<Member>> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.zip");
        let mut zip = ZipWriter::new(File::create(&path).unwrap());
        for (name, bytes) in entries {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap();
        let scratch = dir.path().join("scratch");
        fs::create_dir(&scratch).unwrap();
        let members = unpack(&path, &scratch, limits, &mut Outlet::new())?;
        assert!(
            members
                .iter()
                .all(|m| m.path.starts_with(&scratch) && m.path.is_file())
        );
        Ok(members)
    }

    fn code(entries: &[(&str, &[u8])]) -> String {
        match unpacked(entries, &Limits::default()) {
            Err(Stop::Refused(refusal)) => refusal.code,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn siblings_stay_together_and_hidden_files_are_left() {
        let entries: [(&str, &[u8]); 6] = [
            ("a/b/Wegen.SHP", b"1"),
            ("a/b/wegen.dbf", b"2"),
            ("a/c/wegen.dbf", b"3"),
            ("a\\b\\wegen.shx", b"4"),
            ("__MACOSX/a/b/._wegen.shp", b"5"),
            (".DS_Store", b"6"),
        ];
        let members = unpacked(&entries, &Limits::default()).unwrap();
        assert_eq!(members.len(), 4);
        assert_eq!(members[0].key(), members[1].key());
        assert_ne!(members[0].key(), members[2].key());
        assert_eq!(
            (members[0].stem(), members[0].extension().as_str()),
            ("Wegen", "shp")
        );
        assert_eq!(members[0].path.with_extension("shx"), members[3].path);
    }

    #[test]
    fn names_that_lead_out_are_refused() {
        for name in [
            "../x.shp",
            "a/../../x",
            "/etc/passwd",
            "C:\\x.shp",
            "a\\..\\b",
        ] {
            assert_eq!(code(&[(name, b"x")]), "archive-path", "{name}");
        }
    }

    #[test]
    fn archives_in_archives_and_twins_are_refused() {
        assert_eq!(code(&[("x.dat", b"PK\x03\x04...")]), "archive-nested");
        assert_eq!(
            code(&[("a.shp", b"x"), ("A.shp", b"y")]),
            "archive-duplicate"
        );
    }

    #[test]
    fn a_bomb_is_stopped_while_it_unpacks() {
        let zeros = vec![0; 20 << 20];
        assert_eq!(code(&[("a.dbf", &zeros)]), "archive-too-large");
    }

    #[test]
    fn too_many_members_are_refused() {
        let limits = Limits {
            archive_members: 1,
            ..Limits::default()
        };
        assert!(unpacked(&[("a", b"x"), ("b", b"y")], &limits).is_err());
    }
}

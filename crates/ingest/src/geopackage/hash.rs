//! The fingerprint of a file, kept in the catalogue and checked before the file is trusted.

use std::fmt::Write;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// SHA-256 of a file's bytes as 64 lower-case hexadecimal digits; the file is read in a stream.
///
/// # Errors
/// [`Error::Io`] when it cannot be opened or read.
pub fn sha256_of(path: &Path) -> Result<String> {
    let doing = || format!("hashing {}", path.display());
    let mut file = File::open(path).map_err(Error::io(doing()))?;
    sha256_of_reader(&mut file).map_err(Error::io(doing()))
}

/// SHA-256 of all that a reader gives, in the form of [`sha256_of`].
///
/// # Errors
/// What the reader says.
pub fn sha256_of_reader(reader: &mut impl Read) -> std::io::Result<String> {
    let mut sha = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => sha.update(&buffer[..n]),
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    let mut text = String::with_capacity(64);
    for byte in sha.finalize().iter() {
        write!(text, "{byte:02x}").expect("writing into a String cannot fail");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_standard() {
        // FIPS 180-2, appendix B.1
        assert_eq!(
            sha256_of_reader(&mut &b"abc"[..]).unwrap(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn a_missing_file_is_an_error_that_names_it() {
        let error = sha256_of(Path::new("/nowhere/at-all.gpkg")).unwrap_err();
        assert!(error.to_string().contains("at-all.gpkg"));
    }
}

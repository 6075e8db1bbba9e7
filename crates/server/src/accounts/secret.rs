//! Making and checking tokens: `gvm_PREFIX_SECRET`, 256 random bits, of which only a hash is kept.

use std::time::SystemTime;

use sha2::{Digest, Sha256};

use crate::store::{Role, Scope, TokenRecord};

const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A token at the one moment when its secret is known.
#[derive(Debug)]
pub struct NewToken {
    /// What its owner is given.
    pub text: String,
    /// What is kept.
    pub record: TokenRecord,
}

/// Makes a token.
pub fn new_token(role: Role, scope: Scope, expires: Option<SystemTime>) -> NewToken {
    let (prefix, secret) = (random_text(8), random_text(52));
    NewToken {
        text: format!("gvm_{prefix}_{secret}"),
        record: TokenRecord {
            hash: hash(&secret),
            prefix,
            role,
            scope,
            created: SystemTime::now(),
            expires,
        },
    }
}

/// The public part and the secret of a token's text; `None` when it has not the form of one.
pub(super) fn split(text: &str) -> Option<(&str, &str)> {
    let (prefix, secret) = text.trim().strip_prefix("gvm_")?.split_once('_')?;
    (prefix.len() == 8 && secret.len() == 52).then_some((prefix, secret))
}

/// Whether a secret is the one that was hashed; takes the same time whatever differs.
pub(super) fn matches(secret: &str, kept: &str) -> bool {
    let given = hash(secret);
    given.len() == kept.len()
        && given
            .bytes()
            .zip(kept.bytes())
            .fold(0, |differs, (a, b)| differs | (a ^ b))
            == 0
}

fn hash(secret: &str) -> String {
    Sha256::digest(secret.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Five random bits a character.
fn random_text(len: usize) -> String {
    let mut bytes = vec![0u8; len];
    getrandom::fill(&mut bytes).expect("the system has random bytes");
    bytes
        .iter()
        .map(|byte| ALPHABET[usize::from(byte % 32)] as char)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_by_its_hash_alone() {
        let token = new_token(Role::Publisher, Scope::Everywhere, None);
        let (prefix, secret) = split(&token.text).unwrap();
        assert_eq!(prefix, token.record.prefix);
        assert!(matches(secret, &token.record.hash));
        assert!(!matches(
            &secret.replace(&secret[..1], "-"),
            &token.record.hash
        ));
        assert!(!token.record.hash.contains(secret));
        assert!(split("gvm_short").is_none());
    }
}

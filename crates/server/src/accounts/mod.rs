//! Who asks, and what they may do.

mod principal;
mod secret;

pub use principal::{Authority, Principal};
pub use secret::{NewToken, new_token};

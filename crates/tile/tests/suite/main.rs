//! Behaviour of the crate as a whole, seen through decoders and validators by others.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used)]

mod basics;
mod borders;
mod canvas;
mod hostile;
mod lambert;
mod second_encoder;
mod validity;

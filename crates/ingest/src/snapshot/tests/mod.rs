//! A snapshot gives back what was put in, the same bytes each time, and never panics.

mod damage;
mod layer;
mod round_trip;

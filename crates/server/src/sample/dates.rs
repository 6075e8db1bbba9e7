//! Days and moments as texts.

use super::random::Random;

/// A day between the start of one year and the end of another: `1961-03-02`.
pub(super) fn day(random: &mut Random, first_year: u64, last_year: u64) -> String {
    let year = first_year + random.below(last_year - first_year + 1);
    format!(
        "{year:04}-{:02}-{:02}",
        1 + random.below(12),
        1 + random.below(28)
    )
}

/// A moment of the last years, with the offset of here, in UTC, or with none stated.
pub(super) fn moment(random: &mut Random) -> String {
    let day = day(random, 2019, 2024);
    let clock = format!(
        "{:02}:{:02}:{:02}",
        7 + random.below(11),
        random.below(60),
        random.below(60)
    );
    match random.below(6) {
        0 => format!("{day}T{clock}"),
        1 => format!("{day}T{clock}+02:00"),
        2 => format!("{day}T{clock}.{:03}Z", random.below(1000)),
        _ => format!("{day}T{clock}Z"),
    }
}

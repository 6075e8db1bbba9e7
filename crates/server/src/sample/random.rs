//! Chance that is the same on every machine: no clock, no hash seed, no mathematics library.

/// A stream of numbers from a seed (SplitMix64: Steele, Lea and Flood, OOPSLA 2014).
pub(super) struct Random(u64);

impl Random {
    /// The stream that belongs to some numbers.
    pub(super) fn of(seeds: &[u64]) -> Self {
        Self(seeds.iter().fold(0x5eed, |state, &seed| {
            mixed(state ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
        }))
    }

    /// The next 64 bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    /// From 0 to just below 1.
    pub(super) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// From `low` to just below `high`.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// True in this share of the cases.
    pub(super) fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// A whole number from 0 to just below `end`, which is positive.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.bits() % end.max(1)
    }

    /// One of several.
    pub(super) fn pick<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len() as u64) as usize]
    }
}

fn mixed(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Smooth noise, mostly from −1 to 1, with humps about `wavelength_m` apart; another `seed` is
/// another noise. Each corner of a slanted grid has a slope of its own (K. Perlin, SIGGRAPH 1985).
pub(super) fn noise([x, y]: [f64; 2], wavelength_m: f64, seed: u64) -> f64 {
    let (u, v) = (
        (0.8 * x - 0.6 * y) / wavelength_m,
        (0.6 * x + 0.8 * y) / wavelength_m,
    );
    let (i, j) = (u.floor(), v.floor());
    let (fu, fv) = (u - i, v - j);
    let corner = |di: i64, dj: i64| {
        let (ci, cj) = ((i as i64 + di) as u64, (j as i64 + dj) as u64);
        let mut random = Random::of(&[seed, ci, cj]);
        random.between(-1.0, 1.0) * (fu - di as f64) + random.between(-1.0, 1.0) * (fv - dj as f64)
    };
    let (su, sv) = (smooth(fu), smooth(fv));
    let south = corner(0, 0) * (1.0 - su) + corner(1, 0) * su;
    let north = corner(0, 1) * (1.0 - su) + corner(1, 1) * su;
    2.2 * (south * (1.0 - sv) + north * sv)
}

/// From 0 to 1 without a kink at either end.
fn smooth(t: f64) -> f64 {
    t * t * t * (t * (t * 6.0 - 15.0) + 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_the_published_one() {
        // the first numbers of SplitMix64 from state 0
        let mut random = Random(0);
        assert_eq!(random.bits(), 0xe220_a839_7b1d_cdaf);
        assert_eq!(random.bits(), 0x6e78_9e6a_a1b9_65f4);
    }

    #[test]
    fn noise_has_no_steps() {
        for i in 0..2000 {
            let x = f64::from(i) * 0.5;
            let step = noise([x, 3.0], 100.0, 1) - noise([x + 0.5, 3.0], 100.0, 1);
            assert!(step.abs() < 0.05, "{step} at {x}");
        }
    }
}

//! A set of row numbers, one bit each.

/// Bits numbered from 0, packed in 64-bit words (bit `i` is bit `i % 64` of word `i / 64`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bitmap {
    words: Vec<u64>,
    len: usize,
}

impl Bitmap {
    /// `len` bits, all set or all clear.
    pub fn filled(len: usize, set: bool) -> Self {
        let mut bitmap = Self {
            words: vec![if set { !0 } else { 0 }; len.div_ceil(64)],
            len,
        };
        bitmap.clear_tail();
        bitmap
    }

    /// Rebuilds a bitmap from its words; `None` when there are too few or too many of them.
    pub fn from_words(words: Vec<u64>, len: usize) -> Option<Self> {
        (words.len() == len.div_ceil(64)).then(|| {
            let mut bitmap = Self { words, len };
            bitmap.clear_tail();
            bitmap
        })
    }

    /// How many bits there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no bits at all.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The packed words.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// Bit `i`; false beyond the end.
    pub fn contains(&self, i: usize) -> bool {
        i < self.len && self.words[i / 64] >> (i % 64) & 1 == 1
    }

    /// Appends one bit.
    pub fn push(&mut self, set: bool) {
        if self.len.is_multiple_of(64) {
            self.words.push(0);
        }
        if set {
            self.words[self.len / 64] |= 1 << (self.len % 64);
        }
        self.len += 1;
    }

    /// Sets or clears bit `i`, which must exist.
    pub fn set(&mut self, i: usize, on: bool) {
        assert!(i < self.len, "bit {i} of {}", self.len);
        let bit = 1u64 << (i % 64);
        if on {
            self.words[i / 64] |= bit;
        } else {
            self.words[i / 64] &= !bit;
        }
    }

    /// How many bits are set.
    pub fn count(&self) -> usize {
        self.words
            .iter()
            .map(|word| word.count_ones() as usize)
            .sum()
    }

    /// The numbers of the set bits, ascending.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(at, &word)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                (rest != 0).then(|| {
                    let bit = rest.trailing_zeros() as usize;
                    rest &= rest - 1;
                    at * 64 + bit
                })
            })
        })
    }

    fn clear_tail(&mut self) {
        if let Some(last) = self.words.last_mut()
            && !self.len.is_multiple_of(64)
        {
            *last &= (1 << (self.len % 64)) - 1;
        }
    }
}

impl FromIterator<bool> for Bitmap {
    fn from_iter<I: IntoIterator<Item = bool>>(bits: I) -> Self {
        let mut bitmap = Self::default();
        bits.into_iter().for_each(|bit| bitmap.push(bit));
        bitmap
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_beyond_the_end_stay_clear() {
        let full = Bitmap::filled(70, true);
        assert_eq!(full.count(), 70);
        assert!(!full.contains(70));
        assert_eq!(full.iter().last(), Some(69));
    }

    #[test]
    fn pushed_bits_come_back_in_order() {
        let bits: Bitmap = (0..130).map(|i| i % 3 == 0).collect();
        assert_eq!(
            bits.iter().collect::<Vec<_>>(),
            (0..130).step_by(3).collect::<Vec<_>>()
        );
        assert!(Bitmap::from_words(vec![0; 2], 130).is_none());
    }
}

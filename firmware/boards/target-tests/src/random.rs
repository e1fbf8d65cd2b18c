//! Numbers for frames that make no sense.

/// A xorshift generator (Marsaglia, 2003): the same numbers on every board.
#[derive(Clone, Copy, Debug)]
pub struct Random(u32);

impl Random {
    /// A generator; 0 is taken for 1.
    pub const fn new(seed: u32) -> Self {
        Self(if seed == 0 { 1 } else { seed })
    }

    /// The next number.
    pub const fn number(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0
    }

    /// The next number below `end`, near enough to evenly.
    pub const fn below(&mut self, end: usize) -> usize {
        self.number() as usize % end
    }
}

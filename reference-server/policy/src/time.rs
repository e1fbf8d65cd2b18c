//! Time as every policy sees it.

/// Time in nanoseconds: an instant since an arbitrary start, or a span between two instants.
///
/// One type serves for both because the policies only ever add, subtract and compare. All arithmetic saturates, so
/// [`Nanoseconds::MAX`] can stand for "never" and stays "never" whatever is added to it. Range: 0 to about 584 years.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nanoseconds(pub u64);

impl Nanoseconds {
    /// The start of time, or no delay at all.
    pub const ZERO: Self = Self(0);
    /// Never: later than every other instant.
    pub const MAX: Self = Self(u64::MAX);

    /// From seconds, rounded to the nearest nanosecond. Negative values and not-a-number become zero, values beyond
    /// the range become [`Nanoseconds::MAX`].
    pub fn from_seconds_f64(seconds: f64) -> Self {
        // Float-to-integer casts saturate and map not-a-number to zero; that is exactly the documented behaviour.
        let nanoseconds = seconds * 1e9;
        let whole = nanoseconds as u64;
        // Adding one half before the cast would itself round beyond 2^52.
        let rounds_up = nanoseconds - whole as f64 >= 0.5;
        Self(whole.saturating_add(u64::from(rounds_up)))
    }

    /// In seconds. Converts back to the same nanosecond below 2^51 ns (26 days); beyond, floats are coarser than that.
    pub fn as_seconds_f64(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// Sum, or [`Nanoseconds::MAX`] where it would overflow.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Difference, or zero where `other` is the larger.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// This span times a uniform draw from [0, 1), truncated to the nanosecond and never more than the span.
    pub(crate) fn scaled_by(self, uniform: f64) -> Self {
        Self((self.0 as f64 * uniform) as u64).min(self)
    }
}

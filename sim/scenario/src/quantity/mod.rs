//! Numbers that know their unit: what a scenario file writes as `"15 s"`, `"80 /s"` or `"3 %"`.
//!
//! Every type reads and writes the text a person would write, says what it expected and gives an example when the text
//! is wrong, and refuses a bare number where the unit would have to be guessed.

mod amount;
mod clock;
mod duration;
mod error;
mod factor;
mod moment;
mod money;
mod probability;
mod rate;
mod text;

pub use clock::Clock;
pub use duration::Duration;
pub use error::QuantityError;
pub use factor::Factor;
pub use moment::Moment;
pub use money::Money;
pub use probability::Probability;
pub use rate::{Rate, RateUnit};

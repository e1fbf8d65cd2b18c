//! What tells engines apart: a digest of what this program makes of a day that is always the same.
//!
//! Versions and commits say too much or too little: a comment changes them, and a dependency does not. Two programs with the same
//! digest here play the same seed the same way, so that their replications can be paired.

use std::sync::OnceLock;
use stranded_scenario::{Loader, Scenario};

/// A small town in which everything happens that draws luck.
const DAY: &str = include_str!("engine_digest.toml");

/// The digest of this program's engine and model, 16 hexadecimal digits.
pub(crate) fn engine_digest() -> &'static str {
    static DIGEST: OnceLock<String> = OnceLock::new();
    DIGEST.get_or_init(|| {
        let loaded = Loader::new().load_text::<Scenario>("engine_digest.toml", DAY);
        let scenario = loaded.expect("our own day is a valid scenario").value;
        let outcomes = stranded_model::simulate(&scenario, 0, &mut |_| true).expect("our own day ends");
        format!("{:016x}", outcomes.digest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_one_on_which_much_happens() {
        let scenario = Loader::new().load_text::<Scenario>("engine_digest.toml", DAY).unwrap().value;
        let outcomes = stranded_model::simulate(&scenario, 0, &mut |_| true).unwrap();
        assert!(outcomes.metrics["stranded_people"] > 0.0, "nobody is stranded: {:?}", outcomes.metrics);
        assert!(outcomes.metrics["calls.attempts"] > 0.0);
        assert!(outcomes.metrics["service.goodput_share"] > 0.0);
    }

    #[test]
    fn it_is_the_same_every_time() {
        assert_eq!(engine_digest(), engine_digest());
        assert_eq!(engine_digest().len(), 16);
    }
}

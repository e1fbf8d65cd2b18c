//! The command line that all programs share: `PROGRAM CASE SIZE SEED`.

use std::process::ExitCode;

use crate::Measurement;

/// What is to be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// Case a; the size is the number of pending events.
    Hold,
    /// Case b; the size is the number of users.
    Retrial,
    /// Case b in a second form: the engine's idiom instead of its fastest form.
    OtherRetrial,
    /// Case c; the size is the simulated time in seconds.
    Storm,
    /// Case c without the trigger.
    CalmStorm,
    /// Case c in a second form: the hand-written loop without a heap, our scenario through the whole world.
    OtherStorm,
    /// The second form of case c, without the trigger.
    OtherCalmStorm,
    /// Case d, the whole world on the main scenario; the size is the number of cars.
    Day,
}

impl Case {
    const NAMES: [(&'static str, Self); 8] = [
        ("hold", Self::Hold),
        ("retrial", Self::Retrial),
        ("other-retrial", Self::OtherRetrial),
        ("storm", Self::Storm),
        ("calm-storm", Self::CalmStorm),
        ("other-storm", Self::OtherStorm),
        ("other-calm-storm", Self::OtherCalmStorm),
        ("day", Self::Day),
    ];

    fn parse(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|&(_, case)| case)
    }
}

/// One run.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// What.
    pub case: Case,
    /// How large; the unit depends on the case.
    pub size: u32,
    /// Seed of the random numbers.
    pub seed: u64,
}

impl Request {
    fn parse(mut words: impl Iterator<Item = String>) -> Option<Self> {
        let request = Self {
            case: Case::parse(&words.next()?)?,
            size: words.next()?.parse().ok()?,
            seed: words.next()?.parse().ok()?,
        };
        words.next().is_none().then_some(request)
    }
}

/// The `main` of a program: runs the request of the command line and prints the measurement. `run` returns `None` for a
/// case that the program does not have.
pub fn main(run: impl FnOnce(Request) -> Option<Measurement>) -> ExitCode {
    let Some(request) = Request::parse(std::env::args().skip(1)) else {
        let cases: Vec<_> = Case::NAMES.iter().map(|(name, _)| *name).collect();
        eprintln!("usage: PROGRAM CASE SIZE SEED, where CASE is one of {}", cases.join(", "));
        return ExitCode::from(2);
    };
    let Some(measurement) = run(request) else {
        eprintln!("error: this program has no {:?}", request.case);
        return ExitCode::from(2);
    };
    measurement.print();
    ExitCode::SUCCESS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Option<(Case, u32, u64)> {
        Request::parse(line.split_whitespace().map(str::to_owned))
            .map(|request| (request.case, request.size, request.seed))
    }

    #[test]
    fn a_command_line_is_a_case_a_size_and_a_seed() {
        assert_eq!(parse("hold 1000 1"), Some((Case::Hold, 1000, 1)));
        for wrong in ["", "hold", "hold 1000", "hold 1000 1 2", "held 1000 1", "hold -1 1"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}

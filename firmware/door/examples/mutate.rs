//! Sends mutated frames to a whole door and counts what opens it: `mutate FRAMES [SEED]`.
//!
//! Ends with 1 if any did.

#[path = "../tests/mutation/harness.rs"]
mod harness;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Option<Vec<u64>> = std::env::args().skip(1).map(|argument| argument.parse().ok()).collect();
    let (frames, seed) = match arguments.as_deref() {
        Some([frames]) => (*frames, 1),
        Some([frames, seed]) => (*frames, *seed),
        _ => {
            eprintln!("how many frames, and from which seed? For example: mutate 1000000 1");
            return ExitCode::from(2);
        }
    };
    let tally = harness::run::<stranded_door::Dalek>(frames, seed);
    println!("{tally:#?}");
    if tally.false_unlocks == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

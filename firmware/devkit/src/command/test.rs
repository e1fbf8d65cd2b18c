//! `devkit test`: the whole story.

use clap::Args;
use comfy_table::Table;
use comfy_table::presets::NOTHING;
use stranded_devkit::{Check, DevkitError, tell_story};

use crate::Ending;
use crate::link_choice::LinkChoice;
use crate::target::{Target, patient};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    link: LinkChoice,

    /// Tell the story so often, each time to a door that was started anew.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    repetitions: u32,
}

/// Tells the story. No server runs.
///
/// # Errors
/// The firmware cannot be built or flashed, or the door does not answer.
pub(crate) fn run(arguments: &Arguments) -> Result<Ending, DevkitError> {
    arguments.link.check(&arguments.target)?;
    let program = arguments.target.door()?;
    let mut device = arguments.target.device(&patient())?;
    device.flash(&program)?;
    println!("{} flashed and verified through probe-rs; no server runs", program.path().display());
    let mut passes = 0;
    for repetition in 1..=arguments.repetitions {
        device.start(&program)?;
        let story = tell_story(&mut arguments.link.open(&mut device, &program)?)?;
        let holds = story.iter().all(Check::passed);
        // Once is enough to read, unless something went wrong.
        if repetition == 1 || !holds {
            println!("{}", table(&story));
        }
        println!("repetition {repetition} of {}: {}", arguments.repetitions, if holds { "passed" } else { "FAILED" });
        passes += u32::from(holds);
    }
    println!("{passes} of {} repetitions passed", arguments.repetitions);
    Ok(if passes == arguments.repetitions { Ending::Good } else { Ending::Missed })
}

fn table(story: &[Check]) -> Table {
    let mut table = Table::new();
    table.load_preset(NOTHING).set_header(["", "put to the door", "expected", "got"]);
    for check in story {
        let got = if check.passed() { "the same" } else { check.got.as_str() };
        table.add_row([if check.passed() { "ok" } else { "FAILED" }, &check.what, &check.expected, got]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::{Check, table};

    #[test]
    fn what_went_wrong_stands_in_the_table() {
        let check = |got: &str| Check { what: "a key".into(), expected: "no".into(), got: got.into() };
        let text = table(&[check("no"), check("yes")]).to_string();
        assert!(text.lines().any(|line| line.contains("ok") && line.contains("the same")), "{text}");
        assert!(text.lines().any(|line| line.contains("FAILED") && line.contains("yes")), "{text}");
    }
}

//! `stranded completions SHELL`

use crate::failure::Failure;
use crate::terminal::screen;
use clap::CommandFactory as _;
use clap_complete::Shell;

/// Print a completion script for a shell.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  stranded completions bash > ~/.local/share/bash-completion/completions/stranded
  stranded completions zsh > ~/.zfunc/_stranded
  stranded completions fish > ~/.config/fish/completions/stranded.fish")]
pub(crate) struct Arguments {
    /// The shell.
    shell: Shell,
}

/// Prints the script.
///
/// # Errors
/// When nobody takes the output.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut crate::cli::Arguments::command(), "stranded", &mut script);
    screen::data(&String::from_utf8_lossy(&script))
}

//! Writes the golden bytes of `stranded_wire::vectors` as Rust to the standard output.

#[path = "../tests/wire/golden.rs"]
mod golden;

fn main() {
    print!("{}", golden::source());
}

//! The door controller from outside: each rule by example, and all of them at once under random inputs.

mod bench;
mod book;
mod exchange;
mod lock_out;
mod properties;
mod time;

//! The controller with real keys and real bytes: what a board runs, without the board.

mod battery;
mod bench;
mod bolt;
mod curves;
mod keys;
mod messages;
mod power;
mod stories;
mod watchdog;

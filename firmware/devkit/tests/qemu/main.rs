//! The firmware in QEMU: its tests on the target, and the story of the door with its servers down.

mod command;
mod firmware;
mod on_target;
mod power;
mod story;

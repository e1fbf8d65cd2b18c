//! The bytes of everything: what a phone, a vendor and a door say.

mod coset;
mod errors;
mod frames;
mod golden;
mod link;
mod round_trips;
mod session;
mod vectors;

//! From samples of a real thing to the parameters of the world, with where they come from.

pub(crate) mod door;
mod fit;
mod samples;
pub(crate) mod server;
mod server_samples;

pub(crate) use samples::{Samples, Unit, WHOLE_UNLOCK};
pub(crate) use server_samples::ServerSamples;

//! Help from outside the app: each channel a file.

pub(crate) mod advice;
pub(crate) mod call_centre;
pub(crate) mod claims;
pub(crate) mod complaints;
pub(crate) mod locksmiths;
pub(crate) mod notices;
pub(crate) mod staff;

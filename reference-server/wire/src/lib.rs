#![no_std]
#![doc = env!("CARGO_PKG_DESCRIPTION")]

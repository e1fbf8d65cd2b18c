//! The program as its users meet it: started, asked over HTTP, ended.

mod client;
mod crash;
mod interface;
mod journey;
mod keys;
mod postgres;
mod problems;
mod process;
mod service;
mod store;
mod usage;

//! Computes the tables of the ziggurat, so that no numbers are copied about: with `libm`, the same bits on every platform.

// A build script is no simulated world: it may read its folder and write a file.
#![allow(clippy::disallowed_methods)]

use std::fmt::Write as _;

const LAYERS: usize = 256;

/// Edge of the last layer and the area of each, for 256 layers under exp(-x): Marsaglia and Tsang, "The ziggurat method for
/// generating random variables", Journal of Statistical Software 5(8), 2000.
const EXPONENTIAL: (f64, f64) = (7.697_117_470_131_05, 0.003_949_659_822_581_557);
/// The same under exp(-x^2 / 2), from the same paper.
const NORMAL: (f64, f64) = (3.654_152_885_361_009, 0.004_928_673_233_974_655);

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let mut text = String::new();
    table(&mut text, "EXPONENTIAL", EXPONENTIAL, |x| libm::exp(-x), |y| -libm::log(y));
    table(&mut text, "NORMAL", NORMAL, |x| libm::exp(-0.5 * x * x), |y| libm::sqrt(-2.0 * libm::log(y)));
    let folder = std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for build scripts");
    let path = std::path::Path::new(&folder).join("ziggurat_tables.rs");
    std::fs::write(path, text).expect("the build folder is writable");
}

/// Right edges of the layers, widest first, and the density there. Layer 0 is the base strip with the tail: its edge is that of a
/// rectangle of the same area.
fn table(text: &mut String, name: &str, (tail, area): (f64, f64), density: fn(f64) -> f64, inverse: fn(f64) -> f64) {
    let mut edges = vec![area / density(tail), tail];
    while edges.len() < LAYERS {
        let edge = edges[edges.len() - 1];
        edges.push(inverse(density(edge) + area / edge));
    }
    edges.push(0.0);
    writeln!(text, "/// First edge of the tail.\npub(super) const {name}_TAIL: f64 = {tail:?};")
        .expect("a string takes all");
    let densities: Vec<f64> = edges.iter().map(|&edge| density(edge)).collect();
    for (kind, values) in [("EDGES", edges), ("DENSITIES", densities)] {
        let count = values.len();
        writeln!(text, "pub(super) static {name}_{kind}: [f64; {count}] = {values:?};").expect("a string takes all");
    }
}

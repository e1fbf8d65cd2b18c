//! Exponentials and normals by the ziggurat method: one draw, one table look-up and one product for 99 of 100.
//!
//! Marsaglia and Tsang, "The ziggurat method for generating random variables", Journal of Statistical Software 5(8), 2000. The area
//! under the density is cut into 256 layers of equal area. A draw picks a layer by its low eight bits and a place in it by its high 53;
//! a place that surely lies under the curve is taken at once. The bits for layer and place do not overlap, which avoids the correlation
//! that Doornik (2005) found in the original. Tables come from `build.rs`, logarithms and exponentials from `libm`.

use rand_core::Rng;

#[allow(clippy::unreadable_literal)]
mod tables {
    include!(concat!(env!("OUT_DIR"), "/ziggurat_tables.rs"));
}

const PLACE: f64 = 1.0 / 9_007_199_254_740_992.0;

/// Uniform in the open interval (0, 1), so that its logarithm is finite.
fn uniform(generator: &mut impl Rng) -> f64 {
    ((generator.next_u64() >> 11) as f64 + 0.5) * PLACE
}

/// Standard exponential.
#[inline]
pub fn exponential(generator: &mut impl Rng) -> f64 {
    let bits = generator.next_u64();
    let layer = (bits & 255) as usize;
    let x = (bits >> 11) as f64 * PLACE * tables::EXPONENTIAL_EDGES[layer];
    if x < tables::EXPONENTIAL_EDGES[layer + 1] { x } else { exponential_at_the_edge(generator, layer, x) }
}

#[cold]
fn exponential_at_the_edge(generator: &mut impl Rng, mut layer: usize, mut x: f64) -> f64 {
    loop {
        if layer == 0 {
            // The tail of an exponential is an exponential.
            return tables::EXPONENTIAL_TAIL - libm::log(uniform(generator));
        }
        let (low, high) = (tables::EXPONENTIAL_DENSITIES[layer], tables::EXPONENTIAL_DENSITIES[layer + 1]);
        if low + (high - low) * uniform(generator) < libm::exp(-x) {
            return x;
        }
        let bits = generator.next_u64();
        layer = (bits & 255) as usize;
        x = (bits >> 11) as f64 * PLACE * tables::EXPONENTIAL_EDGES[layer];
        if x < tables::EXPONENTIAL_EDGES[layer + 1] {
            return x;
        }
    }
}

/// Standard normal.
#[inline]
pub fn normal(generator: &mut impl Rng) -> f64 {
    loop {
        let bits = generator.next_u64();
        let layer = (bits & 255) as usize;
        // The place doubles as the sign: from -1 to 1.
        let x = ((bits >> 11) as f64 * (2.0 * PLACE) - 1.0) * tables::NORMAL_EDGES[layer];
        if x.abs() < tables::NORMAL_EDGES[layer + 1] {
            return x;
        }
        if let Some(x) = normal_at_the_edge(generator, layer, x) {
            return x;
        }
    }
}

#[cold]
fn normal_at_the_edge(generator: &mut impl Rng, layer: usize, x: f64) -> Option<f64> {
    if layer > 0 {
        let (low, high) = (tables::NORMAL_DENSITIES[layer], tables::NORMAL_DENSITIES[layer + 1]);
        return (low + (high - low) * uniform(generator) < libm::exp(-0.5 * x * x)).then_some(x);
    }
    // Marsaglia's method for the tail: an exponential proposal, accepted in proportion to what the normal falls off faster.
    loop {
        let beyond = -libm::log(uniform(generator)) / tables::NORMAL_TAIL;
        if -2.0 * libm::log(uniform(generator)) > beyond * beyond {
            let magnitude = tables::NORMAL_TAIL + beyond;
            return Some(if x < 0.0 { -magnitude } else { magnitude });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::tables::{
        EXPONENTIAL_DENSITIES, EXPONENTIAL_EDGES, EXPONENTIAL_TAIL, NORMAL_DENSITIES, NORMAL_EDGES, NORMAL_TAIL,
    };

    /// All layers above the base strip have the area that the base strip has.
    fn assert_layers_are_equal(edges: &[f64; 257], densities: &[f64; 257], tail: f64) {
        assert_eq!((edges[1].to_bits(), edges[256].to_bits()), (tail.to_bits(), 0.0_f64.to_bits()));
        let base = edges[0] * densities[1];
        for layer in 1..256 {
            assert!(edges[layer] > edges[layer + 1], "layer {layer}");
            let area = edges[layer] * (densities[layer + 1] - densities[layer]);
            // The last layer takes up the rounding of the constants.
            let tolerance = if layer == 255 { 1e-6 } else { 1e-12 };
            assert!((area / base - 1.0).abs() < tolerance, "layer {layer}: {area} against {base}");
        }
    }

    #[test]
    fn the_layers_have_equal_areas() {
        assert_layers_are_equal(&EXPONENTIAL_EDGES, &EXPONENTIAL_DENSITIES, EXPONENTIAL_TAIL);
        assert_layers_are_equal(&NORMAL_EDGES, &NORMAL_DENSITIES, NORMAL_TAIL);
    }
}

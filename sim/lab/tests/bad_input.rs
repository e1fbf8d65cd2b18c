//! Bad input, through the binary: exit code, place and way out, as snapshots.

use std::path::Path;

#[test]
fn bad_input_is_refused_with_place_and_way_out() {
    trycmd::TestCases::new().case("tests/bad_input.md").env("NO_COLOR", "1").run();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad_input.in");
    for run in ["runs", "never-written", "never-written.toml"] {
        assert!(!folder.join(run).exists(), "a refused scenario left `{run}` behind");
    }
}

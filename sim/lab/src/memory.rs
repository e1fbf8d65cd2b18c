//! Whether a scenario fits into this machine.

use crate::failure::Failure;
use std::num::NonZeroUsize;
use sysinfo::{MemoryRefreshKind, RefreshKind, System};

/// The number of threads, at most `threads`, whose replications fit into the memory that is free.
///
/// # Errors
/// [`Failure::InvalidScenario`] when not even one fits.
pub(crate) fn threads_that_fit(threads: NonZeroUsize, bytes_per_replication: u64) -> Result<NonZeroUsize, Failure> {
    fit(threads, bytes_per_replication, available_bytes())
}

fn fit(threads: NonZeroUsize, bytes_per_replication: u64, available: u64) -> Result<NonZeroUsize, Failure> {
    let fitting = usize::try_from(available / bytes_per_replication.max(1)).unwrap_or(usize::MAX);
    NonZeroUsize::new(fitting.min(threads.get())).ok_or_else(|| {
        Failure::InvalidScenario {
            findings: String::new(),
            summary: format!(
            "there is not enough memory: one replication of this scenario needs about {}, and this machine has {} free\n\
             make the world smaller (`fleet.cars`, `demand.monthly_users`, `demand.app_openings`) or shorter (`calendar`)",
            gigabytes(bytes_per_replication),
            gigabytes(available),
        ),
        }
    })
}

/// Memory that can be used without swapping, in bytes: the machine's, or the container's when that is less.
fn available_bytes() -> u64 {
    let system =
        System::new_with_specifics(RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram()));
    let machine = system.available_memory();
    system.cgroup_limits().map_or(machine, |limits| limits.free_memory.min(machine))
}

fn gigabytes(bytes: u64) -> String {
    format!("{} GB", crate::terminal::number::rounded(bytes as f64 / 1e9))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: NonZeroUsize = NonZeroUsize::new(2).unwrap();

    #[test]
    fn fewer_threads_run_where_memory_is_short() {
        assert_eq!(fit(TWO, 400, 1_000).unwrap(), TWO);
        assert_eq!(fit(TWO, 600, 1_000).unwrap(), NonZeroUsize::MIN);
        assert_eq!(fit(TWO, 0, 1_000).unwrap(), TWO);
    }

    #[test]
    fn a_world_that_does_not_fit_is_refused_with_the_estimate() {
        let failure = fit(TWO, 128_000_000_000_000, 16_000_000_000).unwrap_err();
        let message = failure.to_string();
        assert!(message.contains("128,000 GB") && message.contains("16 GB"), "{message}");
        assert_eq!(failure.exit_code(), std::process::ExitCode::from(crate::failure::INVALID_SCENARIO));
    }

    #[test]
    fn this_machine_has_memory() {
        assert!(available_bytes() > 1_000_000);
    }
}

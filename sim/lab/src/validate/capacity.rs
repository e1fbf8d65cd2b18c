//! What a chain of services can do.

use std::collections::BTreeMap;
use stranded_scenario::section::Service;

/// Requests per second that the chain which begins at `entry` can do: the least of its services, each counted for the share of the
/// requests that reach it.
pub(crate) fn of_chain(services: &BTreeMap<String, Service>, entry: &str) -> f64 {
    let mut capacity = f64::INFINITY;
    let mut reach = 1.0;
    let mut next = Some(entry);
    // Validation has refused circles; the bound keeps even a wrong file from hanging.
    for _ in 0..=services.len() {
        let Some(service) = next.and_then(|name| services.get(name)) else { break };
        capacity = f64::min(capacity, f64::from(service.workers) / (service.service_time.mean() * reach));
        reach *= service.calls.as_ref().map_or(1.0, |call| 1.0 - call.cached.value());
        next = service.calls.as_ref().map(|call| call.service.as_str());
    }
    capacity
}

#[cfg(test)]
mod tests {
    use super::*;
    use stranded_scenario::section::Call;
    use stranded_scenario::{Duration, DurationDistribution, Probability};

    fn service(workers: u32, milliseconds: u64, calls: Option<Call>) -> Service {
        let service_time = DurationDistribution::constant(Duration::milliseconds(milliseconds));
        Service { workers, service_time, calls, ..Service::default() }
    }

    #[test]
    fn the_narrowest_place_decides_and_a_cache_widens_it() {
        let call = Call { service: "vendor".to_owned(), cached: Probability::new(0.5), ..Call::default() };
        let mut services = BTreeMap::from([
            ("operator".to_owned(), service(4, 10, Some(call))),
            ("vendor".to_owned(), service(4, 40, None)),
        ]);
        assert!((of_chain(&services, "operator") - 200.0).abs() < 1e-9);
        assert!((of_chain(&services, "vendor") - 100.0).abs() < 1e-9);
        services.insert("operator".to_owned(), service(1, 10, None));
        assert!((of_chain(&services, "operator") - 100.0).abs() < 1e-9);
    }
}

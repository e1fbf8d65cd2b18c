//! Who uses the processor: this program, the servers under test, everybody else.
//!
//! Read from `/proc` on Linux; elsewhere nothing is known, and nothing is said about neighbours.

use std::net::SocketAddr;

/// Time of the processors used so far, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// By all, over all cores; waiting for disks and interrupts (our own packets mostly) not counted.
    pub busy_seconds: f64,
    /// By this program.
    pub own_seconds: f64,
    /// By the servers under test.
    pub servers_seconds: f64,
}

/// Shares of the machine's processors between two looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shares {
    /// Used by this program, as a share of all cores.
    pub own: f64,
    /// Used by the servers under test.
    pub servers: f64,
    /// Used by others; nothing when the servers could not be told from the others.
    pub neighbours: Option<f64>,
    /// Cores of the machine.
    pub cores: usize,
}

/// Watches the machine while a server is measured.
#[derive(Clone, Debug)]
pub struct Processor {
    servers: Vec<i32>,
    cores: usize,
    /// Every server is known.
    is_complete: bool,
}

impl Processor {
    /// Watches the servers with these process numbers and those that listen at these addresses of this machine.
    pub fn new(processes: &[i32], listeners: &[SocketAddr]) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let found: Vec<Option<i32>> = listeners.iter().map(|&address| system::listener(address)).collect();
        let is_complete = !processes.is_empty() || (!found.is_empty() && found.iter().all(Option::is_some));
        let mut servers: Vec<i32> = processes.iter().copied().chain(found.into_iter().flatten()).collect();
        servers.sort_unstable();
        servers.dedup();
        // A test may hold the server in its own process: its time is counted once.
        let own = i32::try_from(std::process::id()).unwrap_or_default();
        servers.retain(|&server| server != own);
        Self { servers, cores, is_complete }
    }

    /// Process numbers of the servers, as far as they are known.
    pub fn servers(&self) -> &[i32] {
        &self.servers
    }

    /// What has been used so far; nothing where the system does not tell.
    pub fn usage(&self) -> Option<Usage> {
        system::usage(&self.servers)
    }

    /// Shares of the processors used between two looks that were `seconds` apart.
    pub fn shares(&self, before: Option<Usage>, after: Option<Usage>, seconds: f64) -> Option<Shares> {
        let (before, after) = (before?, after?);
        let whole = seconds * self.cores as f64;
        if whole <= 0.0 {
            return None;
        }
        let share = |of: fn(Usage) -> f64| ((of(after) - of(before)) / whole).clamp(0.0, 1.0);
        let (own, servers) = (share(|usage| usage.own_seconds), share(|usage| usage.servers_seconds));
        let busy = share(|usage| usage.busy_seconds);
        let neighbours = self.is_complete.then(|| (busy - own - servers).max(0.0));
        Some(Shares { own, servers, neighbours, cores: self.cores })
    }
}

/// A sentence about this machine: processor, cores, system.
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let cores = if cores == 1 { "1 core".to_owned() } else { format!("{cores} cores") };
    let name = system::processor_name().unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    format!("{name}, {cores}, {}", std::env::consts::OS)
}

#[cfg(target_os = "linux")]
mod system {
    use super::Usage;
    use procfs::process::{FDTarget, Process, all_processes};
    use procfs::{Current as _, CurrentSI as _};
    use std::net::SocketAddr;

    fn of_process(process: &Process) -> Option<f64> {
        let stat = process.stat().ok()?;
        Some((stat.utime + stat.stime) as f64 / procfs::ticks_per_second() as f64)
    }

    pub(super) fn usage(servers: &[i32]) -> Option<Usage> {
        let all = procfs::KernelStats::current().ok()?.total;
        // Guests' time is part of the user's; what other machines took from ours (steal) is a neighbour's.
        let ticks = all.user + all.nice + all.system + all.steal.unwrap_or_default();
        let of = |&process: &i32| Process::new(process).ok().and_then(|process| of_process(&process));
        Some(Usage {
            busy_seconds: ticks as f64 / procfs::ticks_per_second() as f64,
            own_seconds: of_process(&Process::myself().ok()?)?,
            servers_seconds: servers.iter().filter_map(of).sum(),
        })
    }

    pub(super) fn listener(address: SocketAddr) -> Option<i32> {
        let entries = procfs::net::tcp().into_iter().chain(procfs::net::tcp6()).flatten();
        let inode = entries
            .filter(|entry| entry.state == procfs::net::TcpState::Listen)
            .find(|entry| {
                let listens = entry.local_address;
                listens.port() == address.port() && (listens.ip() == address.ip() || listens.ip().is_unspecified())
            })?
            .inode;
        let holds = |process: &Process| {
            let Ok(handles) = process.fd() else { return false };
            handles.flatten().any(|handle| matches!(handle.target, FDTarget::Socket(socket) if socket == inode))
        };
        all_processes().ok()?.flatten().find(holds).map(|process| process.pid)
    }

    pub(super) fn processor_name() -> Option<String> {
        let name = procfs::CpuInfo::current().ok()?.model_name(0)?.to_owned();
        Some(name.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use super::Usage;
    use std::net::SocketAddr;

    pub(super) fn usage(_servers: &[i32]) -> Option<Usage> {
        None
    }

    pub(super) fn listener(_address: SocketAddr) -> Option<i32> {
        None
    }

    pub(super) fn processor_name() -> Option<String> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_of_ours_used_is_the_neighbours() {
        let processor = Processor { servers: vec![1], cores: 2, is_complete: true };
        let before = Usage { busy_seconds: 100.0, own_seconds: 1.0, servers_seconds: 5.0 };
        let after = Usage { busy_seconds: 116.0, own_seconds: 2.0, servers_seconds: 9.0 };
        let shares = processor.shares(Some(before), Some(after), 10.0).unwrap();
        assert!((shares.own - 0.05).abs() < 1e-9 && (shares.servers - 0.2).abs() < 1e-9, "{shares:?}");
        assert!((shares.neighbours.unwrap() - 0.55).abs() < 1e-9, "{shares:?}");
        let blind = Processor { is_complete: false, ..processor };
        assert_eq!(blind.shares(Some(before), Some(after), 10.0).unwrap().neighbours, None);
        assert_eq!(blind.shares(None, Some(after), 10.0), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn who_listens_at_a_port_is_found_and_a_closed_port_has_nobody() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        assert_eq!(system::listener(address), i32::try_from(std::process::id()).ok());
        drop(listener);
        assert_eq!(system::listener(address), None);
        assert!(usage_of_self() > 0.0);
    }

    #[cfg(target_os = "linux")]
    fn usage_of_self() -> f64 {
        // Ticks are a hundredth of a second: work until one has passed.
        loop {
            let usage = Processor::new(&[], &[]).usage().unwrap();
            if usage.own_seconds > 0.0 {
                return usage.busy_seconds;
            }
        }
    }
}

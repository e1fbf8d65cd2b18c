//! What the tests share: the firmware, and sessions with it.

use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};
use std::{env, fs};

use object::{Object as _, ObjectSymbol as _};
use probe_rs::flashing::{self, DownloadOptions, ElfLoader, ElfOptions};
use probe_rs::probe::Probe;
use probe_rs::rtt::{Rtt, ScanRegion};
use probe_rs::{Core, CoreStatus, Permissions, Session};
use stranded_virtual_probe::{MPS2_AN386, Machine, Options, VirtualProbe};

pub(crate) const MACHINE: &Machine = &MPS2_AN386;

/// For probe-rs calls that ask for a limit. Nothing is measured by it: a loaded machine may be slow.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// The program that is debugged: `firmware/boards/probe-target`.
pub(crate) struct Firmware {
    pub(crate) path: PathBuf,
    symbols: Vec<(String, u64)>,
}

impl Firmware {
    pub(crate) fn load() -> Self {
        let folder = env::var_os("STRANDED_TEST_FIRMWARE").map_or_else(
            || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../boards/target/thumbv7em-none-eabihf/release"),
            PathBuf::from,
        );
        let path = folder.join("probe-target");
        let bytes = fs::read(&path).unwrap_or_else(|error| {
            panic!(
                "{}: {error}; build it with `cargo xtask firmware build`, or set STRANDED_TEST_FIRMWARE to its folder",
                path.display()
            )
        });
        let file = object::File::parse(&*bytes).expect("an ELF file");
        let symbols = file.symbols();
        let symbols = symbols.filter_map(|symbol| Some((symbol.name().ok()?.to_owned(), symbol.address()))).collect();
        Self { path, symbols }
    }

    /// The address of a symbol, without the Thumb bit.
    pub(crate) fn address(&self, name: &str) -> u64 {
        let found = self.symbols.iter().find(|(symbol, _)| symbol == name);
        found.unwrap_or_else(|| panic!("no symbol {name}")).1 & !1
    }
}

/// A probe with a QEMU of its own.
pub(crate) fn probe() -> VirtualProbe {
    VirtualProbe::start(MACHINE, &Options::default()).expect("QEMU starts")
}

/// Attaches to the chip of the machine.
pub(crate) fn attach(probe: Probe) -> Session {
    stranded_virtual_probe::register();
    probe.attach(MACHINE.name, Permissions::default()).expect("the probe attaches")
}

/// Flashes the firmware, with verification, and lets it run.
pub(crate) fn flash(session: &mut Session, firmware: &Firmware) {
    session.core(0).expect("a core").reset_and_halt(LIMIT).expect("it halts");
    let mut options = DownloadOptions::default();
    options.verify = true;
    flashing::download_file_with_options(session, &firmware.path, ElfLoader(ElfOptions::default()), options)
        .expect("it flashes");
    session.core(0).expect("a core").reset().expect("it resets");
}

/// A session with a fresh QEMU that runs the firmware.
pub(crate) fn running() -> (Session, Firmware) {
    let firmware = Firmware::load();
    let mut session = attach(probe().into_probe_rs());
    flash(&mut session, &firmware);
    (session, firmware)
}

/// Asks again and again until there is an answer. The limit is for a target that will never give one.
pub(crate) fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(start.elapsed() < 3 * LIMIT, "never: {what}");
        thread::sleep(Duration::from_millis(2));
    }
}

/// The RTT channels of the firmware, once it has made them known.
pub(crate) fn rtt(core: &mut Core<'_>, firmware: &Firmware) -> Rtt {
    let region = ScanRegion::Exact(firmware.address("_SEGGER_RTT"));
    eventually("RTT", || Rtt::attach_region(core, &region).ok())
}

/// Sends one request and, if `reply` says so, waits for it to come back.
pub(crate) fn request(core: &mut Core<'_>, rtt: &mut Rtt, request: u8) {
    assert_eq!(rtt.down_channel(0).expect("requests").write(core, &[request]).expect("it is written"), 1);
}

pub(crate) fn reply(core: &mut Core<'_>, rtt: &mut Rtt) -> u8 {
    eventually("a reply", || {
        let mut byte = [0];
        let length = rtt.up_channel(0).expect("replies").read(core, &mut byte).expect("it is read");
        (length == 1).then_some(byte[0])
    })
}

/// Waits until the core halts by itself.
pub(crate) fn halted(core: &mut Core<'_>) -> CoreStatus {
    eventually("halt", || core.status().expect("a status").is_halted().then_some(()));
    core.status().expect("a status")
}

/// Ends a process behind everybody's back.
pub(crate) fn kill(process_id: u32) {
    let status = Command::new("kill").args(["-9", &process_id.to_string()]).status();
    assert!(status.expect("kill starts").success());
}

/// Whether a process is there and no zombie.
pub(crate) fn lives(process_id: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{process_id}/stat")).unwrap_or_default();
    // The state stands behind the name, which is in parentheses.
    status.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

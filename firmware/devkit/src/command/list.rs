//! `devkit list`.

use probe_rs::probe::list::Lister;
use stranded_devkit::register;
use stranded_virtual_probe::VENDOR_ID;

/// Prints the probes.
pub(crate) fn run() {
    register();
    let probes = Lister::new().list_all();
    for probe in &probes {
        let serial = probe.serial_number.as_deref().map(|serial| format!(":{serial}")).unwrap_or_default();
        let hint = if probe.vendor_id == VENDOR_ID { "  (--probe qemu)" } else { "" };
        println!("{:04x}:{:04x}{serial}  {}{hint}", probe.vendor_id, probe.product_id, probe.identifier);
    }
    if !probes.iter().any(|probe| probe.vendor_id == VENDOR_ID) {
        println!("no QEMU: install qemu-system-arm (Debian: `apt-get install qemu-system-arm`)");
    }
    if probes.iter().all(|probe| probe.vendor_id == VENDOR_ID) {
        println!("no debug probe of a board is attached");
    }
}

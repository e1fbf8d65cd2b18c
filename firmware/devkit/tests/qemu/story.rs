//! No server runs here. The door opens for a valid key, for no bad one, and locks again.

use std::collections::BTreeSet;

use stranded_devkit::{Check, DoorLink, tell_story};
use stranded_virtual_probe::Options;

use crate::firmware::{flashed, program};

#[test]
fn the_door_answers_on_the_link_that_it_was_spoken_to_last() {
    let program = program("qemu-mps2");
    let mut device = flashed(&program, &Options::default());
    device.start(&program).expect("it starts");
    let story = tell_story(&mut DoorLink::open_uart(&mut device).expect("there is a UART")).expect("the door answers");
    let failed: Vec<&Check> = story.iter().filter(|check| !check.passed()).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert_eq!(story.iter().filter(|check| check.what.starts_with("bad key: ")).count(), 12);
    // The same door, which had no word by RTT until now, and by the UART again.
    DoorLink::open(&mut device, &program).expect("there are channels").greet().expect("RTT answers");
    DoorLink::open_uart(&mut device).expect("there is a UART").greet().expect("the UART answers");
}

#[test]
fn the_door_opens_with_the_servers_down_and_for_nobody_else() {
    let program = program("qemu-mps2");
    let mut device = flashed(&program, &Options::default());
    for _ in 0..3 {
        device.start(&program).expect("it starts");
        let story = tell_story(&mut DoorLink::open(&mut device, &program).expect("the door is there"));
        let story = story.expect("the door answers");
        let failed: Vec<&Check> = story.iter().filter(|check| !check.passed()).collect();
        assert!(failed.is_empty(), "{failed:#?}");
        let refused = story.iter().filter(|check| check.what.starts_with("bad key: "));
        let reasons: BTreeSet<&str> = refused.map(|check| check.got.as_str()).collect();
        assert_eq!(reasons.len(), 12, "{reasons:?}");
    }
}

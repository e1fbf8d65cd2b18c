//! The registers of the core by the numbers that a debugger writes into DCRSR.

use crate::core_control::CoreControl;
use crate::error::TargetError;

/// Which register of QEMU stands for a selector.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// The whole register.
    Whole(String),
    /// One half, 0 or 1, of a double register.
    Half(String, usize),
    /// Several special registers, a byte each, from the lowest.
    Bytes([&'static str; 4]),
    /// Nothing.
    Nowhere,
}

fn place(selector: u32) -> Place {
    match selector {
        0..=12 => Place::Whole(format!("r{selector}")),
        13 => Place::Whole("sp".to_owned()),
        14 => Place::Whole("lr".to_owned()),
        15 => Place::Whole("pc".to_owned()),
        16 => Place::Whole("xpsr".to_owned()),
        17 => Place::Whole("msp".to_owned()),
        18 => Place::Whole("psp".to_owned()),
        20 => Place::Bytes(["primask", "basepri", "faultmask", "control"]),
        0x21 => Place::Whole("fpscr".to_owned()),
        0x40..=0x5F => {
            let single = selector - 0x40;
            Place::Half(format!("d{}", single / 2), (single % 2) as usize)
        }
        _ => Place::Nowhere,
    }
}

/// Reads the register that a selector means; one that QEMU does not show reads as zero.
///
/// QEMU before version 8 shows neither of the two stack pointers; both read as the one in use.
pub(crate) fn read(core: &mut CoreControl, selector: u32) -> Result<u32, TargetError> {
    Ok(match place(selector) {
        Place::Whole(name) => match core.read_register(&name)? {
            Some(bytes) => word(&bytes, 0),
            None if matches!(selector, 17 | 18) => required(core, "sp")?,
            None => 0,
        },
        Place::Half(name, half) => core.read_register(&name)?.map_or(0, |bytes| word(&bytes, half)),
        Place::Bytes(names) => {
            let mut value = [0; 4];
            for (byte, name) in value.iter_mut().zip(names) {
                *byte = core.read_register(name)?.and_then(|bytes| bytes.first().copied()).unwrap_or(0);
            }
            u32::from_le_bytes(value)
        }
        Place::Nowhere => 0,
    })
}

/// Sets the register that a selector means; one that QEMU does not show stays as it is.
pub(crate) fn write(core: &mut CoreControl, selector: u32, value: u32) -> Result<(), TargetError> {
    let value = value.to_le_bytes();
    match place(selector) {
        Place::Whole(name) => core.write_register(&name, &value),
        Place::Half(name, half) => {
            let Some(mut bytes) = core.read_register(&name)? else { return Ok(()) };
            if let Some(place) = bytes.get_mut(4 * half..4 * half + 4) {
                place.copy_from_slice(&value);
            }
            core.write_register(&name, &bytes)
        }
        Place::Bytes(names) => {
            names.into_iter().zip(value).try_for_each(|(name, byte)| core.write_register(name, &[byte, 0, 0, 0]))
        }
        Place::Nowhere => Ok(()),
    }
}

/// The program counter.
pub(crate) fn program_counter(core: &mut CoreControl) -> Result<u32, TargetError> {
    required(core, "pc")
}

/// Where the current function returns to, without the Thumb bit.
pub(crate) fn return_address(core: &mut CoreControl) -> Result<u32, TargetError> {
    required(core, "lr").map(|address| address & !1)
}

/// The program status register.
pub(crate) fn status(core: &mut CoreControl) -> Result<u32, TargetError> {
    required(core, "xpsr")
}

fn required(core: &mut CoreControl, name: &str) -> Result<u32, TargetError> {
    let bytes = core.read_register(name)?.ok_or_else(|| TargetError::Protocol {
        request: "target description".to_owned(),
        answer: format!("a core without the register {name}"),
    })?;
    Ok(word(&bytes, 0))
}

/// The n-th word of a register; what it has not is zero.
fn word(bytes: &[u8], index: usize) -> u32 {
    let mut word = [0; 4];
    for (to, from) in word.iter_mut().zip(bytes.iter().skip(4 * index)) {
        *to = *from;
    }
    u32::from_le_bytes(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_mean_what_the_architecture_says() {
        assert_eq!(place(7), Place::Whole("r7".to_owned()));
        assert_eq!(place(16), Place::Whole("xpsr".to_owned()));
        assert_eq!(place(0x43), Place::Half("d1".to_owned(), 1));
        assert_eq!(place(0x5E), Place::Half("d15".to_owned(), 0));
        assert_eq!(place(0x60), Place::Nowhere);
    }

    #[test]
    fn halves_of_double_registers_are_words() {
        let bytes = [1, 0, 0, 0, 2, 0, 0, 0];
        assert_eq!([word(&bytes, 0), word(&bytes, 1), word(&bytes, 2)], [1, 2, 0]);
        assert_eq!(word(&[5], 0), 5);
    }
}

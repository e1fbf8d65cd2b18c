//! Signs the frames that the tests feed to the door, because the target cannot sign; and tells the linker where the memory is.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, error::Error, fs};

use stranded_wire::issuer::{BadKey, Issuer, Phone, Scene};
use stranded_wire::{CarId, CarSeconds, Challenge, Command, IssuerId, KeyToken, Rights, Role, VendorUpdate};

const CAR: CarId = CarId(7);
const NOON: u64 = 1_649_559_600;
/// The door under test has just started for the first time.
const BOOT_EPOCH: u32 = 1;
const EPOCH: u32 = 4;

fn main() -> Result<(), Box<dyn Error>> {
    let out = env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    let out = Path::new(&out);
    fs::write(out.join("frames.rs"), frames()?)?;
    fs::copy("../memory-1m-256k.x", out.join("memory.x"))?;
    println!("cargo::rerun-if-changed=../memory-1m-256k.x");
    println!("cargo::rustc-link-search={}", out.display());
    println!("cargo::rustc-link-arg-bins=--nmagic");
    println!("cargo::rustc-link-arg-bins=-Tlink.x");
    println!("cargo::rustc-link-arg-bins=-Tembedded-test.x");
    // The macro of embedded-test asks for it.
    println!("cargo::rustc-check-cfg=cfg(rust_analyzer)");
    Ok(())
}

/// Rust source with the frames of one scene. A frame is made for the challenge with the nonce beside it.
fn frames() -> Result<String, Box<dyn Error>> {
    let issuer = Issuer::from_seed(IssuerId(1), &[1; 32]);
    let phone = Phone::from_seed(&[3; 32]);
    let key = KeyToken {
        key_id: 1,
        car: CAR,
        reservation: 11,
        rights: Rights::RENTER,
        not_before: CarSeconds(NOON - 3_600),
        expires: CarSeconds(NOON + 864_000),
        phone_key: phone.public_key(),
        epoch: EPOCH,
        role: Role::Guest,
    };
    let token = issuer.issue(&key);
    let scene = Scene { issuer: &issuer, phone: &phone, key };
    let challenge = |nonce, counter| Challenge { nonce, boot_epoch: BOOT_EPOCH, counter };

    let update = issuer.update_frame(&VendorUpdate {
        car: CAR,
        boot_epoch: BOOT_EPOCH,
        nonce: 1,
        time: CarSeconds(NOON),
        epoch_min: EPOCH,
        issuer_min: IssuerId(0),
    });
    let unlock = phone.answer(challenge(2, 0), &token, Command::Unlock);
    let lock = phone.answer(challenge(3, 1), &token, Command::Lock);
    // After the first unlock.
    let later = phone.answer(challenge(4, 1), &token, Command::Unlock);

    let mut source = String::new();
    writeln!(source, "pub(crate) const ISSUER: [u8; 32] = {:?};", issuer.public_key().0)?;
    for (name, nonce, frame) in
        [("UPDATE", 1, &update), ("UNLOCK", 2, &unlock), ("LOCK", 3, &lock), ("UNLOCK_LATER", 4, &later)]
    {
        writeln!(source, "pub(crate) const {name}: Asked = Asked {{ nonce: {nonce}, frame: &{frame:?} }};")?;
    }
    writeln!(source, "pub(crate) const BAD: [(&str, u8, Asked); {}] = [", BadKey::ALL.len())?;
    for (nonce, bad) in (100..).zip(BadKey::ALL) {
        let frame = bad.frame(&scene, challenge(nonce, 1), &unlock);
        let code = bad.refusal().code();
        writeln!(source, "    ({:?}, {code}, Asked {{ nonce: {nonce}, frame: &{frame:?} }}),", bad.name())?;
    }
    writeln!(source, "];")?;
    Ok(source)
}

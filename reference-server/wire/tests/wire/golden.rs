//! Makes the golden bytes of `stranded_wire::vectors`, as Rust.

use std::fmt::Write;
use stranded_wire::issuer::{BadKey, Issuer, Phone, Scene, hello};
use stranded_wire::vectors::{BOOT_EPOCH, GOOD_PROOF, GOOD_UPDATE, key_token, nonce};
use stranded_wire::{Challenge, Command, IssuerId};

/// The whole file.
pub(crate) fn source() -> String {
    let issuer = Issuer::from_seed(IssuerId(1), b"everybody knows this vendor seed");
    let phone = Phone::from_seed(b"everybody knows this phone's own");
    let scene = Scene { issuer: &issuer, phone: &phone, key: key_token(phone.public_key()) };
    let token = issuer.issue(&scene.key);
    let challenge = |frame, counter| Challenge { nonce: nonce(frame), boot_epoch: BOOT_EPOCH, counter };
    let recorded = phone.answer(challenge(2, 0), &token, Command::Unlock);
    let last = challenge(4, 1);

    let mut source = String::from(
        "//! Made by `cargo run -p stranded-wire --example vectors`; do not edit.\n\n\
         use super::Story;\nuse crate::{PublicKey, Refusal};\n",
    );
    constant(
        &mut source,
        "The issuer's public key.",
        "ISSUER_KEY",
        "PublicKey",
        "PublicKey(",
        &issuer.public_key().0,
        ")",
    );
    let slice = |source: &mut String, doc, name, bytes: &[u8]| constant(source, doc, name, "&[u8]", "&", bytes, "");
    slice(&mut source, "A signed key.", "KEY", &token);
    slice(&mut source, "A signed proof that goes with [`KEY`].", "PROOF", &phone.prove(&GOOD_PROOF, &token));
    slice(&mut source, "A signed update.", "UPDATE", &issuer.update(&GOOD_UPDATE));
    source += "\n/// What every story begins with.\n#[rustfmt::skip]\npub const PRELUDE: &[&[u8]] = &[\n";
    for frame in [hello(), issuer.update_frame(&GOOD_UPDATE), hello(), recorded.clone(), hello()] {
        writeln!(source, "    &{},", array(&frame, "    ")).expect("strings grow");
    }
    source += "];\n\n/// One good end and twelve bad ones.\n#[rustfmt::skip]\npub const STORIES: &[Story] = &[\n";
    story(&mut source, "good", &scene.good_frame(last), "None");
    for bad_key in BadKey::ALL {
        let refusal = format!("Some(Refusal::{:?})", bad_key.refusal());
        story(&mut source, bad_key.name(), &bad_key.frame(&scene, last, &recorded), &refusal);
    }
    source + "];\n"
}

fn story(source: &mut String, name: &str, frame: &[u8], refusal: &str) {
    writeln!(
        source,
        "    Story {{\n        name: {name:?},\n        frame: &{},\n        refusal: {refusal},\n    }},",
        array(frame, "        ")
    )
    .expect("strings grow");
}

fn constant(source: &mut String, doc: &str, name: &str, kind: &str, before: &str, bytes: &[u8], after: &str) {
    let bytes = array(bytes, "");
    writeln!(source, "\n/// {doc}\n#[rustfmt::skip]\npub const {name}: {kind} = {before}{bytes}{after};")
        .expect("strings grow");
}

fn array(bytes: &[u8], indent: &str) -> String {
    let mut text = String::from("[\n");
    for line in bytes.chunks(16) {
        let line: Vec<_> = line.iter().map(|byte| format!("0x{byte:02x}")).collect();
        writeln!(text, "{indent}    {},", line.join(", ")).expect("strings grow");
    }
    text + indent + "]"
}

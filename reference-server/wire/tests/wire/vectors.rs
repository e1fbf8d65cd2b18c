//! The golden bytes are what we would make today, and mean what they should.

use crate::golden;
use stranded_wire::vectors::{GOOD_PROOF, GOOD_UPDATE, KEY, PRELUDE, PROOF, STORIES, UPDATE, key_token};
use stranded_wire::{DecodeError, KeyToken, Proof, PublicKey, Refusal, Request, Signed, VendorUpdate, decode_frame};

#[test]
fn they_are_what_we_would_make_today() {
    let stored = include_str!("../../src/vectors/bytes.rs");
    assert!(
        golden::source() == stored,
        "the bytes have changed: old doors and phones will not understand new ones. If that is intended, run \
         `cargo run -p stranded-wire --example vectors > reference-server/wire/src/vectors/bytes.rs`"
    );
}

#[test]
fn they_mean_what_they_should() {
    let key = Signed::<KeyToken<PublicKey>>::decode(KEY).expect("a key").content;
    assert_eq!(key, key_token(key.phone_key));
    assert_eq!(Signed::<Proof>::decode(PROOF, KEY).expect("a proof").content, GOOD_PROOF);
    assert_eq!(Signed::<VendorUpdate>::decode(UPDATE).expect("an update").content, GOOD_UPDATE);
    assert_eq!(PRELUDE.len(), 5);
    assert_eq!(STORIES.iter().filter(|story| story.refusal.is_none()).count(), 1);
    assert_eq!(STORIES.len(), 13);
}

/// What the frame layer and the parsers alone can tell.
#[test]
fn the_bytes_alone_tell_some_of_the_stories() {
    for story in STORIES {
        let outcome = decode_frame(&mut story.frame[..story.frame.len() - 1].to_vec())
            .and_then(|body| Request::decode(body).map(drop));
        let expected = match story.refusal {
            Some(Refusal::Truncated) => Err(DecodeError::Truncated),
            Some(Refusal::Corrupted) => Err(DecodeError::Corrupted),
            // Its length is for whoever collects the bytes to notice.
            Some(Refusal::Oversized) => continue,
            _ => Ok(()),
        };
        assert_eq!(outcome, expected, "{}", story.name);
    }
}

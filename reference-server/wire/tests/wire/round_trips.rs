//! What is written is read again, and everything fits where it should.

use proptest::prelude::*;
use stranded_wire::issuer::{Issuer, Phone};
use stranded_wire::{
    BODY_BYTES_MAX, BoltFault, CarId, CarSeconds, Challenge, Command, DecodeError, FRAME_BYTES_MAX, IssuerId, KeyToken,
    LOG_ENTRY_BYTES_MAX, LogEntry, LogEvent, Proof, PublicKey, REPLY_FRAME_BYTES_MAX, Refusal, Reply, Request, Rights,
    Role, SIGNED_BYTES_MAX, SIGNED_PROOF_BYTES_MAX, Signed, TO_BE_SIGNED_BYTES_MAX, VendorUpdate,
};

/// Numbers of every length that CBOR knows.
fn numbers() -> impl Strategy<Value = u64> {
    prop_oneof![0..24_u64, 24..256_u64, Just(u64::from(u32::MAX)), Just(u64::MAX), any::<u64>()]
}

fn short_numbers() -> impl Strategy<Value = u32> {
    prop_oneof![0..24_u32, 24..256_u32, Just(u32::MAX), any::<u32>()]
}

fn keys() -> impl Strategy<Value = KeyToken<PublicKey>> {
    (
        (numbers(), short_numbers(), short_numbers(), 0..16_u8),
        (numbers(), numbers(), any::<[u8; 32]>(), short_numbers(), any::<bool>()),
    )
        .prop_map(|((key_id, car, reservation, rights), (not_before, expires, phone_key, epoch, staff))| {
            KeyToken {
                key_id,
                car: CarId(car),
                reservation,
                rights: Rights::from_bits(rights).expect("below 16"),
                not_before: CarSeconds(not_before),
                expires: CarSeconds(expires),
                phone_key: PublicKey(phone_key),
                epoch,
                role: if staff { Role::Service } else { Role::Guest },
            }
        })
}

fn commands() -> impl Strategy<Value = Command> {
    prop::sample::select(vec![Command::Unlock, Command::Lock, Command::Start, Command::ReadLog])
}

fn challenges() -> impl Strategy<Value = Challenge> {
    (numbers(), short_numbers(), short_numbers()).prop_map(|(nonce, boot_epoch, counter)| Challenge {
        nonce,
        boot_epoch,
        counter,
    })
}

fn proofs() -> impl Strategy<Value = Proof> {
    (challenges(), commands(), short_numbers()).prop_map(|(challenge, command, counter)| Proof {
        challenge,
        command,
        counter,
    })
}

fn updates() -> impl Strategy<Value = VendorUpdate> {
    (short_numbers(), short_numbers(), numbers(), numbers(), short_numbers(), short_numbers()).prop_map(
        |(car, boot_epoch, nonce, time, epoch_min, issuer_min)| VendorUpdate {
            car: CarId(car),
            boot_epoch,
            nonce,
            time: CarSeconds(time),
            epoch_min,
            issuer_min: IssuerId(issuer_min),
        },
    )
}

fn faults() -> impl Strategy<Value = BoltFault> {
    prop::sample::select(vec![BoltFault::Jammed, BoltFault::TimedOut])
}

fn events() -> impl Strategy<Value = LogEvent> {
    prop_oneof![
        prop::sample::select(vec![
            LogEvent::Started,
            LogEvent::LockedBehindPhone,
            LogEvent::MovedByHand,
            LogEvent::Hung
        ]),
        numbers().prop_map(|key_id| LogEvent::Unlocked { key_id }),
        numbers().prop_map(|key_id| LogEvent::Locked { key_id }),
        numbers().prop_map(|key_id| LogEvent::EngineEnabled { key_id }),
        numbers().prop_map(|key_id| LogEvent::LogRead { key_id }),
        prop::sample::select(Refusal::ALL).prop_map(|refusal| LogEvent::Refused { refusal }),
        short_numbers().prop_map(|epoch_min| LogEvent::Updated { epoch_min }),
        faults().prop_map(|fault| LogEvent::BoltFailed { fault }),
        any::<u16>().prop_map(|millivolts| LogEvent::BatteryLow { millivolts }),
        any::<u16>().prop_map(|millivolts| LogEvent::BatteryGood { millivolts }),
    ]
}

fn entries() -> impl Strategy<Value = LogEntry> {
    (short_numbers(), short_numbers(), numbers(), prop::option::of(numbers()), events()).prop_map(
        |(sequence, boot_epoch, uptime_milliseconds, time, event)| LogEntry {
            sequence,
            boot_epoch,
            uptime_milliseconds,
            time: time.map(CarSeconds),
            event,
        },
    )
}

fn replies() -> impl Strategy<Value = Reply> {
    prop_oneof![
        (short_numbers(), challenges()).prop_map(|(car, challenge)| Reply::Challenge { car: CarId(car), challenge }),
        (commands(), short_numbers()).prop_map(|(command, counter)| Reply::Done { command, counter }),
        prop::sample::select(Refusal::ALL).prop_map(|refusal| Reply::Refused { refusal }),
        faults().prop_map(|fault| Reply::BoltFailed { fault }),
        Just(Reply::Updated),
        entries().prop_map(|entry| Reply::Log { entry }),
    ]
}

proptest! {
    #[test]
    fn keys_come_back(key in keys(), seed in any::<[u8; 32]>(), issuer in short_numbers()) {
        let issuer = Issuer::from_seed(IssuerId(issuer), &seed);
        let bytes = issuer.issue(&key);
        prop_assert!(bytes.len() <= SIGNED_BYTES_MAX, "{}", bytes.len());
        let signed = Signed::<KeyToken<PublicKey>>::decode(&bytes).expect("we have just made it");
        prop_assert_eq!(signed.content, key);
        prop_assert_eq!(signed.evidence.issuer(), Some(issuer.id()));
        prop_assert!(signed.evidence.to_be_signed(&mut [0; TO_BE_SIGNED_BYTES_MAX]).is_ok());
        // What is cut off is never taken for whole.
        for end in 0..bytes.len() {
            prop_assert_eq!(
                Signed::<KeyToken<PublicKey>>::decode(&bytes[..end]).map(|signed| signed.content),
                Err(DecodeError::Truncated)
            );
        }
    }

    #[test]
    fn proofs_and_whole_responses_come_back(key in keys(), proof in proofs(), seed in any::<[u8; 32]>()) {
        let token = Issuer::from_seed(IssuerId(u32::MAX), &seed).issue(&key);
        let phone = Phone::from_seed(&seed);
        let bytes = phone.prove(&proof, &token);
        prop_assert!(bytes.len() <= SIGNED_PROOF_BYTES_MAX, "{}", bytes.len());
        let signed = Signed::<Proof>::decode(&bytes, &token).expect("we have just made it");
        prop_assert_eq!(signed.content, proof);
        prop_assert!(signed.evidence.to_be_signed(&mut [0; TO_BE_SIGNED_BYTES_MAX]).is_ok());
        let request = Request::Response { token: &token, proof: &bytes };
        let mut body = [0; BODY_BYTES_MAX];
        let body = request.encode(&mut body).expect("a response fits");
        prop_assert_eq!(Request::decode(body), Ok(request));
        let mut frame = [0; FRAME_BYTES_MAX];
        prop_assert_eq!(phone.answer_with(proof, &token), request.frame(&mut frame).expect("it fits"));
        for end in 0..body.len() {
            prop_assert_eq!(Request::decode(&body[..end]), Err(DecodeError::Truncated));
        }
    }

    #[test]
    fn updates_come_back(update in updates(), seed in any::<[u8; 32]>()) {
        let bytes = Issuer::from_seed(IssuerId(u32::MAX), &seed).update(&update);
        prop_assert!(bytes.len() <= SIGNED_BYTES_MAX, "{}", bytes.len());
        prop_assert_eq!(Signed::<VendorUpdate>::decode(&bytes).expect("we have just made it").content, update);
    }

    /// A key is no update, an update no key, a proof neither: a signature for one is worth nothing for another.
    #[test]
    fn nothing_passes_for_something_else(key in keys(), proof in proofs(), update in updates()) {
        let issuer = Issuer::from_seed(IssuerId(1), &[1; 32]);
        let token = issuer.issue(&key);
        let proof = Phone::from_seed(&[1; 32]).prove(&proof, &token);
        let update = issuer.update(&update);
        let is_key = |bytes| Signed::<KeyToken<PublicKey>>::decode(bytes).is_ok();
        let is_proof = |bytes| Signed::<Proof>::decode(bytes, &token).is_ok();
        let is_update = |bytes| Signed::<VendorUpdate>::decode(bytes).is_ok();
        prop_assert!(is_key(&token) && !is_proof(&token) && !is_update(&token));
        prop_assert!(!is_key(&proof) && is_proof(&proof) && !is_update(&proof));
        prop_assert!(!is_key(&update) && !is_proof(&update) && is_update(&update));
    }

    #[test]
    fn replies_come_back_and_fit(reply in replies()) {
        let mut buffer = [0; REPLY_FRAME_BYTES_MAX];
        prop_assert!(reply.frame(&mut buffer).is_ok());
        let mut body = [0; BODY_BYTES_MAX];
        let body = reply.encode(&mut body).expect("it fits");
        prop_assert_eq!(Reply::decode(body), Ok(reply));
        prop_assert!(Request::decode(body).is_err(), "an echo is no request");
        for end in 0..body.len() {
            prop_assert_eq!(Reply::decode(&body[..end]), Err(DecodeError::Truncated));
        }
        let longer = [body, &[0]].concat();
        prop_assert_eq!(Reply::decode(&longer), Err(DecodeError::Malformed));
    }

    #[test]
    fn log_entries_come_back_and_fit(entry in entries()) {
        let mut buffer = [0; LOG_ENTRY_BYTES_MAX];
        let bytes = entry.encode(&mut buffer).expect("it fits");
        prop_assert_eq!(LogEntry::decode(bytes), Ok(entry));
    }

    #[test]
    fn junk_does_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Request::decode(&bytes);
        let _ = Reply::decode(&bytes);
        let _ = LogEntry::decode(&bytes);
        let _ = Signed::<KeyToken<PublicKey>>::decode(&bytes);
        let _ = Signed::<VendorUpdate>::decode(&bytes);
        let _ = Signed::<Proof>::decode(&bytes, &bytes);
    }
}

#[test]
fn what_is_too_long_is_told_before_it_is_read() {
    let long = [0xff; SIGNED_BYTES_MAX + 1];
    assert_eq!(Signed::<KeyToken<PublicKey>>::decode(&long).map(drop), Err(DecodeError::Oversized));
    assert_eq!(Signed::<VendorUpdate>::decode(&long).map(drop), Err(DecodeError::Oversized));
    assert_eq!(Signed::<Proof>::decode(&long[..=SIGNED_PROOF_BYTES_MAX], &[]).map(drop), Err(DecodeError::Oversized));
    let mut body = [0; BODY_BYTES_MAX];
    let body = Request::Update { update: &long }.encode(&mut body).expect("the body is longer");
    assert_eq!(Request::decode(body), Err(DecodeError::Oversized));
}

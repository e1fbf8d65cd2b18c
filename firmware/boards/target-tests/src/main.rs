//! The door on its processor: the same tests under QEMU and on a kit.
//!
//! No test asserts a time: QEMU on a loaded machine is slow.
#![no_std]
#![no_main]

use cortex_m as _;
use cortex_m_rt as _;

#[embedded_test::tests]
mod tests {
    use embassy_futures::block_on;
    use stranded_door::{Bolt, Curve, Dalek, Journal, JournalError, Milliseconds, Salty};
    use stranded_wire::vectors::{PRELUDE, STORIES, nonce};
    use stranded_wire::{FRAME_BYTES_MAX, LogEvent, PublicKey, Refusal, encode_frame};
    use target_tests::{Answer, Bench, Flash, PowerLost, Random, regions};

    /// The nonce of the challenge that the stories answer: the prelude's last.
    const STORY_NONCE: u64 = nonce(PRELUDE.len() - 1);

    fn good_story() -> &'static [u8] {
        let Some(story) = STORIES.iter().find(|story| story.refusal.is_none()) else { panic!("no story is good") };
        story.frame
    }

    /// The canary. A test that should panic passes for any abort, and one that never ran leaves no trace; this one must be seen to
    /// pass.
    #[test]
    fn canary() {
        assert_eq!(core::hint::black_box(6) * 7, 42);
    }

    /// The other canary: a failing assertion is seen.
    #[test]
    #[should_panic]
    fn canary_that_dies() {
        assert_eq!(core::hint::black_box(6) * 7, 41);
    }

    #[test]
    #[timeout(300)]
    fn golden_frames_unlock_with_either_curve() {
        fn unlocks<C: Curve>() -> bool {
            Bench::<C>::ready().send(good_story()) == Answer::GaveWay(Some(Bolt::Unlocked))
        }
        assert!(unlocks::<Dalek>());
        assert!(unlocks::<Salty>());
    }

    /// RFC 8032, section 7.1, test 2.
    #[test]
    #[timeout(300)]
    fn golden_signatures_hold_and_damaged_ones_do_not() {
        let key = PublicKey([
            0x3d, 0x40, 0x17, 0xc3, 0xe8, 0x43, 0x89, 0x5a, 0x92, 0xb7, 0x0a, 0xa7, 0x4d, 0x1b, 0x7e, 0xbc, 0x9c, 0x98,
            0x2c, 0xcf, 0x2e, 0xc4, 0x96, 0x8c, 0xc0, 0xcd, 0x55, 0xf1, 0x2a, 0xf4, 0x66, 0x0c,
        ]);
        let mut signature = [
            0x92, 0xa0, 0x09, 0xa9, 0xf0, 0xd4, 0xca, 0xb8, 0x72, 0x0e, 0x82, 0x0b, 0x5f, 0x64, 0x25, 0x40, 0xa2, 0xb2,
            0x7b, 0x54, 0x16, 0x50, 0x3f, 0x8f, 0xb3, 0x76, 0x22, 0x23, 0xeb, 0xdb, 0x69, 0xda, 0x08, 0x5a, 0xc1, 0xe4,
            0x3e, 0x15, 0x99, 0x6e, 0x45, 0x8f, 0x36, 0x13, 0xd0, 0xf1, 0x1d, 0x8c, 0x38, 0x7b, 0x2e, 0xae, 0xb4, 0x30,
            0x2a, 0xee, 0xb0, 0x0d, 0x29, 0x16, 0x12, 0xbb, 0x0c, 0x00,
        ];
        assert!(Dalek::verify(&key, &[0x72], &signature) && Salty::verify(&key, &[0x72], &signature));
        assert!(!Dalek::verify(&key, &[0x73], &signature) && !Salty::verify(&key, &[0x73], &signature));
        signature[10] ^= 1;
        assert!(!Dalek::verify(&key, &[0x72], &signature) && !Salty::verify(&key, &[0x72], &signature));
    }

    #[test]
    #[timeout(300)]
    fn every_bad_key_is_refused_for_its_own_reason() {
        let mut seen = 0_u32;
        for story in STORIES {
            let Some(refusal) = story.refusal else { continue };
            assert_eq!(Bench::<Dalek>::ready().send(story.frame), Answer::Refused(refusal), "{}", story.name);
            assert_eq!(seen & 1 << refusal.code(), 0, "{} has no reason of its own", story.name);
            seen |= 1 << refusal.code();
        }
        assert_eq!(seen.count_ones(), 12);
    }

    /// Greets and unlocks with the prelude's key.
    fn unlock(bench: &mut Bench<Dalek>) -> Answer {
        assert!(matches!(bench.prelude(2), Answer::Challenge(_)));
        bench.prelude(3)
    }

    #[test]
    #[timeout(300)]
    fn a_clock_that_jumps_opens_nothing() {
        const DAY: u64 = 86_400_000;
        // Nobody has told the door the time.
        assert_eq!(unlock(&mut Bench::new()), Answer::Refused(Refusal::ClockUnsure));

        // Past the key's end; far beyond any certainty; to the end of time.
        for (jump, refusal) in
            [(2 * DAY, Refusal::Expired), (40_000 * DAY, Refusal::ClockUnsure), (u64::MAX, Refusal::ClockUnsure)]
        {
            let mut bench = Bench::<Dalek>::new();
            assert!(matches!(bench.prelude(0), Answer::Challenge(_)));
            assert_eq!(bench.prelude(1), Answer::Updated);
            bench.now = Milliseconds(jump);
            assert_eq!(unlock(&mut bench), Answer::Refused(refusal));
            // And back: a timer that fails so leaves a door that still answers.
            bench.now = Milliseconds(0);
            assert!(bench.challenge(STORY_NONCE).is_some());
        }

        // A challenge does not survive a jump.
        let mut bench = Bench::<Dalek>::ready();
        bench.now = Milliseconds(DAY / 2);
        assert_eq!(bench.send(good_story()), Answer::Refused(Refusal::Replayed));
    }

    /// Reads the numbers of the log's lines into `numbers`, and returns how many there are.
    fn lines(journal: &mut Journal<&mut Flash>, numbers: &mut [u64; 64]) -> Result<usize, JournalError<PowerLost>> {
        let mut count = 0;
        block_on(journal.read(async |entry| {
            if let LogEvent::Unlocked { key_id } = entry.event {
                numbers[count] = key_id;
                count += 1;
            }
        }))?;
        Ok(count)
    }

    /// Starts, writes four lines and stops. Returns the number of the last line that is safe.
    fn session(flash: &mut Flash, next: u64) -> (u64, Result<(), JournalError<PowerLost>>) {
        let mut safe = next;
        let mut run = || {
            let (mut journal, _) = block_on(Journal::open(&mut *flash, regions()))?;
            for key_id in next + 1..=next + 4 {
                block_on(journal.append(Milliseconds(key_id), None, LogEvent::Unlocked { key_id }))?;
                safe = key_id;
            }
            Ok(())
        };
        let result = run();
        (safe, result)
    }

    #[test]
    #[timeout(600)]
    fn the_power_can_go_at_every_word_of_a_log_write() {
        let mut flash = Flash::new();
        let mut safe = 0;
        for _ in 0..6 {
            let mut whole = flash.clone();
            let (whole_safe, result) = session(&mut whole, safe);
            assert_eq!(result, Ok(()));
            for words in 0..whole.words_done - flash.words_done {
                let mut flash = flash.clone();
                flash.words_left = Some(words);
                let (safe, result) = session(&mut flash, safe);
                assert_eq!(result, Err(JournalError::Flash(PowerLost)));
                flash.words_left = None;
                let mut numbers = [0; 64];
                let opened = block_on(Journal::open(&mut flash, regions()));
                let Ok((mut journal, _)) = opened else { panic!("no journal after {words} words") };
                let count = lines(&mut journal, &mut numbers);
                let Ok(count) = count else { panic!("no log after {words} words") };
                // In order and without a gap to the last line that was safe; one more may have made it.
                let numbers = &numbers[..count];
                assert!(numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]), "after {words} words");
                let last = numbers.last().copied().unwrap_or(0);
                assert!(last == safe || last == safe + 1, "after {words} words");
            }
            (flash, safe) = (whole, whole_safe);
        }
    }

    #[test]
    #[timeout(900)]
    fn ten_thousand_random_frames_open_nothing() {
        let mut bench = Bench::<Dalek>::ready();
        let mut random = Random::new(20_220_410);
        let good = good_story();
        let mut buffer = [0; FRAME_BYTES_MAX];
        let mut bytes = [0; 2 * FRAME_BYTES_MAX];
        for round in 0..10_000_u32 {
            let length = match round % 4 {
                // Noise.
                0 => {
                    let length = 1 + random.below(bytes.len() - 1);
                    bytes[..length].fill_with(|| random.number() as u8);
                    bytes[length - 1] = 0;
                    length
                }
                // Noise in a frame.
                1 => {
                    let length = random.below(300);
                    bytes[..length].fill_with(|| random.number() as u8);
                    let Ok(frame) = encode_frame(&bytes[..length], &mut buffer) else { panic!("it fits") };
                    bytes[..frame.len()].copy_from_slice(frame);
                    frame.len()
                }
                // The good answer with a bit flipped; now and then in a frame that says it is whole, so that it gets as far as
                // the signatures.
                _ => {
                    let at = random.below(good.len() - 1);
                    bytes[..good.len()].copy_from_slice(good);
                    bytes[at] ^= 1 << random.below(8);
                    let mut plain = bytes;
                    match stranded_wire::decode_frame(&mut plain[..good.len() - 1]) {
                        _ if round % 32 != 2 => good.len(),
                        Ok(_) => panic!("a flipped bit was not noticed"),
                        Err(_) => damaged_inside(good, &mut random, &mut bytes),
                    }
                }
            };
            // The challenge that the good answer answers is open, again and again.
            assert!(bench.challenge(STORY_NONCE).is_some());
            let answer = bench.send(&bytes[..length]);
            assert!(!matches!(answer, Answer::GaveWay(_)), "round {round}");
        }
        // The door is none the worse for it.
        assert!(bench.challenge(STORY_NONCE).is_some());
        assert_eq!(bench.send(good), Answer::GaveWay(Some(Bolt::Unlocked)));
    }

    /// Flips a bit of the good answer's body and frames it anew.
    fn damaged_inside(good: &[u8], random: &mut Random, bytes: &mut [u8; 2 * FRAME_BYTES_MAX]) -> usize {
        let mut plain = [0; FRAME_BYTES_MAX];
        plain[..good.len()].copy_from_slice(good);
        let Ok(body) = stranded_wire::decode_frame(&mut plain[..good.len() - 1]) else {
            panic!("the good one is good")
        };
        let mut damaged = [0; FRAME_BYTES_MAX];
        let length = body.len();
        damaged[..length].copy_from_slice(body);
        damaged[random.below(length)] ^= 1 << random.below(8);
        let Ok(frame) = encode_frame(&damaged[..length], bytes) else { panic!("it fits") };
        frame.len()
    }
}

//! Frames: whole, damaged, cut off, too long, one after the other.

use proptest::prelude::*;
use stranded_wire::{BODY_BYTES_MAX, DecodeError, FRAME_BYTES_MAX, FrameReader, decode_frame, encode_frame};

fn framed(body: &[u8]) -> Vec<u8> {
    encode_frame(body, &mut [0; FRAME_BYTES_MAX]).expect("it fits").to_vec()
}

/// Feeds bytes and gathers what comes out.
fn read(reader: &mut FrameReader, bytes: &[u8]) -> Vec<Result<Vec<u8>, DecodeError>> {
    bytes.iter().filter_map(|&byte| reader.push(byte).map(|body| body.map(<[u8]>::to_vec))).collect()
}

fn bodies() -> impl Strategy<Value = Vec<u8>> {
    // Many zeros and long runs without one: both are what COBS is about.
    let byte = prop_oneof![Just(0_u8), Just(1), any::<u8>()];
    prop_oneof![
        prop::collection::vec(byte, 0..=BODY_BYTES_MAX),
        (0..=BODY_BYTES_MAX, any::<u8>()).prop_map(|(length, byte)| vec![byte; length]),
    ]
}

#[test]
fn a_frame_is_what_the_table_says() {
    let crc = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC);
    assert_eq!(crc.checksum(b"123456789"), 0xcbf4_3926, "the check sum is the one everybody means");
    let plain = [1, 3, 0, b'a', 0, b'b'];
    let [a, b, c, d] = crc.checksum(&plain).to_le_bytes();
    assert!(![a, b, c, d].contains(&0));
    // By hand: each zero becomes the distance to the next.
    let expected = [3, 1, 3, 2, b'a', 6, b'b', a, b, c, d, 0];
    assert_eq!(framed(&[b'a', 0, b'b']), expected);
}

#[test]
fn the_longest_body_fits_and_a_longer_one_does_not() {
    for byte in [0, 1, 0xff] {
        let frame = framed(&[byte; BODY_BYTES_MAX]);
        assert!(frame.len() <= FRAME_BYTES_MAX);
        assert_eq!(read(&mut FrameReader::new(), &frame), [Ok(vec![byte; BODY_BYTES_MAX])]);
        assert!(encode_frame(&[byte; BODY_BYTES_MAX + 1], &mut [0; 2 * FRAME_BYTES_MAX]).is_err());
    }
}

#[test]
fn a_small_buffer_is_refused() {
    for length in 0..FRAME_BYTES_MAX {
        let mut buffer = vec![0; length];
        let body = [7; 20];
        assert_eq!(encode_frame(&body, &mut buffer).is_ok(), length >= framed(&body).len(), "{length}");
    }
}

#[test]
fn too_long_is_told_once_and_the_next_frame_is_read() {
    let mut bytes = vec![1; 3 * FRAME_BYTES_MAX];
    bytes.push(0);
    bytes.extend(framed(b"next"));
    assert_eq!(read(&mut FrameReader::new(), &bytes), [Err(DecodeError::Oversized), Ok(b"next".to_vec())]);
}

#[test]
fn the_header_is_believed_in_nothing() {
    // Lengths that lie, with a check sum that fits what is there.
    let crc = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC);
    let with_header = |header: [u8; 3], body: &[u8]| {
        let mut plain = [&header[..], body].concat();
        plain.extend(crc.checksum(&plain).to_le_bytes());
        let mut buffer = vec![0; cobs::max_encoding_length(plain.len())];
        let length = cobs::encode(&plain, &mut buffer);
        decode_frame(&mut buffer[..length]).map(<[u8]>::to_vec)
    };
    assert_eq!(with_header([1, 2, 0], b"ab"), Ok(b"ab".to_vec()));
    assert_eq!(with_header([2, 2, 0], b"ab"), Err(DecodeError::WrongVersion));
    assert_eq!(with_header([1, 3, 0], b"ab"), Err(DecodeError::Truncated));
    assert_eq!(with_header([1, 1, 0], b"ab"), Err(DecodeError::Corrupted));
    assert_eq!(with_header([1, 0xff, 0xff], b"ab"), Err(DecodeError::Oversized));
    assert_eq!(decode_frame(&mut []), Err(DecodeError::Truncated));
}

proptest! {
    #[test]
    fn what_goes_in_comes_out(
        bodies in prop::collection::vec(bodies(), 1..5), noise in prop::collection::vec(1_u8.., 0..50),
    ) {
        let mut bytes = noise.clone();
        bytes.push(0);
        for body in &bodies {
            bytes.extend(framed(body));
            // Idle lines send zeros.
            bytes.push(0);
        }
        let read = read(&mut FrameReader::new(), &bytes);
        let skipped = usize::from(!noise.is_empty());
        prop_assert!(read[..skipped].iter().all(Result::is_err));
        prop_assert_eq!(&read[skipped..], &bodies.into_iter().map(Ok).collect::<Vec<_>>());
    }

    #[test]
    fn a_frame_that_was_cut_off_is_told(body in bodies(), cut in any::<prop::sample::Index>()) {
        let mut frame = framed(&body);
        frame.truncate(cut.index(frame.len() - 1).max(1));
        frame.push(0);
        let read = read(&mut FrameReader::new(), &frame);
        prop_assert_eq!(read, [Err(DecodeError::Truncated)]);
    }

    /// CRC-32 finds every change of up to three bits in frames of this length, and every burst of 32.
    #[test]
    fn changed_bits_never_pass(
        body in bodies(), changes in prop::collection::vec((any::<prop::sample::Index>(), 0..8_u8), 1..=3),
    ) {
        let frame = framed(&body);
        let mut changed = frame.clone();
        for (place, bit) in changes {
            let index = place.index(changed.len() - 1);
            changed[index] ^= 1 << bit;
        }
        prop_assume!(changed != frame);
        prop_assert!(!read(&mut FrameReader::new(), &changed).contains(&Ok(body)));
    }

    #[test]
    fn junk_does_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let mut reader = FrameReader::new();
        let _ = read(&mut reader, &bytes);
        let _ = read(&mut reader, &[0]);
        prop_assert_eq!(read(&mut reader, &framed(b"still here")), [Ok(b"still here".to_vec())]);
    }
}

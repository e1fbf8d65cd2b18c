//! Frames over a stream that gives and takes as it likes.

use embassy_futures::block_on;
use embassy_futures::select::{Either, select};
use embedded_io_async::{ErrorType, Read, Write};
use proptest::prelude::*;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::{pending, ready};
use stranded_wire::issuer::hello;
use stranded_wire::link::{Link, LinkError};
use stranded_wire::{DecodeError, FRAME_BYTES_MAX, Request, encode_frame};

/// Gives what is in it in pieces, then blocks or ends.
#[derive(Default)]
struct Stream {
    pieces: VecDeque<Vec<u8>>,
    blocks: bool,
    written: Vec<u8>,
}

impl ErrorType for Stream {
    type Error = Infallible;
}

impl Read for Stream {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        let Some(piece) = self.pieces.front_mut() else {
            if self.blocks {
                pending::<()>().await;
            }
            return Ok(0);
        };
        let length = piece.len().min(buffer.len());
        buffer[..length].copy_from_slice(&piece[..length]);
        piece.drain(..length);
        if piece.is_empty() {
            self.pieces.pop_front();
        }
        Ok(length)
    }
}

impl Write for Stream {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        // One byte at a time: the caller must not rely on more.
        self.written.extend(bytes.first());
        Ok(bytes.len().min(1))
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

type Received = Vec<Result<Vec<u8>, DecodeError>>;

fn receive_all(stream: Stream) -> Received {
    let mut link = Link::new(stream);
    let mut received = Vec::new();
    loop {
        match block_on(link.receive()) {
            Ok(body) => received.push(body.map(<[u8]>::to_vec)),
            Err(error) => {
                assert_eq!(error, LinkError::Closed);
                return received;
            }
        }
    }
}

#[test]
fn what_is_sent_is_all_written() {
    let mut link = Link::new(Stream::default());
    block_on(link.send(&hello())).expect("the stream works");
    assert_eq!(link.into_stream().written, hello());
}

#[test]
fn a_frame_without_an_end_is_no_frame() {
    let mut half = hello();
    half.pop();
    assert_eq!(receive_all(Stream { pieces: [half].into(), ..Stream::default() }), []);
}

/// A board waits for a frame and a tick at once, and gives up waiting for the frame ten times a second.
#[test]
fn giving_up_loses_no_byte() {
    let frame = hello();
    let mut link = Link::new(Stream { blocks: true, ..Stream::default() });
    for byte in frame {
        link.stream_mut().pieces.push_back(vec![byte]);
        let body = match block_on(select(link.receive(), ready(()))) {
            Either::First(body) => Some(body.expect("the stream works").expect("the frame is whole").to_vec()),
            Either::Second(()) => None,
        };
        if let Some(body) = body {
            assert_eq!(Request::decode(&body), Ok(Request::Hello));
            return;
        }
    }
    panic!("the frame never came");
}

proptest! {
    #[test]
    fn pieces_of_any_size_make_the_same_frames(
        bodies in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..100), 1..6),
        sizes in prop::collection::vec(1..200_usize, 1..20),
    ) {
        let mut bytes = Vec::new();
        for body in &bodies {
            bytes.extend(encode_frame(body, &mut [0; FRAME_BYTES_MAX]).expect("it fits"));
        }
        let mut pieces = VecDeque::new();
        let mut rest = &bytes[..];
        for size in sizes.into_iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, left) = rest.split_at(size.min(rest.len()));
            pieces.push_back(piece.to_vec());
            rest = left;
        }
        let received = receive_all(Stream { pieces, ..Stream::default() });
        prop_assert_eq!(received, bodies.into_iter().map(Ok).collect::<Vec<_>>());
    }
}

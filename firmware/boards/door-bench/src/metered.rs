//! A curve that notes when it begins and ends.

use core::marker::PhantomData;
use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use stranded_door::Curve;
use stranded_wire::{PublicKey, SIGNATURE_BYTES};

use crate::counter;

/// Beginning and end of the verification of the key and of the proof.
pub(crate) const MARKS: usize = 4;

static MARK: [AtomicU32; MARKS] = [const { AtomicU32::new(0) }; MARKS];
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// The curve `C`, metered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Metered<C>(PhantomData<C>);

impl<C: Curve> Curve for Metered<C> {
    fn verify(key: &PublicKey, message: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> bool {
        mark();
        let holds = C::verify(key, message, signature);
        mark();
        holds
    }
}

fn mark() {
    let now = counter::now();
    if let Some(mark) = MARK.get(COUNT.fetch_add(1, Ordering::Relaxed)) {
        mark.store(now, Ordering::Relaxed);
    }
}

/// The marks since the last call, if two signatures were verified since then.
pub(crate) fn take_marks() -> Option<[u32; MARKS]> {
    let count = COUNT.swap(0, Ordering::Relaxed);
    (count == MARKS).then(|| MARK.each_ref().map(|mark| mark.load(Ordering::Relaxed)))
}

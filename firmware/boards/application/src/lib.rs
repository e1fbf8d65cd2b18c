#![no_std]
#![doc = env!("CARGO_PKG_DESCRIPTION")]

mod link;
mod rtt;

pub use link::Link;
pub use rtt::{RttChannels, RttLink};

/// Sends back what comes in, for ever.
pub async fn run(mut link: impl Link) -> ! {
    defmt::info!("door application up");
    let mut bytes = [0; 64];
    loop {
        if let Ok(length) = link.read(&mut bytes).await {
            defmt::info!("{} bytes", length);
            if link.write_all(&bytes[..length]).await.is_err() {
                defmt::warn!("the link failed");
            }
        }
    }
}

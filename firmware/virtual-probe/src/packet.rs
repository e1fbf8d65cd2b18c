//! Packets of the GDB remote serial protocol: `$data#checksum`.

/// Wraps data for sending. We never send a character that would need an escape.
pub(crate) fn encode(data: &str) -> String {
    format!("${data}#{:02x}", checksum(data.as_bytes()))
}

/// Takes the first whole packet out of what was received; acknowledgements before it are dropped.
///
/// The checksum is not looked at: the bytes came over a local socket.
pub(crate) fn take(received: &mut Vec<u8>) -> Option<String> {
    let start = received.iter().position(|&byte| byte == b'$')?;
    let length = received[start..].iter().position(|&byte| byte == b'#')?;
    let end = start + length + "#xx".len();
    if received.len() < end {
        return None;
    }
    let mut data = Vec::with_capacity(length);
    let mut escaped = false;
    for &byte in &received[start + 1..start + length] {
        match byte {
            b'}' if !escaped => escaped = true,
            _ => {
                data.push(if escaped { byte ^ 0x20 } else { byte });
                escaped = false;
            }
        }
    }
    received.drain(..end);
    Some(String::from_utf8_lossy(&data).into_owned())
}

fn checksum(data: &[u8]) -> u8 {
    data.iter().fold(0, |sum: u8, &byte| sum.wrapping_add(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_has_its_checksum() {
        assert_eq!(encode("OK"), "$OK#9a");
    }

    #[test]
    fn packets_are_taken_one_by_one_and_only_when_whole() {
        let mut received = b"++$OK#9a+$T05thread:01;#07$m0".to_vec();
        assert_eq!(take(&mut received).as_deref(), Some("OK"));
        assert_eq!(take(&mut received).as_deref(), Some("T05thread:01;"));
        assert_eq!(take(&mut received), None);
        received.extend(b"#9");
        assert_eq!(take(&mut received), None);
        received.push(b'd');
        assert_eq!(take(&mut received).as_deref(), Some("m0"));
        assert!(received.is_empty());
    }

    #[test]
    fn escapes_are_undone() {
        let mut received = b"$a}\x03b}]#00".to_vec();
        assert_eq!(take(&mut received).as_deref(), Some("a#b}"));
    }
}

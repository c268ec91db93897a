//! Records of simulations as bytes: a header of 48 bytes, and what it is about.

const MARK: [u8; 8] = *b"ONDPART1";

/// Bytes of a header.
pub(super) const HEADER: usize = 48;

/// The header of a simulation with this number, lengths and checksum of what follows.
pub(super) fn header(index: u64, lengths: [usize; 3], checksum: u32) -> Vec<u8> {
    let mut header = MARK.to_vec();
    header.extend(index.to_le_bytes());
    header.extend(
        lengths
            .iter()
            .flat_map(|length| (*length as u64).to_le_bytes()),
    );
    header.extend(checksum.to_le_bytes());
    header.extend(crc32fast::hash(&header).to_le_bytes());
    header
}

/// Number, lengths and checksum of a header; none of what is no header.
pub(super) fn parsed(header: &[u8; HEADER]) -> Option<(u64, [u64; 3], u32)> {
    let (words, _) = header.as_chunks::<8>();
    let word = |at: usize| u64::from_le_bytes(words[at]);
    let (checksum, own) = (word(5) as u32, (word(5) >> 32) as u32);
    let whole = words[0] == MARK && own == crc32fast::hash(&header[..HEADER - 4]);
    whole.then(|| (word(1), [word(2), word(3), word(4)], checksum))
}

pub(super) fn bytes(numbers: &[f64]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

pub(super) fn numbers(bytes: &[u8]) -> Vec<f64> {
    let (words, _) = bytes.as_chunks();
    words.iter().map(|word| f64::from_le_bytes(*word)).collect()
}

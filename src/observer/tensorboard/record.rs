//! The framing of records in an event file: `length (u64) · crc(length) · data · crc(data)`, little-endian.
//!
//! The checksum is CRC-32C (Castagnoli, reflected polynomial `0x82F63B78`), masked as TensorFlow masks it
//! (`tensorflow/core/lib/io/record_writer.h`), so that a checksum of data that hold checksums is a good one.

/// Number added to a rotated checksum.
const MASK: u32 = 0xA282_EAD8;

/// Remainders of all bytes.
const TABLE: [u32; 256] = table();

/// A record of `data`.
pub(super) fn framed(data: &[u8]) -> Vec<u8> {
    let length = (data.len() as u64).to_le_bytes();
    let mut record = Vec::with_capacity(data.len() + 16);
    for part in [&length, data] {
        record.extend(part);
        record.extend(masked(crc(part)).to_le_bytes());
    }
    record
}

fn masked(crc: u32) -> u32 {
    crc.rotate_right(15).wrapping_add(MASK)
}

fn crc(data: &[u8]) -> u32 {
    let byte = |crc: u32, byte: &u8| TABLE[usize::from(crc as u8 ^ byte)] ^ (crc >> 8);
    !data.iter().fold(!0, byte)
}

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut remainder = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            let odd = remainder & 1;
            remainder = (remainder >> 1) ^ (0x82F6_3B78 * odd);
            bit += 1;
        }
        table[byte] = remainder;
        byte += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_rfc_3720() {
        // Appendix B.4, and the check value of the catalogue of CRC algorithms.
        assert_eq!(crc(&[0; 32]), 0x8A91_36AA);
        assert_eq!(crc(&[0xFF; 32]), 0x62A8_AB43);
        assert_eq!(crc(&(0..32).collect::<Vec<u8>>()), 0x46DD_794E);
        assert_eq!(crc(b"123456789"), 0xE306_9283);
    }

    #[test]
    fn the_first_record_of_an_event_file_is_as_tensorflow_writes_it() {
        // A length of 24 has this masked checksum in every event file: its first record is the version.
        let record = framed(&[0; 24]);
        assert_eq!(record.len(), 8 + 4 + 24 + 4);
        assert_eq!(&record[..12], b"\x18\0\0\0\0\0\0\0\xa3\x7f\x4b\x22");
    }
}

//! Filters of HDF5 in the place of those of the library: gzip and shuffle, which most compressed files have.

use super::shuffle::unshuffled;
use flate2::{Decompress, FlushDecompress, Status};
use hdf5_reader::FilterRegistry;
use hdf5_reader::error::Error;
use hdf5_reader::filters::{FILTER_DEFLATE, FILTER_SHUFFLE};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Room for unpacked bytes per packed one, where no chunk has been unpacked.
const GUESS: usize = 4;

/// The filters of a file whose chunks have `most` bytes at most.
pub(super) fn filters(most: usize) -> FilterRegistry {
    let usual = AtomicUsize::new(0);
    let mut filters = FilterRegistry::new();
    filters.register(
        FILTER_SHUFFLE,
        Box::new(|_, planes, width| Ok(unshuffled(planes, width))),
    );
    filters.register(
        FILTER_DEFLATE,
        Box::new(move |_, packed, _| inflated(packed, most, &usual)),
    );
    filters
}

/// Unpacked bytes, into as much room as the chunk before had, or more where they need it.
fn inflated(packed: &[u8], most: usize, usual: &AtomicUsize) -> Result<Vec<u8>, Error> {
    let damaged = |what: &str| Error::DecompressionError(format!("gzip: {what}"));
    let mut inflate = Decompress::new(true);
    let mut out = Vec::new();
    let mut room = usual
        .load(Ordering::Relaxed)
        .max(GUESS * packed.len())
        .max(1);
    loop {
        out.try_reserve_exact(room.min((most - out.len()).saturating_add(1)))
            .map_err(|_| damaged("there is no memory for an unpacked chunk"))?;
        let rest = &packed[inflate.total_in() as usize..];
        let done = inflate.decompress_vec(rest, &mut out, FlushDecompress::Finish);
        match done.map_err(|error| damaged(&error.to_string()))? {
            Status::StreamEnd => break,
            _ if out.len() > most => break,
            _ if out.len() < out.capacity() => return Err(damaged("a chunk ends early")),
            _ => room = out.len(),
        }
    }
    if out.len() > most {
        return Err(damaged("a chunk unpacks into more than its file may hold"));
    }
    usual.store(out.len(), Ordering::Relaxed);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use std::io::Write;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn chunks_of_any_size_are_unpacked() {
        let usual = AtomicUsize::new(0);
        let mixed: Vec<u8> = (0..50_000_u32).map(|i| ((i * i) >> 7) as u8).collect();
        for bytes in [&mixed[..], &mixed[..70], &[7; 300_000], &[], &mixed] {
            assert_eq!(inflated(&packed(bytes), 1 << 20, &usual).unwrap(), bytes);
            assert_eq!(usual.load(Ordering::Relaxed), bytes.len());
        }
    }

    #[test]
    fn damaged_chunks_are_refused_within_the_memory_they_may_take() {
        let usual = AtomicUsize::new(0);
        let whole = packed(&[7; 300_000]);
        let said = |bytes: &[u8], most| inflated(bytes, most, &usual).unwrap_err().to_string();
        assert!(said(&whole, 299_999).contains("than its file"));
        assert!(said(&whole[..whole.len() - 20], 1 << 20).contains("ends early"));
        assert!(said(b"no gzip", 1 << 20).contains("gzip: "));
        assert_eq!(inflated(&whole, 300_000, &usual).unwrap().len(), 300_000);
    }
}

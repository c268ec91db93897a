//! Ways to damage the bytes of a file.

use ondine_solvers::Rng;

/// Numbers and words that no recipe has where it asks for something else.
const ODD: &[&str] = &[
    "0",
    "-1",
    "1e-320",
    "1e308",
    "-1e308",
    "nan",
    "inf",
    "-inf",
    "9223372036854775807",
    "-9223372036854775808",
    "4294967296",
    "2147483648",
    "1000000007",
    "1e9",
    "0.5",
    "true",
    "\"\"",
    "\"auto\"",
    "[]",
    "{}",
    "[[]]",
    "[0]",
    "[1, 2, 3, 4]",
    "{ uniform = [1, 0] }",
    "{ uniform = [1e300, 1e308] }",
    "{ kind = 3 }",
    "1979-05-27",
    "'''x'''",
];

/// One to three words of a text exchanged, dropped, doubled, or made odd.
pub(super) fn words(rng: &mut Rng, text: Vec<u8>) -> Vec<u8> {
    let text = String::from_utf8_lossy(&text).into_owned();
    let mut words: Vec<String> = text
        .split_inclusive([' ', '\n', ',', ':'])
        .map(str::to_owned)
        .collect();
    for _ in 0..1 + rng.integer(0, 2) {
        if words.is_empty() {
            break;
        }
        let (i, j) = (index(rng, words.len()), index(rng, words.len()));
        match rng.integer(0, 4) {
            0 => words.swap(i, j),
            1 => drop(words.remove(i)),
            2 => words.insert(i, words[j].clone()),
            _ => words[i] = odd(rng, &words[i]),
        }
    }
    words.concat().into_bytes()
}

/// An odd value, with the end of the word that it stands for.
fn odd(rng: &mut Rng, word: &str) -> String {
    let end = word.trim_start_matches(|c: char| !" \n,:".contains(c));
    format!("{}{end}", one(rng, ODD))
}

/// Bytes flipped, overwritten, cut off, inserted, or taken out.
pub(super) fn bytes(rng: &mut Rng, mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.is_empty() {
        return vec![rng.integer(0, 255) as u8];
    }
    // Half of the places lie near the front, where headers are.
    let end = if rng.integer(0, 1) == 0 {
        bytes.len()
    } else {
        bytes.len().min(2048)
    };
    for _ in 0..1 + rng.integer(0, 3) {
        let i = index(rng, end.min(bytes.len()).max(1));
        if i >= bytes.len() {
            break;
        }
        match rng.integer(0, 5) {
            0 => bytes[i] ^= 1 << rng.integer(0, 7),
            1 => bytes[i] = rng.integer(0, 255) as u8,
            2 => bytes.truncate(i),
            3 => bytes.insert(i, rng.integer(0, 255) as u8),
            4 => drop(bytes.remove(i)),
            _ => {
                let to = bytes.len().min(i + 8);
                let odd: u64 = *one(
                    rng,
                    &[
                        0,
                        u64::MAX,
                        0x7ff0_0000_0000_0000,
                        0x7fc0_0000_7f80_0000,
                        1 << 40,
                    ],
                );
                bytes[i..to].copy_from_slice(&odd.to_le_bytes()[..to - i]);
            }
        }
    }
    bytes
}

/// Words of the header of a file of weights, with its length set right.
pub(super) fn header(rng: &mut Rng, file: Vec<u8>) -> Vec<u8> {
    let Some((length, rest)) = file.split_first_chunk::<8>() else {
        return file;
    };
    let length = (u64::from_le_bytes(*length) as usize).min(rest.len());
    let header = words(rng, rest[..length].to_vec());
    [
        &(header.len() as u64).to_le_bytes(),
        header.as_slice(),
        &rest[length..],
    ]
    .concat()
}

pub(super) fn one<'a, T>(rng: &mut Rng, list: &'a [T]) -> &'a T {
    &list[index(rng, list.len())]
}

pub(super) fn index(rng: &mut Rng, length: usize) -> usize {
    rng.integer(0, length as u64 - 1) as usize
}

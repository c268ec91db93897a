//! Damaged surrogate files: each is refused with a sentence or works, without a panic, within bounds of memory.
//!
//! ```sh
//! cargo run --release -p ondine-surrogate --example mutate_surrogates -- 100000
//! ```
//!
//! Trains a small surrogate, exports it and opens as many files that differ from it: bytes flipped, overwritten, cut off and
//! inserted, as a disk or a network does it; and, under a checksum that is right again, words of the recipe exchanged, numbers of
//! scales and weights set to any bits, as only a program does it. A file that opens makes a step. The program ends with 1 where one
//! panics, or allocates more at a time than the bound that it prints.

#![allow(unsafe_code, reason = "an allocator that counts")]

use ondine::burn::tensor::Device;
use ondine::forecast::Forecaster;
use ondine::models::weights::{Array, Dialect};
use ondine::run::Run;
use ondine::solvers::{Rng, Stream};
use ondine::training::Training;
use ondine::weights::WeightFile;
use std::alloc::{GlobalAlloc, Layout, System};
use std::error::Error;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Bytes that opening may hold at a time: a part for the recipe and the network, and a multiple of the file.
const OWN: usize = 1 << 20;
const PER_BYTE: usize = 16;

struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: all is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        MOST.fetch_max(held, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const RECIPE: &str = include_str!("../tests/advection.toml");

/// Numbers that are seldom met.
const NUMBERS: [&str; 8] = [
    "0",
    "-1",
    "1e300",
    "nan",
    "4294967296",
    "9223372036854775807",
    "3",
    "inf",
];

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let count: u64 = arguments.next().map_or(Ok(1000), |word| word.parse())?;
    let folder = std::env::temp_dir().join(format!("ondine-mutate-{}", std::process::id()));
    let whole = exported(&folder)?;
    let bytes = fs::read(&whole.path)?;
    std::panic::set_hook(Box::new(|_| ()));
    let mutant = folder.join("mutant.safetensors");
    let (mut opened, mut wrong, mut most) = (0, 0, 0.0_f64);
    for number in 0..count {
        let mut rng = Rng::stream(1, Stream::Initial, number);
        write(&mut rng, &whole, &bytes, &mutant)?;
        let (size, before) = (
            fs::metadata(&mutant)?.len() as usize,
            HELD.load(Ordering::Relaxed),
        );
        MOST.store(before, Ordering::Relaxed);
        let ended = catch_unwind(AssertUnwindSafe(|| open(&mutant)));
        let held = MOST.load(Ordering::Relaxed) - before;
        most = most.max(held as f64);
        opened += u64::from(matches!(ended, Ok(true)));
        if ended.is_err() || held > OWN + PER_BYTE * size {
            wrong += 1;
            fs::copy(&mutant, folder.join(format!("wrong-{number}.safetensors")))?;
            println!("{number}: {} bytes held, panic: {}", held, ended.is_err());
        }
    }
    println!(
        "{count} files of about {} kB: {opened} opened, {} refused, {wrong} wrong; at most {:.0} kB held, and {} kB + {PER_BYTE} \
         times the file are the bound",
        bytes.len() / 1000,
        count - opened - wrong,
        most / 1e3,
        OWN / 1000
    );
    if wrong == 0 {
        fs::remove_dir_all(&folder)?;
        return Ok(());
    }
    Err(format!("{wrong} files in {}", folder.display()).into())
}

/// The file of a small surrogate.
fn exported(folder: &Path) -> Result<WeightFile> {
    let run: PathBuf = folder.join("run");
    drop(
        Training::text("small.toml", RECIPE)?
            .into_run(&run)?
            .run()?,
    );
    let mut file = WeightFile::of_run(&Run::open(&run)?, None, false, Dialect::Ondine)?;
    file.path = folder.join("whole.safetensors");
    file.write(true)?;
    Ok(file)
}

/// Opens a file and makes a step; whether there is one.
fn open(path: &Path) -> bool {
    let Ok(mut forecaster) = Forecaster::open(path, &Device::flex()) else {
        return false;
    };
    if forecaster.state_len() <= 1 << 12 && !forecaster.is_direct() {
        let values: Vec<f64> = forecaster
            .conditions()
            .iter()
            .map(|one| one.range[0])
            .collect();
        let mut state = vec![0.5_f32; forecaster.state_len()];
        let _ = forecaster.step_with(&mut state, &values);
    }
    true
}

/// Writes another file: with other bytes, or with other parts under a checksum that is right.
fn write(rng: &mut Rng, whole: &WeightFile, bytes: &[u8], to: &Path) -> Result<()> {
    if rng.integer(0, 1) == 0 {
        return Ok(fs::write(to, damaged(rng, bytes.to_vec()))?);
    }
    let mut file = whole.clone();
    file.path = to.to_owned();
    match rng.integer(0, 3) {
        0 => scales(rng, &mut file),
        1 => weights(rng, &mut file),
        _ => recipe(rng, &mut file),
    }
    Ok(file.write(true)?)
}

fn below(rng: &mut Rng, end: usize) -> usize {
    rng.integer(0, end.max(1) as u64 - 1) as usize
}

/// Bytes flipped, overwritten, cut off or inserted, the header as often as the numbers.
fn damaged(rng: &mut Rng, mut bytes: Vec<u8>) -> Vec<u8> {
    let end = if rng.integer(0, 1) == 0 {
        bytes.len().min(3000)
    } else {
        bytes.len()
    };
    for _ in 0..=rng.integer(0, 3) {
        let place = below(rng, end.min(bytes.len()));
        match rng.integer(0, 3) {
            0 => bytes[place] ^= 1 << rng.integer(0, 7),
            1 => bytes[place] = rng.integer(0, 255) as u8,
            2 => bytes.truncate(place.max(1)),
            _ => bytes.insert(place, rng.integer(0, 255) as u8),
        }
    }
    bytes
}

/// A scale of any bits.
fn scales(rng: &mut Rng, file: &mut WeightFile) {
    let Some(about) = &mut file.about else { return };
    let scaling = &mut about.scaling;
    let lists = [
        &mut scaling.mean,
        &mut scaling.deviation,
        &mut scaling.increment,
        &mut scaling.center,
        &mut scaling.spread,
    ];
    let place = rng.integer(0, 4) as usize;
    for (i, list) in lists.into_iter().enumerate() {
        match rng.integer(0, 2) {
            _ if i != place => {}
            0 => drop(list.pop()),
            1 => list.push(1.0),
            _ => list[0] = f32::from_bits(rng.integer(0, u64::from(u32::MAX)) as u32),
        }
    }
}

/// An array of other numbers, of another shape, or under another name.
fn weights(rng: &mut Rng, file: &mut WeightFile) {
    let names: Vec<String> = file
        .arrays
        .iter()
        .map(|(name, _)| name.to_owned())
        .collect();
    let name = &names[below(rng, names.len())];
    let Some(array) = file.arrays.get(name) else {
        return;
    };
    let (mut shape, mut values) = (array.shape().to_vec(), array.values().to_vec());
    let mut to = name.clone();
    match rng.integer(0, 2) {
        0 => shape = vec![values.len()],
        1 => to.push('x'),
        _ => {
            let place = below(rng, values.len());
            values[place] = f32::from_bits(rng.integer(0, u64::from(u32::MAX)) as u32);
        }
    }
    file.arrays.insert(&to, Array::new(&shape, values));
}

/// A word of the recipe exchanged, dropped or doubled, or a number that is seldom met.
fn recipe(rng: &mut Rng, file: &mut WeightFile) {
    let Some(exported) = &mut file.surrogate else {
        return;
    };
    let mut words: Vec<String> = exported
        .recipe
        .split_inclusive([' ', '\n'])
        .map(str::to_owned)
        .collect();
    for _ in 0..=rng.integer(0, 1) {
        let (place, other) = (below(rng, words.len()), below(rng, words.len()));
        match rng.integer(0, 3) {
            0 => words.swap(place, other),
            1 => drop(words.remove(place)),
            2 => words.insert(place, words[other].clone()),
            _ => words[place] = format!("{}\n", NUMBERS[below(rng, NUMBERS.len())]),
        }
    }
    exported.recipe = words.concat();
}

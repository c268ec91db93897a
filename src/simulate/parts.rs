//! Simulations on their way into a file that several processes make: a folder of parts beside it, one per process and start.
//!
//! A part is a row of records, each with a whole simulation behind a header of 48 bytes: the mark `ONDPART1`, number of the
//! simulation, lengths of its frames, of its static fields and of its failures as JSON (64-bit, little-endian), checksums of
//! these and of the header (CRC-32). Frames are in 64-bit. A record that a kill has cut short is no record, and what follows
//! it does not exist, since nobody appends to a part of an earlier start.

use super::record::{HEADER, bytes, header, numbers, parsed};
use super::workers::Simulated;
use super::{Named, SimulateError};
use ondine_datasets::Failure;
use ondine_datasets::files::Trajectory;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Ending of the names of parts.
const ENDING: &str = "simulations";

/// The folder of the parts of a file.
pub(super) struct Parts {
    folder: PathBuf,
}

/// The place of a simulation in a part.
struct Place {
    path: PathBuf,
    offset: u64,
    lengths: [usize; 3],
    checksum: u32,
}

/// Simulations that are in the parts.
#[derive(Default)]
pub(super) struct Found {
    places: BTreeMap<u64, Place>,
}

/// A part that grows.
pub(super) struct Part {
    path: PathBuf,
    file: File,
}

impl Parts {
    /// The folder of the parts of the file at `output`.
    pub(super) fn of(output: &Path) -> Self {
        let mut name = output.file_name().unwrap_or_default().to_owned();
        name.push(".parts");
        Self {
            folder: output.with_file_name(name),
        }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn exists(&self) -> bool {
        self.folder.is_dir()
    }

    /// Makes the folder for simulations of this description, or finds it as an earlier start has left it.
    ///
    /// # Errors
    /// When it has simulations of another description, or the disk refuses.
    pub(super) fn begin(&self, description: &str) -> Result<(), SimulateError> {
        let file = self.folder.join("recipe.toml");
        match fs::read_to_string(&file) {
            Ok(found) if found == description => self.forget_end(),
            Ok(_) => Err(SimulateError::OtherParts(named(&self.folder))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let made = fs::create_dir_all(&self.folder);
                let made = made
                    .and_then(|()| crate::files::write_atomically(&file, description.as_bytes()));
                made.map_err(|error| refused(&self.folder, error))
            }
            Err(error) => Err(refused(&file, error)),
        }
    }

    /// Tells all processes to end, because one has failed.
    pub(super) fn end(&self) {
        let _ = fs::write(self.folder.join("ended"), ""); // the error that it is for matters more
    }

    /// Whether a process has told all to end.
    pub(super) fn is_ended(&self) -> bool {
        self.folder.join("ended").exists()
    }

    fn forget_end(&self) -> Result<(), SimulateError> {
        match fs::remove_file(self.folder.join("ended")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(refused(&self.folder, error))
            }
            _ => Ok(()),
        }
    }

    /// The simulations that are there.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(super) fn find(&self) -> Result<Found, SimulateError> {
        let mut found = Found::default();
        for path in self.paths()? {
            scan(&path, &mut found.places).map_err(|error| refused(&path, error))?;
        }
        Ok(found)
    }

    fn paths(&self) -> Result<Vec<PathBuf>, SimulateError> {
        let entries = fs::read_dir(&self.folder).map_err(|error| refused(&self.folder, error))?;
        let paths = entries.flatten().map(|entry| entry.path());
        let mut parts: Vec<PathBuf> = paths
            .filter(|path| path.extension().is_some_and(|is| is == ENDING))
            .collect();
        parts.sort();
        Ok(parts)
    }

    /// A new part of a process.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(super) fn part(&self, rank: usize) -> Result<Part, SimulateError> {
        let mut start = 0;
        loop {
            let path = self.folder.join(format!("{start}-{rank}.{ENDING}"));
            match File::create_new(&path) {
                Ok(file) => return Ok(Part { path, file }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => start += 1,
                Err(error) => return Err(refused(&path, error)),
            }
        }
    }

    /// Removes the folder, whose simulations are in the file now.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(super) fn remove(&self) -> Result<(), SimulateError> {
        fs::remove_dir_all(&self.folder).map_err(|error| refused(&self.folder, error))
    }
}

impl Part {
    /// Appends a simulation with the attempts at it that failed.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(super) fn append(
        &mut self,
        simulated: &Simulated,
        failures: &[Failure],
    ) -> Result<(), SimulateError> {
        let Simulated { trajectory, still } = simulated;
        let failures = serde_json::to_vec(failures).unwrap_or_default();
        let content = [&bytes(&trajectory.frames)[..], &bytes(still), &failures].concat();
        let lengths = [8 * trajectory.frames.len(), 8 * still.len(), failures.len()];
        let mut record = header(trajectory.index as u64, lengths, crc32fast::hash(&content));
        record.extend(content);
        let written = self.file.write_all(&record);
        written.map_err(|error| refused(&self.path, error))
    }
}

impl Found {
    /// Whether a simulation is there.
    pub(super) fn has(&self, index: u64) -> bool {
        self.places.contains_key(&index)
    }

    /// A simulation with the attempts at it that failed; none that is not there.
    ///
    /// # Errors
    /// When its part is damaged, or can't be read.
    pub(super) fn read(
        &self,
        index: u64,
    ) -> Result<Option<(Simulated, Vec<Failure>)>, SimulateError> {
        let place = self.places.get(&index);
        let read = place.map(|place| place.read(index));
        read.transpose()
    }

    /// All attempts that failed, by simulation.
    ///
    /// # Errors
    /// When a part is damaged, or can't be read.
    pub(super) fn failures(&self) -> Result<Vec<Failure>, SimulateError> {
        let each = self.places.values().map(Place::failures);
        Ok(each.collect::<Result<Vec<_>, _>>()?.concat())
    }
}

impl Place {
    fn read(&self, index: u64) -> Result<(Simulated, Vec<Failure>), SimulateError> {
        let content = self.content(0, self.lengths.iter().sum())?;
        if crc32fast::hash(&content) != self.checksum {
            return Err(SimulateError::DamagedPart(named(&self.path)));
        }
        let (frames, rest) = content.split_at(self.lengths[0]);
        let (still, failures) = rest.split_at(self.lengths[1]);
        let trajectory = Trajectory {
            index: index as usize,
            frames: numbers(frames),
        };
        let still = numbers(still);
        Ok((Simulated { trajectory, still }, self.parsed(failures)?))
    }

    fn failures(&self) -> Result<Vec<Failure>, SimulateError> {
        let [frames, still, failures] = self.lengths;
        self.parsed(&self.content(frames + still, failures)?)
    }

    fn parsed(&self, failures: &[u8]) -> Result<Vec<Failure>, SimulateError> {
        serde_json::from_slice(failures).map_err(|_| SimulateError::DamagedPart(named(&self.path)))
    }

    fn content(&self, from: usize, length: usize) -> Result<Vec<u8>, SimulateError> {
        let mut content = vec![0; length];
        let read = File::open(&self.path).and_then(|mut file| {
            file.seek(SeekFrom::Start(self.offset + from as u64))?;
            file.read_exact(&mut content)
        });
        read.map_err(|error| refused(&self.path, error))?;
        Ok(content)
    }
}

/// The places of the complete records of a part.
fn scan(path: &Path, places: &mut BTreeMap<u64, Place>) -> io::Result<()> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut offset = 0;
    while offset + HEADER as u64 <= length {
        let mut bytes = [0; HEADER];
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(&mut bytes)?;
        let Some((index, lengths, checksum)) = parsed(&bytes) else {
            break;
        };
        offset += HEADER as u64;
        let end = lengths
            .iter()
            .try_fold(offset, |end, &length| end.checked_add(length));
        let Some(end) = end.filter(|end| *end <= length) else {
            break; // cut short
        };
        let place = Place {
            path: path.to_owned(),
            offset,
            lengths: lengths.map(|length| length as usize),
            checksum,
        };
        places.insert(index, place);
        offset = end;
    }
    Ok(())
}

fn named(path: &Path) -> String {
    path.display().to_string()
}

fn refused(path: &Path, source: io::Error) -> SimulateError {
    SimulateError::Parts(Named {
        path: named(path),
        source,
    })
}

#[cfg(test)]
mod tests;

//! Blocks of several ranks, assembled to frames.

use crate::code::{Code, Result};
use crate::field::{Field, Region, Values};
use crate::wire::{Block, Key};
use std::collections::{BTreeMap, BTreeSet};

/// Static fields of one simulation, at most.
const MAX_STATIC: usize = 64;

/// Frames that one rank may drop before the others have come so far, at most.
const MAX_SKIPPED: u64 = 1 << 16;

/// A field, or the fields of a frame, of which blocks are still to come.
#[derive(Debug)]
struct Partial {
    time: f64,
    arrays: Vec<Option<Values>>,
    regions: Vec<(usize, Region)>,
    missing: usize,
    ranks: BTreeSet<Key>,
    skipped: bool,
}

impl Partial {
    fn new(fields: &[Field], time: f64) -> Self {
        Self {
            time,
            arrays: vec![None; fields.len()],
            regions: Vec::new(),
            missing: fields.iter().map(Field::cells).sum(),
            ranks: BTreeSet::new(),
            skipped: false,
        }
    }

    fn is_complete(&self) -> bool {
        self.missing == 0 || self.skipped
    }

    /// Takes a block that fits its field.
    fn put(&mut self, fields: &[Field], index: usize, block: Block) -> Result<()> {
        let field = &fields[index];
        let mut same = self.regions.iter().filter(|(other, _)| *other == index);
        if let Some((_, other)) = same.find(|(_, other)| other.overlaps(&block.region)) {
            let text = format!(
                "blocks of field `{}` at {:?} and {:?} overlap in one frame; each rank puts its own cells alone",
                field.name, other.offset, block.region.offset
            );
            return Err(Code::Overlap.error(text));
        }
        self.missing -= block.region.cells();
        if block.region.cells() == field.cells() {
            self.arrays[index] = Some(block.values);
        } else {
            let zeros = || Values::zeros(field.dtype, field.cells());
            let array = self.arrays[index].get_or_insert_with(zeros);
            array.scatter(&field.shape, &block.region, &block.values);
        }
        self.regions.push((index, block.region));
        Ok(())
    }

    fn values(self) -> Vec<Values> {
        self.arrays.into_iter().flatten().collect()
    }
}

/// A frame that is complete.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) frame: u64,
    pub(super) time: f64,
    /// Values of each field; none where a client dropped the frame.
    pub(super) values: Option<Vec<Values>>,
}

/// The frames of one simulation, in their order.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    /// Frames that left, skipped ones included: the index of the next one.
    pub(super) frames: u64,
    /// Time of the last frame that left.
    time: Option<f64>,
    partial: BTreeMap<u64, Partial>,
    statics: BTreeMap<String, Partial>,
    statics_given: BTreeSet<String>,
}

impl Assembly {
    /// Forgets what is not complete.
    pub(super) fn clear(&mut self) {
        self.partial.clear();
        self.statics.clear();
    }

    /// The first frame that lacks blocks, if one does.
    pub(super) fn lacks(&self) -> Option<u64> {
        self.partial.keys().next().copied()
    }

    /// Takes the blocks that one rank has of a frame; the frames that are complete then come from [`next`](Self::next).
    pub(super) fn put(
        &mut self,
        fields: &[Field],
        (key, ranks): (Key, u32),
        (frame, time): (u64, f64),
        blocks: Vec<(u16, Block)>,
    ) -> Result<()> {
        if frame < self.frames {
            return Ok(()); // it was taken before a restart, or skipped by another rank
        }
        if let Some(before) = self.time.filter(|before| time <= *before) {
            let text = format!("frame {frame} has time {time}, and the one before {before}");
            return Err(Code::Time.error(text));
        }
        let new = || Partial::new(fields, time);
        let partial = self.partial.entry(frame).or_insert_with(new);
        if partial.skipped || partial.ranks.contains(&key) {
            return Ok(());
        }
        if partial.time.to_bits() != time.to_bits() {
            let text = format!(
                "ranks have times {} and {time} for frame {frame}",
                partial.time
            );
            return Err(Code::Time.error(text));
        }
        for (index, block) in blocks {
            partial.put(fields, usize::from(index), block)?;
        }
        partial.ranks.insert(key);
        if partial.ranks.len() >= ranks as usize && partial.missing > 0 {
            let missing = partial.missing;
            let text =
                format!("frame {frame} lacks {missing} values after the blocks of all ranks");
            return Err(Code::Missing.error(text));
        }
        Ok(())
    }

    /// Takes frames that a rank dropped; the number of those that no other rank has put anything of.
    pub(super) fn skip(&mut self, fields: &[Field], from: u64, until: u64) -> Result<u64> {
        if from == self.frames && self.partial.is_empty() {
            self.frames = until;
            return Ok(until - from);
        }
        if until > self.frames.saturating_add(MAX_SKIPPED) {
            let text =
                format!("frames {from} to {until} are too many to be dropped ahead of other ranks");
            return Err(Code::Limit.error(text));
        }
        for frame in from.max(self.frames)..until {
            let new = || Partial::new(fields, 0.0);
            let partial = self.partial.entry(frame).or_insert_with(new);
            partial.skipped = true;
            partial.arrays.clear();
        }
        Ok(0)
    }

    /// The next frame, when it is complete.
    pub(super) fn next(&mut self) -> Option<Whole> {
        let entry = self.partial.first_entry()?;
        if *entry.key() != self.frames || !entry.get().is_complete() {
            return None;
        }
        let (frame, partial) = entry.remove_entry();
        self.frames += 1;
        if !partial.skipped {
            self.time = Some(partial.time);
        }
        Some(Whole {
            frame,
            time: partial.time,
            values: (!partial.skipped).then(|| partial.values()),
        })
    }

    /// Takes a block of a static field; its values when it is complete.
    pub(super) fn put_static(&mut self, field: &Field, block: Block) -> Result<Option<Values>> {
        if self.statics_given.contains(&field.name) {
            return Ok(None);
        }
        if self.statics.len() + self.statics_given.len() >= MAX_STATIC
            && !self.statics.contains_key(&field.name)
        {
            let text = format!("more than {MAX_STATIC} static fields in one simulation");
            return Err(Code::Limit.error(text));
        }
        let fields = std::slice::from_ref(field);
        let new = || Partial::new(fields, 0.0);
        let partial = self.statics.entry(field.name.clone()).or_insert_with(new);
        let cells = partial.arrays[0]
            .as_ref()
            .map_or(field.cells(), Values::len);
        if cells != field.cells() {
            let text = format!(
                "ranks have different shapes of static field `{}`",
                field.name
            );
            return Err(Code::Shape.error(text));
        }
        partial.put(fields, 0, block)?;
        if !partial.is_complete() {
            return Ok(None);
        }
        self.statics_given.insert(field.name.clone());
        let whole = self.statics.remove(&field.name);
        Ok(whole.and_then(|partial| partial.values().pop()))
    }
}

//! The frame that a client is putting together.

use crate::client::Block;
use crate::code::{Code, Result};
use crate::field::{Element, Field, Region};
use crate::wire::{Body, MAX_BLOCKS};

/// Blocks of a frame that is not committed.
#[derive(Debug)]
pub(super) struct Pending {
    body: Body,
    blocks: Vec<(usize, Region)>,
}

impl Pending {
    pub(super) fn new(memory: Vec<u8>) -> Self {
        Self {
            body: Body::frame(memory),
            blocks: Vec::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// Copies a block.
    pub(super) fn put<T: Element>(
        &mut self,
        index: usize,
        field: &Field,
        block: &Block<'_, T>,
    ) -> Result<()> {
        let region = block.region();
        field.check(region, T::DTYPE)?;
        self.check(index, field, region)?;
        let before = self.body.len();
        self.body.raw(&(index as u16).to_le_bytes());
        self.body.block_head(T::DTYPE, region);
        if let Err(error) = block.append(&mut self.body) {
            self.body.truncate(before);
            let text = format!("field `{}`: {}", field.name, error.text);
            return Err(error.code.error(text));
        }
        self.blocks.push((index, region.clone()));
        Ok(())
    }

    fn check(&self, index: usize, field: &Field, region: &Region) -> Result<()> {
        let name = &field.name;
        let mut same = self.blocks.iter().filter(|(other, _)| *other == index);
        if let Some((_, other)) = same.find(|(_, other)| other.overlaps(region)) {
            let text = format!(
                "blocks of field `{name}` at {:?} and {:?} overlap in one frame; put the cells without ghosts",
                other.offset, region.offset
            );
            return Err(Code::Overlap.error(text));
        }
        if self.blocks.len() == MAX_BLOCKS {
            let text = format!("more than {MAX_BLOCKS} blocks in one frame of one client");
            return Err(Code::Limit.error(text));
        }
        Ok(())
    }

    /// Checks that a code of one rank has put all cells; with several ranks the listener checks.
    pub(super) fn check_complete(&self, fields: &[Field], ranks: u32) -> Result<()> {
        if self.blocks.is_empty() {
            return Err(Code::Missing.error("nothing was put since the last frame"));
        }
        for (index, field) in fields.iter().enumerate().filter(|_| ranks == 1) {
            let blocks = self.blocks.iter().filter(|(other, _)| *other == index);
            let put: usize = blocks.map(|(_, region)| region.cells()).sum();
            if put < field.cells() {
                let (name, cells) = (&field.name, field.cells());
                let text = format!("the frame has {put} of {cells} values of field `{name}`");
                return Err(Code::Missing.error(text));
            }
        }
        Ok(())
    }

    /// The message.
    pub(super) fn finish(mut self, frame: u64, time: f64) -> Vec<u8> {
        let blocks = self.blocks.len() as u16;
        self.body.fill_frame(frame, time, blocks);
        self.body.finish()
    }
}

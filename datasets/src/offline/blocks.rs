//! Files larger than memory, block after block: a thread reads the next block of trajectories by all cores while the windows
//! of the one before are handed out, so two blocks are in memory.

use super::file::Held;
use super::{Epochs, WindowFile};
use crate::Window;
use crate::files::DatasetError;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// The trajectories of a block, in their order.
pub(super) struct Block {
    /// Place of its first trajectory among those of the file.
    pub(super) first: usize,
    pub(super) held: Vec<Held>,
}

/// Starts threads that read the windows of a file in this order and put them into `windows`, until nobody takes them.
pub(super) fn stream(
    file: &Arc<WindowFile>,
    order: Epochs,
    windows: SyncSender<Result<Window, DatasetError>>,
) {
    let (sender, blocks) = sync_channel(0);
    let (reading, numbers) = (file.clone(), numbers(file, order.clone()));
    thread::spawn(move || {
        for number in numbers {
            let block = reading.block(number);
            let failed = block.is_err();
            if sender.send(block).is_err() || failed {
                return;
            }
        }
    });
    let file = file.clone();
    thread::spawn(move || hand_out(&file, order, &blocks, &windows));
}

/// The blocks of windows in this order, each once for all of its windows that follow each other.
fn numbers(file: &WindowFile, order: Epochs) -> impl Iterator<Item = usize> + use<> {
    let blocks = file.blocks();
    let mut last = None;
    order.filter_map(move |window| {
        let number = blocks.of_window(window);
        (last.replace(number) != Some(number)).then_some(number)
    })
}

fn hand_out(
    file: &WindowFile,
    order: Epochs,
    blocks: &Receiver<Result<Block, DatasetError>>,
    windows: &SyncSender<Result<Window, DatasetError>>,
) {
    let of = file.blocks();
    let mut held: Option<(usize, Block)> = None;
    for index in order {
        let number = of.of_window(index);
        if held.as_ref().is_none_or(|(held, _)| *held != number) {
            drop(held.take()); // makes room for the next one
            match blocks.recv() {
                Ok(Ok(block)) => held = Some((number, block)),
                Ok(Err(error)) => return drop(windows.send(Err(error))),
                Err(_) => return,
            }
        }
        let Some((_, block)) = &held else { return };
        if windows.send(Ok(file.window_in(block, index))).is_err() {
            return;
        }
    }
}

/// Blocks of neighbouring windows.
#[derive(Debug, Clone)]
pub(super) struct Blocks {
    /// The first window of every block, and the number of all.
    pub(super) bounds: Arc<[u64]>,
}

impl Blocks {
    /// The block of a window.
    fn of_window(&self, window: u64) -> usize {
        self.bounds.partition_point(|&first| first <= window) - 1
    }
}

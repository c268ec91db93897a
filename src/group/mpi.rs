//! The processes that `mpirun` started.
//!
//! MPI moves bytes only; sums are made here, so that they do not depend on its algorithms. Each process adds the values of
//! one piece of the buffer, in the order of the ranks, and all pieces are gathered: as many bytes are moved as by the
//! reduce-scatter and all-gather of Thakur, Rabenseifner & Gropp (2005), Optimization of collective communication operations
//! in MPICH, §4.5.

#![allow(
    unsafe_code,
    reason = "MPI is a library of C functions that take the addresses of buffers"
)]

use super::Group;
use mpi_sys as ffi;
use std::cell::{Cell, RefCell};
use std::ffi::{c_int, c_void};
use std::marker::PhantomData;
use std::ptr;
use std::thread;

/// Bytes of a message: counts are 32-bit in MPI 3.
const MESSAGE: usize = 1 << 30;

/// Tag of the messages of a gather.
const TAG: c_int = 1;

/// Exit codes of all processes where one ends without the others: by a panic, otherwise.
const PANICKED: c_int = 101;
const LEFT: c_int = 1;

/// The group of all processes of an MPI job. It stays in the thread that started it, the only one that calls MPI.
pub struct Mpi {
    rank: usize,
    size: usize,
    concluded: Cell<bool>,
    /// Values that are sent, and those that are received, of a sum.
    buffers: RefCell<[Vec<f32>; 2]>,
    _of_this_thread: PhantomData<*const ()>,
}

impl Mpi {
    /// Joins the job that this process is part of; a job of one where no launcher started it. Once per process.
    #[must_use]
    pub fn start() -> Self {
        let (mut level, mut rank, mut size) = (0, 0, 0);
        // SAFETY: all addresses are those of local numbers; MPI takes null for the arguments of a program.
        unsafe {
            let (no_count, no_arguments) = (ptr::null_mut(), ptr::null_mut());
            ffi::MPI_Init_thread(
                no_count,
                no_arguments,
                ffi::RSMPI_THREAD_FUNNELED,
                &raw mut level,
            );
            ffi::MPI_Comm_rank(ffi::RSMPI_COMM_WORLD, &raw mut rank);
            ffi::MPI_Comm_size(ffi::RSMPI_COMM_WORLD, &raw mut size);
        }
        Self {
            rank: rank as usize,
            size: size as usize,
            concluded: Cell::new(false),
            buffers: RefCell::default(),
            _of_this_thread: PhantomData,
        }
    }

    /// Exchanges pieces of `piece` values: gives piece `r` of `sent` to rank `r`, and gets one of every rank.
    fn exchange(&self, sent: &[f32], received: &mut [f32], piece: usize) {
        let (all, count) = (piece * self.size, as_count(piece));
        assert!(sent.len() >= all && received.len() >= all);
        // SAFETY: both buffers hold a piece for every rank.
        unsafe {
            ffi::MPI_Alltoall(
                sent.as_ptr().cast(),
                count,
                ffi::RSMPI_FLOAT,
                received.as_mut_ptr().cast(),
                count,
                ffi::RSMPI_FLOAT,
                ffi::RSMPI_COMM_WORLD,
            );
        }
    }

    /// Gives a piece to all, and gets one of every rank.
    fn collect(&self, own: &[f32], all: &mut [f32]) {
        assert!(all.len() >= own.len() * self.size);
        let count = as_count(own.len());
        // SAFETY: the second buffer holds a piece of every rank.
        unsafe {
            ffi::MPI_Allgather(
                own.as_ptr().cast(),
                count,
                ffi::RSMPI_FLOAT,
                all.as_mut_ptr().cast(),
                count,
                ffi::RSMPI_FLOAT,
                ffi::RSMPI_COMM_WORLD,
            );
        }
    }

    fn send(&self, bytes: &[u8]) {
        for message in bytes.chunks(MESSAGE) {
            // SAFETY: the buffer holds so many bytes, and MPI does not write into it.
            unsafe {
                ffi::MPI_Send(
                    message.as_ptr().cast::<c_void>().cast_mut(),
                    as_count(message.len()),
                    ffi::RSMPI_UINT8_T,
                    0,
                    TAG,
                    ffi::RSMPI_COMM_WORLD,
                );
            }
        }
    }

    fn receive(&self, bytes: &mut [u8], rank: usize) {
        for message in bytes.chunks_mut(MESSAGE) {
            // SAFETY: the buffer holds so many bytes.
            unsafe {
                ffi::MPI_Recv(
                    message.as_mut_ptr().cast(),
                    as_count(message.len()),
                    ffi::RSMPI_UINT8_T,
                    as_count(rank),
                    TAG,
                    ffi::RSMPI_COMM_WORLD,
                    ffi::RSMPI_STATUS_IGNORE,
                );
            }
        }
    }

    /// The bytes of another rank, after their number.
    fn received(&self, rank: usize) -> Vec<u8> {
        let mut length = [0; 8];
        self.receive(&mut length, rank);
        let mut bytes = vec![0; u64::from_le_bytes(length) as usize];
        self.receive(&mut bytes, rank);
        bytes
    }

    fn spread(&self, bytes: &mut [u8]) {
        for message in bytes.chunks_mut(MESSAGE) {
            // SAFETY: the buffer holds so many bytes.
            unsafe {
                ffi::MPI_Bcast(
                    message.as_mut_ptr().cast(),
                    as_count(message.len()),
                    ffi::RSMPI_UINT8_T,
                    0,
                    ffi::RSMPI_COMM_WORLD,
                );
            }
        }
    }
}

impl Group for Mpi {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.size
    }

    fn all_reduce(&self, values: &mut [f32]) {
        let piece = values.len().div_ceil(self.size);
        let [sent, received] = &mut *self.buffers.borrow_mut();
        for buffer in [&mut *sent, &mut *received] {
            buffer.resize(piece * self.size, 0.0);
        }
        sent[..values.len()].copy_from_slice(values);
        self.exchange(sent, received, piece);
        let (sum, others) = received.split_at_mut(piece);
        for other in others.chunks_exact(piece.max(1)) {
            sum.iter_mut()
                .zip(other)
                .for_each(|(sum, value)| *sum += value);
        }
        self.collect(sum, sent);
        values.copy_from_slice(&sent[..values.len()]);
    }

    fn gather(&self, bytes: &[u8]) -> Vec<Vec<u8>> {
        if self.rank > 0 {
            self.send(&(bytes.len() as u64).to_le_bytes());
            self.send(bytes);
            return Vec::new();
        }
        let others = (1..self.size).map(|rank| self.received(rank));
        [bytes.to_vec()].into_iter().chain(others).collect()
    }

    fn broadcast(&self, bytes: &mut Vec<u8>) {
        let mut length = (bytes.len() as u64).to_le_bytes();
        self.spread(&mut length);
        bytes.resize(u64::from_le_bytes(length) as usize, 0);
        self.spread(bytes);
    }

    fn conclude(&self) {
        self.concluded.set(true);
    }
}

impl Drop for Mpi {
    /// Leaves the job; where the others do not know of it, because of a panic, say, they are ended.
    fn drop(&mut self) {
        let code = if thread::panicking() { PANICKED } else { LEFT };
        // SAFETY: MPI was started by this value, in this thread.
        unsafe {
            if self.concluded.get() && !thread::panicking() {
                ffi::MPI_Finalize();
            } else {
                ffi::MPI_Abort(ffi::RSMPI_COMM_WORLD, code);
            }
        }
    }
}

/// A number as MPI counts.
fn as_count(number: usize) -> c_int {
    c_int::try_from(number).expect("buffers are sent in pieces of 2³¹ values at most")
}

//! Allocations of a step: those of its tensors, and none of ours.

#![allow(unsafe_code, reason = "an allocator that counts, and calls of C")]

use ondine::batch::to_tensor;
use ondine::burn::tensor::Device;
use ondine::forecast::Opened;
use ondine::models::{Surrogate, SurrogateRng};
use ondine::recipe::Extensions;
use ondine::training::Training;
use ondine_surrogate::{
    ONDINE_COLUMN_MAJOR, ONDINE_F32, ONDINE_F64, ONDINE_ROW_MAJOR, ondine_free, ondine_layout,
    ondine_load, ondine_step,
};
use std::alloc::{GlobalAlloc, Layout, System};
use std::ffi::{CString, c_int, c_void};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

struct Counting;

static COUNT: AtomicUsize = AtomicUsize::new(0);

// SAFETY: all is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        COUNT.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const RECIPE: &str = r#"
[equation]
kind = "diffusion"
diffusivity = { uniform = [0.01, 0.02] }
[grid]
points = [16, 12]
length = 1.0
[time]
dt = 0.1
frames = 5
substeps = 1
[ensemble]
simulations = 4
workers = 1
[model]
kind = "fno"
width = 4
modes = 3
layers = 2
[train]
steps = 2
batch = 2
[evaluate]
trajectories = 2
"#;

const VALUES: usize = 16 * 12;

/// Allocations of a call, the fewest of several, after some calls that make buffers.
fn allocations(mut call: impl FnMut()) -> usize {
    (0..3).for_each(|_| call());
    let counted = (0..8).map(|_| {
        let before = COUNT.load(Ordering::Relaxed);
        call();
        COUNT.load(Ordering::Relaxed) - before
    });
    counted.min().unwrap_or_default()
}

/// Allocations of the tensors of a step alone.
fn of_tensors(run: &Path) -> usize {
    let device = Device::flex();
    let opened = Opened::open(run, &device, Extensions::default());
    let opened = opened.unwrap_or_else(|error| panic!("{error}"));
    let (told, grid) = (
        opened.network.conditioning().len(),
        opened.network.fields.grid.clone(),
    );
    let mut draws = SurrogateRng::new(0);
    allocations(|| {
        let u = to_tensor(vec![0.5; VALUES], [1, VALUES, 1], &device);
        let parameters = to_tensor(vec![0.1; told], [1, told], &device);
        let next = opened.surrogate.step(u, parameters, &grid, &mut draws);
        drop(next.swap_dims(1, 2).into_data().convert::<f32>());
    })
}

/// Allocations of a call of C, with arrays of this type and order.
fn of_step<T: Copy>(run: &Path, mut state: Vec<T>, layout: [c_int; 2]) -> usize {
    let path = CString::new(run.to_str().expect("UTF-8")).expect("no NUL");
    let mut handle = std::ptr::null_mut();
    // SAFETY: a string, no device, a place.
    let loaded = unsafe { ondine_load(path.as_ptr(), std::ptr::null(), &raw mut handle) };
    assert_eq!(loaded, 0);
    let [dtype, order] = layout;
    // SAFETY: the handle is open.
    assert_eq!(unsafe { ondine_layout(handle, dtype, order) }, 0);
    let conditions = [0.015];
    let place: *mut c_void = state.as_mut_ptr().cast();
    let count = allocations(|| {
        // SAFETY: the state has the values of a state, and there is one condition.
        let code = unsafe { ondine_step(handle, place, conditions.as_ptr(), place) };
        assert_eq!(code, 0);
    });
    // SAFETY: the handle is open.
    assert_eq!(unsafe { ondine_free(handle) }, 0);
    count
}

#[test]
fn a_step_allocates_its_tensors_and_nothing_else() {
    let folder = std::env::temp_dir().join(format!("ondine-allocations-{}", std::process::id()));
    let training = Training::text("diffusion.toml", RECIPE).expect("a recipe");
    let training = training.into_run(&folder).expect("a new directory");
    drop(training.run().unwrap_or_else(|error| panic!("{error}")));
    let tensors = of_tensors(&folder);
    let rows = of_step(
        &folder,
        vec![0.5_f64; VALUES],
        [ONDINE_F64, ONDINE_ROW_MAJOR],
    );
    let columns = of_step(
        &folder,
        vec![0.5_f32; VALUES],
        [ONDINE_F32, ONDINE_COLUMN_MAJOR],
    );
    println!("{tensors} allocations for the tensors of a step");
    std::fs::remove_dir_all(folder).expect("it is ours");
    assert_eq!([rows, columns], [tensors; 2]);
}

//! Arguments of C as values of Rust, checked.

use crate::error;
use ondine_coupling::{Block, Code, Dtype, Element, Field, MAX_RANK, Result, reach};
use std::ffi::{CStr, c_char, c_double, c_int, c_void};
use std::marker::PhantomData;

/// A string.
///
/// # Errors
/// [`Code::Argument`] for NULL, a pointer that is not aligned, or a text that is no UTF-8.
///
/// # Safety
/// NULL, or a string that lives for `'a`.
pub unsafe fn text<'a>(pointer: *const c_char, name: &str) -> Result<&'a str> {
    check_pointer(pointer, name)?;
    // SAFETY: it is not NULL, so that the caller promises a string.
    let text = unsafe { CStr::from_ptr(pointer) };
    let wrong = |_| error(Code::Argument, &format!("`{name}` is no UTF-8"));
    text.to_str().map_err(wrong)
}

fn check_pointer<T>(pointer: *const T, name: &str) -> Result<()> {
    if pointer.is_null() {
        return Err(error(Code::Argument, &format!("`{name}` is NULL")));
    }
    if !pointer.is_aligned() {
        let text = format!("`{name}` is not aligned for its type");
        return Err(error(Code::Argument, &text));
    }
    Ok(())
}

/// A place for a result.
///
/// # Errors
/// [`Code::Argument`] for NULL, a pointer that is not aligned, or a text that is no UTF-8.
///
/// # Safety
/// NULL, or a place that lives for `'a` and that nothing else uses.
pub unsafe fn place<'a, T>(pointer: *mut T, name: &str) -> Result<&'a mut T> {
    check_pointer(pointer, name)?;
    // SAFETY: it is not NULL and aligned; the caller promises the rest.
    Ok(unsafe { &mut *pointer })
}

/// Places for results.
///
/// # Errors
/// [`Code::Argument`] for NULL, a pointer that is not aligned, or a text that is no UTF-8.
///
/// # Safety
/// NULL, or `n` places that live for `'a` and that nothing else uses.
pub unsafe fn places<'a, T>(pointer: *mut T, n: usize, name: &str) -> Result<&'a mut [T]> {
    check_pointer(pointer, name)?;
    // SAFETY: it is not NULL and aligned; the caller promises the rest.
    Ok(unsafe { std::slice::from_raw_parts_mut(pointer, n) })
}

/// Numbers.
///
/// # Errors
/// [`Code::Argument`] for NULL, a pointer that is not aligned, or a text that is no UTF-8.
///
/// # Safety
/// NULL, or `n` numbers that live for `'a`.
pub unsafe fn numbers<'a, T>(pointer: *const T, n: usize, name: &str) -> Result<&'a [T]> {
    check_pointer(pointer, name)?;
    // SAFETY: it is not NULL and aligned; the caller promises the rest.
    Ok(unsafe { std::slice::from_raw_parts(pointer, n) })
}

/// Conditions of a simulation.
///
/// # Safety
/// NULL, or `n` numbers that live for `'a`.
pub(crate) unsafe fn condition_values<'a>(values: *const c_double, n: usize) -> Result<&'a [f64]> {
    if n == 0 {
        return Ok(&[]);
    }
    if n > isize::MAX as usize / 8 {
        return Err(error(Code::Values, &format!("{n} conditions are too many")));
    }
    // SAFETY: as the caller promises.
    unsafe { numbers(values, n, "values") }
}

/// Points of a field.
///
/// # Safety
/// NULL, or `rank` numbers that live for `'a`.
pub(crate) unsafe fn shape<'a>(
    shape: *const usize,
    rank: c_int,
    name: &str,
) -> Result<&'a [usize]> {
    let axes = usize::try_from(rank).unwrap_or(0);
    if !(1..=MAX_RANK).contains(&axes) {
        let text = format!("`rank` = {rank}; 1 to {MAX_RANK} are possible");
        return Err(error(Code::Shape, &text));
    }
    // SAFETY: as the caller promises.
    unsafe { numbers(shape, axes, name) }
}

/// The number type of this number.
pub(crate) fn number(dtype: c_int) -> Result<Dtype> {
    let found = u8::try_from(dtype).ok().and_then(Dtype::from_number);
    let text = format!("`dtype` = {dtype}; ONDINE_F32 and ONDINE_F64 are possible");
    found.ok_or_else(|| error(Code::Argument, &text))
}

/// A block of an array of C.
pub(crate) struct Array<'a> {
    data: *const c_void,
    offset: Vec<usize>,
    shape: Vec<usize>,
    strides: Option<Vec<isize>>,
    lifetime: PhantomData<&'a ()>,
}

impl Array<'_> {
    /// A block of an array for this field; offset, shape and strides may be NULL.
    ///
    /// # Safety
    /// The others have as many numbers as the field has axes.
    pub(crate) unsafe fn new(
        field: &Field,
        data: *const c_void,
        offset: *const usize,
        shape: *const usize,
        strides: *const isize,
    ) -> Result<Self> {
        check_pointer(data, "data")?;
        let rank = field.shape.len();
        let mut array = Self {
            data,
            offset: vec![0; rank],
            shape: field.shape.clone(),
            strides: None,
            lifetime: PhantomData,
        };
        if !offset.is_null() {
            // SAFETY: it is not NULL, so that the caller promises one number per axis.
            array.offset = unsafe { numbers(offset, rank, "offset") }?.to_vec();
        }
        if !shape.is_null() {
            // SAFETY: as above.
            array.shape = unsafe { numbers(shape, rank, "shape") }?.to_vec();
        }
        if !strides.is_null() {
            // SAFETY: as above.
            array.strides = Some(unsafe { numbers(strides, rank, "strides") }?.to_vec());
        }
        array.check(field)?;
        Ok(array)
    }

    /// Checks that the block lies in the field, so that a wrong shape reads no memory.
    fn check(&self, field: &Field) -> Result<()> {
        let axes = field.shape.iter().zip(&self.offset).zip(&self.shape);
        let inside = |((points, offset), length): ((&usize, &usize), &usize)| {
            *length > 0
                && offset
                    .checked_add(*length)
                    .is_some_and(|end| end <= *points)
        };
        if !axes.into_iter().all(inside) {
            let text = format!(
                "a block at {:?} of shape {:?} does not lie inside of field `{}` of shape {:?}",
                self.offset, self.shape, field.name, field.shape
            );
            return Err(error(Code::Shape, &text));
        }
        Ok(())
    }

    /// The block with its values.
    ///
    /// # Safety
    /// The array has all elements that the block reaches, of type `T`.
    pub(crate) unsafe fn block<T: Element>(&self) -> Result<Block<'_, T>> {
        let data = self.data.cast::<T>();
        check_pointer(data, "data")?;
        let row_major = row_major(&self.shape);
        let strides = self.strides.as_ref().unwrap_or(&row_major);
        let wrong = || {
            let text = format!("strides {strides:?} reach beyond any memory");
            error(Code::Shape, &text)
        };
        let (low, high) = reach(&self.shape, strides).ok_or_else(wrong)?;
        let low = isize::try_from(low).map_err(|_| wrong())?;
        let elements = usize::try_from(high - low as i128 + 1).map_err(|_| wrong())?;
        if elements > isize::MAX as usize / T::DTYPE.size() {
            return Err(wrong());
        }
        let first = data.wrapping_offset(low);
        // SAFETY: the caller promises all elements from the lowest to the highest one that the block reaches.
        let values = unsafe { std::slice::from_raw_parts(first, elements) };
        let block = Block::new(values, &self.shape).at(&self.offset);
        Ok(block.strides(strides).from(low.unsigned_abs()))
    }
}

fn row_major(shape: &[usize]) -> Vec<isize> {
    let mut strides = vec![1isize; shape.len()];
    for axis in (0..shape.len().saturating_sub(1)).rev() {
        strides[axis] = strides[axis + 1].saturating_mul(shape[axis + 1] as isize);
    }
    strides
}

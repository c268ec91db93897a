//! Blocks of fields, of a frame and static ones.

use crate::read::{Array, number, shape, text};
use crate::{error, ondine_client, with};
use ondine_coupling::{Client, Code, Dtype, Element, Field, Result};
use std::ffi::{c_char, c_int, c_void};

/// Gives a block of a static field, such as a mask, once a simulation. The arguments are those of `ondine_field` and
/// [`ondine_put`] together.
///
/// # Safety
/// As for both.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_static(
    client: *mut ondine_client,
    name: *const c_char,
    dtype: c_int,
    rank: c_int,
    global_shape: *const usize,
    data: *const c_void,
    offset: *const usize,
    block_shape: *const usize,
    strides: *const isize,
) -> c_int {
    with(client, |client| {
        let name = unsafe { text(name, "name") }?;
        let points = unsafe { shape(global_shape, rank, "global_shape") }?;
        let field = Field::new(name, number(dtype)?, points)?;
        let array = unsafe { Array::new(&field, data, offset, block_shape, strides) }?;
        match field.dtype {
            Dtype::F32 => put_static::<f32>(client, &field, &array),
            Dtype::F64 => put_static::<f64>(client, &field, &array),
        }
    })
}

fn put_static<T: Element>(client: &mut Client, field: &Field, array: &Array<'_>) -> Result<()> {
    let block = unsafe { array.block::<T>() }?;
    client.static_field(&field.name, &field.shape, &block)
}

/// Puts a block of a field into the frame that `ondine_commit` ends; the values are copied. `offset` is the block's place
/// in the field (NULL: the origin), `shape` its points (NULL: the whole field), `strides` the elements from one point of
/// `data` to the next along each axis (NULL: row-major). `data` points to the first element of the block.
///
/// # Safety
/// `field` is a string; `offset`, `shape` and `strides` are NULL or have as many numbers as the field has axes; `data` has
/// all elements that they reach, of the field's type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_put(
    client: *mut ondine_client,
    field: *const c_char,
    data: *const c_void,
    offset: *const usize,
    shape: *const usize,
    strides: *const isize,
) -> c_int {
    with(client, |client| {
        let known = declared(client, unsafe { text(field, "field") }?)?;
        let array = unsafe { Array::new(&known, data, offset, shape, strides) }?;
        put_array(client, &known, &array)
    })
}

/// The same for languages that know the number type and the rank of their arrays: both are compared with the field's.
///
/// # Safety
/// As for [`ondine_put`]; where a number is needed per axis, `rank` of them are enough.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ondine_put_typed(
    client: *mut ondine_client,
    field: *const c_char,
    dtype: c_int,
    rank: c_int,
    data: *const c_void,
    offset: *const usize,
    shape: *const usize,
    strides: *const isize,
) -> c_int {
    with(client, |client| {
        let known = declared(client, unsafe { text(field, "field") }?)?;
        let (found, axes) = (number(dtype)?, known.shape.len());
        if usize::try_from(rank) != Ok(axes) {
            let text = format!("field `{}` has {axes} axes, the array {rank}", known.name);
            return Err(error(Code::Shape, &text));
        }
        if found != known.dtype {
            let (name, dtype) = (&known.name, known.dtype);
            let text = format!("field `{name}` is {dtype:?}, the array {found:?}");
            return Err(error(Code::Field, &text));
        }
        let array = unsafe { Array::new(&known, data, offset, shape, strides) }?;
        put_array(client, &known, &array)
    })
}

fn declared(client: &Client, name: &str) -> Result<Field> {
    let known = client.fields().iter().find(|known| known.name == name);
    let text = format!("field `{name}` is not declared");
    known.cloned().ok_or_else(|| error(Code::Field, &text))
}

fn put_array(client: &mut Client, field: &Field, array: &Array<'_>) -> Result<()> {
    match field.dtype {
        Dtype::F32 => client.put_block(&field.name, &unsafe { array.block::<f32>() }?),
        Dtype::F64 => client.put_block(&field.name, &unsafe { array.block::<f64>() }?),
    }
}

//! Wrong calls of C: each has its code and a sentence.

#![allow(
    unsafe_code,
    clippy::undocumented_unsafe_blocks,
    reason = "the calls are those of C, with pointers to arrays of this file"
)]

use ondine_c::*;
use ondine_coupling::{Event, Job, Listener, Values};
use std::ffi::{CStr, CString};
use std::ptr::{null, null_mut};
use std::time::Duration;

fn sentence() -> String {
    let text = unsafe { CStr::from_ptr(ondine_last_error()) };
    text.to_str().expect("UTF-8").to_owned()
}

fn open(listener: &Listener) -> *mut ondine_client {
    let endpoint = CString::new(listener.endpoint()).expect("no zero");
    let mut client = null_mut();
    assert_eq!(
        unsafe { ondine_open(endpoint.as_ptr(), &mut client) },
        ONDINE_OK
    );
    client
}

fn listener() -> Listener {
    Listener::bind("tcp://127.0.0.1:0").expect("a port")
}

#[test]
fn handles_that_are_none_have_a_code() {
    let shape = [4];
    let wrong = [null_mut(), std::ptr::without_provenance_mut(12345)];
    for client in wrong {
        let codes = unsafe {
            [
                ondine_set(client, c"ranks".as_ptr(), c"2".as_ptr()),
                ondine_field(client, c"u".as_ptr(), ONDINE_F64, 1, shape.as_ptr()),
                ondine_next(client, null_mut(), null_mut(), 0),
                ondine_begin(client, null(), 0, null_mut()),
                ondine_resume(client, 0, null(), 0, 0, null_mut()),
                ondine_join(client, 0),
                ondine_put(client, c"u".as_ptr(), null(), null(), null(), null()),
                ondine_commit(client, 0.0),
                ondine_finish(client, 0),
                ondine_should_stop(client, null_mut()),
                ondine_dropped(client, null_mut()),
                ondine_close(client),
            ]
        };
        assert_eq!(codes, [ONDINE_HANDLE; 12]);
        assert!(sentence().contains("client"), "{}", sentence());
    }
    let client = open(&listener());
    assert_eq!(unsafe { ondine_close(client) }, ONDINE_OK);
    assert_eq!(unsafe { ondine_close(client) }, ONDINE_HANDLE);
    assert_eq!(unsafe { ondine_commit(client, 0.0) }, ONDINE_HANDLE);
}

#[test]
fn arguments_that_make_no_sense_have_a_code() {
    let listener = listener();
    let client = open(&listener);
    let field = |dtype, rank, shape: *const usize| unsafe {
        ondine_field(client, c"u".as_ptr(), dtype, rank, shape)
    };
    let shape = [2usize, 3];
    assert_eq!(field(ONDINE_F64, 0, shape.as_ptr()), ONDINE_SHAPE);
    assert_eq!(field(ONDINE_F64, -1, shape.as_ptr()), ONDINE_SHAPE);
    assert_eq!(field(ONDINE_F64, 5, shape.as_ptr()), ONDINE_SHAPE);
    assert_eq!(field(3, 2, shape.as_ptr()), ONDINE_ARGUMENT);
    assert_eq!(field(ONDINE_F64, 2, null()), ONDINE_ARGUMENT);
    assert_eq!(field(ONDINE_F64, 2, shape.as_ptr()), ONDINE_OK);
    assert_eq!(field(ONDINE_F64, 2, shape.as_ptr()), ONDINE_FIELD);
    unsafe {
        assert_eq!(
            ondine_field(client, null(), 1, 1, shape.as_ptr()),
            ONDINE_ARGUMENT
        );
        let latin = b"\xe9\0";
        assert_eq!(
            ondine_field(client, latin.as_ptr().cast(), 1, 1, shape.as_ptr()),
            ONDINE_ARGUMENT
        );
        assert_eq!(
            ondine_set(client, c"speed".as_ptr(), c"1".as_ptr()),
            ONDINE_ARGUMENT
        );
        assert!(sentence().contains("when_full"), "{}", sentence());
        assert_eq!(
            ondine_set(client, c"timeout".as_ptr(), c"-1".as_ptr()),
            ONDINE_ARGUMENT
        );
        assert_eq!(ondine_begin(client, null(), 2, null_mut()), ONDINE_ARGUMENT);
        assert_eq!(
            ondine_open(c"nowhere".as_ptr(), &mut null_mut()),
            ONDINE_ENDPOINT
        );
        assert_eq!(
            ondine_open(c"tcp://127.0.0.1:1".as_ptr(), null_mut()),
            ONDINE_ARGUMENT
        );
        assert_eq!(
            ondine_open(c"tcp://127.0.0.1:1".as_ptr(), &mut null_mut()),
            ONDINE_CONNECT
        );
        assert_eq!(ondine_begin(client, null(), 0, null_mut()), ONDINE_OK);
        assert_eq!(ondine_close(client), ONDINE_ORDER, "not finished");
        assert_eq!(
            ondine_close(client),
            ONDINE_HANDLE,
            "and closed all the same"
        );
    }
}

#[test]
fn blocks_are_read_with_their_strides_and_no_further() {
    let listener = listener();
    let client = open(&listener);
    let data = [1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0];
    let (shape, name) = ([2usize, 3], c"u".as_ptr());
    let put = |data: *const f32, offset: &[usize; 2], shape: &[usize; 2], strides: &[isize; 2]| unsafe {
        let strides = strides.as_ptr();
        ondine_put(
            client,
            name,
            data.cast(),
            offset.as_ptr(),
            shape.as_ptr(),
            strides,
        )
    };
    let whole = data.as_ptr();
    unsafe {
        assert_eq!(
            ondine_field(client, name, ONDINE_F32, 2, shape.as_ptr()),
            ONDINE_OK
        );
        assert_eq!(ondine_begin(client, null(), 0, null_mut()), ONDINE_OK);
        assert_eq!(
            ondine_put(client, c"w".as_ptr(), whole.cast(), null(), null(), null()),
            ONDINE_FIELD
        );
        assert_eq!(
            ondine_put(client, name, null(), null(), null(), null()),
            ONDINE_ARGUMENT
        );
        let odd = whole.cast::<u8>().wrapping_add(1);
        assert_eq!(
            ondine_put(client, name, odd.cast(), null(), null(), null()),
            ONDINE_ARGUMENT
        );
    }
    assert_eq!(put(whole, &[1, 0], &[2, 3], &[3, 1]), ONDINE_SHAPE);
    assert_eq!(put(whole, &[0, usize::MAX], &[1, 2], &[3, 1]), ONDINE_SHAPE);
    assert_eq!(put(whole, &[0, 0], &[0, 3], &[3, 1]), ONDINE_SHAPE);
    assert_eq!(
        put(whole, &[0, 0], &[2, 3], &[isize::MAX, isize::MAX]),
        ONDINE_SHAPE
    );
    // Column-major, then backwards in two blocks, then as it lies.
    assert_eq!(put(whole, &[0, 0], &[2, 3], &[1, 2]), ONDINE_OK);
    assert_eq!(put(whole, &[0, 0], &[2, 3], &[1, 2]), ONDINE_OVERLAP);
    assert_eq!(unsafe { ondine_commit(client, 0.0) }, ONDINE_OK);
    assert_eq!(
        put(whole.wrapping_add(5), &[0, 0], &[1, 3], &[-3, -1]),
        ONDINE_OK
    );
    assert_eq!(unsafe { ondine_commit(client, 1.0) }, ONDINE_MISSING);
    assert_eq!(
        put(whole.wrapping_add(2), &[1, 0], &[1, 3], &[-3, -1]),
        ONDINE_OK
    );
    assert_eq!(unsafe { ondine_commit(client, 0.0) }, ONDINE_TIME);
    assert_eq!(unsafe { ondine_commit(client, 1.0) }, ONDINE_OK);
    unsafe {
        assert_eq!(
            ondine_put(client, name, whole.cast(), null(), null(), null()),
            ONDINE_OK
        );
        assert_eq!(ondine_commit(client, 2.0), ONDINE_OK);
        assert_eq!(ondine_finish(client, 0), ONDINE_OK);
        assert_eq!(ondine_close(client), ONDINE_OK);
    }
    let events = std::iter::from_fn(|| listener.event(Duration::from_millis(200)));
    let frames: Vec<Values> = events
        .filter_map(|event| match event {
            Event::Frame { fields, .. } => fields.into_iter().next(),
            _ => None,
        })
        .collect();
    let expected = [
        [1.0, 3.0, 5.0, 2.0, 4.0, 6.0],
        [6.0, 5.0, 4.0, 3.0, 2.0, 1.0],
        [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
    ];
    assert_eq!(frames, expected.map(|values| Values::F32(values.to_vec())));
}

#[test]
fn static_fields_and_simulations_of_the_training_come_through() {
    let listener = listener();
    listener.offer(Job::new(3, vec![0.5, 0.25]));
    listener.end();
    let client = open(&listener);
    let (mut number, mut values, mut flag, mut dropped) = (0, [0.0; 2], 7, 7);
    let (points, mask) = ([2usize], [0.0, 1.0]);
    unsafe {
        assert_eq!(
            ondine_field(client, c"u".as_ptr(), ONDINE_F64, 1, points.as_ptr()),
            ONDINE_OK
        );
        assert_eq!(
            ondine_next(client, &mut number, values.as_mut_ptr(), 2),
            ONDINE_OK
        );
        assert_eq!((number, values), (3, [0.5, 0.25]));
        let (name, none) = (c"mask".as_ptr(), null());
        let code = ondine_static(
            client,
            name,
            ONDINE_F64,
            1,
            points.as_ptr(),
            mask.as_ptr().cast(),
            none,
            none,
            null(),
        );
        assert_eq!(code, ONDINE_OK);
        assert_eq!(ondine_should_stop(client, &mut flag), ONDINE_OK);
        assert_eq!(ondine_dropped(client, &mut dropped), ONDINE_OK);
        assert_eq!((flag, dropped), (0, 0));
        assert_eq!(ondine_finish(client, 4), ONDINE_OK);
        assert_eq!(
            ondine_next(client, &mut number, values.as_mut_ptr(), 2),
            ONDINE_END
        );
        assert_eq!(sentence(), "no simulation is left to run");
        assert_eq!(CStr::from_ptr(ondine_code_name(ONDINE_END)), c"ONDINE_END");
        assert_eq!(ondine_close(client), ONDINE_OK);
    }
}

#[test]
fn the_header_has_every_function_of_the_library() {
    let read =
        |path: &str| std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR")));
    let header = read("include/ondine.h").expect("the header");
    let source = ["src/lib.rs", "src/arrays.rs"].map(|name| read(name).expect("the source"));
    let source = source.concat();
    let names = |text: &str, before: &str| -> Vec<String> {
        let rest = text.split(before).skip(1);
        let name = |rest: &str| rest.split('(').next().unwrap_or_default().to_owned();
        rest.map(name)
            .filter(|name| name.starts_with("ondine_"))
            .collect()
    };
    let mut exported = names(&source, "extern \"C\" fn ");
    exported.sort();
    let mut declared = names(&header, "\nint ");
    declared.extend(names(&header, "\nconst char *"));
    declared.sort();
    assert_eq!(exported, declared);
    assert_eq!(exported.len(), 17);
}

use super::*;

fn numbers(len: usize, seed: f32) -> Vec<f32> {
    (0..len).map(|i| (seed * (i + 1) as f32).sin()).collect()
}

/// `start + a b` in double precision.
fn expected(start: &[f32], a: &[f32], b: &[f32], [depth, columns]: [usize; 2]) -> Vec<f64> {
    let entry = |i: usize| {
        let (row, column) = (i / columns, i % columns);
        let terms =
            (0..depth).map(|p| f64::from(a[row * depth + p]) * f64::from(b[p * columns + column]));
        f64::from(start[i]) + terms.sum::<f64>()
    };
    (0..start.len()).map(entry).collect()
}

#[test]
fn products_of_all_tiles_follow_the_definition_on_every_processor() {
    for (rows, depth, columns) in [
        (13, 7, 112),
        (1, 5, 16),
        (6, 64, 64),
        (5, 0, 48),
        (50, 0, 48),
        (3, 33, 32),
        (50, 9, 112),
        (49, 64, 32),
    ] {
        let (a, b) = (numbers(rows * depth, 0.7), numbers(depth * columns, 1.3));
        let sizes = Sizes {
            rows,
            depth,
            columns,
            stride: columns,
        };
        let (a_rows, b_rows) = (Rows::new(&a, depth), Rows::new(&b, columns));
        let present = numbers(rows * columns, 0.3);
        let row = numbers(columns, 0.1);
        let starts = [
            (Start::Zero, vec![0.0; rows * columns]),
            (Start::Row(&row), row.repeat(rows)),
            (Start::Present, present.clone()),
        ];
        for (start, added) in starts {
            let expected = expected(&added, &a, &b, [depth, columns]);
            let mut all = [present.clone(), present.clone()];
            multiply(&mut all[0], start, a_rows, b_rows, sizes);
            let product = Product {
                y: all[1].as_mut_ptr(),
                start,
                a: a_rows,
                b: b_rows,
                sizes,
            };
            #[allow(unsafe_code, reason = "the test of an unsafe function")]
            // SAFETY: the matrices are those that were checked above.
            unsafe {
                bands::<Plain>(&product, &mut vec![0.0; product.packed()]);
            }
            for (y, expected) in all.iter().flat_map(|y| y.iter().zip(&expected)) {
                let error = (f64::from(*y) - expected).abs();
                assert!(error < 1e-5, "{rows} {depth} {columns}: {error}"); // sums of 64 terms in f32
            }
        }
    }
}

#[test]
fn a_row_of_a_product_is_the_same_to_the_bit_beside_any_others() {
    for (rows, depth, columns) in [(61, 40, 112), (75, 600, 32), (48, 5, 16)] {
        let (a, b) = (numbers(rows * depth, 0.7), numbers(depth * columns, 1.3));
        let product = |range: Range<usize>| {
            let sizes = Sizes {
                rows: range.len(),
                depth,
                columns,
                stride: columns,
            };
            let mut y = vec![0.0; range.len() * columns];
            let a = Rows::new(&a[range.start * depth..], depth);
            multiply(&mut y, Start::Zero, a, Rows::new(&b, columns), sizes);
            y
        };
        let all = product(0..rows);
        for size in [1, 5, 13, 47] {
            let parts = (0..rows).step_by(size);
            let parts = parts.flat_map(|first| product(first..rows.min(first + size)));
            let same = parts
                .zip(&all)
                .all(|(part, whole)| part.to_bits() == whole.to_bits());
            assert!(same, "{rows} {depth} {columns} by {size}");
        }
    }
}

#[test]
fn columns_in_blocks_are_those_of_the_rows_from_their_places_on() {
    let (rows, size, columns, starts) = (23, 5, 48, [0, 31, 8]);
    let values = numbers(rows * 3 + 40, 0.7);
    let (depth, b) = (size * starts.len(), numbers(15 * columns, 1.3));
    let of_row = |row: usize| starts.map(|start| &values[3 * row + start..][..size]);
    let gathered: Vec<f32> = (0..rows).flat_map(|row| of_row(row).concat()).collect();
    let sizes = Sizes {
        rows,
        depth,
        columns,
        stride: columns,
    };
    let [blocks, whole] = [
        Rows::new(&values, 3).with_blocks(&starts),
        Rows::new(&gathered, depth),
    ]
    .map(|a| {
        let mut y = vec![f32::NAN; rows * columns];
        multiply(&mut y, Start::Zero, a, Rows::new(&b, columns), sizes);
        y.iter().map(|y| y.to_bits()).collect::<Vec<_>>()
    });
    assert_eq!(blocks, whole);
}

#[test]
#[should_panic(expected = "the factors lie in their slices")]
fn a_block_beyond_its_slice_is_refused() {
    let (sizes, b) = (
        Sizes {
            rows: 2,
            depth: 4,
            columns: 16,
            stride: 16,
        },
        [0.0; 64],
    );
    let a = Rows::new(&[0.0; 9], 3).with_blocks(&[0, 5]);
    multiply(&mut [0.0; 32], Start::Zero, a, Rows::new(&b, 16), sizes);
}

#[test]
#[should_panic(expected = "the factors lie in their slices")]
fn a_factor_beyond_its_slice_is_refused() {
    let sizes = Sizes {
        rows: 2,
        depth: 3,
        columns: 16,
        stride: 16,
    };
    let b = Rows::new(&[0.0; 47], 16);
    multiply(
        &mut [0.0; 32],
        Start::Zero,
        Rows::new(&[0.0; 6], 3),
        b,
        sizes,
    );
}

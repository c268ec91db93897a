//! Orders of the values of a state: the last axis of the grid fastest, or the first.

/// The place of every value of a field in the other order.
#[derive(Debug)]
pub(crate) struct Order {
    places: Vec<usize>,
    /// Whether arrays of the code have the first axis fastest.
    pub(crate) column_major: bool,
}

impl Order {
    /// The places on a grid; row-major at first.
    pub(crate) fn new(points: &[usize]) -> Self {
        let cells: usize = points.iter().product();
        Self {
            places: (0..cells).map(|cell| column_major(points, cell)).collect(),
            column_major: false,
        }
    }

    /// Reads the array of a code, as 64-bit numbers with the last axis fastest.
    pub(crate) fn read<T: Copy + Into<f64>>(&self, array: &[T], state: &mut [f64]) {
        let size = self.places.len();
        for (field, state) in array.chunks_exact(size).zip(state.chunks_exact_mut(size)) {
            if self.column_major {
                let pairs = state.iter_mut().zip(&self.places);
                pairs.for_each(|(value, place)| *value = field[*place].into());
            } else {
                let pairs = state.iter_mut().zip(field);
                pairs.for_each(|(value, number)| *value = (*number).into());
            }
        }
    }

    /// Writes a state into the array of a code.
    pub(crate) fn write<T>(&self, state: &[f64], number: impl Fn(f64) -> T, array: &mut [T]) {
        let size = self.places.len();
        for (state, field) in state.chunks_exact(size).zip(array.chunks_exact_mut(size)) {
            if self.column_major {
                let pairs = state.iter().zip(&self.places);
                pairs.for_each(|(value, place)| field[*place] = number(*value));
            } else {
                let pairs = state.iter().zip(field);
                pairs.for_each(|(value, place)| *place = number(*value));
            }
        }
    }
}

/// The place, the first axis fastest, of the cell with this number, the last axis fastest.
fn column_major(points: &[usize], cell: usize) -> usize {
    let (mut rest, mut stride) = (cell, points.iter().product::<usize>());
    let axes = points.iter().rev().map(|&count| {
        stride /= count;
        let index = rest % count;
        rest /= count;
        index * stride
    });
    axes.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders_are_turned_into_each_other_field_by_field() {
        let rows = [
            0.0, 1.0, 2.0, 10.0, 11.0, 12.0, 5.0, 5.0, 5.0, 6.0, 6.0, 6.0,
        ];
        let columns = [
            0.0, 10.0, 1.0, 11.0, 2.0, 12.0, 5.0, 6.0, 5.0, 6.0, 5.0, 6.0,
        ];
        let mut order = Order::new(&[2, 3]);
        for (column_major, array) in [(false, rows), (true, columns)] {
            order.column_major = column_major;
            let (mut state, mut back) = ([0.0; 12], [0.0_f32; 12]);
            order.read(&array, &mut state);
            order.write(&state, |value| value as f32, &mut back);
            assert_eq!((state, back.map(f64::from)), (rows, array));
        }
    }
}

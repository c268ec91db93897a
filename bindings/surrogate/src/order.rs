//! Orders of the values of a state: the last axis of the grid fastest, or the first.

/// The place of every value of a field in the other order.
#[derive(Debug)]
pub(crate) struct Order(Vec<usize>);

impl Order {
    /// The places on a grid.
    pub(crate) fn new(points: &[usize]) -> Self {
        let cells: usize = points.iter().product();
        Self((0..cells).map(|cell| column_major(points, cell)).collect())
    }

    /// Values with the last axis fastest, of those with the first axis fastest.
    pub(crate) fn to_rows(&self, values: &[f64]) -> Vec<f64> {
        let fields = values.chunks_exact(self.0.len());
        let turned = fields.flat_map(|field| self.0.iter().map(|&place| field[place]));
        turned.collect()
    }

    /// Values with the first axis fastest, of those with the last axis fastest.
    pub(crate) fn to_columns(&self, values: &[f64]) -> Vec<f64> {
        let mut turned = vec![0.0; values.len()];
        let fields = values.chunks_exact(self.0.len());
        for (field, places) in fields.zip(turned.chunks_exact_mut(self.0.len())) {
            let pairs = field.iter().zip(&self.0);
            pairs.for_each(|(value, &place)| places[place] = *value);
        }
        turned
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
        let order = Order::new(&[2, 3]);
        let rows = [
            0.0, 1.0, 2.0, 10.0, 11.0, 12.0, 5.0, 5.0, 5.0, 6.0, 6.0, 6.0,
        ];
        let columns = [
            0.0, 10.0, 1.0, 11.0, 2.0, 12.0, 5.0, 6.0, 5.0, 6.0, 5.0, 6.0,
        ];
        assert_eq!(order.to_columns(&rows), columns);
        assert_eq!(order.to_rows(&columns), rows);
        assert_eq!(
            Order::new(&[5]).to_rows(&[1.0, 2.0, 3.0, 4.0, 5.0]),
            [1.0, 2.0, 3.0, 4.0, 5.0]
        );
    }
}

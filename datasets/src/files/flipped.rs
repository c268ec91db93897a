//! Arrays along axes whose points fall, such as latitudes from north to south: read from the other end.

use super::DatasetError;
use super::array::Array;
use std::sync::Arc;

/// An array with the order of its entries turned round along some axes.
pub(super) struct Flipped {
    array: Arc<dyn Array>,
    /// Per axis, whether it is turned round.
    flips: Vec<bool>,
}

impl Flipped {
    /// The array with these axes turned round; itself where none is.
    pub(super) fn over(array: Arc<dyn Array>, flips: Vec<bool>) -> Arc<dyn Array> {
        if flips.contains(&true) {
            Arc::new(Self { array, flips })
        } else {
            array
        }
    }
}

impl Array for Flipped {
    fn name(&self) -> &str {
        self.array.name()
    }

    fn shape(&self) -> &[usize] {
        self.array.shape()
    }

    fn read(&self, start: &[usize], count: &[usize]) -> Result<Vec<f64>, DatasetError> {
        let extents = self.shape().iter().zip(start.iter().zip(count));
        let begin = |(&flip, (n, (start, count))): (&bool, (&usize, (&usize, &usize)))| {
            if flip { n - start - count } else { *start }
        };
        let begins: Vec<usize> = self.flips.iter().zip(extents).map(begin).collect();
        let values = self.array.read(&begins, count)?;
        let mut out = Vec::with_capacity(values.len());
        turn(&values, count, &self.flips, &mut out);
        Ok(out)
    }

    fn fill_values(&self) -> Vec<f64> {
        self.array.fill_values()
    }

    fn chunk(&self) -> Option<Vec<usize>> {
        self.array.chunk()
    }
}

/// Appends the values of a block, the last axis fastest, with some of its axes turned round.
fn turn(values: &[f64], count: &[usize], flips: &[bool], out: &mut Vec<f64>) {
    let (Some((&n, inner)), Some((&flip, flips))) = (count.split_first(), flips.split_first())
    else {
        out.extend(values);
        return;
    };
    let slab: usize = inner.iter().product();
    for index in 0..n {
        let from = if flip { n - 1 - index } else { index };
        turn(&values[from * slab..][..slab], inner, flips, out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::array::Held;
    use super::*;

    #[test]
    fn blocks_come_from_the_other_end() {
        let values = (0..24).map(f64::from).collect();
        let array: Arc<dyn Array> = Arc::new(Held::new("a", &[2, 3, 4], values));
        let flipped = Flipped::over(array.clone(), vec![false, true, true]);
        let all = flipped.all().unwrap();
        assert_eq!(all[..5], [11.0, 10.0, 9.0, 8.0, 7.0]);
        let block = flipped.read(&[1, 0, 1], &[1, 2, 2]).unwrap();
        assert_eq!(block, [22.0, 21.0, 18.0, 17.0]);
        let same = Flipped::over(array.clone(), vec![false; 3]);
        assert!(Arc::ptr_eq(&same, &array));
    }
}

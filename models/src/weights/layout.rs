//! The order of axes in other programs, and back.

use super::Array;

/// Order of the axes of an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// As here.
    Plain,
    /// A factor a channel: `[1, channels]`.
    Factor,
    /// A dense layer, or a convolution with kernel 1: `[outputs, inputs]`; here `[inputs, outputs]`.
    Dense,
    /// A convolution: `[outputs, inputs, kernel …]`; here `[tap, inputs, outputs]`.
    Convolution,
    /// A transposed convolution: `[inputs, outputs, kernel …]`; here `[inputs, tap, outputs]`.
    TransposedConvolution,
    /// A spectral convolution: `[inputs, outputs, modes …, 2]`, the last axis real and imaginary part; here
    /// `[mode, inputs, 2 · outputs]`, the modes of the last axis slowest.
    Spectral,
}

/// The place of a weight among arrays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Name of the array.
    pub name: String,
    /// Order of its axes.
    pub layout: Layout,
    /// Lengths of the axes of its kernel, or its modes per axis; ones where it has such axes for nothing.
    pub kernel: Vec<usize>,
}

impl Source {
    /// An array of this name and layout without a kernel.
    pub fn new(name: String, layout: Layout) -> Self {
        Self {
            name,
            layout,
            kernel: Vec::new(),
        }
    }

    /// The same with a kernel.
    #[must_use]
    pub fn with_kernel(mut self, kernel: &[usize]) -> Self {
        self.kernel = kernel.to_vec();
        self
    }

    /// The shape of the array for a weight that has the shape `own` here.
    ///
    /// # Panics
    /// When `own` is no shape that the layout can have.
    pub fn shape(&self, own: &[usize]) -> Vec<usize> {
        let front = match (self.layout, own) {
            (Layout::Plain, own) => own.to_vec(),
            (Layout::Factor, &[channels]) => vec![1, channels],
            (Layout::Dense, &[inputs, outputs]) => vec![outputs, inputs],
            (Layout::Convolution, &[_, inputs, outputs]) => vec![outputs, inputs],
            (Layout::TransposedConvolution, &[inputs, _, outputs]) => vec![inputs, outputs],
            (Layout::Spectral, &[_, inputs, outputs]) => vec![inputs, outputs / 2],
            (layout, own) => unreachable!("a weight of shape {own:?} is no {layout:?}"),
        };
        let parts: &[usize] = match self.layout {
            Layout::Spectral => &[2],
            _ => &[],
        };
        let shape = [&front, &self.kernel[..], parts].concat();
        let count = |axes: &[usize]| axes.iter().product::<usize>();
        assert_eq!(
            count(&shape),
            count(own),
            "`{}` has the values of its weight",
            self.name
        );
        shape
    }

    /// The values of the weight, which has the shape `own` here, in the order that they have here; nothing where the array
    /// has another shape. Axes of length 1 do not matter.
    pub(super) fn values(&self, array: &Array, own: &[usize]) -> Option<Vec<f32>> {
        let shape = self.shape(own);
        if long(&array.shape) != long(&shape) {
            return None;
        }
        let array = Array::new(&shape, array.values.clone());
        Some(array.permuted(&self.order(shape.len())))
    }

    /// The array of the weight that has the shape `own` and these values here.
    pub(super) fn array(&self, values: Vec<f32>, own: &[usize]) -> Array {
        let shape = self.shape(own);
        let order = self.order(shape.len());
        let here: Vec<usize> = order.iter().map(|&axis| shape[axis]).collect();
        let mut back = vec![0; order.len()];
        for (place, &axis) in order.iter().enumerate() {
            back[axis] = place;
        }
        let values = Array::new(&here, values).permuted(&back);
        Array::new(&shape, values)
    }

    /// The axes of an array of rank `rank` in the order that they have here.
    fn order(&self, rank: usize) -> Vec<usize> {
        let kernel = 2..rank;
        match self.layout {
            Layout::Plain | Layout::Factor => (0..rank).collect(),
            Layout::Dense | Layout::Convolution => kernel.chain([1, 0]).collect(),
            Layout::TransposedConvolution => [0].into_iter().chain(kernel).chain([1]).collect(),
            Layout::Spectral => (2..rank - 1).rev().chain([0, rank - 1, 1]).collect(),
        }
    }
}

/// The lengths of all axes that hold more than one value; the others change nothing.
fn long(axes: &[usize]) -> Vec<usize> {
    let long = axes.iter().copied().filter(|&length| length > 1);
    long.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Layout, kernel, shape here, shape there, order of the axes there.
    type Case = (
        Layout,
        &'static [usize],
        &'static [usize],
        &'static [usize],
        &'static [usize],
    );

    const CASES: &[Case] = &[
        (Layout::Plain, &[], &[5], &[5], &[0]),
        (Layout::Plain, &[1, 1], &[5], &[5, 1, 1], &[0, 1, 2]),
        (Layout::Factor, &[1], &[5], &[1, 5, 1], &[0, 1, 2]),
        (Layout::Dense, &[], &[5, 7], &[7, 5], &[1, 0]),
        (Layout::Dense, &[1], &[5, 7], &[7, 5, 1], &[2, 1, 0]),
        (
            Layout::Convolution,
            &[3, 3],
            &[9, 5, 7],
            &[7, 5, 3, 3],
            &[2, 3, 1, 0],
        ),
        (
            Layout::TransposedConvolution,
            &[4, 4],
            &[7, 16, 5],
            &[7, 5, 4, 4],
            &[0, 2, 3, 1],
        ),
        (
            Layout::Spectral,
            &[4, 3],
            &[12, 7, 10],
            &[7, 5, 4, 3, 2],
            &[3, 2, 0, 4, 1],
        ),
    ];

    #[test]
    fn every_layout_has_its_shape_and_its_order() {
        for (layout, kernel, own, there, order) in CASES {
            let source = Source::new("a".to_owned(), *layout).with_kernel(kernel);
            assert_eq!(source.shape(own), *there, "{layout:?}");
            assert_eq!(source.order(there.len()), *order, "{layout:?}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for (layout, kernel, own, there, _) in CASES {
            let source = Source::new("a".to_owned(), *layout).with_kernel(kernel);
            let count: usize = own.iter().product();
            let values: Vec<f32> = (0..count).map(|i| i as f32).collect();
            let array = source.array(values.clone(), own);
            assert_eq!(array.shape(), *there, "{layout:?}");
            assert_eq!(source.values(&array, own), Some(values), "{layout:?}");
        }
    }

    #[test]
    fn a_convolution_has_its_taps_along_the_last_axes() {
        // Tap (1, 0) of 2 × 3, from input 1 to output 0, of 2 inputs and 1 output: here [6, 2, 1], there [1, 2, 2, 3].
        let source = Source::new("a".to_owned(), Layout::Convolution).with_kernel(&[2, 3]);
        let mut values = vec![0.0; 12];
        values[3 * 2 + 1] = 1.0;
        let array = source.array(values, &[6, 2, 1]);
        let place = 6 + 3; // input 1, row 1, column 0
        assert_eq!(
            array.values().iter().position(|&value| value > 0.0),
            Some(place)
        );
    }

    #[test]
    fn axes_of_length_one_do_not_matter_and_others_do() {
        let source = Source::new("a".to_owned(), Layout::Dense);
        let values: Vec<f32> = (0..6).map(|i| i as f32).collect();
        let read = |shape: &[usize]| source.values(&Array::new(shape, values.clone()), &[2, 3]);
        assert_eq!(read(&[3, 2]), read(&[3, 2, 1, 1]));
        assert_eq!(read(&[2, 3]), None);
    }
}

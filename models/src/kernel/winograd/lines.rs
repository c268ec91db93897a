//! Lines of numbers that are sums of others with factors: the loops before and after the products on tiles.

use super::axis::Term;
use pulp::{Arch, Simd, WithSimd};

/// Lists of terms, one after the other in memory.
#[derive(Debug, Default)]
pub(super) struct Lists {
    terms: Vec<Term>,
    ends: Vec<usize>,
}

impl Lists {
    /// One more list: selections of three axes, joined: positions in an array of `sizes`, lines of `len` numbers at each place,
    /// the factors multiplied.
    pub(super) fn join(&mut self, parts: [&[Term]; 3], sizes: [usize; 3], len: usize) {
        let [first, second, third] = parts;
        for (i, a) in first {
            for (j, b) in second {
                let (line, ab) = ((i * sizes[1] + j) * sizes[2], a * b);
                let terms = third.iter().map(|(k, c)| ((line + k) * len, ab * c));
                self.terms.extend(terms);
            }
        }
        self.ends.push(self.terms.len());
    }

    fn list(&self, i: usize) -> &[Term] {
        let start = if i == 0 { 0 } else { self.ends[i - 1] };
        &self.terms[start..self.ends[i]]
    }
}

/// Sums of lines of a source.
pub(super) struct Sums<'a> {
    pub(super) source: &'a [f32],
    /// Numbers of a line.
    pub(super) len: usize,
    pub(super) lists: &'a Lists,
    /// For every line of the answer the place from which its terms are counted, and their list.
    pub(super) lines: &'a [(usize, usize)],
}

impl Sums<'_> {
    /// Writes the sums in place of the lines of `y`.
    pub(super) fn write(&self, y: &mut [f32]) {
        Arch::new().dispatch(Write(self, y));
    }

    /// Adds the sums to the lines of `y`.
    pub(super) fn add(&self, y: &mut [f32]) {
        Arch::new().dispatch(Add(self, y));
    }
}

struct Write<'a>(&'a Sums<'a>, &'a mut [f32]);

impl WithSimd for Write<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self(sums, y) = self;
        for (y, (start, list)) in y.chunks_exact_mut(sums.len).zip(sums.lines) {
            let source = &sums.source[*start..];
            match sums.lists.list(*list) {
                [] => y.fill(0.0),
                [a] => one(y, source, [*a]),
                [a, b] => two::<false>(y, source, [*a, *b]),
                [a, b, c, d, rest @ ..] => {
                    four::<false>(y, source, [*a, *b, *c, *d]);
                    add_all(y, source, rest);
                }
                [a, b, rest @ ..] => {
                    two::<false>(y, source, [*a, *b]);
                    add_all(y, source, rest);
                }
            }
        }
    }
}

struct Add<'a>(&'a Sums<'a>, &'a mut [f32]);

impl WithSimd for Add<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self(sums, y) = self;
        for (y, (start, list)) in y.chunks_exact_mut(sums.len).zip(sums.lines) {
            add_all(y, &sums.source[*start..], sums.lists.list(*list));
        }
    }
}

/// Adds all terms, four at a time.
#[inline(always)]
fn add_all(y: &mut [f32], source: &[f32], terms: &[Term]) {
    let mut rest = terms;
    while let [a, b, c, d, others @ ..] = rest {
        four::<true>(y, source, [*a, *b, *c, *d]);
        rest = others;
    }
    match rest {
        [a, b, c] => three(y, source, [*a, *b, *c]),
        [a, b] => two::<true>(y, source, [*a, *b]),
        [a] => add_one(y, source, *a),
        _ => {}
    }
}

#[inline(always)]
fn part(source: &[f32], (offset, factor): Term, len: usize) -> (&[f32], f32) {
    (&source[offset..][..len], factor)
}

#[inline(always)]
fn one(y: &mut [f32], source: &[f32], [a]: [Term; 1]) {
    let (a, f_a) = part(source, a, y.len());
    y.iter_mut().zip(a).for_each(|(y, a)| *y = f_a * a);
}

#[inline(always)]
fn add_one(y: &mut [f32], source: &[f32], a: Term) {
    let (a, f_a) = part(source, a, y.len());
    y.iter_mut().zip(a).for_each(|(y, a)| *y += f_a * a);
}

#[inline(always)]
fn two<const ADD: bool>(y: &mut [f32], source: &[f32], terms: [Term; 2]) {
    let [(a, f_a), (b, f_b)] = terms.map(|term| part(source, term, y.len()));
    for (y, (a, b)) in y.iter_mut().zip(a.iter().zip(b)) {
        let sum = f_a * a + f_b * b;
        *y = if ADD { *y + sum } else { sum };
    }
}

#[inline(always)]
fn three(y: &mut [f32], source: &[f32], terms: [Term; 3]) {
    let [(a, f_a), (b, f_b), (c, f_c)] = terms.map(|term| part(source, term, y.len()));
    for (y, ((a, b), c)) in y.iter_mut().zip(a.iter().zip(b).zip(c)) {
        *y += (f_a * a + f_b * b) + f_c * c;
    }
}

#[inline(always)]
fn four<const ADD: bool>(y: &mut [f32], source: &[f32], terms: [Term; 4]) {
    let [(a, f_a), (b, f_b), (c, f_c), (d, f_d)] = terms.map(|term| part(source, term, y.len()));
    let parts = a.iter().zip(b).zip(c.iter().zip(d));
    for (y, ((a, b), (c, d))) in y.iter_mut().zip(parts) {
        let sum = (f_a * a + f_b * b) + (f_c * c + f_d * d);
        *y = if ADD { *y + sum } else { sum };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of 19 numbers with 0 to 9 terms, of multiples of a half, so that sums are exact.
    #[test]
    fn lines_are_sums_of_their_terms_written_or_added() {
        let (len, count) = (19, 10);
        let source: Vec<f32> = (0..2 * count * len).map(|i| (i % 101) as f32).collect();
        let mut lists = Lists::default();
        let factor = |i: usize| 1.5 - 0.5 * i as f32;
        for number in 0..count {
            let terms: Vec<Term> = (0..number).map(|i| (i, factor(i))).collect();
            lists.join([&[(0, 1.0)], &[(0, 1.0)], &terms], [1, 1, count], len);
        }
        let lines: Vec<(usize, usize)> = (0..count).map(|i| (i * len, i)).collect();
        let sums = Sums {
            source: &source,
            len,
            lists: &lists,
            lines: &lines,
        };
        let expected = |line: usize, j: usize| -> f32 {
            let terms = (0..line).map(|i| factor(i) * source[(line + i) * len + j]);
            terms.sum()
        };
        let (mut written, mut added) = (vec![f32::NAN; count * len], vec![7.0; count * len]);
        sums.write(&mut written);
        sums.add(&mut added);
        for i in 0..count * len {
            let expected = expected(i / len, i % len);
            assert!((written[i] - expected).abs() <= 0.0, "{i}");
            assert!((added[i] - 7.0 - expected).abs() <= 0.0, "{i}");
        }
    }

    #[test]
    fn selections_of_axes_are_joined_with_their_factors() {
        let mut lists = Lists::default();
        lists.join(
            [&[(1, 1.0)], &[(0, 2.0), (2, -1.0)], &[(3, 0.5)]],
            [2, 3, 4],
            10,
        );
        assert_eq!(lists.list(0), [(150, 1.0), (230, -0.5)]);
    }
}

//! Modes of both signs from cosine and sine sums of complex numbers, and back; each is the adjoint of the other.
//!
//! A part is one mode or sum of `size` numbers, its real parts before its imaginary ones.

/// `û_±k = c_k ± i s_k` of complex cosine and sine sums, from `−m/2` on.
///
/// # Shapes   waves: `[k, 2, part]` → `[mode, part]`
pub(crate) fn both_signs(waves: &[f32], size: usize, u_hat: &mut [f32]) {
    let negative = u_hat.len() / size / 2;
    for (mode, u) in u_hat.chunks_mut(size).enumerate() {
        let wave = &waves[2 * size * mode.abs_diff(negative)..][..2 * size];
        let (cosine, sine) = wave.split_at(size);
        let (re, im) = u.split_at_mut(size / 2);
        let sign = if mode < negative { -1.0 } else { 1.0 };
        let (sine_re, sine_im) = sine.split_at(size / 2);
        let (cosine_re, cosine_im) = cosine.split_at(size / 2);
        for ((re, c), s) in re.iter_mut().zip(cosine_re).zip(sine_im) {
            *re = c - sign * s;
        }
        for ((im, c), s) in im.iter_mut().zip(cosine_im).zip(sine_re) {
            *im = c + sign * s;
        }
    }
}

/// `c_k = û_k + û_−k` and `s_k = −i (û_k − û_−k)`, whose waves `c cos − s sin` are those of both modes.
///
/// # Shapes   `u_hat`: `[mode, part]` → `[k, 2, part]`
pub(crate) fn from_both_signs(u_hat: &[f32], size: usize, waves: &mut [f32]) {
    let negative = u_hat.len() / size / 2;
    waves.fill(0.0);
    for (mode, u) in u_hat.chunks(size).enumerate() {
        let wave = &mut waves[2 * size * mode.abs_diff(negative)..][..2 * size];
        let (cosine, sine) = wave.split_at_mut(size);
        let sign = if mode < negative { -1.0 } else { 1.0 };
        cosine.iter_mut().zip(u).for_each(|(c, u)| *c += u);
        let (re, im) = u.split_at(size / 2);
        let (sine_re, sine_im) = sine.split_at_mut(size / 2);
        sine_re.iter_mut().zip(im).for_each(|(s, u)| *s += sign * u);
        sine_im.iter_mut().zip(re).for_each(|(s, u)| *s -= sign * u);
    }
}

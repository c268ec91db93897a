//! Scores of ensembles: how well the spread of several forecasts of one state predicts their error.
//!
//! For forecasters that draw samples, such as PDE-Refiner. `members` are `M` states of the same size, the truth is one
//! more; every function averages over all numbers of a state.
//!
//! Functions panic where there is no member, or one of another size than the truth.

/// Normalisation of the mean distance between members.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Crps {
    /// As if the members were the whole distribution: `1/M²`.
    Empirical,
    /// As if they were drawn from it: `1/(M (M − 1))`. Its mean does not depend on `M`.
    Fair,
    /// `α` times the fair score and `1 − α` times the empirical one. With `α` below 1 no member can be anywhere at no cost, as the
    /// fair score of two members allows it where the other one is right: Lang et al. (2024), arXiv 2412.15832, eq. 4, take 0.95.
    AlmostFair(f64),
}

/// Continuous ranked probability score `⟨|xᵢ − y|⟩ᵢ − ½ ⟨|xᵢ − xⱼ|⟩ᵢⱼ`, in units of the field; the absolute error where
/// there is one member.
///
/// Gneiting & Raftery (2007), *J. Am. Stat. Assoc.* 102, eq. 21; the fair form: Ferro (2014), *Q. J. R. Meteorol. Soc.* 140.
pub fn crps<T: Copy + Into<f64>>(members: &[&[T]], truth: &[T], form: Crps) -> f64 {
    let count = members.len() as f64;
    let pairs = match form {
        _ if members.len() == 1 => 1.0,
        Crps::Empirical => count * count,
        Crps::Fair => count * (count - 1.0),
        Crps::AlmostFair(alpha) => count * (count - 1.0) / (1.0 - (1.0 - alpha) / count),
    };
    mean_over_points(members, truth, |sorted, y| {
        let error: f64 = sorted.iter().map(|x| (x - y).abs()).sum();
        // Σᵢⱼ |xᵢ − xⱼ| = 2 Σᵢ (2i − M − 1) x₍ᵢ₎ of sorted members, i = 1 … M.
        let ranks = sorted.iter().enumerate();
        let distance: f64 = ranks
            .map(|(i, x)| 2.0 * (2.0 * i as f64 + 1.0 - count) * x)
            .sum();
        error / count - 0.5 * distance / pairs
    })
}

/// Spread over skill `√((M + 1)/M) √⟨s²⟩ / √⟨(x̄ − y)²⟩`, `s²` the unbiased variance of the members: 1 for members that
/// the truth could be one of, less for forecasts that are too sure. Not a number for a single member.
///
/// Fortin et al. (2014), *J. Hydrometeorol.* 15.
pub fn spread_skill<T: Copy + Into<f64>>(members: &[&[T]], truth: &[T]) -> f64 {
    let count = members.len() as f64;
    let [spread, error] = spread_and_error(members, truth);
    ((count + 1.0) / count * spread / error).sqrt()
}

/// Mean squares over points of the spread, `⟨s²⟩`, and of the error of the mean, `⟨(x̄ − y)²⟩`; ratios over many states are
/// those of sums of these.
pub fn spread_and_error<T: Copy + Into<f64>>(members: &[&[T]], truth: &[T]) -> [f64; 2] {
    assert_members(members, truth);
    let count = members.len() as f64;
    let mut sums = [0.0; 2];
    for (point, &y) in truth.iter().enumerate() {
        let values = members.iter().map(|member| -> f64 { member[point].into() });
        let mean = values.clone().sum::<f64>() / count;
        let squares: f64 = values.map(|x| (x - mean) * (x - mean)).sum();
        sums[0] += squares / (count - 1.0);
        sums[1] += (mean - y.into()).powi(2);
    }
    sums.map(|sum| sum / truth.len() as f64)
}

/// Share of the points where the truth lies in the central interval that should hold the share `level` of it, between 0
/// and 1.
///
/// The ends are the quantiles `(1 ∓ level)/2` of the members, the `i`-th of which is that of `i/(M + 1)` (Weibull 1939;
/// Hyndman & Fan 1996, type 6), and interpolated between. The share is so `level` for members that the truth could be
/// one of, exactly where both ends are members; fewer than `(1 + level)/(1 − level)` give all they span.
pub fn coverage<T: Copy + Into<f64>>(members: &[&[T]], truth: &[T], level: f64) -> f64 {
    mean_over_points(members, truth, |sorted, y| {
        let [low, high] =
            [0.5 - 0.5 * level, 0.5 + 0.5 * level].map(|share| quantile(sorted, share));
        f64::from(u8::from((low..=high).contains(&y)))
    })
}

/// The quantile `share` of sorted values, of which the `i`-th is that of `i/(M + 1)`.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len() - 1;
    let place = (share * (last as f64 + 2.0) - 1.0).clamp(0.0, last as f64);
    let below = place as usize;
    let above = (below + 1).min(last);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}

/// The mean over points of what `of` makes of the sorted members and the truth there.
fn mean_over_points<T: Copy + Into<f64>>(
    members: &[&[T]],
    truth: &[T],
    of: impl Fn(&[f64], f64) -> f64,
) -> f64 {
    assert_members(members, truth);
    let mut sorted = vec![0.0; members.len()];
    let mut sum = 0.0;
    for (point, &y) in truth.iter().enumerate() {
        for (value, member) in sorted.iter_mut().zip(members) {
            *value = member[point].into();
        }
        sorted.sort_by(f64::total_cmp);
        sum += of(&sorted, y.into());
    }
    sum / truth.len() as f64
}

fn assert_members<T>(members: &[&[T]], truth: &[T]) {
    assert!(!members.is_empty(), "an ensemble has members");
    let alike = members.iter().all(|member| member.len() == truth.len());
    assert!(alike, "members have the size of the truth");
}

#[cfg(test)]
mod tests {
    use super::*;
    use ondine_solvers::{Rng, Stream};

    /// Members and a truth drawn from one distribution at many points; normal with the standard deviation `scale`.
    fn draws(count: usize, points: usize, scale: f64) -> (Vec<Vec<f64>>, Vec<f64>) {
        let mut rng = Rng::stream(7, Stream::Noise, 0);
        let mut state = |scale: f64| (0..points).map(|_| scale * rng.normal()).collect();
        let members = (0..count).map(|_| state(scale)).collect();
        (members, state(1.0))
    }

    fn slices(members: &[Vec<f64>]) -> Vec<&[f64]> {
        members.iter().map(Vec::as_slice).collect()
    }

    #[test]
    fn one_member_has_its_absolute_error() {
        for form in [Crps::Empirical, Crps::Fair, Crps::AlmostFair(0.95)] {
            let found = crps(&[&[1.0_f32, 5.0][..]], &[3.0, 4.0], form);
            assert!((found - 1.5).abs() < 1e-15);
        }
    }

    #[test]
    fn two_members_have_the_score_done_by_hand() {
        let members = [&[3.0, 3.0][..], &[1.0, 1.0]];
        // y = 1: mean |x − y| = 1, distance of the two 2; y = 2: the same.
        let empirical = crps(&members, &[1.0, 2.0], Crps::Empirical);
        assert!(
            (empirical - (1.0 - 0.5 * 4.0 / 4.0)).abs() < 1e-15,
            "{empirical}"
        );
        let fair = crps(&members, &[1.0, 2.0], Crps::Fair);
        assert!((fair - (1.0 - 0.5 * 4.0 / 2.0)).abs() < 1e-15, "{fair}");
    }

    #[test]
    fn the_almost_fair_score_is_a_mixture_of_both_and_bounded_where_one_member_is_right() {
        let (members, truth) = draws(5, 100, 0.7);
        let score = |form| crps(&slices(&members), &truth, form);
        for alpha in [0.0, 0.3, 0.95, 1.0] {
            let mixed = alpha * score(Crps::Fair) + (1.0 - alpha) * score(Crps::Empirical);
            let found = score(Crps::AlmostFair(alpha));
            assert!(
                (found - mixed).abs() < 1e-14,
                "{alpha}: {found} and {mixed}"
            );
        }
        let far = |distance: f64, form| crps(&[&[1.0][..], &[1.0 + distance]], &[1.0], form);
        assert!(
            far(1e6, Crps::Fair).abs() < 1e-9,
            "the other one may be anywhere"
        );
        let almost = far(1e6, Crps::AlmostFair(0.95));
        assert!((almost / 1e6 - 0.0125).abs() < 1e-12, "{almost}"); // ½ − ½ (1 − 0.05/2)
    }

    #[test]
    fn evenly_spaced_members_have_the_score_of_the_uniform_distribution() {
        let members: Vec<Vec<f64>> = (0..2000)
            .map(|i| vec![(f64::from(i) + 0.5) / 2000.0])
            .collect();
        for y in [0.0_f64, 0.3, 1.0] {
            let exact = y * y - y + 1.0 / 3.0; // ∫ (F − 1(x ≥ y))² dx = (y³ + (1 − y)³)/3
            let found = crps(&slices(&members), &[y], Crps::Empirical);
            assert!((found - exact).abs() < 1e-6, "{y}: {found}"); // 1/M²
        }
    }

    #[test]
    fn a_truth_outside_of_the_members_has_the_score_of_the_integral_and_lies_in_no_interval() {
        let members = [1.0, 0.0, 4.0, 1.5].map(|x| vec![x]);
        for y in [-3.0, 0.0, 0.7, 4.0, 9.0] {
            // Hersbach (2000), eqs. 24 to 26: Σ α (i/M)² + β (1 − i/M)², the outer intervals up to the truth alone.
            let mut places = [0.0, 1.0, 1.5, 4.0, y];
            places.sort_by(f64::total_cmp);
            let pairs = places.windows(2).map(|pair| {
                let below = members.iter().filter(|x| x[0] <= pair[0]).count() as f64 / 4.0;
                let share = if y <= pair[0] { 1.0 - below } else { below };
                (pair[1] - pair[0]) * share * share
            });
            let exact: f64 = pairs.sum();
            let found = crps(&slices(&members), &[y], Crps::Empirical);
            assert!((found - exact).abs() < 1e-14, "{y}: {found} and {exact}");
            let inside = f64::from(u8::from((0.0..=4.0).contains(&y)));
            for level in [0.9, 0.99] {
                let share = coverage(&slices(&members), &[y], level); // all that four members span
                assert!((share - inside).abs() <= 0.0, "{y} at {level}: {share}");
            }
        }
    }

    #[test]
    fn the_fair_score_of_normal_draws_does_not_depend_on_their_number() {
        let exact = 1.0 / std::f64::consts::PI.sqrt(); // σ/√π where truth and members are drawn alike
        for count in [2, 5, 20] {
            let (members, truth) = draws(count, 40_000, 1.0);
            let fair = crps(&slices(&members), &truth, Crps::Fair);
            assert!((fair - exact).abs() < 0.015, "{count}: {fair}"); // 3 σ of 40 000 draws
            let empirical = crps(&slices(&members), &truth, Crps::Empirical);
            let bias = exact / count as f64; // ½ E|x − x′| / M, E|x − x′| = 2/√π
            assert!(
                (empirical - exact - bias).abs() < 0.015,
                "{count}: {empirical}"
            );
        }
    }

    #[test]
    fn spread_is_skill_where_the_truth_could_be_a_member() {
        for count in [2, 5, 20] {
            let (members, truth) = draws(count, 40_000, 1.0);
            let ratio = spread_skill(&slices(&members), &truth);
            assert!((ratio - 1.0).abs() < 0.02, "{count}: {ratio}"); // 3 σ of 40 000 draws
        }
        let (members, truth) = draws(20, 40_000, 0.5);
        let sure = spread_skill(&slices(&members), &truth);
        // √(21/20) · ½ / √(1 + ¼/20)
        assert!(
            (sure - 0.5 * (1.05_f64 / 1.0125).sqrt()).abs() < 0.01,
            "{sure}"
        );
        let by_hand = spread_skill(&[&[1.0][..], &[3.0]], &[4.0]);
        assert!(
            (by_hand - (1.5_f64 * 2.0 / 4.0).sqrt()).abs() < 1e-15,
            "{by_hand}"
        );
    }

    #[test]
    fn intervals_hold_the_share_that_they_should() {
        let nine: Vec<Vec<f64>> = (1..=9).map(|i| vec![f64::from(i); 4]).collect();
        let truth = [0.9, 1.1, 8.9, 9.1]; // the interval of 80 % is 1 … 9
        assert!((coverage(&slices(&nine), &truth, 0.8) - 0.5).abs() < 1e-15);
        assert!((coverage(&slices(&nine), &[2.9, 3.0, 7.0, 7.1], 0.4) - 0.5).abs() < 1e-15);
        for level in [0.4, 0.6, 0.8] {
            let (members, truth) = draws(9, 40_000, 1.0);
            let share = coverage(&slices(&members), &truth, level);
            assert!((share - level).abs() < 0.01, "{level}: {share}"); // 3 σ of 40 000 draws
        }
        assert!(coverage(&[&[f64::NAN][..]], &[0.0], 0.5).abs() <= 0.0);
    }
}

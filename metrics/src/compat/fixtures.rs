//! Numbers of the other programs for states without structure, so that no test needs Python.
//!
//! From `python3 benches/peer_metrics.py --fixtures` with exponax 0.2.0, The Well 1.2.0 and neuraloperator 2.0.0 in 64
//! bits; those of `PDEBench` are its formula in numpy. Boxes have the length 3 along every axis.

use crate::modes::tests::noise;
use crate::{Definition, Fields, METRICS, Meaning, Pair};
use ondine_solvers::AxisKind;
use std::collections::BTreeMap;

/// The numbers of a grid, by name.
type Numbers = &'static [(&'static str, f64)];

const FIXTURES: [(&[usize], Numbers); 3] = [
    (
        &[24],
        &[
            ("nrmse_exponax", 3.332607133622),
            ("correlation_exponax", -4.406196043463e-01),
            ("h1_exponax", 6.227750832835),
            ("fourier_nrmse_exponax_low", 3.627388536546),
            ("fourier_nrmse_exponax_middle", 3.341745683841),
            ("fourier_nrmse_exponax_high", 1.236874272946),
            ("nrmse_the_well", 1.571232840686),
            ("vrmse_the_well", 1.555786390633),
            ("correlation_the_well", -3.716286846519e-01),
            ("binned_spectral_the_well_mse_0", 8.984932972696e-03),
            ("binned_spectral_mse_0", 8.984932972696e-03),
            ("binned_spectral_the_well_mse_1", 7.438477458108e-02),
            ("binned_spectral_mse_1", 7.438477458108e-02),
            ("binned_spectral_the_well_mse_2", 2.907637768585e-02),
            ("binned_spectral_mse_2", 2.907637768585e-02),
            ("binned_spectral_the_well_nmse_0", 1.255395972931),
            ("binned_spectral_the_well_nmse_1", 2.904470039563),
            ("binned_spectral_the_well_nmse_2", 1.569657447092),
            ("relative_l2_neuraloperator", 3.332601488008),
            ("h1_neuraloperator", 3.456736256019),
            ("frmse_pdebench_low", 7.943291733195e-02),
            ("frmse_pdebench_middle", 1.340645563993e-01),
            ("frmse_pdebench_high", 1.250031566542e-04),
        ],
    ),
    (
        &[12, 12],
        &[
            ("nrmse_exponax", 3.368586345642),
            ("correlation_exponax", -4.271585957898e-01),
            ("h1_exponax", 6.338897744294),
            ("fourier_nrmse_exponax_low", 3.669412942306),
            ("fourier_nrmse_exponax_middle", 2.723044542405),
            ("nrmse_the_well", 1.581719126325),
            ("vrmse_the_well", 1.577893849162),
            ("correlation_the_well", -3.742010016945e-01),
            ("binned_spectral_the_well_mse_0", 2.630144165971e-03),
            ("binned_spectral_mse_0", 2.630144165971e-03),
            ("binned_spectral_the_well_mse_1", 7.903123986707e-02),
            ("binned_spectral_mse_1", 7.903123986707e-02),
            ("binned_spectral_the_well_mse_2", 3.557654831728e-02),
            ("binned_spectral_mse_2", 3.557654831728e-02),
            ("binned_spectral_the_well_nmse_0", 7.334127031102e-01),
            ("binned_spectral_the_well_nmse_1", 2.842153832293),
            ("binned_spectral_the_well_nmse_2", 1.658388617469),
            ("relative_l2_neuraloperator", 3.368583921261),
            ("h1_neuraloperator", 3.529149276571),
            ("frmse_pdebench_low", 4.585343444915e-01),
            ("frmse_pdebench_middle", 4.363505351414e-01),
        ],
    ),
    (
        &[8, 8, 8],
        &[
            ("nrmse_exponax", 3.370951768329),
            ("correlation_exponax", -4.204273385846e-01),
            ("h1_exponax", 6.713453383216),
            ("fourier_nrmse_exponax_low", 3.179641719957),
            ("fourier_nrmse_exponax_middle", 3.518558646188),
            ("nrmse_the_well", 1.581626780846),
            ("vrmse_the_well", 1.580281888585),
            ("correlation_the_well", -3.714239324491e-01),
            ("binned_spectral_the_well_mse_0", 6.062311364220e-04),
            ("binned_spectral_mse_0", 6.062311364220e-04),
            ("binned_spectral_the_well_mse_1", 1.671243052486e-02),
            ("binned_spectral_mse_1", 1.671243052486e-02),
            ("binned_spectral_the_well_mse_2", 1.010423575205e-01),
            ("binned_spectral_mse_2", 1.010423575205e-01),
            ("binned_spectral_the_well_nmse_0", 1.184785394946),
            ("binned_spectral_the_well_nmse_1", 1.946855745757),
            ("binned_spectral_the_well_nmse_2", 2.456686073592),
            ("relative_l2_neuraloperator", 3.370950473325),
            ("h1_neuraloperator", 3.427146931240),
            ("frmse_pdebench_low", 4.438986591028e-01),
        ],
    ),
];

/// State `number`: two channels, the second five hundred times as quiet as the first.
fn state(points: &[usize], number: usize) -> Vec<f32> {
    let size: usize = points.iter().product();
    let values = noise(2 * size, number).into_iter().enumerate();
    let scaled = values.map(|(j, value)| if j < size { value } else { 2e-3 * value });
    scaled.map(|value| value as f32).collect()
}

#[test]
fn numbers_are_those_of_the_programs_they_are_named_after() {
    for (points, numbers) in FIXTURES {
        let fields = Fields {
            points,
            axes: &[AxisKind::PERIODIC; 3],
            lengths: &[&[3.0; 3][..points.len()]],
            meaning: Meaning::Scalars,
        };
        let [truth, prediction] = [1, 2].map(|number| state(points, number));
        let mut found = BTreeMap::new();
        for entry in METRICS {
            let Definition::States(make) = entry.definition else {
                continue;
            };
            let mut measure = make(&fields).expect("a grid");
            let values = measure.of(&Pair {
                prediction: &prediction,
                truth: &truth,
                length: &[3.0; 3][..points.len()],
                parameters: &[],
            });
            found.extend(measure.names.into_iter().zip(values));
        }
        for (name, exact) in numbers {
            let value = found[*name];
            let error = (value / exact - 1.0).abs();
            assert!(
                error < 1e-10,
                "{points:?} {name}: {value} instead of {exact}"
            ); // digits kept
        }
        let compat = |name: &&String| {
            let peers = ["_exponax", "_the_well", "_neuraloperator", "_pdebench"];
            peers.iter().any(|peer| name.contains(peer))
        };
        let known: Vec<&str> = numbers.iter().map(|(name, _)| *name).collect();
        for name in found.keys().filter(compat) {
            assert!(
                known.contains(&name.as_str()),
                "{points:?} {name} has no number"
            );
        }
    }
}

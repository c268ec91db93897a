//! x
use burn::tensor::{Device, Distribution, Tensor, activation as composed};
use ondine_models::block::activation as fused;
use std::time::Instant;
fn time(name: &str, mut f: impl FnMut()) {
    let mut t: Vec<f64> = (0..40)
        .map(|_| {
            let s = Instant::now();
            f();
            s.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    t.sort_by(f64::total_cmp);
    println!("{name:24} min {:.3} median {:.3} ms", t[0], t[20]);
}
fn main() {
    let device = Device::flex();
    let x = Tensor::<3>::random([32, 64, 256], Distribution::Normal(0.0, 2.0), &device);
    let ad = Tensor::<3>::from_inner(x.clone()).require_grad();
    let g = Tensor::<3>::from_inner(x.clone());
    for (name, f) in [
        (
            "burn gelu",
            composed::gelu::<3> as fn(Tensor<3>) -> Tensor<3>,
        ),
        ("gelu", fused::gelu::<3>),
        ("burn silu", composed::silu::<3>),
        ("silu", fused::silu::<3>),
    ] {
        time(&format!("{name} forward"), || drop(f(x.clone())));
        time(&format!("{name} both"), || {
            let y = f(ad.clone());
            drop((y * g.clone()).sum().backward());
        });
    }
    time("product and sum, both", || {
        let y = ad.clone();
        drop((y * g.clone()).sum().backward());
    });
}

//! Steps of a student beside those of its teacher.

use super::setup::{assert_alike, loss, setup, teacher_of, value, weight_gradients, windows};
use crate::batch::{Batch, Layout, TeacherOf, to_values};
use burn::tensor::Tensor;
use ondine_models::SurrogateRng;

/// Options of a student with this teacher, see [`setup`].
const DISTIL: &str = "kind = \"distil\"\nteacher = \"runs/teacher\"";

#[test]
fn a_step_beside_a_teacher_is_one_beside_a_simulation_that_the_teacher_made() {
    let of = |options: &str, batch: Option<&Batch>| {
        let (plan, surrogate, own) = setup(options);
        let loss = loss(&plan, &surrogate, batch.unwrap_or(&own));
        (weight_gradients(&surrogate, &loss), value(loss), own)
    };
    let (slope, taught, batch) = of(DISTIL, None);
    let mut made = batch.clone();
    let draws = &mut SurrogateRng::new(0);
    made.frames[1] = batch.teacher().step(batch.frames[0].clone(), draws);
    let (expected, beside, _) = of("kind = \"one_step\"", Some(&made));
    assert!(
        (taught / beside - 1.0).abs() < 1e-5,
        "{taught} and {beside}"
    );
    assert_alike(&slope, &expected, "gradients");
    let (_, simulated, _) = of("kind = \"one_step\"", Some(&batch));
    let (_, both, _) = of(&format!("{DISTIL}\nweight = 0.25"), Some(&batch));
    let mean = 0.25 * taught + 0.75 * simulated;
    assert!((both / mean - 1.0).abs() < 1e-5, "{both} and {mean}");
}

#[test]
fn a_teacher_takes_as_many_steps_as_a_step_of_the_student_has_and_answers_with_a_mean() {
    let (plan, surrogate, batch) = setup(&format!("{DISTIL}\nstride = 2"));
    let device = batch.parameters.device();
    let (layout, u) = (&plan.stages[0].layout, batch.frames[0].clone());
    let teacher = |repeats, samples| TeacherOf {
        repeats,
        samples,
        ..teacher_of(&plan, &surrogate, 3)
    };
    let step = |teacher: TeacherOf, layout: &Layout, u: Tensor<3>| {
        let of = teacher.batch(&windows(&plan), layout, &device);
        of.step(u, &mut SurrogateRng::new(0))
    };
    let frame = Layout {
        stride: 1,
        ..layout.clone()
    };
    let once = step(teacher(1, 1), &frame, u.clone());
    let expected = step(teacher(1, 1), &frame, once);
    let values = |u: Tensor<3>| to_values(u.inner().reshape([-1]));
    assert_eq!(
        values(step(teacher(2, 1), layout, u.clone())),
        values(expected.clone())
    );
    let mean = values(step(teacher(2, 3), layout, u));
    for (mean, one) in mean.into_iter().zip(values(expected)) {
        assert!(
            (mean - one).abs() <= 1e-6 * one.abs().max(1.0),
            "three equal answers"
        );
    }
}

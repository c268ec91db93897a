//! Files that the scraper of `APEBench` (F. Koehler et al., `NeurIPS` 2024) writes: <https://github.com/tum-pbs/apebench>.
//!
//! ```text
//! NAME_train.npy, NAME_test.npy   [trajectory, frame, channel, x, y, z], 32-bit
//! NAME.json                       the scenario: difficulties, numbers of points and frames, seeds
//! ```
//!
//! The domain is periodic with the length 1, and the time between two frames is 1, as in the scenarios. Their difficulties
//! are turned into the coefficients `aⱼ` of `uₜ = Σ aⱼ ∂ʲu/∂xʲ` and `b` of `uₜ = −½ b (u²)ₓ`: `γⱼ = aⱼ Nʲ 2ʲ⁻¹ D` and
//! `δ = −b N D` for `N` points on each of `D` axes (`γ₀ = a₀`).

use super::arranged::{Arranged, Channels, Role};
use super::folder::{dataset_name, name, text};
use super::{
    Axis, AxisKind, DatasetError, DatasetInfo, Field, FieldKind, FormatEntry, Provenance, Time,
    Varying, numpy,
};
use ondine_solvers::words::counted;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// `APEBench`'s layout in the list.
pub(super) const ENTRY: FormatEntry = FormatEntry {
    kind: "apebench",
    summary: "APEBench's scraped arrays: NAME_train.npy or NAME_test.npy beside NAME.json",
    recognises,
    open: |path| Ok(Box::new(open(path)?)),
};

/// Whether a file is called as the scraper does, and lies beside its description.
fn recognises(path: &Path) -> bool {
    path.is_file() && description(path).is_some_and(|json| json.is_file())
}

/// The description that belongs to a file of frames; none where its name says none.
fn description(path: &Path) -> Option<PathBuf> {
    let name = name(path).strip_suffix(".npy")?;
    let scenario = name
        .strip_suffix("_train")
        .or_else(|| name.strip_suffix("_test"))?;
    Some(path.with_file_name(format!("{scenario}.json")))
}

fn open(path: &Path) -> Result<Arranged, DatasetError> {
    let invalid = |what: String| DatasetError::Invalid {
        path: path.to_path_buf(),
        what,
    };
    let Some(beside) = description(path) else {
        return Err(invalid(
            "APEBench's files are called `NAME_train.npy` or `NAME_test.npy`".to_owned(),
        ));
    };
    let json: Value = serde_json::from_str(&text(&beside)?)
        .map_err(|error| invalid(format!("{} is no JSON: {error}", beside.display())))?;
    let scenario = &json["info"];
    let array = numpy::open(path)?;
    let dims = scenario["num_spatial_dims"].as_u64().unwrap_or(1) as usize;
    let &[trajectories, frames, channels, ref points @ ..] = array.shape() else {
        return Err(invalid(format!(
            "its shape is {:?}, where APEBench's files have trajectories, frames, channels and points",
            array.shape()
        )));
    };
    if points.len() != dims || dims == 0 {
        return Err(invalid(format!(
            "its shape {:?} has {} of points where {} says {dims}",
            array.shape(),
            counted(points.len(), "axis"),
            beside.display()
        )));
    }
    let axis = |&points: &usize| Axis {
        points,
        length: Varying::Same(1.0),
        kind: AxisKind::PERIODIC,
    };
    let info = DatasetInfo {
        name: json["name"]
            .as_str()
            .map_or_else(|| dataset_name(path), str::to_owned),
        trajectories,
        frames,
        axes: points.iter().map(axis).collect(),
        fields: fields(scenario, channels, dims),
        time: Time::Uniform(Varying::Same(1.0)),
        parameters: parameters(scenario, dims, points[0]),
        provenance: Provenance::foreign(),
        ..DatasetInfo::default()
    };
    let mut roles = vec![Role::Trajectory, Role::Time, Role::Channel];
    roles.extend((0..dims).map(Role::Axis));
    let channels = vec![Channels::new(array, &roles)];
    Arranged::new(path, info, channels)
}

/// The fields of the channels. A state with a channel per axis that moves itself is a velocity.
fn fields(scenario: &Value, channels: usize, dims: usize) -> Vec<Field> {
    let moved = scenario.get("convection_delta").is_some();
    if moved && channels == dims && dims > 1 {
        let (name, kind) = ("velocity".to_owned(), FieldKind::Vector);
        return vec![Field { name, kind }];
    }
    let scalar = |name: String| Field {
        name,
        kind: FieldKind::Scalar,
    };
    match channels {
        1 => vec![scalar("u".to_owned())],
        _ => (0..channels).map(|i| scalar(format!("u{i}"))).collect(),
    }
}

/// Coefficients from difficulties; those that are 0 are left out.
fn parameters(scenario: &Value, dims: usize, points: usize) -> Vec<(String, Varying<f64>)> {
    let (n, d) = (points as f64, dims as f64);
    let gammas = scenario["gammas"].as_array();
    let linear = gammas.into_iter().flatten().enumerate();
    let linear = linear.filter_map(|(order, gamma)| {
        let gamma = gamma.as_f64().filter(|gamma| *gamma != 0.0)?;
        let scale = match order as i32 {
            0 => 1.0,
            order => n.powi(order) * 2_f64.powi(order - 1) * d,
        };
        Some((format!("a{order}"), Varying::Same(gamma / scale)))
    });
    let convection = scenario["convection_delta"].as_f64();
    let convection =
        convection.map(|delta| ("convection".to_owned(), Varying::Same(-delta / (n * d))));
    linear.chain(convection).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn difficulties_are_coefficients_on_a_box_of_length_one() {
        let text = r#"{"gammas": [0.0, 0.0, 1.5, 0.0, -18.0], "convection_delta": -1.5}"#;
        let scenario: Value = serde_json::from_str(text).unwrap();
        let found = parameters(&scenario, 1, 160);
        let value = |name: &str| *found.iter().find(|(n, _)| n == name).unwrap().1.get(0);
        assert_eq!(found.len(), 3);
        assert!((value("a2") - 1.5 / (160.0 * 160.0 * 2.0)).abs() < 1e-18);
        assert!((value("a4") + 18.0 / (160_f64.powi(4) * 8.0)).abs() < 1e-22);
        assert!((value("convection") - 1.5 / 160.0).abs() < 1e-15);
    }
}

//! The measurements as a table in Markdown.

use crate::arguments::Arguments;
use serde_json::Value;

/// The conditions of the measurement, and the names of the columns.
pub(crate) fn head(arguments: &Arguments) -> String {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "Medians of {} steps in ms, {} on {}, {threads} threads; memory in MiB at most.\n\n\
         | network | options | grid | batch | weights | forward | backward | AdamW | step | samples/s | processor | memory |\n\
         |---|---|---|---|---|---|---|---|---|---|---|---|\n",
        arguments.steps,
        arguments.dtype_name(),
        arguments.device_name(),
    )
}

/// The row of a measurement.
pub(crate) fn row(line: &str) -> Result<String, String> {
    let measured: Value = serde_json::from_str(line)
        .map_err(|error| format!("not a measurement: {line}: {error}"))?;
    let number = |name: &str| measured[name].as_f64().unwrap_or(f64::NAN);
    let text = |name: &str| measured[name].as_str().unwrap_or_default().to_owned();
    let grid: Vec<String> = measured["grid"]
        .as_array()
        .map(|axes| axes.iter().map(Value::to_string).collect())
        .unwrap_or_default();
    let memory = match measured["gpu_mib"].as_f64() {
        Some(mib) if text("device") == "cuda" => mib,
        _ => number("peak_mib"),
    };
    Ok(format!(
        "| `{}` | `{}` | {} | {} | {} | {:.1} | {:.1} | {:.1} | {:.1} | {:.0} | {:.0} | {memory:.0} |",
        text("network"),
        text("options"),
        grid.join(" x "),
        number("batch"),
        number("weights"),
        number("forward_ms"),
        number("backward_ms"),
        number("optimizer_ms"),
        number("step_ms"),
        1e3 * number("batch") / number("step_ms"),
        number("processor_ms"),
    ))
}

//! The JSON Schema of an evaluation in `docs` is the one of the structs.

use super::Finding;
use ondine_metrics::results::Evaluation;
use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde_json::json;
use std::path::Path;

/// An evaluation and, where `ondine evaluate` prints it, the diagnosis.
#[derive(serde::Serialize, schemars::JsonSchema)]
struct Printed {
    #[serde(flatten)]
    evaluation: Evaluation,
    /// Why the surrogate fails, what matters most first; not in evaluation.json.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    diagnosis: Vec<Finding>,
}

/// JSON has no word for NaN, so that any number may be a null.
fn or_null(schema: &mut Schema) {
    if schema.get("type") == Some(&json!("number")) {
        schema.insert("type".to_owned(), json!(["number", "null"]));
    }
}

/// Links of the documentation lead nowhere from a schema: "[`Spectra`](super::Spectra)" becomes "`Spectra`".
fn without_links(schema: &mut Schema) {
    let text = schema.get("description").and_then(|text| text.as_str());
    let Some((first, rest)) = text.and_then(|text| text.split_once("[`")) else {
        return;
    };
    let parts = rest.split("[`").map(|part| {
        let (name, after) = part.split_once("`]").expect("a link has an end");
        let target = after
            .strip_prefix('(')
            .and_then(|after| after.split_once(')'));
        format!("`{name}`{}", target.map_or(after, |(_, after)| after))
    });
    let plain = first.to_owned() + &parts.collect::<String>();
    schema.insert("description".to_owned(), plain.into());
}

/// The schema of what `ondine evaluate --json` prints, as text.
fn schema() -> String {
    let settings = SchemaSettings::draft2020_12()
        .for_serialize()
        .with_transform(RecursiveTransform(or_null))
        .with_transform(RecursiveTransform(without_links));
    let mut schema = settings.into_generator().into_root_schema_for::<Printed>();
    let title = "What `ondine evaluate --json` prints and evaluation.json of a run holds";
    schema.insert("title".to_owned(), json!(title));
    let text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    text + "\n"
}

#[test]
fn the_schema_in_docs_is_that_of_the_structs() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/evaluation.schema.json");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, schema()).expect("docs can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == schema(),
        "docs/evaluation.schema.json is not that of the structs: run this test with UPDATE_SNAPSHOTS=1"
    );
}

//! `[model]`: a network by itself, or a surrogate around one.

use super::RecipeError;
use super::choice::{choose, chosen, decode_member, refuse_misspelt};
use super::source::{Source, Table};
use ondine_models::network::{self, NETWORKS};
use ondine_models::{Backbone, ModelConfig, SURROGATES, kinds};
use std::sync::Arc;

/// The kind of a section and its options. Only the section of a model that is not typed has a default.
pub(super) fn decode(
    mut table: Table<'_>,
    default: Option<&'static str>,
    source: &Source,
) -> Result<(&'static str, Arc<dyn ModelConfig>), RecipeError> {
    let kind = chosen(&mut table, &kinds(), default, source)?;
    if let Some(entry) = network::find(kind) {
        let config = decode_member(table, entry.decode, source)?;
        return Ok((kind, Arc::new(Backbone { kind, config })));
    }
    let entry = SURROGATES.iter().find(|entry| entry.kind == kind);
    let entry = entry.expect("every kind stands in one of two lists");
    let Some(mut inner) = table.take_table("backbone", source)? else {
        refuse_misspelt(&table, "backbone", source)?;
        let message = format!("`{kind}` needs the key `backbone`: the network inside");
        let help = "write backbone = { kind = \"unet\" }, with the options of that network";
        return Err(source.error(Some(table.span.clone()), message, Some(help.to_owned())));
    };
    let network = choose(&mut inner, NETWORKS, |e| e.kind, None, source)?;
    let backbone = Backbone {
        kind: network.kind,
        config: decode_member(inner, network.decode, source)?,
    };
    let section = table.section();
    let config = (entry.decode)(table.options(), backbone);
    let config = config.map_err(|error| source.decoding_error(&section, &error))?;
    Ok((kind, config))
}

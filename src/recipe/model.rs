//! `[model]`: a network by itself, or a surrogate around one.

use super::choice::{choose, chosen, decode_member, refuse_misspelt};
use super::extensions::with_note;
use super::source::Source;
use super::table::Table;
use super::{Extensions, RecipeError};
use ondine_models::network::NetworkEntry;
use ondine_models::{Backbone, ModelConfig, SURROGATES, surrogate};

/// The options of a section. Only the section of a model that is not typed has a default.
pub(super) fn decode(
    mut table: Table<'_>,
    default: Option<&'static str>,
    extensions: Extensions,
    source: &Source,
) -> Result<ModelConfig, RecipeError> {
    let networks = extensions.all_networks();
    let kind = chosen(&mut table, &kinds(&networks), default, source).map_err(with_note)?;
    if let Some(entry) = networks.iter().find(|entry| entry.kind == kind) {
        let config = decode_member(table, entry.decode, source)?;
        return Ok(ModelConfig::alone(Backbone { kind, config }));
    }
    let entry = surrogate::find(kind);
    let entry = entry.expect("every kind stands in one of two lists");
    let Some(mut inner) = table.take_table("backbone", source)? else {
        refuse_misspelt(&table, "backbone", source)?;
        let message = format!("`{kind}` needs the key `backbone`: the network inside");
        let help = "write backbone = { kind = \"unet\" }, with the options of that network";
        return Err(source.error(Some(table.span.clone()), message, Some(help.to_owned())));
    };
    let network = choose(&mut inner, &networks, |e| e.kind, None, source).map_err(with_note)?;
    let backbone = Backbone {
        kind: network.kind,
        config: decode_member(inner, network.decode, source)?,
    };
    let section = table.section();
    let method = (entry.decode)(table.options(), &backbone);
    let method = method.map_err(|error| source.decoding_error(&section, &error))?;
    Ok(ModelConfig::around(kind, method, backbone))
}

/// The names that `kind` of a model may be: networks, then surrogates around one.
fn kinds(networks: &[&'static NetworkEntry]) -> Vec<&'static str> {
    let networks = networks.iter().map(|entry| entry.kind);
    let surrogates = SURROGATES.iter().map(|entry| entry.kind);
    networks.chain(surrogates).collect()
}

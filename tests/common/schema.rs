//! JSON Schema (2020-12) as far as `docs/evaluation.schema.json` uses it; a word that it does not know is an error.

use serde_json::{Map, Value};

/// Checks `value` against a schema; the error says where it differs.
pub(crate) fn validate(schema: &Value, value: &Value) -> Result<(), String> {
    Validator { root: schema }.check(schema, value, "$")
}

struct Validator<'a> {
    root: &'a Value,
}

impl Validator<'_> {
    fn check(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        let words = schema
            .as_object()
            .ok_or(format!("{at}: the schema is no object"))?;
        for (word, of) in words {
            match word.as_str() {
                "$schema" | "$defs" | "title" | "description" | "format" | "default" => Ok(()),
                "$ref" => self.check(self.definition(of), value, at),
                "type" => is_type(of, value, at),
                "const" => expect(of == value, at, "is not the constant"),
                "enum" => expect(list(of).contains(value), at, "is none of the values"),
                "minimum" => expect(value.as_f64() >= of.as_f64(), at, "is too small"),
                "minItems" => expect(length(value) >= of.as_u64(), at, "is too short"),
                "maxItems" => expect(length(value) <= of.as_u64(), at, "is too long"),
                "required" => required(list(of), value, at),
                "properties" => self.properties(of, value, at),
                "additionalProperties" => self.others(words, of, value, at),
                "items" => self.items(of, value, at),
                "prefixItems" => self.prefix(list(of), value, at),
                "oneOf" | "anyOf" => self.alternatives(list(of), word == "oneOf", value, at),
                "allOf" => list(of)
                    .iter()
                    .try_for_each(|one| self.check(one, value, at)),
                _ => Err(format!(
                    "{at}: the schema says {word}, which is not known here"
                )),
            }?;
        }
        Ok(())
    }

    fn definition(&self, reference: &Value) -> &Value {
        let name = reference.as_str().and_then(|text| text.strip_prefix("#"));
        let found = name.and_then(|pointer| self.root.pointer(pointer));
        found.unwrap_or_else(|| panic!("{reference} is nowhere"))
    }

    fn properties(&self, of: &Value, value: &Value, at: &str) -> Result<(), String> {
        let known = of.as_object().into_iter().flatten();
        let mut there = known.filter_map(|(key, schema)| Some((key, schema, value.get(key)?)));
        there.try_for_each(|(key, schema, value)| self.check(schema, value, &format!("{at}.{key}")))
    }

    fn others(
        &self,
        words: &Map<String, Value>,
        of: &Value,
        value: &Value,
        at: &str,
    ) -> Result<(), String> {
        let known = |key: &str| {
            words
                .get("properties")
                .is_some_and(|all| all.get(key).is_some())
        };
        let mut others = value.as_object().into_iter().flatten();
        others.try_for_each(|(key, value)| match (known(key), of) {
            (true, _) => Ok(()),
            (false, Value::Bool(allowed)) => expect(*allowed, at, &format!("has {key} beside")),
            (false, schema) => self.check(schema, value, &format!("{at}.{key}")),
        })
    }

    fn items(&self, of: &Value, value: &Value, at: &str) -> Result<(), String> {
        let mut items = value.as_array().into_iter().flatten().enumerate();
        items.try_for_each(|(i, item)| self.check(of, item, &format!("{at}[{i}]")))
    }

    fn prefix(&self, of: &[Value], value: &Value, at: &str) -> Result<(), String> {
        let mut pairs = of.iter().zip(value.as_array().into_iter().flatten());
        pairs.try_for_each(|(schema, item)| self.check(schema, item, at))
    }

    fn alternatives(&self, of: &[Value], one: bool, value: &Value, at: &str) -> Result<(), String> {
        let fit = of
            .iter()
            .filter(|schema| self.check(schema, value, at).is_ok())
            .count();
        expect(
            fit == 1 || (fit > 1 && !one),
            at,
            "is none, or several, of the alternatives",
        )
    }
}

fn is_type(of: &Value, value: &Value, at: &str) -> Result<(), String> {
    let names = match of {
        Value::Array(names) => names.clone(),
        name => vec![name.clone()],
    };
    let is = |name: &Value| match name.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_u64() || value.is_i64(),
        Some("number") => value.is_number(),
        Some("null") => value.is_null(),
        _ => false,
    };
    expect(
        names.iter().any(is),
        at,
        &format!("is not of the type {of}"),
    )
}

fn required(names: &[Value], value: &Value, at: &str) -> Result<(), String> {
    let mut names = names.iter().filter_map(Value::as_str);
    names.try_for_each(|name| expect(value.get(name).is_some(), at, &format!("lacks {name}")))
}

fn list(of: &Value) -> &[Value] {
    of.as_array().map_or(&[], |list| &list[..])
}

fn length(value: &Value) -> Option<u64> {
    value.as_array().map(|list| list.len() as u64)
}

fn expect(holds: bool, at: &str, what: &str) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(format!("{at} {what}"))
    }
}

//! Imports between rooms: which top-level modules the code of each one names, tests left out.

use crate::tokens::{is_word, tokens};
use std::collections::{BTreeMap, BTreeSet};

/// A source tree: the text of every file by its path below `src`, as `report/mod.rs`.
pub(crate) type Tree = BTreeMap<String, String>;

/// Violations of an order of rooms: imports of a room from one below it in `order`, rooms that `order` lacks, and names in
/// it that are no rooms.
pub(crate) fn faults(tree: &Tree, order: &[&str]) -> Vec<String> {
    let files: Vec<File> = tree
        .iter()
        .map(|(path, text)| File::new(path, text))
        .collect();
    let hidden: BTreeSet<Vec<&str>> = files.iter().flat_map(File::test_modules).collect();
    let rooms: BTreeSet<&str> = files.iter().filter_map(File::room).collect();
    let place = |room: &str| order.iter().position(|name| *name == room);
    let mut faults = Vec::new();
    for file in files.iter().filter(|file| !file.is_below(&hidden)) {
        let Some(own) = file.room() else { continue };
        for used in file.uses().intersection(&rooms) {
            if place(own) < place(used) {
                let path = file.path;
                faults.push(format!("{path}: `{own}` uses `{used}`, a room below it"));
            }
        }
    }
    let unlisted = rooms.iter().filter(|room| place(room).is_none());
    faults.extend(unlisted.map(|room| format!("`{room}` is not in the order of rooms")));
    let unknown = order.iter().filter(|name| !rooms.contains(*name));
    faults.extend(unknown.map(|name| format!("`{name}` is no room")));
    faults
}

/// The files whose code, tests left out, has one of these rows of words and signs.
pub(crate) fn mentions<'a>(tree: &'a Tree, rows: &[&[&str]]) -> Vec<&'a str> {
    let files: Vec<File> = tree
        .iter()
        .map(|(path, text)| File::new(path, text))
        .collect();
    let hidden: BTreeSet<Vec<&str>> = files.iter().flat_map(File::test_modules).collect();
    let has = |file: &&File<'_>| {
        let code = file.code();
        let stands = |row: &&[&str]| code.windows(row.len()).any(|words| words == *row);
        !file.is_below(&hidden) && rows.iter().any(stands)
    };
    files.iter().filter(has).map(|file| file.path).collect()
}

/// A source file.
struct File<'a> {
    path: &'a str,
    /// Names from the top-level module down to that of the file; none for `lib.rs` and `main.rs`.
    module: Vec<&'a str>,
    tokens: Vec<&'a str>,
}

impl<'a> File<'a> {
    fn new(path: &'a str, text: &'a str) -> Self {
        let mut module: Vec<_> = path.trim_end_matches(".rs").split('/').collect();
        module.pop_if(|name| ["mod", "lib", "main"].contains(name));
        Self {
            path,
            module,
            tokens: tokens(text),
        }
    }

    /// The top-level module that the file belongs to.
    fn room(&self) -> Option<&'a str> {
        self.module.first().copied()
    }

    /// Modules in files of their own that are for tests alone.
    fn test_modules(&self) -> Vec<Vec<&'a str>> {
        let named = |words: &[&'a str]| match *words {
            ["mod", name, ";"] => Some([&self.module[..], &[name]].concat()),
            _ => None,
        };
        let ends = test_items(&self.tokens)
            .map(|item| &self.tokens[item.end.saturating_sub(3).max(item.start)..item.end]);
        ends.filter_map(named).collect()
    }

    fn is_below(&self, modules: &BTreeSet<Vec<&str>>) -> bool {
        (1..=self.module.len()).any(|length| modules.contains(&self.module[..length]))
    }

    /// The words and signs, items for tests left out.
    fn code(&self) -> Vec<&'a str> {
        let mut code = Vec::new();
        let mut from = 0;
        for item in test_items(&self.tokens) {
            code.extend_from_slice(&self.tokens[from.min(item.start)..item.start]);
            from = from.max(item.end);
        }
        code.extend_from_slice(&self.tokens[from..]);
        code
    }

    /// The names that the code looks up at the root of the crate.
    fn uses(&self) -> BTreeSet<&'a str> {
        let code = self.code();
        let paths = paths(&code).into_iter();
        paths.filter_map(|path| self.at_root(&path)).collect()
    }

    /// The name that a path looks up at the root of the crate, if that is where it leads.
    fn at_root(&self, path: &[&'a str]) -> Option<&'a str> {
        let path = path.strip_prefix(&["self"]).unwrap_or(path);
        if path.first() == Some(&"crate") {
            return path.get(1).copied();
        }
        let up = path.iter().take_while(|word| **word == "super").count();
        (up > 0 && up >= self.module.len())
            .then(|| path.get(up).copied())
            .flatten()
    }
}

/// Every path that begins with `crate`, `self` or `super`, trees in braces written out.
fn paths<'a>(code: &[&'a str]) -> Vec<Vec<&'a str>> {
    let mut found = Vec::new();
    for (i, word) in code.iter().enumerate() {
        let begins = i == 0 || code[i - 1] != "::";
        if begins && ["crate", "self", "super"].contains(word) {
            path(&code[i..], Vec::new(), &mut found);
        }
    }
    found
}

/// Reads one path, or a tree of them, and returns how many tokens it has.
fn path<'a>(code: &[&'a str], mut prefix: Vec<&'a str>, found: &mut Vec<Vec<&'a str>>) -> usize {
    let mut at = 0;
    loop {
        match code.get(at) {
            Some(&"{") => return at + branches(&code[at..], &prefix, found),
            Some(word) if is_word(word) => prefix.push(word),
            _ => break,
        }
        at += 1;
        if code.get(at) != Some(&"::") {
            break;
        }
        at += 1;
    }
    found.push(prefix);
    at
}

/// Reads `{a, b::{c, d}}`, and returns how many tokens it has.
fn branches<'a>(code: &[&'a str], prefix: &[&'a str], found: &mut Vec<Vec<&'a str>>) -> usize {
    let mut at = 1;
    while at < code.len() && code[at] != "}" {
        at += match code[at] {
            "," | "*" => 1,
            "as" => 2,
            _ => path(&code[at..], prefix.to_vec(), found).max(1),
        };
    }
    at + 1
}

/// Ranges of items that are for tests alone, their attributes included.
fn test_items<'a>(tokens: &'a [&'a str]) -> impl Iterator<Item = std::ops::Range<usize>> + 'a {
    const TEST: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let starts = (0..tokens.len()).filter(|&at| tokens[at..].starts_with(&TEST));
    starts.map(|start| start..item_end(tokens, start + TEST.len()))
}

/// End of an item that begins at `at`: behind its semicolon or its braces.
fn item_end(tokens: &[&str], at: usize) -> usize {
    let mut depth = 0;
    for (i, token) in tokens.iter().enumerate().skip(at) {
        match *token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 && ["}", ";"].contains(token) {
            return i + 1;
        }
    }
    tokens.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: [&str; 3] = ["ground", "first", "roof"];

    /// The faults of a tree of three rooms, the file of `first` in the middle as given.
    fn found(path: &str, text: &str) -> Vec<String> {
        let files = [
            (
                "lib.rs",
                "mod first; mod ground; mod roof; pub use roof::Tile;",
            ),
            ("ground.rs", "pub struct Stone;"),
            (
                "first/mod.rs",
                "use crate::ground::Stone;\nmod deep;\n#[cfg(test)]\nmod doubles;",
            ),
            (
                "roof/mod.rs",
                "use crate::{first, ground::Stone};\npub struct Tile;",
            ),
            (path, text),
        ];
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
        faults(&files.into(), &ORDER)
    }

    #[test]
    fn an_arrow_turned_round_is_a_fault_however_it_is_written() {
        let arrows = [
            "use crate::roof::Tile;",
            "pub(crate) use crate::roof;",
            "use crate::{ground::{self, Stone as S}, roof::Tile};",
            "use crate::ground::*;\nuse crate::{ground::*, roof::*};",
            "fn f<'a>(c: &'a str) -> char { let _ = ('\"', '{'); crate::roof::tile(c) }",
            "impl<T> From<crate::roof::Tile> for Deep<T> {}",
            "use super::super::roof::Tile;",
            "use super::{deeper, super::roof::Tile};",
            "use self::super::super::roof;",
            "#[serde(deserialize_with = \"crate::roof::read\")]\nx: u8,",
            "#[cfg(test)]\nmod tests { fn f() { [\"}\"]; } }\nuse crate::roof::Tile;",
        ];
        for arrow in arrows {
            let fault = "first/deep.rs: `first` uses `roof`, a room below it";
            assert_eq!(found("first/deep.rs", arrow), [fault], "{arrow}");
        }
    }

    #[test]
    fn rooms_above_tests_and_words_are_no_faults() {
        let texts = [
            "use crate::ground::Stone;\nuse super::roof;\nuse crate::first::deep;",
            "//! As crate::roof::Tile.\n/* crate::roof */ /// [`Tile`](crate::roof::Tile)\nfn f() {}",
            "fn f() -> &'static str { r#\"a \" crate::roof::Tile\"# }",
            "fn f() { panic!(\"not a crate::roof\\\" crate::roof::Tile\") }",
            "#[cfg(test)]\nmod tests {\n    use crate::roof::Tile;\n}\nfn f() {}",
            "#[cfg(test)]\nuse crate::roof::Tile;\nfn f(roof: crate::ground::Stone) {}",
            "pub(crate) fn f() { std::crate_roof::roof(); }",
        ];
        for text in texts {
            assert_eq!(found("first/deep.rs", text), [""; 0], "{text}");
        }
        assert_eq!(found("first/doubles.rs", "use crate::roof::Tile;"), [""; 0]);
        assert_eq!(
            found("first/doubles/big.rs", "use crate::roof::Tile;"),
            [""; 0]
        );
    }

    #[test]
    fn words_are_found_in_code_alone() {
        let texts = [
            ("a.rs", "use other::{equation::find};"),
            ("b.rs", "fn f(plan: &Plan) { plan.recipe\n    .equation; }"),
            (
                "c.rs",
                "/// plan.equation\nfn f() { \".equation\"; equation(); }",
            ),
            (
                "d.rs",
                "#[cfg(test)]\nmod tests { use other::equation::find; }\n#[cfg(test)]\nmod e;",
            ),
            ("d/e.rs", "use other::equation::find;"),
        ];
        let tree = texts.map(|(path, text)| (path.to_owned(), text.to_owned()));
        let rows: [&[&str]; 2] = [&["equation", "::"], &[".", "equation"]];
        assert_eq!(mentions(&tree.into(), &rows), ["a.rs", "b.rs"]);
    }

    #[test]
    fn the_order_has_every_room_and_nothing_else() {
        let cellar = found("cellar.rs", "pub struct Wine;");
        assert_eq!(cellar, ["`cellar` is not in the order of rooms"]);
        let tree = Tree::from([("ground.rs".to_owned(), String::new())]);
        let faults = faults(&tree, &["ground", "roof"]);
        assert_eq!(faults, ["`roof` is no room"]);
    }
}

//! Pieces of Markdown: lines, cells, numbers.

/// Width of lines, in characters.
const WIDTH: usize = 120;

/// Items with commas between them.
pub(super) fn list<T>(items: &[T], show: impl Fn(&T) -> String) -> String {
    items.iter().map(show).collect::<Vec<_>>().join(", ")
}

/// A bar would end the cell of a table.
pub(crate) fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// A table with a head and rows of cells.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let row = |cells: &[String]| format!("| {} |", cells.join(" | "));
    let head: Vec<String> = head.iter().map(|name| (*name).to_owned()).collect();
    let line = format!("|{}", "---|".repeat(head.len()));
    let lines = [row(&head), line].into_iter();
    let rows = rows.iter().map(|cells| row(cells));
    lines.chain(rows).collect::<Vec<_>>().join("\n")
}

/// The text in lines of at most [`WIDTH`] characters.
pub(crate) fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is always a line");
        match line.chars().count() {
            0 => line.push_str(word),
            length if length + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_time_and_lose_no_word() {
        let text = "a word and another ".repeat(30);
        let lines = wrapped(&text);
        assert!(lines.lines().all(|line| line.chars().count() <= WIDTH));
        assert!(lines.lines().count() > 3);
        assert_eq!(lines.replace('\n', " "), text.trim_end());
    }
}

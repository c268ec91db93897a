//! Texts on an equation for readers, which no program needs: its page of the catalogue.

/// Texts of a page, in Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Name of the equation in words.
    pub title: &'static str,
    /// Meaning of the signs, and where other texts have others.
    pub signs: &'static str,
    /// Regimes, time scales, what the grid has to resolve, what a surrogate finds hard.
    pub expect: &'static str,
    /// Papers and books.
    pub references: &'static [&'static str],
    /// A recipe in one or two dimensions that takes seconds and shows typical behaviour.
    pub example: &'static str,
}

impl Page {
    /// A page without texts, for an equation that has none.
    pub const EMPTY: Self = Self {
        title: "",
        signs: "",
        expect: "",
        references: &[],
        example: "",
    };
}

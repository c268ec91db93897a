//! Numbers in sentences.

use crate::numbers::text;
use ondine_metrics::WORST;

/// A share in a sentence, unless it stands for a forecast that blew up.
pub(super) fn percent(share: f64) -> String {
    if share >= WORST {
        "more than can be said".to_owned()
    } else {
        text::percent(share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_end_where_forecasts_blow_up() {
        assert_eq!(percent(0.0083), "0.83 %");
        assert_eq!(percent(WORST), "more than can be said");
    }
}

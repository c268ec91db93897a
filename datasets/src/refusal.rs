//! The error of the operating system, out of the text of a library that keeps nothing else of it.

use std::io;

/// The error of the system in a text such as `I/O error: No space left on device (os error 28)`; none where the text
/// names none.
pub fn system_error(text: &str) -> Option<io::Error> {
    let (_, after) = text.rsplit_once("(os error ")?;
    let (code, _) = after.split_once(')')?;
    code.parse().ok().map(io::Error::from_raw_os_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_the_system_is_found_in_a_text() {
        for code in [2, 28] {
            let error = io::Error::from_raw_os_error(code);
            let text = format!("hdf5-io error: I/O error: {error}");
            let found = system_error(&text).expect("it has a code");
            assert_eq!(found.raw_os_error(), Some(code));
            assert_eq!(found.to_string(), error.to_string());
        }
        assert!(system_error("format error: no signature").is_none());
        assert!(system_error("(os error x)").is_none());
    }
}

//! The numbers of the figures as files in a folder beside the page, each of them written in one go.

use super::ReportError;
use crate::files::write_atomically;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

/// Lists the files, so that those of an earlier page can be told from files of somebody else.
const INDEX: &str = "index.json";

/// The numbers of one figure.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct DataFile {
    /// Name of the file in the folder.
    pub(super) name: String,
    /// The run it belongs to; none for a figure that several share.
    pub(super) run: Option<String>,
    /// Title of the figure.
    pub(super) title: String,
    /// Comma-separated values.
    pub(super) text: String,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    file: String,
    figure: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<String>,
}

/// Writes the files into `folder`, and takes away those of an earlier page that this one does not have.
///
/// # Errors
/// When the disk refuses; files that were written before then stay.
pub(super) fn write(folder: &Path, files: &[DataFile]) -> Result<(), ReportError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source: io::Error| ReportError::Write { path, source }
    };
    match fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(failed(folder)(error)),
        _ => Ok(()),
    }?;
    let earlier = earlier(folder);
    for file in files {
        let path = folder.join(&file.name);
        write_atomically(&path, file.text.as_bytes()).map_err(failed(&path))?;
    }
    let entries: Vec<_> = files.iter().map(entry).collect();
    let index = serde_json::to_vec_pretty(&entries).map_err(io::Error::from);
    let path = folder.join(INDEX);
    let written = index.and_then(|index| write_atomically(&path, &index));
    written.map_err(failed(&path))?;
    let current: BTreeSet<_> = files.iter().map(|file| file.name.as_str()).collect();
    for name in earlier
        .iter()
        .filter(|name| !current.contains(name.as_str()))
    {
        let _ = fs::remove_file(folder.join(name)); // an old file does no harm
    }
    Ok(())
}

fn entry(file: &DataFile) -> Entry {
    Entry {
        file: file.name.clone(),
        figure: file.title.clone(),
        run: file.run.clone(),
    }
}

/// The files of the page that was here before, by its index.
fn earlier(folder: &Path) -> Vec<String> {
    let index = fs::read(folder.join(INDEX)).unwrap_or_default();
    let entries: Vec<Entry> = serde_json::from_slice(&index).unwrap_or_default();
    let names = entries.into_iter().map(|entry| entry.file);
    let ours = |name: &String| {
        name.ends_with(".csv")
            && Path::new(name)
                .file_name()
                .is_some_and(|own| own == name.as_str())
    };
    names.filter(ours).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::doubles::Run;

    fn file(name: &str) -> DataFile {
        DataFile {
            name: name.into(),
            run: None,
            title: "Loss".into(),
            text: "a,b\n1,2\n".into(),
        }
    }

    #[test]
    fn files_of_an_earlier_page_go_and_those_of_others_stay() {
        let run = Run::new("data");
        let folder = run.path().join("report.data");
        write(&folder, &[file("a.csv"), file("b.csv")]).expect("the folder can be written to");
        fs::write(folder.join("mine.csv"), "x").expect("the folder is there");
        write(&folder, &[file("b.csv")]).expect("the folder can be written to");
        let names = fs::read_dir(&folder).expect("the folder is there");
        let names: BTreeSet<_> = names.flatten().map(|entry| entry.file_name()).collect();
        let expected = ["b.csv", "index.json", "mine.csv"].map(Into::into);
        assert_eq!(names, expected.into());
        assert_eq!(
            fs::read_to_string(folder.join("b.csv")).expect("it is there"),
            "a,b\n1,2\n"
        );
    }

    #[test]
    fn an_index_names_no_files_elsewhere() {
        let run = Run::new("index");
        let folder = run.path().join("report.data");
        fs::create_dir(&folder).expect("the folder can be made");
        let index =
            r#"[{"file":"../recipe.csv","figure":"x"},{"file":"recipe.toml","figure":"x"}]"#;
        run.write("recipe.csv", b"x");
        fs::write(folder.join(INDEX), index).expect("the folder is there");
        write(&folder, &[]).expect("the folder can be written to");
        assert!(run.path().join("recipe.csv").is_file());
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let run = Run::new("blocked");
        run.write("report.data", b"a file");
        let error = write(&run.path().join("report.data"), &[]).expect_err("it is a file");
        assert!(error.to_string().contains("report.data"), "{error}");
    }
}

//! Files are there whole or not at all.

use super::super::*;
use std::{fs, io::Write, path::Path};

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn nothing_is_there_before_the_commit_and_nothing_is_left_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.jsonl");
    for name in ["out.jsonl", "out.jsonl.gz", "out.jsonl.zst"] {
        let mut file = AtomicFile::create(folder.path().join(name)).unwrap();
        file.write_all(b"half").unwrap();
        assert_eq!(names(folder.path()).len(), 1, "the temporary file is in the same folder");
        drop(file);
        assert!(names(folder.path()).is_empty(), "{name}");
    }
    fs::write(&path, "old").unwrap();
    let mut file = AtomicFile::create(&path).unwrap();
    file.write_all(b"new").unwrap();
    file.flush().unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    file.commit().unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    assert_eq!(names(folder.path()), ["out.jsonl"]);
}

#[test]
fn the_name_asks_for_compression_and_bytes_are_stable() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.csv.gz", "a.csv.ZST"] {
        let mut seen = Vec::new();
        for _ in 0..2 {
            let path = folder.path().join(name);
            let mut file = AtomicFile::create(&path).unwrap();
            file.write_all("é,ü\n".repeat(1000).as_bytes()).unwrap();
            file.commit().unwrap();
            seen.push(fs::read(&path).unwrap());
        }
        assert_eq!(seen[0], seen[1]);
        assert!(seen[0].len() < 200, "{name}");
    }
    let options = crate::document::ReadOptions::default();
    fs::write(folder.path().join("t"), "").unwrap();
    let mut file = AtomicFile::create(folder.path().join("t.txt.zst")).unwrap();
    file.write_all("Côte".as_bytes()).unwrap();
    file.commit().unwrap();
    let sources = crate::document::sources(&[folder.path().join("t.txt.zst")], &options).unwrap();
    let found: Vec<_> = crate::document::Documents::new(sources, options).collect();
    assert_eq!(found[0].as_ref().unwrap().text, "Côte");
}

#[test]
fn errors_name_the_path() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("nowhere/out.csv");
    let error = AtomicFile::create(&missing).unwrap_err().to_string();
    let expected = format!(
        "{}: cannot be created: there is no folder `{}`",
        missing.display(),
        missing.parent().unwrap().display()
    );
    assert_eq!(error, expected);
    let error = AtomicFile::create(folder.path()).unwrap_err().to_string();
    assert_eq!(error, format!("{}: cannot be created: it is a folder", folder.path().display()));
    assert!(AtomicFile::create("").is_err());
}

#[cfg(unix)]
#[test]
fn permissions_links_and_devices_are_respected() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let real = folder.path().join("real");
    let link = folder.path().join("link");
    fs::write(&real, "old").unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    let mut file = AtomicFile::create(&link).unwrap();
    file.write_all(b"new").unwrap();
    file.commit().unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&real).unwrap(), "new");
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    // As a new file of the user's would be.
    fs::write(folder.path().join("plain"), "").unwrap();
    AtomicFile::create(folder.path().join("fresh")).unwrap().commit().unwrap();
    let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
    assert_eq!(mode("fresh"), mode("plain"));

    let mut file = AtomicFile::create("/dev/null").unwrap();
    file.write_all(b"gone").unwrap();
    file.commit().unwrap();
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

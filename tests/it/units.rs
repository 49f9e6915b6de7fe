//! systemd itself reads the units that are shipped.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::part;

fn unit(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("systemd").join(path)
}

/// What systemd says against a unit whose program is the one under test.
fn complaints(path: &str, arguments: &[&str]) -> String {
    let directory = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(unit(path)).unwrap();
    let program = format!("ExecStart={} daemon", env!("CARGO_BIN_EXE_clausewatch"));
    let lines = text
        .lines()
        .map(|line| if line.starts_with("ExecStart=") { &program } else { line });
    let copy = directory.path().join("clausewatch.service");
    std::fs::write(&copy, lines.collect::<Vec<_>>().join("\n")).unwrap();
    let output = Command::new("systemd-analyze")
        .args(["verify", "--man=no", "--recursive-errors=no"])
        .args(arguments)
        .arg(&copy)
        .env("XDG_RUNTIME_DIR", directory.path())
        .output()
        .unwrap();
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stderr),
        if output.status.success() { "" } else { "refused" }
    )
}

#[test]
fn systemd_has_nothing_against_the_units() {
    if !part::program("systemd-analyze") {
        return;
    }
    assert_eq!(complaints("clausewatch.service", &[]), "");
    assert_eq!(complaints("user/clausewatch.service", &["--user"]), "");
}

#[test]
fn the_system_unit_exposes_little() {
    if !part::program("systemd-analyze") {
        return;
    }
    let output = Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--threshold=15"])
        .arg(unit("clausewatch.service"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

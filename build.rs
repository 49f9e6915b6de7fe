//! Has the addresses in the program packed, where this machine can start a program with such.

#![allow(clippy::disallowed_methods, reason = "a build script is told by its environment")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// A place that holds an address takes 24 bytes of the program, and there are fifty thousand; packed, a few bits.
/// Understood by glibc from 2.36 on, musl from 1.2.4.
const PACKED: &str = "-Wl,-z,pack-relative-relocs";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if env::var_os("PROFILE").is_some_and(|profile| profile == "release") && starts().unwrap_or(false) {
        println!("cargo:rustc-link-arg-bins={PACKED}");
    }
}

/// Whether a program linked so starts. It is tried: no version alone, of linker or of library, can tell.
fn starts() -> Option<bool> {
    let out = PathBuf::from(env::var_os("OUT_DIR")?);
    let (source, program) = (out.join("packed.rs"), out.join("packed"));
    fs::write(&source, "fn main() {}").ok()?;
    let linker = env::var("RUSTC_LINKER").map(|linker| format!("-Clinker={linker}"));
    let linked = Command::new(env::var_os("RUSTC")?)
        .args([
            "--target",
            &env::var("TARGET").ok()?,
            "-C",
            &format!("link-arg={PACKED}"),
        ])
        .args(linker)
        .args([&source, Path::new("-o"), &program])
        .output()
        .ok()?;
    Some(linked.status.success() && Command::new(&program).status().ok()?.success())
}

//! Makes the program smaller: packs the lexicons, and the addresses where this machine can start a program with such.

#![allow(clippy::disallowed_methods, reason = "a build script is told by its environment")]

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use flate2::Compression;
use flate2::write::DeflateEncoder;

const LEXICONS: &str = "src/lexicon";
/// A place that holds an address takes 24 bytes of the program, and there are fifty thousand; packed, a few bits.
/// Understood by glibc from 2.36 on, musl from 1.2.4.
const PACKED: &str = "-Wl,-z,pack-relative-relocs";

fn main() -> io::Result<()> {
    let out = env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default();
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={LEXICONS}");
    for file in fs::read_dir(LEXICONS)? {
        let file = file?.path();
        if file.extension().is_some_and(|extension| extension == "toml") {
            pack(&file, &out)?;
        }
    }
    if env::var_os("PROFILE").is_some_and(|profile| profile == "release") && starts(&out).unwrap_or(false) {
        println!("cargo:rustc-link-arg-bins={PACKED}");
    }
    Ok(())
}

fn pack(file: &Path, out: &Path) -> io::Result<()> {
    let name = file.file_name().unwrap_or_default();
    let packed = fs::File::create(out.join(name).with_extension("toml.z"))?;
    let mut packed = DeflateEncoder::new(packed, Compression::best());
    packed.write_all(&fs::read(file)?)?;
    packed.finish()?;
    Ok(())
}

/// Whether a program linked so starts. It is tried: no version alone, of linker or of library, can tell.
fn starts(out: &Path) -> Option<bool> {
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

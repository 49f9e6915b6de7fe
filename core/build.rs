//! Packs the lexicons, which are a megabyte.

#![allow(clippy::disallowed_methods, reason = "a build script is told by its environment")]

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

use flate2::Compression;
use flate2::write::DeflateEncoder;

const LEXICONS: &str = "../src/lexicon";

fn main() -> io::Result<()> {
    let out = env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default();
    println!("cargo:rerun-if-changed={LEXICONS}");
    for file in fs::read_dir(LEXICONS)? {
        let file = file?.path();
        if file.extension().is_some_and(|extension| extension == "toml") {
            pack(&file, &out)?;
        }
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

//! `backup`, `vacuum`, `verify`: the state as a whole.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::context::Context;

#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The copy; one of before is replaced when the new one is complete.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Backup {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        context.store()?.backup(&self.file).map_err(|error| error.to_string())?;
        context.report(&format!(
            "copied to {}; to go back to it, stop clausewatch and put it in place of {}",
            self.file.display(),
            context.paths.state.join("clausewatch.sqlite").display()
        ));
        Ok(ExitCode::SUCCESS)
    }
}

pub(super) fn vacuum(context: &Context) -> Result<ExitCode, String> {
    let (before, after) = context.store()?.vacuum().map_err(|error| error.to_string())?;
    let kilobytes = |bytes: u64| bytes.div_ceil(1024);
    context.report(&format!("{} kB before, {} kB now", kilobytes(before), kilobytes(after)));
    Ok(ExitCode::SUCCESS)
}

pub(super) fn verify(context: &Context) -> Result<ExitCode, String> {
    let damage = context.store()?.verify().map_err(|error| error.to_string())?;
    if damage.is_empty() {
        context.print("The state is whole.\n");
        return Ok(ExitCode::SUCCESS);
    }
    Err(format!(
        "the state in {} is damaged:\n{}\nthe rest is sound; a copy made by `clausewatch backup` has what is lost",
        context.paths.state.display(),
        damage.join("\n")
    ))
}

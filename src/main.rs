use std::process::ExitCode;

fn main() -> ExitCode {
    clausewatch::cli::main()
}

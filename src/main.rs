use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    give_back_large_memory();
    clausewatch::cli::main()
}

/// Once a page of 20 MB was freed, glibc takes and keeps all memory up to that size as it does small pieces: a check of
/// such a page would need a third more. A threshold that is set stays where it is (mallopt(3)). With a lower one zstd's
/// working memory would be asked for anew with each text, and an import take a third longer.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "no library that is kept up wraps mallopt")]
fn give_back_large_memory() {
    const LARGE: libc::c_int = 8 * 1024 * 1024;
    // SAFETY: it sets numbers of the allocator, and no other thread runs yet. One that is refused stays as it was.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
        libc::mallopt(libc::M_TRIM_THRESHOLD, LARGE);
    }
}

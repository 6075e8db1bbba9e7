//! The program `govmaps`.

fn main() -> std::process::ExitCode {
    server::cli::run()
}

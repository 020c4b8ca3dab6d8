//! The program; see `cli`.

use backstock::cli::{Exit, run};

fn main() -> Exit {
    run(std::env::args_os())
}

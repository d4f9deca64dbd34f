//! Integration tests: the program as its users run it, and the library as its users call it.
//!
//! One binary, as linking several would cost more than running them. The command line's tests are data in `tests/cli`
//! (`TRYCMD=overwrite cargo test --test suite commands` writes what the program says now into them; look at the
//! difference before keeping it). Marked texts are in `tests/snapshots` (see `suite::snapshots`). Nothing here depends
//! on exact probabilities, so that a new model needs no new tests.

mod suite {
    mod check_speed;
    mod commands;
    mod damaged_models;
    mod determinism;
    mod documents;
    mod encoder;
    mod exchange;
    mod explanations;
    mod formats;
    mod large_input;
    mod mentions;
    mod names;
    mod probabilities;
    mod snapshots;
    mod spans;
    mod training;
    mod whole_files;
    mod workplace;
}

# The usual commands; `just` alone lists them.

default:
    @just --list

# Everything that must pass before a change goes in
check:
    .ci/run

# All tests
test:
    cargo test

# Speed of each stage and of the whole (benches/README.md)
bench:
    cargo bench

# Documentation of the library
docs:
    RUSTDOCFLAGS=-Dwarnings cargo doc --no-deps --open

# The default model anew (models/README.md says from what)
model:
    cargo run --release -- train training_data/train $(ls -d ../shared/datasets/newsmtsc/train.jsonl ../shared/datasets/dse/train_clean.jsonl.gz 2>/dev/null) --recipe models/default.toml --output models/default.demarche

# The model with an encoder anew, into the folder target/encoder (models/encoder/README.md says from what)
encoder:
    cargo run --release --features encoder -- train training_data/train --fine-tune --recipe models/default.toml --output target/encoder --verbose

# Scores of the default model on the held-out passages
evaluate:
    cargo run --release -- evaluate training_data/test

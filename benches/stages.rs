//! How fast each stage is, and the whole way from documents to records.
//!
//! In: about 2 MB of the UN General Debate Corpus, or a generated stand-in (see [`sample`]). Out: divan's table with
//! bytes or items a second. `benches/README.md` says what each bench measures and keeps the figures.

mod deciding;
mod end_to_end;
mod reading;
mod sample;
mod stand_in;
mod training;

fn main() {
    // Now, so that a message about a missing corpus stands before the table.
    std::sync::LazyLock::force(&sample::DOCUMENTS);
    divan::main();
}

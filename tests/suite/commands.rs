//! The command line's tests as data: `tests/cli/*.md` and `*.toml`, with their files in folders of the same name.

#[test]
fn the_command_line_answers_as_written() {
    trycmd::TestCases::new()
        .register_bin("demarche", std::path::Path::new(env!("CARGO_BIN_EXE_demarche")))
        .case("tests/cli/*.md")
        .case("tests/cli/*.toml");
}

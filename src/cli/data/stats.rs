use super::{super::common::Talk, Status};
/// later
#[derive(Debug, clap::Args)]
pub(super) struct Stats {}
impl Stats { pub(super) fn run(self, _: Talk) -> anyhow::Result<Status> { Ok(Status::Done) } }

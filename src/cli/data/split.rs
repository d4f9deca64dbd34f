use super::{super::common::Talk, Status};
/// later
#[derive(Debug, clap::Args)]
pub(super) struct Split {}
impl Split { pub(super) fn run(self, _: Talk) -> anyhow::Result<Status> { Ok(Status::Done) } }

//! The world region of an actor.
//!
//! In: an actor's id. Out: for states region and subregion of the United Nations' M49 standard (*Standard country or area
//! codes for statistical use*), for others the kind of actor. The table of codes also places states that M49 does not have by
//! where they lie or lay: TWN, XKX, and former ones (ANT, CSK, DDR, SCG, SKM, SUN, VDR, YMD, YUG).

use crate::actors::{ActorKind, state_codes};

/// Region and subregion; of an organisation or group its kind, twice.
pub(super) fn region(id: &str) -> (&'static str, &'static str) {
    match (state_codes(id), ActorKind::of_id(id)) {
        (Some(codes), _) => (codes.region, codes.subregion),
        (None, Some(ActorKind::Organisation)) => ("organisations", "organisations"),
        (None, Some(ActorKind::Group)) => ("groups", "groups"),
        (None, _) => ("not resolved", "not resolved"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_those_of_m49() {
        assert_eq!(region("RUS"), ("Europe", "Eastern Europe"));
        assert_eq!(region("IRN"), ("Asia", "Southern Asia"));
        assert_eq!(region("IGO:UN").0, "organisations");
        assert_eq!(region("nobody").0, "not resolved");
    }
}

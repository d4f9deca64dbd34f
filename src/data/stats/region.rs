//! The world region of an actor.
//!
//! In: an actor's id. Out: for states region and subregion of the United Nations' M49 standard (*Standard country or area
//! codes for statistical use*), for others the kind of actor. `regions.tsv` also places states that M49 does not have by
//! where they lie or lay: TWN, XKX, and former ones (ANT, CSK, DDR, SCG, SKM, SUN, VDR, YMD, YUG).

use crate::actors::ActorKind;
use std::{collections::BTreeMap, sync::LazyLock};

const TABLE: &str = include_str!("regions.tsv");

static REGIONS: LazyLock<BTreeMap<&'static str, (&'static str, &'static str)>> = LazyLock::new(|| {
    let row = |line: &'static str| -> Option<(&'static str, (&'static str, &'static str))> {
        let mut cells = line.split('\t');
        Some((cells.next()?, (cells.next()?, cells.next()?)))
    };
    TABLE.lines().skip(1).filter_map(row).collect()
});

/// Region and subregion; of an organisation or group its kind, twice.
pub(super) fn region(id: &str) -> (&'static str, &'static str) {
    match (REGIONS.get(id), ActorKind::of_id(id)) {
        (Some(region), _) => *region,
        (None, Some(ActorKind::Organisation)) => ("organisations", "organisations"),
        (None, Some(ActorKind::Group)) => ("groups", "groups"),
        (None, _) => ("not resolved", "not resolved"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::Gazetteer;

    #[test]
    fn every_state_of_the_gazetteer_has_a_region_and_rows_are_sorted() {
        let gazetteer = Gazetteer::shipped().unwrap();
        for actor in gazetteer.actors().iter().filter(|actor| actor.kind == ActorKind::State) {
            assert!(REGIONS.contains_key(&*actor.id), "{}", actor.id);
        }
        assert!(TABLE.lines().skip(1).is_sorted());
        assert_eq!(REGIONS.len(), TABLE.lines().count() - 1);
        assert!(TABLE.lines().all(|line| line.split('\t').count() == 3));
    }

    #[test]
    fn regions_are_those_of_m49() {
        assert_eq!(region("RUS"), ("Europe", "Eastern Europe"));
        assert_eq!(region("IRN"), ("Asia", "Southern Asia"));
        assert_eq!(region("IGO:UN").0, "organisations");
        assert_eq!(region("nobody").0, "not resolved");
    }
}

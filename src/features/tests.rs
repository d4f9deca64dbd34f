//! The features of pairs in short sentences of our own: which ones a block makes, by name.

use super::{Block, Extractor, PairScope, Sequence};
use crate::{actors::Gazetteer, attribution::CueLexicon, segment::Lexicon, span::Span};
use std::sync::OnceLock;

fn tables() -> &'static (Gazetteer, CueLexicon) {
    static TABLES: OnceLock<(Gazetteer, CueLexicon)> = OnceLock::new();
    TABLES.get_or_init(|| (Gazetteer::shipped().unwrap(), CueLexicon::shipped().unwrap()))
}

/// The names of one block's features for the pair of the first `holder` and the first `target` in `text`.
fn features(block: Block, text: &str, holder: &str, target: &str) -> Vec<String> {
    let (gazetteer, cues) = tables();
    let mut lexicon = Lexicon::default();
    let span = |words: &str| text.find(words).map(|start| Span::new(start, start + words.len())).unwrap();
    let scope = PairScope::at(gazetteer, cues, &mut lexicon, text, None, Some(span(holder)), span(target));
    let sequence = Sequence::of(text, &scope.segmentation, &lexicon, &scope.view, &scope.mentions, &scope.place, None);
    let mut blocks = [false; Block::ALL.len()];
    blocks[block.index()] = true;
    let mut names = Vec::new();
    Extractor { sequence: &sequence, view: &scope.view, cues, blocks: &blocks }
        .features(&mut |feature| names.push(feature.name()));
    names
}

fn verdict(text: &str, holder: &str, target: &str) -> String {
    let names = features(Block::Frame, text, holder, target);
    let longest = names.into_iter().filter(|name| name.contains("VERDICT")).max_by_key(String::len);
    longest.unwrap().trim_start_matches("frame:").to_owned()
}

#[test]
fn the_holder_s_own_cue_gives_the_verdict() {
    assert_eq!(verdict("Norway condemned Chile.", "Norway", "Chile"), "VERDICT MINUS NEXT OBJECT NO-INNER");
    assert_eq!(verdict("Chile was condemned by Norway.", "Norway", "Chile"), "VERDICT MINUS PATIENT SUBJECT NO-INNER");
    assert_eq!(verdict("Norway did not condemn Chile.", "Norway", "Chile"), "VERDICT NOT-MINUS NEXT OBJECT NO-INNER");
    // The attack is on the way to its victim.
    assert_eq!(
        verdict("Norway condemned the attack on Chile.", "Norway", "Chile"),
        "VERDICT MINUS NEXT on INNER-MINUS-NOUN"
    );
    // Whoever gives a noun that nobody owns.
    assert_eq!(
        verdict("Norway voiced its solidarity with Chile.", "Norway", "Chile"),
        "VERDICT PLUS NEXT with NO-INNER"
    );
}

#[test]
fn what_the_target_does_is_no_stance_of_the_holder() {
    assert_eq!(verdict("Norway condemned Chile.", "Chile", "Norway"), "NO-VERDICT HOLDER-SUFFERS");
    assert_eq!(verdict("Norway met Peru. Chile attacked Peru.", "Norway", "Chile"), "NO-VERDICT TARGET-ACTS");
}

#[test]
fn members_of_a_list_are_reached_alike() {
    let text = "Norway and Sweden condemned Chile and Peru.";
    let direct = "VERDICT MINUS NEXT OBJECT NO-INNER";
    for (holder, target) in [("Norway", "Chile"), ("Sweden", "Chile"), ("Norway", "Peru"), ("Sweden", "Peru")] {
        assert_eq!(verdict(text, holder, target), direct, "{holder} -> {target}");
    }
}

#[test]
fn pronouns_and_relative_pronouns_stand_for_who_is_before_them() {
    let names = |text: &str| features(Block::Frame, text, "Norway", "Chile");
    assert!(names("Norway left the hall. It condemned Chile.").contains(&"frame:VERDICT MINUS".to_owned()));
    assert!(names("A plea to Norway, which condemned Chile, failed.").contains(&"frame:VERDICT MINUS".to_owned()));
    assert!(!names("A plea to Norway condemned Chile.").contains(&"frame:VERDICT MINUS".to_owned()));
}

#[test]
fn the_skeleton_leaves_other_words_out() {
    let text = "Norway condemned last week's attack by Peru on Chile.";
    let names = features(Block::Skeleton, text, "Norway", "Chile");
    assert!(names.contains(&"skeleton:H V- 's N- by A on T".to_owned()), "{names:?}");
    assert!(names.contains(&"skeleton:way H V- N- by A T".to_owned()), "{names:?}");
    assert!(names.contains(&"skeleton:t by A on T".to_owned()), "{names:?}");
}

#[test]
fn words_know_the_actors_on_both_sides() {
    let names = features(Block::Neighbours, "Norway rocketed Chile; Peru slept.", "Norway", "Chile");
    assert!(names.contains(&"neighbours:rocket H T".to_owned()), "{names:?}");
    // Nothing is seen over the semicolon.
    assert!(names.contains(&"neighbours:slept A -".to_owned()), "{names:?}");
}

#[test]
fn a_clause_reaches_from_one_actor_to_the_other() {
    let text = "After rain, Norway thanked Chile warmly, and Peru complained.";
    let names = features(Block::Clause, text, "Norway", "Chile");
    assert!(names.iter().any(|name| name.contains("thank")), "{names:?}");
    assert!(!names.iter().any(|name| name.contains("rain") || name.contains("complain")), "{names:?}");
}

#[test]
fn group_nouns_stand_between_as_names_do() {
    let far = verdict("Norway accused the villagers of helping Chile.", "Norway", "Chile");
    assert!(far.contains("OVER-ONE"), "{far}");
}

//! How a cue word is used, as far as its neighbours tell: verb or noun, negated, refused.

use crate::segment::{Lexicon, Symbol};

/// Participles that do not end in -ed.
pub(super) const IRREGULAR: [&str; 34] = [
    "beaten",
    "begun",
    "blown",
    "born",
    "bought",
    "broken",
    "brought",
    "built",
    "chosen",
    "cut",
    "driven",
    "forbidden",
    "forced",
    "found",
    "freed",
    "given",
    "held",
    "hit",
    "hurt",
    "killed",
    "left",
    "made",
    "met",
    "overthrown",
    "paid",
    "put",
    "seen",
    "sent",
    "shot",
    "shown",
    "struck",
    "taken",
    "told",
    "withdrawn",
];

/// Past forms that are never nouns.
const PAST: [&str; 60] = [
    "became",
    "began",
    "blew",
    "bore",
    "bought",
    "broke",
    "brought",
    "built",
    "came",
    "chose",
    "dealt",
    "drew",
    "drove",
    "fell",
    "felt",
    "flew",
    "forbade",
    "forgave",
    "fought",
    "found",
    "froze",
    "gave",
    "held",
    "kept",
    "knew",
    "laid",
    "led",
    "lent",
    "lost",
    "made",
    "met",
    "overthrew",
    "paid",
    "repaid",
    "rose",
    "said",
    "sank",
    "sent",
    "shook",
    "shot",
    "showed",
    "slew",
    "sold",
    "sought",
    "spent",
    "spoke",
    "stood",
    "struck",
    "sued",
    "swept",
    "swore",
    "taught",
    "thought",
    "threw",
    "told",
    "took",
    "tore",
    "went",
    "withdrew",
    "wrote",
];

pub(crate) fn is_negation(word: &str) -> bool {
    matches!(
        word,
        "not" | "never" | "no" | "neither" | "nor" | "without" | "cannot" | "hardly" | "nothing" | "nobody" | "none"
    ) || word.ends_with("n't")
}

/// "refused to condemn", "declined to blame", "stopped short of condemning", "ruled out sanctions".
pub(super) fn refused(lexicon: &Lexicon, symbols: &[Symbol], at: usize) -> bool {
    let raw = |distance: usize| at.checked_sub(distance).map_or("", |index| lexicon.raw(symbols[index]));
    let stem = |distance: usize| at.checked_sub(distance).map_or("", |index| lexicon.stem(symbols[index]));
    let refusal = |stem: &str| {
        matches!(
            stem,
            "refus" | "declin" | "fail" | "reluct" | "unwil" | "hesit" | "neglect" | "avoid" | "refrain" | "oppos"
        )
    };
    raw(1) == "to" && (refusal(stem(2)) || refusal(stem(3)))
        || refusal(stem(1))
        || raw(1) == "of" && raw(2) == "short"
        || raw(1) == "from" && (stem(2) == "refrain" || stem(2) == "abstain")
        || raw(1) == "out" && stem(2) == "rule"
}

/// Whether the word at `at` is used as a verb, as far as its neighbours tell.
pub(super) fn looks_verbal(lexicon: &Lexicon, symbols: &[Symbol], at: usize) -> bool {
    let word = lexicon.raw(symbols[at]);
    let before = at.checked_sub(1).map_or("", |index| lexicon.raw(symbols[index]));
    let after = symbols.get(at + 1).map_or("", |symbol| lexicon.raw(*symbol));
    if word.ends_with("ing") {
        return !matches!(before, "the" | "a" | "an" | "its" | "his" | "her" | "their" | "our");
    }
    let noun_before = matches!(
        before,
        "the"
            | "a"
            | "an"
            | "its"
            | "his"
            | "her"
            | "their"
            | "our"
            | "my"
            | "this"
            | "that"
            | "these"
            | "those"
            | "any"
            | "some"
            | "such"
            | "no"
            | "of"
            | "for"
            | "in"
            | "with"
            | "by"
            | "on"
            | "from"
            | "'s"
            | "’s"
            | "'"
            | "’"
            | "new"
            | "further"
            | "full"
            | "strong"
            | "more"
            | "against"
    );
    if noun_before {
        return false;
    }
    if word.ends_with("ed")
        || PAST.binary_search(&word).is_ok()
        || before == "to"
        || matches!(
            before,
            "will" | "would" | "could" | "must" | "should" | "can" | "may" | "did" | "not" | "has" | "have" | "had"
        )
    {
        return true;
    }
    // "attack on", "support for", "ban of": a noun's complement.
    !matches!(after, "on" | "of" | "against" | "for" | "by" | "between" | "from")
        || word.ends_with('s') && !word.ends_with("ss")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn past_forms_are_sorted_for_the_search() {
        assert!(PAST.is_sorted());
    }
}

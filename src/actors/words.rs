//! Small closed classes of English words that the rules look at.

/// Prepositions that make what follows an adjunct or object, never a subject.
pub(crate) const PREPOSITIONS: &[&str] = &[
    "about",
    "above",
    "across",
    "after",
    "against",
    "along",
    "amid",
    "among",
    "around",
    "at",
    "before",
    "behind",
    "beside",
    "between",
    "beyond",
    "by",
    "concerning",
    "despite",
    "during",
    "for",
    "from",
    "in",
    "inside",
    "into",
    "like",
    "near",
    "of",
    "off",
    "on",
    "onto",
    "opposite",
    "outside",
    "over",
    "regarding",
    "since",
    "through",
    "throughout",
    "to",
    "toward",
    "towards",
    "under",
    "unlike",
    "upon",
    "versus",
    "via",
    "with",
    "within",
    "without",
];

/// Prepositions after which a capital is a place, not its government.
const PLACE_PREPOSITIONS: &[&str] =
    &["across", "around", "at", "in", "inside", "into", "near", "outside", "over", "through", "throughout", "within"];

/// Nouns after which "from", "to" or "of" CAPITAL means the government.
const RELATION_NOUNS: &[&str] = &[
    "accusations",
    "ahead",
    "aid",
    "allegations",
    "ambassador",
    "ambassadors",
    "answer",
    "apology",
    "approval",
    "arms",
    "assistance",
    "assurances",
    "backing",
    "blame",
    "blessing",
    "call",
    "calls",
    "claims",
    "commitment",
    "commitments",
    "complaint",
    "complaints",
    "concern",
    "concessions",
    "condemnation",
    "conditions",
    "consent",
    "credit",
    "criticism",
    "demand",
    "demands",
    "denial",
    "denials",
    "denunciation",
    "directive",
    "directives",
    "encouragement",
    "envoy",
    "explanation",
    "favor",
    "favour",
    "funding",
    "go-ahead",
    "guarantees",
    "guidance",
    "hand",
    "help",
    "instruction",
    "instructions",
    "intervention",
    "invitation",
    "letter",
    "loan",
    "loans",
    "mandate",
    "message",
    "messages",
    "money",
    "nod",
    "note",
    "objections",
    "offer",
    "offers",
    "opposition",
    "orders",
    "permission",
    "plea",
    "pledge",
    "pledges",
    "position",
    "pressure",
    "promise",
    "promises",
    "proposal",
    "proposals",
    "protest",
    "protests",
    "provocations",
    "push",
    "reaction",
    "rebuke",
    "rebukes",
    "recognition",
    "reply",
    "request",
    "requests",
    "resistance",
    "response",
    "sanctions",
    "signal",
    "signals",
    "snub",
    "statement",
    "statements",
    "support",
    "sympathy",
    "thanks",
    "threat",
    "threats",
    "ties",
    "troops",
    "ultimatum",
    "warning",
    "warnings",
    "weapons",
    "word",
];

/// Adjectives and participles that may stand between a state and a role noun.
const MODIFIERS: &[&str] = &[
    "acting",
    "armed",
    "caretaker",
    "central",
    "chief",
    "civil",
    "civilian",
    "communist",
    "current",
    "democratic",
    "deputy",
    "elected",
    "exiled",
    "federal",
    "first",
    "foreign",
    "former",
    "general",
    "governing",
    "ground",
    "high",
    "incoming",
    "interim",
    "islamist",
    "joint",
    "junior",
    "leading",
    "left-wing",
    "local",
    "long-serving",
    "main",
    "military",
    "national",
    "naval",
    "new",
    "newly",
    "occupation",
    "occupying",
    "outgoing",
    "own",
    "permanent",
    "political",
    "present",
    "provisional",
    "public",
    "ranking",
    "regional",
    "republican",
    "revolutionary",
    "ruling",
    "security",
    "senior",
    "socialist",
    "sovereign",
    "special",
    "state",
    "supreme",
    "sworn",
    "then",
    "top",
    "transitional",
    "veteran",
    "vice",
    "in",
    "-",
    "elect",
];

/// Whether `word` (lower case) is a preposition.
#[must_use]
pub fn is_preposition(word: &str) -> bool {
    PREPOSITIONS.binary_search(&word).is_ok()
}

pub(super) fn is_place_preposition(word: &str) -> bool {
    PLACE_PREPOSITIONS.binary_search(&word).is_ok()
}

pub(super) fn is_relation_noun(word: &str) -> bool {
    RELATION_NOUNS.binary_search(&word).is_ok()
}

pub(super) fn is_modifier(word: &str) -> bool {
    MODIFIERS.contains(&word)
}

/// Forms of "be", "have", "do", "say" and modal verbs.
pub(super) fn is_auxiliary(word: &str) -> bool {
    matches!(
        word.to_lowercase().as_str(),
        "am" | "are"
            | "be"
            | "been"
            | "can"
            | "could"
            | "did"
            | "do"
            | "does"
            | "had"
            | "has"
            | "have"
            | "is"
            | "may"
            | "might"
            | "must"
            | "not"
            | "said"
            | "say"
            | "says"
            | "shall"
            | "should"
            | "was"
            | "were"
            | "will"
            | "would"
    )
}

/// Days of the week and months.
pub(crate) fn is_calendar(word: &str) -> bool {
    matches!(
        word,
        "Monday"
            | "Tuesday"
            | "Wednesday"
            | "Thursday"
            | "Friday"
            | "Saturday"
            | "Sunday"
            | "January"
            | "February"
            | "March"
            | "April"
            | "May"
            | "June"
            | "July"
            | "August"
            | "September"
            | "October"
            | "November"
            | "December"
    )
}

/// Words that begin a phrase or a sentence and no name.
pub(super) fn is_function_word(word: &str) -> bool {
    is_preposition(word)
        || matches!(
            word,
            "a" | "an"
                | "and"
                | "but"
                | "he"
                | "her"
                | "his"
                | "i"
                | "it"
                | "its"
                | "my"
                | "our"
                | "she"
                | "that"
                | "the"
                | "their"
                | "these"
                | "they"
                | "this"
                | "those"
                | "we"
                | "who"
                | "your"
        )
}

/// Whether the first letter is a capital.
#[must_use]
pub fn starts_upper(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    #[test]
    fn lists_are_sorted_for_the_search() {
        assert!(super::PREPOSITIONS.is_sorted());
        assert!(super::PLACE_PREPOSITIONS.is_sorted());
        assert!(super::RELATION_NOUNS.is_sorted());
    }
}

//! "The declaration", "the charges": what somebody said or did before.

use crate::segment::Segmentation;

/// "The declaration", "the charges": what somebody said or did before, when nothing after the noun tells whose it is.
pub(super) fn is_deed_of_before(text: &str, segmentation: &Segmentation, end: usize, at: usize) -> bool {
    let word = |token: usize| if token < end { segmentation.tokens[token].span.of(text) } else { "" };
    if !is_deed(word(at)) {
        return false;
    }
    let own = |word: &str| {
        matches!(
            word,
            "of" | "by"
                | "from"
                | "on"
                | "against"
                | "between"
                | "in"
                | "that"
                | "to"
                | "for"
                | "about"
                | "over"
                | "at"
                | "with"
                | "as"
                | "which"
                | "who"
                | "whose"
                | "made"
                | "given"
                | "concerning"
                | "regarding"
                | "'s"
                | "’s"
        )
    };
    let light = |word: &str| {
        matches!(
            word,
            "make"
                | "makes"
                | "made"
                | "making"
                | "take"
                | "takes"
                | "took"
                | "taking"
                | "issue"
                | "issues"
                | "issued"
                | "announce"
                | "announced"
                | "give"
                | "gave"
                | "read"
                | "signed"
                | "drafted"
        )
    };
    // Before the article stands the verb, or an auxiliary's participle.
    let verb = at.checked_sub(2).map_or("", |verb| segmentation.tokens[verb].span.of(text));
    !own(word(at + 1)) && !matches!(word(at + 2), "by" | "of") && !light(verb)
}

pub(super) fn is_deed(noun: &str) -> bool {
    matches!(
        noun,
        "accusation"
            | "accusations"
            | "allegation"
            | "allegations"
            | "announcement"
            | "charge"
            | "charges"
            | "claim"
            | "claims"
            | "comments"
            | "decision"
            | "declaration"
            | "demand"
            | "demands"
            | "invitation"
            | "move"
            | "offer"
            | "proposal"
            | "remarks"
            | "request"
            | "statement"
            | "suggestion"
            | "threat"
            | "threats"
            | "ultimatum"
    )
}

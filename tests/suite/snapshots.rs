//! What the rules find in short texts: mentions with ids, claims with holders, pairs, marked under the words.
//!
//! The marks change whenever the rules for actors or attribution get better. To accept all of what is found now:
//!
//! ```sh
//! INSTA_UPDATE=always cargo test --test suite snapshots
//! ```
//!
//! then look through `git diff tests/snapshots` for anything that became worse. Stances and probabilities are not
//! shown, so a new model changes nothing here.

use super::workplace::PIPELINE;
use demarche::{
    Reading, Worker,
    attribution::{ClaimKind, Holder},
    document::Document,
    span::Span,
};
use std::fmt::Write as _;

/// The text with a line of marks under it for each mention and claim, then the pairs.
fn marked(document: &Document) -> String {
    let mut worker = Worker::default();
    let reading = PIPELINE.read(&mut worker, document);
    let text = document.text.as_str();
    let mut out = String::new();
    if let Some(date) = document.date {
        let _ = writeln!(out, "date {date}");
    }
    if let Some(issuer) = &document.issuer {
        let _ = writeln!(out, "issuer {issuer}");
    }
    let _ = writeln!(out, "{text}");
    let under = |out: &mut String, span: Span, mark: char, note: &str| {
        let before = text[..span.start].chars().count();
        let width = span.of(text).chars().count();
        let _ = writeln!(out, "{}{} {note}", " ".repeat(before), mark.to_string().repeat(width));
    };
    let id = |actor: Option<_>| actor.map_or("?", |actor| &*PIPELINE.gazetteer.actor(actor).id);
    for mention in &reading.mentions {
        let mut note = format!("{} {:?}, {:?}", id(mention.actor), mention.kind, mention.rule);
        for detail in mention.role.iter().chain(&mention.person) {
            let _ = write!(note, ", {detail}");
        }
        for (is, word) in [(mention.possessive, "possessive"), (mention.former, "former")] {
            if is {
                let _ = write!(note, ", {word}");
            }
        }
        under(&mut out, mention.span, '^', &note);
    }
    let holder = |holder: Holder| match holder {
        Holder::Author => "author".to_owned(),
        Holder::Unknown => "unknown".to_owned(),
        known => id(known.actor(&reading.mentions)).to_owned(),
    };
    for claim in &reading.attribution.claims {
        let mut note = format!("{}: {}", kind(claim.kind), holder(claim.holder));
        if let Some(speaker) = claim.speaker {
            let _ = write!(note, ", said by {}", holder(speaker));
        }
        if let Some(hit) = &claim.cue {
            let _ = write!(note, ", `{}`", PIPELINE.cues.cue(hit.cue).expression);
            for (is, word) in [(hit.negated, "negated"), (hit.passive, "passive"), (hit.hypothetical, "hypothetical")] {
                if is {
                    let _ = write!(note, ", {word}");
                }
            }
        }
        under(&mut out, claim.span, '~', &note);
    }
    pairs(&mut out, &reading);
    out
}

fn kind(kind: ClaimKind) -> &'static str {
    match kind {
        ClaimKind::DirectQuote => "quotation",
        ClaimKind::IndirectSpeech => "reported speech",
        ClaimKind::MixedSpeech => "partly quoted",
        ClaimKind::NarratedAct => "act",
        ClaimKind::OwnVoice => "own voice",
    }
}

fn pairs(out: &mut String, reading: &Reading) {
    for candidate in &reading.candidates {
        let id = |actor| &*PIPELINE.gazetteer.actor(actor).id;
        let holder = candidate.holder.map_or("author", id);
        let claim = kind(reading.attribution.claims[candidate.claim].kind);
        let _ = writeln!(out, "{holder} -> {} ({claim})", id(candidate.target));
    }
}

fn check(name: &str, document: &Document) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, marked(document)));
}

/// One test for each rule: name of the snapshot, then fields of the document.
macro_rules! marked {
    ($($name:ident: $text:literal $(, $field:ident $value:literal)*;)*) => {$(
        #[test]
        fn $name() {
            let document = Document {
                id: "1".into(),
                text: $text.into(),
                $($field: Some($value.parse().expect("a value")),)*
                ..Document::default()
            };
            check(stringify!($name), &document);
        }
    )*};
}

marked! {
    composed_role: "The Norwegian foreign minister thanked the Kenyan parliament for its patience.";
    title_and_name: "President Emmanuel Macron praised Chancellor Olaf Scholz in Berlin.", date "2023-05-04";
    capital_as_subject: "Ankara rejected the offer that Athens had made.";
    capital_as_place: "Talks between Kenya and Uganda resumed in Paris on Friday.";
    bound_surname: "Foreign Minister Sergei Lavrov met his Turkish counterpart. Lavrov thanked Ankara.", date "2022-03-10";
    anaphor: "The Polish Foreign Ministry summoned the Belarusian envoy. The ministry protested against the arrests.";
    quotation: "\"We stand with Ukraine,\" the Estonian government said on Monday.";
    inverted_attribution: "Serbia has broken its word, said the government of Albania.";
    according_to: "According to Ethiopia, Eritrea has kept troops across the border.";
    passive: "Sudan was condemned by Chad for the raid on a border village.";
    nominal_owner: "Pakistan's criticism of India drew a sharp reply.";
    joint_holders: "Mali, Niger and Burkina Faso condemned the sanctions of ECOWAS.";
    first_person_of_the_issuer: "We deplore the missile launch by North Korea.", issuer "JPN";
    negated_and_hypothetical: "Hungary did not condemn Russia and would veto a ban, Slovakia said.";
}

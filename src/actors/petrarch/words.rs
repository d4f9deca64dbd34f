//! The words of dictionaries: capitals as texts have them, and plurals.

/// Words that begin with a small letter inside a name.
const SMALL: [&str; 9] = ["OF", "THE", "AND", "DE", "AL", "BIN", "IBN", "VON", "VAN"];

/// Names of letters that have vowels, too.
const ACRONYMS: [&str; 18] = [
    "ASEAN", "CIA", "EEC", "EU", "FAO", "IAEA", "ICC", "IMF", "NATO", "OAS", "OPEC", "OSCE", "UAE", "UK", "UN",
    "UNESCO", "US", "USA",
];

/// Words without a vowel that are no names of letters.
const TITLES: [&str; 7] = ["DR", "JR", "MR", "MRS", "MS", "SR", "ST"];

/// Words with spaces between them.
pub(super) fn plain(text: &str) -> String {
    let words = text.split(|c: char| c == '_' || c.is_whitespace()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Whether a table can have it as a name.
pub(super) fn is_name(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).count() >= 2 && !text.contains('|')
}

/// A name in capitals as texts write it.
pub(super) fn proper(name: &str) -> String {
    let words = name.split(' ').enumerate().map(|(place, word)| match word {
        small if place > 0 && SMALL.contains(&small) => small.to_lowercase(),
        word if word.contains(char::is_lowercase) => word.to_owned(),
        word => capitalised(word),
    });
    words.collect::<Vec<_>>().join(" ")
}

fn capitalised(word: &str) -> String {
    let (mut written, mut after_name) = (String::new(), false);
    for piece in word.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let letters = piece.trim_end_matches(|c: char| !c.is_alphanumeric());
        let count = letters.chars().filter(|c| c.is_alphabetic()).count();
        let is_ordinal = letters.starts_with(|c: char| c.is_ascii_digit())
            && ["ST", "ND", "RD", "TH"].iter().any(|end| letters.ends_with(end));
        let is_letters = (1..=3).contains(&count) && !letters.contains(['A', 'E', 'I', 'O', 'U', 'Y']);
        let mut rest = letters.chars();
        match rest.next() {
            // O'Brien, but People's and Shi'ite.
            _ if after_name || is_ordinal => written.push_str(&letters.to_lowercase()),
            _ if ACRONYMS.contains(&letters) || is_letters && !TITLES.contains(&letters) => written.push_str(letters),
            Some(first) => written.extend(std::iter::once(first).chain(rest.flat_map(char::to_lowercase))),
            None => {}
        }
        written.push_str(&piece[letters.len()..]);
        after_name = piece.ends_with(['\'', '\u{2019}']) && count > 1;
    }
    written
}

/// Plurals that a noun may have, the regular one first: chiefs of staff, deputies.
pub(super) fn plurals(noun: &str) -> Vec<String> {
    let (head, rest) = noun.split_at(noun.find(" OF ").unwrap_or(noun.len()));
    let regular = match head.strip_suffix('Y') {
        Some(stem) if !stem.ends_with(['A', 'E', 'I', 'O', 'U']) => format!("{stem}IES{rest}"),
        _ if ["S", "X", "CH", "SH"].iter().any(|end| head.ends_with(end)) => format!("{head}ES{rest}"),
        _ => format!("{head}S{rest}"),
    };
    std::iter::once(regular).chain(head.strip_suffix("MAN").map(|stem| format!("{stem}MEN{rest}"))).collect()
}

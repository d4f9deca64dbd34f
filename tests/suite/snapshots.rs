//! What the rules find in short texts: mentions with ids, names that are passed over, claims with holders, pairs, marked under
//! the words.
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
use demarche::{Reading, Worker, attribution::Holder, document::Document, span::Span};
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
    let issuer = document.issuer.as_deref().and_then(|issuer| PIPELINE.gazetteer.issuer(issuer));
    let (_, dismissed) = PIPELINE.gazetteer.mentions_and_dismissed(text, &reading.segmentation, document.date, issuer);
    for name in dismissed {
        under(&mut out, name.span, 'x', &format!("no actor: {}", name.why.meaning()));
    }
    let holder = |holder: Holder| match holder {
        Holder::Author => "author".to_owned(),
        Holder::Unknown => "unknown".to_owned(),
        known => id(known.actor(&reading.mentions)).to_owned(),
    };
    for claim in &reading.attribution.claims {
        let mut note = format!("{}: {}", claim.kind.name(), holder(claim.holder));
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

fn pairs(out: &mut String, reading: &Reading) {
    for candidate in &reading.candidates {
        let id = |actor| &*PIPELINE.gazetteer.actor(actor).id;
        let holder = candidate.holder.map_or("author", id);
        let claim = reading.attribution.claims[candidate.claim].kind.name();
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
    listed_names: "Paraguay has left the river commission that Mercosur set up for Bolivia.";
    longest_match: "The Organisation of Islamic Cooperation rebuked South Sudan, and Papua New Guinea objected.";
    us_is_no_pronoun: "The US owes us an answer, Bolivia said after a U.S. envoy had flown home.";
    possessives: "Mongolia's offer pleased the Philippines' negotiators and surprised Laos.";
    members_of_a_state: "Peruvian farmers and Chilean citizens denounced Argentina over the levy, as did protesters in Guayaquil.";
    role_of: "The finance minister of Zambia and the parliament of Malawi criticised Mozambique's new port fees.";
    role_in: "Authorities in Antwerp blamed Morocco for a cargo that had vanished.";
    mayor_of_a_city: "The mayor of Gothenburg rebuked Iran for holding a Swedish chemist.";
    hyphen_forms: "Malawi denounced a Rwanda-backed militia, a pro-Uganda faction and Tanzania-led troops near an anti-Burundi camp.";
    capital_acts: "Canberra scolded Honiara over the lease of a harbour.";
    capital_where_something_happens: "Oman and Qatar opened a book fair near Tunis and closed another in central Rabat.";
    ties_with_and_pressure_on_a_capital: "Guyana values its ties with Port of Spain, and Suriname wants more pressure on Caracas.";
    capital_named_as_its_state: "Kuwait and Singapore warned Panama about forged ship papers.";
    the_capital_of_a_state: "The Bhutanese capital turned down a border map that India had drawn.";
    the_government_of_the_dateline: "LILONGWE (Reuters) - The government rejected a loan from China on Tuesday.";
    the_government_of_the_subject: "Namibia lost the fisheries case on Monday. The government will appeal and has thanked Angola.";
    the_government_of_the_issuer: "The Government regrets that Belarus has closed two consulates.", issuer "LTU";
    its_counterpart: "The Senegalese parliament invited its Gambian counterpart to a joint sitting.";
    counterpart_with_and_without_a_name: "The Finnish defence minister thanked his Iraqi counterpart, Thabet al-Abbasi. He faulted his Libyan counterpart.", date "2023-05-04";
    the_two_countries_and_both_sides: "Honduras and Nicaragua recalled their envoys. The two countries blamed each other, but both sides spared El Salvador.";
    he_and_she: "President Gustavo Petro met Prime Minister Mia Mottley at the pier. She thanked Colombia, and he praised Barbados.", date "2023-05-04";
    it_and_they: "Nepal declined the loan because it distrusts China. Laos and Cambodia accepted since they trust Beijing.";
    expletive_it: "It is time to talk with Eritrea, Djibouti said, and it seems that Somalia agrees.";
    its_army_and_their_soldiers: "Ecuador denied that its army had crossed into Peru. The Peruvians thanked their soldiers.";
    our_soldiers: "Our soldiers held their fire, and our embassy has protested to Tajikistan.", issuer "KGZ";
    apposed_before_and_after: "Olena Marchuk, the Ukrainian trade minister, thanked Portugal. The Latvian trade minister, Guntis Ozolkalns, did not.";
    titled: "President Sall rebuked Guinea-Bissau, while Prime Minister Rama praised Kosovo.", date "2023-05-04";
    form_of_address: "Seychelles and Mauritius argued until midnight. Mr Radegonde faulted Mauritius for the delay.", date "2023-05-04";
    initials: "Moldova answered at once, and N. Popescu assured Romania that the wagons were on their way.", date "2023-05-04";
    surname_after_the_full_name: "Lemogang Kwape flew north on Monday. Kwape promised Angola a cattle vaccine.", date "2023-05-04";
    former_ex_and_elect: "The former Liberian president and an ex-minister of Togo insulted Benin. The Gabonese president-elect praised it.";
    term_over_at_the_date: "Sebastián Piñera criticised Venezuela in a lecture.", date "2023-05-04";
    office_by_date: "Evo Morales thanked Cuba for its eye surgeons.", date "2014-06-10";
    georgia_state_or_country: "Georgia thanked Armenia for the gas. Growers in Atlanta said Georgia would sell Mexico more peaches.";
    personal_names: "The engineers Elias Jordan and Chad Smith urged Malta to release a yacht.";
    turkey_the_bird: "Poland praised Denmark for a Turkey sandwich without antibiotics.";
    several_guineas: "Guinea, Guinea-Bissau and Equatorial Guinea congratulated Papua New Guinea on its election.";
    two_congos: "The Republic of the Congo offered Burundi a dam, and the Democratic Republic of the Congo complained.";
    two_koreas_and_neither: "Mongolia invited South Korea and North Korea to a contest for Korean songs.";
    washington_by_context: "The singer Dinah Washington adored Brazil, but Washington would not let Brazil hire her.";
    congress_of_india: "Rahul Gandhi assured Nepal that Congress would honour the river treaty.";
    brussels_by_context: "Brussels fined Ireland over a subsidy. A Belgian judge complained that Brussels neglects Morocco.";
    joint_speech_and_joint_acts: "Kazakhstan and Uzbekistan said Afghanistan was wasting water. Jamaica and Trinidad and Tobago expelled the ambassador of Haiti.";
    said_with_and_without_that: "Estonia said that Belarus had jammed its radars. Finland said on Friday it believed Estonia.";
    told: "Botswana told Zimbabwe that the cattle fence would stay.";
    according_to_at_the_end: "Tunisia has repaid every dinar, according to the Algerian finance ministry.";
    speaker_after_the_words: "France must hand back the reefs, the Malagasy transport minister said.";
    speaker_after_the_verb: "\"Iceland takes too much mackerel,\" complained the Norwegian fisheries minister.";
    participle_accusing: "Cyprus walked out of the session, accusing Turkey of bad faith.";
    in_a_statement: "In a statement late on Sunday, Bahrain said Iran had armed the smugglers.";
    as_they_put_it: "Australia, as the Tongan prime minister put it, sends anthropologists when Tonga needs doctors.";
    quoted_as_saying: "The Serbian interior minister was quoted as saying that Kosovo had staged the ambush.";
    floating_quotation: "\"Angola pays what it owes,\" said the Zambian president.\n\n\"Mozambique has not honoured a single promise.\"";
    he_added: "Lebanese Foreign Minister Abdallah Bou Habib said Syria must open the crossing. He added that Jordan had been fairer.", date "2023-05-04";
    partly_quoted: "Latvia said the Belarusian drill was \"a rehearsal for something worse\" and a nuisance to sailors.";
    nested_claim: "Moldova said Russia had threatened Romania over a gas pipe.";
    coordinated_clauses: "Bangladesh said India had shut the dam, and India said Bangladesh had misread a gauge.";
    passive_with_and_without_agent: "Eswatini was rebuked by Lesotho for the delay. Mauritius was criticised as well.";
    felt_passive: "New Zealand was dismayed by a speech that Australia had cheered.";
    condemnation_by: "A condemnation of Myanmar by Indonesia came before Malaysia's condemnation of the same trial.";
    talks_between: "Talks between Guatemala and Belize broke down over one islet.";
    attack_of_one_on_another: "The attacks of Sudan on South Sudan alarmed Uganda. The US attack on Libya angered Algeria.";
    thanks_and_a_relative_clause: "Fiji thanks Vanuatu, Tonga and Kiribati, which sent divers, and asks France for a ship.";
    relative_clause_then_main_verb: "Bulgaria, which had backed Serbia for years, rejected the Serbian census.";
    refused_and_conditional: "Cameroon refused to condemn Nigeria and could welcome its proposal.";
    we_of_the_issuer: "We thank Ghana for the nurses, and our hospitals will repay Nigeria.", issuer "LBR";
    we_in_a_quotation: "\"We owe Cuba nothing,\" the Honduran president told a radio station.";
    question_in_a_briefing: "Question: Does Spain support Morocco on the fishing zone?\n\nAnswer: We value our friendship with Algeria.", issuer "ESP";
    anonymous_source: "One diplomat, who asked not to be named, said Ivory Coast had spied on Mali.";
    spokesman_for: "A spokesman for Uzbekistan's president denied that Kyrgyzstan had been snubbed.";
    deeds_of_before: "Malawi declared Zambia a hoarder of maize. Botswana mocked the declaration, and Zambia rejected the charges.";
    killed_civilians: "The Russian missile killed Ukrainian civilians and a Moldovan driver.";
    other_names: "Samoa cited the UN Charter, and a lawyer from New Jersey praised Samoa.";
    name_not_yet_in_use: "A choir called the Board of Peace thanked Norway for a grant that Sweden had refused.", date "2019-06-11";
    things_of_a_state: "Ghana banned Nigerian goods, and Togo seized Beninese ships.";
}

use super::*;
use crate::actors::entry;

/// Rows with their empty last cells cut off.
fn rows(found: &Imported) -> Vec<&str> {
    found.rows.iter().map(|row| row.trim_end_matches('\t')).collect()
}

fn skipped(found: &Imported) -> Vec<(usize, &str)> {
    found.skipped.iter().map(|skipped| (skipped.line, skipped.problem.as_str())).collect()
}

fn read(text: &str) -> Imported {
    let found = import(text, |code| ["PSE", "ROU", "TGO", "TLS"].contains(&code).then(|| code.to_owned()));
    let table = format!("id\tname\tkind\taliases\tsurname\trole\tfrom\tto\tnote\n{}\n", found.rows.join("\n"));
    entry::read_user("imported", &table).unwrap();
    found
}

fn clean(text: &str) -> Vec<String> {
    let found = read(text);
    assert_eq!(skipped(&found), []);
    rows(&found).into_iter().map(str::to_owned).collect()
}

#[test]
fn states_have_their_synonyms_as_aliases() {
    let text = "\u{feff}# head\nTOGO_  [TGO] ; a comment\r\n+TOGOLAND_ # another\n+PORT-OF_LOME\n\n+TOGO_\n";
    assert_eq!(clean(text), ["TGO\tTogo\tstate\tPort-Of Lome|Togoland"]);
}

#[test]
fn roles_make_seats_of_a_state() {
    let text = "PALACE_OF_TOGO [TGOGOV]\nHARBOUR_WATCH\n+COAST_WATCH_\n\t[TGOGOVCOPXYZ]\n";
    assert_eq!(
        clean(text),
        ["TGO\tHarbour Watch\tseat\tCoast Watch\t\tgovernment, police", "TGO\tPalace of Togo\tseat\t\t\tgovernment"]
    );
}

#[test]
fn offices_have_dates_and_their_holders_need_no_row_outside_them() {
    let text = "KOFI_O'DURO_ ; list\n\t[TGOELI 500101-680302]\n    [TGOGOV 680302-19720417]\n\t[TGOELI >720417]\n\
                AMA_DURO_ [TGOMIL >2004] [TGOELI]\nYAO_DURO_ [IGOABC <200512] [ELI]\nEFUA_DURO_ [TGOELI]\n\
                ADJO_DURO_ [TGOGOV 000101-011231] [TGOELI >090101]\n";
    assert_eq!(
        clean(text),
        [
            "IGO:ABC\tYao Duro\torganisation\t\t\tintergovernmental\t\t2020-05-12",
            "TGO\tAdjo Duro\tperson\t\t\tformer official\t2009-01-01",
            "TGO\tAdjo Duro\tperson\t\t\tgovernment\t2000-01-01\t2001-12-31",
            "TGO\tAma Duro\tperson\t\t\tmilitary\t2004",
            "TGO\tEfua Duro\tperson\t\t\tformer official",
            "TGO\tKofi O'Duro\tperson\t\t\tgovernment\t1968-03-02\t1972-04-17",
        ]
    );
}

#[test]
fn dates_are_read_in_four_forms() {
    let read = |text: &str| code::date(text).map(|date| date.to_string()).map_err(|problem| problem.to_string());
    for (text, expected) in [
        ("300101", "1930-01-01"),
        ("290101", "2029-01-01"),
        ("000229", "2000-02-29"),
        ("19991231", "1999-12-31"),
        ("1999", "1999"),
        ("199912", "1999-12"),
    ] {
        assert_eq!(read(text).as_deref(), Ok(expected));
    }
    for text in ["", "99", "990231", "19990231", "999901", "1999-1", "٢٠٢٣", "12345"] {
        assert_eq!(read(text), Err(format!("`{text}` is no date; expected YYMMDD, YYYYMMDD, YYYY or YYYYMM")),);
    }
}

#[test]
fn renamed_codes_are_those_of_today() {
    assert_eq!(
        clean("HILLSIDE_ [PAL]\nDANUBIA_[ROM]\nCROCODILIA_ [tmp]\n"),
        ["PSE\tHillside\tstate", "ROU\tDanubia\tstate", "TLS\tCrocodilia\tstate"]
    );
}

#[test]
fn those_without_an_id_get_one_of_their_code() {
    let text = "ORDER_OF_THE_HERON_ [XYZREB]\nWORLD_LAKE_UNION_ [IGOLAKJUD]\nBLOCS_ [IGO]\nHERON_AID [NGOHLH]\n";
    assert_eq!(
        clean(text),
        [
            "IGO:LAKJUD\tWorld Lake Union\torganisation\t\t\tintergovernmental, judiciary",
            "ORG:IGO\tBlocs\tgroup\t\t\tintergovernmental",
            "ORG:NGOHLH\tHeron Aid\tgroup\t\t\tngo, health",
            "ORG:XYZREB\tOrder of the Heron\tgroup\t\t\tarmed group",
        ]
    );
}

#[test]
fn synonyms_with_codes_stand_for_themselves() {
    let text = "TOGO_ [TGO]\n+HERON_SQUARE_ [TGOLEG]\n+TOGOLAND_\nHERON_TOWN_\n\t[TGOBUS] [---] [TGOMED]\n";
    assert_eq!(
        clean(text),
        [
            "TGO\tHeron Square\tseat\t\t\tlegislature",
            "TGO\tHeron Town\tseat\t\t\tbusiness",
            "TGO\tHeron Town\tseat\t\t\tmedia",
            "TGO\tTogo\tstate\tTogoland",
        ]
    );
}

#[test]
fn comments_may_go_over_lines() {
    let text =
        "<!-- A_ [TGO]\nB_ [TGO] --> TOGO_ <!-- x --> [TGO] <!-- ; -->\n ; C_ [TGO]\n# <!-- D\nLOMEA_ [TGO]# e\n";
    assert_eq!(clean(text), ["TGO\tLomea\tstate", "TGO\tTogo\tstate"]);
    assert_eq!(skipped(&read("\n<!-- TOGO_ [TGO]\n")), [(2, "the comment is not closed; expected --> after it")]);
}

#[test]
fn names_have_capitals_as_texts_write_them() {
    for (written, expected) in [
        ("SEAN_O'BRIEN_", "Sean O'Brien"),
        ("OMAR_AL-ASSAD", "Omar Al-Assad"),
        ("SAUD_BIN_AL_OMAR", "Saud bin al Omar"),
        ("THE_PEOPLE'S_FRONT_OF_THE_SHI'ITE_MEN", "The People's Front of the Shi'ite Men"),
        ("UN_AND_U.S._ENVOY", "UN and U.S. Envoy"),
        ("SPD_MR_DRY_M23_BRIGADE", "SPD Mr Dry M23 Brigade"),
        ("2ND_OF_JUNE_(GC)_ÉLAN", "2nd of June (GC) Élan"),
        ("McAdam", "McAdam"),
    ] {
        assert_eq!(proper(&plain(written)), expected);
    }
}

#[test]
fn agents_are_roles() {
    let text = "WATCHMAN_ [~COP]\nCHIEF_OF_ICE [~MIL]\nDEPUTY {} [~LEG]\nENVOY [~GOVMIL]\nSPY_LADY {SPY_LADIES }[~SPY]\nHUT_CHIEF [~BUD]\nBOSS [~AGR]\n";
    assert_eq!(
        clean(text),
        [
            "CVL\thut chief\trole\thut chiefs\t\tnone",
            "GOV\tenvoy\trole\tenvoys\t\tstate",
            "GOV\tspy lady\trole\tspy ladies\t\tstate",
            "LAB\tboss\trole\tbosses\t\tnone",
            "LEG\tdeputy\trole\t\t\tstate",
            "MIL\tchief of ice\trole\tchiefs of ice\t\tstate",
            "MIL\twatchman\trole\twatchmans\t\tstate",
        ]
    );
}

#[test]
fn sets_stand_for_each_member() {
    let text = "!FOLK! = MAN, MEN, PERSON\n!OFFICE! = MINISTER, MINISTERS, MINISTRY\nHERON!FOLK! [~CVL]\nLAKE_!OFFICE!_OF_ICE [~GOV]\n";
    assert_eq!(
        clean(text),
        [
            "CVL\theronman\trole\theronmen\t\tnone",
            "CVL\theronperson\trole\theronpersons\t\tnone",
            "GOV\tlake minister of ice\trole\tlake ministers of ice\t\tstate",
            "GOV\tlake ministry of ice\trole\tlake ministries of ice\t\tstate",
        ]
    );
}

#[test]
fn rows_are_sorted_and_unique() {
    let text = "TOGO_ [TGO]\n+TOGOLAND_\nHERON_ [TGOMED]\nTOGO_ [TGO]\n+LOMEA_\nHERON_ [TGOMED]\n";
    assert_eq!(clean(text), ["TGO\tHeron\tseat\t\t\tmedia", "TGO\tTogo\tstate\tLomea|Togoland"]);
    assert_eq!(read(""), Imported::default());
}

#[test]
fn what_cannot_be_read_is_named() {
    let text = "[TGO]\n+LOMEA_\nHERON_\nX_ [TGO]\nTOGO_ [TG]\n+TOGOLAND_\nGULL_ [TGO 1999]\nGULL_ [TGO >991301]\nGULL_ [TGO 2001-1999]\n\
                GULL_ [~TGO}\n!S!\n!S! =\nA!S! [~GOV]\nTHE_ [TGO]\nA|BC [TGO]\nGULL {S [~GOV]\nGULL_ [TGO] x\n";
    let found = read(text);
    assert_eq!(found.rows, [] as [&str; 0]);
    assert_eq!(
        skipped(&found),
        [
            (1, "`[TGO]` belongs to no entry; expected a name before it"),
            (2, "`+LOMEA_` belongs to no entry; expected a name before it"),
            (3, "`HERON` has no code; expected [CODE] behind it or below"),
            (4, "`X` is no name to look for; expected two letters or more, no `|`, and not ordinary words alone"),
            (5, "`TG` is no code; expected three letters for the actor, then letters and digits"),
            (7, "`1999` restricts no dates; expected <DATE, >DATE or DATE-DATE"),
            (8, "`991301` is no date; expected YYMMDD, YYYYMMDD, YYYY or YYYYMM"),
            (9, "`2001-1999` ends before it begins; expected DATE-DATE in their order"),
            (10, "`[~TGO}` is no code in brackets; expected [CODE] or [CODE dates]"),
            (11, "`!S!` has no code; expected [CODE] behind it or below"),
            (12, "`!S! =` defines no set; expected !SET! = A, B"),
            (13, "`A!S!` has a set that is not known; expected !SET! = A, B before it"),
            (14, "`THE` is no name to look for; expected two letters or more, no `|`, and not ordinary words alone"),
            (15, "`A|BC` is no name to look for; expected two letters or more, no `|`, and not ordinary words alone"),
            (16, "`{S` is not closed; expected a plural in braces"),
            (17, "`x` is no code in brackets; expected [CODE] or [CODE dates]"),
        ]
    );
}

#[test]
fn sets_do_not_multiply_without_end() {
    let text = format!("!S! = A, B, C, D\nGULL{} [~GOV]\n", "!S!".repeat(40));
    let found = read(&text);
    assert!(found.rows.is_empty() && found.skipped[0].problem.ends_with("expected at most 256"), "{found:?}");
}

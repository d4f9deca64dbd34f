//! The labels: stance, act and tone, as the codebook defines them (`training_data/CODEBOOK.md`).

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A closed set of labels with a fixed order and fixed names.
pub trait Label:
    linfa::dataset::Label + Copy + Ord + fmt::Display + FromStr<Err = UnknownLabel> + Send + Sync + 'static
{
    /// The head that predicts it, as recipes and model files name it.
    const HEAD: &'static str;
    /// Every label, in the order in which probabilities are given.
    const ALL: &'static [Self];
    /// The label as it stands in data files.
    fn name(self) -> &'static str;
    /// Position in [`Label::ALL`].
    fn index(self) -> usize;
}

/// A name that is no label of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not one of {expected}{}", did_you_mean(.meant.as_deref()))]
pub struct UnknownLabel {
    /// What stood there.
    pub found: String,
    /// The names allowed.
    pub expected: String,
    /// The name that differs only in case or in white space, if one does. It is not taken for it: a file that writes a label in
    /// two ways may have others in it.
    pub meant: Option<String>,
}

fn did_you_mean(name: Option<&str>) -> String {
    name.map_or_else(String::new, |name| format!("; write `{name}`"))
}

macro_rules! labels {
    ($(#[$doc:meta])* $name:ident, $head:literal, { $($(#[$vdoc:meta])* $variant:ident => $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl linfa::dataset::Label for $name {}

        impl Label for $name {
            const HEAD: &'static str = $head;
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
            fn index(self) -> usize {
                self as usize
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(self.name())
            }
        }

        impl FromStr for $name {
            type Err = UnknownLabel;
            fn from_str(text: &str) -> Result<Self, UnknownLabel> {
                Self::ALL.iter().copied().find(|label| label.name() == text).ok_or_else(|| UnknownLabel {
                    found: text.to_owned(),
                    expected: Self::ALL.iter().map(|label| label.name()).collect::<Vec<_>>().join(", "),
                    meant: Self::ALL
                        .iter()
                        .map(|label| label.name())
                        .find(|name| name.eq_ignore_ascii_case(text.trim()))
                        .map(str::to_owned),
                })
            }
        }
    };
}

labels! {
    /// The stance of a holder toward a target, from hostile to friendly.
    Stance, "stance", {
        /// Condemns, accuses, opposes, threatens, sanctions, attacks, voices concern at.
        Critical => "critical",
        /// Speaks about or deals with the target and takes no side.
        #[default]
        Neutral => "neutral",
        /// Endorses, welcomes, thanks, agrees or cooperates with, aids, defends.
        Supportive => "supportive",
    }
}

labels! {
    /// The kind of diplomatic act: the root codes of PLOVER (Open Event Data Alliance, 2018).
    Act, "act", {
        /// Agrees, promises or intends to cooperate.
        Agree => "AGREE",
        /// Meets, visits, talks, negotiates.
        #[default]
        Consult => "CONSULT",
        /// Praises, endorses, recognises, signs, starts relations.
        Support => "SUPPORT",
        /// Eases demands, apologises, yields.
        Concede => "CONCEDE",
        /// Acts jointly: exercises, trade, shared intelligence.
        Cooperate => "COOPERATE",
        /// Gives money, material, shelter.
        Aid => "AID",
        /// Withdraws, releases, lifts a blockade or sanctions.
        Retreat => "RETREAT",
        /// Asks, appeals, demands.
        Request => "REQUEST",
        /// Criticises, condemns, accuses, sues.
        Accuse => "ACCUSE",
        /// Refuses, vetoes, declines, blocks.
        Reject => "REJECT",
        /// Expels, cuts ties or aid, embargoes, suspends talks.
        Sanction => "SANCTION",
        /// Warns of force, sanctions or other consequences.
        Threaten => "THREATEN",
        /// Demonstrates, strikes, riots.
        Protest => "PROTEST",
        /// Raises alert, deploys, exercises as a show of force.
        Mobilize => "MOBILIZE",
        /// Arrests, seizes, bans, deports, intrudes.
        Coerce => "COERCE",
        /// Attacks, bombs, kills, abducts.
        Assault => "ASSAULT",
    }
}

labels! {
    /// The sentiment of the sentence itself, whoever it is about.
    Tone, "tone", {
        /// Bad news, harsh words.
        Negative => "negative",
        /// Neither.
        #[default]
        Neutral => "neutral",
        /// Good news, warm words.
        Positive => "positive",
    }
}

labels! {
    /// The roots of PLOVER as data with one root for yielding have them: CONCEDE and RETREAT are `YIELD` (so Zero-Shot-PLOVER).
    Root, "root", {
        /// Agrees, promises or intends to cooperate.
        Agree => "AGREE",
        /// Meets, visits, talks, negotiates.
        #[default]
        Consult => "CONSULT",
        /// Praises, endorses, recognises.
        Support => "SUPPORT",
        /// CONCEDE or RETREAT.
        Yield => "YIELD",
        /// Acts jointly.
        Cooperate => "COOPERATE",
        /// Gives money, material, shelter.
        Aid => "AID",
        /// Asks, appeals, demands.
        Request => "REQUEST",
        /// Criticises, condemns, accuses, sues.
        Accuse => "ACCUSE",
        /// Refuses, vetoes, declines, blocks.
        Reject => "REJECT",
        /// Expels, cuts ties or aid, embargoes.
        Sanction => "SANCTION",
        /// Warns of force or other consequences.
        Threaten => "THREATEN",
        /// Demonstrates, strikes, riots.
        Protest => "PROTEST",
        /// Raises alert, deploys.
        Mobilize => "MOBILIZE",
        /// Arrests, seizes, bans, deports.
        Coerce => "COERCE",
        /// Attacks, bombs, kills, abducts.
        Assault => "ASSAULT",
    }
}

labels! {
    /// The four quarters of PLOVER's roots, with yielding among material cooperation.
    Quad, "quad", {
        /// AGREE, CONSULT, SUPPORT.
        #[default]
        VerbalCooperation => "verbal cooperation",
        /// YIELD, COOPERATE, AID.
        MaterialCooperation => "material cooperation",
        /// REQUEST, ACCUSE, REJECT, THREATEN.
        VerbalConflict => "verbal conflict",
        /// SANCTION, PROTEST, MOBILIZE, COERCE, ASSAULT.
        MaterialConflict => "material conflict",
    }
}

labels! {
    /// The two halves of PLOVER's roots.
    Side, "binary", {
        /// The first two quarters.
        #[default]
        Cooperation => "cooperation",
        /// The other two.
        Conflict => "conflict",
    }
}

labels! {
    /// Both directions between two entities of a text, A the one named first, read as one class: the five classes of DSE
    /// (Park, Pan & Joo 2021), in which at most one of the two takes a side.
    Directed, "both directions, five classes", {
        /// Neither takes a side.
        #[default]
        Neutral => "neutral",
        /// A is supportive of B.
        ForwardPositive => "A->B positive",
        /// B is supportive of A.
        BackwardPositive => "B->A positive",
        /// A is critical of B.
        ForwardNegative => "A->B negative",
        /// B is critical of A.
        BackwardNegative => "B->A negative",
    }
}

impl Directed {
    /// The stances of A toward B and of B toward A.
    #[must_use]
    pub const fn stances(self) -> [Stance; 2] {
        match self {
            Self::Neutral => [Stance::Neutral, Stance::Neutral],
            Self::ForwardPositive => [Stance::Supportive, Stance::Neutral],
            Self::BackwardPositive => [Stance::Neutral, Stance::Supportive],
            Self::ForwardNegative => [Stance::Critical, Stance::Neutral],
            Self::BackwardNegative => [Stance::Neutral, Stance::Critical],
        }
    }

    /// The class of these two stances; `None` where both take a side, for which there is no class.
    #[must_use]
    pub fn of(stances: [Stance; 2]) -> Option<Self> {
        Self::ALL.iter().copied().find(|class| class.stances() == stances)
    }
}

impl Act {
    /// The root in data that merge CONCEDE and RETREAT.
    #[must_use]
    pub const fn root(self) -> Root {
        match self {
            Self::Agree => Root::Agree,
            Self::Consult => Root::Consult,
            Self::Support => Root::Support,
            Self::Concede | Self::Retreat => Root::Yield,
            Self::Cooperate => Root::Cooperate,
            Self::Aid => Root::Aid,
            Self::Request => Root::Request,
            Self::Accuse => Root::Accuse,
            Self::Reject => Root::Reject,
            Self::Sanction => Root::Sanction,
            Self::Threaten => Root::Threaten,
            Self::Protest => Root::Protest,
            Self::Mobilize => Root::Mobilize,
            Self::Coerce => Root::Coerce,
            Self::Assault => Root::Assault,
        }
    }

    /// Whether nobody does this to someone while taking this stance toward them: to cooperate is not critical, conflict is not
    /// supportive. A request goes with every stance, and a neutral stance with every act.
    #[must_use]
    pub fn contradicts(self, stance: Stance) -> bool {
        match (stance, self.root().quad().side()) {
            (Stance::Critical, Side::Cooperation) => true,
            (Stance::Supportive, Side::Conflict) => self != Self::Request,
            _ => false,
        }
    }
}

impl Root {
    /// An act of the root: for what is merged, the one in the root's own quarter.
    #[must_use]
    pub const fn act(self) -> Act {
        match self {
            Self::Agree => Act::Agree,
            Self::Consult => Act::Consult,
            Self::Support => Act::Support,
            // PLOVER counts concessions in word as verbal, YIELD as material cooperation.
            Self::Yield => Act::Retreat,
            Self::Cooperate => Act::Cooperate,
            Self::Aid => Act::Aid,
            Self::Request => Act::Request,
            Self::Accuse => Act::Accuse,
            Self::Reject => Act::Reject,
            Self::Sanction => Act::Sanction,
            Self::Threaten => Act::Threaten,
            Self::Protest => Act::Protest,
            Self::Mobilize => Act::Mobilize,
            Self::Coerce => Act::Coerce,
            Self::Assault => Act::Assault,
        }
    }

    /// The quarter it belongs to.
    #[must_use]
    pub const fn quad(self) -> Quad {
        match self {
            Self::Agree | Self::Consult | Self::Support => Quad::VerbalCooperation,
            Self::Yield | Self::Cooperate | Self::Aid => Quad::MaterialCooperation,
            Self::Request | Self::Accuse | Self::Reject | Self::Threaten => Quad::VerbalConflict,
            Self::Sanction | Self::Protest | Self::Mobilize | Self::Coerce | Self::Assault => Quad::MaterialConflict,
        }
    }
}

impl Quad {
    /// The half it belongs to.
    #[must_use]
    pub const fn side(self) -> Side {
        match self {
            Self::VerbalCooperation | Self::MaterialCooperation => Side::Cooperation,
            Self::VerbalConflict | Self::MaterialConflict => Side::Conflict,
        }
    }
}

impl Stance {
    /// -1 critical, 0 neutral, 1 supportive.
    #[must_use]
    pub const fn polarity(self) -> i8 {
        self as i8 - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip<L: Label + fmt::Debug>() {
        for (index, label) in L::ALL.iter().enumerate() {
            assert_eq!(label.index(), index);
            assert_eq!(label.name().parse::<L>().unwrap(), *label);
        }
    }

    #[test]
    fn names_parse_back() {
        round_trip::<Stance>();
        round_trip::<Act>();
        round_trip::<Tone>();
        round_trip::<Root>();
        round_trip::<Quad>();
        round_trip::<Side>();
        round_trip::<Directed>();
    }

    #[test]
    fn an_unknown_name_says_what_is_allowed() {
        let error = "hostile".parse::<Stance>().unwrap_err();
        assert_eq!(error.to_string(), "`hostile` is not one of critical, neutral, supportive");
        for text in ["Critical", "CRITICAL", " critical"] {
            let error = text.parse::<Stance>().unwrap_err().to_string();
            assert!(error.ends_with("supportive; write `critical`"), "{error}");
        }
        assert!("accuse".parse::<Act>().unwrap_err().to_string().ends_with("ASSAULT; write `ACCUSE`"));
    }
}

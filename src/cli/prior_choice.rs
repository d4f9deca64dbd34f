//! What `--prior` takes: shares, or that they be estimated.

use demarche::{
    label::{Label, Stance},
    model::StancePrior,
};
use std::str::FromStr;

/// Which shares of the stances are expected.
#[derive(Debug, Clone, Copy)]
pub(super) enum PriorChoice {
    /// These.
    Given(StancePrior),
    /// Those that make the probabilities of all rows agree with themselves.
    Estimate,
}

impl FromStr for PriorChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "estimate" {
            return Ok(Self::Estimate);
        }
        text.parse().map(Self::Given).map_err(|error| format!("{error}, or `estimate`"))
    }
}

/// As `--prior` takes them, rounded.
pub(super) fn shares(prior: StancePrior) -> String {
    let named = Stance::ALL.iter().zip(prior.shares());
    named.map(|(label, share)| format!("{}={share:.3}", label.name())).collect::<Vec<_>>().join(",")
}

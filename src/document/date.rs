//! Dates that may lack a day or a month (ISO 8601 reduced precision: `2023`, `1987-03`, `2026-01-06`).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A date known to the year, the month or the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartialDate {
    first: Date,
    precision: Precision,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Precision {
    Year,
    Month,
    Day,
}

/// A text that is no date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a date; expected YYYY, YYYY-MM or YYYY-MM-DD")]
pub struct DateError(pub String);

impl PartialDate {
    /// First day the date can mean.
    #[must_use]
    pub const fn first(self) -> Date {
        self.first
    }

    /// Last day the date can mean.
    #[must_use]
    pub fn last(self) -> Date {
        match self.precision {
            Precision::Year => self.first.last_of_year(),
            Precision::Month => self.first.last_of_month(),
            Precision::Day => self.first,
        }
    }
}

impl FromStr for PartialDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let error = || DateError(text.chars().take(40).collect());
        let number = |part: &str, width: usize| -> Result<i16, DateError> {
            if part.len() != width || !part.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(error());
            }
            part.parse().map_err(|_| error())
        };
        let parts: Vec<&str> = text.split('-').collect();
        let (year, month, day, precision) = match parts.as_slice() {
            [year] => (number(year, 4)?, 1, 1, Precision::Year),
            [year, month] => (number(year, 4)?, number(month, 2)?, 1, Precision::Month),
            [year, month, day] => (number(year, 4)?, number(month, 2)?, number(day, 2)?, Precision::Day),
            _ => return Err(error()),
        };
        // Two digits always fit an i8.
        let first = Date::new(year, month as i8, day as i8).map_err(|_| error())?;
        Ok(Self { first, precision })
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.first;
        match self.precision {
            Precision::Year => write!(out, "{:04}", date.year()),
            Precision::Month => write!(out, "{:04}-{:02}", date.year(), date.month()),
            Precision::Day => write!(out, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day()),
        }
    }
}

impl TryFrom<String> for PartialDate {
    type Error = DateError;

    fn try_from(text: String) -> Result<Self, DateError> {
        text.parse()
    }
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> Self {
        date.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partial_dates_keep_their_precision() {
        for text in ["2023", "1987-03", "2026-01-06", "2024-02-29"] {
            assert_eq!(text.parse::<PartialDate>().unwrap().to_string(), text);
        }
        let month: PartialDate = "2024-02".parse().unwrap();
        assert_eq!(month.last().to_string(), "2024-02-29");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in ["", "23", "2023-1-1", "2023-13", "2023-02-30", "+123", "2023-01-01T00:00", "٢٠٢٣"] {
            assert!(text.parse::<PartialDate>().is_err(), "{text}");
        }
    }
}

//! Near-duplicates as findings: each text is linked to one other, and a text with all that are linked to it is told once.
//!
//! In: the links that `near` finds. Out: for each text that others are near-duplicates of, one finding. Inside a part a
//! text is linked to the first text before it; across parts a text that is held out is linked to the first text of a
//! part before its own (train, other folders, dev, test). So every later or held-out row is told, and boilerplate in n
//! rows makes n - 1 links. Texts of one group belong together and are not linked.

use super::{
    finding::{Findings, Kind, Raw},
    scan::Scan,
};
use crate::data::{
    Corpus,
    near::{self, Links, RUN, SHINGLE, Unit},
};
use std::sync::atomic::{AtomicU64, Ordering};

/// No link.
const NONE: u64 = u64::MAX;

/// The links of each text: the other text in the high half, and in the low half what they share (0 for a run, else
/// shingles shared and shingles of the shorter, 16 bits each). The smallest is kept, whatever the order of threads.
struct Stars<'s> {
    scan: &'s Scan,
    first_rows: &'s [u32],
    within: Vec<AtomicU64>,
    across: Vec<AtomicU64>,
}

/// Adds the findings.
pub(super) fn find(corpus: &Corpus, scan: &Scan, findings: &mut Findings) {
    let first_rows = scan.first_rows();
    let units: Vec<Unit> = first_rows.iter().map(|row| scan.unit(*row)).collect();
    let empty = || (0..units.len()).map(|_| AtomicU64::new(NONE)).collect();
    let stars = Stars { scan, first_rows: &first_rows, within: empty(), across: empty() };
    near::find(corpus, &units, scan.extent(), &stars);
    let Stars { within, across, .. } = stars;
    tell(scan, &first_rows, within, Kind::NearDuplicate, findings);
    tell(scan, &first_rows, across, Kind::NearDuplicateAcrossParts, findings);
}

fn tell(scan: &Scan, first_rows: &[u32], links: Vec<AtomicU64>, kind: Kind, findings: &mut Findings) {
    let mut stars: Vec<(u32, u32, u32)> = Vec::new();
    for (text, link) in links.into_iter().enumerate() {
        let link = link.into_inner();
        if link != NONE {
            stars.push(((link >> 32) as u32, text as u32, link as u32));
        }
    }
    stars.sort_unstable();
    for star in stars.chunk_by(|one, other| one.0 == other.0) {
        let (centre, first, shared) = star[0];
        let (row, other) = (first_rows[centre as usize], first_rows[first as usize]);
        let what = match (shared >> 16, shared & 0xFFFF) {
            (0, _) => format!("shares a run of {RUN} words"),
            (count, of) => format!("shares {count} of {of} {SHINGLE}-word shingles"),
        };
        let problem = match kind {
            Kind::NearDuplicate => format!("{what} with"),
            _ => format!("({}) {what} with ({})", scan.part_name(row), scan.part_name(other)),
        };
        findings.add(Raw {
            kind,
            place: scan.place(row),
            field: Some("text".to_owned()),
            problem,
            others: star.iter().map(|(_, text, _)| scan.place(first_rows[*text as usize])).collect(),
        });
    }
}

impl Stars<'_> {
    fn group(&self, text: u32) -> u64 {
        self.scan.rows[self.first_rows[text as usize] as usize].group
    }

    fn link(&self, one: u32, other: u32, shared: u32) {
        let group = self.group(one);
        if one == other || group != 0 && group == self.group(other) {
            return;
        }
        let (part, other_part) = (self.part(one), self.part(other));
        let links = if part == other_part { &self.within } else { &self.across };
        // The later in part and place is linked to the earlier.
        let (centre, text) = if (part, one) < (other_part, other) { (one, other) } else { (other, one) };
        links[text as usize].fetch_min(u64::from(centre) << 32 | u64::from(shared), Ordering::Relaxed);
    }
}

impl Links for Stars<'_> {
    fn part(&self, text: u32) -> u32 {
        self.scan.part(self.first_rows[text as usize])
    }

    fn run(&self, texts: &[u32]) {
        // Of each part the first text, and the first of another group, for those that are of the first one's group.
        let mut first: Vec<(u32, u32, Option<u32>)> = Vec::new();
        for text in texts {
            let part = self.part(*text);
            match first.iter_mut().find(|(known, ..)| *known == part) {
                None => first.push((part, *text, None)),
                Some((_, first, second @ None)) if self.group(*first) != self.group(*text) => *second = Some(*text),
                Some(_) => {}
            }
        }
        for text in texts {
            for (part, one, other) in &first {
                if *part <= self.part(*text) {
                    self.link(*one, *text, 0);
                    other.iter().for_each(|other| self.link(*other, *text, 0));
                }
            }
        }
    }

    fn alike(&self, shorter: u32, longer: u32, shared: u32, of: u32) {
        // Long documents share more than 16 bits can tell; they count as the most.
        let most = |count: u32| count.min(0xFFFF);
        self.link(shorter, longer, most(shared) << 16 | most(of));
    }
}

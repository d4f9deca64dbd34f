//! Words between their neighbours: each stem with what the nearest actors on its left and right are.
//!
//! In: the items of a pair's scope. Out: features such as `rocket H T` ("HOLDER rocketed TARGET"); with `s` where the actor on the
//! left is the nearest that can be a subject. A full stop or semicolon hides what is behind it.

use super::{
    Block,
    extract::{Feature, Part},
    sequence::{Break, Item},
    word_order::WordOrder,
};

/// Hands the neighbour features of a pair to `sink`.
pub(super) fn neighbours<'l>(order: &WordOrder<'_, 'l>, sink: &mut dyn FnMut(Feature<'_, 'l>)) {
    let s = order.s;
    let count = s.items.len();
    let mut right = vec!["-"; count];
    let mut next = "-";
    for item in (0..count).rev() {
        right[item] = next;
        if order.is_actor(item) {
            next = name(s.items[item]);
        }
        if s.breaks[item] == Break::Stop {
            next = "-";
        }
    }
    let (mut left, mut subject) = ("-", "-");
    for (item, right) in right.into_iter().enumerate() {
        if s.breaks[item] == Break::Stop {
            (left, subject) = ("-", "-");
        }
        match s.items[item] {
            Item::Name => {}
            Item::Word => {
                let (left, subject, right) = (Part::of(left), Part::of(subject), Part::of(right));
                let stem = s.stems[item];
                let mut emit = |parts: &[Part<'l>]| sink(Feature { block: Block::Neighbours, parts, value: 1.0 });
                emit(&[stem, left, right]);
                emit(&[stem, Part::of("s"), subject, right]);
                if s.items.get(item + 1).is_some_and(|next| matches!(next, Item::Word | Item::Name)) {
                    emit(&[stem, s.stems[item + 1], left, right]);
                }
            }
            actor => {
                left = name(actor);
                if order.may_be_subject(item) {
                    subject = left;
                }
            }
        }
    }
}

const fn name(item: Item) -> &'static str {
    match item {
        Item::Target => "T",
        Item::Holder => "H",
        _ => "A",
    }
}

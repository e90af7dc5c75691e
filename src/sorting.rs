//! Sorting, by code that is there once: that of the standard library is there again for each type of items and each way
//! to compare them, some kilobytes each time.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::cmp::Ordering;

/// Sorts as [`slice::sort`] does: what is equal stays in its order.
pub(crate) fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, T::cmp);
}

/// Sorts as [`slice::sort_by_key`] does.
pub(crate) fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, |one, other| key(one).cmp(&key(other)));
}

/// Sorts as [`slice::sort_by`] does.
pub(crate) fn sort_by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut goes_to = places(items.len(), &|one, other| match (items.get(one), items.get(other)) {
        (Some(one), Some(other)) => compare(one, other),
        _ => Ordering::Equal,
    });
    bring(&mut goes_to, &mut |one, other| items.swap(one, other));
}

/// The items in their order, each once.
pub(crate) fn each_once<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    sort(&mut items);
    items.dedup();
    items
}

/// A map of what comes, of one key the last. To collect one sorts first, with all that this needs.
pub(crate) fn map<K: Ord, V>(items: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    map.extend(items);
    map
}

/// The place that each item goes to; empty where all are in their order, as they often are.
#[inline(never)]
fn places(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    if (1..count).all(|place| compare(place.saturating_sub(1), place).is_le()) {
        return Vec::new();
    }
    let comes_from = sorted(count, compare);
    let mut goes_to = comes_from.clone();
    for (place, from) in comes_from.into_iter().enumerate() {
        if let Some(to) = goes_to.get_mut(from) {
            *to = place;
        }
    }
    goes_to
}

/// The places of items in the items' order, as [`slice::sort_by`] has it.
pub(crate) fn order_of<T>(items: &[T], compare: impl Fn(&T, &T) -> Ordering) -> Vec<usize> {
    sorted(items.len(), &|one, other| match (items.get(one), items.get(other)) {
        (Some(one), Some(other)) => compare(one, other),
        _ => Ordering::Equal,
    })
}

#[inline(never)]
fn sorted(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|one, other| compare(*one, *other));
    places
}

/// Brings items to their places: each swap puts one where it stays.
#[inline(never)]
fn bring(goes_to: &mut [usize], swap: &mut dyn FnMut(usize, usize)) {
    for place in 0..goes_to.len() {
        while let Some(to) = goes_to.get(place).copied().filter(|to| *to != place) {
            swap(place, to);
            goes_to.swap(place, to);
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_equal_stays_in_its_order() {
        let mut items = vec![(2, 'a'), (1, 'b'), (2, 'c'), (1, 'd'), (0, 'e')];
        sort_by_key(&mut items, |(key, _)| *key);
        assert_eq!(items, [(0, 'e'), (1, 'b'), (1, 'd'), (2, 'a'), (2, 'c')]);
    }

    proptest! {
        #[test]
        fn it_is_what_the_standard_library_makes_of_it(items in prop::collection::vec((0_u8..40, any::<u8>()), 0..90)) {
            let (mut sorted, mut expected) = (items.clone(), items.clone());
            sort_by(&mut sorted, |one, other| one.0.cmp(&other.0));
            expected.sort_by_key(|item| item.0);
            prop_assert_eq!(&sorted, &expected);
            (sorted, expected) = (items.clone(), items);
            sort(&mut sorted);
            expected.sort_unstable();
            prop_assert_eq!(&sorted, &expected);
            expected.dedup();
            prop_assert_eq!(each_once(sorted.into_iter().rev()), expected);
        }
    }
}

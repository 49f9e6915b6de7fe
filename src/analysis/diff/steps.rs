//! The steps from one list to another.

use std::collections::HashMap;
use std::hash::Hash;

use foldhash::fast::RandomState;
use similar::DiffOp;
use similar::algorithms::{Capture, Compact, Replace, myers, patience};

/// The numbers that items were given, equal where the items are.
pub(super) type Numbers<'t, T> = HashMap<&'t T, u32, RandomState>;

pub(super) fn number<'t, T: Hash + Eq + ?Sized>(item: &'t T, numbers: &mut Numbers<'t, T>) -> u32 {
    let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
    *numbers.entry(item).or_insert(next)
}

/// As people read: what either list has only once holds the rest together.
pub(super) fn patient<T: Hash + Eq>(old: &[T], new: &[T]) -> Vec<DiffOp> {
    let (old, new) = numbered(old, new);
    patient_of(&old, &new)
}

/// The same, of items that are numbers already.
pub(super) fn patient_of(old: &[u32], new: &[u32]) -> Vec<DiffOp> {
    let mut steps = Compact::new(Replace::new(Capture::new()), old, new);
    let Ok(()) = patience::diff(&mut steps, old, 0..old.len(), new, 0..new.len());
    steps.into_inner().into_inner().into_ops()
}

/// As few as can be.
pub fn fewest<T: Hash + Eq>(old: &[T], new: &[T]) -> Vec<DiffOp> {
    let (old, new) = numbered(old, new);
    let mut steps = Compact::new(Replace::new(Capture::new()), &old[..], &new[..]);
    let Ok(()) = myers::diff(&mut steps, &old[..], 0..old.len(), &new[..], 0..new.len());
    steps.into_inner().into_inner().into_ops()
}

/// Numbers in place of the items: for each kind of item the library's algorithms are compiled anew, to 150 kB.
pub(super) fn numbered<T: Hash + Eq>(old: &[T], new: &[T]) -> (Vec<u32>, Vec<u32>) {
    let mut numbers = Numbers::default();
    let old = old.iter().map(|item| number(item, &mut numbers)).collect();
    let new = new.iter().map(|item| number(item, &mut numbers)).collect();
    (old, new)
}

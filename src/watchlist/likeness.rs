//! Which name was meant by one that is none.

/// Less alike than this, nobody meant it.
const ALIKE: f32 = 0.6;

/// The likest of the names, if any is like it at all.
pub(super) fn nearest<'n>(name: &str, known: &[&'n str]) -> Option<&'n str> {
    let ranked = known.iter().map(|known| (likeness(name, known), *known));
    let alike = ranked.filter(|(likeness, _)| *likeness >= ALIKE);
    let best = alike.min_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
    best.map(|(_, name)| name)
}

/// The share of the letters that two names have in common, in one order; from 0 to 1.
pub fn likeness(one: &str, other: &str) -> f32 {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    // The longest common subsequence, of which a row is kept.
    let mut common = vec![0; other.len() + 1];
    for letter in &one {
        let mut before_both = 0;
        for (at, another) in other.iter().enumerate() {
            let before = std::mem::replace(&mut before_both, common[at + 1]);
            common[at + 1] = if letter == another {
                before + 1
            } else {
                before_both.max(common[at])
            };
        }
    }
    let all = one.len() + other.len();
    if all == 0 {
        return 1.0;
    }
    2.0 * common[other.len()] as f32 / all as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_count_in_their_order() {
        let same = |one, other, share: f32| assert!((likeness(one, other) - share).abs() < 1e-6, "{one} {other}");
        same("", "", 1.0);
        same("", "a", 0.0);
        same("ebay", "ebay", 1.0);
        same("eaby", "ebay", 0.75);
        same("shedule", "schedule", 14.0 / 15.0);
        same("läuft", "lauft", 0.8);
    }

    #[test]
    fn the_likest_is_meant_and_of_two_the_first_by_name() {
        assert_eq!(nearest("shedule", &["select", "schedule", "service"]), Some("schedule"));
        assert_eq!(nearest("ab", &["abd", "abc"]), Some("abc"));
        assert_eq!(nearest("zzz", &["schedule"]), None);
    }
}

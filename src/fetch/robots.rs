//! robots.txt (RFC 9309). Our own reader: the one on crates.io stands on parsers of 2021, and the standard is short.

use url::Url;

/// RFC 9309, 2.5: at least 500 KiB are read.
pub(super) const LIMIT: usize = 512 * 1024;

const AGENT: &str = "clausewatch";

/// The rules that hold for us: path pattern, and whether it allows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Robots {
    rules: Vec<(String, bool)>,
}

impl Robots {
    /// Takes the groups that name us, else those for everybody.
    pub(super) fn parse(text: &str) -> Self {
        let (mut ours, mut everybodys) = (Vec::new(), Vec::new());
        let (mut is_named, mut for_us, mut for_all, mut in_head) = (false, false, false, false);
        for line in text.trim_start_matches('\u{feff}').lines() {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else {
                continue;
            };
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            match key.as_str() {
                "user-agent" => {
                    if !in_head {
                        (for_us, for_all) = (false, false);
                    }
                    in_head = true;
                    let name = value
                        .split(|c: char| !c.is_ascii_alphabetic() && !matches!(c, '-' | '_'))
                        .next();
                    let names_us = name.is_some_and(|name| name.eq_ignore_ascii_case(AGENT));
                    for_us |= names_us;
                    is_named |= names_us;
                    for_all |= value.starts_with('*');
                }
                "allow" | "disallow" => {
                    in_head = false;
                    // An empty "disallow" forbids nothing.
                    if !value.is_empty() {
                        let rule = (value.to_owned(), key == "allow");
                        ours.extend(for_us.then(|| rule.clone()));
                        everybodys.extend(for_all.then_some(rule));
                    }
                }
                _ => {}
            }
        }
        Self {
            rules: if is_named { ours } else { everybodys },
        }
    }

    /// The longest rule that matches decides; of two equal ones the one that allows.
    pub(super) fn allows(&self, url: &Url) -> bool {
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let path = format!("{}{query}", url.path());
        let matching = self.rules.iter().filter(|(pattern, _)| matches(pattern, &path));
        matching
            .max_by_key(|(pattern, allows)| (pattern.len(), *allows))
            .is_none_or(|(_, allows)| *allows)
    }
}

/// `*` is any run of signs, `$` at the end is the end; else a pattern is a beginning.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, to_end) = pattern
        .strip_suffix('$')
        .map_or((pattern, false), |pattern| (pattern, true));
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, between)) = parts.split_last() else {
        return !to_end || rest.is_empty();
    };
    for part in between {
        let Some((_, after)) = rest.split_once(part) else {
            return false;
        };
        rest = after;
    }
    if to_end {
        rest.ends_with(last)
    } else {
        rest.contains(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(robots: &str, path: &str) -> bool {
        Robots::parse(robots).allows(&Url::parse(&format!("https://shop.example{path}")).unwrap())
    }

    #[test]
    fn the_longest_rule_of_our_group_decides() {
        let robots = "User-agent: *\nDisallow: /\n\nUser-agent: other\nUser-agent: ClauseWatch/2\nDisallow: /private\nAllow: /private/policy\n";
        assert!(allows(robots, "/"));
        assert!(!allows(robots, "/private/else"));
        assert!(allows(robots, "/private/policy"));
        assert!(!allows("User-agent: *\nDisallow: /\n", "/policy"));
    }

    #[test]
    fn groups_of_the_same_name_are_one_and_strangers_rules_are_not_ours() {
        let robots =
            "user-agent: *\ndisallow: /a\n\nuser-agent: bot\ndisallow: /\n\nuser-agent: *\ndisallow: /b # why\n";
        assert!(!allows(robots, "/a") && !allows(robots, "/b/x") && allows(robots, "/c"));
        assert!(
            allows("User-agent: clausewatch-beta\nDisallow: /", "/a"),
            "another robot of a longer name"
        );
    }

    #[test]
    fn stars_and_ends_are_patterns() {
        for (pattern, path, expected) in [
            ("/*.pdf$", "/a/b.pdf", true),
            ("/*.pdf$", "/a/b.pdf?x", false),
            ("/*?id=", "/x?id=1", true),
            ("/a*b*c", "/a1b2c3", true),
            ("/a*b*c", "/a1c2b3", false),
            ("/a$", "/a", true),
            ("/a$", "/ab", false),
            ("*", "/", true),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn nothing_and_nonsense_forbid_nothing() {
        for robots in [
            "",
            "<html>Not found</html>",
            "Disallow: /",
            "User-agent: *\nDisallow:\n",
        ] {
            assert!(allows(robots, "/policy"), "{robots}");
        }
    }
}

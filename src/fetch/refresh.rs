//! Pages that do nothing but send on: `<meta http-equiv="refresh" content="0; url=…">`.

use url::Url;

use crate::analysis::page::Page;

/// A page of more bytes has something to say itself.
const LARGEST: usize = 8 * 1024;
/// Who waits for more seconds shows a page meanwhile.
const LONGEST: u32 = 10;

/// Where a page sends its readers on.
pub(super) fn target(page: &Page) -> Option<Url> {
    if page.body.len() > LARGEST {
        return None;
    }
    let source = String::from_utf8_lossy(&page.body);
    // Its letters are where they are in the source.
    let lower = source.to_ascii_lowercase();
    let target = lower.match_indices("<meta").find_map(|(start, _)| {
        let before = &lower[..start];
        let for_no_scripts = before.matches("<noscript").count() > before.matches("</noscript").count();
        let end = start + lower[start..].find('>')?;
        let (tag, lower) = (&source[start..end], &lower[start..end]);
        let refreshes = lower.contains("http-equiv") && lower.contains("refresh") && !for_no_scripts;
        let content = lower.find("content=").filter(|_| refreshes)? + "content=".len();
        sent_on(value(&tag[content..]))
    })?;
    let target = page.address.join(&target.replace("&amp;", "&")).ok()?;
    let is_itself = target[..url::Position::AfterQuery] == page.address[..url::Position::AfterQuery];
    (matches!(target.scheme(), "http" | "https") && !is_itself).then_some(target)
}

/// The value of an attribute at the start of a text.
fn value(text: &str) -> &str {
    let quoted = ['"', '\'']
        .into_iter()
        .find_map(|quote| text.strip_prefix(quote)?.split(quote).next());
    quoted.unwrap_or_else(|| text.split_whitespace().next().unwrap_or_default())
}

/// The address in "0; url=/there".
fn sent_on(content: &str) -> Option<&str> {
    let (seconds, rest) = content.split_once([';', ','])?;
    let seconds: u32 = seconds.trim().split('.').next()?.parse().ok()?;
    let (name, address) = rest.split_once('=')?;
    let is_address = seconds <= LONGEST && name.trim().eq_ignore_ascii_case("url");
    is_address.then(|| address.trim().trim_matches(['"', '\'']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_sends_on_at_once_is_no_page() {
        let to = |html: &str| {
            let address = Url::parse("https://shop.example/privacy").unwrap();
            target(&Page::from_file(address, html.into())).map(String::from)
        };
        let there = Some("https://shop.example/legal/privacy?a=1&b=2".to_owned());
        for html in [
            "<meta http-equiv=\"refresh\" content=\"0; url=/legal/privacy?a=1&amp;b=2\">",
            "<META HTTP-EQUIV=Refresh CONTENT='3;URL=\"https://shop.example/legal/privacy?a=1&b=2\"' />",
            "<noscript>x</noscript><meta content=\"0,url = legal/privacy?a=1&b=2\" http-equiv=\"refresh\">",
        ] {
            assert_eq!(to(html), there, "{html}");
        }
        for html in [
            "<meta http-equiv=refresh content=\"300; url=/later\">",
            "<meta http-equiv=refresh content=5>",
            "<meta http-equiv=refresh content=\"5; url=/privacy#top\">",
            "<noscript><meta http-equiv=refresh content=\"0; url=/no-scripts\"></noscript>",
            "<meta http-equiv=refresh content=\"0; url=javascript:alert(1)\">",
            &format!(
                "<meta http-equiv=refresh content=\"0; url=/x\">{}",
                "text ".repeat(4_000)
            ),
        ] {
            assert_eq!(to(html), None, "{html}");
        }
    }
}

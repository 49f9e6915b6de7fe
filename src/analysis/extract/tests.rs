use proptest::prelude::*;
use url::Url;

use super::*;

fn page(body: impl Into<Vec<u8>>) -> Page {
    Page::from_file(Url::parse("https://shop.example/legal/terms").unwrap(), body.into())
}

fn text(html: &str) -> String {
    extract(&page(html), &Reading::default()).unwrap().to_text()
}

fn selecting(select: &[&str]) -> Reading {
    Reading {
        select: select.iter().map(|&selector| selector.to_owned()).collect(),
        ..Reading::default()
    }
}

const SENTENCE: &str = "We keep your name and your address for as long as you are with us.";

#[test]
fn a_selector_that_matches_nothing_is_named() {
    let html = format!("<main><p>{SENTENCE}</p></main>");
    let error = extract(&page(html), &selecting(&["main", "#content"])).unwrap_err();
    assert!(error.to_string().contains("`#content`"), "{error}");
    assert!(
        error.to_string().contains("https://shop.example/legal/terms"),
        "{error}"
    );
}

#[test]
fn a_part_selected_twice_is_read_once() {
    let html = format!("<main><div class=a><p>{SENTENCE}</p></div></main>");
    let document = extract(&page(html), &selecting(&[".a", "main", "p"])).unwrap();
    assert_eq!(document.to_text().trim(), SENTENCE);
}

#[test]
fn a_scanned_pdf_says_so() {
    // One page, no text.
    let pdf = "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] \
        /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << >> >>\nendobj\n\
        4 0 obj\n<< /Length 0 >>\nstream\n\nendstream\nendobj\n";
    let offset = |object: &str| format!("{:010} 00000 n \n", pdf.find(object).unwrap());
    let table = ["1 0 obj", "2 0 obj", "3 0 obj", "4 0 obj"].map(offset).concat();
    let end = format!(
        "xref\n0 5\n0000000000 65535 f \n{table}trailer << /Size 5 /Root 1 0 R >>\nstartxref\n{}\n%%EOF\n",
        pdf.len()
    );
    let error = extract(&page(format!("{pdf}{end}")), &Reading::default()).unwrap_err();
    assert!(matches!(error, ExtractError::ScannedPdf { .. }), "{error}");
}

#[test]
fn a_frame_is_named_where_the_page_holds_little_text_of_its_own() {
    let frames = "<iframe src='/terms.pdf'></iframe><iframe src='https://pixel.example/' width=1></iframe>\
                  <object data='https://policies.example/privacy'></object><iframe src='about:blank'></iframe>";
    let told_of = |html: String| explain(&page(html), &Reading::default()).unwrap().1;
    let told = told_of(format!("<main><h1>Terms</h1>{frames}</main>"));
    let terms = page(String::new()).address.join("/terms.pdf").unwrap();
    assert_eq!(told.frames, [terms.as_str(), "https://policies.example/privacy"]);
    let told = told_of(format!("<main><p>{}</p>{frames}</main>", SENTENCE.repeat(30)));
    assert!(told.frames.is_empty());
}

#[test]
fn what_was_left_out_is_told_with_its_reason() {
    let html = format!(
        "<nav><a href=/>Start here</a></nav><main><p>{SENTENCE}</p></main><div id=onetrust-consent-sdk>We use cookies</div>"
    );
    let (_, told) = explain(&page(html), &Reading::default()).unwrap();
    assert_eq!(told.taken, "body > main");
    let reasons: Vec<Reason> = told.left_out.iter().map(|part| part.reason).collect();
    assert_eq!(reasons, [Reason::Navigation, Reason::CookieBanner]);
}

/// No stack of ours or of the parser grows with the page, and no time grows with its square: these would not end.
#[test]
fn hostile_pages_are_read() {
    const MANY: usize = 100_000;
    const FEWER: usize = 10_000;
    let bottom = format!("{}<p>{SENTENCE}</p>{}", "<div>".repeat(MANY), "</div>".repeat(MANY));
    assert_eq!(text(&bottom).trim(), SENTENCE);
    let attributes: String = (0..MANY).map(|number| format!(" a{number}=1")).collect();
    assert_eq!(text(&format!("<p{attributes}>{SENTENCE}</p>")).trim(), SENTENCE);
    for (part, times) in [
        ("<b>x<p>", FEWER),
        ("<a href=#x>x<p>", FEWER),
        ("<table><tr><td>x", FEWER),
        ("<td colspan=900 rowspan=60000>x</td>", FEWER),
        ("<ul><li>x", FEWER),
        ("<header>x<footer>y<nav>", FEWER),
        ("<div role=dialog>cookie <button>Accept</button>", FEWER),
        ("<span>Some Long Words In A Line</span>", FEWER),
        ("<div><a href=#a>a</a>", FEWER),
        ("<x-y>", FEWER),
        ("<svg><foreignObject><math><mi>", FEWER),
        ("<template><div>", FEWER),
        ("<x-y><template shadowrootmode=open><slot>x", FEWER),
        ("<template shadowrootmode=open>x</template>", MANY),
        ("<a href=#top>x</a><!---->", FEWER),
        (
            "<div role=button>x</div><div hidden>So many panels that are closed</div>",
            FEWER,
        ),
        ("<select><option>x", FEWER),
        ("<![CDATA[<?<!--<", FEWER),
    ] {
        let _ = text(&format!("{}<p>{SENTENCE}", part.repeat(times)));
    }
}

/// Counted, so that a slow machine does not fail and a fast one hides nothing; `benches/instructions.sh` counts the
/// parser's work as well.
#[test]
fn twice_the_page_is_twice_the_work() {
    let looks = |piece: &str, times: usize| {
        let page = format!("{}<p>{SENTENCE}", piece.repeat(times));
        outline::looks::of(|| drop(text(&page)))
    };
    for piece in include_str!("../../../benches/hostile.txt").lines() {
        let (once, twice) = (looks(piece, 1_000), looks(piece, 2_000));
        assert!(twice * 2 <= once * 5, "{piece}: {once} looks, then {twice}");
    }
}

#[test]
fn a_page_of_20_megabytes_is_read() {
    let paragraph = format!("<p>{}</p>", SENTENCE.repeat(30));
    let page = paragraph.repeat(20_000_000 / paragraph.len());
    assert!(text(&page).len() > 19_000_000);
}

/// Pieces of which hostile pages are made.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "<div>",
            "</div>",
            "<p>",
            "<ul>",
            "<li>",
            "</ul>",
            "<table>",
            "<tr>",
            "<td rowspan=3 colspan=x>",
            "</table>",
            "<h1>",
            "<a href='//[x'>",
            "<a href=\"#a\">",
            "</a>",
            "<span hidden>",
            "<br>",
            "<pre>",
            "</pre>",
            "<main>",
            "<article>",
            "<nav>",
            "<footer>",
            "<button aria-controls=a>",
            "<div id=a aria-hidden=true>",
            "<script>",
            "</script>",
            "<script type=application/ld+json>{\"articleBody\":",
            "<noscript>",
            "<template>",
            "<x-y><template shadowrootmode=open>",
            "</template>",
            "<slot>",
            "<slot name=a>",
            "<p slot=a>",
            "</x-y>",
            "<ol start=-9>",
            "<li value=99999999999>",
            "<p data-cfemail=00zz>",
            "<dialog>",
            "<svg>",
            "<title>",
            "<x-y>",
            "&#0;",
            "&amp",
            "<!--",
            "-->",
            "{",
            "[\"",
            "\u{feff}",
            "\u{202e}",
            "ß",
        ])
        .prop_map(str::to_owned),
        "[a-zA-Z .,©•#0-9]{0,40}",
        "\\PC{0,6}",
    ]
}

proptest! {
    #[test]
    fn no_page_makes_it_panic_and_each_document_comes_back(pieces in prop::collection::vec(piece(), 0..60)) {
        let document = extract(&page(pieces.concat()), &Reading::default());
        if let Ok(document) = document {
            let back = Document::from_markdown(&document.to_markdown());
            prop_assert!(back.same_text(&document), "{}", document.to_markdown());
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), mark in 0_usize..4) {
        let start: &[u8] = [b"".as_slice(), b"%PDF-1.5\n", b"{", b"\xff\xfe"][mark];
        let _ = extract(&page([start, &bytes].concat()), &Reading::default());
    }

    #[test]
    fn no_selector_makes_it_panic(pieces in prop::collection::vec(piece(), 0..40), from in 0_usize..4, to in 0_usize..4) {
        let selectors = ["div", "p", "a", "li"];
        let reading = Reading {
            ranges: vec![crate::watchlist::Range {
                from: crate::watchlist::Edge::Before(selectors[from].into()),
                to: crate::watchlist::Edge::After(selectors[to].into()),
            }],
            ..selecting(&[selectors[to]])
        };
        let _ = extract(&page(pieces.concat()), &reading);
    }
}

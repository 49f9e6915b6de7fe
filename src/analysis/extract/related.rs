//! Headings under which a site lists its other pages: "Related articles".

use crate::analysis::document::{Block, BlockKind};
use crate::analysis::lexicon::PAGE_WORDS;

/// Bytes of the longest.
const LONGEST: usize = 60;

/// Drops such headings with the links under them. What is no link stays, and so does a heading over it.
pub(super) fn drop(blocks: &mut Vec<Block>) {
    let mut is_under_heading = false;
    let mut goes: Vec<bool> = Vec::with_capacity(blocks.len());
    for block in &*blocks {
        let is_heading = is_heading(block);
        is_under_heading = is_heading || (is_under_heading && is_link(block));
        goes.push(is_under_heading);
    }
    // A heading goes with what is under it.
    let goes_alone = |place: usize| is_heading(&blocks[place]) && goes.get(place + 1) != Some(&true);
    let mut stays = (0..blocks.len())
        .map(|place| !goes[place] || goes_alone(place))
        .collect::<Vec<_>>()
        .into_iter();
    blocks.retain(|_| stays.next().unwrap_or(true));
}

fn is_heading(block: &Block) -> bool {
    if block.text.len() > LONGEST || !matches!(block.kind, BlockKind::Heading(2..) | BlockKind::Paragraph) {
        return false;
    }
    let text = block.text.to_lowercase();
    PAGE_WORDS
        .related
        .headings
        .contains(text.trim_end_matches(|character: char| !character.is_alphanumeric()))
}

/// Links and nothing else.
fn is_link(block: &Block) -> bool {
    let linked: u32 = block.links.iter().map(|link| link.end - link.start).sum();
    !matches!(block.kind, BlockKind::Heading(1)) && linked as usize * 10 >= block.text.len() * 8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::document::Document;

    #[test]
    fn links_under_such_a_heading_go_and_what_is_said_stays() {
        let text = "# Data\n\nWe keep it.\n\n## Related articles\n\n* [Invite a friend](https://shop.example/a)\n\n### Pay\n\n\
                    Related articles\n\nThey are sold with the dress.\n";
        let mut blocks = Document::from_markdown(text).blocks;
        drop(&mut blocks);
        let texts: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "Data",
                "We keep it.",
                "Pay",
                "Related articles",
                "They are sold with the dress."
            ]
        );
    }
}

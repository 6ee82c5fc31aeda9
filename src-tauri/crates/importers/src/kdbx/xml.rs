//! The document as a tree, in bounds: no entities but XML's own, no document type, limited depth and count.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use zeroize::Zeroizing;

use super::damaged;
use super::inner::Stream;
use crate::error::ImportError;
use crate::limits::{XML_DEPTH_MAX, XML_ELEMENTS_MAX};

/// An element. Its texts may be secrets: no `Debug`, `Clone` or `Serialize`.
pub(super) struct Node {
    pub name: Box<str>,
    pub is_protected: bool,
    pub is_compressed: bool,
    /// `ID` of a file in the pool, `Ref` to one.
    pub id: Option<Box<str>>,
    pub text: Zeroizing<String>,
    /// What a protected element hid, where it is no text.
    pub bytes: Option<Zeroizing<Vec<u8>>>,
    pub children: Vec<Node>,
}

impl Node {
    fn start(start: &BytesStart<'_>) -> Result<Node, ImportError> {
        let name = start.name();
        let name = std::str::from_utf8(name.as_ref()).map_err(|_| damaged())?;
        let mut node = Node {
            name: name.into(),
            is_protected: false,
            is_compressed: false,
            id: None,
            text: Zeroizing::new(String::new()),
            bytes: None,
            children: Vec::new(),
        };
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|_| damaged())?;
            let value = std::str::from_utf8(&attribute.value).map_err(|_| damaged())?;
            let is_true = value.eq_ignore_ascii_case("true");
            match attribute.key.as_ref() {
                b"Protected" => node.is_protected = is_true,
                b"Compressed" => node.is_compressed = is_true,
                b"ID" | b"Ref" => node.id = Some(value.into()),
                _ => {}
            }
        }
        Ok(node)
    }

    pub(super) fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|child| &*child.name == name)
    }

    pub(super) fn child_text(&self, name: &str) -> Option<&str> {
        self.child(name)
            .map(|child| child.text.as_str())
            .filter(|text| !text.is_empty())
    }

    pub(super) fn is_true(&self, name: &str) -> bool {
        self.child_text(name)
            .is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    pub(super) fn is_empty(&self) -> bool {
        let has_bytes = self.bytes.as_ref().is_some_and(|bytes| !bytes.is_empty());
        self.text.trim().is_empty() && !has_bytes && self.children.iter().all(Node::is_empty)
    }

    /// Decodes what the stream hid. Values come in the order of the document.
    fn reveal(&mut self, stream: &mut Stream) -> Result<(), ImportError> {
        let hidden = STANDARD
            .decode(self.text.trim().as_bytes())
            .map_err(|_| damaged())?;
        let mut hidden = Zeroizing::new(hidden);
        stream.reveal(&mut hidden);
        match std::str::from_utf8(&hidden) {
            Ok(text) => self.text = Zeroizing::new(text.to_owned()),
            Err(_) => self.text = Zeroizing::new(String::new()),
        }
        self.bytes = Some(hidden);
        Ok(())
    }
}

pub(super) fn parse(xml: &[u8], mut stream: Stream) -> Result<Node, ImportError> {
    let text = std::str::from_utf8(xml).map_err(|error| ImportError::NotText {
        at: error.valid_up_to(),
    })?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut open: Vec<Node> = Vec::new();
    let mut root = None;
    let mut count = 0_usize;
    loop {
        match reader.read_event().map_err(|_| damaged())? {
            Event::Start(start) => {
                count_element(&mut count)?;
                if open.len() >= XML_DEPTH_MAX {
                    return Err(ImportError::TooLarge {
                        what: "The depth of the database's groups",
                        limit: u64::try_from(XML_DEPTH_MAX).unwrap_or(u64::MAX),
                    });
                }
                open.push(Node::start(&start)?);
            }
            Event::Empty(start) => {
                count_element(&mut count)?;
                let node = Node::start(&start)?;
                close(node, &mut open, &mut root)?;
            }
            Event::End(_) => {
                let mut node = open.pop().ok_or_else(damaged)?;
                if node.is_protected {
                    node.reveal(&mut stream)?;
                }
                close(node, &mut open, &mut root)?;
            }
            Event::Text(text) => push(&mut open, &text.xml10_content().map_err(|_| damaged())?),
            Event::CData(text) => push(&mut open, &text.decode().map_err(|_| damaged())?),
            Event::GeneralRef(reference) => push(&mut open, &entity(&reference)?),
            Event::DocType(_) => {
                return Err(ImportError::Damaged(
                    "it holds a document type, which KeePass never writes.",
                ));
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    match root {
        Some(root) if open.is_empty() => Ok(root),
        _ => Err(damaged()),
    }
}

fn count_element(count: &mut usize) -> Result<(), ImportError> {
    *count += 1;
    if *count > XML_ELEMENTS_MAX {
        return Err(ImportError::TooManyItems {
            limit: XML_ELEMENTS_MAX,
        });
    }
    Ok(())
}

fn close(node: Node, open: &mut [Node], root: &mut Option<Node>) -> Result<(), ImportError> {
    match open.last_mut() {
        Some(parent) => parent.children.push(node),
        None if root.is_none() => *root = Some(node),
        None => return Err(damaged()),
    }
    Ok(())
}

/// Text between elements is only indentation and of no use.
fn push(open: &mut [Node], text: &str) {
    if let Some(node) = open.last_mut() {
        if node.text.capacity() - node.text.len() < text.len() {
            let room = (node.text.len() + text.len()).max(node.text.capacity() * 2);
            let mut larger = Zeroizing::new(String::with_capacity(room));
            larger.push_str(&node.text);
            node.text = larger;
        }
        node.text.push_str(text);
    }
}

/// A character by number, or one of XML's five names.
fn entity(reference: &BytesRef<'_>) -> Result<String, ImportError> {
    if let Some(character) = reference.resolve_char_ref().map_err(|_| damaged())? {
        return Ok(character.to_string());
    }
    let name = reference.decode().map_err(|_| damaged())?;
    let character = match &*name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => return Err(damaged()),
    };
    Ok(character.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kdbx::groups;

    fn kind(xml: &str) -> &'static str {
        match parse(xml.as_bytes(), Stream::None) {
            Ok(_) => "read",
            Err(error) => error.kind(),
        }
    }

    fn nested(levels: usize) -> String {
        format!("{}{}", "<Group>".repeat(levels), "</Group>".repeat(levels))
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_panic(text in "[<>/&;#a-zA-Z\"=!\\[\\] -]{0,80}") {
            let _ = parse(text.as_bytes(), Stream::None);
        }

        #[test]
        fn no_document_of_known_elements_makes_reading_panic(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
            let xml = format!("<KeePassFile>{}</KeePassFile>", pieces.concat());
            if let Ok(document) = parse(xml.as_bytes(), Stream::None) {
                let read = groups::read(&document, Vec::new());
                for item in read.map(|(items, _)| items).unwrap_or_default() {
                    prop_assert_eq!(item.entered, item.spoken_for(), "{:?}", item.fields);
                }
            }
        }
    }

    /// Pieces that make up a database's document, whole or not.
    const PIECES: &[&str] = &[
        "<Meta>",
        "</Meta>",
        "<Root>",
        "</Root>",
        "<Group>",
        "</Group>",
        "<Entry>",
        "</Entry>",
        "<History>",
        "</History>",
        "<UUID>AAAAAAAAAAAAAAAAAAAAAA==</UUID>",
        "<UUID>x</UUID>",
        "<Name>n</Name>",
        "<Notes>n</Notes>",
        "<Tags>a;b</Tags>",
        "<RecycleBinEnabled>True</RecycleBinEnabled>",
        "<RecycleBinUUID>x</RecycleBinUUID>",
        "<Binaries><Binary ID=\"0\" Compressed=\"True\">AAAA</Binary></Binaries>",
        "<String><Key>Password</Key><Value>{REF:P@I:00000000000000000000000000000000}</Value></String>",
        "<String><Key>Password</Key><Value Protected=\"True\">/w==</Value></String>",
        "<String><Value/></String>",
        "<String><Key>Title</Key><Value>t</Value></String>",
        "<String><Key>Notes</Key><Value>n</Value></String>",
        "<String><Key>x</Key><Value>v</Value></String>",
        "<CustomData><Item><Key>k</Key><Value>v</Value></Item></CustomData>",
        "<OverrideURL>u</OverrideURL>",
        "<ForegroundColor>#ff0000</ForegroundColor>",
        "<QualityCheck>False</QualityCheck>",
        "<Times><LastModificationTime>2024-01-01T00:00:00Z</LastModificationTime></Times>",
        "<String><Key>x</Key></String>",
        "<Binary><Key>../f</Key><Value Ref=\"9\"/></Binary>",
        "<Binary><Value>AA==</Value></Binary>",
        "<AutoType><Association/></AutoType>",
        "<Times><Expires>True</Expires><ExpiryTime>//////////8=</ExpiryTime><CreationTime>never</CreationTime></Times>",
    ];

    #[test]
    fn depth_and_count_have_limits() {
        assert_eq!(kind(&nested(XML_DEPTH_MAX)), "read");
        assert_eq!(kind(&nested(XML_DEPTH_MAX + 1)), "import_too_large");
        assert_eq!(kind(&"<Group>".repeat(1_000_000)), "import_too_large");
        let mut count = XML_ELEMENTS_MAX - 1;
        assert!(count_element(&mut count).is_ok());
        assert!(count_element(&mut count).is_err());
    }

    #[test]
    fn tricks_of_xml_are_refused() {
        let entities = r#"<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>"#;
        assert_eq!(kind(entities), "import_damaged");
        let file = r#"<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>"#;
        assert_eq!(kind(file), "import_damaged");
        for xml in [
            "<x>&b;</x>",
            "<x>&#0;</x>",
            "<x>",
            "<x></y>",
            "</x>",
            "<x/><y/>",
            "",
            "text",
            "<x a=b/>",
        ] {
            assert_eq!(kind(xml), "import_damaged", "{xml}");
        }
        assert_eq!(
            parse(b"<x>\xff</x>", Stream::None)
                .err()
                .expect("no text")
                .kind(),
            "import_not_text"
        );
    }

    #[test]
    fn texts_are_read_as_they_were_written() {
        let root = parse(
            b"<x>a&amp;b&lt;&gt;&quot;&apos;&#65;&#x42;<![CDATA[<c>]]></x>",
            Stream::None,
        );
        assert_eq!(root.expect("a tree").text.as_str(), "a&b<>\"'AB<c>");
        let hidden = parse(br#"<x Protected="True">Y2FuYXJ5</x>"#, Stream::None);
        assert_eq!(hidden.expect("a tree").text.as_str(), "canary");
        assert_eq!(
            kind(r#"<x Protected="True">no base64!</x>"#),
            "import_damaged"
        );
    }
}

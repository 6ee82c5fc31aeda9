//! Groups and what lies in them: folders, the recycle bin, and the pool of attached files.

use domain::mask::display_text;
use domain::text::NAME_CHARS_MAX;

use super::attachments::Attachments;
use super::entry::EntryReader;
use super::payload::Pool;
use super::references::References;
use super::xml::Node;
use super::{damaged, entry};
use crate::error::ImportError;
use crate::format::Format;
use crate::limits::IMPORT_ITEMS_MAX;
use crate::material::{FieldName, Material, Start};
use crate::names::ItemIds;
use crate::parsed::{About, ItemKind, ItemState, ParsedItem, Place};

/// A path through groups is shown beside every item; it is cut at this length.
const FOLDER_CHARS_MAX: usize = 4 * NAME_CHARS_MAX;

/// What their names begin with in `CustomData`: KeePassXC's browser integration (`Public Key: ` of old versions), its settings, and
/// times that programs keep.
const OF_PROGRAMS: [&str; 5] = [
    "KPXC_",
    "FDO_",
    "_LAST_MODIFIED",
    "_CREATED",
    "Public Key: ",
];
const OF_GROUP: &str = "It is of a group, and a secret has none here.";
const OF_PROGRAM: &str =
    "It says what KeePass or one of its plugins does, which has no meaning here.";

/// What is known of the whole database.
struct Walk<'a> {
    database: String,
    recycle_bin: Option<&'a str>,
    attachments: Attachments,
    references: References<'a>,
    ids: ItemIds,
    items: Vec<ParsedItem>,
    about: About,
}

/// Where the walk stands.
#[derive(Clone)]
struct Spot {
    folder: String,
    state: ItemState,
}

pub(super) fn read(document: &Node, pool: Pool) -> Result<(Vec<ParsedItem>, About), ImportError> {
    let meta = document.child("Meta").ok_or_else(damaged)?;
    let parent = document.child("Root").ok_or_else(damaged)?;
    let root = parent.child("Group").ok_or_else(damaged)?;
    let named = meta.child_text("DatabaseName").or(root.child_text("Name"));
    let mut walk = Walk {
        database: shown(named.unwrap_or("KeePass")),
        recycle_bin: meta
            .is_true("RecycleBinEnabled")
            .then(|| meta.child_text("RecycleBinUUID"))
            .flatten(),
        attachments: Attachments::of(meta, pool),
        references: References::of(parent),
        ids: ItemIds::default(),
        items: Vec::new(),
        about: About::default(),
    };
    walk.database(meta);
    let spot = Spot {
        folder: String::new(),
        state: ItemState::Active,
    };
    // KeePass writes one.
    let groups = parent.children.iter();
    for group in groups.filter(|child| &*child.name == "Group") {
        walk.group(group, &spot)?;
    }
    Ok((walk.items, walk.about))
}

impl<'a> Walk<'a> {
    /// As deep as the document may be, which is limited.
    fn group(&mut self, group: &'a Node, spot: &Spot) -> Result<(), ImportError> {
        self.group_notes(group, spot);
        self.group_settings(group);
        for child in &group.children {
            match &*child.name {
                "Entry" => self.entry(child, spot)?,
                "Group" => {
                    let name = shown(child.child_text("Name").unwrap_or_default());
                    let is_bin =
                        self.recycle_bin.is_some() && child.child_text("UUID") == self.recycle_bin;
                    let folder = if spot.folder.is_empty() {
                        name
                    } else {
                        format!("{}/{name}", spot.folder)
                    };
                    let inner = Spot {
                        folder: folder.chars().take(FOLDER_CHARS_MAX).collect(),
                        state: if is_bin {
                            ItemState::Trashed
                        } else {
                            spot.state
                        },
                    };
                    self.group(child, &inner)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn entry(&mut self, node: &'a Node, spot: &Spot) -> Result<(), ImportError> {
        if self.items.len() >= IMPORT_ITEMS_MAX {
            return Err(ImportError::TooManyItems {
                limit: IMPORT_ITEMS_MAX,
            });
        }
        let id = entry::id_of(node).unwrap_or_else(|| format!("entry {}", self.items.len() + 1));
        let start = Start {
            format: Format::Keepass,
            id: self.ids.claim(id),
            title: entry::title_of(node),
            place: self.place(spot),
            kind: entry::kind_of(node),
            state: spot.state,
        };
        let reader = EntryReader::new(start, &self.attachments, &self.references);
        self.items.push(ParsedItem::propose(reader.read(node)));
        Ok(())
    }

    /// What a person wrote about a group is an item of its own, since a secret has no group here.
    fn group_notes(&mut self, group: &Node, spot: &Spot) {
        let Some(notes) = group.child_text("Notes") else {
            return;
        };
        let name = group.child_text("Name").unwrap_or("Group");
        let id = entry::id_of(group).unwrap_or_else(|| format!("group {}", self.items.len() + 1));
        self.note(id, &format!("{name} (notes of the group)"), notes, spot);
    }

    fn note(&mut self, id: String, title: &str, notes: &str, spot: &Spot) {
        let mut material = Material::new(Start {
            format: Format::Keepass,
            id: self.ids.claim(id),
            title: Some(title),
            place: self.place(spot),
            kind: ItemKind::Note,
            state: spot.state,
        });
        material.give_notes(notes);
        material.found(1);
        self.items.push(ParsedItem::propose(material));
    }

    /// What a person entered about the whole database.
    fn database(&mut self, meta: &Node) {
        if let Some(description) = meta.child_text("DatabaseDescription") {
            let title = format!("{} (description of the database)", self.database);
            let spot = Spot {
                folder: String::new(),
                state: ItemState::Active,
            };
            self.note("database".to_owned(), &title, description, &spot);
        }
        let of = self.database.clone();
        if meta.child_text("DefaultUserName").is_some() {
            self.leave_out(&of, "user name of new entries", OF_PROGRAM);
        }
        self.custom_data(&of, meta);
    }

    fn group_settings(&mut self, group: &Node) {
        let of = shown(group.child_text("Name").unwrap_or("Group"));
        for tag in entry::tags_of(group).filter(|tag| !tag.is_empty()) {
            self.leave_out(&of, &format!("tag {tag}"), OF_GROUP);
        }
        if group.child_text("DefaultAutoTypeSequence").is_some() {
            self.leave_out(&of, "auto-type", OF_PROGRAM);
        }
        if group
            .child("Times")
            .is_some_and(|times| times.is_true("Expires"))
        {
            self.leave_out(&of, "expires", OF_GROUP);
        }
        self.custom_data(&of, group);
    }

    /// Entries of `CustomData`, but those that programs write for themselves.
    fn custom_data(&mut self, of: &str, node: &Node) {
        let data = node.children.iter().filter(|it| &*it.name == "CustomData");
        for item in data.flat_map(|data| &data.children) {
            let key = item.child_text("Key").unwrap_or_default();
            let is_of_program = OF_PROGRAMS.iter().any(|known| key.starts_with(known));
            if item.child_text("Value").is_some() && !is_of_program {
                self.leave_out(of, key, OF_PROGRAM);
            }
        }
    }

    fn leave_out(&mut self, of: &str, label: &str, reason: &str) {
        let name = FieldName {
            section: of,
            label,
            path: label,
        };
        self.about.entered += 1;
        self.about.leave_out(name, 1, reason);
    }

    fn place(&self, spot: &Spot) -> Place {
        Place {
            account: String::new(),
            vault: self.database.clone(),
            folder: spot.folder.clone(),
        }
    }
}

fn shown(text: &str) -> String {
    let cut: String = text.chars().take(NAME_CHARS_MAX).collect();
    display_text(&cut)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::super::inner::Stream;
    use super::super::xml::parse;
    use super::*;
    use crate::limits::ITEM_MEMBERS_MAX;

    /// What the items of a document with these groups hold, and where.
    fn read_groups(meta: &str, groups: &str) -> Vec<ParsedItem> {
        let xml = format!("<KeePassFile><Meta>{meta}</Meta><Root>{groups}</Root></KeePassFile>");
        let document = parse(xml.as_bytes(), Stream::None).expect("a document");
        read(&document, Pool::new()).expect("readable").0
    }

    fn string(key: &str, value: &str) -> String {
        format!("<String><Key>{key}</Key>{value}</String>")
    }

    fn values(item: &ParsedItem) -> Vec<&str> {
        let fields = item.secrets.iter().flat_map(|it| it.credentials.iter());
        fields.map(|(_, value)| value.expose_text()).collect()
    }

    const PROTECTED: &str = "<Value Protected=\"True\">Y2FuYXJ5</Value>";

    #[test]
    fn a_reference_to_a_secret_is_a_secret_wherever_it_stands() {
        let owner = "<Entry><UUID>AAAAAAAAAAAAAAAAAAAAAA==</UUID>".to_owned()
            + &string("Password", "<Value>canary-password</Value>")
            + &string("UserName", PROTECTED)
            + &string("URL", "<Value>https://x.example</Value>")
            + "</Entry>";
        let id = "0".repeat(32);
        let reference = |field: &str| format!("<Value>{{REF:{field}@I:{id}}}</Value>");
        let referring = "<Entry>".to_owned()
            + &string("Password", "<Value>p1</Value>")
            + &string("db", &reference("P"))
            + &string("UserName", &reference("U"))
            + &string("URL", &reference("A"))
            + "</Entry>";
        let items = read_groups("", &format!("<Group>{owner}{referring}</Group>"));
        let item = items.get(1).expect("two items");
        let notes = item.secrets.first().expect("a secret").notes.as_str();
        assert!(!notes.contains("canary"), "{notes}");
        assert!(notes.contains("https://x.example"), "{notes}");
        let values = values(item);
        assert!(values.contains(&"canary-password") && values.contains(&"canary"));
    }

    #[test]
    fn every_group_of_the_root_is_read() {
        let entry = |password: &str| {
            let password = string("Password", &format!("<Value>{password}</Value>"));
            format!("<Group><Entry>{password}</Entry></Group>")
        };
        let items = read_groups("", &(entry("p1") + &entry("p2")));
        let all: Vec<&str> = items.iter().flat_map(values).collect();
        assert_eq!(all, ["p1", "p2"]);
    }

    #[test]
    fn an_earlier_value_that_is_no_text_is_kept_in_base64() {
        let history = "<History><Entry>".to_owned()
            + &string("Password", "<Value Protected=\"True\">/w==</Value>")
            + "</Entry></History>";
        let now = string("Password", "<Value>p1</Value>");
        let items = read_groups("", &format!("<Group><Entry>{now}{history}</Entry></Group>"));
        let secret = items.first().and_then(|item| item.secrets.first());
        let earlier = secret.and_then(|secret| secret.earlier.first());
        let value = earlier.and_then(|it| it.credentials.field("value"));
        assert_eq!(value.expect("an earlier value").expose_text(), "/w==");
    }

    #[test]
    fn an_entry_of_more_parts_than_anybody_has_is_a_line() {
        let strings = |count: usize| {
            let all: String = (0..count)
                .map(|number| string(&format!("k{number}"), PROTECTED))
                .collect();
            let items = read_groups("", &format!("<Group><Entry>{all}</Entry></Group>"));
            let item = items.first().expect("an item");
            (item.secrets.len(), item.left_out.len())
        };
        assert_eq!(strings(ITEM_MEMBERS_MAX), (ITEM_MEMBERS_MAX, 0));
        assert_eq!(strings(ITEM_MEMBERS_MAX + 1), (0, 1));
    }

    #[test]
    fn what_somebody_set_beside_the_entries_is_told() {
        let meta = "<DatabaseName>Ops</DatabaseName><DatabaseDescription>words about it</DatabaseDescription>".to_owned()
            + "<DefaultUserName>mara</DefaultUserName>"
            + "<CustomData><Item><Key>plugin</Key><Value>x</Value></Item><Item><Key>KPXC_X</Key><Value>y</Value></Item>"
            + "<Item><Key>_CREATED</Key><Value>Mon Jan 1 2024</Value></Item><Item><Key>Public Key: browser</Key><Value>y</Value></Item></CustomData>";
        let entry = "<Entry>".to_owned()
            + &string("Title", "<Value>one</Value>")
            + &string("Title", "<Value>two</Value>")
            + &string("Password", PROTECTED)
            + &string("Notes", "<Value>n1</Value>")
            + &string("Notes", "<Value>n2</Value>")
            + "<ForegroundColor>#FF0000</ForegroundColor><QualityCheck>False</QualityCheck>"
            + "<Times><CreationTime>2024-01-02T03:04:05Z</CreationTime><LastModificationTime>2024-01-03T03:04:05Z</LastModificationTime></Times>"
            + "</Entry>";
        let group = "<Name>Web</Name><Tags>a;b</Tags><DefaultAutoTypeSequence>{PASSWORD}</DefaultAutoTypeSequence>"
            .to_owned()
            + "<Times><Expires>True</Expires></Times>"
            + "<CustomData><Item><Key>of group</Key><Value>x</Value></Item></CustomData>";
        let xml = format!(
            "<KeePassFile><Meta>{meta}</Meta><Root><Group>{group}{entry}</Group></Root></KeePassFile>"
        );
        let document = parse(xml.as_bytes(), Stream::None).expect("a document");
        let (items, about) = read(&document, Pool::new()).expect("readable");
        let told: Vec<&str> = about.fields.iter().map(|line| line.name.as_str()).collect();
        let of_database = ["Ops · user name of new entries", "Ops · plugin"];
        let of_group = [
            "Web · tag a",
            "Web · tag b",
            "Web · auto-type",
            "Web · expires",
            "Web · of group",
        ];
        assert_eq!(told, [of_database.as_slice(), &of_group].concat());
        assert_eq!(about.entered, told.len());
        let [description, entry] = items.as_slice() else {
            panic!("{} items", items.len())
        };
        assert_eq!(description.title, "Ops (description of the database)");
        assert_eq!(values(description), ["words about it"]);
        assert_eq!(entry.entered, entry.spoken_for(), "{:?}", entry.fields);
        let lines: Vec<&str> = entry.fields.iter().map(|line| line.name.as_str()).collect();
        for name in [
            "colour",
            "quality check",
            "Title",
            "Created in KeePass",
            "Changed in KeePass",
        ] {
            assert!(lines.contains(&name), "{name} in {lines:?}");
        }
        let notes = entry.secrets.first().expect("one").notes.as_str();
        assert!(notes.contains("two") && notes.contains("n1\nn2"), "{notes}");
    }

    fn gzip(bytes: &[u8]) -> String {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).expect("memory");
        STANDARD.encode(encoder.finish().expect("memory"))
    }

    #[test]
    fn one_bad_attachment_or_a_large_one_is_a_line_and_no_refusal() {
        let bomb = gzip(&vec![0; 4 * 1024 * 1024]);
        let good = gzip(b"canary");
        let meta = format!(
            "<Binaries><Binary ID=\"0\" Compressed=\"True\">AAAA</Binary><Binary ID=\"1\" Compressed=\"True\">{bomb}</Binary><Binary ID=\"2\" Compressed=\"True\">{good}</Binary></Binaries>"
        );
        let file = |id: &str| format!("<Binary><Key>f{id}</Key><Value Ref=\"{id}\"/></Binary>");
        let inline =
            format!("<Binary><Key>f3</Key><Value Compressed=\"True\">{bomb}</Value></Binary>");
        let entry = file("0") + &file("1") + &file("2") + &inline;
        let items = read_groups(&meta, &format!("<Group><Entry>{entry}</Entry></Group>"));
        let item = items.first().expect("an item");
        assert_eq!(values(item), ["canary"]);
        let reasons: Vec<&str> = item.left_out.iter().map(|it| it.reason.as_str()).collect();
        assert_eq!(reasons.len(), 3);
        let too_large = reasons
            .iter()
            .filter(|it| it.contains("larger than 64 KiB"));
        assert_eq!(too_large.count(), 2);
    }

    #[test]
    fn references_are_followed_as_far_as_the_limit_and_no_farther() {
        const HOPS_MAX: usize = 8;
        let id = |number: usize| {
            let uuid = STANDARD.encode(format!("entry {number:0>10}"));
            let hex: String = format!("entry {number:0>10}")
                .bytes()
                .map(|byte| format!("{byte:02X}"))
                .collect();
            (uuid, hex)
        };
        let found = |hops: usize| {
            let entry = |number: usize| {
                let password = match number == hops {
                    true => "canary".to_owned(),
                    false => format!("{{REF:P@I:{}}}", id(number + 1).1),
                };
                let uuid = id(number).0;
                let password = string("Password", &format!("<Value>{password}</Value>"));
                format!("<Entry><UUID>{uuid}</UUID>{password}</Entry>")
            };
            let all: String = (0..=hops).map(entry).collect();
            let items = read_groups("", &format!("<Group>{all}</Group>"));
            let first = items.first().expect("an item");
            values(first).contains(&"canary")
        };
        assert!(found(HOPS_MAX));
        assert!(!found(HOPS_MAX + 1));
    }

    #[test]
    fn where_an_entry_stands_is_told_up_to_a_length() {
        let folder = |last: usize| {
            let names = [255, 255, 255, last].map(|length| "n".repeat(length));
            let entry = format!("<Entry>{}</Entry>", string("Password", PROTECTED));
            let nested = names.iter().rev().fold(entry, |inner, name| {
                format!("<Group><Name>{name}</Name>{inner}</Group>")
            });
            let items = read_groups("", &format!("<Group>{nested}</Group>"));
            let item = items.first().expect("an item");
            item.place.folder.chars().count()
        };
        // Three names and what stands between the four.
        let room = FOLDER_CHARS_MAX - 3 * 256;
        assert_eq!(folder(room), FOLDER_CHARS_MAX);
        assert_eq!(folder(room + 1), FOLDER_CHARS_MAX);
        assert_eq!(folder(room - 1), FOLDER_CHARS_MAX - 1);
    }
}

//! Which variables of a `.env` file make up one storage credential: an id and a key of the same beginning, and the bucket, region and
//! endpoint that go with them.

use std::collections::BTreeMap;

use domain::catalogue::AuthMethod;
use domain::shape;

use super::reader::Variable;
use crate::material::{Likely, Means};
use crate::storage::{host_method, s3_like, word_methods};

/// Variables that become one item.
pub(super) struct Group {
    /// What their names begin with.
    pub name: String,
    pub methods: Vec<AuthMethod>,
    pub likely: Likely,
    /// Indices of variables.
    pub members: Vec<(usize, Member)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Member {
    KeyId,
    SecretKey,
    Token,
    Place(Means),
}

pub(super) struct Groups {
    pub groups: Vec<Group>,
    taken: Vec<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    S3,
    B2,
    Azure,
}

/// Endings of names; of several that fit the longest counts.
const ENDINGS: [(&str, Family, Member); 27] = [
    ("ACCESS_KEY_ID", Family::S3, Member::KeyId),
    ("ACCESSKEYID", Family::S3, Member::KeyId),
    ("ACCESS_KEY", Family::S3, Member::KeyId),
    ("ACCESSKEY", Family::S3, Member::KeyId),
    ("ACCESS_ID", Family::S3, Member::KeyId),
    ("ROOT_USER", Family::S3, Member::KeyId),
    ("SECRET_ACCESS_KEY", Family::S3, Member::SecretKey),
    ("SECRETACCESSKEY", Family::S3, Member::SecretKey),
    ("SECRET_KEY", Family::S3, Member::SecretKey),
    ("SECRETKEY", Family::S3, Member::SecretKey),
    ("ACCESS_KEY_SECRET", Family::S3, Member::SecretKey),
    ("ACCESS_SECRET", Family::S3, Member::SecretKey),
    ("ROOT_PASSWORD", Family::S3, Member::SecretKey),
    ("SESSION_TOKEN", Family::S3, Member::Token),
    ("SECURITY_TOKEN", Family::S3, Member::Token),
    ("APPLICATION_KEY_ID", Family::B2, Member::KeyId),
    ("APP_KEY_ID", Family::B2, Member::KeyId),
    ("B2_KEY_ID", Family::B2, Member::KeyId),
    ("B2_ACCOUNT_ID", Family::B2, Member::KeyId),
    ("APPLICATION_KEY", Family::B2, Member::SecretKey),
    ("B2_APP_KEY", Family::B2, Member::SecretKey),
    ("B2_KEY", Family::B2, Member::SecretKey),
    ("B2_ACCOUNT_KEY", Family::B2, Member::SecretKey),
    ("STORAGE_ACCOUNT_NAME", Family::Azure, Member::KeyId),
    ("STORAGE_ACCOUNT", Family::Azure, Member::KeyId),
    ("STORAGE_ACCOUNT_KEY", Family::Azure, Member::SecretKey),
    ("STORAGE_KEY", Family::Azure, Member::SecretKey),
];
/// Endings that say so only behind a word of storage: `S3_KEY`, `DO_SPACES_SECRET`.
const SHORT_ENDINGS: [(&str, Member); 3] = [
    ("KEY", Member::KeyId),
    ("KEY_ID", Member::KeyId),
    ("SECRET", Member::SecretKey),
];
const STORAGE_WORDS: [&str; 8] = [
    "S3", "AWS", "SPACES", "R2", "MINIO", "WASABI", "TIGRIS", "HETZNER",
];
const MORE_WORDS: [&str; 5] = ["STORAGE", "BUCKET", "OBJECT", "BACKUP", "UPLOADS"];
/// MinIO's administrator; other programs have a root user that is none of storage.
const MINIO_ONLY: [&str; 2] = ["ROOT_USER", "ROOT_PASSWORD"];
const PLACES: [(&str, Means); 20] = [
    ("STORAGE_BUCKET_NAME", Means::Bucket),
    ("S3_BUCKET_NAME", Means::Bucket),
    ("S3_BUCKET", Means::Bucket),
    ("BUCKET_NAME", Means::Bucket),
    ("BUCKET", Means::Bucket),
    ("STORAGE_CONTAINER", Means::Bucket),
    ("CONTAINER_NAME", Means::Bucket),
    ("CONTAINER", Means::Bucket),
    ("S3_REGION_NAME", Means::Region),
    ("REGION_NAME", Means::Region),
    ("DEFAULT_REGION", Means::Region),
    ("S3_REGION", Means::Region),
    ("REGION", Means::Region),
    ("ENDPOINT_URL_S3", Means::Endpoint),
    ("S3_ENDPOINT_URL", Means::Endpoint),
    ("S3_ENDPOINT", Means::Endpoint),
    ("ENDPOINT_URL", Means::Endpoint),
    ("API_ENDPOINT", Means::Endpoint),
    ("ENDPOINT", Means::Endpoint),
    ("SERVER_URL", Means::Endpoint),
];
/// Beginnings under which a place is meant for the only credential of a file.
const COMMON: [&str; 5] = ["", "S3", "AWS", "AWS_S3", "STORAGE"];

impl Group {
    pub(super) fn title(&self) -> String {
        match self.name.as_str() {
            "" => "Access key".to_owned(),
            name => format!("{name} access key"),
        }
    }

    pub(super) fn is_temporary(&self) -> bool {
        self.members
            .iter()
            .any(|(_, member)| *member == Member::Token)
    }
}

impl Groups {
    pub(super) fn is_taken(&self, index: usize) -> bool {
        self.taken.get(index).copied().unwrap_or_default()
    }
}

pub(super) fn groups(variables: &[Variable]) -> Groups {
    let mut by_beginning: BTreeMap<(String, Family), Vec<(usize, Member)>> = BTreeMap::new();
    let mut places = Vec::new();
    for (index, variable) in variables.iter().enumerate() {
        if variable.value.is_empty() {
            continue;
        }
        let name = variable.name.to_uppercase();
        if let Some((beginning, family, member)) = role(&name) {
            let members = by_beginning.entry((beginning, family)).or_default();
            members.push((index, member));
        } else if let Some((beginning, means)) = place(&name) {
            places.push((index, beginning, means));
        }
    }
    let mut groups: Vec<(Family, Group)> = by_beginning
        .into_iter()
        .filter(|(_, members)| is_whole(members))
        .map(|((name, family), members)| {
            let group = Group {
                name,
                methods: Vec::new(),
                likely: Likely::Storage,
                members,
            };
            (family, group)
        })
        .collect();
    add_places(&mut groups, &places);
    let mut taken = vec![false; variables.len()];
    for (family, group) in &mut groups {
        group.methods = methods(*family, group, variables);
        group.likely = likely(*family, group, variables);
        for (index, _) in &group.members {
            if let Some(taken) = taken.get_mut(*index) {
                *taken = true;
            }
        }
    }
    Groups {
        groups: groups.into_iter().map(|(_, group)| group).collect(),
        taken,
    }
}

/// One id and one key; with two of a kind nobody can say which belong together.
fn is_whole(members: &[(usize, Member)]) -> bool {
    let count = |wanted: Member| members.iter().filter(|(_, it)| *it == wanted).count();
    count(Member::KeyId) == 1 && count(Member::SecretKey) == 1 && count(Member::Token) <= 1
}

fn role(name: &str) -> Option<(String, Family, Member)> {
    let longest = ENDINGS
        .iter()
        .filter_map(|(ending, family, member)| {
            Some((beginning(name, ending)?, *family, *member, ending.len()))
        })
        .max_by_key(|(.., length)| *length)
        .filter(|(beginning, ..)| {
            !MINIO_ONLY.iter().any(|ending| name.ends_with(ending))
                || beginning.split('_').any(|word| word == "MINIO")
        });
    if let Some((beginning, family, member, _)) = longest {
        return Some((beginning.to_owned(), family, member));
    }
    SHORT_ENDINGS.iter().find_map(|(ending, member)| {
        let beginning = beginning(name, ending)?;
        let mut words = beginning.split('_');
        words
            .any(|word| STORAGE_WORDS.contains(&word))
            .then(|| (beginning.to_owned(), Family::S3, *member))
    })
}

/// Every way to read it: `AWS_S3_BUCKET` is `AWS` and `S3_BUCKET`, and `AWS_S3` and `BUCKET`.
fn place(name: &str) -> Option<(Vec<String>, Means)> {
    let fits: Vec<(&str, Means)> = PLACES
        .iter()
        .filter_map(|(ending, means)| Some((beginning(name, ending)?, *means)))
        .collect();
    let (_, means) = fits.first()?;
    let beginnings = fits.iter().map(|(text, _)| (*text).to_owned()).collect();
    Some((beginnings, *means))
}

/// What stands before an ending: nothing, or words that end with `_`.
fn beginning<'a>(name: &'a str, ending: &str) -> Option<&'a str> {
    let before = name.strip_suffix(ending)?;
    if before.is_empty() {
        return Some(before);
    }
    before.strip_suffix('_')
}

fn add_places(groups: &mut [(Family, Group)], places: &[(usize, Vec<String>, Means)]) {
    let only_one = groups.len() == 1;
    for (index, beginnings, means) in places {
        let own = groups
            .iter_mut()
            .find(|(_, group)| beginnings.contains(&group.name));
        if let Some((_, group)) = own {
            group.members.push((*index, Member::Place(*means)));
        } else if let Some((_, group)) = groups.first_mut().filter(|_| only_one)
            && beginnings
                .iter()
                .any(|text| COMMON.contains(&text.as_str()))
        {
            group.members.push((*index, Member::Place(*means)));
        }
    }
}

/// Programs of any kind have access and secret keys; those of storage say so by name, form, host or bucket.
fn likely(family: Family, group: &Group, variables: &[Variable]) -> Likely {
    let has_bucket = group
        .members
        .iter()
        .any(|(_, member)| *member == Member::Place(Means::Bucket));
    let mut words = group.name.split('_');
    let is_named = words.any(|word| STORAGE_WORDS.contains(&word) || MORE_WORDS.contains(&word));
    let has_full_name = group.members.iter().any(|(index, member)| {
        let variable = variables
            .get(*index)
            .filter(|_| *member == Member::SecretKey);
        variable.is_some_and(|it| it.name.to_uppercase().ends_with("SECRET_ACCESS_KEY"))
    });
    let is_known = match group.methods.as_slice() {
        [only] => *only != AuthMethod::S3CompatibleAccessKey,
        _ => false,
    };
    if family != Family::S3 || has_bucket || is_named || has_full_name || is_known {
        Likely::Storage
    } else {
        Likely::Apart
    }
}

fn methods(family: Family, group: &Group, variables: &[Variable]) -> Vec<AuthMethod> {
    match family {
        Family::B2 => return vec![AuthMethod::B2ApplicationKey],
        Family::Azure => return vec![AuthMethod::AzureAccountKey],
        Family::S3 => {}
    }
    let value_of = |wanted: Member| {
        let (index, _) = group.members.iter().find(|(_, it)| *it == wanted)?;
        variables
            .get(*index)
            .map(|variable| variable.value.as_str())
    };
    if let Some(endpoint) = value_of(Member::Place(Means::Endpoint)) {
        return vec![host_method(endpoint).unwrap_or(AuthMethod::S3CompatibleAccessKey)];
    }
    let id = value_of(Member::KeyId).unwrap_or_default();
    if shape::is_aws_key_id(id) {
        return vec![AuthMethod::S3AccessKey];
    }
    if id.starts_with("tid_") {
        return vec![AuthMethod::TigrisAccessKey];
    }
    if id.starts_with("DO00") {
        return vec![AuthMethod::DigitalOceanSpacesAccessKey];
    }
    let mut named = Vec::new();
    word_methods(&group.name, &mut named);
    // People call any key of this form after Amazon, whose format it is.
    match named.as_slice() {
        [only] if *only != AuthMethod::S3AccessKey => named,
        [AuthMethod::S3AccessKey] => s3_like(AuthMethod::S3AccessKey),
        _ => s3_like(AuthMethod::S3CompatibleAccessKey),
    }
}

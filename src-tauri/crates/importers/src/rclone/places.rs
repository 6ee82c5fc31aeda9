//! Which buckets a remote is used for. A remote names none itself; those that wrap it do, as in `remote = acme:bucket/path`.

use std::collections::HashMap;

use crate::ini::Section;
use crate::material::{Material, Means, Part};

/// Backends whose `remote` is a place in another remote.
const WRAPPING: [&str; 7] = [
    "alias", "cache", "chunker", "compress", "crypt", "hasher", "archive",
];
/// The same, with several places separated by spaces.
const WRAPPING_SEVERAL: [&str; 2] = ["union", "combine"];

struct Place<'a> {
    remote: &'a str,
    bucket: &'a str,
    prefix: &'a str,
}

pub(super) fn add_buckets(sections: &[Section], items: &mut [Material]) {
    let by_name: HashMap<&str, usize> = sections
        .iter()
        .enumerate()
        .map(|(index, section)| (section.name.as_str(), index))
        .collect();
    let mut found: Vec<Vec<Place<'_>>> = sections.iter().map(|_| Vec::new()).collect();
    for place in sections.iter().flat_map(places_in) {
        let in_remote = by_name.get(place.remote).and_then(|it| found.get_mut(*it));
        if let Some(known) = in_remote
            && !known
                .iter()
                .any(|other| (other.bucket, other.prefix) == (place.bucket, place.prefix))
        {
            known.push(place);
        }
    }
    for ((section, item), places) in sections.iter().zip(items).zip(&found) {
        let holds_buckets = ["s3", "b2", "azureblob", "google cloud storage"]
            .contains(&section.get("type").unwrap_or_default());
        if holds_buckets {
            add(item, places);
        }
    }
}

/// A prefix goes with its bucket only where there is one place; of several, the buckets alone are taken.
fn add(item: &mut Material, places: &[Place<'_>]) {
    let mut buckets: Vec<&str> = places.iter().map(|place| place.bucket).collect();
    buckets.sort_unstable();
    buckets.dedup();
    for bucket in &buckets {
        let path = format!("bucket.{bucket}");
        let part = Part::plain("bucket", &path, bucket).meaning(Means::Bucket);
        // Another remote's words, which that one's lines speak for.
        item.add(part.speaking_for(0));
    }
    if let [place] = places
        && !place.prefix.is_empty()
    {
        let part = Part::plain("prefix", "prefix", place.prefix).meaning(Means::Prefix);
        item.add(part.speaking_for(0));
    }
}

fn places_in(section: &Section) -> Vec<Place<'_>> {
    let backend = section.get("type").unwrap_or_default();
    if WRAPPING.contains(&backend) {
        section.get("remote").and_then(place).into_iter().collect()
    } else if WRAPPING_SEVERAL.contains(&backend) {
        let upstreams = section.get("upstreams").unwrap_or_default();
        upstreams
            .split_whitespace()
            .map(|upstream| upstream.rsplit_once('=').map_or(upstream, |(_, it)| it))
            .filter_map(place)
            .collect()
    } else {
        Vec::new()
    }
}

fn place(text: &str) -> Option<Place<'_>> {
    let (remote, path) = text.split_once(':')?;
    let path = path.trim_matches('/');
    let (bucket, prefix) = path.split_once('/').unwrap_or((path, ""));
    (!remote.is_empty() && !bucket.is_empty()).then_some(Place {
        remote,
        bucket,
        prefix,
    })
}

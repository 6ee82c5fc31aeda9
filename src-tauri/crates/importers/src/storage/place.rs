//! Where a storage credential leads: bucket, region, endpoint and prefix that stand beside it.

use domain::location::{Endpoint, LocationType, PlainHttp, Prefix, Region};
use domain::text::BucketName;

use super::labels::place_of;
use super::{Search, choice};
use crate::material::Means;
use crate::parsed::ParsedLocation;

const LEAVE_OUT: &str = "leave_out";
const ALLOW: &str = "allow";

/// What stands beside a credential, each with the index of its part.
#[derive(Default)]
struct Found {
    buckets: Vec<(usize, Vec<String>)>,
    region: Option<(usize, String)>,
    endpoint: Option<(usize, String, PlainHttp)>,
    prefix: Option<(usize, String)>,
}

impl Search<'_> {
    pub(super) fn add_locations(&mut self) {
        for index in 0..self.matches.len() {
            self.add_location(index);
        }
    }

    fn add_location(&mut self, index: usize) {
        let Some(matched) = self.matches.get(index) else {
            return;
        };
        let Some(location_type) = LocationType::of(matched.credentials.method().secret_type())
        else {
            return;
        };
        let group = matched
            .parts
            .last()
            .and_then(|part| self.part(*part))
            .map_or(0, |part| part.group);
        let only_one = self.matches.len() == 1;
        let found = self.find_place(|part_group| only_one || part_group == group);
        let (locations, in_locations) = self.locations_of(location_type, found);
        if let Some(matched) = self.matches.get_mut(index) {
            matched.locations = locations;
            matched.in_locations = in_locations;
        }
        let taken: Vec<usize> = self
            .matches
            .get(index)
            .map(|matched| matched.in_locations.clone())
            .unwrap_or_default();
        for part in taken {
            if let Some(used) = self.used.get_mut(part) {
                *used = true;
            }
        }
    }

    /// The first of each kind that the rules accept; every bucket.
    fn find_place(&mut self, belongs: impl Fn(usize) -> bool) -> Found {
        let mut found = Found::default();
        for (index, part) in self.parts.iter().enumerate() {
            if !self.is_free(index) || !belongs(part.group) {
                continue;
            }
            match place_of(part) {
                Some(Means::Bucket) => {
                    if let Some(names) = bucket_names(&part.text) {
                        found.buckets.push((index, names));
                    }
                }
                Some(Means::Region) if found.region.is_none() => {
                    let region = Region::parse(&part.text).ok();
                    found.region = region.map(|region| (index, region.as_str().to_owned()));
                }
                Some(Means::Endpoint) if found.endpoint.is_none() => {
                    found.endpoint = self.endpoint(index, &part.text);
                }
                Some(Means::Prefix) if found.prefix.is_none() => {
                    let prefix = Prefix::parse(&part.text).ok().flatten();
                    found.prefix = prefix.map(|prefix| (index, prefix.as_str().to_owned()));
                }
                _ => {}
            }
        }
        found
    }

    /// An endpoint without encryption is taken only if a person says so.
    fn endpoint(&mut self, index: usize, text: &str) -> Option<(usize, String, PlainHttp)> {
        let url = bare_endpoint(text);
        if let Ok(endpoint) = Endpoint::parse(&url, PlainHttp::Refused) {
            return Some((index, endpoint.as_str().to_owned(), PlainHttp::Refused));
        }
        let endpoint = Endpoint::parse(&url, PlainHttp::Allowed).ok()?;
        let choices = vec![
            choice(LEAVE_OUT, "No: keep the endpoint in the notes"),
            choice(ALLOW, "Yes: make a location that allows http"),
        ];
        let text = "An endpoint is reached over http, so requests to it can be read and changed on their way. Allow it?";
        let id = self.question_id("http", index);
        let chosen = self.ask(&id, text.to_owned(), choices);
        (chosen == ALLOW).then(|| (index, endpoint.as_str().to_owned(), endpoint.plain_http()))
    }

    fn locations_of(
        &self,
        location_type: LocationType,
        found: Found,
    ) -> (Vec<ParsedLocation>, Vec<usize>) {
        let Found {
            buckets,
            region,
            endpoint,
            prefix,
        } = found;
        if buckets.is_empty() && region.is_none() && endpoint.is_none() {
            return (Vec::new(), Vec::new());
        }
        let make = |bucket: Option<&str>| ParsedLocation {
            location_type,
            name: bucket.unwrap_or(self.title).to_owned(),
            bucket_name: bucket.map(str::to_owned),
            region: region.as_ref().map(|(_, text)| text.clone()),
            endpoint_url: endpoint.as_ref().map(|(_, text, _)| text.clone()),
            prefix: prefix.as_ref().map(|(_, text)| text.clone()),
            plain_http: endpoint
                .as_ref()
                .map_or(PlainHttp::Refused, |(_, _, consent)| *consent),
        };
        if buckets.is_empty() {
            return (vec![make(None)], Vec::new());
        }
        let names = buckets.iter().flat_map(|(_, names)| names);
        let locations = names.map(|name| make(Some(name))).collect();
        let mut indices: Vec<usize> = buckets.iter().map(|(index, _)| *index).collect();
        indices.extend(region.iter().map(|(index, _)| *index));
        indices.extend(endpoint.iter().map(|(index, _, _)| *index));
        indices.extend(prefix.iter().map(|(index, _)| *index));
        (locations, indices)
    }
}

/// `s3.eu-west-1.amazonaws.com` as an endpoint's URL.
pub(crate) fn bare_endpoint(text: &str) -> String {
    let text = text.trim();
    if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{text}")
    }
}

/// One bucket, or several with commas between them.
fn bucket_names(text: &str) -> Option<Vec<String>> {
    let names: Vec<&str> = text
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    let is_name =
        |name: &&str| !name.contains(char::is_whitespace) && BucketName::parse(name).is_ok();
    let fits = !names.is_empty() && names.iter().all(is_name);
    fits.then(|| names.into_iter().map(str::to_owned).collect())
}

//! Locations, and what they mean to the secrets that they use (LOC-01 to -03, UPDATE-05, DELETE-01).

use super::{Done, Faults, Model, Refusal, meant, refused};
use crate::asks::{
    CreateLocation, DeleteRecord, Endpoint, Link, Means, Place, UpdateLocation, Which,
};

#[derive(Debug, Clone, PartialEq)]
pub struct Location {
    pub id: String,
    pub name: String,
    pub folded: &'static str,
    pub kind: &'static str,
    /// The secret's place.
    pub secret: Option<usize>,
    pub bucket: String,
    pub region: Option<String>,
    pub endpoint: Option<Held>,
    pub prefix: Option<String>,
    pub revision: u64,
    pub gone: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    pub url: String,
    pub is_plain: bool,
}

impl Held {
    fn of(endpoint: &Endpoint) -> Self {
        Self {
            url: endpoint.held.to_owned(),
            is_plain: endpoint.is_plain,
        }
    }
}

impl Model {
    pub(super) fn create_location(&mut self, ask: &CreateLocation) -> Result<Done, Box<Refusal>> {
        let mut faults = Faults::default();
        let kind = meant(&ask.location_type);
        if kind.is_none() {
            faults.at("location_type");
        }
        if meant(&ask.name).is_none() {
            faults.at("name");
        }
        if meant(&ask.bucket).is_none() {
            faults.at("bucket_name");
        }
        faults.of_create("region", &ask.place.region);
        faults.of_create("prefix", &ask.place.prefix);
        faults.of_create("reason", &ask.reason);
        let secret = match ask.secret {
            Link::Absent | Link::Null => {
                faults.at("secret_id");
                None
            }
            Link::To(which) => self.linkable(which, kind, &mut faults),
        };
        let region = meant(&ask.place.region);
        let endpoint = new_endpoint(&ask.place, kind, region.as_deref(), &mut faults);
        faults.refuse()?;
        let secret = secret.ok_or_else(|| refused("not_found"))?;
        let name = meant(&ask.name).unwrap();
        self.require_free_location(name.folded, None)?;
        self.locations.push(Location {
            id: String::new(),
            name: name.held,
            folded: name.folded,
            kind: kind.unwrap(),
            secret: Some(secret),
            bucket: meant(&ask.bucket).unwrap(),
            region,
            endpoint,
            prefix: meant(&ask.place.prefix),
            revision: 1,
            gone: false,
        });
        Ok(Done::created("location_created", self.locations.len() - 1))
    }

    pub(super) fn update_location(&mut self, ask: &UpdateLocation) -> Result<Done, Box<Refusal>> {
        let place = self.named_location(ask.which)?;
        if ask.sends_type {
            return Err(refused("invalid_request"));
        }
        let before = self.locations[place].clone();
        let mut after = before.clone();
        let mut faults = Faults::default();
        faults.of_update("name", &ask.name);
        faults.of_update("bucket_name", &ask.bucket);
        faults.of_create("region", &ask.place.region);
        faults.of_create("prefix", &ask.place.prefix);
        faults.of_update("reason", &ask.reason);
        faults.of_expected(ask.expected);
        if let Some(name) = meant(&ask.name) {
            (after.name, after.folded) = (name.held, name.folded);
        }
        if let Some(bucket) = meant(&ask.bucket) {
            after.bucket = bucket;
        }
        set_or_cleared(&mut after.region, &ask.place.region);
        set_or_cleared(&mut after.prefix, &ask.place.prefix);
        let mut is_missing = false;
        match ask.secret {
            Link::Absent => {}
            Link::Null => after.secret = None,
            Link::To(which) => {
                after.secret = self.linkable(which, Some(before.kind), &mut faults);
                is_missing = after.secret.is_none();
            }
        }
        lay_over_endpoint(&mut after, &ask.place, &mut faults);
        faults.refuse()?;
        if is_missing {
            return Err(refused("not_found"));
        }
        self.require_revision(ask.expected, before.revision)?;
        if after.name != before.name {
            self.require_free_location(after.folded, Some(place))?;
        }
        let url = |location: &Location| location.endpoint.as_ref().map(|held| held.url.clone());
        let consents =
            |location: &Location| location.endpoint.as_ref().is_some_and(|held| held.is_plain);
        let done = Done::updated(
            "location_updated",
            place,
            &[
                ("name", before.name != after.name),
                ("secret_id", before.secret != after.secret),
                ("bucket_name", before.bucket != after.bucket),
                ("region", before.region != after.region),
                ("endpoint_url", url(&before) != url(&after)),
                ("http_allowed", consents(&before) != consents(&after)),
                ("prefix", before.prefix != after.prefix),
            ],
        );
        if done.what.is_some() {
            after.revision += 1;
            self.locations[place] = after;
        }
        Ok(done)
    }

    pub(super) fn delete_location(&mut self, ask: &DeleteRecord) -> Result<Done, Box<Refusal>> {
        let place = self.named_location(ask.which)?;
        let mut faults = Faults::default();
        faults.of_create("reason", &ask.reason);
        faults.refuse()?;
        self.require_revision(ask.expected, self.locations[place].revision)?;
        self.locations[place].gone = true;
        Ok(Done::deleted("location_deleted", place))
    }

    /// A live secret of the wanted type; of another type it is a fault, and one that is not there is found out later.
    fn linkable(&self, which: Which, kind: Option<&str>, faults: &mut Faults) -> Option<usize> {
        if matches!(which, Which::OtherKind) {
            faults.at("secret_id");
        }
        let place = self
            .secret_at(which)
            .filter(|place| !self.secrets[*place].trashed)?;
        if kind.is_some_and(|kind| kind != self.secrets[place].kind()) {
            faults.at("secret_id");
        }
        Some(place)
    }

    fn named_location(&self, which: Which) -> Result<usize, Box<Refusal>> {
        Faults::of_id(which)?;
        let place = self.place_of_location(which);
        place
            .filter(|place| !self.locations[*place].gone)
            .ok_or_else(|| refused("not_found"))
    }

    pub fn place_of_location(&self, which: Which) -> Option<usize> {
        super::place(
            which,
            self.locations.iter().map(|location| (location.gone, false)),
        )
    }

    fn require_free_location(&self, folded: &str, own: Option<usize>) -> Result<(), Box<Refusal>> {
        let mut all = self.locations.iter().enumerate();
        let holder =
            all.find(|(place, other)| Some(*place) != own && !other.gone && other.folded == folded);
        super::free(holder.map(|(_, holder)| holder.id.as_str()))
    }

    fn linked_to(&self, secret: usize) -> impl Iterator<Item = usize> {
        let all = self.locations.iter().enumerate();
        all.filter(move |(_, location)| location.secret == Some(secret) && !location.gone)
            .map(|(place, _)| place)
    }

    pub fn locations_of(&self, secret: usize) -> usize {
        self.linked_to(secret).count()
    }

    pub(super) fn require_unlinked(&self, secret: usize) -> Result<(), Box<Refusal>> {
        let ids = self
            .linked_to(secret)
            .map(|place| self.locations[place].id.clone());
        super::unused(ids.collect())
    }

    /// Forced: every location of the secret loses its link.
    pub(super) fn unlink_all(&mut self, secret: usize) -> Vec<&'static str> {
        let linked: Vec<usize> = self.linked_to(secret).collect();
        linked
            .into_iter()
            .map(|place| {
                self.locations[place].secret = None;
                self.locations[place].revision += 1;
                "location_updated"
            })
            .collect()
    }
}

/// LOC-02: required, offered from the region, or left to the provider; unencrypted only with consent.
fn new_endpoint(
    place: &Place,
    kind: Option<&str>,
    region: Option<&str>,
    faults: &mut Faults,
) -> Option<Held> {
    let given = place.endpoint.as_ref().filter(|said| !said.is_null());
    match given.map(|said| &said.means) {
        Some(Means::Right(endpoint)) => {
            if endpoint.is_plain && meant(&place.http_allowed) != Some(true) {
                faults.at("endpoint_url");
            }
            Some(Held::of(endpoint))
        }
        Some(Means::Wrong | Means::Null) => {
            faults.at("endpoint_url");
            None
        }
        None => match (kind?, region) {
            ("s3_compatible", _) => {
                faults.at("endpoint_url");
                None
            }
            ("wasabi", Some(region)) => {
                let host = if region == "us-east-1" {
                    "s3.wasabisys.com".to_owned()
                } else {
                    format!("s3.{region}.wasabisys.com")
                };
                Some(Held {
                    url: format!("https://{host}"),
                    is_plain: false,
                })
            }
            _ => None,
        },
    }
}

/// Consent is for one endpoint: kept while that stays, asked again for another.
fn lay_over_endpoint(after: &mut Location, place: &Place, faults: &mut Faults) {
    let before = after.endpoint.clone();
    let consents = match place.http_allowed.as_ref().map(|said| &said.means) {
        None => None,
        Some(Means::Right(true)) => Some(true),
        Some(_) => Some(false),
    };
    match place.endpoint.as_ref().map(|said| &said.means) {
        None => {
            if before.is_some_and(|held| held.is_plain) && consents == Some(false) {
                faults.at("endpoint_url");
            }
        }
        Some(Means::Wrong) => faults.at("endpoint_url"),
        Some(Means::Null) => {
            if after.kind == "s3_compatible" {
                faults.at("endpoint_url");
            }
            after.endpoint = None;
        }
        Some(Means::Right(endpoint)) => {
            let held = Held::of(endpoint);
            let is_consented = consents.unwrap_or(before.as_ref() == Some(&held));
            if held.is_plain && !is_consented {
                faults.at("endpoint_url");
            }
            after.endpoint = Some(held);
        }
    }
}

fn set_or_cleared(place: &mut Option<String>, member: &crate::asks::Member<String>) {
    match member.as_ref().map(|said| &said.means) {
        Some(Means::Right(text)) => *place = Some(text.clone()),
        Some(Means::Null) => *place = None,
        Some(Means::Wrong) | None => {}
    }
}

//! An object read member by member, so that none is passed over unsaid.

use super::Json;

/// Ask for what is known with [`Open::take`], then deal with [`Open::rest`]: all that nobody asked for.
#[must_use]
pub(crate) struct Open<'a> {
    members: &'a [(String, Json)],
    asked: Vec<bool>,
    /// What stands where an object should.
    other: Option<&'a Json>,
    is_closed: bool,
}

impl<'a> Open<'a> {
    pub(crate) fn new(object: &'a Json) -> Open<'a> {
        let members = object.members();
        Open {
            members,
            asked: vec![false; members.len()],
            other: (!matches!(object, Json::Object(_)) && !object.is_empty()).then_some(object),
            is_closed: false,
        }
    }

    /// A member that stays among the rest unless it is taken too.
    pub(crate) fn look(&self, name: &str) -> Option<&'a Json> {
        let mut members = self.members.iter();
        members
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }

    pub(crate) fn take(&mut self, name: &str) -> Option<&'a Json> {
        let at = self.members.iter().position(|(known, _)| known == name)?;
        if let Some(asked) = self.asked.get_mut(at) {
            *asked = true;
        }
        self.members.get(at).map(|(_, value)| value)
    }

    /// A text that is not empty. A member of another kind stays among the rest.
    pub(crate) fn take_text(&mut self, name: &str) -> Option<&'a str> {
        match self.look(name)? {
            Json::Text(_) => self.take(name).and_then(Json::text),
            _ => None,
        }
    }

    /// The elements of a list. A member of another kind stays among the rest.
    pub(crate) fn take_list(&mut self, name: &str) -> &'a [Json] {
        match self.look(name) {
            Some(Json::List(_)) => self.take(name).map(Json::elements).unwrap_or_default(),
            _ => &[],
        }
    }

    /// A whole number. A member of another kind stays among the rest.
    pub(crate) fn take_whole(&mut self, name: &str) -> Option<i64> {
        match self.look(name)? {
            Json::Number(number) => {
                let whole = number.as_i64()?;
                self.take(name);
                Some(whole)
            }
            _ => None,
        }
    }

    /// Members that say nothing a person entered.
    pub(crate) fn pass_over(&mut self, names: &[&str]) {
        for ((name, _), asked) in self.members.iter().zip(&mut self.asked) {
            if names.contains(&name.as_str()) {
                *asked = true;
            }
        }
    }

    /// What nobody asked for and is not empty. What is no object at all is a rest by the name `text`.
    pub(crate) fn rest(mut self) -> Vec<(&'a str, &'a Json)> {
        self.is_closed = true;
        if let Some(other) = self.other {
            return vec![("text", other)];
        }
        let members = self.members.iter().zip(&self.asked);
        members
            .filter(|((_, value), asked)| !**asked && !value.is_empty())
            .map(|((name, value), _)| (name.as_str(), value))
            .collect()
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        debug_assert!(
            self.is_closed || std::thread::panicking(),
            "an object was read without its rest"
        );
    }
}

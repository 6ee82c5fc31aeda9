//! An object read member by member, so that none is passed over unsaid.

use super::Json;

/// Ask for what is known with [`Open::take`], then deal with [`Open::rest`]: all that nobody asked for. What is taken has to get a
/// line of the report, or the item's count does not come out; only what [`Open::name`] and [`Open::pass_over`] are told of need not.
#[must_use]
pub(crate) struct Open<'a> {
    members: &'a [(String, Json)],
    asked: Vec<Asked>,
    /// What stands where an object should.
    other: Option<&'a Json>,
    is_closed: bool,
}

impl<'a> Open<'a> {
    pub(crate) fn new(object: &'a Json) -> Open<'a> {
        let members = object.members();
        Open {
            members,
            asked: vec![Asked::No; members.len()],
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
            *asked = Asked::Taken;
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

    /// A text that only names what stands beside it: an id, a label, a kind.
    pub(crate) fn name(&mut self, name: &str) -> Option<&'a str> {
        let text = self.take_text(name);
        if text.is_some() {
            self.pass_over(&[name]);
        }
        text
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
                *asked = Asked::Form;
            }
        }
    }

    /// What nobody asked for and is not empty. What is no object at all is a rest by the name `text`. Adds to `form` how much of the
    /// object nobody entered.
    pub(crate) fn rest(mut self, form: &mut usize) -> Vec<(&'a str, &'a Json)> {
        self.is_closed = true;
        let passed_over = self.members.iter().zip(&self.asked);
        *form += passed_over
            .filter(|(_, asked)| **asked == Asked::Form)
            .map(|((_, value), _)| value.leaves())
            .sum::<usize>();
        if let Some(other) = self.other {
            return vec![("text", other)];
        }
        let members = self.members.iter().zip(&self.asked);
        members
            .filter(|((_, value), asked)| **asked == Asked::No && !value.is_empty())
            .map(|((name, value), _)| (name.as_str(), value))
            .collect()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    No,
    Taken,
    /// It says nothing that a person entered.
    Form,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        debug_assert!(
            self.is_closed || std::thread::panicking(),
            "an object was read without its rest"
        );
    }
}

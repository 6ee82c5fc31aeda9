//! The conditions of a query in SQL, each met by the index that leaves the fewest entries to look at.

use rusqlite::types::Value;

use crate::audit_log::{AuditQuery, ResourceType};

/// Positions of entries that meet all conditions.
pub(super) struct Filter {
    index: Option<&'static str>,
    conditions: Vec<&'static str>,
    params: Vec<Value>,
    offset: i64,
}

impl Filter {
    pub(super) fn of(query: &AuditQuery) -> Filter {
        let mut filter = Filter {
            index: None,
            conditions: Vec::new(),
            params: Vec::new(),
            offset: 0,
        };
        // In this order: the first index that fits is the one that leaves the fewest.
        if let Some(id) = query.resource_id {
            let id = Value::Blob(id.to_bytes().to_vec());
            filter.require("resource_id = ?", id, Some("audit_by_resource"));
        }
        if let Some(action) = query.action {
            let action = Value::Text(action.as_str().to_owned());
            filter.require("action = ?", action, Some("audit_by_action"));
        }
        if let Some(kind) = query.resource_type {
            let word = Value::Text(kind.as_str().to_owned());
            if kind == ResourceType::Secret {
                filter.require("resource_type = ?", word, None);
            } else {
                // The second condition is what the index asks to be used.
                let both = "resource_type = ? AND resource_type <> 'secret'";
                filter.require(both, word, Some("audit_by_type"));
            }
        }
        if let Some(actor) = query.actor {
            let actor = Value::Blob(actor.to_bytes().to_vec());
            filter.require("actor = ?", actor, Some("audit_by_actor"));
        }
        filter.between(query);
        if let Some(before) = query.before {
            filter.require("position < ?", Value::Integer(before), None);
        }
        filter
    }

    /// Clocks run backwards at times, so a time bounds positions by the entries that have it, and is a condition too.
    fn between(&mut self, query: &AuditQuery) {
        let other_index = self.index.is_some();
        if let Some(since) = query.since {
            let since = Value::Integer(since.as_millis());
            self.require("time >= ?", since.clone(), Some("audit_by_time"));
            if other_index {
                let first = "position >= (SELECT min(position) FROM audit INDEXED BY audit_by_time WHERE time >= ?)";
                self.require(first, since, None);
            }
        }
        if let Some(until) = query.until {
            let until = Value::Integer(until.as_millis());
            self.require("time < ?", until, Some("audit_by_time"));
        }
    }

    fn require(&mut self, condition: &'static str, value: Value, index: Option<&'static str>) {
        self.conditions.push(condition);
        self.params.push(value);
        self.index = self.index.or(index);
    }

    /// Asks for everything, or everything before a position.
    pub(super) fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }

    pub(super) fn beginning_at(mut self, newest: i64, offset: u64) -> Filter {
        let offset = i64::try_from(offset).unwrap_or(i64::MAX);
        let from = newest.saturating_sub(offset);
        self.require("position <= ?", Value::Integer(from), None);
        self
    }

    pub(super) fn skipping(mut self, offset: u64) -> Filter {
        self.offset = i64::try_from(offset).unwrap_or(i64::MAX);
        self
    }

    /// The newest positions, as a query of their own.
    pub(super) fn newest_first(self, limit: i64) -> (String, Vec<Value>) {
        let sql = format!(
            "SELECT position FROM audit {}{} ORDER BY position DESC LIMIT ? OFFSET ?",
            self.indexed_by(),
            self.where_all()
        );
        let mut params = self.params;
        params.extend([Value::Integer(limit), Value::Integer(self.offset)]);
        (sql, params)
    }

    pub(super) fn counted(self) -> (String, Vec<Value>) {
        let sql = format!(
            "SELECT count(*) FROM audit {}{}",
            self.indexed_by(),
            self.where_all()
        );
        (sql, self.params)
    }

    /// For reading all that matches along the log, without a place to sort it in.
    pub(super) fn oldest_first(self) -> (String, Vec<Value>) {
        (format!("NOT INDEXED{}", self.where_all()), self.params)
    }

    fn indexed_by(&self) -> String {
        self.index
            .map(|index| format!("INDEXED BY {index}"))
            .unwrap_or_default()
    }

    fn where_all(&self) -> String {
        if self.conditions.is_empty() {
            return String::new();
        }
        format!(" WHERE {}", self.conditions.join(" AND "))
    }
}

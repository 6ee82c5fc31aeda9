//! Pages of a list.

/// Of rows that were read one beyond the page: leaves the page, and tells whether there is more after it.
pub(crate) fn cut<T>(rows: &mut Vec<T>, limit: u32) -> bool {
    let limit = usize::try_from(limit).expect("u32 fits");
    let more = rows.len() > limit;
    rows.truncate(limit);
    more
}

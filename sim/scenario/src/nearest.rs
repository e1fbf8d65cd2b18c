//! The known name that a mistyped one probably means.

/// The nearest of `known` to `name`, if one is near enough to be worth suggesting.
pub(crate) fn nearest<'known>(name: &str, known: impl IntoIterator<Item = &'known str>) -> Option<&'known str> {
    let plain = |name: &str| name.to_lowercase().replace('-', "_");
    let wanted = plain(name);
    let distance_max = (wanted.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&wanted, &plain(candidate)), candidate))
        .filter(|(distance, candidate)| {
            *distance <= distance_max || strsim::jaro_winkler(&wanted, &plain(candidate)) > 0.9
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// A sentence that names the nearest of `known`, or else lists them all; `None` if there is nothing to name.
pub(crate) fn suggestion(name: &str, known: &[&str], what: &str) -> Option<String> {
    if let Some(nearest) = nearest(name, known.iter().copied()) {
        return Some(format!("did you mean `{nearest}`?"));
    }
    if known.is_empty() {
        return None;
    }
    Some(format!("{what}: {}", known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")))
}

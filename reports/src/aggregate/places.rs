//! Who was stranded where.

use crate::episode::EpisodeRow;
use std::collections::{BTreeMap, BTreeSet};

/// What a kind of place saw.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceImpact {
    /// Its name in the scenario.
    pub place: String,
    /// People by what they could not do, mean over replications. A person is counted once, at the first counted episode.
    pub people_by_class: [f64; 3],
    /// Person-hours of all counted episodes there, mean over replications.
    pub hours: f64,
    /// Person-hours of the replication with least and of that with most.
    pub hours_range: [f64; 2],
}

/// Sums over replications, by place.
#[derive(Debug, Clone, Default)]
pub(super) struct PlaceSums {
    places: BTreeMap<String, Sums>,
}

#[derive(Debug, Clone)]
struct Sums {
    people_by_class: [f64; 3],
    hours: f64,
    /// Replications with an episode there.
    seen: u32,
    least: f64,
    most: f64,
}

impl Default for Sums {
    fn default() -> Self {
        Self { people_by_class: [0.0; 3], hours: 0.0, seen: 0, least: f64::INFINITY, most: 0.0 }
    }
}

impl PlaceSums {
    pub(super) fn add(&mut self, rows: &[EpisodeRow]) {
        let mut counted: Vec<&EpisodeRow> = rows.iter().filter(|row| row.counted).collect();
        counted.sort_by_key(|row| (row.began_ms, row.episode));
        let mut known = BTreeSet::new();
        let mut hours: BTreeMap<&str, f64> = BTreeMap::new();
        for row in counted {
            if !self.places.contains_key(row.place.as_ref()) {
                self.places.insert(row.place.to_string(), Sums::default());
            }
            *hours.entry(&row.place).or_default() += row.minutes() / 60.0;
            if known.insert(row.person)
                && let Some(sums) = self.places.get_mut(row.place.as_ref())
            {
                sums.people_by_class[row.class.index()] += 1.0;
            }
        }
        for (place, hours) in hours {
            if let Some(sums) = self.places.get_mut(place) {
                sums.hours += hours;
                sums.seen += 1;
                sums.least = sums.least.min(hours);
                sums.most = sums.most.max(hours);
            }
        }
    }

    /// Means over so many replications; those without episodes need not have been added.
    pub(super) fn finish(self, replications: u32) -> Vec<PlaceImpact> {
        let divisor = f64::from(replications.max(1));
        let of_place = |(place, sums): (String, Sums)| PlaceImpact {
            place,
            people_by_class: sums.people_by_class.map(|people| people / divisor),
            hours: sums.hours / divisor,
            hours_range: [if sums.seen < replications { 0.0 } else { sums.least }, sums.most],
        };
        let mut places: Vec<PlaceImpact> = self.places.into_iter().map(of_place).collect();
        places.sort_by(|a, b| b.hours.total_cmp(&a.hours));
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relief::StrandedClass;
    use crate::table::TableRow as _;
    use std::borrow::Cow;

    fn episode(person: u32, place: &'static str, class: StrandedClass, began: i32, minutes: i32) -> EpisodeRow {
        EpisodeRow {
            person,
            place: Cow::Borrowed(place),
            class,
            began_ms: began * 60_000,
            ended_ms: (began + minutes) * 60_000,
            counted: true,
            ..EpisodeRow::blank()
        }
    }

    #[test]
    fn a_person_counts_once_and_hours_count_all() {
        let mut sums = PlaceSums::default();
        sums.add(&[
            episode(1, "city", StrandedClass::Return, 300, 60),
            episode(1, "lake", StrandedClass::Unlock, 0, 120),
            episode(2, "city", StrandedClass::Return, 10, 30),
        ]);
        sums.add(&[episode(2, "city", StrandedClass::Return, 10, 30)]);
        let places = sums.finish(2);
        assert_eq!(places.iter().map(|place| place.place.as_str()).collect::<Vec<_>>(), ["city", "lake"]);
        let same = |ours: &[f64], known: &[f64]| ours.iter().zip(known).all(|(a, b)| (a - b).abs() < 1e-12);
        assert!(same(&places[0].people_by_class, &[0.0, 1.0, 0.0]));
        assert!(same(&places[1].people_by_class, &[0.5, 0.0, 0.0]));
        assert!((places[0].hours - 1.0).abs() < 1e-12);
        assert!(same(&places[0].hours_range, &[0.5, 1.5]));
        assert!(same(&places[1].hours_range, &[0.0, 2.0]), "in one replication nobody was there");
    }
}

//! A part of a sweep that one process runs.

use std::fmt;

/// Most shards; their numbers have four digits in file names.
const COUNT_MAX: u32 = 9_999;

/// A part of a sweep: every `count`-th point, from the `index`-th on. All of it is `1/1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shard {
    /// From 1.
    pub(crate) index: u32,
    /// Number of all shards.
    pub(crate) count: u32,
}

impl Shard {
    /// The whole sweep.
    pub(crate) const WHOLE: Self = Self { index: 1, count: 1 };

    /// Its points out of `points`, in order.
    pub(crate) fn points(self, points: u32) -> impl Iterator<Item = u32> {
        (self.index - 1..points).step_by(self.count as usize)
    }

    /// What its files are called.
    pub(crate) fn stem(self) -> String {
        format!("{:04}-of-{:04}", self.index, self.count)
    }

    /// The shard that a file of that stem holds.
    pub(crate) fn of_stem(stem: &str) -> Option<Self> {
        let (index, count) = stem.split_once("-of-")?;
        format!("{}/{}", index.trim_start_matches('0'), count.trim_start_matches('0')).parse().ok()
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.index, self.count)
    }
}

impl std::str::FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(index, count)| Some((index.parse().ok()?, count.parse().ok()?)));
        match parts {
            Some((index, count)) if 1 <= index && index <= count && count <= COUNT_MAX => Ok(Self { index, count }),
            _ => {
                Err(format!("give the shard's number and how many there are, from 1/1 to {COUNT_MAX}/{COUNT_MAX}: 3/8"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_share_the_points_without_gap_or_overlap() {
        for count in [1, 3, 8, 20] {
            let shards = (1..=count).map(|index| Shard { index, count });
            let mut points: Vec<u32> = shards.flat_map(|shard| shard.points(13)).collect();
            points.sort_unstable();
            assert_eq!(points, (0..13).collect::<Vec<_>>(), "{count} shards");
        }
    }

    #[test]
    fn shards_are_read_and_written() {
        let shard: Shard = "3/8".parse().unwrap();
        assert_eq!(shard.to_string(), "3/8");
        assert_eq!(Shard::of_stem(&shard.stem()), Some(shard));
        assert_eq!(Shard::of_stem("study"), None);
        for text in ["0/8", "9/8", "3", "3/0", "a/b", "1/10000"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }
}

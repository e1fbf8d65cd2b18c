//! Whether two subjects may be compared at all, and replication by replication.

use super::subject::{Kind, Subject};

/// How a subject is held against its baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pairing {
    /// Replication r of both had the same people with the same luck.
    pub(crate) is_paired: bool,
    /// What the reader should know.
    pub(crate) notes: Vec<String>,
}

/// Decides how to compare.
///
/// # Errors
/// Why their numbers must not be compared, and the way out.
pub(crate) fn pair(subject: &Subject, baseline: &Subject) -> Result<Pairing, String> {
    let (now, before) = (&subject.origin, &baseline.origin);
    let renew = "make the baseline anew: run it with this program, then `stranded baseline update RUN --to FILE`";
    if now.kind != before.kind {
        return Err(format!("a {} cannot be compared with a {}", now.kind.label(), before.kind.label()));
    }
    if now.kind == Kind::Run && (now.engine_digest != before.engine_digest || now.engine_digest.is_none()) {
        let digest = |digest: &Option<String>| digest.clone().unwrap_or_else(|| "unknown".to_owned());
        return Err(format!(
            "the engines differ: the baseline's has the digest {} (version {}), this run's {} (version {}); the same seed gives another \
             day, and a difference would say nothing about what you changed\n{renew}",
            digest(&before.engine_digest),
            before.program_version,
            digest(&now.engine_digest),
            now.program_version,
        ));
    }
    let names = now.meaning.keys().chain(before.meaning.keys());
    for name in names {
        let (here, there) = (now.meaning.get(name), before.meaning.get(name));
        if here != there {
            let word = |value: Option<&String>| value.map_or("unknown", String::as_str).to_owned();
            return Err(format!(
                "the numbers mean different things: {name} is {} here and {} in the baseline\n{renew}",
                word(here),
                word(there)
            ));
        }
    }
    let has_same_seed = now.seed.is_some() && now.seed == before.seed;
    if has_same_seed && now.scenario_hash == before.scenario_hash {
        same_seed_same_bytes(subject, baseline)?;
    }
    let mut notes = Vec::new();
    if !has_same_seed && now.seed.is_some() {
        let seed = |seed: Option<u64>| seed.map_or_else(|| "several seeds".to_owned(), |seed| format!("seed {seed}"));
        notes.push(format!(
            "not paired: {} here and {} in the baseline; the interval is wider than with the same seed",
            seed(now.seed),
            seed(before.seed)
        ));
    }
    if now.name != before.name {
        notes.push(format!("`{}` is compared with `{}`", now.name, before.name));
    }
    Ok(Pairing { is_paired: has_same_seed, notes })
}

/// The same scenario, seed and engine must have given the same events.
fn same_seed_same_bytes(subject: &Subject, baseline: &Subject) -> Result<(), String> {
    for arm in &subject.arms {
        let Some(other) = baseline.arm(Some(&arm.name)) else { continue };
        for replication in &arm.replications {
            let same = other.replications.iter().find(|other| other.replication == replication.replication);
            let Some(same) = same else { continue };
            if let (Some(here), Some(there)) = (&replication.digest, &same.digest)
                && here != there
            {
                return Err(format!(
                    "scenario, seed and engine are the same, and replication {} of arm `{}` has the events digest {here} here and {there} \
                     in the baseline: one of the two is damaged, or the program is not deterministic; please report it",
                    replication.replication, arm.name
                ));
            }
        }
    }
    Ok(())
}

//! The servers' admin listeners: faults at their time, clean queues between windows, what the servers count.

use crate::attack::Watch;
use crate::failure::Failure;
use reqwest::{Client, Url};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;
use stranded_scenario::Scenario;

/// An admin listener answers at once or not at all.
const PATIENCE: Duration = Duration::from_secs(5);

/// The admin listeners, by the service they belong to.
#[derive(Clone, Debug)]
pub struct Admin {
    client: Client,
    listeners: BTreeMap<String, Url>,
}

/// Something that happens to a service while a run is under way.
#[derive(Clone, Debug, PartialEq)]
pub struct TimedFault {
    /// When, since the start of the run.
    pub at: Duration,
    /// Name of the action in the scenario.
    pub name: String,
    /// Which service.
    pub service: String,
    /// What the admin listener is told.
    pub fault: Value,
}

impl Admin {
    /// The listeners by `SERVICE=URL`.
    ///
    /// # Errors
    /// [`Failure::Usage`] for what is no such pair.
    pub fn new(pairs: &[String]) -> Result<Self, Failure> {
        let mut listeners = BTreeMap::new();
        for pair in pairs {
            let wrong = || {
                Failure::Usage(format!(
                    "`--admin {pair}` is not a service and the address of its admin listener\n\
                     write it as `--admin operator=http://127.0.0.1:9001`, as `reference-server` says when it starts"
                ))
            };
            let (service, url) = pair.split_once('=').ok_or_else(wrong)?;
            let url = Url::parse(url).ok().filter(|url| url.scheme() == "http" && url.has_host()).ok_or_else(wrong)?;
            listeners.insert(service.trim().to_owned(), url);
        }
        Ok(Self { client: Client::new(), listeners })
    }

    /// Whether there is any listener.
    pub fn is_known(&self) -> bool {
        !self.listeners.is_empty()
    }

    /// Addresses of the listeners, for finding the processes behind them.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.listeners.values().filter_map(address).collect()
    }

    /// The faults of a scenario's actions, in order of time.
    ///
    /// # Errors
    /// [`Failure::Usage`] when an action's service has no listener here.
    pub fn faults(&self, scenario: &Scenario) -> Result<Vec<TimedFault>, Failure> {
        let start = scenario.calendar.start;
        let mut faults = Vec::new();
        for action in scenario.action.iter().filter(|action| action.enabled) {
            if !self.listeners.contains_key(&action.service) {
                return Err(Failure::Usage(format!(
                    "the action `{}` happens to the service `{service}`, whose admin listener is not known\n\
                     add `--admin {service}=http://...`, or switch it off with --set 'action.{}.enabled=false'",
                    action.name,
                    action.name,
                    service = action.service,
                )));
            }
            let seconds = action.at.since(start).map_or(0.0, stranded_scenario::Duration::as_seconds);
            faults.push(TimedFault {
                at: Duration::from_secs_f64(seconds),
                name: action.name.clone(),
                service: action.service.clone(),
                fault: fault(action),
            });
        }
        faults.sort_by_key(|fault| fault.at);
        Ok(faults)
    }

    /// Lets the faults happen at their time, until all have or the run is over. Returns what went wrong.
    pub async fn play(&self, faults: &[TimedFault], watch: &Watch) -> Vec<String> {
        let mut complaints = Vec::new();
        let Some(start) = watch.started().await else { return complaints };
        for fault in faults {
            tokio::time::sleep_until((start + fault.at).into()).await;
            if watch.is_over() {
                break;
            }
            if let Err(error) = self.post(&fault.service, "/admin/faults", &fault.fault).await {
                complaints.push(format!("the action `{}` did not happen: {error}", fault.name));
            }
        }
        complaints
    }

    /// Empties the queues of all servers and takes faults back.
    ///
    /// # Errors
    /// [`Failure::Unreachable`] or [`Failure::UnexpectedAnswer`].
    pub async fn reset(&self) -> Result<(), Failure> {
        for service in self.listeners.keys() {
            self.post(service, "/admin/reset", &json!({})).await?;
        }
        Ok(())
    }

    /// What each server says about itself.
    pub async fn states(&self) -> BTreeMap<String, Value> {
        let mut states = BTreeMap::new();
        for (service, url) in &self.listeners {
            let Ok(url) = url.join("/admin/state") else { continue };
            let Ok(answer) = self.client.get(url).timeout(PATIENCE).send().await else { continue };
            if let Ok(state) = answer.json().await {
                states.insert(service.clone(), state);
            }
        }
        states
    }

    async fn post(&self, service: &str, path: &str, body: &Value) -> Result<(), Failure> {
        let Some(base) = self.listeners.get(service) else { return Ok(()) };
        let what = || format!("the admin listener of `{service}`");
        let url = base.join(path).map_err(|error| Failure::Usage(error.to_string()))?;
        let request = self.client.post(url.clone()).timeout(PATIENCE).json(body);
        let answer = request.send().await.map_err(|error| Failure::Unreachable {
            what: what(),
            url: url.to_string(),
            reason: reason(&error),
        })?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        let text = answer.text().await.unwrap_or_default();
        Err(Failure::UnexpectedAnswer {
            what: what(),
            url: url.to_string(),
            answer: format!("{status}: {}", text.trim()),
            way_out: "is this the admin listener of a `reference-server` of this version?",
        })
    }
}

fn fault(action: &stranded_scenario::section::Action) -> Value {
    let mut fault = serde_json::Map::new();
    if action.purge {
        fault.insert("purge".to_owned(), json!(true));
    }
    if let Some(capacity) = action.capacity {
        fault.insert("capacity".to_owned(), json!(capacity.value()));
        if let Some(lasts) = action.lasts {
            fault.insert("lasts_seconds".to_owned(), json!(lasts.as_seconds()));
        }
    }
    Value::Object(fault)
}

/// Why a request found nobody, without the address, which is said beside it.
pub fn reason(error: &reqwest::Error) -> String {
    let mut source: &dyn std::error::Error = error;
    while let Some(deeper) = source.source() {
        source = deeper;
    }
    source.to_string()
}

/// The socket address of a URL on an address of numbers.
pub fn address(url: &Url) -> Option<SocketAddr> {
    url.socket_addrs(|| None).ok()?.into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use stranded_scenario::Loader;

    const SCENARIO: &str = r#"
[arrivals]
rate = "10 /s"
service = "server"
[calendar]
start = 2022-01-01T00:00:00+00:00
end = 2022-01-01T00:01:00+00:00
[service.server]
[[action]]
name = "second"
at = 2022-01-01T00:00:30+00:00
service = "server"
purge = true
[[action]]
name = "first"
at = 2022-01-01T00:00:10+00:00
service = "server"
capacity = "0.5 x"
lasts = "10 s"
[[action]]
name = "never"
enabled = false
at = 2022-01-01T00:00:20+00:00
service = "server"
purge = true
"#;

    #[test]
    fn actions_become_faults_in_order() {
        let scenario = Loader::new().load_text::<Scenario>("test.toml", SCENARIO).unwrap().value;
        let admin = Admin::new(&["server=http://127.0.0.1:9".to_owned()]).unwrap();
        let faults = admin.faults(&scenario).unwrap();
        assert_eq!(faults.len(), 2);
        assert_eq!(
            (faults[0].at, &faults[0].fault),
            (Duration::from_secs(10), &json!({"capacity": 0.5, "lasts_seconds": 10.0}))
        );
        assert_eq!((faults[1].name.as_str(), &faults[1].fault), ("second", &json!({"purge": true})));
        let nobody = Admin::new(&[]).unwrap().faults(&scenario).unwrap_err().to_string();
        assert!(nobody.contains("--admin server="), "{nobody}");
    }

    #[test]
    fn a_pair_without_sense_is_refused_with_an_example() {
        for pair in ["server", "server=", "server=127.0.0.1:80", "server=https://x"] {
            let error = Admin::new(&[pair.to_owned()]).unwrap_err().to_string();
            assert!(error.contains(pair) && error.contains("--admin operator=http://"), "{error}");
        }
    }
}

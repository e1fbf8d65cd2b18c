//! Stable codes of findings, each with its explanation: a code without one cannot be written.

use std::fmt;

use serde::Serialize;

/// The stable code of a kind of finding, such as `S010`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Code(&'static str);

impl Code {
    /// The code as text.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.0)
    }
}

macro_rules! codes {
    ($($(#[doc = $summary:literal])+ $name:ident = $code:literal: $explanation:literal;)+) => {
        impl Code {
            $($(#[doc = $summary])+ pub const $name: Self = Self($code);)+

            /// Every code there is, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];
        }

        /// What a code means and what to do about it, with an example; `None` if there is no such code.
        pub fn explain(code: &str) -> Option<&'static str> {
            $(if code.eq_ignore_ascii_case($code) {
                return Some(concat!($code, ":", $($summary, "\n",)+ "\n", $explanation));
            })+
            None
        }
    };
}

codes! {
    /// A file cannot be read.
    UNREADABLE = "S001": "\
The scenario file, or a file that it extends, is not there or may not be read. Paths are taken from the folder you are
in; the paths of `extends` from the folder of the file that says so.

    stranded run scenarios/small-town.toml";

    /// A file is not UTF-8.
    NOT_UTF8 = "S002": "\
Scenario files are TOML, and TOML is UTF-8. The place is that of the first byte that is not. Save the file again as
UTF-8; an editor shows the encoding in its status line, and `iconv -f EUC-KR -t UTF-8 old.toml > new.toml` converts it.";

    /// The text is not TOML.
    SYNTAX = "S003": "\
The file breaks the rules of TOML: a quote or bracket is not closed, a value is missing, or the file was cut off. Texts
and values with a unit stand in quotes.

    wrong:   timeout = 15 s
    right:   timeout = \"15 s\"";

    /// A key is defined twice.
    DUPLICATE_KEY = "S004": "\
A key or section stands twice in the same file, and it would be unclear which one holds. Remove one of them. Items of a
list have two brackets, as in `[[arm]]`, and may be repeated.";

    /// A file that is extended cannot be read.
    EXTENDS_MISSING = "S005": "\
`extends` names a file that is not there. Its path is taken from the folder of the file that says so.

    extends = \"calibration/server.toml\"";

    /// Files extend each other in a circle.
    EXTENDS_CYCLE = "S006": "\
A file extends itself, directly or through others; the message shows the way around. Take one `extends` out of the circle.";

    /// `extends` is neither a path nor a list of paths.
    EXTENDS_FORM = "S007": "\
`extends` takes the path of one file or a list of paths, and stands above the first section.

    extends = \"small-town.toml\"
    extends = [\"small-town.toml\", \"calibration/server.toml\"]";

    /// There is no such key.
    UNKNOWN_KEY = "S010": "\
The section has no key of that name. The help names the nearest one, or all of them. `stranded scenario show` prints every
key with its value, and an editor with the schema (`stranded schema`) completes them.

    wrong:   [app]
             timout = \"15 s\"
    right:   [app]
             timeout = \"15 s\"";

    /// A value is not what the key takes.
    WRONG_VALUE = "S011": "\
The value has the wrong type, lacks its unit, or lies outside of what is possible. The message says what was expected.

    wrong:   timeout = 15          rate = \"-3 /s\"     share = 1.4
    right:   timeout = \"15 s\"      rate = \"3 /s\"      share = \"14 %\"";

    /// A key is missing.
    MISSING_KEY = "S012": "\
Nearly every key has a default; this one has none, because no default would be right.

    wrong:   service_time = { weibull = { scale = \"2 s\" } }
    right:   service_time = { weibull = { scale = \"2 s\", shape = 0.7 } }";

    /// A choice is not one of those there are.
    UNKNOWN_CHOICE = "S013": "\
The key takes one of a few words, and this is none of them. The help names the nearest one, or all of them.

    wrong:   discipline = \"filo\"
    right:   discipline = \"lifo\"";

    /// Two items of a list have the same name.
    DUPLICATE_NAME = "S014": "\
Items of a list are told apart by their names: `--set` and arms address them by name, and a file that extends another
changes the item of the same name. So no two items of a list may share one.";

    /// A `--set` is not an assignment.
    ASSIGNMENT_FORM = "S020": "\
`--set` takes a dotted path, an equals sign and a value. The value is read as TOML, and as a text if it is not TOML, so that
units need no quotes. Quote the whole for the shell if it has spaces.

    --set app.timeout='5 s'
    --set arm.offline-key.enabled=false";

    /// A path leads nowhere.
    PATH = "S021": "\
A path of `--set` or of an arm names something that is not in the scenario. Items of lists are addressed by their name, or
by their number from 0.

    --set place.home.share=0.4
    --set service.vendor.workers=50";

    /// A parameter has a key that is neither its value nor about it.
    PROVENANCE_KEY = "S030": "\
A table with a `value` is a parameter that says where its number comes from. Beside the value it takes `source`,
`confidence`, `low`, `high`, `fitted_to` and `note`, and nothing else.

    timeout = { value = \"15 s\", source = \"app 3.2, observed\", confidence = \"measured\", low = \"10 s\", high = \"30 s\" }";

    /// A parameter's source or confidence is not what it should be.
    PROVENANCE_VALUE = "S031": "\
`confidence` is one of `cited`, `measured`, `derived`, `assumed` and `fitted`; `source`, `fitted_to` and `note` are texts.";

    /// A parameter claims more than it shows.
    PROVENANCE_INCOMPLETE = "S032": "\
A parameter that is `cited` or `measured` must name its `source`; one that is `fitted` must say what it was `fitted_to`.

    value = 0.4
    confidence = \"fitted\"
    fitted_to = \"target 2: 1,500 people locked out\"";

    /// Something ends before it starts.
    ENDS_BEFORE_START = "S100": "\
The end of the calendar, of the measured window, of a demand factor or of a working day does not lie after its start. Mind
the offsets of the moments: 2022-04-10T12:00+09:00 is 2022-04-10T03:00Z.";

    /// A moment lies outside of the simulated time.
    OUTSIDE_CALENDAR = "S101": "\
Something is to happen (or to be measured) before `calendar.start` or after `calendar.end`, so it never would.";

    /// There is none of something that there must be.
    NONE_AT_ALL = "S102": "\
A service without workers, a fleet without cars, a time-out of no length: the number is well formed, but with it nothing
could ever happen. Where a thing can be left out there is a switch for it.

    wrong:   [support.call_centre]
             agents = 0
    right:   [support.call_centre]
             enabled = false";

    /// A number is outside of what is possible.
    OUT_OF_RANGE = "S103": "\
The value is well formed but not possible, or not together with another one. The help names the range.";

    /// There is nothing to simulate.
    NOTHING_TO_SIMULATE = "S104": "\
A scenario needs `[fleet]` (a car-sharing day) or `[arrivals]` (a plain stream of requests to a service). `stranded init`
writes a small scenario to start from.";

    /// Cars and a plain stream of requests at once.
    TWO_WORLDS = "S105": "\
`[fleet]` is a car-sharing day whose requests enter at the service `operator`; `[arrivals]` is a plain stream of requests to a
service of its own. They are two kinds of scenario: make two files of them.";

    /// Two settings exclude each other.
    CONTRADICTION = "S106": "\
Each of the settings makes sense, but together they do not: a finite source has no rate that a profile could change, and
thresholds of a queue are for scenarios with `[arrivals]`. Take one of them away.";

    /// There is no such service.
    UNKNOWN_SERVICE = "S110": "\
A call, an action or a stream of requests names a service that is not in the scenario, or the scenario has cars but no service
`operator`, which the app talks to. Services are sections such as `[service.operator]`.";

    /// Services call each other in a circle.
    SERVICE_CYCLE = "S111": "\
A service calls itself, directly or through others, and would wait for its own answer for ever. The message shows the way
around.";

    /// Retries without end in one moment.
    ENDLESS_RETRY = "S112": "\
A request can be refused at once, and is sent again at once, and so on: simulated time would stand still. Something in the
circle must take time - the refusal, the network or the pause before the next try - or somebody must give up.

    [service.server]
    refusal_time = \"5 ms\"

    [renter]
    persistence = 0.9";

    /// A trigger is not over when measuring begins.
    TRIGGER_MEASURED = "S113": "\
An action that is marked `trigger = true` is what a collapse may outlive. Whether it does can only be told from what is
measured after it: let the action end (`lasts`) before the measured window begins (`measure.from`, `arrivals.warm_up`).

    [[action]]
    name = \"trigger\"
    trigger = true
    at = 2022-01-01T00:01:00+00:00
    service = \"server\"
    capacity = \"0.5 x\"
    lasts = \"10 s\"

    [measure]
    from = 2022-01-01T00:03:20+00:00";

    /// There is no such arm.
    UNKNOWN_ARM = "S120": "\
A target or an oracle is read from an arm that is not in the scenario. Leave `arm` away to read it from the baseline.";

    /// A name has a meaning of its own.
    RESERVED_NAME = "S121": "\
`baseline` is the scenario without any arm, and `--arms` takes the words `all` and `none` and separates names by commas. So no
arm can be called like that.";

    /// There is no such metric.
    UNKNOWN_METRIC = "S122": "\
A target, an oracle or `run.replications.metric` names a result that a run of this scenario does not have. `stranded explain
metrics` lists all of them with their units. Those with brackets exist once for each value that `[measure.queue]` lists.

    [measure.queue]
    wait_longer_than = [\"2 s\"]

    [[oracle]]
    metric = \"queue.wait_longer_than[2 s]\"";

    /// A threshold cannot be read.
    THRESHOLD = "S123": "\
A threshold of `[slo]` is a metric, a comparison and a number; the message says at which column of it something else stands. An
arm may come first, a statistic may follow the metric, and a number may have a unit.

    [slo]
    thresholds = [\"stranded_hours.mean < 500 h\", \"offline-key: stranded_minutes.p90 < 60 min\"]

`stranded explain thresholds` tells all there is to say.";

    /// A scenario cannot be written down.
    UNWRITABLE = "S040": "\
A value of the scenario has no form in TOML, so that the scenario could not be kept with its results. This is a mistake in
stranded rather than in the scenario: please report it.";
}

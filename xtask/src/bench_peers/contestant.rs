//! Who takes part.

/// A program in one of its forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contestant {
    /// Our engine, through its public API.
    Engine,
    /// Our whole world, from a scenario file.
    World,
    /// A loop without an engine, with the standard library's heap.
    HandHeap,
    /// A loop without an engine and without a heap, for this one workload.
    HandRing,
    Nexosim,
    /// In the framework's idiom instead of its fastest form; so is the one of simcore.
    NexosimIdiom,
    Simcore,
    SimcoreIdiom,
    Descartes,
    Simpy,
    Happysim,
}

/// How a program comes to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A member of the workspace `xtask/peers`.
    Package(&'static str),
    /// A file in `xtask/peers/python`.
    Script(&'static str),
}

impl Contestant {
    /// Name in tables.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Engine => "stranded",
            Self::World => "stranded, whole world",
            Self::HandHeap => "hand-written loop",
            Self::HandRing => "hand-written loop, nothing sorted",
            Self::Nexosim | Self::NexosimIdiom => "nexosim",
            Self::Simcore | Self::SimcoreIdiom => "simcore",
            Self::Descartes => "DesCartes",
            Self::Simpy => "SimPy",
            Self::Happysim => "happysim",
        }
    }

    /// What it is compiled or imported from.
    pub(crate) const fn origin(self) -> Origin {
        match self {
            Self::Engine | Self::World => Origin::Package("peer-stranded"),
            Self::HandHeap | Self::HandRing => Origin::Package("peer-hand"),
            Self::Nexosim | Self::NexosimIdiom => Origin::Package("peer-nexosim"),
            Self::Simcore | Self::SimcoreIdiom => Origin::Package("peer-simcore"),
            Self::Descartes => Origin::Package("peer-descartes"),
            Self::Simpy => Origin::Script("simpy_peer.py"),
            Self::Happysim => Origin::Script("happysim_peer.py"),
        }
    }

    /// The package of a registry whose version is of interest.
    pub(crate) const fn dependency(self) -> Option<&'static str> {
        match self {
            Self::Engine | Self::World | Self::HandHeap | Self::HandRing => None,
            Self::Nexosim | Self::NexosimIdiom => Some("nexosim"),
            Self::Simcore | Self::SimcoreIdiom => Some("simcore"),
            Self::Descartes => Some("descartes-core"),
            Self::Simpy => Some("simpy"),
            Self::Happysim => Some("happysim"),
        }
    }

    /// The form in which it takes part.
    pub(crate) const fn form(self) -> &'static str {
        match self {
            Self::Engine => "one model, public API",
            Self::World => "scenario file, all metrics",
            Self::HandHeap => "BinaryHeap",
            Self::HandRing => "timers in a ring",
            Self::Nexosim => "lean: one model, no async",
            Self::NexosimIdiom => "idiom: two models, ports, keys",
            Self::Simcore => "lean: one component",
            Self::SimcoreIdiom => "idiom: two components, cancel",
            Self::Descartes => "lean: one component, no log calls",
            Self::Simpy => "lean: callbacks, no Resource",
            Self::Happysim => "lean: own client and server",
        }
    }

    /// Whether its programs take the second name of a case that has two forms.
    pub(crate) const fn is_other_form(self) -> bool {
        matches!(self, Self::World | Self::HandRing | Self::NexosimIdiom | Self::SimcoreIdiom)
    }
}

mod common;
use common::*;
use stranded_policy::*;
#[test]
fn explore() {
    let ms = |n: u64| Nanoseconds(n * 1_000_000);
    let base = Setting {
        arrivals_per_second: 80.0,
        discipline: Discipline::Fifo,
        capacity: None,
        retry: RetryPolicy {
            attempts_max: 3,
            backoff: Backoff::None,
        },
        budget: None,
        trigger: true,
    };
    let p = |n: &str, s: Setting| {
        println!("{n}: {:.2} {:?}", goodput_per_second(s), goodput_by_seed(s))
    };
    for l in [40.0, 50.0, 60.0, 80.0] {
        p(
            "fifo",
            Setting {
                arrivals_per_second: l,
                ..base
            },
        );
    }
    p(
        "noretry",
        Setting {
            retry: RetryPolicy::NEVER,
            ..base
        },
    );
    p(
        "jitter",
        Setting {
            retry: RetryPolicy {
                attempts_max: 3,
                backoff: Backoff::FullJitter {
                    base: ms(100),
                    cap: ms(10000),
                },
            },
            ..base
        },
    );
    p(
        "budget",
        Setting {
            budget: Some(RetryBudgetConfig::new(0.1, 10.0, 10.0)),
            ..base
        },
    );
    for c in [50, 90, 200] {
        p(
            "cap",
            Setting {
                capacity: Some(c),
                ..base
            },
        );
    }
    let ds = [
        ("lifo", Discipline::Lifo),
        ("alifo", Discipline::AdaptiveLifo { threshold: 20 }),
        ("dd", Discipline::DeadlineDrop { margin: ms(0) }),
        ("dd50", Discipline::DeadlineDrop { margin: ms(50) }),
        (
            "codel",
            Discipline::CoDel {
                interval: ms(100),
                target: ms(5),
            },
        ),
        (
            "rfc",
            Discipline::CoDelRfc {
                interval: ms(100),
                target: ms(5),
            },
        ),
    ];
    for (n, d) in ds {
        p(
            n,
            Setting {
                discipline: d,
                ..base
            },
        );
    }
    println!("overload");
    let over = Setting {
        arrivals_per_second: 200.0,
        trigger: false,
        ..base
    };
    p("fifo", over);
    p(
        "cap50",
        Setting {
            capacity: Some(50),
            ..over
        },
    );
    for (n, d) in ds {
        p(
            n,
            Setting {
                discipline: d,
                ..over
            },
        );
    }
    let l95 = Setting {
        arrivals_per_second: 95.0,
        trigger: false,
        ..base
    };
    p("95", l95);
    p(
        "95 noretry",
        Setting {
            retry: RetryPolicy::NEVER,
            ..l95
        },
    );
}

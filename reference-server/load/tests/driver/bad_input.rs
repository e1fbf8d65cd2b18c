//! What makes no sense is refused with the thing, the place and the way out.

use crate::server::{Behaviour, Server};
use crate::{Scenario, text};

const SCENARIO: &str = "[arrivals]\nrate = '1 /s'\nservice = 'server'\n[service.server]\n";

/// Scenario, target, more flags, exit code, words of the message.
type Case<'a> = (&'a str, &'a str, &'a [&'a str], i32, &'a [&'a str]);

#[test]
fn mistakes_are_named_and_have_their_exit_codes() {
    let server = Server::start(Behaviour::default());
    let url = server.url();
    let nobody = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let closed = SCENARIO.replace("service = 'server'\n", "service = 'server'\nfinite_source = { clients = 3 }\n");
    let action = format!(
        "{SCENARIO}[[action]]\nname = 'trigger'\nat = {}\nservice = 'server'\npurge = true\n",
        "2022-04-10T00:00:10+09:00"
    );
    let cases: [Case<'_>; 7] = [
        (SCENARIO, &nobody, &[], 1, &["does not answer", "reference-server"]),
        (SCENARIO, "localhost", &[], 2, &["`--target localhost`", "--target http://"]),
        (SCENARIO, "https://localhost", &[], 2, &["TLS"]),
        (SCENARIO, &url, &["--admin", "server"], 2, &["--admin operator=http://"]),
        ("[arrivals]\nrat = '1 /s'", &url, &[], 3, &["rat", "scenario.toml:2", "rate"]),
        (&closed, &url, &[], 3, &["no schedule", "finite_source"]),
        (&action, &url, &[], 2, &["`trigger`", "--admin server=", "action.trigger.enabled=false"]),
    ];
    for (scenario, target, flags, code, words) in cases {
        let scenario = Scenario::new(scenario);
        let output = scenario.surge("window", target).args(flags).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{}", text(&output));
        for word in words {
            assert!(text(&output).contains(word), "`{word}` is missing: {}", text(&output));
        }
    }
}

#[test]
fn a_file_in_the_way_of_the_result_is_named() {
    let server = Server::start(Behaviour::default());
    let scenario = Scenario::new(SCENARIO);
    std::fs::write(scenario.out(), "in the way").unwrap();
    let output = scenario.surge("window", &server.url()).arg("--out").arg(scenario.out()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("--out"), "{}", text(&output));
}

//! The result of a gate as JUnit XML: a test case for each condition.

use super::judgement::Verdict;
use super::report::Report;
use super::table::{interval, value};
use quick_junit::{NonSuccessKind, Property, SerializeError, TestCase, TestCaseStatus, TestSuite};

/// The report as XML.
///
/// What fails is a failure. What is inconclusive or invalid is an error: JUnit has no third word, and "skipped" is green in most tools,
/// which an open question must not be.
///
/// # Errors
/// When the library cannot write it.
pub(crate) fn text(report: &Report) -> Result<String, SerializeError> {
    let mut suite = TestSuite::new(format!("stranded gate: {}", report.subject_name()));
    suite.add_property(Property::new("verdict", report.verdict.label()));
    suite.add_property(Property::new("program_version", report.program_version.as_str()));
    if let Some(subject) = &report.subject {
        suite.add_property(Property::new("subject", subject.path.as_str()));
    }
    if let Some(baseline) = &report.baseline {
        suite.add_property(Property::new("baseline", baseline.path.as_str()));
    }
    for condition in &report.conditions {
        let status = match condition.verdict {
            Verdict::Pass => TestCaseStatus::success(),
            verdict => {
                let kind = if verdict == Verdict::Fail { NonSuccessKind::Failure } else { NonSuccessKind::Error };
                let mut status = TestCaseStatus::non_success(kind);
                status.set_type(verdict.label()).set_message(condition.reason.as_str());
                status.set_description(format!(
                    "{}\nfound {}, 95 % interval {}, {} replications",
                    condition.condition,
                    value(condition),
                    interval(condition),
                    condition.replications
                ));
                status
            }
        };
        let mut case = TestCase::new(condition.condition.as_str(), status);
        case.set_classname(format!("{}.{}", report.subject_name(), condition.arm));
        suite.add_test_case(case);
    }
    for doubt in &report.doubts {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_type(Verdict::Invalid.label()).set_message(doubt.lines().next().unwrap_or_default());
        status.set_description(doubt.as_str());
        let mut case = TestCase::new("the numbers can be trusted", status);
        case.set_classname(report.subject_name());
        suite.add_test_case(case);
    }
    let mut document = quick_junit::Report::new("stranded gate");
    document.add_test_suite(suite);
    document.to_string()
}

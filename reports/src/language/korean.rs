//! Korean, texts with values.

use super::words::{Amplified, Happening, Loop, Totals, Words};

pub(super) struct Korean;

impl Words for Korean {
    fn subtitle(&self, date: &str, from: &str, until: &str, replications: u32, arms: usize) -> String {
        format!("시뮬레이션: {date}, {from}~{until}, 조건 {arms}개를 각각 {replications}번 반복")
    }

    fn page_title(&self, title: &str) -> String {
        format!("{title} - 장애 사후 보고서")
    }

    fn stranded(&self, totals: &Totals) -> String {
        let Totals { people, hours, threshold, median_and_p90 } = totals;
        let half = median_and_p90.as_ref().map_or_else(String::new, |(median, p90)| {
            format!(" 절반은 {median}보다 오래, 열에 하나는 {p90}보다 오래 묶여 있었습니다.")
        });
        format!("{people}이 쓸 수 없는 차 옆에서 {threshold} 넘게 발이 묶였고, 그 시간은 모두 {hours}인시입니다.{half}")
    }

    fn nobody(&self, threshold: &str) -> String {
        format!("{threshold} 넘게 발이 묶인 사람은 없습니다.")
    }

    fn outage(&self, happening: &Happening) -> String {
        let Happening { date, down, often, back, again } = happening;
        let date = if date.is_empty() { String::new() } else { format!("{date}, ") };
        let often = often.as_ref().map_or_else(String::new, |share| format!("(반복의 {share}에서) "));
        let back = back
            .as_ref()
            .map_or_else(|| "다시 작동하지 않았습니다".to_owned(), |back| format!("{back}에 복구되었습니다"));
        let again = again
            .as_ref()
            .map_or_else(String::new, |(when, share)| format!(" 반복의 {share}에서 {when}에 다시 멈췄습니다."));
        format!("{date}앱은 {often}{down}에 멈춰 {back}.{again}")
    }

    fn why(&self, amplified: &Amplified) -> String {
        let Amplified { attempts, late } = amplified;
        let late = late.as_ref().map_or_else(String::new, |late| {
            format!(" 멈춰 있는 동안 서비스가 낸 응답의 {late}는 너무 늦어 아무에게도 쓰이지 못했습니다.")
        });
        format!("오래간 까닭은 사람들이 원하는 일 하나마다 요청이 {attempts}번씩 들어왔기 때문입니다.{late}")
    }

    fn prevented(&self, title: &str, hours: &str, share: &str, second: Option<(&str, &str)>) -> String {
        let second =
            second.map_or_else(String::new, |(title, share)| format!(" 그다음은 ‘{title}’({share} 감소)입니다."));
        format!("가장 효과가 컸을 방법은 ‘{title}’이며, {hours}인시({share})가 줄어듭니다.{second}")
    }

    fn nothing_helps(&self, arms: usize) -> String {
        format!("시험한 변화 {arms}가지 가운데 인시를 확실히 줄이는 것은 없습니다.")
    }

    fn censored(&self, share: &str) -> String {
        format!(
            "전체 경우의 {share}는 시뮬레이션이 끝날 때까지 끝나지 않아 그때까지의 시간만 셌으며, 실제로는 더 깁니다."
        )
    }

    fn replications(&self, count: u32) -> String {
        format!(
            "{count}번 반복한 평균이며, 괄호 안은 평균의 95% 신뢰구간입니다. 차이는 짝지어 구했습니다. 모든 조건에 같은 사람들이 같은 \
             운으로 등장합니다. 음수가 될 수 없는 수의 구간이 0 아래로 내려가면 0부터 적었고, summary.json에는 계산한 그대로 있습니다."
        )
    }

    fn batches(&self, batches: u32, length: &str) -> String {
        format!(
            "한 번의 긴 실행이며, 95% 신뢰구간은 {length}짜리 구간 평균 {batches}개에서 나왔습니다. 구간이 없는 값은 알 수 없는 것입니다."
        )
    }

    fn speed(&self, events: &str, seconds: &str, rate: &str) -> String {
        format!("이벤트 {events}개를 {seconds}초에, 초당 {rate}개")
    }

    fn goodput(&self, per_second: &str, share: &str, attempts: &str) -> String {
        format!(
            "초당 요청 {per_second}건이 제때 응답을 받았고, 이는 원한 것의 {share}입니다. 요청마다 {attempts}번씩 시도했습니다."
        )
    }

    fn outlives(&self, share: &str, without: &str) -> String {
        format!(
            "반복의 {share}에서 붕괴가 계기보다 오래갑니다(준안정 붕괴). 계기가 없는 짝지은 실행은 초당 {without}건에 응답합니다."
        )
    }

    fn overloaded(&self, share: &str, without: &str) -> String {
        format!(
            "반복의 {share}에서 준안정 붕괴가 아니라 과부하입니다. 계기가 없는 짝지은 실행은 초당 {without}건에 응답합니다."
        )
    }

    fn leaves_nothing(&self, without: &str) -> String {
        format!("계기가 사라지면 붕괴도 사라집니다. 계기가 없는 짝지은 실행은 초당 {without}건에 응답합니다.")
    }

    fn more_goodput(&self, title: &str, difference: &str) -> String {
        format!("가장 효과가 컸을 방법은 ‘{title}’이며, 제때 오는 응답이 초당 {difference}건 늘어납니다.")
    }

    fn stranded_caption(&self, peak: Option<(&str, &str)>, has_fan: bool) -> String {
        let Some((people, clock)) = peak else {
            return "하루 중 어느 때에도 발이 묶인 사람이 없습니다.".to_owned();
        };
        let fan = if has_fan { " 부채꼴은 반복들이 서로 얼마나 다른지 보여 줍니다." } else { "" };
        format!("가장 많은 때는 {clock} 무렵으로, 동시에 {people}명이 묶여 있습니다. 높이는 반복의 평균입니다.{fan}")
    }

    fn lengths_caption(&self, shares: &[(String, String)], censored: Option<&str>) -> String {
        let shares: Vec<String> = shares.iter().map(|(length, share)| format!("{length} 뒤 {share}")).collect();
        let censored = censored.map_or_else(String::new, |episodes| {
            format!(" 시뮬레이션이 끝날 때까지 끝나지 않은 {episodes}건은 그때까지만 셌습니다(카플란-마이어).")
        });
        format!("아직 묶여 있는 비율: {}.{censored}", shares.join(", "))
    }

    fn load_peak(&self, clock: &str, attempts: &str, first: &str) -> String {
        format!("{clock} 무렵 서비스는 초당 {attempts}번 요청을 받으며, 그 가운데 첫 시도는 {first}번입니다.")
    }

    fn relief_caption(&self, first: Option<(&str, &str)>, second: Option<(&str, &str)>) -> String {
        let Some((first, share)) = first else { return "끝낼 일이 없었습니다.".to_owned() };
        let second = second.map_or_else(String::new, |(second, share)| format!(", 그다음은 {second}({share})"));
        format!("집계한 경우를 무엇이 끝냈는지의 비율입니다. 가장 많은 것은 {first}({share}){second}입니다.")
    }

    fn relief_day_caption(&self, clock: &str, ends: &str, channel: &str) -> String {
        format!(
            "짧은 경우까지 합쳐 가장 많이 끝난 때는 {clock}에 시작하는 막대로 {ends}건입니다. 하루 전체에서 가장 많은 것은 {channel}입니다."
        )
    }

    fn calls(&self, share: &str, attempts: &str, helped: &str) -> String {
        format!(
            "앱이 멈춘 동안 고객센터는 전화 시도의 {share}에 응답했고(전화 시도는 모두 {attempts}번), 전화로 벗어난 사람은 {helped}명입니다."
        )
    }

    fn started(&self, clock: &str, first: &str, offered: &str, capacity: &str) -> String {
        format!(
            "앱이 멈춘 {clock} 무렵 사람들은 초당 {first}가지 일을 원했고 서비스는 초당 {offered}번 요청을 받았지만, 처리할 수 있는 것은 \
             {capacity}번이었습니다. 언제 멈추는지는 시나리오 어디에도 적혀 있지 않습니다. 수요가 유한한 서비스를 만났을 뿐입니다."
        )
    }

    fn loop_steps(&self, numbers: &Loop) -> [String; 5] {
        let Loop { clock, wanted, offered, times, capacity, waiting, late, in_time } = numbers;
        [
            format!("{clock}에 초당 {wanted}가지"),
            format!("요청 {waiting}개가 기다리고, 처리 용량은 초당 {capacity}번"),
            format!("처리한 것의 {late}는 아무에게도 닿지 못함"),
            format!("원하는 일 하나에 {times}번 시도"),
            format!("초당 {offered}번 시도, 제때 응답은 {in_time}번"),
        ]
    }

    fn attribution(&self, title: &str, change: &str) -> String {
        format!("{title}: 인시 {change}.")
    }

    fn arms_caption(&self, shown: usize, all: usize) -> String {
        let rest = if shown < all {
            format!(" 차이 {all}개 가운데 가장 큰 {shown}개를 그렸고, 표에는 모두 있습니다.")
        } else {
            String::new()
        };
        format!(
            "점은 조건 하나이고 선은 짝지은 차이의 95% 신뢰구간입니다. 왼쪽일수록 묶여 있는 시간이 줄고, 0을 지나는 선은 확실한 변화가 \
             아닙니다.{rest}"
        )
    }

    fn pays_after(&self, days: &str) -> String {
        format!("이런 하루 {days}번이면 본전")
    }

    fn pays_at_once(&self, times: &str) -> String {
        format!("이런 하루 한 번이면 비용의 {times}배가 줄어듦")
    }

    fn downtime(&self, hours: &str) -> String {
        format!("측정한 시간 동안 앱은 {hours} 멈춰 있었습니다.")
    }

    fn targets(&self, pass: usize, all: usize, fail: usize, inconclusive: usize) -> String {
        format!("{all}개 가운데 통과 {pass}개, 실패 {fail}개, 판단 불가 {inconclusive}개입니다.")
    }

    fn sources(&self, all: usize) -> String {
        format!("매개변수 {all}개에 출처가 적혀 있습니다.")
    }

    fn calibration(&self, files: usize) -> String {
        match files {
            0 => "측정한 보정 파일은 쓰지 않았습니다. 서비스와 문에 걸리는 시간은 시나리오에 적힌 값입니다.".to_owned(),
            files => format!("측정한 보정 파일 {files}개를 썼습니다."),
        }
    }

    fn parameters_elsewhere(&self, count: usize) -> String {
        format!("매개변수 {count}개의 출처와 신뢰도는 이 보고서의 HTML과 Markdown에 모두 있습니다.")
    }

    fn capacity_found(&self, low: &str, high: &str) -> String {
        format!("서버는 초당 요청 {low}건까지 목표를 지키고, {high}건에서는 지키지 못합니다.")
    }

    fn capacity_at_least(&self, low: &str) -> String {
        format!("서버는 시험한 가장 큰 부하인 초당 요청 {low}건에서도 목표를 지킵니다.")
    }

    fn driver_limited(&self, low: Option<&str>, limit: &str) -> String {
        match low {
            Some(low) => format!(
                "서버는 초당 요청 {low}건에서 목표를 지킵니다. {limit}건에서는 부하 생성기가 병목이어서 서버에 대해 알 수 있는 것이 없습니다."
            ),
            None => {
                format!("부하 생성기가 초당 요청 {limit}건조차 따라가지 못해 서버에 대해 알 수 있는 것이 없습니다.")
            }
        }
    }

    fn objective_not_met(&self, high: &str) -> String {
        format!("서버는 시험한 어떤 부하에서도, 초당 요청 {high}건에서조차 목표를 지키지 못합니다.")
    }

    fn objective(&self, share: &str, latency: &str, errors: &str) -> String {
        format!("목표: 시도의 {share}가 {latency} 안에 응답을 받고, 실패는 {errors} 이하.")
    }

    fn other_scenario(&self, scenario: &str, theirs: &str, ours: &str) -> String {
        format!(
            "서버를 잴 때의 시나리오는 ‘{scenario}’({theirs}…)로, 이 실행의 시나리오({ours}…)와 다릅니다. 시드나 반복 횟수처럼 서버가 보지 못하는 \
             것만 다를 때에만 견주십시오."
        )
    }

    fn scalability_caption(&self, r_squared: &str, peak: Option<&[String; 2]>) -> String {
        let peak = match peak {
            Some([at, rate]) => {
                format!(" 법칙에 따르면 처리 중인 요청이 {at}개를 넘으면 응답은 최고점인 초당 {rate}건보다 줄어듭니다.")
            }
            None => " 법칙에 따르면 처리 중인 요청이 늘어도 응답은 줄지 않습니다.".to_owned(),
        };
        format!("점 하나가 탐색의 측정 구간 하나입니다. 법칙은 그 분산을 R 제곱 = {r_squared}만큼 설명합니다.{peak}")
    }

    fn no_scalability_law(&self, reason: &str) -> String {
        format!("점 하나가 탐색의 측정 구간 하나입니다. 부하 생성기가 법칙을 찾지 못했습니다: {reason}.")
    }

    fn peak(&self, rate: &str, in_flight: &str) -> String {
        format!("처리 중 {in_flight}개일 때 초당 {rate}건")
    }

    fn digests(&self, count: usize) -> String {
        format!("반복 {count}개의 이벤트 다이제스트")
    }

    fn longer_than(&self, length: &str) -> String {
        format!("{length}보다 오래")
    }

    fn fitted_to(&self, what: &str) -> String {
        format!("맞춘 대상: {what}")
    }

    fn at_least(&self, value: &str) -> String {
        format!("{value} 이상")
    }

    fn at_most(&self, value: &str) -> String {
        format!("{value} 이하")
    }

    fn axis_ends(&self, length: &str) -> String {
        format!("{length}마다 끝난 경우")
    }

    fn runs(&self, count: usize) -> String {
        format!("실행 {count}개")
    }

    fn in_no_replication(&self) -> String {
        "어느 반복에서도 일어나지 않음".to_owned()
    }

    fn in_replications(&self, happened: u32, all: u32) -> String {
        format!("반복 {all}번 가운데 {happened}번")
    }

    fn arm_not_run(&self, arm: &str) -> String {
        format!("조건 `{arm}` 실행하지 않음")
    }

    fn too_wide(&self, replications: u32, metric: &str, precision: &str) -> String {
        format!(
            "{replications}번 반복해도 `{metric}`의 신뢰구간이 ±{precision}보다 넓습니다. 더 좁히려면 `run.replications.max`(또는 \
             `--replications`)를 늘리십시오"
        )
    }

    fn no_value(&self, metric: &str) -> String {
        format!(
            "반복 횟수를 정할 `{metric}` 값이 어느 반복에도 없습니다. `run.replications.metric`으로 다른 값을 고르십시오"
        )
    }

    fn correlated(&self, metrics: &str) -> String {
        format!(
            "이 길이의 실행 한 번으로는 {metrics}의 신뢰구간을 구할 수 없습니다. 구간들이 서로 상관되어 있으니 더 길게 실행하거나\
             (`calendar.end`) `--replications`로 반복하십시오"
        )
    }

    fn scattered(&self, least: &str, most: &str) -> String {
        format!("반복마다 {least}에서 {most}인시까지 크게 달라, 평균이 나타내는 반복은 드뭅니다. 비율을 보십시오")
    }

    fn alt_stranded(&self, peak: Option<(String, String)>) -> String {
        match peak {
            None => "하루 동안 발이 묶인 사람: 어느 때에도 없습니다.".to_owned(),
            Some((people, clock)) => {
                format!(
                    "하루 동안 발이 묶인 사람을 하려던 일별로 쌓은 그림입니다. 가장 많은 때는 {clock} 무렵 {people}명입니다."
                )
            }
        }
    }

    fn alt_lengths(&self, shares: &[(String, String)]) -> String {
        let shares: Vec<String> = shares.iter().map(|(length, share)| format!("{length} 뒤 {share}")).collect();
        format!("아직 묶여 있는 사람의 비율이 로그 시간축을 따라 줄어드는 그림입니다: {}.", shares.join(", "))
    }

    fn alt_load(&self, peak: Option<[String; 3]>) -> String {
        match peak {
            None => "하루 동안 서비스에 걸린 부하: 요청이 없습니다.".to_owned(),
            Some([attempts, first, in_time]) => format!(
                "하루 동안 서비스에 걸린 부하입니다. 가장 많을 때 초당 {attempts}번 시도하며, 그 가운데 첫 시도는 {first}번, 제때 응답은 \
                 {in_time}번입니다."
            ),
        }
    }

    fn alt_relief(&self, most: Option<(String, String)>) -> String {
        match most {
            None => "무엇이 끝냈나: 묶인 경우가 없습니다.".to_owned(),
            Some((channel, share)) => {
                format!("무엇이 끝냈는지를 비율로 나타낸 그림입니다. 가장 큰 것은 {channel}({share})입니다.")
            }
        }
    }

    fn alt_relief_day(&self, most: Option<(String, String)>) -> String {
        match most {
            None => "시간대별로 무엇이 끝냈나: 끝난 경우가 없습니다.".to_owned(),
            Some((channel, ends)) => {
                format!("시간대별로 무엇이 끝냈는지를 쌓은 막대 그림입니다. 가장 많은 것은 {channel}, {ends}건입니다.")
            }
        }
    }

    fn alt_capacity(&self, windows: usize, most: Option<[String; 2]>, peak: Option<String>) -> String {
        let most = most.map_or_else(String::new, |[rate, in_flight]| {
            format!(" 가장 많은 것은 처리 중 {in_flight}개일 때 초당 {rate}건입니다.")
        });
        let peak = peak.map_or_else(String::new, |at| format!(" 법칙의 최고점은 처리 중 {at}개입니다."));
        format!(
            "측정 구간 {windows}개에서 처리 중인 요청에 따른 초당 제때 응답을 로그 축에 그린 그림입니다.{most}{peak}"
        )
    }

    fn alt_arms(&self, count: usize, best: Option<(String, String)>) -> String {
        match best {
            None => "조건들과 기준의 차이: 기준만 있습니다.".to_owned(),
            Some((title, hours)) => {
                format!(
                    "조건 {count}개와 기준의 인시 차이를 순위대로 그린 그림입니다. 첫째는 ‘{title}’, {hours}입니다."
                )
            }
        }
    }

    fn alt_factors(&self, titles: &[&str]) -> String {
        format!(
            "실제 하루와 급증 요인 하나가 없는 하루에 발이 묶인 사람을 나란히 그린 그림입니다: {}.",
            titles.join("; ")
        )
    }
}

//! Texts without values.

/// Declares [`Labels`]: texts, and lists of texts.
macro_rules! labels {
    (texts: $($text:ident),+ $(,)?; lists: $($list:ident: $count:literal),+ $(,)?) => {
        /// Every text without values, in one language.
        #[derive(Debug)]
        pub(crate) struct Labels {
            $(pub(crate) $text: &'static str,)+
            $(pub(crate) $list: [&'static str; $count],)+
        }

        impl Labels {
            /// All of them, in the same order in every language.
            #[cfg(test)]
            pub(crate) fn all(&self) -> Vec<&'static str> {
                let mut all = vec![$(self.$text),+];
                $(all.extend(self.$list);)+
                all
            }
        }
    };
}

labels! {
    texts:
    // The page.
    post_mortem, draft, contents, fill_in, warning, show_table, show_all, table, chart_help, compare_with, no_comparison, made_by, unit_minutes, unit_hours,
    // Sections.
    summary, impact, timeline, why_started, why_lasted, ways_out, prevention, lags, error_budget, trust, people_part, assumptions,
    reproduction,
    // Blanks for people.
    authors, authors_hint, went_well, went_well_hint, went_badly, went_badly_hint, lucky, lucky_hint, action_items, action_items_hint,
    action, owner, due, root_decisions, root_decisions_hint,
    // Headline numbers.
    people_stranded, person_hours, median_time, app_was_down, calls_answered, attempts_per_intent, answers_in_time, goodput_share,
    in_system, wait_in_line,
    // Columns.
    what, mean, interval, people, share_of_people, place, all_places, all_needs, rank, arm, median, difference, change, money_saved, cost,
    time, reported, simulated, source, time_of_day, lag, from_to, verdict, expected, confidence, count, parameter, low_to_high,
    at_low, at_high, value, objective, budget, burnt, months, range_of_replications, digest, replication, seed, events, target,
    fate,
    // Charts: titles.
    chart_stranded, chart_lengths, chart_load, chart_relief_day, chart_relief, chart_arms, chart_factors, chart_capacity,
    // Charts: axes and legends.
    axis_people_stranded, axis_time_of_day, axis_still_stranded, axis_length, axis_attempts, axis_waiting, axis_arm_difference, fan,
    all_stranded, offered_load, first_attempts, capacity, goodput, wasted_work, queue, as_it_was, without_it, only_the_baseline,
    // Marked moments.
    mark_down, mark_notice, mark_back, mark_down_again, mark_median, mark_p90,
    // The capacity of a real server.
    capacity_measured, objective_held, objective_failed, scalability_law, largest_rate_held, mark_peak, axis_answers, axis_in_flight,
    axis_in_flight_short, unit_in_flight, measured_per_second, law_per_second, residual, gamma, sigma, kappa, r_squared, peak_by_law,
    machine, driver_version, scenario_of_server, capacity_unclear, capacity_interrupted, noisy_neighbour, scalability_note,
    // Sub-headings.
    by_need, by_place, distribution, money, targets, sensitivity, sources, load_by_hour,
    // Rows.
    baseline_title, p90, p99, longest, locksmiths_paid, compensation, lost_revenue, churned, overbilled, lost_bookings,
    failed_starts, claims_filed, claims_closed, claims_closure, false_unlocks, permission_failures, total_money,
    event_down, event_load_peak, event_notice, event_people_peak, event_back, event_down_again,
    lag_detection, lag_notice, lag_advice, lag_first_action, lag_locksmith, lag_locksmith_arrives, lag_recovery, lag_claim,
    clock_start, clock_episode, clock_complaint, clock_hired, clock_claim,
    program_version, commit, scenario_hash, calibration, replications, speed, unknown,
    // Fixed sentences.
    nothing_measured, no_arm, never_down, money_note, places_note, lags_note, budget_note, sources_note, targets_note, arms_note, cost_note, payback_note, may_save_nothing,
    sensitivity_note, no_events, load_caption, factors_caption, reproduction_note, parameters_note, nobody_at_all, loop_intro, one_replication,
    services_intro,
    // Index.
    index_title, index_intro, compare, run, no_runs, first_run, second_run, sweeps, sweeps_note, points, best;
    lists:
    classes: 3, channels: 8, arm_kinds: 5, verdicts: 3, target_kinds: 2, confidences: 5, weekdays: 7, fates: 4, loop_steps: 5, companions: 7,
}

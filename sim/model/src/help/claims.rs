//! Compensation by message: a line of claims, worked on in office hours.

use crate::event::Event;
use crate::purpose::Purpose;
use crate::world::{Agenda, World};
use std::collections::VecDeque;
use stranded_engine::{Span, Time};

/// One claim.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    pub(crate) episode: u32,
    pub(crate) filed: Option<Time>,
    pub(crate) closed: Option<Time>,
}

/// All claims, the line, and the clerks.
#[derive(Clone, Debug)]
pub(crate) struct Claims {
    pub(crate) all: Vec<Claim>,
    line: VecDeque<u32>,
    free_clerks: u32,
}

impl Claims {
    pub(crate) fn new(clerks: u32) -> Self {
        Self { all: Vec::new(), line: VecDeque::new(), free_clerks: clerks }
    }
}

impl World {
    pub(crate) fn plan_claim(&mut self, episode: u32, delay: Span, scheduler: &mut Agenda<'_>) {
        let claim = self.claims.all.len() as u32;
        self.claims.all.push(Claim { episode, filed: None, closed: None });
        scheduler.after(delay, Event::ClaimFiled { claim });
    }

    pub(crate) fn on_claim_filed(&mut self, claim: u32, now: Time, scheduler: &mut Agenda<'_>) {
        self.claims.all[claim as usize].filed = Some(now);
        self.claims.line.push_back(claim);
        self.work_on_claims(now, scheduler);
    }

    pub(crate) fn on_claims_open(&mut self, now: Time, scheduler: &mut Agenda<'_>) {
        scheduler.after(Span::from_nanoseconds(86_400_000_000_000), Event::ClaimsOpen);
        self.work_on_claims(now, scheduler);
    }

    /// A claim that is begun in office hours is finished.
    fn work_on_claims(&mut self, now: Time, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let section = &settings.support.claims;
        if !settings.almanac.is_between(now, section.from, section.until) {
            return;
        }
        while self.claims.free_clerks > 0
            && let Some(claim) = self.claims.line.pop_front()
        {
            self.claims.free_clerks -= 1;
            let episode = self.claims.all[claim as usize].episode;
            let index = self.episodes.all[episode as usize].person;
            let handling = self.people[index as usize]
                .draw(self.luck, Purpose::After, |stream| settings.claim_handling.span(stream));
            scheduler.after(handling, Event::ClaimClosed { claim });
        }
    }

    pub(crate) fn on_claim_closed(&mut self, claim: u32, now: Time, scheduler: &mut Agenda<'_>) {
        self.claims.all[claim as usize].closed = Some(now);
        self.claims.free_clerks += 1;
        self.work_on_claims(now, scheduler);
    }
}

//! Notices and guides: broadcasts with a reach curve.

use crate::event::Event;
use crate::outcome::Class;
use crate::purpose::Purpose;
use crate::world::{Agenda, World};
use stranded_engine::{Span, Stream, Time};

/// What has been published.
#[derive(Clone, Debug)]
pub(crate) struct Notices {
    luck: Stream,
    /// First notice of the present outage.
    pub(crate) notice: Option<Time>,
    /// How to lock and return by hand; stays on the page once it is there.
    locking_guide: bool,
    /// "Leave the car or hire an opener"; likewise.
    opening_guide: bool,
}

impl Notices {
    pub(crate) fn new(luck: Stream) -> Self {
        Self { luck, notice: None, locking_guide: false, opening_guide: false }
    }
}

impl World {
    /// The service has gone down: the operator's clock starts.
    pub(crate) fn plan_broadcasts(&mut self, outage: u32, down: Time, now: Time, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let support = &settings.support;
        self.notices.notice = None;
        // Drawn whether it is used or not, so that arms share the delay.
        let delay = settings.notice_delay.span(&mut self.notices.luck);
        if support.notice.enabled {
            scheduler.at((down + delay).max(now), Event::NoticePublished { outage });
        }
        let at = |after: stranded_scenario::Duration| (down + Span::from_nanoseconds(after.as_nanoseconds())).max(now);
        if support.guide.enabled && !self.notices.opening_guide {
            scheduler.at(at(support.guide.opening_after_outage), Event::OpeningGuidePublished);
        }
        if support.form.enabled && !self.complaints.form_open {
            scheduler.at(at(support.form.opens_after), Event::FormOpens);
        }
        scheduler.at(at(support.staff.starts_after), Event::StaffStart);
    }

    pub(crate) fn on_notice_published(&mut self, outage: u32, now: Time, scheduler: &mut Agenda<'_>) {
        if !self.monitor.is_outage(outage) {
            return;
        }
        self.notices.notice = Some(now);
        self.monitor.notice_published(now);
        let guide = &self.settings.support.guide;
        if guide.enabled && !self.notices.locking_guide {
            let after = Span::from_nanoseconds(guide.locking_after_notice.as_nanoseconds());
            scheduler.after(after, Event::LockingGuidePublished);
        }
        for position in 0..self.episodes.open.len() {
            let episode = self.episodes.open[position];
            self.plan_notice(episode, scheduler);
        }
    }

    /// A stranded person who can be reached will see the notice that is out.
    fn plan_notice(&mut self, episode: u32, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let record = &self.episodes.all[episode as usize];
        if record.class == Class::Start || !self.episodes.plights[episode as usize].reachable {
            return;
        }
        let index = record.person;
        let delay = self.people[index as usize]
            .draw(self.luck, Purpose::Notice, |stream| settings.notice_reach_time.span(stream));
        scheduler.after(delay, Event::NoticeSeen { episode });
    }

    fn plan_guide(&mut self, episode: u32, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let index = self.episodes.all[episode as usize].person;
        let delay = self.people[index as usize]
            .draw(self.luck, Purpose::Notice, |stream| settings.guide_reach_time.span(stream));
        scheduler.after(delay, Event::GuideSeen { episode });
    }

    /// What a newly stranded person will find: whatever has been published already, and other users.
    pub(crate) fn look_for_help(&mut self, episode: u32, scheduler: &mut Agenda<'_>) {
        let class = self.episodes.all[episode as usize].class;
        if class == Class::Start {
            return;
        }
        if self.notices.notice.is_some() {
            self.plan_notice(episode, scheduler);
        }
        if self.complaints.form_open {
            self.plan_form(episode, scheduler);
        }
        let reachable = self.episodes.plights[episode as usize].reachable;
        if self.notices.opening_guide || self.notices.locking_guide && class == Class::Return && reachable {
            self.plan_guide(episode, scheduler);
        }
        self.plan_first_contact(episode, scheduler);
    }

    pub(crate) fn on_notice_seen(&mut self, episode: u32, now: Time, scheduler: &mut Agenda<'_>) {
        if !self.episodes.is_open(episode) {
            return;
        }
        let settings = self.settings.clone();
        let record = &mut self.episodes.all[episode as usize];
        record.notice_seen.get_or_insert(now);
        let index = record.person;
        let complains = self.people[index as usize]
            .draw(self.luck, Purpose::Notice, |stream| stream.chance(settings.support.notice.complaint_share.value()));
        if complains {
            self.complain(episode, now, scheduler);
        }
    }

    pub(crate) fn on_locking_guide_published(&mut self, _now: Time, scheduler: &mut Agenda<'_>) {
        if self.monitor.is_down() && !self.notices.locking_guide {
            self.notices.locking_guide = true;
            for position in 0..self.episodes.open.len() {
                let episode = self.episodes.open[position];
                let concerned = self.episodes.all[episode as usize].class == Class::Return;
                if concerned && self.episodes.plights[episode as usize].reachable {
                    self.plan_guide(episode, scheduler);
                }
            }
        }
    }

    pub(crate) fn on_opening_guide_published(&mut self, _now: Time, scheduler: &mut Agenda<'_>) {
        if self.monitor.is_down() && !self.notices.opening_guide {
            self.notices.opening_guide = true;
            for position in 0..self.episodes.open.len() {
                let episode = self.episodes.open[position];
                if self.episodes.all[episode as usize].class != Class::Start {
                    self.plan_guide(episode, scheduler);
                }
            }
        }
    }

    pub(crate) fn on_guide_seen(&mut self, episode: u32, now: Time, scheduler: &mut Agenda<'_>) {
        if self.episodes.is_open(episode) {
            self.episodes.plights[episode as usize].guided = true;
            self.use_knowledge(episode, now, scheduler);
        }
    }
}

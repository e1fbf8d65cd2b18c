//! The controller.

use crate::clock::Clock;
use crate::{Action, Bolt, DoorConfig, Input, Milliseconds, Verifier};
use stranded_wire::{CarId, CarSeconds, Challenge, Command, Refusal, Response, Rights, Role, VendorUpdate};

/// One car's door controller. Small and `Copy`: a simulated fleet is an array of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Door {
    car: CarId,
    boot_epoch: u32,
    epoch_min: u32,
    /// The last counter accepted since the start.
    counter: u32,
    nonce: u64,
    challenged_at: Milliseconds,
    clock: Clock,
    guessed_at: Milliseconds,
    guesses: u8,
    bolt: Bolt,
    // Flags instead of options around the fields above: an option of a whole word doubles it.
    challenge_open: bool,
    clock_set: bool,
}

impl Door {
    /// A locked door that has just started and does not know the time: it accepts no key before its first
    /// [`Input::VendorUpdate`].
    ///
    /// `boot_epoch` must be new at every start; `epoch_min` is the highest revocation epoch heard of before, 0 at
    /// first.
    pub const fn new(car: CarId, boot_epoch: u32, epoch_min: u32) -> Self {
        Self {
            car,
            boot_epoch,
            epoch_min,
            counter: 0,
            nonce: 0,
            challenged_at: Milliseconds(0),
            clock: Clock::new(),
            guessed_at: Milliseconds(0),
            guesses: 0,
            bolt: Bolt::Locked,
            challenge_open: false,
            clock_set: false,
        }
    }

    /// The car it belongs to.
    pub const fn car(&self) -> CarId {
        self.car
    }

    /// Where the bolt was last sent.
    pub const fn bolt(&self) -> Bolt {
        self.bolt
    }

    /// Keys of a lower epoch are revoked. Keep it over a restart.
    pub const fn epoch_min(&self) -> u32 {
        self.epoch_min
    }

    /// Which start of the controller this is.
    pub const fn boot_epoch(&self) -> u32 {
        self.boot_epoch
    }

    /// The likeliest date; none before the first update.
    pub const fn time(&self, now: Milliseconds) -> Option<CarSeconds> {
        if self.clock_set { Some(self.clock.likely(now)) } else { None }
    }

    /// Takes one input at `now` and says what to do. Never panics, whatever comes in.
    pub fn step<Signature, PhoneKey, V: Verifier<Signature, PhoneKey>>(
        &mut self,
        config: &DoorConfig,
        now: Milliseconds,
        input: &Input<Signature, PhoneKey>,
        verifier: &V,
    ) -> Action {
        match input {
            Input::ChallengeRequest { nonce } => Action::SendChallenge(self.challenge(now, *nonce)),
            Input::Response { response, server_confirmed } => {
                self.respond(config, now, response, *server_confirmed, verifier)
            }
            Input::PhoneLeft => self.phone_left(config),
            Input::VendorUpdate { update, signature } => match self.update(config, now, update, signature, verifier) {
                Ok(()) => Action::Nothing,
                Err(refusal) => Action::Refuse(refusal),
            },
        }
    }

    fn challenge(&mut self, now: Milliseconds, nonce: u64) -> Challenge {
        self.nonce = nonce;
        self.challenged_at = now;
        self.challenge_open = true;
        self.open_challenge()
    }

    const fn open_challenge(&self) -> Challenge {
        Challenge { nonce: self.nonce, boot_epoch: self.boot_epoch, counter: self.counter }
    }

    /// Closes the open challenge, which may be answered once, well or badly; false if there is none or it is too old.
    fn use_up_challenge(&mut self, config: &DoorConfig, now: Milliseconds) -> bool {
        let open = self.challenge_open;
        self.challenge_open = false;
        open && now.since(self.challenged_at).0 <= u64::from(config.challenge_lifetime_milliseconds)
    }

    fn respond<Signature, PhoneKey, V: Verifier<Signature, PhoneKey>>(
        &mut self,
        config: &DoorConfig,
        now: Milliseconds,
        response: &Response<Signature, PhoneKey>,
        server_confirmed: bool,
        verifier: &V,
    ) -> Action {
        let locked_out = self.is_locked_out(config, now);
        let service = response.token.role == Role::Service;
        if locked_out && !service {
            return Action::Refuse(Refusal::LockedOut);
        }
        match self.check(config, now, response, server_confirmed, verifier) {
            Ok(()) => {
                self.counter = response.proof.counter;
                self.guesses = 0;
                self.carry_out(response.proof.command)
            }
            // Whoever guesses at a locked-out door learns nothing, and does not prolong it for the others.
            Err(_) if locked_out => Action::Refuse(Refusal::LockedOut),
            Err(refusal) => {
                self.count_guess(config, now, refusal);
                Action::Refuse(refusal)
            }
        }
    }

    /// The whole decision. Cheap checks come before signatures, so that junk does not cost the battery two curve
    /// operations; proof of identity comes before what only the key's holder should learn about the key.
    fn check<Signature, PhoneKey, V: Verifier<Signature, PhoneKey>>(
        &mut self,
        config: &DoorConfig,
        now: Milliseconds,
        response: &Response<Signature, PhoneKey>,
        server_confirmed: bool,
        verifier: &V,
    ) -> Result<(), Refusal> {
        let Response { token, issued_by, proof, signed_by } = response;
        if proof.challenge != self.open_challenge() || !self.use_up_challenge(config, now) {
            return Err(Refusal::Replayed);
        }
        if token.car != self.car {
            return Err(Refusal::WrongCar);
        }
        if !verifier.issued_by_vendor(token, issued_by) {
            return Err(Refusal::Forged);
        }
        if !verifier.signed_by_phone(&token.phone_key, proof, signed_by) {
            return Err(Refusal::WrongPhone);
        }
        if Some(proof.counter) != self.counter.checked_add(1) {
            return Err(Refusal::CounterReuse);
        }
        if token.epoch < self.epoch_min {
            return Err(Refusal::Revoked);
        }
        if !self.clock_set {
            return Err(Refusal::ClockUnsure);
        }
        self.clock.span(config, now).check(config, token.not_before, token.expires)?;
        let wanted = proof.command.right();
        let allowed = match token.role {
            // A renter's key that claims a right of staff was issued by mistake.
            Role::Guest => !wanted.contains(Rights::SERVICE),
            Role::Service => token.rights.contains(Rights::SERVICE),
        };
        if !allowed || !token.rights.contains(wanted) {
            return Err(Refusal::WrongRights);
        }
        if !config.offline_keys && !server_confirmed {
            return Err(Refusal::Unconfirmed);
        }
        Ok(())
    }

    fn carry_out(&mut self, command: Command) -> Action {
        match command {
            Command::Unlock => self.move_bolt(Bolt::Unlocked),
            Command::Lock => self.move_bolt(Bolt::Locked),
            Command::Start => Action::EnableStart,
            Command::ReadLog => Action::SendLog,
        }
    }

    fn move_bolt(&mut self, bolt: Bolt) -> Action {
        self.bolt = bolt;
        Action::MoveBolt(bolt)
    }

    fn phone_left(&mut self, config: &DoorConfig) -> Action {
        self.challenge_open = false;
        if config.walk_away_lock && self.bolt == Bolt::Unlocked {
            return self.move_bolt(Bolt::Locked);
        }
        Action::Nothing
    }

    fn update<Signature, PhoneKey, V: Verifier<Signature, PhoneKey>>(
        &mut self,
        config: &DoorConfig,
        now: Milliseconds,
        update: &VendorUpdate,
        signature: &Signature,
        verifier: &V,
    ) -> Result<(), Refusal> {
        if update.car != self.car {
            return Err(Refusal::WrongCar);
        }
        if update.boot_epoch != self.boot_epoch {
            return Err(Refusal::Replayed);
        }
        let asked = update.nonce == self.nonce && self.challenge_open && self.use_up_challenge(config, now);
        if !asked && !config.accept_unasked_updates {
            return Err(Refusal::Replayed);
        }
        if !verifier.updated_by_vendor(update, signature) {
            return Err(Refusal::Forged);
        }
        // Held back or played again, an update must not turn the clock back and bring expired keys to life.
        if self.clock_set && update.time < self.clock.span(config, now).earliest {
            return Err(Refusal::Replayed);
        }
        self.clock.set(now, update.time);
        self.clock_set = true;
        self.epoch_min = self.epoch_min.max(update.epoch_min);
        Ok(())
    }

    fn is_locked_out(&self, config: &DoorConfig, now: Milliseconds) -> bool {
        config.guesses_max > 0 && self.guesses >= config.guesses_max && self.remembers_guesses(config, now)
    }

    fn remembers_guesses(&self, config: &DoorConfig, now: Milliseconds) -> bool {
        now.since(self.guessed_at).0 < u64::from(config.lock_out_milliseconds)
    }

    fn count_guess(&mut self, config: &DoorConfig, now: Milliseconds, refusal: Refusal) {
        let is_guess =
            matches!(refusal, Refusal::Forged | Refusal::WrongPhone | Refusal::Replayed | Refusal::CounterReuse);
        if !is_guess {
            return;
        }
        if !self.remembers_guesses(config, now) {
            self.guesses = 0;
        }
        self.guesses = self.guesses.saturating_add(1);
        self.guessed_at = now;
    }
}

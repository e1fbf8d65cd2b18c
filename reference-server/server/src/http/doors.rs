//! Keys and doors of a reservation.

use super::extract::{Again, AttemptOf, JsonInput, Nothing, PathOf, Token};
use super::keys::{KeyClaims, SignedKey};
use super::problem::{Kind, Problem, ProblemBody};
use super::state::{KeySource, Operator, now};
use super::through::{Through, hang};
use crate::key::{self, Presented};
use crate::service::{Answer, Attempt, Endpoint, Onward, Work};
use crate::store::{Caller, Carried, Challenge, DoorCommand, IssuedKey, KeyUse, Receipt};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use stranded_wire::{KeyToken, PublicKey, Signed};
use utoipa::ToSchema;

/// Numbers that JSON's readers keep exact.
const EXACT_BITS: u32 = 53;

/// Who the key is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyInput {
    /// The phone's Ed25519 public key: 32 bytes in base64url without padding.
    #[schema(min_length = 43, max_length = 43, pattern = "^[A-Za-z0-9_-]{43}$")]
    pub phone_key: String,
}

/// A key and the phone's proof that goes with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DoorInput {
    /// The key as it was issued.
    #[schema(min_length = 1, max_length = 299, pattern = "^[A-Za-z0-9_-]+$")]
    pub key: String,
    /// The phone's proof in base64url without padding: `COSE_Sign1` over the challenge, the command and a counter above the last
    /// accepted one.
    #[schema(min_length = 1, max_length = 150, pattern = "^[A-Za-z0-9_-]+$")]
    pub proof: String,
}

/// Fetch the key of a reservation.
#[utoipa::path(
    post, path = "/v1/reservations/{id}/key", operation_id = "fetch_key", tag = "doors",
    params(
        ("id" = u32, Path, description = "Number of the reservation"),
        ("Idempotency-Key" = Option<String>, Header, description = "Tells a retry from a new request", min_length = 1, max_length = 128),
    ),
    request_body = KeyInput, security(("session" = [])),
    responses(
        (status = CREATED, body = IssuedKey),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "The request is wrong"),
        (status = "5XX", body = ProblemBody, content_type = "application/problem+json", description = "Refused, or a service failed"),
    )
)]
pub(crate) async fn fetch_key(
    State(state): State<Operator>,
    PathOf(id): PathOf<u32>,
    Token(token): Token,
    AttemptOf(attempt): AttemptOf,
    again: Again<JsonInput<KeyInput>>,
) -> Result<Response, Problem> {
    let JsonInput(input) = again.input;
    key::phone_key(&input.phone_key)?;
    let caller = Caller { token, now: now(), idempotency: again.idempotency };
    let onward = Onward {
        path: "/v1/keys",
        // No cache has a key that was never signed.
        is_needed: |_| true,
        body: |claims: &KeyClaims| Bytes::from(serde_json::to_vec(claims).unwrap_or_default()),
    };
    let work: Work<_, Problem> = {
        let (store, caller) = (state.0.store.clone(), caller.clone());
        Box::pin(async move {
            let reservation = store.reservation(Caller { idempotency: None, ..caller }, id).await?;
            Ok(KeyClaims {
                key_id: random()?,
                car: reservation.car,
                reservation: id,
                phone_key: input.phone_key,
                // A reservation ahead has a key ahead; one that has begun is good at once.
                not_before: reservation.from.max(0),
                expires: reservation.until.max(0),
            })
        })
    };
    let through = match state.0.core.through(&attempt, Endpoint::FetchKey, onward, work).await {
        Ok(through) => through,
        Err(problem) => return Err(hang(&attempt, problem).await),
    };
    let signed = state.signed(&through.value, through.answer.as_ref())?;
    state.trust_issuer_of(&signed).await?;
    let issued = IssuedKey {
        key_id: through.value.key_id,
        key: signed.key,
        not_before: through.value.not_before,
        expires: through.value.expires,
        challenge: Challenge { nonce: random()?, boot_epoch: 0, counter: 0 },
    };
    let issued =
        state.0.store.keep_key(caller, id, issued).await.map_err(|error| Problem::from(error).timed(through.timing))?;
    Ok(through.with(issued).respond(StatusCode::CREATED))
}

/// Open the door.
#[utoipa::path(
    post, path = "/v1/reservations/{id}/unlock", operation_id = "unlock", tag = "doors",
    params(
        ("id" = u32, Path, description = "Number of the reservation"),
        ("Idempotency-Key" = Option<String>, Header, description = "Tells a retry from a new request", min_length = 1, max_length = 128),
    ),
    request_body = DoorInput, security(("session" = [])),
    responses(
        (status = OK, body = Carried),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "The request is wrong, or the key is not good"),
        (status = "5XX", body = ProblemBody, content_type = "application/problem+json", description = "Refused, or a service failed"),
    )
)]
pub(crate) async fn unlock(
    State(state): State<Operator>,
    PathOf(id): PathOf<u32>,
    Token(token): Token,
    AttemptOf(attempt): AttemptOf,
    again: Again<JsonInput<DoorInput>>,
) -> Result<Response, Problem> {
    let caller = Caller { token, now: now(), idempotency: again.idempotency };
    command(&state, id, caller, &attempt, &again.input.0, DoorCommand::Unlock).await
}

/// Lock the door.
#[utoipa::path(
    post, path = "/v1/reservations/{id}/lock", operation_id = "lock", tag = "doors",
    params(
        ("id" = u32, Path, description = "Number of the reservation"),
        ("Idempotency-Key" = Option<String>, Header, description = "Tells a retry from a new request", min_length = 1, max_length = 128),
    ),
    request_body = DoorInput, security(("session" = [])),
    responses(
        (status = OK, body = Carried),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "The request is wrong, or the key is not good"),
        (status = "5XX", body = ProblemBody, content_type = "application/problem+json", description = "Refused, or a service failed"),
    )
)]
pub(crate) async fn lock(
    State(state): State<Operator>,
    PathOf(id): PathOf<u32>,
    Token(token): Token,
    AttemptOf(attempt): AttemptOf,
    again: Again<JsonInput<DoorInput>>,
) -> Result<Response, Problem> {
    let caller = Caller { token, now: now(), idempotency: again.idempotency };
    command(&state, id, caller, &attempt, &again.input.0, DoorCommand::Lock).await
}

/// End the rental: the car is free again, and the bill is made.
#[utoipa::path(
    post, path = "/v1/reservations/{id}/return", operation_id = "return_car", tag = "doors",
    params(
        ("id" = u32, Path, description = "Number of the reservation"),
        ("Idempotency-Key" = Option<String>, Header, description = "Tells a retry from a new request", min_length = 1, max_length = 128),
    ),
    security(("session" = [])),
    responses(
        (status = OK, body = Receipt),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "The request is wrong, or the car is not out"),
        (status = "5XX", body = ProblemBody, content_type = "application/problem+json", description = "Refused, or a service failed"),
    )
)]
pub(crate) async fn return_car(
    State(state): State<Operator>,
    PathOf(id): PathOf<u32>,
    Token(token): Token,
    AttemptOf(attempt): AttemptOf,
    again: Again<Nothing>,
) -> Result<Response, Problem> {
    let caller = Caller { token, now: now(), idempotency: again.idempotency };
    let work: Work<_, Problem> = {
        let (store, caller) = (state.0.store.clone(), Caller { idempotency: None, ..caller.clone() });
        Box::pin(async move { Ok(store.reservation(caller, id).await?) })
    };
    let through = match state.0.core.through(&attempt, Endpoint::ReturnCar, Onward::plain(), work).await {
        Ok(through) => through,
        Err(problem) => return Err(hang(&attempt, problem).await),
    };
    // Written when the vendor has agreed.
    let receipt = state.0.store.return_car(caller, id, state.0.slot_price).await;
    finish(through, receipt)
}

async fn command(
    state: &Operator,
    id: u32,
    caller: Caller,
    attempt: &Attempt,
    input: &DoorInput,
    command: DoorCommand,
) -> Result<Response, Problem> {
    let presented = Presented::new(&input.key, &input.proof, command)?;
    let endpoint = match command {
        DoorCommand::Unlock => Endpoint::Unlock,
        DoorCommand::Lock => Endpoint::Lock,
    };
    let work: Work<KeyUse, Problem> = {
        let (state, caller) = (state.clone(), Caller { idempotency: None, ..caller.clone() });
        Box::pin(async move {
            let now = caller.now;
            state.0.store.reservation(caller, id).await?;
            state.trust_issuers_at_first().await;
            presented.verify(&state.0.issuers, id, now)
        })
    };
    let through = match state.0.core.through(attempt, endpoint, Onward::plain(), work).await {
        Ok(through) => through,
        Err(problem) => return Err(hang(attempt, problem).await),
    };
    // Written when the vendor has passed it on to the car; a proof that was used before is found out here, in one transaction.
    let carried = state.0.store.use_key(caller, id, through.value).await;
    finish(through, carried)
}

fn finish<T, U: Serialize>(
    through: Through<T>,
    result: Result<U, crate::store::StoreError>,
) -> Result<Response, Problem> {
    match result {
        Ok(value) => Ok(through.with(value).respond(StatusCode::OK)),
        Err(error) => Err(Problem::from(error).timed(through.timing)),
    }
}

impl Operator {
    /// The key that the vendor signed, or that the operator signs itself.
    fn signed(&self, claims: &KeyClaims, answer: Option<&Answer>) -> Result<SignedKey, Problem> {
        match (&self.0.keys, answer) {
            (KeySource::Own(issuer), _) => claims.sign(issuer),
            (KeySource::Vendor(_), Some(answer)) => serde_json::from_slice(&answer.body)
                .map_err(|error| Problem::new(Kind::NextFailed, format!("the vendor's answer holds no key: {error}"))),
            (KeySource::Vendor(_), None) => Err(Problem::new(Kind::NextFailed, "the vendor was not asked")),
        }
    }

    /// Makes sure that a key which was just signed can be verified later.
    async fn trust_issuer_of(&self, signed: &SignedKey) -> Result<(), Problem> {
        let wrong = || Problem::new(Kind::NextFailed, "the vendor's answer holds no signed key");
        let bytes = key::from_text(&signed.key).ok_or_else(wrong)?;
        let issuer = Signed::<KeyToken<PublicKey>>::decode(&bytes).ok().and_then(|key| key.evidence.issuer());
        let issuer = issuer.ok_or_else(wrong)?;
        if self.0.issuers.knows(issuer) {
            return Ok(());
        }
        self.learn_issuers().await?;
        if self.0.issuers.knows(issuer) { Ok(()) } else { Err(wrong()) }
    }
}

/// A random number that JSON's readers keep exact, and not 0.
fn random() -> Result<u64, Problem> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes)
        .map_err(|error| Problem::new(Kind::Internal, format!("the system has no random numbers: {error}")))?;
    Ok((u64::from_le_bytes(bytes) >> (64 - EXACT_BITS)).max(1))
}

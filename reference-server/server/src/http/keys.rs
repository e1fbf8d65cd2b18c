//! The vendor's side of keys: it signs what the operator asks for, and says who it is.

use super::extract::{AttemptOf, CalledFor, JsonInput};
use super::problem::{Kind, Problem, ProblemBody};
use super::state::{KeySource, Operator, Vendor};
use crate::key::{from_text, phone_key, to_text};
use crate::service::{Call, Endpoint, Onward, Work};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use stranded_model::luck::AttemptLuck;
use stranded_wire::issuer::Issuer;
use stranded_wire::{CarId, CarSeconds, IssuerId, KeyToken, PublicKey, Rights, Role};
use utoipa::ToSchema;

/// What a key shall say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyClaims {
    /// Number of the key.
    pub key_id: u64,
    /// The one car it is for.
    pub car: u32,
    /// The reservation it is for.
    pub reservation: u32,
    /// The phone's public key in base64url without padding.
    #[schema(min_length = 43, max_length = 43, pattern = "^[A-Za-z0-9_-]{43}$")]
    pub phone_key: String,
    /// The first second it is valid, since the Unix epoch.
    #[schema(minimum = 0)]
    pub not_before: i64,
    /// The first second it is no longer valid, since the Unix epoch.
    #[schema(minimum = 0)]
    pub expires: i64,
}

impl KeyClaims {
    /// Signs them.
    pub(crate) fn sign(&self, issuer: &Issuer) -> Result<SignedKey, Problem> {
        let key = issuer.issue(&KeyToken {
            key_id: self.key_id,
            car: CarId(self.car),
            reservation: self.reservation,
            rights: Rights::RENTER,
            not_before: CarSeconds(self.not_before.max(0) as u64),
            expires: CarSeconds(self.expires.max(0) as u64),
            phone_key: phone_key(&self.phone_key)?,
            epoch: 1,
            role: Role::Guest,
        });
        Ok(SignedKey { key: to_text(&key) })
    }
}

/// A signed key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignedKey {
    /// A CBOR Web Token in `COSE_Sign1`, in base64url without padding.
    pub key: String,
}

/// One of the vendor's signing keys, its public half.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublicIssuer {
    /// Its number: the header `kid` of what it signs.
    pub id: u32,
    /// The Ed25519 public key in base64url without padding.
    pub public_key: String,
}

/// The vendor's signing keys that are good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Issuers {
    /// The keys.
    pub issuers: Vec<PublicIssuer>,
}

/// Sign a key.
#[utoipa::path(
    post, path = "/v1/keys", operation_id = "sign", tag = "keys", request_body = KeyClaims,
    responses(
        (status = OK, body = SignedKey),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "The request is wrong"),
        (status = "5XX", body = ProblemBody, content_type = "application/problem+json", description = "Refused, or a service failed"),
    )
)]
pub(crate) async fn sign(
    State(state): State<Vendor>,
    AttemptOf(attempt): AttemptOf,
    CalledFor(endpoint): CalledFor,
    JsonInput(claims): JsonInput<KeyClaims>,
) -> Result<Response, Problem> {
    let endpoint = endpoint.unwrap_or(Endpoint::FetchKey);
    let signer = state.clone();
    let work: Work<_, Problem> = Box::pin(async move { claims.sign(&signer.0.issuer) });
    let through = state.0.core.through(&attempt, endpoint, Onward::plain(), work).await?;
    Ok(through.respond(StatusCode::OK))
}

/// Who signs keys.
#[utoipa::path(get, path = "/v1/issuers", operation_id = "issuers", tag = "keys", responses((status = OK, body = Issuers)))]
pub(crate) async fn issuers(State(state): State<Vendor>) -> Json<Issuers> {
    let issuer = &state.0.issuer;
    let it = PublicIssuer { id: issuer.id().0, public_key: to_text(&issuer.public_key().0) };
    Json(Issuers { issuers: vec![it] })
}

impl Operator {
    /// Asks the vendor who signs keys. Only the vendor's own word counts, never that of somebody who brings a key.
    pub(crate) async fn learn_issuers(&self) -> Result<(), Problem> {
        let vendor = match &self.0.keys {
            KeySource::Own(issuer) => return self.0.issuers.trust(issuer.id(), issuer.public_key()),
            KeySource::Vendor(vendor) => vendor,
        };
        let call = Call {
            method: Method::GET,
            path: "/v1/issuers",
            endpoint: Endpoint::FetchKey,
            luck: AttemptLuck { luck: 0, person: 0, drawn: 0 },
            patience: None,
            body: Bytes::new(),
        };
        let answer = vendor.call(call).await.map_err(|error| Problem::next(&error, false))?;
        let wrong = || Problem::new(Kind::NextFailed, "the vendor does not say who signs keys");
        let issuers: Issuers = serde_json::from_slice(&answer.body).map_err(|_| wrong())?;
        for issuer in issuers.issuers {
            let bytes = from_text(&issuer.public_key).and_then(|bytes| bytes.try_into().ok()).ok_or_else(wrong)?;
            self.0.issuers.trust(IssuerId(issuer.id), PublicKey(bytes))?;
        }
        Ok(())
    }

    /// The same once, when nobody is trusted yet: the operator may have started before the vendor. What goes wrong shows when the key
    /// is verified.
    pub(crate) async fn trust_issuers_at_first(&self) {
        if self.0.issuers.is_empty()
            && let Err(problem) = self.learn_issuers().await
        {
            tracing::warn!(?problem, "nobody is trusted to sign keys yet");
        }
    }
}

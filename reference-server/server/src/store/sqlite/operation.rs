//! The operations in SQL. Each runs inside a transaction of the lane that it came through.

use super::lane::database;
use crate::store::rule::{self, KeptKey};
use crate::store::{
    Caller, Carried, Idempotency, IssuedKey, KeyUse, Receipt, Reservation, ReservationState, Slots, StoreError,
    StoreResult, TokenHash, Totals,
};
use rusqlite::{Connection, OptionalExtension as _, Params, Row, ffi, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(super) fn open_session(connection: &Connection, token: &TokenHash, renter: u32, expires: i64) -> StoreResult<()> {
    execute(
        connection,
        "INSERT INTO sessions (token, renter, expires) VALUES (?1, ?2, ?3)",
        params![token, renter, expires],
    )
}

pub(super) fn free_cars(
    connection: &Connection,
    caller: &Caller,
    slots: Slots,
    after: u32,
    limit: u32,
) -> StoreResult<Vec<u32>> {
    session(connection, caller)?;
    let sql = "SELECT id FROM cars WHERE id > ?1 AND NOT EXISTS (
                   SELECT 1 FROM slots WHERE slots.car = cars.id AND slot >= ?2 AND slot < ?3
               ) ORDER BY id LIMIT ?4";
    column(connection, sql, params![after, slots.from, slots.until, limit])
}

pub(super) fn reserve(connection: &Connection, caller: &Caller, car: u32, slots: Slots) -> StoreResult<Reservation> {
    once(connection, caller, |renter| {
        let known = "SELECT id FROM cars WHERE id = ?1";
        if one(connection, known, [car], |row| row.get::<_, u32>(0))?.is_none() {
            return Err(StoreError::UnknownCar(car));
        }
        let sql = "INSERT INTO reservations (renter, car, from_slot, until_slot) VALUES (?1, ?2, ?3, ?4)";
        execute(connection, sql, params![renter, car, slots.from, slots.until])?;
        let id = connection.last_insert_rowid() as u32;
        let mut insert = connection
            .prepare_cached("INSERT INTO slots (car, slot, reservation) VALUES (?1, ?2, ?3)")
            .map_err(|error| database(&error))?;
        for slot in slots.from..slots.until {
            insert.execute(params![car, slot, id]).map_err(|error| {
                if is_taken(&error) {
                    StoreError::Taken { car, from: slots.from_seconds(), until: slots.until_seconds() }
                } else {
                    database(&error)
                }
            })?;
        }
        find(connection, id)
    })
}

pub(super) fn reservation(connection: &Connection, caller: &Caller, id: u32) -> StoreResult<Reservation> {
    let renter = session(connection, caller)?;
    find_own(connection, id, renter)
}

pub(super) fn cancel(connection: &Connection, caller: &Caller, id: u32) -> StoreResult<Reservation> {
    let renter = session(connection, caller)?;
    let reservation = find_own(connection, id, renter)?;
    if !rule::check_cancel(&reservation)? {
        return Ok(reservation);
    }
    set_state(connection, id, ReservationState::Cancelled)?;
    execute(connection, "UPDATE keys SET revoked = 1 WHERE reservation = ?1", [id])?;
    execute(connection, "DELETE FROM slots WHERE car = ?1 AND reservation = ?2", [reservation.car, id])?;
    find(connection, id)
}

pub(super) fn keep_key(connection: &Connection, caller: &Caller, id: u32, key: IssuedKey) -> StoreResult<IssuedKey> {
    once(connection, caller, |renter| {
        rule::check_open(&find_own(connection, id, renter)?)?;
        let sql = "INSERT INTO keys (id, reservation, nonce, counter, issued_at) VALUES (?1, ?2, ?3, ?4, ?5)";
        let nonce = key.challenge.nonce as i64;
        execute(connection, sql, params![key.key_id as i64, id, nonce, key.challenge.counter, caller.now])?;
        Ok(key)
    })
}

pub(super) fn use_key(connection: &Connection, caller: &Caller, id: u32, wanted: KeyUse) -> StoreResult<Carried> {
    once(connection, caller, |renter| {
        let reservation = find_own(connection, id, renter)?;
        let key = wanted.key_id as i64;
        let sql = "SELECT nonce, counter, revoked FROM keys WHERE id = ?1 AND reservation = ?2";
        let kept = one(connection, sql, params![key, id], |row| {
            Ok(KeptKey { nonce: row.get::<_, i64>(0)? as u64, counter: row.get(1)?, is_revoked: row.get(2)? })
        })?
        .ok_or(StoreError::RevokedKey(wanted.key_id))?;
        let state = rule::check_key(&reservation, kept, &wanted)?;
        set_state(connection, id, state)?;
        execute(connection, "UPDATE keys SET counter = ?2 WHERE id = ?1", params![key, wanted.counter])?;
        let sql = "INSERT INTO commands (key, counter, command, at) VALUES (?1, ?2, ?3, ?4)";
        execute(connection, sql, params![key, wanted.counter, wanted.command.code(), caller.now])?;
        Ok(Carried { reservation: id, at: caller.now, counter: wanted.counter })
    })
}

pub(super) fn return_car(connection: &Connection, caller: &Caller, id: u32, slot_price: i64) -> StoreResult<Receipt> {
    once(connection, caller, |renter| {
        let reservation = find_own(connection, id, renter)?;
        rule::check_return(&reservation)?;
        let billed = rule::billed(&reservation, caller.now);
        let slots = billed.until - billed.from;
        let charge_won = slots * slot_price;
        let sql = "UPDATE reservations SET state = ?2, returned_at = ?3, charge_won = ?4 WHERE id = ?1";
        execute(connection, sql, params![id, ReservationState::Returned.code(), caller.now, charge_won])?;
        execute(connection, "UPDATE keys SET revoked = 1 WHERE reservation = ?1", [id])?;
        let sql = "DELETE FROM slots WHERE car = ?1 AND slot >= ?2 AND reservation = ?3";
        execute(connection, sql, params![reservation.car, billed.until, id])?;
        Ok(Receipt { reservation: id, car: reservation.car, returned_at: caller.now, slots, charge_won })
    })
}

pub(super) fn ready(connection: &Connection) -> StoreResult<()> {
    one(connection, "SELECT 1", [], |_| Ok(())).map(|_| ())
}

pub(super) fn totals(connection: &Connection) -> StoreResult<Totals> {
    let sql = "SELECT (SELECT count(*) FROM cars), (SELECT count(*) FROM sessions),
                      (SELECT count(*) FROM reservations), (SELECT count(*) FROM keys),
                      (SELECT count(*) FROM reservations WHERE state = 2)";
    let totals = one(connection, sql, [], |row| {
        let count = |index: usize| row.get::<_, i64>(index).map(|count| count as u64);
        Ok(Totals {
            cars: count(0)?,
            sessions: count(1)?,
            reservations: count(2)?,
            keys: count(3)?,
            returns: count(4)?,
        })
    })?;
    Ok(totals.unwrap_or_default())
}

/// The renter whose session it is.
fn session(connection: &Connection, caller: &Caller) -> StoreResult<u32> {
    let sql = "SELECT renter, expires FROM sessions WHERE token = ?1";
    match one(connection, sql, [caller.token], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))? {
        None => Err(StoreError::UnknownSession),
        Some((_, expires)) if expires <= caller.now => Err(StoreError::ExpiredSession),
        Some((renter, _)) => Ok(renter),
    }
}

/// Does something, or, when it was done before under the same key, answers what was answered then.
fn once<T: Serialize + DeserializeOwned>(
    connection: &Connection,
    caller: &Caller,
    act: impl FnOnce(u32) -> StoreResult<T>,
) -> StoreResult<T> {
    let renter = session(connection, caller)?;
    let Some(idempotency) = &caller.idempotency else { return act(renter) };
    let sql = "SELECT fingerprint, answer FROM answers WHERE renter = ?1 AND idempotency_key = ?2";
    let stored = one(connection, sql, params![renter, idempotency.key], |row| {
        Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, String>(1)?))
    })?;
    if let Some((fingerprint, answer)) = stored {
        return idempotency.replay(&fingerprint, &answer);
    }
    let answer = act(renter)?;
    let sql = "INSERT INTO answers (renter, idempotency_key, fingerprint, answer, at) VALUES (?1, ?2, ?3, ?4, ?5)";
    let stored = Idempotency::stored(&answer)?;
    execute(connection, sql, params![renter, idempotency.key, idempotency.fingerprint, stored, caller.now])?;
    Ok(answer)
}

fn find_own(connection: &Connection, id: u32, renter: u32) -> StoreResult<Reservation> {
    let reservation = find(connection, id)?;
    rule::check_owner(&reservation, renter)?;
    Ok(reservation)
}

fn find(connection: &Connection, id: u32) -> StoreResult<Reservation> {
    let sql = "SELECT renter, car, from_slot, until_slot, state, charge_won FROM reservations WHERE id = ?1";
    let mut reservation = one(connection, sql, [id], |row| {
        let slots = Slots { from: row.get(2)?, until: row.get(3)? };
        let state = ReservationState::from_code(row.get(4)?).unwrap_or(ReservationState::Cancelled);
        Ok(Reservation {
            id,
            renter: row.get(0)?,
            car: row.get(1)?,
            from: slots.from_seconds(),
            until: slots.until_seconds(),
            state,
            keys: Vec::new(),
            charge_won: row.get(5)?,
        })
    })?
    .ok_or(StoreError::UnknownReservation(id))?;
    let keys: Vec<i64> = column(connection, "SELECT id FROM keys WHERE reservation = ?1 ORDER BY issued_at, id", [id])?;
    reservation.keys = keys.into_iter().map(|key| key as u64).collect();
    Ok(reservation)
}

fn set_state(connection: &Connection, id: u32, state: ReservationState) -> StoreResult<()> {
    execute(connection, "UPDATE reservations SET state = ?2 WHERE id = ?1", params![id, state.code()])
}

fn execute(connection: &Connection, sql: &str, parameters: impl Params) -> StoreResult<()> {
    let run = |mut statement: rusqlite::CachedStatement<'_>| statement.execute(parameters);
    connection.prepare_cached(sql).and_then(run).map(|_| ()).map_err(|error| database(&error))
}

fn one<T>(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
    read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> StoreResult<Option<T>> {
    let run = |mut statement: rusqlite::CachedStatement<'_>| statement.query_row(parameters, read).optional();
    connection.prepare_cached(sql).and_then(run).map_err(|error| database(&error))
}

fn column<T: rusqlite::types::FromSql>(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
) -> StoreResult<Vec<T>> {
    let run = |mut statement: rusqlite::CachedStatement<'_>| {
        statement.query_map(parameters, |row| row.get(0))?.collect::<rusqlite::Result<Vec<T>>>()
    };
    connection.prepare_cached(sql).and_then(run).map_err(|error| database(&error))
}

fn is_taken(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error().map(|error| error.extended_code);
    matches!(code, Some(ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_UNIQUE))
}

CREATE TABLE IF NOT EXISTS cars (
    id INTEGER PRIMARY KEY
) STRICT;
CREATE TABLE IF NOT EXISTS sessions (
    token BLOB PRIMARY KEY,
    renter INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reservations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    renter INTEGER NOT NULL,
    car INTEGER NOT NULL REFERENCES cars (id),
    from_slot INTEGER NOT NULL,
    until_slot INTEGER NOT NULL CHECK (until_slot > from_slot),
    state INTEGER NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 3),
    returned_at INTEGER,
    charge_won INTEGER
) STRICT;
-- A row for each slot that a car is booked in: its key is what makes a double booking impossible.
CREATE TABLE IF NOT EXISTS slots (
    car INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    reservation INTEGER NOT NULL REFERENCES reservations (id),
    PRIMARY KEY (car, slot)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS keys (
    id INTEGER PRIMARY KEY,
    reservation INTEGER NOT NULL REFERENCES reservations (id),
    nonce INTEGER NOT NULL,
    counter INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    revoked INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS keys_of_reservations ON keys (reservation);
-- What doors were told, each proof at most once.
CREATE TABLE IF NOT EXISTS commands (
    key INTEGER NOT NULL REFERENCES keys (id),
    counter INTEGER NOT NULL,
    command INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (key, counter)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (
    renter INTEGER NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    answer TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (renter, idempotency_key)
) STRICT, WITHOUT ROWID;

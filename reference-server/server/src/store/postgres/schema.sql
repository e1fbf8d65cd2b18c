CREATE TABLE IF NOT EXISTS cars (
    id BIGINT PRIMARY KEY
);
CREATE TABLE IF NOT EXISTS sessions (
    token BYTEA PRIMARY KEY,
    renter BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS reservations (
    id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    renter BIGINT NOT NULL,
    car BIGINT NOT NULL REFERENCES cars (id),
    from_slot BIGINT NOT NULL,
    until_slot BIGINT NOT NULL CHECK (until_slot > from_slot),
    state INTEGER NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 3),
    returned_at BIGINT,
    charge_won BIGINT
);
-- A row for each slot that a car is booked in: its key is what makes a double booking impossible.
CREATE TABLE IF NOT EXISTS slots (
    car BIGINT NOT NULL,
    slot BIGINT NOT NULL,
    reservation INTEGER NOT NULL REFERENCES reservations (id),
    PRIMARY KEY (car, slot)
);
CREATE TABLE IF NOT EXISTS keys (
    id BIGINT PRIMARY KEY,
    reservation INTEGER NOT NULL REFERENCES reservations (id),
    nonce BIGINT NOT NULL,
    counter BIGINT NOT NULL,
    issued_at BIGINT NOT NULL,
    revoked BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX IF NOT EXISTS keys_of_reservations ON keys (reservation);
-- What doors were told, each proof at most once.
CREATE TABLE IF NOT EXISTS commands (
    key BIGINT NOT NULL REFERENCES keys (id),
    counter BIGINT NOT NULL,
    command INTEGER NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (key, counter)
);
CREATE TABLE IF NOT EXISTS answers (
    renter BIGINT NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint BYTEA NOT NULL,
    answer TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (renter, idempotency_key)
);

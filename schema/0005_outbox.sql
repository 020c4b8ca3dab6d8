-- What leaves the box. A command puts here what somebody elsewhere must be told of it, and a task sends it:
-- no command waits for the world, and nothing that must be told goes with the power.

-- Where messages go: one of each kind.
CREATE TABLE channel (
  kind    TEXT    PRIMARY KEY CHECK (kind IN ('webhook', 'email')),
  -- JSON, without the secret.
  body    TEXT    NOT NULL,
  -- What signs, or the mail account's password. No answer and no journal entry holds it.
  secret  TEXT,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
  id       INTEGER PRIMARY KEY,
  channel  TEXT    NOT NULL CHECK (channel IN ('webhook', 'email')),
  -- JSON: the message.
  body     TEXT    NOT NULL,
  at       INTEGER NOT NULL,
  tries    INTEGER NOT NULL DEFAULT 0,
  -- When it is tried next; nothing once it was taken or given up.
  next_at  INTEGER,
  taken_at INTEGER,
  -- What the last try met: the kind, and what the other side said.
  fault    TEXT,
  said     TEXT,
  CHECK (next_at IS NULL OR taken_at IS NULL)
) STRICT;
CREATE INDEX outbox_waiting ON outbox (channel, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX outbox_ended ON outbox (at) WHERE next_at IS NULL;

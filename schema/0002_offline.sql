-- Work that waited on a device: the keys that prove which session a write was made in.

-- The public half of a key that a device made for one session: a point of P-256, uncompressed. The
-- private half never leaves the device, so a write signed with it was made there, whoever is signed in
-- when it arrives.
CREATE TABLE session_key (
  session_id INTEGER NOT NULL REFERENCES session(id),
  key        BLOB    NOT NULL CHECK (length(key) = 65),
  added_at   INTEGER NOT NULL,
  PRIMARY KEY (session_id, key)
) STRICT, WITHOUT ROWID;

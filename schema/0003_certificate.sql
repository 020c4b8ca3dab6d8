-- The certificate that the store brought, if there is one. Which file counts is decided here, so that a
-- box that loses power while one is installed has the old one or the new one. Its key is never here:
-- chain and key lie in the data folder under the fingerprint.
CREATE TABLE certificate (
  id   INTEGER PRIMARY KEY CHECK (id = 1),
  -- JSON: fingerprint, names, issuer, starts, ends.
  body TEXT    NOT NULL
) STRICT;

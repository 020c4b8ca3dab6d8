-- ---------------------------------------------------------------- investigations

-- What whoever chose a cause was shown: the causes in their order, with their rows (JSON).
CREATE TABLE investigation (
  kase_id   INTEGER PRIMARY KEY REFERENCES kase(id),
  looked_at INTEGER NOT NULL,
  ranking   TEXT    NOT NULL
) STRICT;

-- The cause that a person found, or that none was. Chosen again, the newest counts.
CREATE TABLE finding (
  id         INTEGER PRIMARY KEY,
  kase_id    INTEGER NOT NULL REFERENCES kase(id),
  cause      TEXT    NOT NULL,
  -- The other product of a sale under the wrong SKU.
  product_id INTEGER REFERENCES product(id),
  note       TEXT    NOT NULL CHECK (length(note) BETWEEN 1 AND 2000),
  at         INTEGER NOT NULL,
  by_user    INTEGER REFERENCES user(id),
  seq        INTEGER NOT NULL
) STRICT;
CREATE INDEX finding_kase ON finding(kase_id);
CREATE TRIGGER finding_no_update BEFORE UPDATE ON finding BEGIN SELECT RAISE(ABORT, 'findings are never changed'); END;
CREATE TRIGGER finding_no_delete BEFORE DELETE ON finding BEGIN SELECT RAISE(ABORT, 'findings are never deleted'); END;

-- What a manager is asked to talk over with the team: the event, and nobody's name.
CREATE TABLE coaching (
  kase_id        INTEGER PRIMARY KEY REFERENCES kase(id),
  event          TEXT    NOT NULL,
  event_es       TEXT,
  note           TEXT,
  referred_at    INTEGER NOT NULL,
  referred_by    INTEGER REFERENCES user(id),
  discussed_at   INTEGER,
  discussed_by   INTEGER REFERENCES user(id),
  discussed_note TEXT,
  CHECK ((discussed_at IS NULL) = (discussed_note IS NULL))
) STRICT;

-- What an investigation looks through: a product's sales, those that were taken from nowhere, what else was
-- counted at a time, and what a package was carried in.
CREATE INDEX sale_product ON sale(product_id, sold_at);
CREATE INDEX sale_unplaced ON sale(sold_at) WHERE kase_id IS NOT NULL;
CREATE INDEX variance_at ON variance(at);
CREATE INDEX pick_line_package ON pick_line(package_id);

-- ---------------------------------------------------------------- adjustments and intents

-- The state's own list of reasons, once it was read. Until then the house's holds (domain/adjust.rs).
CREATE TABLE adjust_reason (
  name       TEXT    PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 100),
  needs_note INTEGER NOT NULL CHECK (needs_note IN (0, 1)),
  at         INTEGER NOT NULL,
  seq        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Movements that put the book right. A pair and a receipt's correction have both their sides as lines of
-- one adjustment: neither is ever there alone.
CREATE TABLE adjustment (
  id          INTEGER PRIMARY KEY,
  code        TEXT    NOT NULL UNIQUE,
  kase_id     INTEGER REFERENCES kase(id),
  how         TEXT    NOT NULL CHECK (how IN ('single', 'pair', 'receipt')),
  reason      TEXT    NOT NULL,
  note        TEXT    NOT NULL,
  day         TEXT    NOT NULL,
  receipt     TEXT,
  line        INTEGER,
  at          INTEGER NOT NULL,
  proposed_by INTEGER NOT NULL REFERENCES user(id),
  approved_by INTEGER REFERENCES user(id) CHECK (approved_by <> proposed_by),
  seq         INTEGER NOT NULL,
  undone_seq  INTEGER,
  CHECK ((how = 'receipt') = (receipt IS NOT NULL)),
  CHECK ((receipt IS NULL) = (line IS NULL))
) STRICT;
CREATE INDEX adjustment_kase ON adjustment(kase_id) WHERE kase_id IS NOT NULL;
CREATE INDEX adjustment_day ON adjustment(day, proposed_by);
CREATE TRIGGER adjustment_no_delete BEFORE DELETE ON adjustment BEGIN SELECT RAISE(ABORT, 'adjustments are never deleted'); END;

CREATE TABLE adjustment_line (
  adjustment_id INTEGER NOT NULL REFERENCES adjustment(id),
  package_id    INTEGER NOT NULL REFERENCES package(id),
  place_id      INTEGER NOT NULL REFERENCES place(id),
  delta         INTEGER NOT NULL CHECK (delta <> 0),
  -- In the product's unit, and at the package's cost where that is known.
  units         INTEGER NOT NULL,
  value_cents   INTEGER,
  movement_id   INTEGER NOT NULL UNIQUE REFERENCES movement(id),
  PRIMARY KEY (adjustment_id, package_id, place_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX adjustment_line_package ON adjustment_line(package_id);

-- What somebody must enter outside the box. Only a later reading confirms it.
CREATE TABLE intent (
  id            INTEGER PRIMARY KEY,
  -- Stands in the note: by it what was entered is found again.
  token         TEXT    NOT NULL UNIQUE,
  target        TEXT    NOT NULL CHECK (target IN ('pos', 'state')),
  kind          TEXT    NOT NULL CHECK (kind IN ('adjust', 'receipt')),
  adjustment_id INTEGER NOT NULL REFERENCES adjustment(id),
  package_id    INTEGER NOT NULL REFERENCES package(id),
  -- Field names and exact values, JSON.
  fields        TEXT    NOT NULL,
  -- What the store held of the package right after, and the journal then: what is sold since is added.
  expected      INTEGER NOT NULL,
  seq           INTEGER NOT NULL,
  deadline      INTEGER NOT NULL,
  deadline_why  TEXT    NOT NULL,
  state         TEXT    NOT NULL CHECK (state IN ('waiting', 'sent', 'confirmed', 'refused', 'needs_person', 'withdrawn')),
  said          TEXT,
  said_es       TEXT,
  made_at       INTEGER NOT NULL,
  sent_at       INTEGER,
  sent_by       INTEGER REFERENCES user(id),
  confirmed_at  INTEGER,
  -- The reading that shows it; NULL where it was found by its mark in the other book's own list.
  reading_id    INTEGER REFERENCES reading(id),
  late          INTEGER NOT NULL DEFAULT 0 CHECK (late IN (0, 1)),
  CHECK ((state = 'confirmed') = (confirmed_at IS NOT NULL))
) STRICT;
CREATE INDEX intent_open ON intent(package_id, target) WHERE state IN ('waiting', 'sent', 'refused', 'needs_person');
CREATE INDEX intent_due ON intent(deadline) WHERE state IN ('waiting', 'sent', 'refused', 'needs_person');
CREATE INDEX intent_adjustment ON intent(adjustment_id);
CREATE TRIGGER intent_no_delete BEFORE DELETE ON intent BEGIN SELECT RAISE(ABORT, 'intents are never deleted'); END;

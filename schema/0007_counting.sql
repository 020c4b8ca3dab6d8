-- ---------------------------------------------------------------- counts

-- What is counted regularly. `scope` is JSON (workflow/counting.rs).
CREATE TABLE count_schedule (
  id         INTEGER PRIMARY KEY,
  name       TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  scope      TEXT    NOT NULL,
  -- On this day of the week (1 is Monday), or this often.
  weekday    INTEGER CHECK (weekday BETWEEN 1 AND 7),
  every_days INTEGER CHECK (every_days BETWEEN 1 AND 366),
  active     INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  made_at    INTEGER NOT NULL,
  made_by    INTEGER REFERENCES user(id),
  version    INTEGER NOT NULL DEFAULT 1,
  CHECK ((weekday IS NULL) <> (every_days IS NULL))
) STRICT;

-- A session of blind counts. Open: being counted. Counted: its figures are seen. Settled: they stand.
CREATE TABLE count (
  id          INTEGER PRIMARY KEY,
  code        TEXT    NOT NULL UNIQUE,
  state       TEXT    NOT NULL CHECK (state IN ('open','counted','settled','cancelled')),
  scope       TEXT    NOT NULL,
  schedule_id INTEGER REFERENCES count_schedule(id),
  note        TEXT,
  started_at  INTEGER NOT NULL,
  started_by  INTEGER REFERENCES user(id),
  -- The journal entry it was started with: what came before was done before anybody counted.
  seq         INTEGER NOT NULL,
  counted_at  INTEGER,
  settled_at  INTEGER,
  settled_by  INTEGER REFERENCES user(id),
  ended_why   TEXT,
  version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX count_live ON count(state) WHERE state IN ('open', 'counted');

-- The products of a count, and with them whose figures are hidden. None: every product at its places.
CREATE TABLE count_product (
  count_id   INTEGER NOT NULL REFERENCES count(id),
  product_id INTEGER NOT NULL REFERENCES product(id),
  PRIMARY KEY (count_id, product_id)
) STRICT, WITHOUT ROWID;

-- The places of a count: who counts there, and since when it is done.
CREATE TABLE count_place (
  count_id   INTEGER NOT NULL REFERENCES count(id),
  place_id   INTEGER NOT NULL REFERENCES place(id),
  counter_id INTEGER REFERENCES user(id),
  -- When it was begun and done, as with a line: what was not found there was looked for between the two.
  began_seq  INTEGER,
  began_at   INTEGER,
  said_seq   INTEGER,
  said_at    INTEGER,
  -- The box's own time.
  done_at    INTEGER,
  PRIMARY KEY (count_id, place_id)
) STRICT, WITHOUT ROWID;

-- Who counts, and on which device: from these the book's figures are hidden while it is open.
CREATE TABLE count_counter (
  count_id  INTEGER NOT NULL REFERENCES count(id),
  user_id   INTEGER NOT NULL REFERENCES user(id),
  device_id INTEGER NOT NULL REFERENCES device(id),
  at        INTEGER NOT NULL,
  PRIMARY KEY (count_id, user_id, device_id)
) STRICT, WITHOUT ROWID;

-- What somebody counted: of a package, of a product where its packages are mixed, or of a tag that the box
-- does not know. The newest of a subject counts; none is changed.
CREATE TABLE count_line (
  id         INTEGER PRIMARY KEY,
  count_id   INTEGER NOT NULL REFERENCES count(id),
  place_id   INTEGER NOT NULL REFERENCES place(id),
  product_id INTEGER REFERENCES product(id),
  package_id INTEGER REFERENCES package(id),
  tag        TEXT    CHECK (length(tag) BETWEEN 1 AND 100),
  amount     INTEGER NOT NULL CHECK (amount >= 0),
  unit       TEXT    NOT NULL,
  -- How it was counted (JSON): scans, gross and tare.
  how        TEXT,
  -- The journal when the person began with this line, and when they said the figure, where the device was
  -- in touch with the box then; and those times.
  began_seq  INTEGER,
  said_seq   INTEGER,
  began_at   INTEGER NOT NULL,
  said_at    INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  by_user    INTEGER NOT NULL REFERENCES user(id),
  seq        INTEGER NOT NULL,
  CHECK (package_id IS NULL OR product_id IS NOT NULL),
  CHECK ((tag IS NOT NULL) = (product_id IS NULL))
) STRICT;
CREATE INDEX count_line_count ON count_line(count_id, place_id);
CREATE TRIGGER count_line_no_update BEFORE UPDATE ON count_line BEGIN SELECT RAISE(ABORT, 'counted figures are never changed'); END;
CREATE TRIGGER count_line_no_delete BEFORE DELETE ON count_line BEGIN SELECT RAISE(ABORT, 'counted figures are never deleted'); END;

-- A subject that must be counted again, and why. `not_by`: who counted it before.
CREATE TABLE recount (
  id         INTEGER PRIMARY KEY,
  count_id   INTEGER NOT NULL REFERENCES count(id),
  place_id   INTEGER NOT NULL REFERENCES place(id),
  product_id INTEGER NOT NULL REFERENCES product(id),
  package_id INTEGER REFERENCES package(id),
  why        TEXT    NOT NULL CHECK (why IN ('overlap','second','asked')),
  not_by     INTEGER REFERENCES user(id),
  at         INTEGER NOT NULL,
  asked_by   INTEGER REFERENCES user(id),
  -- The line that answered it.
  line_id    INTEGER REFERENCES count_line(id)
) STRICT;
CREATE INDEX recount_open ON recount(count_id) WHERE line_id IS NULL;

-- What a settled count found of a package at a place, right or not: the share of right ones is worth as
-- much as the wrong ones. Amounts in the package's unit.
CREATE TABLE variance (
  id          INTEGER PRIMARY KEY,
  count_id    INTEGER NOT NULL REFERENCES count(id),
  place_id    INTEGER NOT NULL REFERENCES place(id),
  -- NULL: a tag that the box does not know.
  product_id  INTEGER REFERENCES product(id),
  package_id  INTEGER REFERENCES package(id),
  tag         TEXT,
  unit        TEXT    NOT NULL,
  counted     INTEGER NOT NULL,
  -- The book for the moment of the count.
  book        INTEGER NOT NULL,
  difference  INTEGER NOT NULL CHECK (difference = counted - book),
  -- Counted by product, and shared out over its packages.
  shared      INTEGER NOT NULL DEFAULT 0 CHECK (shared IN (0, 1)),
  -- The package in the whole store by our book then, and by the others, with their times.
  store       INTEGER NOT NULL DEFAULT 0,
  pos         INTEGER,
  pos_at      INTEGER,
  state       INTEGER,
  state_at    INTEGER,
  -- The difference at the package's cost; NULL where that is not known.
  value_cents INTEGER,
  tolerance   INTEGER NOT NULL DEFAULT 0,
  counted_at  INTEGER NOT NULL,
  counted_by  INTEGER REFERENCES user(id),
  at          INTEGER NOT NULL,
  kase_id     INTEGER REFERENCES kase(id)
) STRICT;
CREATE INDEX variance_count ON variance(count_id);
CREATE INDEX variance_product ON variance(product_id, place_id, counted_at);
CREATE INDEX variance_kase ON variance(kase_id) WHERE kase_id IS NOT NULL;
CREATE TRIGGER variance_no_delete BEFORE DELETE ON variance BEGIN SELECT RAISE(ABORT, 'variances are never deleted'); END;

-- The movements that a sale line of the POS made: they happened when it was sold, not when it was read.
CREATE TABLE sale_movement (
  movement_id INTEGER PRIMARY KEY REFERENCES movement(id),
  sale_id     INTEGER NOT NULL REFERENCES sale(id)
) STRICT;
CREATE INDEX sale_movement_sale ON sale_movement(sale_id);

-- Receiving: expected shipments and what arrived of them, the licence register, documents and COAs,
-- quarantine, recalls, alerts.

-- ---------------------------------------------------------------- documents

-- A file that somebody handed in: a COA, a photo, a manifest. Kept as it came, once, by its hash.
CREATE TABLE document (
  id      INTEGER PRIMARY KEY,
  sha256  BLOB    NOT NULL UNIQUE CHECK (length(sha256) = 32),
  media   TEXT    NOT NULL,
  name    TEXT    NOT NULL,
  size    INTEGER NOT NULL CHECK (size > 0),
  bytes   BLOB    NOT NULL,
  at      INTEGER NOT NULL,
  by_user INTEGER REFERENCES user(id)
) STRICT;
CREATE TRIGGER document_no_update BEFORE UPDATE ON document BEGIN SELECT RAISE(ABORT, 'documents are never changed'); END;
CREATE TRIGGER document_no_delete BEFORE DELETE ON document BEGIN SELECT RAISE(ABORT, 'documents are never deleted'); END;

-- What a lab found of a batch of a product. A package without a batch is its own: its tag stands here.
CREATE TABLE coa (
  id          INTEGER PRIMARY KEY,
  product_id  INTEGER NOT NULL REFERENCES product(id),
  batch       TEXT    NOT NULL COLLATE NOCASE,
  lab         TEXT    NOT NULL,
  lab_license TEXT,
  tested      TEXT    NOT NULL,
  expires     TEXT,
  passed      INTEGER NOT NULL CHECK (passed IN (0, 1)),
  -- As the document has it: "22.4 %", "10 mg".
  thc         TEXT,
  cbd         TEXT,
  at          INTEGER NOT NULL,
  by_user     INTEGER REFERENCES user(id),
  revoked_at  INTEGER,
  revoked_by  INTEGER REFERENCES user(id),
  revoked_why TEXT
) STRICT;
CREATE INDEX coa_batch ON coa(product_id, batch);

-- The pages of a COA in their order: one PDF, or camera pages.
CREATE TABLE coa_page (
  coa_id      INTEGER NOT NULL REFERENCES coa(id),
  page        INTEGER NOT NULL,
  document_id INTEGER NOT NULL REFERENCES document(id),
  PRIMARY KEY (coa_id, page)
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------- the licence register

-- The state's public register as it was loaded, whole. `key` is the number's capital letters and digits.
CREATE TABLE license (
  key         TEXT PRIMARY KEY,
  number      TEXT NOT NULL,
  name        TEXT,
  dba         TEXT,
  kind        TEXT,
  designation TEXT,
  status      TEXT,
  active      INTEGER CHECK (active IN (0, 1)),
  state       TEXT,
  expires     TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE license_register (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  file_name TEXT    NOT NULL,
  sha256    BLOB    NOT NULL,
  rows      INTEGER NOT NULL,
  -- The newest date that the register gives itself.
  refreshed TEXT,
  loaded_at INTEGER NOT NULL,
  loaded_by INTEGER REFERENCES user(id)
) STRICT;

-- ---------------------------------------------------------------- shipments

-- One delivery of a manifest to this store. `facts` is what the state says of it (JSON, without packages).
CREATE TABLE shipment (
  id          INTEGER PRIMARY KEY,
  code        TEXT    NOT NULL UNIQUE,
  manifest    TEXT    NOT NULL CHECK (length(manifest) BETWEEN 1 AND 60),
  -- The state's number of the delivery; empty where it was typed from paper.
  delivery    TEXT    NOT NULL DEFAULT '',
  source      TEXT    NOT NULL CHECK (source IN ('metrc', 'csv', 'typed')),
  state       TEXT    NOT NULL CHECK (state IN ('expected','receiving','finished','voided')),
  facts       TEXT    NOT NULL,
  eta         INTEGER,
  entered_at  INTEGER NOT NULL,
  entered_by  INTEGER REFERENCES user(id),
  -- Stamped by the box. `blind`: as the setting was then.
  arrived_at  INTEGER,
  arrived_by  INTEGER REFERENCES user(id),
  blind       INTEGER NOT NULL DEFAULT 1 CHECK (blind IN (0, 1)),
  door_at     INTEGER,
  door_by     INTEGER REFERENCES user(id),
  finished_at INTEGER,
  finished_by INTEGER REFERENCES user(id),
  version     INTEGER NOT NULL DEFAULT 1,
  UNIQUE (manifest, delivery)
) STRICT;
CREATE INDEX shipment_live ON shipment(state) WHERE state IN ('expected', 'receiving');

-- A field of the paper beside the state's copy: the same, or what the paper says instead.
CREATE TABLE shipment_check (
  shipment_id INTEGER NOT NULL REFERENCES shipment(id),
  field       TEXT    NOT NULL,
  same        INTEGER NOT NULL CHECK (same IN (0, 1)),
  paper       TEXT,
  at          INTEGER NOT NULL,
  by_user     INTEGER NOT NULL REFERENCES user(id),
  PRIMARY KEY (shipment_id, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE shipment_line (
  id           INTEGER PRIMARY KEY,
  shipment_id  INTEGER NOT NULL REFERENCES shipment(id),
  tag          TEXT    NOT NULL CHECK (length(tag) = 24),
  item         TEXT    NOT NULL,
  -- What the state says of the package (JSON); NULL: it is on no line of the manifest.
  facts        TEXT,
  unit         TEXT    NOT NULL,
  shipped      INTEGER CHECK (shipped >= 0),
  product_id   INTEGER REFERENCES product(id),
  state        TEXT    NOT NULL CHECK (state IN ('expected','received','rejected','missing','removed')),
  package_id   INTEGER UNIQUE REFERENCES package(id),
  counted      INTEGER CHECK (counted >= 0),
  -- How it was counted (JSON), and in which condition it was.
  how          TEXT,
  condition    TEXT,
  note         TEXT,
  -- Where a rejected package waits for its way back.
  shelf_id     INTEGER REFERENCES place(id),
  at           INTEGER,
  by_user      INTEGER REFERENCES user(id),
  kase_id      INTEGER REFERENCES kase(id),
  -- When a person entered it on the state's own page, and when a later reading agreed.
  recorded_at  INTEGER,
  recorded_by  INTEGER REFERENCES user(id),
  confirmed_at INTEGER,
  UNIQUE (shipment_id, tag)
) STRICT;
CREATE INDEX shipment_line_tag ON shipment_line(tag);

CREATE TABLE shipment_photo (
  line_id     INTEGER NOT NULL REFERENCES shipment_line(id),
  document_id INTEGER NOT NULL REFERENCES document(id),
  PRIMARY KEY (line_id, document_id)
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------- quarantine, recalls, alerts

-- Why a package is held. Several may hold one; it is free when none does.
CREATE TABLE quarantine (
  id         INTEGER PRIMARY KEY,
  package_id INTEGER NOT NULL REFERENCES package(id),
  reason     TEXT    NOT NULL,
  note       TEXT,
  kase_id    INTEGER REFERENCES kase(id),
  at         INTEGER NOT NULL,
  by_user    INTEGER REFERENCES user(id),
  seq        INTEGER NOT NULL,
  ended_at   INTEGER,
  ended_by   INTEGER REFERENCES user(id),
  ended_why  TEXT
) STRICT;
CREATE UNIQUE INDEX quarantine_open ON quarantine(package_id, reason) WHERE ended_at IS NULL;
CREATE TRIGGER quarantine_no_delete BEFORE DELETE ON quarantine BEGIN SELECT RAISE(ABORT, 'the record of quarantine is never deleted'); END;

CREATE TABLE recall (
  id         INTEGER PRIMARY KEY,
  code       TEXT    NOT NULL UNIQUE,
  kase_id    INTEGER NOT NULL REFERENCES kase(id),
  batch      TEXT,
  product_id INTEGER REFERENCES product(id),
  supplier   TEXT,
  reason     TEXT    NOT NULL,
  at         INTEGER NOT NULL,
  by_user    INTEGER REFERENCES user(id),
  CHECK (batch IS NOT NULL OR product_id IS NOT NULL OR supplier IS NOT NULL)
) STRICT;

CREATE TABLE recall_package (
  recall_id  INTEGER NOT NULL REFERENCES recall(id),
  package_id INTEGER NOT NULL REFERENCES package(id),
  PRIMARY KEY (recall_id, package_id)
) STRICT, WITHOUT ROWID;

-- What managers and compliance officers must hear at once; each until they say that they have.
CREATE TABLE alert (
  id          INTEGER PRIMARY KEY,
  kind        TEXT    NOT NULL,
  title       TEXT    NOT NULL,
  kase_id     INTEGER REFERENCES kase(id),
  shipment_id INTEGER REFERENCES shipment(id),
  at          INTEGER NOT NULL
) STRICT;

CREATE TABLE alert_seen (
  alert_id INTEGER NOT NULL REFERENCES alert(id),
  user_id  INTEGER NOT NULL REFERENCES user(id),
  at       INTEGER NOT NULL,
  PRIMARY KEY (alert_id, user_id)
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------- cases

-- How a case ended, in one word, beside the person's own; and what its deadline rests on.
ALTER TABLE kase ADD COLUMN verdict TEXT;
ALTER TABLE kase ADD COLUMN due_why TEXT;
ALTER TABLE evidence ADD COLUMN document_id INTEGER REFERENCES document(id);

-- Packages that came through the dock of this box: picked only once their batch has a passing COA on
-- file and the operator has recorded the acceptance in the state's system.
CREATE TABLE receipt (
  package_id  INTEGER PRIMARY KEY REFERENCES package(id),
  line_id     INTEGER NOT NULL UNIQUE REFERENCES shipment_line(id),
  accepted_at INTEGER
) STRICT;

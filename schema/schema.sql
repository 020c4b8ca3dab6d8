-- The whole schema as it is today, for reading. Made of the migrations by hand and proven equal to
-- their sum by a test (src/store/migrate.rs); see schema/README.md.

-- The spine: ledger and journal, catalogue, people and devices, restock, cases and tasks, import staging.
-- Amounts are integers at scale 10^-4; times are UTC milliseconds; dates are 'YYYY-MM-DD' text.

-- ---------------------------------------------------------------- the journal

-- One row per command that changed anything. `bytes` is the entry exactly as it was hashed:
-- hash = SHA-256(previous hash || bytes), the first previous being 32 zero bytes.
CREATE TABLE entry (
  seq       INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  kind      TEXT    NOT NULL,
  user_id   INTEGER REFERENCES user(id),
  device_id INTEGER REFERENCES device(id),
  via       TEXT    NOT NULL CHECK (via IN ('device', 'console', 'system')),
  bytes     BLOB    NOT NULL,
  hash      BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- The answer that a request got, so that its replay gets the same. Purged after 60 days.
CREATE TABLE reply (
  key       BLOB    NOT NULL CHECK (length(key) = 16),
  device_id INTEGER NOT NULL,
  content   BLOB    NOT NULL CHECK (length(content) = 32),
  at        INTEGER NOT NULL,
  answer    BLOB    NOT NULL,
  PRIMARY KEY (key, device_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX reply_at ON reply(at);

-- ---------------------------------------------------------------- places and products

-- Physical places have ids from 100; below are the accounts (domain/place.rs).
CREATE TABLE place (
  id       INTEGER PRIMARY KEY,
  name     TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  kind     TEXT    NOT NULL CHECK (kind IN ('unsorted','dock','bin','tote','floor','packed','quarantine','waste','account')),
  code     TEXT    NOT NULL UNIQUE,
  area     TEXT,
  walk     INTEGER NOT NULL DEFAULT 0,
  pos_room TEXT,
  active   INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  version  INTEGER NOT NULL DEFAULT 1,
  CHECK ((id < 100) = (kind = 'account'))
) STRICT;
CREATE UNIQUE INDEX place_name ON place(kind, name COLLATE NOCASE) WHERE active = 1;

INSERT INTO place (id, name, kind, code) VALUES
  (1, 'Opening balance', 'account', '@opening'), (2, 'Supplier', 'account', '@supplier'),
  (3, 'Sold', 'account', '@sold'), (4, 'Wasted', 'account', '@wasted'),
  (5, 'Returned to vendor', 'account', '@returned'), (6, 'Sample', 'account', '@sample'),
  (7, 'Adjusted', 'account', '@adjusted');

CREATE TABLE product (
  id           INTEGER PRIMARY KEY,
  sku          TEXT    NOT NULL UNIQUE CHECK (length(sku) BETWEEN 1 AND 60),
  name         TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 160),
  brand        TEXT,
  category     TEXT    NOT NULL,
  unit         TEXT    NOT NULL,
  -- How much of the package's unit one unit of the product is (an eighth: 35000 of 'g'); both or none.
  content      INTEGER CHECK (content > 0),
  content_unit TEXT,
  price_cents  INTEGER CHECK (price_cents >= 0),
  active       INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  version      INTEGER NOT NULL DEFAULT 1,
  CHECK ((content IS NULL) = (content_unit IS NULL))
) STRICT;

CREATE TABLE product_gtin (
  gtin       TEXT    PRIMARY KEY CHECK (length(gtin) = 14),
  product_id INTEGER NOT NULL REFERENCES product(id)
) STRICT, WITHOUT ROWID;
CREATE INDEX product_gtin_product ON product_gtin(product_id);

-- How much of a product a floor station should hold, in the product's unit.
CREATE TABLE par (
  place_id   INTEGER NOT NULL REFERENCES place(id),
  product_id INTEGER NOT NULL REFERENCES product(id),
  amount     INTEGER NOT NULL CHECK (amount > 0),
  PRIMARY KEY (place_id, product_id)
) STRICT, WITHOUT ROWID;

-- What the state or the POS calls an item, mapped once to a product of ours.
CREATE TABLE item_map (
  source     TEXT    NOT NULL CHECK (source IN ('state', 'pos')),
  item       TEXT    NOT NULL COLLATE NOCASE,
  product_id INTEGER NOT NULL REFERENCES product(id),
  PRIMARY KEY (source, item)
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------- packages and the ledger

CREATE TABLE package (
  id              INTEGER PRIMARY KEY,
  tag             TEXT    NOT NULL UNIQUE CHECK (length(tag) = 24),
  product_id      INTEGER NOT NULL REFERENCES product(id),
  unit            TEXT    NOT NULL,
  batch           TEXT,
  packaged        TEXT,
  received        INTEGER,
  expires         TEXT,
  unit_cost_cents INTEGER,
  supplier        TEXT,
  manifest        TEXT,
  lab_state       TEXT    NOT NULL,
  on_hold         INTEGER NOT NULL DEFAULT 0 CHECK (on_hold IN (0, 1)),
  recalled        INTEGER NOT NULL DEFAULT 0 CHECK (recalled IN (0, 1)),
  -- The tag a Retail ID was issued under, where it differs from ours.
  origin_tag      TEXT,
  state_room      TEXT,
  added_at        INTEGER NOT NULL
) STRICT;
CREATE INDEX package_product ON package(product_id);
-- The last five digits: the least that people give of a tag.
CREATE INDEX package_tail ON package(substr(tag, 20));
CREATE INDEX package_batch ON package(batch COLLATE NOCASE) WHERE batch IS NOT NULL;
CREATE INDEX package_origin ON package(origin_tag) WHERE origin_tag IS NOT NULL;

-- What another book said of a package, with its time. Never a change of our balance.
CREATE TABLE reading (
  id         INTEGER PRIMARY KEY,
  package_id INTEGER NOT NULL REFERENCES package(id),
  book       TEXT    NOT NULL CHECK (book IN ('state', 'pos')),
  amount     INTEGER NOT NULL,
  unit       TEXT    NOT NULL,
  at         INTEGER NOT NULL,
  source     TEXT    NOT NULL,
  seq        INTEGER NOT NULL
) STRICT;
CREATE INDEX reading_package ON reading(package_id, book, at);

CREATE TABLE movement (
  id         INTEGER PRIMARY KEY,
  seq        INTEGER NOT NULL,
  package_id INTEGER NOT NULL REFERENCES package(id),
  amount     INTEGER NOT NULL CHECK (amount > 0),
  from_place INTEGER NOT NULL REFERENCES place(id),
  to_place   INTEGER NOT NULL REFERENCES place(id) CHECK (to_place <> from_place),
  reverses   INTEGER REFERENCES movement(id)
) STRICT;
CREATE INDEX movement_package ON movement(package_id, id);
CREATE INDEX movement_seq ON movement(seq);
CREATE UNIQUE INDEX movement_reverses ON movement(reverses) WHERE reverses IS NOT NULL;

-- Balances: movements summed up, kept in the same transaction. No physical place goes below zero.
CREATE TABLE balance (
  package_id INTEGER NOT NULL REFERENCES package(id),
  place_id   INTEGER NOT NULL REFERENCES place(id),
  amount     INTEGER NOT NULL CHECK (place_id < 100 OR amount >= 0),
  PRIMARY KEY (package_id, place_id)
) STRICT, WITHOUT ROWID;
-- Of all rows, not only of those above zero: an index on the amount would be written with every move.
CREATE INDEX balance_place ON balance(place_id, package_id);

-- On a floor station one package per product is open at a time.
CREATE TABLE open_package (
  place_id   INTEGER NOT NULL REFERENCES place(id),
  product_id INTEGER NOT NULL REFERENCES product(id),
  package_id INTEGER NOT NULL REFERENCES package(id),
  PRIMARY KEY (place_id, product_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'journal entries are never changed'); END;
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'journal entries are never deleted'); END;
CREATE TRIGGER movement_no_update BEFORE UPDATE ON movement BEGIN SELECT RAISE(ABORT, 'movements are never changed'); END;
CREATE TRIGGER movement_no_delete BEFORE DELETE ON movement BEGIN SELECT RAISE(ABORT, 'movements are never deleted'); END;
CREATE TRIGGER reading_no_update BEFORE UPDATE ON reading BEGIN SELECT RAISE(ABORT, 'readings are never changed'); END;
CREATE TRIGGER reading_no_delete BEFORE DELETE ON reading BEGIN SELECT RAISE(ABORT, 'readings are never deleted'); END;

-- ---------------------------------------------------------------- people and devices

CREATE TABLE user (
  id         INTEGER PRIMARY KEY,
  name       TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  role       TEXT    NOT NULL CHECK (role IN ('budtender','technician','manager','compliance','auditor','owner')),
  language   TEXT    NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'es')),
  -- Argon2id of the PIN under the pepper, which lives outside the database. NULL: no PIN issued yet.
  pin_hash   TEXT,
  badge      TEXT    NOT NULL UNIQUE,
  active     INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  expires    TEXT,
  created_at INTEGER NOT NULL,
  last_seen  INTEGER
) STRICT;
CREATE UNIQUE INDEX user_name ON user(name COLLATE NOCASE) WHERE active = 1;

CREATE TABLE device (
  id          INTEGER PRIMARY KEY,
  name        TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  kind        TEXT    NOT NULL CHECK (kind IN ('own', 'shared', 'kiosk')),
  token_hash  BLOB    NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  enrolled_at INTEGER NOT NULL,
  enrolled_by INTEGER REFERENCES user(id),
  last_seen   INTEGER,
  revoked_at  INTEGER
) STRICT;

-- An open invitation for a device: single use, short-lived.
CREATE TABLE pairing (
  id          INTEGER PRIMARY KEY,
  secret_hash BLOB    NOT NULL UNIQUE,
  code_hash   BLOB    NOT NULL UNIQUE,
  kind        TEXT    NOT NULL CHECK (kind IN ('own', 'shared', 'kiosk')),
  name        TEXT,
  -- NULL: on the box's console.
  made_by     INTEGER REFERENCES user(id),
  expires     INTEGER NOT NULL,
  used_by     INTEGER REFERENCES device(id),
  withdrawn   INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1))
) STRICT;

CREATE TABLE session (
  id         INTEGER PRIMARY KEY,
  token_hash BLOB    NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  user_id    INTEGER NOT NULL REFERENCES user(id),
  device_id  INTEGER NOT NULL REFERENCES device(id),
  started_at INTEGER NOT NULL,
  expires    INTEGER NOT NULL,
  -- The person's last act, to within a minute: what the idle lock goes on from after a restart.
  seen_at    INTEGER NOT NULL DEFAULT 0,
  ended_at   INTEGER,
  why_ended  TEXT
) STRICT;
CREATE INDEX session_live ON session(user_id, device_id) WHERE ended_at IS NULL;

-- The public half of a key that a device made for one session: a point of P-256, uncompressed. The
-- private half never leaves the device, so a write signed with it was made there, whoever is signed in
-- when it arrives.
CREATE TABLE session_key (
  session_id INTEGER NOT NULL REFERENCES session(id),
  key        BLOB    NOT NULL CHECK (length(key) = 65),
  added_at   INTEGER NOT NULL,
  PRIMARY KEY (session_id, key)
) STRICT, WITHOUT ROWID;

-- Wrong PINs by person and device, so that nobody can lock a colleague out elsewhere.
CREATE TABLE throttle (
  device_id INTEGER NOT NULL,
  user_id   INTEGER NOT NULL,
  failures  INTEGER NOT NULL,
  until     INTEGER NOT NULL,
  PRIMARY KEY (device_id, user_id)
) STRICT, WITHOUT ROWID;

-- The store's settings: one row.
CREATE TABLE settings (
  id      INTEGER PRIMARY KEY CHECK (id = 1),
  body    TEXT    NOT NULL,
  version INTEGER NOT NULL
) STRICT;

-- What the box is: its id, and the epoch, which a restore raises. One row.
CREATE TABLE box (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  box_id     TEXT    NOT NULL,
  epoch      INTEGER NOT NULL,
  claimed_at INTEGER
) STRICT;

-- The certificate that the store brought, if there is one. Which file counts is decided here, so that a
-- box that loses power while one is installed has the old one or the new one. Its key is never here:
-- chain and key lie in the data folder under the fingerprint.
CREATE TABLE certificate (
  id   INTEGER PRIMARY KEY CHECK (id = 1),
  -- JSON: fingerprint, names, issuer, starts, ends.
  body TEXT    NOT NULL
) STRICT;

-- ---------------------------------------------------------------- restock

CREATE TABLE request (
  id         INTEGER PRIMARY KEY,
  code       TEXT    NOT NULL UNIQUE,
  station_id INTEGER NOT NULL REFERENCES place(id),
  state      TEXT    NOT NULL CHECK (state IN ('open','picking','in_transit','done','cancelled')),
  by_user    INTEGER NOT NULL REFERENCES user(id),
  at         INTEGER NOT NULL,
  note       TEXT,
  done_at    INTEGER
) STRICT;
CREATE INDEX request_live ON request(state) WHERE state IN ('open','picking','in_transit');
CREATE INDEX request_by ON request(by_user, at);

CREATE TABLE request_line (
  id         INTEGER PRIMARY KEY,
  request_id INTEGER NOT NULL REFERENCES request(id),
  product_id INTEGER NOT NULL REFERENCES product(id),
  -- In the product's unit.
  amount     INTEGER NOT NULL CHECK (amount > 0),
  UNIQUE (request_id, product_id)
) STRICT;

-- ---------------------------------------------------------------- cases and tasks

CREATE TABLE kase (
  id           INTEGER PRIMARY KEY,
  code         TEXT    NOT NULL UNIQUE,
  kind         TEXT    NOT NULL,
  title        TEXT    NOT NULL,
  state        TEXT    NOT NULL CHECK (state IN ('open', 'closed')),
  subject_kind TEXT,
  subject_id   INTEGER,
  subject      TEXT,
  place_id     INTEGER REFERENCES place(id),
  package_id   INTEGER REFERENCES package(id),
  opened_at    INTEGER NOT NULL,
  opened_by    INTEGER REFERENCES user(id),
  -- The journal entry of the command that opened it.
  opened_seq   INTEGER NOT NULL,
  assignee     INTEGER REFERENCES user(id),
  due          INTEGER,
  outcome      TEXT,
  closed_at    INTEGER
, verdict TEXT, due_why TEXT, title_es TEXT) STRICT;
CREATE INDEX kase_open ON kase(state) WHERE state = 'open';
CREATE INDEX kase_package ON kase(package_id) WHERE state = 'open';
CREATE TRIGGER kase_no_delete BEFORE DELETE ON kase BEGIN SELECT RAISE(ABORT, 'cases are never deleted'); END;

CREATE TABLE evidence (
  id      INTEGER PRIMARY KEY,
  kase_id INTEGER NOT NULL REFERENCES kase(id),
  at      INTEGER NOT NULL,
  by_user INTEGER REFERENCES user(id),
  kind    TEXT    NOT NULL,
  text    TEXT    NOT NULL,
  seq     INTEGER NOT NULL
, document_id INTEGER REFERENCES document(id), text_es TEXT) STRICT;
CREATE INDEX evidence_kase ON evidence(kase_id);
CREATE TRIGGER evidence_no_update BEFORE UPDATE ON evidence BEGIN SELECT RAISE(ABORT, 'evidence is never changed'); END;
CREATE TRIGGER evidence_no_delete BEFORE DELETE ON evidence BEGIN SELECT RAISE(ABORT, 'evidence is never deleted'); END;

CREATE TABLE task (
  id         INTEGER PRIMARY KEY,
  kind       TEXT    NOT NULL,
  title      TEXT    NOT NULL,
  state      TEXT    NOT NULL CHECK (state IN ('open', 'done')),
  place_id   INTEGER REFERENCES place(id),
  package_id INTEGER REFERENCES package(id),
  kase_id    INTEGER REFERENCES kase(id),
  opened_at  INTEGER NOT NULL,
  opened_by  INTEGER REFERENCES user(id),
  opened_seq INTEGER NOT NULL,
  assignee   INTEGER REFERENCES user(id),
  due        INTEGER,
  outcome    TEXT,
  done_at    INTEGER
, title_es TEXT) STRICT;
CREATE INDEX task_open ON task(state) WHERE state = 'open';
CREATE INDEX task_place ON task(place_id, package_id) WHERE state = 'open';
CREATE TRIGGER task_no_delete BEFORE DELETE ON task BEGIN SELECT RAISE(ABORT, 'tasks are never deleted'); END;

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
, title_es TEXT) STRICT;

CREATE TABLE alert_seen (
  alert_id INTEGER NOT NULL REFERENCES alert(id),
  user_id  INTEGER NOT NULL REFERENCES user(id),
  at       INTEGER NOT NULL,
  PRIMARY KEY (alert_id, user_id)
) STRICT, WITHOUT ROWID;

-- Packages that came through the dock of this box: picked only once their batch has a passing COA on
-- file and the operator has recorded the acceptance in the state's system.
CREATE TABLE receipt (
  package_id  INTEGER PRIMARY KEY REFERENCES package(id),
  line_id     INTEGER NOT NULL UNIQUE REFERENCES shipment_line(id),
  accepted_at INTEGER
) STRICT;

-- ---------------------------------------------------------------- import staging and sales

-- A file being taken in. Its rows wait here, outside the ledger, until they are confirmed.
CREATE TABLE import (
  id        INTEGER PRIMARY KEY,
  kind      TEXT    NOT NULL CHECK (kind IN ('packages', 'sales')),
  file_name TEXT    NOT NULL,
  sha256    BLOB    NOT NULL,
  state     TEXT    NOT NULL CHECK (state IN ('reading','preview','applying','applied','discarded','refused')),
  why       TEXT,
  opening   INTEGER NOT NULL DEFAULT 0 CHECK (opening IN (0, 1)),
  by_user   INTEGER REFERENCES user(id),
  at        INTEGER NOT NULL,
  -- How many rows were applied, and the last row that was looked at: where the next chunk goes on.
  applied   INTEGER NOT NULL DEFAULT 0,
  cursor    INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE import_row (
  import_id INTEGER NOT NULL REFERENCES import(id),
  row       INTEGER NOT NULL,
  state     TEXT    NOT NULL CHECK (state IN ('new','changed','unchanged','refused','needs_mapping','applied','unplaced')),
  label     TEXT    NOT NULL,
  item      TEXT,
  field     TEXT,
  value     TEXT,
  reason    TEXT,
  -- The reason as a word for programs.
  code      TEXT,
  -- The facts as read, for applying; JSON.
  facts     TEXT,
  changes   TEXT,
  PRIMARY KEY (import_id, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX import_row_state ON import_row(import_id, state, row);
CREATE INDEX import_live ON import(state) WHERE state IN ('reading', 'applying');

-- A sale line of the POS, once, by receipt and line.
CREATE TABLE sale (
  id         INTEGER PRIMARY KEY,
  receipt    TEXT    NOT NULL,
  line       INTEGER NOT NULL,
  sold_at    INTEGER NOT NULL,
  product_id INTEGER REFERENCES product(id),
  item       TEXT    NOT NULL,
  kind       TEXT    NOT NULL CHECK (kind IN ('sale', 'return', 'void')),
  -- As the receipt has it.
  amount     INTEGER NOT NULL,
  room       TEXT,
  seq        INTEGER NOT NULL,
  kase_id    INTEGER REFERENCES kase(id),
  UNIQUE (receipt, line)
) STRICT;
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

-- ---------------------------------------------------------------- online orders

-- Where orders come from. Its slug names it in the intake's address; files name it by choice.
CREATE TABLE order_source (
  id      INTEGER PRIMARY KEY,
  slug    TEXT    NOT NULL UNIQUE CHECK (length(slug) BETWEEN 1 AND 40),
  name    TEXT    NOT NULL UNIQUE,
  format  TEXT    NOT NULL CHECK (format IN ('backstock','weedmaps','jane','dutchie','flowhub','csv')),
  -- How what comes in over HTTP proves itself; 'none': it takes files and entries by hand alone.
  proof   TEXT    NOT NULL CHECK (proof IN ('none','signature','bearer')),
  secret  TEXT,
  active  INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  version INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO order_source (id, slug, name, format, proof) VALUES (1, 'hand', 'Entered by hand', 'backstock', 'none');

-- An order is the same where source and id are. The id itself is customer data: its hash stays when it goes.
CREATE TABLE online_order (
  id            INTEGER PRIMARY KEY,
  code          TEXT    NOT NULL UNIQUE,
  source_id     INTEGER NOT NULL REFERENCES order_source(id),
  external_hash BLOB    NOT NULL CHECK (length(external_hash) = 32),
  -- Of what the source last said, to tell a change from the same again.
  said_hash     BLOB    NOT NULL CHECK (length(said_hash) = 32),
  state         TEXT    NOT NULL CHECK (state IN ('unmatched','waiting','picking','packing','packed','staged','handed_over','unwinding','ended')),
  way           TEXT    NOT NULL CHECK (way IN ('pickup','curbside','delivery')),
  -- Customer data: gone when purged_at is set.
  number        TEXT,
  customer      TEXT,
  phone         TEXT,
  window_from   INTEGER,
  window_to     INTEGER,
  purged_at     INTEGER,
  placed_at     INTEGER,
  received_at   INTEGER NOT NULL,
  -- When every line was matched and promised.
  accepted_at   INTEGER,
  picking_at    INTEGER,
  picked_at     INTEGER,
  packed_at     INTEGER,
  staged_at     INTEGER,
  handed_at     INTEGER,
  ended_at      INTEGER,
  packed_by     INTEGER REFERENCES user(id),
  handed_by     INTEGER REFERENCES user(id),
  bags          INTEGER NOT NULL DEFAULT 1 CHECK (bags BETWEEN 1 AND 20),
  -- Where its stock is: the tote until it is staged, the packed-orders shelf from then on.
  tote_id       INTEGER REFERENCES place(id),
  shelf_id      INTEGER REFERENCES place(id),
  -- Which identification was shown. Never its number.
  id_type       TEXT,
  -- Why it ended without a hand-over, or is being unwound.
  why           TEXT    CHECK (why IN ('customer','store','not_picked_up','refused','changed','short')),
  -- What was said when it was called off: kept as long as the customer's data.
  note          TEXT,
  -- What the source says while it is being worked on (JSON: the changed order): a person decides.
  asked         TEXT,
  -- Its case, where it was handed over and no sale of the POS ever came.
  kase_id       INTEGER REFERENCES kase(id),
  version       INTEGER NOT NULL DEFAULT 1,
  UNIQUE (source_id, external_hash)
) STRICT;
CREATE INDEX online_order_live ON online_order(state) WHERE state NOT IN ('handed_over','ended');
CREATE INDEX online_order_tote ON online_order(tote_id) WHERE tote_id IS NOT NULL;
CREATE INDEX online_order_shelf ON online_order(shelf_id) WHERE shelf_id IS NOT NULL;
CREATE INDEX online_order_handed ON online_order(handed_at) WHERE handed_at IS NOT NULL;
CREATE INDEX online_order_kept ON online_order(received_at) WHERE purged_at IS NULL;

-- `replaced`: kept for the record alone; the source ordered otherwise since, and what was picked of it is back.
-- Any other line with nothing to give was left out by a person.
CREATE TABLE order_line (
  id         INTEGER PRIMARY KEY,
  order_id   INTEGER NOT NULL REFERENCES online_order(id),
  n          INTEGER NOT NULL,
  -- As the source names it.
  item       TEXT    NOT NULL,
  sku        TEXT,
  -- What goes into the bag; nothing until it is matched. `wanted_id`: what was ordered, where it is another.
  product_id INTEGER REFERENCES product(id),
  wanted_id  INTEGER REFERENCES product(id),
  -- In the product's unit: what was ordered, and what is to be given (0: dropped).
  ordered    INTEGER NOT NULL CHECK (ordered > 0),
  amount     INTEGER NOT NULL CHECK (amount >= 0),
  -- Promised and not planned by a pick yet, in the product's unit.
  promised   INTEGER NOT NULL DEFAULT 0 CHECK (promised >= 0), replaced INTEGER NOT NULL DEFAULT 0 CHECK (replaced IN (0, 1)),
  UNIQUE (order_id, n)
) STRICT;
CREATE INDEX order_line_promised ON order_line(product_id) WHERE promised > 0;
CREATE INDEX order_line_product ON order_line(product_id);

-- What a source calls an item, confirmed once by a person. A name with two SKUs is two things.
CREATE TABLE "order_item" (
  id         INTEGER PRIMARY KEY,
  source_id  INTEGER NOT NULL REFERENCES order_source(id),
  item       TEXT    NOT NULL COLLATE NOCASE,
  -- Empty: the source gives none with it.
  sku        TEXT    NOT NULL DEFAULT '' COLLATE NOCASE,
  product_id INTEGER NOT NULL REFERENCES product(id),
  by_user    INTEGER REFERENCES user(id),
  at         INTEGER NOT NULL,
  UNIQUE (source_id, item, sku)
) STRICT;

-- What the packer ticked, and the picture of the open bag.
CREATE TABLE order_check (
  order_id    INTEGER NOT NULL REFERENCES online_order(id),
  "check"     TEXT    NOT NULL,
  at          INTEGER NOT NULL,
  by_user     INTEGER NOT NULL REFERENCES user(id),
  PRIMARY KEY (order_id, "check")
) STRICT, WITHOUT ROWID;

CREATE TABLE order_photo (
  order_id    INTEGER NOT NULL REFERENCES online_order(id),
  document_id INTEGER NOT NULL REFERENCES document(id),
  PRIMARY KEY (order_id, document_id)
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------- picks serve requests and orders

CREATE TABLE "pick" (
  id         INTEGER PRIMARY KEY,
  code       TEXT    NOT NULL UNIQUE,
  kind       TEXT    NOT NULL CHECK (kind IN ('restock','order')),
  -- A restock serves a request; orders stand in pick_order, each with a tote of its own.
  request_id INTEGER REFERENCES request(id),
  state      TEXT    NOT NULL CHECK (state IN ('picking','in_transit','done','cancelled')),
  picker_id  INTEGER NOT NULL REFERENCES user(id),
  tote_id    INTEGER REFERENCES place(id),
  -- While the tote travels: who carries it, and to whom.
  carrier_id INTEGER REFERENCES user(id),
  to_user    INTEGER REFERENCES user(id),
  created_at INTEGER NOT NULL,
  handed_at  INTEGER,
  due        INTEGER,
  late       INTEGER NOT NULL DEFAULT 0 CHECK (late IN (0, 1)),
  done_at    INTEGER,
  version    INTEGER NOT NULL DEFAULT 1,
  CHECK ((kind = 'restock') = (request_id IS NOT NULL))
) STRICT;
-- One live pick per request, and one per tote.
CREATE UNIQUE INDEX pick_live ON pick(request_id) WHERE state IN ('picking','in_transit','done') AND request_id IS NOT NULL;
CREATE UNIQUE INDEX pick_tote ON pick(tote_id) WHERE state IN ('picking','in_transit') AND tote_id IS NOT NULL;
CREATE INDEX pick_state ON pick(state) WHERE state IN ('picking','in_transit');

CREATE TABLE "pick_line" (
  id              INTEGER PRIMARY KEY,
  pick_id         INTEGER NOT NULL REFERENCES "pick"(id),
  request_line_id INTEGER REFERENCES request_line(id),
  order_line_id   INTEGER REFERENCES order_line(id),
  package_id      INTEGER NOT NULL REFERENCES package(id),
  bin_id          INTEGER NOT NULL REFERENCES place(id),
  -- In the package's unit.
  planned         INTEGER NOT NULL CHECK (planned >= 0),
  picked          INTEGER NOT NULL DEFAULT 0 CHECK (picked >= 0),
  received        INTEGER,
  -- Of an order: what the packer scanned into the bag, and what was put back since.
  verified        INTEGER NOT NULL DEFAULT 0 CHECK (verified BETWEEN 0 AND picked),
  put_back        INTEGER NOT NULL DEFAULT 0 CHECK (put_back BETWEEN 0 AND picked),
  state           TEXT    NOT NULL CHECK (state IN ('to_pick','picked','short')),
  short_reason    TEXT,
  -- 1 while the pick is open: what is planned and not yet picked is reserved against other picks.
  reserving       INTEGER NOT NULL DEFAULT 1 CHECK (reserving IN (0, 1)),
  CHECK ((request_line_id IS NULL) <> (order_line_id IS NULL))
) STRICT;
CREATE INDEX pick_line_pick ON pick_line(pick_id);
CREATE INDEX pick_line_request ON pick_line(request_line_id) WHERE request_line_id IS NOT NULL;
CREATE INDEX pick_line_order ON pick_line(order_line_id) WHERE order_line_id IS NOT NULL;
CREATE INDEX pick_line_package ON pick_line(package_id);
CREATE INDEX pick_line_reserving ON pick_line(package_id, bin_id) WHERE reserving = 1;

-- The orders of one walk, each in its slot. An order that was given back or cancelled leaves the walk.
CREATE TABLE pick_order (
  pick_id  INTEGER NOT NULL REFERENCES pick(id),
  order_id INTEGER NOT NULL REFERENCES online_order(id),
  slot     INTEGER NOT NULL CHECK (slot BETWEEN 1 AND 20),
  tote_id  INTEGER REFERENCES place(id),
  left_at  INTEGER,
  PRIMARY KEY (pick_id, order_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX pick_order_live ON pick_order(order_id) WHERE left_at IS NULL;

-- What was handed over, beside what the POS says was sold: 'awaiting' until its sale comes.
CREATE TABLE order_sale (
  id         INTEGER PRIMARY KEY,
  order_id   INTEGER NOT NULL REFERENCES online_order(id),
  line_id    INTEGER NOT NULL REFERENCES pick_line(id),
  product_id INTEGER NOT NULL REFERENCES product(id),
  -- In the package's unit.
  amount     INTEGER NOT NULL CHECK (amount > 0),
  sale_id    INTEGER REFERENCES sale(id),
  at         INTEGER NOT NULL,
  matched_at INTEGER
) STRICT;
CREATE INDEX order_sale_awaiting ON order_sale(product_id, at) WHERE sale_id IS NULL;
CREATE INDEX order_sale_order ON order_sale(order_id);

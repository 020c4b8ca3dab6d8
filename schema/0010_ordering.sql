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
  promised   INTEGER NOT NULL DEFAULT 0 CHECK (promised >= 0),
  UNIQUE (order_id, n)
) STRICT;
CREATE INDEX order_line_promised ON order_line(product_id) WHERE promised > 0;
CREATE INDEX order_line_product ON order_line(product_id);

-- What a source calls an item, confirmed once by a person.
CREATE TABLE order_item (
  source_id  INTEGER NOT NULL REFERENCES order_source(id),
  item       TEXT    NOT NULL COLLATE NOCASE,
  product_id INTEGER NOT NULL REFERENCES product(id),
  by_user    INTEGER REFERENCES user(id),
  at         INTEGER NOT NULL,
  PRIMARY KEY (source_id, item)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE pick_new (
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
INSERT INTO pick_new SELECT id, code, kind, request_id, state, picker_id, tote_id, carrier_id, to_user,
  created_at, handed_at, due, late, done_at, version FROM pick;

CREATE TABLE pick_line_new (
  id              INTEGER PRIMARY KEY,
  pick_id         INTEGER NOT NULL REFERENCES pick_new(id),
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
INSERT INTO pick_line_new (id, pick_id, request_line_id, package_id, bin_id, planned, picked, received, state, short_reason, reserving)
  SELECT id, pick_id, request_line_id, package_id, bin_id, planned, picked, received, state, short_reason, reserving FROM pick_line;
DROP TABLE pick_line;
DROP TABLE pick;
ALTER TABLE pick_new RENAME TO pick;
ALTER TABLE pick_line_new RENAME TO pick_line;
-- One live pick per request, and one per tote.
CREATE UNIQUE INDEX pick_live ON pick(request_id) WHERE state IN ('picking','in_transit','done') AND request_id IS NOT NULL;
CREATE UNIQUE INDEX pick_tote ON pick(tote_id) WHERE state IN ('picking','in_transit') AND tote_id IS NOT NULL;
CREATE INDEX pick_state ON pick(state) WHERE state IN ('picking','in_transit');
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

-- ---------------------------------------------------------------- what a source's items mean

-- A name with two SKUs is two things: what a person said of one says nothing of the other.
CREATE TABLE order_item_new (
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
-- Until now a name alone was remembered. Where it only ever came with one SKU, that one was meant.
INSERT INTO order_item_new (source_id, item, sku, product_id, by_user, at)
  SELECT source_id, item,
    coalesce((SELECT CASE WHEN count(DISTINCT lower(coalesce(sku, ''))) = 1 THEN max(coalesce(sku, '')) END
              FROM order_line JOIN online_order ON online_order.id = order_id
              WHERE online_order.source_id = order_item.source_id AND wanted_id IS NULL
                AND order_item.item = order_line.item), ''),
    product_id, by_user, at
  FROM order_item;
DROP TABLE order_item;
ALTER TABLE order_item_new RENAME TO order_item;

-- Kept for the record alone: the source ordered otherwise since, and what was picked of it is back. Any other
-- line with nothing to give was left out by a person.
ALTER TABLE order_line ADD COLUMN replaced INTEGER NOT NULL DEFAULT 0 CHECK (replaced IN (0, 1));
UPDATE order_line SET replaced = 1
  WHERE amount = 0 AND EXISTS (SELECT 1 FROM pick_line WHERE order_line_id = order_line.id AND picked > 0);

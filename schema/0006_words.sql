-- Sentences of the box's own are kept in both languages: the Spanish beside the English. NULL: the same, a
-- person's own words, or a row from before.
ALTER TABLE kase ADD COLUMN title_es TEXT;
ALTER TABLE evidence ADD COLUMN text_es TEXT;
ALTER TABLE task ADD COLUMN title_es TEXT;
ALTER TABLE alert ADD COLUMN title_es TEXT;

//! The schema's versions, applied in order, each in one transaction. `schema/README.md` tells how to
//! add one; `schema/schema.sql` is proven equal to their sum by a test.

use rusqlite::Connection;

use super::open::APPLICATION_ID;
use crate::domain::time::At;

const MIGRATIONS: [&str; 11] = [
    include_str!("../../schema/0001_spine.sql"),
    include_str!("../../schema/0002_offline.sql"),
    include_str!("../../schema/0003_certificate.sql"),
    include_str!("../../schema/0004_receiving.sql"),
    include_str!("../../schema/0005_outbox.sql"),
    include_str!("../../schema/0006_words.sql"),
    include_str!("../../schema/0007_counting.sql"),
    include_str!("../../schema/0008_adjusting.sql"),
    include_str!("../../schema/0009_investigating.sql"),
    include_str!("../../schema/0010_ordering.sql"),
    include_str!("../../schema/0011_matching.sql"),
];

/// The newest schema this binary knows.
pub const SCHEMA_VERSION: i64 = MIGRATIONS.len() as i64;

pub(super) fn up(connection: &Connection, _now: At) -> Result<(), rusqlite::Error> {
    let have: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let start = usize::try_from(have).unwrap_or(0);
    for (index, migration) in MIGRATIONS.iter().enumerate().skip(start) {
        let version = index + 1;
        let applied = connection.execute_batch(&format!(
            "BEGIN IMMEDIATE;\n{migration}\n;PRAGMA application_id = {APPLICATION_ID};
             PRAGMA user_version = {version}; COMMIT;"
        ));
        if let Err(error) = applied {
            // The transaction is open only when a statement of it failed.
            let _ = connection.execute_batch("ROLLBACK");
            return Err(error);
        }
    }
    Ok(())
}

/// Every object of a schema, by name, with its text: for comparing two.
pub fn schema_of(connection: &Connection) -> Result<Vec<(String, String)>, rusqlite::Error> {
    connection
        .prepare("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// The schema that all migrations make, and the one that `whole` makes, for the test that compares them.
#[expect(clippy::type_complexity, reason = "two equal lists, compared once by a test")]
pub fn migrate_fresh(
    whole: &str,
) -> Result<(Vec<(String, String)>, Vec<(String, String)>), rusqlite::Error> {
    let (sum, drawn) = (Connection::open_in_memory()?, Connection::open_in_memory()?);
    up(&sum, At(0))?;
    drawn.execute_batch(whole)?;
    Ok((schema_of(&sum)?, schema_of(&drawn)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_schema_is_the_sum_of_the_migrations() {
        let (sum, drawn) = migrate_fresh(include_str!("../../schema/schema.sql")).unwrap();
        let names = |schema: &[(String, String)]| -> Vec<String> {
            schema.iter().map(|(name, _)| name.clone()).collect()
        };
        assert_eq!(names(&drawn), names(&sum), "schema.sql has other objects than the migrations");
        for ((name, sum), (_, drawn)) in sum.iter().zip(&drawn) {
            assert_eq!(drawn, sum, "{name} in schema.sql is not what the migrations make");
        }
    }

    /// What a person said of a name holds for the SKU that it came with, where that is one alone.
    #[test]
    fn an_item_known_by_its_name_keeps_its_one_sku() {
        let connection = Connection::open_in_memory().unwrap();
        MIGRATIONS[..10].iter().for_each(|step| connection.execute_batch(step).unwrap());
        connection
            .execute_batch(
                "INSERT INTO product (id, sku, name, category, unit) VALUES (1, 'A', 'A', 'Edible', 'ea');
                 INSERT INTO online_order (id, code, source_id, external_hash, said_hash, state, way, received_at)
                   VALUES (1, 'A', 1, zeroblob(32), zeroblob(32), 'waiting', 'pickup', 0);
                 INSERT INTO order_line (order_id, n, item, sku, ordered, amount)
                   VALUES (1, 1, 'one', 'S-1', 1, 1), (1, 2, 'One', 's-1', 1, 1),
                          (1, 3, 'two', 'S-2', 1, 1), (1, 4, 'two', 'S-3', 1, 1);
                 INSERT INTO order_item (source_id, item, product_id, at)
                   VALUES (1, 'one', 1, 0), (1, 'two', 1, 0), (1, 'never seen', 1, 0);",
            )
            .unwrap();
        connection.execute_batch(MIGRATIONS[10]).unwrap();
        let kept: Vec<(String, String)> = connection
            .prepare("SELECT item, upper(sku) FROM order_item ORDER BY item")
            .unwrap()
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let kept: Vec<_> = kept.iter().map(|(item, sku)| (item.as_str(), sku.as_str())).collect();
        assert_eq!(kept, [("never seen", ""), ("one", "S-1"), ("two", "")]);
    }
}

use std::time::Instant;

use tempfile::TempDir;

use super::*;
use crate::ledger::verify::verify;
use crate::store::OpenError;

async fn store(folder: &TempDir) -> Store {
    seed(folder.path()).await.unwrap();
    Store::open(folder.path(), Options::default()).map_err(|error: OpenError| error).unwrap()
}

fn count(db: &Db<'_>, sql: &str) -> i64 {
    db.one(sql, [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn the_demo_store_is_whole_and_its_ledger_verifies() {
    let folder = TempDir::new().unwrap();
    let started = Instant::now();
    let store = store(&folder).await;
    eprintln!("seeded in {:?}", started.elapsed());
    store
        .read(|db| -> Result<(), StoreError> {
            let found = verify(db)?;
            assert!(found.ok, "{found:?}");
            for (wanted, sql) in [
                (80, "SELECT count(*) FROM product"),
                (300, "SELECT count(*) FROM package"),
                (8, "SELECT count(*) FROM user WHERE pin_hash IS NOT NULL"),
                (24, "SELECT count(*) FROM place WHERE kind = 'bin'"),
                (12, "SELECT count(*) FROM place WHERE kind = 'tote'"),
                (4, "SELECT count(*) FROM place WHERE kind = 'packed'"),
                (3, "SELECT count(*) FROM place WHERE kind = 'floor'"),
                (1, "SELECT count(*) FROM box WHERE claimed_at IS NOT NULL"),
                (60, "SELECT count(DISTINCT receipt) FROM sale"),
                (11, "SELECT count(*) FROM online_order"),
                (2, "SELECT count(*) FROM online_order WHERE state = 'handed_over'"),
                (2, "SELECT count(*) FROM online_order WHERE state = 'staged'"),
                (1, "SELECT count(*) FROM online_order WHERE state = 'unmatched'"),
            ] {
                assert_eq!(count(db, sql), wanted, "{sql}");
            }
            let split = count(
                db,
                "SELECT count(*) FROM (SELECT package_id FROM balance JOIN place ON place.id = place_id
                   WHERE kind = 'bin' AND amount > 0 GROUP BY package_id HAVING count(*) > 1)",
            );
            assert!(split >= 3, "{split} packages lie in two bins");
            let last = count(db, "SELECT max(at) FROM entry");
            assert!(last <= db.now().0, "nothing happened in the future");
            Ok(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn there_is_something_to_restock_and_stock_to_do_it_with() {
    let folder = TempDir::new().unwrap();
    let store = store(&folder).await;
    store
        .read(|db| -> Result<(), StoreError> {
            let short = "SELECT count(*) FROM par JOIN product ON product.id = product_id
                WHERE par.amount > coalesce((SELECT sum(balance.amount) FROM balance
                  JOIN package ON package.id = package_id
                  WHERE package.product_id = product.id AND balance.place_id = par.place_id), 0)
                  * 10000 / coalesce(content, 10000)";
            let all = count(db, "SELECT count(*) FROM par");
            let short = count(db, short);
            assert!(short >= 6 && short * 3 < all, "{short} of {all} below par");
            Ok(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn every_start_invites_afresh_for_a_day() {
    let folder = TempDir::new().unwrap();
    let store = store(&folder).await;
    let first = invite(&store).await.unwrap();
    let second = invite(&store).await.unwrap();
    assert_eq!((first.len(), second.len()), (3, 3));
    let token = Secret::token().hash();
    let old = first[0].secret.clone();
    let refused = store.write(move |tx| device::enrol(tx, &old, None, token, None)).await;
    assert!(matches!(refused, Err(DeviceError::Expired)), "{refused:?}");
    let new = second[0].typed.clone();
    let enrolled = store.write(move |tx| device::enrol(tx, &new, None, token, None)).await.unwrap();
    assert_eq!(enrolled.name, "Budtender's phone");
}

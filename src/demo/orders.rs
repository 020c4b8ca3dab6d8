//! An afternoon of online orders in the demo store: some handed over, some on their shelf, one at the pack
//! bench, and what still waits. Each went through the same steps as in a real store.

use anyhow::{Context, Result};

use super::Cast;
use super::day::Stocked;
use crate::domain::id::{OrderId, PlaceId, ProductId};
use crate::domain::order::{IdType, OrderWay, PackCheck};
use crate::domain::quantity::{Amount, Quantity};
use crate::domain::sheet::orders::{LineSaid, OrderFormat, OrderSaid};
use crate::domain::time::At;
use crate::ledger::Actor;
use crate::store::{Clock, Db, SqlError, Store, StoreError, named_params};
use crate::workflow::fulfilling::{self, OrderHandoverInput, PackInput, StageInput, VerifyInput};
use crate::workflow::ordering::{
    self, Intake, OrderInput, OrderLineInput, OrderProof, OrderSourceInput, Sight,
};
use crate::workflow::picking::{self, Pick, TakeInput, ToteInput, WalkInput};

/// How far an order came.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Far {
    Waiting,
    Packing,
    Packed,
    Staged,
    Handed,
}

use Far::{Handed, Packed, Packing, Staged, Waiting};
use OrderWay::{Curbside, Pickup};

/// Whose, when its window begins in minutes from now, how many units of each line, how far it came.
type Came = (&'static str, &'static str, OrderWay, i64, &'static [i64], Far);

const TODAY: [Came; 10] = [
    ("Maria", "Gonzalez", Pickup, -60, &[2, 1], Handed),
    ("Devon", "Clarke", Curbside, -30, &[1], Handed),
    ("Ingrid", "Solheim", Pickup, 10, &[1, 2], Staged),
    ("Kwame", "Owusu", Pickup, 15, &[1, 1, 2], Staged),
    ("Linh", "Tran", Curbside, 30, &[1], Packed),
    ("Rosa", "Ibarra", Pickup, 45, &[2, 1], Packing),
    ("Sam", "Whitaker", Pickup, -5, &[1], Waiting),
    ("Aisha", "Rahman", Pickup, 60, &[1, 1], Waiting),
    ("Grace", "Kim", Pickup, 90, &[1, 2], Waiting),
    ("Luis", "Ortega", Curbside, 120, &[2], Waiting),
];

/// Lets them come in and brings each as far as it came.
pub async fn place(store: &Store, clock: &Clock, cast: &Cast, products: &[Stocked]) -> Result<()> {
    let now = Clock::System.now();
    // From here on it is this afternoon.
    let back_s = (now.0 - clock.now().0) / 1000 - 2 * 3600;
    clock.advance_s(back_s.max(0));
    let vault = in_vault(store, products).await?;
    let mut next = vault.iter().cycle();
    for (first, last, way, due_min, lines, far) in TODAY {
        let lines = lines.iter().map(|units| {
            let product = *next.next().expect("a vault has products");
            OrderLineInput { product, quantity: Amount::whole(*units) }
        });
        let from = now.plus_s(due_min * 60);
        let input = OrderInput {
            number: None,
            customer_first: first.into(),
            customer_last: Some(last.into()),
            phone: Some("5105550148".into()),
            way,
            window_from: Some(from),
            window_to: Some(from.plus_s(1800)),
            lines: lines.collect(),
        };
        let by = cast.technician.clone();
        let order = store.write(move |tx| ordering::enter(tx, &by, &input)).await?;
        bring(store, clock, cast, order, far).await.context(first)?;
    }
    unmatched(store, cast, now).await
}

/// Products of which the vault has enough for an order.
async fn in_vault(store: &Store, products: &[Stocked]) -> Result<Vec<ProductId>> {
    let ids: Vec<ProductId> = products.iter().map(|one| one.id).collect();
    let enough = move |db: &Db<'_>| {
        let mut found = Vec::new();
        for id in ids {
            if ordering::promise::free(db, id)? >= Amount::whole(6) {
                found.push(id);
            }
        }
        Ok::<_, StoreError>(found)
    };
    Ok(store.read(enough).await?)
}

async fn bring(store: &Store, clock: &Clock, cast: &Cast, order: OrderId, far: Far) -> Result<()> {
    if far < Packing {
        return Ok(());
    }
    clock.advance_s(60);
    walk(store, clock, &cast.technician, order).await?;
    if far < Packed {
        return Ok(());
    }
    let whole = store.read(move |db| ordering::get(db, order, Sight::Goods)).await?;
    let items = whole.into_iter().flat_map(|whole| whole.lines).flat_map(|line| line.items);
    for item in items {
        let by = cast.technician.clone();
        let scanned = item.package.tag.clone();
        let input = VerifyInput { line: item.line, quantity: item.picked_count, scanned };
        store.write(move |tx| fulfilling::verify(tx, &by, order, &input)).await?;
    }
    clock.advance_s(180);
    let by = cast.technician.clone();
    let pack = PackInput { checks: PackCheck::ALL.to_vec(), photos: Vec::new(), bags: 1 };
    store.write(move |tx| fulfilling::pack(tx, &by, order, &pack)).await?;
    if far < Staged {
        return Ok(());
    }
    let (shelf, scanned) = store.read(|db| place_of(db, "packed")).await?;
    let by = cast.technician.clone();
    let stage = StageInput { shelf, scanned };
    store.write(move |tx| fulfilling::stage(tx, &by, order, &stage)).await?;
    if far < Handed {
        return Ok(());
    }
    clock.advance_s(600);
    let code = store.read(move |db| ordering::code_of(db, order).map_err(StoreError::from)).await?;
    let handover = OrderHandoverInput {
        scanned: code.unwrap_or_default(),
        name_confirmed: true,
        id_type: IdType::DriverLicense,
    };
    let by = cast.budtender.clone();
    Ok(store.write(move |tx| fulfilling::hand_over(tx, &by, order, &handover)).await?)
}

/// Picks an order into an empty tote, first in, first out.
async fn walk(store: &Store, clock: &Clock, by: &Actor, order: OrderId) -> Result<()> {
    let (who, input) = (by.clone(), WalkInput { orders: vec![order] });
    let pick: Pick = store.write(move |tx| picking::start(tx, &who, &input)).await?;
    let (tote, _) = store.read(|db| place_of(db, "tote")).await?;
    let (who, id) = (by.clone(), pick.id);
    let input = ToteInput { tote, order: Some(order) };
    store.write(move |tx| picking::set_tote(tx, &who, id, &input)).await?;
    for line in pick.lines {
        clock.advance_s(45);
        let input = TakeInput {
            bin: line.bin.id,
            package: line.package.id,
            quantity: Quantity::new(line.planned.amount, line.planned.unit),
            scanned: line.package.tag.clone(),
            line: Some(line.id),
            approval: None,
            reason: None,
        };
        let who = by.clone();
        store.write(move |tx| picking::take(tx, &who, id, &input, None)).await?;
    }
    let who = by.clone();
    store.write(move |tx| picking::finish(tx, &who, id)).await?;
    Ok(())
}

/// The first place of a kind that is empty, and its code.
fn place_of(db: &Db<'_>, kind: &'static str) -> Result<(PlaceId, String), StoreError> {
    let found: Result<_, SqlError> = db.one(
        "SELECT id, code FROM place WHERE kind = :kind
           AND NOT EXISTS (SELECT 1 FROM balance WHERE place_id = place.id AND amount > 0)
           AND NOT EXISTS (SELECT 1 FROM online_order WHERE tote_id = place.id
                             AND state NOT IN ('handed_over', 'ended', 'staged'))
         ORDER BY id LIMIT 1",
        named_params! { ":kind": kind },
        |row| Ok((PlaceId(row.get("id")?), row.get("code")?)),
    );
    Ok(found?)
}

/// What Weedmaps sent, with a name that no product has.
async fn unmatched(store: &Store, cast: &Cast, now: At) -> Result<()> {
    let by = cast.owner.clone();
    let input = OrderSourceInput {
        slug: "weedmaps".into(),
        name: "Weedmaps".into(),
        format: OrderFormat::Weedmaps,
        proof: OrderProof::Signature,
        active: true,
        version: None,
    };
    let source = store.write(move |tx| ordering::add_source(tx, &by, &input)).await?;
    let said = OrderSaid {
        external: "99998888017".into(),
        number: Some("88017".into()),
        customer: Some("Nadia P.".into()),
        phone: None,
        way: Pickup,
        window_from: Some(now.plus_s(5400)),
        window_to: Some(now.plus_s(7200)),
        placed: Some(now.plus_s(-900)),
        cancelled: false,
        done: false,
        lines: vec![LineSaid {
            item: "Sour Cherry Gummies 10-pack".into(),
            sku: None,
            quantity: Amount::whole(2),
        }],
    };
    let (by, pepper) = (Actor::system(), cast.pepper.clone());
    let intake = Intake { by, source: source.id, pepper };
    store.write(move |tx| intake.take_in(tx, &[said])).await?;
    Ok(())
}

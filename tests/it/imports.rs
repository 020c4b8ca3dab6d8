//! Files taken in, from the bytes to the books: preview, mapping, one confirmation, chunks that
//! survive a restart and let scans slip between; sales that deduct.

mod packages;
mod restart;
mod sales;

use std::sync::Arc;

use backstock::domain::id::{DeviceId, ImportId, PackageId, PlaceId, SessionId, UserId};
use backstock::domain::place::PlaceKind;
use backstock::domain::quantity::{Amount, Quantity, Unit};
use backstock::domain::role::Role;
use backstock::ledger::{Actor, query, verify};
use backstock::store::{Options, Store, StoreError, Tx, params};
use backstock::workflow::casework;
use backstock::workflow::catalogue::{self, PlaceInput, ProductInput};
use backstock::workflow::importing::{
    self, ConfirmInput, Import, ImportError, ImportKind, ImportRow, ImportState, MakeInput,
    MappingInput, MappingsInput, NewImport, RowState,
};
use backstock::workflow::moving::{self, MoveInput};

const METRC: &[u8] = include_bytes!("../data/metrc-active.json");

/// A box's books without the box around them.
struct Books {
    store: Store,
    folder: Arc<tempfile::TempDir>,
}

fn manager() -> Actor {
    Actor::person(UserId(1), Role::Manager, DeviceId(1), SessionId(1))
}

fn place_input(name: &str, kind: PlaceKind) -> PlaceInput {
    PlaceInput {
        name: name.into(),
        kind,
        area: None,
        walk: 1,
        pos_room: (kind == PlaceKind::Floor).then(|| "Sales Floor".into()),
        active: true,
        version: None,
    }
}

fn product_input(sku: &str, name: &str, unit: Unit) -> ProductInput {
    ProductInput {
        sku: sku.into(),
        name: name.into(),
        brand: None,
        category: "Edible".into(),
        unit,
        content: None,
        gtins: Vec::new(),
        price_cents: Some(1800),
        active: true,
        pars: Vec::new(),
        version: None,
    }
}

impl Books {
    fn open() -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a temporary folder"));
        let books = Self { store: store_in(&folder), folder };
        books.write(|tx| {
            tx.execute("INSERT INTO user (id, name, role, badge, created_at) VALUES (1, 'Mia', 'manager', 'b', 0)", [])?;
            tx.execute("INSERT INTO device (id, name, kind, token_hash, enrolled_at) VALUES (1, 'Office', 'own', ?1, 0)", params![vec![1_u8; 32]])?;
            tx.execute("INSERT INTO session (id, token_hash, user_id, device_id, started_at, expires) VALUES (1, ?1, 1, 1, 0, 0)", params![vec![1_u8; 32]])?;
            Ok::<_, StoreError>(())
        });
        books
    }

    /// As a restart of the box: the same folder, opened anew.
    fn reopen(self) -> Self {
        let folder = Arc::clone(&self.folder);
        drop(self);
        Self { store: store_in(&folder), folder }
    }

    fn write<T: Send + 'static, E: From<StoreError> + std::fmt::Debug + Send + 'static>(
        &self,
        f: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> T {
        self.store.write_blocking(f).expect("a write that succeeds")
    }

    fn place(&self, name: &'static str, kind: PlaceKind) -> PlaceId {
        self.write(move |tx| catalogue::create_place(tx, &manager(), &place_input(name, kind))).id
    }

    fn load(&self, kind: ImportKind, bytes: &[u8]) -> Import {
        let new = NewImport::of(kind, "a file", bytes);
        let import = self.write(move |tx| importing::begin(tx, &manager(), &new));
        importing::read_in(&self.store, import.id, bytes).expect("reading")
    }

    /// Makes a product of every item that is none yet.
    fn make_all(&self, id: ImportId) -> Import {
        let found = self.store.read_blocking(|db| importing::mappings(db, id)).expect("mappings");
        let unmapped = found.mappings.into_iter().filter(|mapping| mapping.product.is_none());
        let mappings: Vec<MappingInput> = unmapped
            .enumerate()
            .map(|(n, mapping)| MappingInput {
                make: Some(MakeInput {
                    sku: format!("P-{id}-{n}"),
                    name: mapping.item.clone(),
                    category: "Any".into(),
                    unit: mapping.unit,
                    content: None,
                }),
                item: mapping.item,
                product: None,
            })
            .collect();
        self.map(id, mappings)
    }

    fn map(&self, id: ImportId, mappings: Vec<MappingInput>) -> Import {
        self.write(move |tx| importing::map_items(tx, &manager(), id, &MappingsInput { mappings }));
        let mut after = Some(0);
        while let Some(row) = after {
            after = self.write(move |tx| importing::reconsider(tx, id, row));
        }
        self.import(id)
    }

    fn confirm(&self, id: ImportId, opening: bool) -> Result<Import, ImportError> {
        let input = ConfirmInput { opening };
        self.store.write_blocking(move |tx| importing::confirm(tx, &manager(), id, input))
    }

    fn apply(&self, id: ImportId) -> Import {
        while self.write(move |tx| importing::apply_chunk(tx, id)) {}
        self.import(id)
    }

    /// Loads, makes products, confirms and applies.
    fn take_in(&self, kind: ImportKind, bytes: &[u8], opening: bool) -> Import {
        let import = self.load(kind, bytes);
        if import.counts.needs_mapping > 0 && kind == ImportKind::Packages {
            self.make_all(import.id);
        }
        self.confirm(import.id, opening).expect("a confirmation");
        self.apply(import.id)
    }

    fn import(&self, id: ImportId) -> Import {
        let found: Result<_, StoreError> =
            self.store.read_blocking(|db| Ok(importing::get(db, id)?));
        found.expect("a read").expect("an import")
    }

    fn rows(&self, id: ImportId, state: RowState) -> Vec<ImportRow> {
        let found: Result<_, StoreError> =
            self.store.read_blocking(|db| Ok(importing::rows(db, id, Some(state), 0, 500)?));
        found.expect("a read").rows
    }

    fn package(&self, tag: &str) -> PackageId {
        self.text(&format!("SELECT id FROM package WHERE tag = '{tag}'"))
            .parse()
            .map(PackageId)
            .expect("known")
    }

    fn held(&self, package: PackageId, place: PlaceId) -> String {
        let held: Result<_, StoreError> =
            self.store.read_blocking(|db| Ok(query::balance(db, package, place)?));
        held.expect("a read").to_string()
    }

    /// The single value of a query, as text.
    fn text(&self, sql: &str) -> String {
        let found: Result<_, StoreError> = self.store.read_blocking(|db| {
            Ok(db.one(&format!("SELECT CAST(({sql}) AS TEXT)"), [], |row| {
                row.get::<_, Option<String>>(0)
            })?)
        });
        found.expect("a read").unwrap_or_else(|| "NULL".into())
    }

    fn moves(&self, package: PackageId, from: PlaceId, to: PlaceId, units: i64) {
        let quantity = Quantity::new(Amount::whole(units), Unit::Ea);
        let input = MoveInput { package, from, to, quantity, scanned: None, reason: None };
        self.write(move |tx| moving::scan_move(tx, &manager(), &input));
    }

    fn cases(&self) -> Vec<(String, i64)> {
        let found: Result<_, StoreError> = self.store.read_blocking(|db| {
            Ok(casework::cases(db, None, casework::CaseOrder::Newest)?
                .cases
                .into_iter()
                .map(|c| (c.title.en, c.evidence))
                .collect())
        });
        found.expect("a read")
    }
}

impl Drop for Books {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let found = self.store.read_blocking::<_, StoreError, _>(verify::verify).expect("a read");
        assert!(found.ok, "the ledger is bad at {:?}: {:?}", found.first_bad, found.what);
        self.store.stop();
    }
}

fn store_in(folder: &tempfile::TempDir) -> Store {
    Store::open(folder.path(), Options::default()).expect("a store")
}

fn lines(rows: &[ImportRow]) -> Vec<String> {
    rows.iter()
        .map(|row| {
            format!(
                "{} {} {}",
                row.row,
                row.field.as_deref().unwrap_or("-"),
                row.code.as_deref().unwrap_or("-")
            )
        })
        .collect()
}

fn list_of(rows: usize) -> Vec<u8> {
    let row = |n: usize| format!("1A4060300002EE2{n:09},Tidewater Gummies,3,ea,Passed\n");
    let rows = (0..rows).map(row);
    std::iter::once("tag,item,qty,uom,lab test status\n".to_owned())
        .chain(rows)
        .collect::<String>()
        .into_bytes()
}

/// Stock on the floor: 48 eighths of the first package, gummies of two packages, the newer one open.
fn floor(books: &Books) -> (PlaceId, [PackageId; 3]) {
    let floor = books.place("Front counter", PlaceKind::Floor);
    let csv = "tag,item,sku,qty,uom,lab test status,expires\n\
        1A4060300002EE1000018801,Harbor Lane Fog Signal 3.5 g,HL-FS-35,48,ea,Passed,3/14/27\n\
        1A4060300002EE1000018802,Tidewater Gummies,TW-G,1,ea,Passed,1/10/27\n\
        1A4060300002EE1000018803,Tidewater Gummies,TW-G,5,ea,Passed,6/10/27\n";
    books.take_in(ImportKind::Packages, csv.as_bytes(), true);
    let unsorted = books
        .text("SELECT id FROM place WHERE kind = 'unsorted'")
        .parse()
        .map(PlaceId)
        .expect("made");
    let packages =
        ["1A4060300002EE1000018801", "1A4060300002EE1000018802", "1A4060300002EE1000018803"];
    let packages = packages.map(|tag| books.package(tag));
    for (package, units) in packages.into_iter().zip([48, 1, 5]) {
        books.moves(package, unsorted, floor, units);
    }
    let (place, open) = (floor.0, packages[2].0);
    books.write(move |tx| {
        tx.execute(
            "INSERT INTO open_package SELECT ?1, product_id, id FROM package WHERE id = ?2",
            params![place, open],
        )?;
        Ok::<_, StoreError>(())
    });
    (floor, packages)
}

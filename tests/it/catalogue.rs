//! Products, par levels and places as they are edited.

use backstock::domain::place::PlaceKind;
use backstock::domain::quantity::{Amount, Quantity, Unit};
use backstock::ledger::Actor;
use backstock::store::{Options, Store, StoreError, Tx, params};
use backstock::workflow::catalogue::{
    self, CatalogueError, Par, Place, PlaceInput, Product, ProductInput,
};

struct Books {
    store: Store,
    _folder: tempfile::TempDir,
}

impl Books {
    fn open() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::open(folder.path(), Options::default()).expect("a store");
        Self { store, _folder: folder }
    }

    fn write<T: Send + 'static, E: From<StoreError> + Send + 'static>(
        &self,
        f: impl FnOnce(&Tx<'_>, &Actor) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        self.store.write_blocking(move |tx| f(tx, &Actor::console()))
    }

    fn place(&self, input: PlaceInput) -> Result<Place, CatalogueError> {
        self.write(move |tx, by| catalogue::create_place(tx, by, &input))
    }

    fn product(&self, input: ProductInput) -> Result<Product, CatalogueError> {
        self.write(move |tx, by| catalogue::create_product(tx, by, &input))
    }

    fn change(&self, was: &Product, input: ProductInput) -> Result<Product, CatalogueError> {
        let id = was.id;
        self.write(move |tx, by| catalogue::update_product(tx, by, id, &input))
    }
}

fn gummies() -> ProductInput {
    ProductInput {
        sku: " GUM-10 ".into(),
        name: "Sour cherry gummies".into(),
        brand: Some("  ".into()),
        category: "Edible".into(),
        unit: Unit::Ea,
        content: None,
        gtins: vec!["036000291452".into(), "00036000291452".into()],
        price_cents: Some(1800),
        active: true,
        pars: Vec::new(),
        version: None,
    }
}

fn station(name: &str) -> PlaceInput {
    PlaceInput {
        name: name.into(),
        kind: PlaceKind::Floor,
        area: None,
        walk: 0,
        pos_room: None,
        active: true,
        version: None,
    }
}

fn field(refused: Result<impl std::fmt::Debug, CatalogueError>) -> &'static str {
    match refused {
        Err(CatalogueError::Invalid { field, .. }) => field,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_product_is_saved_as_it_should_be_written() {
    let books = Books::open();
    let floor = books.place(station("Front")).expect("a place");
    let par = Par { place: floor.id, quantity: Amount::whole(12) };
    let made = books.product(ProductInput { pars: vec![par], ..gummies() }).expect("a product");
    assert_eq!((made.sku.as_str(), made.brand.as_deref(), made.version), ("GUM-10", None, 1));
    assert_eq!(made.gtins.iter().map(ToString::to_string).collect::<Vec<_>>(), ["00036000291452"]);
    assert_eq!(
        (made.pars.as_slice(), made.on_hand),
        (&[par][..], Some(Quantity::new(Amount::ZERO, Unit::Ea)))
    );
    let listed: Result<_, StoreError> =
        books.store.read_blocking(|db| Ok(catalogue::products(db)?));
    let listed = listed.expect("a read").products;
    assert_eq!((listed.len(), &listed[0].gtins, &listed[0].pars), (1, &made.gtins, &made.pars));
}

#[test]
fn what_is_wrong_with_a_product_is_named() {
    let books = Books::open();
    let floor = books.place(station("Front")).expect("a place");
    let bin = books.place(PlaceInput { kind: PlaceKind::Bin, ..station("A-01") }).expect("a place");
    let par =
        |place, quantity: &str| vec![Par { place, quantity: quantity.parse().expect("a number") }];
    let content = |value: &str, unit| Some(Quantity::new(value.parse().expect("a number"), unit));
    for (input, wrong) in [
        (ProductInput { sku: " ".into(), ..gummies() }, "sku"),
        (ProductInput { name: "x".repeat(161), ..gummies() }, "name"),
        (ProductInput { category: "a\nb".into(), ..gummies() }, "category"),
        (ProductInput { gtins: vec!["036000291453".into()], ..gummies() }, "gtins"),
        (ProductInput { price_cents: Some(-1), ..gummies() }, "price_cents"),
        (ProductInput { content: content("3.5", Unit::Ea), ..gummies() }, "content"),
        (ProductInput { content: content("0", Unit::G), ..gummies() }, "content"),
        (ProductInput { pars: par(bin.id, "3"), ..gummies() }, "pars"),
        (ProductInput { pars: par(floor.id, "1.5"), ..gummies() }, "pars"),
        (
            ProductInput { pars: [par(floor.id, "1"), par(floor.id, "2")].concat(), ..gummies() },
            "pars",
        ),
    ] {
        assert_eq!(field(books.product(input)), wrong);
    }
    books.product(gummies()).expect("a product");
    assert!(matches!(books.product(gummies()), Err(CatalogueError::SkuTaken { .. })));
    let other = ProductInput { sku: "OTHER".into(), ..gummies() };
    assert!(matches!(books.product(other), Err(CatalogueError::GtinTaken { .. })));
}

#[test]
fn whoever_saves_second_is_told() {
    let books = Books::open();
    let made = books.product(gummies()).expect("a product");
    let renamed = ProductInput { name: "Cherry".into(), version: Some(1), ..gummies() };
    let saved = books.change(&made, renamed.clone()).expect("the first save");
    assert_eq!((saved.name.as_str(), saved.version), ("Cherry", 2));
    let second = books.change(&made, ProductInput { name: "Sour".into(), ..renamed });
    assert!(matches!(second, Err(CatalogueError::ChangedMeanwhile { version: 2 })), "{second:?}");
    assert!(matches!(books.change(&made, gummies()), Err(CatalogueError::ChangedMeanwhile { .. })));
}

#[test]
fn a_unit_does_not_change_under_its_packages() {
    let books = Books::open();
    let made = books.product(gummies()).expect("a product");
    let id = made.id.0;
    let added: Result<_, StoreError> = books.write(move |tx, _| {
        tx.execute(
            "INSERT INTO package (tag, product_id, unit, lab_state, added_at) VALUES (?1, ?2, 'ea', 'TestPassed', 0)",
            params!["1A4060300002EE1000017701", id],
        )?;
        Ok(())
    });
    added.expect("a package");
    let content = Some(Quantity::new("3.5".parse().expect("a number"), Unit::G));
    let weighed = ProductInput { content, version: Some(1), ..gummies() };
    assert!(matches!(books.change(&made, weighed), Err(CatalogueError::UnitInUse)));
}

#[test]
fn a_place_has_a_code_for_life_and_is_closed_only_when_empty() {
    let books = Books::open();
    let floor = books.place(station("Front")).expect("a place");
    let bin = books
        .place(PlaceInput { kind: PlaceKind::Bin, ..station("Front") })
        .expect("a bin of that name");
    assert!(
        floor.id.0 >= 100
            && bin.id.0 > floor.id.0
            && floor.code != bin.code
            && floor.code.len() == 6
    );
    assert!(matches!(books.place(station("FRONT")), Err(CatalogueError::NameTaken { .. })));
    assert_eq!(field(books.place(PlaceInput { kind: PlaceKind::Account, ..station("x") })), "kind");
    let par = Par { place: floor.id, quantity: Amount::whole(1) };
    books.product(ProductInput { pars: vec![par], ..gummies() }).expect("a product");
    let save = |input: PlaceInput| {
        books.write(move |tx, by| catalogue::update_place(tx, by, floor.id, &input))
    };
    let closed = PlaceInput { active: false, version: Some(1), ..station("Front") };
    assert!(matches!(save(closed), Err(CatalogueError::InUse)));
    let renamed =
        save(PlaceInput { version: Some(1), pos_room: Some("Sales".into()), ..station("Counter") })
            .expect("a save");
    assert_eq!((renamed.code, renamed.version), (floor.code, 2));
    assert!(matches!(
        save(PlaceInput { version: Some(1), ..station("Late") }),
        Err(CatalogueError::ChangedMeanwhile { version: 2 })
    ));
}

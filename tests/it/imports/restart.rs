//! Long lists: a restart in the middle, and people who scan meanwhile.

use super::*;

#[test]
fn a_restart_in_the_middle_applies_every_row_once() {
    let books = Books::open();
    books.write(|tx| {
        catalogue::create_product(
            tx,
            &manager(),
            &product_input("TG", "Tidewater Gummies", Unit::Ea),
        )
    });
    let import = books.load(ImportKind::Packages, &list_of(350));
    assert_eq!(import.counts.new, 350);
    books.confirm(import.id, true).expect("a confirmation");
    assert!(books.write(move |tx| importing::apply_chunk(tx, import.id)));
    let half = books.import(import.id);
    assert!(
        half.state == ImportState::Applying && (1..350).contains(&half.applied_rows),
        "{half:?}"
    );
    let books = books.reopen();
    let waiting: Result<_, StoreError> =
        books.store.read_blocking(|db| Ok(importing::applying(db)?));
    assert_eq!(waiting.expect("a read"), [import.id]);
    let done = books.apply(import.id);
    assert_eq!((done.state, done.applied_rows), (ImportState::Applied, 350));
    assert_eq!(books.text("SELECT count(*) FROM package"), "350");
    assert_eq!(
        books.text("SELECT sum(amount) FROM balance WHERE place_id >= 100"),
        (350 * 30_000).to_string()
    );
    assert!(!books.write(move |tx| importing::apply_chunk(tx, import.id)), "nothing is left to do");
}

#[test]
fn what_was_being_read_when_the_box_stopped_is_refused() {
    let books = Books::open();
    let new = NewImport::of(ImportKind::Packages, "a file", METRC);
    let import = books.write(move |tx| importing::begin(tx, &manager(), &new));
    let books = books.reopen();
    books.write(|tx| importing::abandon_unread(tx, tx.now().plus_s(1)));
    assert_eq!(books.import(import.id).state, ImportState::Refused);
    let late = importing::read_in(&books.store, import.id, METRC).expect("a read");
    assert_eq!((late.state, late.rows), (ImportState::Refused, 0), "its retry finds it so");
}

/// People scan while a list is taken in: each scan waits for one chunk at most.
fn scans_slip_between(rows: usize) -> (usize, std::time::Duration) {
    let books = Books::open();
    books.write(|tx| {
        catalogue::create_product(
            tx,
            &manager(),
            &product_input("TG", "Tidewater Gummies", Unit::Ea),
        )
    });
    let (front, packages) = floor(&books);
    let back = books.place("Back counter", PlaceKind::Floor);
    let store = books.store.clone();
    let bytes = list_of(rows);
    let import = std::thread::spawn(move || {
        let new = NewImport::of(ImportKind::Packages, "a long list", &bytes);
        let import =
            store.write_blocking(move |tx| importing::begin(tx, &manager(), &new)).expect("begun");
        importing::read_in(&store, import.id, &bytes).expect("read");
        let opening = ConfirmInput { opening: true };
        store
            .write_blocking(move |tx| importing::confirm(tx, &manager(), import.id, opening))
            .expect("confirmed");
        while store
            .write_blocking(move |tx| importing::apply_chunk(tx, import.id))
            .expect("a chunk")
        {}
        import.id
    });
    let (mut scans, mut longest) = (0, std::time::Duration::ZERO);
    while !import.is_finished() {
        let (from, to) = if scans % 2 == 0 { (front, back) } else { (back, front) };
        let begun = std::time::Instant::now();
        books.moves(packages[0], from, to, 1);
        longest = longest.max(begun.elapsed());
        scans += 1;
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let import = books.import(import.join().expect("no panic"));
    assert_eq!((import.state, import.applied_rows), (ImportState::Applied, rows as i64));
    (scans, longest)
}

#[test]
fn fifty_thousand_rows_while_people_scan() {
    let (scans, longest) = scans_slip_between(50_000);
    assert!(scans >= 100, "{scans} scans went on meanwhile; the longest waited {longest:?}");
}

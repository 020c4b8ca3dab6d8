//! The engine by itself: whatever it is given, it names causes in their order, shows only rows that it was
//! given, and says "unknown" where there is nothing.

use backstock::domain::arrival::How;
use backstock::domain::id::{
    CountId, PackageId, PickId, PlaceId, ProductId, Seq, ShipmentId, VarianceId,
};
use backstock::domain::investigate::{
    Alike, Arrival, Carried, Cause, Clue, Facts, Gap, Look, Moved, Off, Outside, POSSIBLE, Sold,
    SoldAs, Trace, rank,
};
use backstock::domain::place::{Account, PlaceKind};
use backstock::domain::quantity::{Amount, Unit};
use backstock::domain::time::At;
use proptest::prelude::*;

const GUMMIES: ProductId = ProductId(1);
const GUAVA: ProductId = ProductId(2);
const PACKAGE: PackageId = PackageId(11);
const STATION: PlaceId = PlaceId(120);
const BIN: PlaceId = PlaceId(130);
const HOUR_MS: i64 = 3_600_000;

fn kind(place: PlaceId) -> PlaceKind {
    match place.0 {
        ..120 => PlaceKind::Quarantine,
        120..130 => PlaceKind::Floor,
        130..160 => PlaceKind::Bin,
        _ => PlaceKind::Tote,
    }
}

fn look(id: i64, hour: i64, place: PlaceId, counted: i64, book: i64) -> Look {
    Look {
        id: VarianceId(id),
        count: CountId(hour),
        case: None,
        product: GUMMIES,
        package: Some(PACKAGE),
        tag: "00011".into(),
        place,
        place_name: "Station 1".into(),
        kind: kind(place),
        at: At(hour * HOUR_MS),
        counted: Amount::whole(counted),
        book: Amount::whole(book),
        tolerance: Amount::ZERO,
        weighed: None,
    }
}

/// The last of these counts, and nothing else.
fn bare(looks: Vec<Look>) -> Facts {
    let last = looks.last().expect("a count");
    let off = Off {
        id: last.id,
        product: GUMMIES,
        name: "Gummies".into(),
        package: last.package,
        place: last.place,
        kind: last.kind,
        unit: Unit::Ea,
        content: None,
    };
    Facts {
        off,
        looks,
        alike: Vec::new(),
        sales: Vec::new(),
        moves: Vec::new(),
        gaps: Vec::new(),
        carried: Vec::new(),
        arrivals: Vec::new(),
    }
}

fn sold(receipt: &str, hour: i64, product: ProductId, amount: i64, taken: i64) -> Sold {
    Sold {
        receipt: receipt.into(),
        line: 1,
        at: At(hour * HOUR_MS),
        product: Some(product),
        known: true,
        item: "Gummies".into(),
        kind: SoldAs::Sale,
        amount: Amount::whole(amount),
        taken: Amount::whole(taken),
        case: None,
    }
}

fn came(amount: i64, hour: i64, how: How) -> Arrival {
    Arrival {
        package: PACKAGE,
        tag: "1A4060300000000000000011".into(),
        batch: Some("L1".into()),
        manifest: Some("M-1".into()),
        came: vec![(At(hour * HOUR_MS), Seq(5), Amount::whole(amount))],
        shipment: Some(ShipmentId(7)),
        how: Some(how),
        known_outside: true,
        mates: 0,
        mates_short: 0,
    }
}

fn first(facts: &Facts) -> Cause {
    rank(facts).first()
}

#[test]
fn nothing_known_is_unknown() {
    for counted in [0, 7, 9, 400] {
        let facts = bare(vec![look(1, 10, STATION, 8, 8), look(2, 60, STATION, counted, 8)]);
        assert_eq!(first(&facts), Cause::Unknown, "{counted}");
        assert!(rank(&facts).causes.is_empty());
    }
    // A count that is not among the counts.
    let mut facts = bare(vec![look(1, 10, STATION, 7, 8)]);
    facts.off.id = VarianceId(99);
    assert_eq!(first(&facts), Cause::Unknown);
}

#[test]
fn what_is_missing_here_and_over_there_was_moved() {
    let mut facts = bare(vec![look(1, 50, BIN, 14, 10), look(2, 60, STATION, 4, 8)]);
    let ranking = rank(&facts);
    assert_eq!(ranking.first(), Cause::UnrecordedMove);
    assert!(ranking.causes[0].likely);
    // Over, and the next count there was right again: nothing was there.
    facts.looks.insert(1, look(3, 55, BIN, 10, 10));
    assert_ne!(first(&facts), Cause::UnrecordedMove);
    // It went from a package that was sold out to the next: it is still one thing, and older.
    let sold_out = Look { package: Some(PackageId(12)), ..look(4, 90, STATION, 4, 8) };
    let others = vec![look(1, 50, BIN, 14, 10), look(2, 60, STATION, 4, 8)];
    let mut facts = bare(others.into_iter().chain([sold_out]).collect());
    facts.off.id = VarianceId(2);
    assert_eq!(first(&facts), Cause::UnrecordedMove);
    facts.off.id = VarianceId(4);
    assert_eq!(first(&facts), Cause::UnrecordedMove);
    // Over in quarantine: it broke.
    let broken = bare(vec![look(1, 50, PlaceId(111), 3, 2), look(2, 60, STATION, 7, 8)]);
    assert_eq!(first(&broken), Cause::UnrecordedDamage);
}

#[test]
fn two_packages_on_one_shelf() {
    let other = Look { package: Some(PackageId(12)), ..look(3, 60, STATION, 9, 7) };
    let mut facts = bare(vec![other, look(2, 60, STATION, 6, 8)]);
    facts.sales = vec![sold("J1", 20, GUMMIES, 2, 2)];
    assert_eq!(first(&facts), Cause::SoldFromWrongPackage);
    facts.sales.clear();
    assert!(rank(&facts).causes.iter().all(|one| !one.likely), "nothing was sold");
}

#[test]
fn a_line_that_took_nothing_is_a_sale_the_book_lacks() {
    let mut facts = bare(vec![look(1, 10, STATION, 8, 8), look(2, 60, STATION, 6, 8)]);
    facts.sales = vec![sold("J1", 20, GUMMIES, 1, 1), sold("J2", 30, GUMMIES, 2, 0)];
    assert_eq!(first(&facts), Cause::UnpostedSale);
    // Sold before the count that was right.
    facts.sales[1].at = At(HOUR_MS);
    assert_eq!(first(&facts), Cause::Unknown);
}

#[test]
fn packs_for_pieces() {
    // Five packs of twelve came, and five were written down.
    let mut facts = bare(vec![look(1, 60, BIN, 58, 3)]);
    facts.arrivals = vec![came(5, 20, How::Pieces)];
    facts.gaps = vec![Gap {
        package: PACKAGE,
        of: Outside::State,
        at: At(61 * HOUR_MS),
        is: Amount::whole(58),
        ours: Amount::whole(3),
    }];
    assert_eq!(first(&facts), Cause::WrongUnit);
    // At a count, and the next one was right.
    let last = look(2, 60, BIN, 5, 60);
    let mut facts = bare(vec![look(1, 10, BIN, 60, 60), last, look(3, 90, BIN, 60, 60)]);
    facts.off.id = VarianceId(2);
    facts.arrivals = vec![came(60, 1, How::Packs { packs: 5, size: 12, loose: 0, opened: 1 })];
    assert_eq!(first(&facts), Cause::WrongUnit);
}

#[test]
fn what_was_counted_piece_by_piece_at_the_door_came() {
    let mut facts = bare(vec![look(1, 60, BIN, 50, 60)]);
    facts.arrivals = vec![came(60, 20, How::Packs { packs: 6, size: 10, loose: 0, opened: 1 })];
    assert_eq!(first(&facts), Cause::ReceivingShort);
    facts.arrivals = vec![came(60, 20, How::Pieces)];
    assert_eq!(first(&facts), Cause::Unknown);
}

/// Anything at all around a variance, from few numbers, so that they meet.
fn anything() -> impl Strategy<Value = Facts> {
    let place =
        || prop::sample::select(vec![STATION, BIN, PlaceId(131), PlaceId(111), PlaceId(160)]);
    let count = (0..200_i64, place(), 0..15_i64, 0..15_i64, 11..14_i64);
    let sale = (0..200_i64, 0..3_i64, 1..4_i64, 0..4_i64, 0..9_usize);
    let moved = (0..200_i64, 11..14_i64, place(), place(), 1..8_i64);
    let arrived = (0..200_i64, 1..15_i64, 1..3_usize, any::<bool>(), 11..14_i64);
    let gap = (0..200_i64, any::<bool>(), 0..15_i64, 0..15_i64);
    let tote = (0..200_i64, 11..14_i64, 1..8_i64, any::<bool>(), 0..3_usize);
    (
        (prop::collection::vec(count.clone(), 1..12), prop::collection::vec(count, 0..8)),
        prop::collection::vec(sale, 0..12),
        prop::collection::vec(moved, 0..12),
        prop::collection::vec(arrived, 0..4),
        prop::collection::vec(gap, 0..6),
        prop::collection::vec(tote, 0..3),
        any::<bool>(),
    )
        .prop_map(|((counts, others), sales, moves, arrivals, gaps, totes, weighed)| {
            let mut looks: Vec<Look> = counts.iter().enumerate().map(counted).collect();
            looks.sort_by_key(|look| (look.at, look.id));
            let mut theirs: Vec<Look> = others.iter().enumerate().map(counted).collect();
            theirs.sort_by_key(|look| (look.at, look.id));
            for (nth, look) in theirs.iter_mut().enumerate() {
                (look.product, look.id) = (GUAVA, VarianceId(500 + nth as i64));
            }
            let mut facts = bare(looks);
            (facts.off.unit, facts.off.content) =
                if weighed { (Unit::G, Some(Amount::from_raw(35_000))) } else { (Unit::Ea, None) };
            facts.alike = vec![Alike {
                product: GUAVA,
                name: "Guava".into(),
                score: 85,
                unit: facts.off.unit,
                content: facts.off.content,
                looks: theirs,
                adjusted: Vec::new(),
            }];
            facts.sales = sales.iter().enumerate().map(rung).collect();
            facts.sales.sort_by_key(|sold| sold.at);
            facts.moves = moves.iter().enumerate().map(shifted).collect();
            facts.moves.sort_by_key(|moved| moved.at);
            facts.arrivals = arrivals.iter().enumerate().map(arrival).collect();
            facts.gaps = gaps
                .iter()
                .map(|(hour, state, is, ours)| Gap {
                    package: PACKAGE,
                    of: if *state { Outside::State } else { Outside::Pos },
                    at: At(hour * HOUR_MS),
                    is: Amount::whole(*is),
                    ours: Amount::whole(*ours),
                })
                .collect();
            facts.carried = totes.iter().enumerate().map(carried).collect();
            facts
        })
}

type Counted = (i64, PlaceId, i64, i64, i64);

fn counted((nth, one): (usize, &Counted)) -> Look {
    let (hour, place, counted, book, package) = *one;
    let package = Some(PackageId(package));
    Look { package, ..look(nth as i64 + 1, hour, place, counted, book) }
}

fn rung((nth, one): (usize, &(i64, i64, i64, i64, usize))) -> Sold {
    let (hour, which, amount, taken, kind) = *one;
    let product = if which == 2 { GUAVA } else { GUMMIES };
    let kind = [SoldAs::Sale, SoldAs::Return, SoldAs::Void][(kind / 3).min(2)];
    Sold { kind, ..sold(&format!("J{nth}"), hour, product, amount, taken) }
}

fn shifted((nth, one): (usize, &(i64, i64, PlaceId, PlaceId, i64))) -> Moved {
    let (hour, package, from, to, amount) = *one;
    // Some of them are corrections, some came back from a customer.
    let from = match amount {
        1 => Account::Adjusted.id(),
        2 => Account::Sold.id(),
        _ => from,
    };
    Moved {
        seq: Seq(nth as i64 + 100),
        at: At(hour * HOUR_MS),
        package: PackageId(package),
        from,
        to,
        amount: Amount::whole(amount),
    }
}

fn arrival((nth, one): (usize, &(i64, i64, usize, bool, i64))) -> Arrival {
    let (hour, amount, times, known_outside, package) = *one;
    let how = How::Packs { packs: 3, size: 5, loose: 0, opened: 1 };
    let again = |time: usize| {
        let seq = Seq((nth * 10 + time) as i64 + 900);
        (At((hour + time as i64) * HOUR_MS), seq, Amount::whole(amount))
    };
    Arrival {
        package: PackageId(package),
        came: (0..times).map(again).collect(),
        shipment: Some(ShipmentId(nth as i64)),
        known_outside,
        mates: 2,
        mates_short: nth,
        ..came(amount, hour, how)
    }
}

fn carried((nth, one): (usize, &(i64, i64, i64, bool, usize))) -> Carried {
    let (hour, package, amount, received, mates_short) = *one;
    Carried {
        pick: PickId(nth as i64),
        code: format!("PICK{nth}"),
        package: PackageId(package),
        station: STATION,
        tote: Some(PlaceId(160)),
        picked: Amount::whole(amount),
        received: received.then_some(Amount::whole(amount)),
        handed_at: Some(At(hour * HOUR_MS)),
        done_at: received.then_some(At((hour + 1) * HOUR_MS)),
        late: !received,
        mates: 2,
        mates_short,
    }
}

/// Whether a row is one of those that were given.
fn given(facts: &Facts, clue: &Clue) -> bool {
    match &clue.trace {
        None => true,
        Some(Trace::Sale { receipt, line, .. }) => {
            facts.sales.iter().any(|sold| (&sold.receipt, &sold.line) == (receipt, line))
        }
        Some(Trace::Movement { seq }) => {
            facts.moves.iter().any(|moved| moved.seq == *seq)
                || facts.arrivals.iter().any(|one| one.came.iter().any(|came| came.1 == *seq))
        }
        Some(Trace::Variance { id, .. }) => {
            let others = facts.alike.iter().flat_map(|alike| &alike.looks);
            facts.looks.iter().chain(others).any(|look| look.id == *id)
        }
        Some(Trace::Shipment { id }) => facts.arrivals.iter().any(|one| one.shipment == Some(*id)),
        Some(Trace::Pick { id }) => facts.carried.iter().any(|one| one.pick == *id),
        Some(Trace::Reading) => !facts.gaps.is_empty() || !facts.arrivals.is_empty(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn causes_stand_in_order_and_rest_on_what_was_given(facts in anything()) {
        let ranking = rank(&facts);
        let mut seen = Vec::new();
        for (nth, one) in ranking.causes.iter().enumerate() {
            prop_assert!((POSSIBLE..=100).contains(&one.score), "{one:?}");
            prop_assert!(nth == 0 || ranking.causes[nth - 1].score >= one.score, "in order");
            prop_assert!(!seen.contains(&one.cause), "each once");
            prop_assert!(nth == 0 || one.cause != Cause::Unknown, "unknown is said first, or not at all");
            seen.push(one.cause);
            prop_assert_eq!(one.other.is_some(), one.cause == Cause::SoldUnderWrongSku);
            let named = one.cause != Cause::Unknown;
            prop_assert_eq!(named, !one.supports.is_empty(), "nothing is named for nothing: {:?}", one);
            for clue in one.supports.iter().chain(&one.contradicts) {
                prop_assert!(given(&facts, clue), "{clue:?} of {one:?}");
            }
        }
        prop_assert_eq!(rank(&facts), ranking, "the same each time");
    }
}

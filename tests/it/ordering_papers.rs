//! The customer label of online orders from outside.

use backstock::domain::code::Code;
use backstock::store::{StoreError, Tx, named_params};
use serde_json::json;

use crate::support::Reply;
use crate::support::shop::{EIGHTH, FLOWER, GUMMIES, OLD, Person, Shop};

struct Bench {
    shop: Shop,
    tia: Person,
}

impl Bench {
    async fn open() -> Self {
        let shop = Shop::open().await;
        let tia = shop.hire("Tia Maria Ek", "technician").await;
        Self { shop, tia }
    }

    /// Two pieces and an eighth of it picked, verified and packed into two bags.
    async fn packed(&self) -> i64 {
        self.order("packed").await
    }

    /// The same in another state.
    async fn order(&self, state: &'static str) -> i64 {
        let (by, now) = (self.tia.id, self.shop.test_box.clock.now());
        let made = move |tx: &Tx<'_>| -> Result<i64, StoreError> {
            let order = tx.insert(
                "INSERT INTO online_order (code, source_id, external_hash, said_hash, state, way, number, customer,
                   window_from, window_to, received_at, packed_at, packed_by, bags)
                 VALUES (:code, 1, randomblob(32), randomblob(32), :state, 'pickup', 'H-1042', 'María G.',
                   :at + 3600000, :at + 5400000, :at, :at, :by, 2)",
                named_params! {
                    ":code": Code::from_random(now.0.to_be_bytes()).plain(), ":state": state,
                    ":at": now.0, ":by": by,
                },
            )?;
            let pick = tx.insert(
                "INSERT INTO pick (code, kind, state, picker_id, created_at)
                 VALUES (:code, 'order', 'done', :by, :at)",
                named_params! {
                    ":code": Code::from_random((now.0 + 1).to_be_bytes()).plain(), ":by": by, ":at": now.0,
                },
            )?;
            for (n, product, package, amount) in
                [(1, GUMMIES, OLD, 20_000), (2, EIGHTH, FLOWER, 35_000)]
            {
                let line = tx.insert(
                    "INSERT INTO order_line (order_id, n, item, product_id, ordered, amount)
                     VALUES (:order, :n, 'as the source has it', :product, 10000, 10000)",
                    named_params! { ":order": order, ":n": n, ":product": product },
                )?;
                tx.insert(
                    "INSERT INTO pick_line (pick_id, order_line_id, package_id, bin_id, planned, picked, verified, state, reserving)
                     VALUES (:pick, :line, :package, 101, :amount, :amount, :amount, 'picked', 0)",
                    named_params! {
                        ":pick": pick, ":line": line, ":package": package, ":amount": amount,
                    },
                )?;
            }
            Ok(order)
        };
        self.shop.test_box.store().write(made).await.expect("an order")
    }

    async fn label(&self, who: &Person, order: i64, what: &str) -> Reply {
        who.device.get(&format!("/api/v1/orders/{order}/{what}")).await
    }
}

/// A picture of one bit for each dot as grey, its width and height.
fn grey(png: &[u8]) -> (Vec<u8>, u32, u32) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().expect("a PNG");
    let mut dots = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut dots).expect("a picture");
    let white = |x: usize, y: usize| dots[y * info.line_size + x / 8] >> (7 - x % 8) & 1 == 1;
    let luma = (0..info.height as usize)
        .flat_map(|y| (0..info.width as usize).map(move |x| (x, y)))
        .map(|(x, y)| if white(x, y) { 255 } else { 0 })
        .collect();
    (luma, info.width, info.height)
}

fn read(png: &[u8]) -> String {
    let (luma, width, height) = grey(png);
    let read = rxing::helpers::detect_in_luma(luma, width, height, None).expect("a QR");
    read.getText().to_owned()
}

#[tokio::test]
async fn a_packed_order_has_labels_for_its_bags_and_their_code_opens_it() {
    let bench = Bench::open().await;
    let order = bench.packed().await;
    for paper in ["label", "letter", "a4"] {
        let label = bench.label(&bench.tia, order, &format!("label.pdf?paper={paper}")).await;
        assert_eq!((label.status, label.header("Content-Type")), (200, Some("application/pdf")));
        assert!(label.bytes.starts_with(b"%PDF-"));
        assert_eq!(label.header("Cache-Control"), Some("no-store"), "a customer's name");
        let name = label.header("Content-Disposition").expect("a name").to_owned();
        assert!(name.contains("label-") && !name.contains("Mar"), "{name}");
    }
    let one = bench.label(&bench.tia, order, "label.png?bag=2").await;
    assert_eq!((one.status, one.header("Content-Type")), (200, Some("image/png")));
    let (_, width, height) = grey(&one.bytes);
    assert_eq!((width, height), (812, 1218), "4 by 6 inches at 203 dots");
    let both = bench.label(&bench.tia, order, "label.png").await;
    assert!(grey(&both.bytes).2 > 2 * 1218, "a label for each of two bags");

    let link = read(&one.bytes);
    assert!(link.contains("/O/") && link.starts_with("HTTPS://"), "{link}");
    let resolved = bench.tia.device.get(&format!("/api/v1/resolve?text={link}")).await.ok();
    assert_eq!(
        (resolved["kind"].as_str(), resolved["order"].as_i64()),
        (Some("order"), Some(order))
    );

    bench.label(&bench.tia, order, "label.pdf?bag=3").await.refused(400, "bad_request");
    bench.label(&bench.tia, order, "label.pdf?paper=napkin").await.refused(400, "bad_request");
    bench.label(&bench.tia, 999, "label.pdf").await.refused(404, "not_found");
}

#[tokio::test]
async fn who_packs_or_hands_over_prints_and_nobody_else() {
    let bench = Bench::open().await;
    let order = bench.packed().await;
    for role in ["budtender", "technician", "manager"] {
        let person = bench.shop.hire(role, role).await;
        let label = bench.label(&person, order, "label.png").await;
        assert_eq!(label.status, 200, "{role}");
    }
    for role in ["compliance", "auditor"] {
        let person = bench.shop.hire(role, role).await;
        bench.label(&person, order, "label.png").await.refused(403, "forbidden");
        bench.label(&person, order, "label.pdf").await.refused(403, "forbidden");
    }
}

#[tokio::test]
async fn a_label_speaks_the_language_of_whoever_prints_it() {
    let bench = Bench::open().await;
    let order = bench.packed().await;
    let english = bench.label(&bench.tia, order, "label.png").await;
    let again = bench.label(&bench.tia, order, "label.png").await;
    assert_eq!(english.bytes, again.bytes, "the same label gives the same dots");
    bench.tia.device.put("/api/v1/me", json!({ "language": "es" })).await.ok();
    let spanish = bench.label(&bench.tia, order, "label.png").await;
    assert_ne!(english.bytes, spanish.bytes);
    let copy = bench.label(&bench.tia, order, "label.png?copy=2").await;
    assert_ne!(copy.bytes, spanish.bytes, "a copy says so");
}

#[tokio::test]
async fn there_is_no_label_before_the_bag_is_packed_and_none_once_it_goes_to_nobody() {
    let bench = Bench::open().await;
    for (state, refused) in [
        ("waiting", "not_packed"),
        ("picking", "not_packed"),
        ("packing", "not_packed"),
        ("handed_over", "order_closed"),
        ("unwinding", "order_closed"),
        ("ended", "order_closed"),
    ] {
        let order = bench.order(state).await;
        for what in ["label.pdf", "label.png"] {
            let problem = bench.label(&bench.tia, order, what).await.refused(409, refused);
            assert_eq!(problem["state"], state);
        }
    }
    let staged = bench.order("staged").await;
    assert_eq!(bench.label(&bench.tia, staged, "label.pdf").await.status, 200);
}

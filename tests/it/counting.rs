//! Counts from outside: blind, while the store goes on working, and what they come to.

mod blind;
mod meanwhile;
mod planned;

use serde_json::{Value, json};

use crate::support::Reply;
use crate::support::shop::{
    BIN_A, BIN_B, EIGHTH, FAILED, FLOOR, FLOWER, GUMMIES, NEW, OLD, Person, Shop,
};

/// A shop with two technicians.
pub struct Hall {
    pub shop: Shop,
    pub tom: Person,
    pub tia: Person,
}

impl Hall {
    pub async fn open() -> Self {
        let shop = Shop::open().await;
        let tom = shop.hire("Tom", "technician").await;
        let tia = shop.hire("Tia", "technician").await;
        Self { shop, tom, tia }
    }

    /// A moment now, with the newest entry known.
    pub fn now(&self) -> Value {
        let test_box = &self.shop.test_box;
        json!({ "seq": test_box.store().head().seq, "at": test_box.clock.now() })
    }

    /// Time goes by; people sign in again.
    pub async fn goes_by_s(&self, seconds: i64) {
        self.shop.test_box.later_s(seconds);
        for person in [&self.shop.owner, &self.tom, &self.tia] {
            person.sign_in().await;
        }
    }

    pub async fn starts(&self, who: &Person, scope: Value) -> i64 {
        let view = who.device.post("/api/v1/counts", json!({ "scope": scope })).await.ok();
        view["count"]["id"].as_i64().unwrap()
    }

    pub async fn begins(&self, who: &Person, count: i64, place: i64) -> Reply {
        let body = json!({ "place": place, "began": self.now() });
        who.device.post(&format!("/api/v1/counts/{count}/places"), body).await
    }

    /// Says how much of a package is there, having begun now.
    pub async fn says(
        &self,
        who: &Person,
        count: i64,
        place: i64,
        package: i64,
        value: &str,
    ) -> Reply {
        let unit = if package == FLOWER { "g" } else { "ea" };
        self.line(
            who,
            count,
            json!({
                "place": place, "package": package, "quantity": { "value": value, "unit": unit },
                "began": self.now(), "said": self.now(),
            }),
        )
        .await
    }

    pub async fn line(&self, who: &Person, count: i64, line: Value) -> Reply {
        who.device.post(&format!("/api/v1/counts/{count}/lines"), line).await
    }

    pub async fn done(&self, who: &Person, count: i64, place: i64) -> Reply {
        let body = json!({ "place": place, "said": self.now(), "done": true });
        who.device.post(&format!("/api/v1/counts/{count}/done"), body).await
    }

    pub async fn submits(&self, who: &Person, count: i64) -> Reply {
        who.device.post_nothing(&format!("/api/v1/counts/{count}/submit")).await
    }

    pub async fn settles(&self, who: &Person, count: i64) -> Value {
        who.device.post_nothing(&format!("/api/v1/counts/{count}/settle")).await.ok()
    }

    /// A whole count of bin A by Tom, submitted: old gummies, flower, and the failed ones.
    pub async fn counts_bin_a(&self, old: &str, flower: &str) -> i64 {
        let count = self.starts(&self.tom, json!({ "places": [BIN_A] })).await;
        self.begins(&self.tom, count, BIN_A).await.ok();
        for (package, value) in [(OLD, old), (FLOWER, flower), (FAILED, "5")] {
            self.says(&self.tom, count, BIN_A, package, value).await.ok();
        }
        self.done(&self.tom, count, BIN_A).await.ok();
        count
    }

    /// Changes some of the store's settings.
    pub async fn sets(&self, change: &[(&str, Value)]) {
        let owner = &self.shop.owner.device;
        let mut settings = owner.get("/api/v1/settings").await.ok();
        for (name, value) in change {
            settings[*name] = value.clone();
        }
        owner.put("/api/v1/settings", settings).await.ok();
    }

    pub async fn cases(&self) -> Vec<Value> {
        let cases = self.shop.owner.device.get("/api/v1/cases?state=open").await.ok();
        cases["cases"].as_array().unwrap().clone()
    }
}

/// The result's line of a package at a place.
pub fn line_of(view: &Value, package: i64, place: i64) -> Value {
    let lines = view["result"]["lines"].as_array().unwrap_or_else(|| panic!("a result: {view}"));
    let found =
        lines.iter().find(|line| line["package"]["id"] == package && line["place"]["id"] == place);
    found.unwrap_or_else(|| panic!("package {package} at {place}: {view}")).clone()
}

/// Counted, book and difference.
pub fn figures(line: &Value) -> [&str; 3] {
    ["counted", "book", "difference"].map(|which| line[which]["value"].as_str().unwrap())
}

#[tokio::test]
async fn a_count_from_the_first_scan_to_the_case() {
    let hall = Hall::open().await;
    hall.sets(&[("weight_tolerances", json!([{ "category": "Flower", "percent": "0.5" }]))]).await;
    let count = hall.counts_bin_a("19", "27.9").await;
    let before = hall.shop.held(OLD, BIN_A).await;
    assert_eq!(hall.submits(&hall.tom, count).await.ok()["state"], "counted");
    let path = format!("/api/v1/counts/{count}");
    let view = hall.tom.device.get(&path).await.ok();
    assert_eq!(figures(&line_of(&view, OLD, BIN_A)), ["19", "20", "-1"]);
    let flower = line_of(&view, FLOWER, BIN_A);
    assert_eq!((figures(&flower), &flower["standing"]), (["27.9", "28", "-0.1"], &json!("within")));
    let right = [&view["result"]["right"], &view["result"]["within"], &view["result"]["off"]];
    assert_eq!(right, [&json!(1), &json!(1), &json!(1)]);
    assert!(hall.cases().await.is_empty(), "nothing stands yet");
    let settled = hall.settles(&hall.tom, count).await;
    assert_eq!(settled["count"]["state"], "settled");
    let cases = hall.cases().await;
    assert_eq!(cases.len(), 1, "{cases:?}");
    assert_eq!(cases[0]["title"]["en"], "Sour cherry gummies: 19 ea counted, 20 ea in the book");
    assert_eq!(cases[0]["title"]["es"], "Sour cherry gummies: 19 ea contado, 20 ea en el libro");
    assert_eq!(
        (&cases[0]["kind"], &cases[0]["subject"]["kind"]),
        (&json!("variance"), &json!("variance"))
    );
    assert_eq!(line_of(&settled, OLD, BIN_A)["case"], cases[0]["id"]);
    assert_eq!(hall.shop.held(OLD, BIN_A).await, before, "a count changes no stock");
    hall.tom.device.post_nothing(&format!("{path}/settle")).await.refused(409, "count_over");
    let report = hall.tom.device.get(&format!("{path}/report.pdf")).await;
    assert!(report.bytes.starts_with(b"%PDF-"));
    // Counted again and off again: the same case hears of it.
    let again = hall.counts_bin_a("19", "28").await;
    hall.submits(&hall.tom, again).await.ok();
    hall.settles(&hall.tom, again).await;
    assert_eq!(hall.cases().await[0]["evidence"], 2);
    let trend = hall.tom.device.get("/api/v1/counts/trend").await.ok();
    let edible =
        trend["points"].as_array().unwrap().iter().find(|one| one["category"] == "Edible").unwrap();
    assert_eq!((&edible["lines"], &edible["off"]), (&json!(4), &json!(2)));
}

#[tokio::test]
async fn what_is_found_elsewhere_unknown_or_not_at_all_is_a_result() {
    let hall = Hall::open().await;
    let count = hall.starts(&hall.tom, json!({ "places": [BIN_A, BIN_B] })).await;
    for place in [BIN_A, BIN_B] {
        hall.begins(&hall.tom, count, place).await.ok();
    }
    // The new gummies lie in A, and not in B; the flower and the failed ones are gone.
    hall.says(&hall.tom, count, BIN_A, OLD, "20").await.ok();
    hall.says(&hall.tom, count, BIN_A, NEW, "20").await.ok();
    let unknown = json!({
        "place": BIN_B, "tag": "1A4060300000000099999999", "quantity": { "value": "3", "unit": "ea" },
        "began": hall.now(), "said": hall.now(),
    });
    hall.line(&hall.tom, count, unknown).await.ok();
    let refused = hall.submits(&hall.tom, count).await.refused(409, "not_done");
    assert_eq!(refused["places"].as_array().unwrap().len(), 2);
    for place in [BIN_A, BIN_B] {
        hall.done(&hall.tom, count, place).await.ok();
    }
    hall.says(&hall.tom, count, BIN_B, NEW, "1").await.refused(409, "place_done");
    hall.submits(&hall.tom, count).await.ok();
    let view = hall.tom.device.get(&format!("/api/v1/counts/{count}")).await.ok();
    assert_eq!(figures(&line_of(&view, NEW, BIN_A)), ["20", "0", "20"]);
    assert_eq!(figures(&line_of(&view, NEW, BIN_B)), ["0", "20", "-20"]);
    assert_eq!(figures(&line_of(&view, FLOWER, BIN_A)), ["0", "28", "-28"]);
    let lines = view["result"]["lines"].as_array().unwrap();
    let stray = lines.iter().find(|line| line["tag"] == "1A4060300000000099999999").unwrap();
    assert_eq!((&stray["counted"]["value"], &stray["standing"]), (&json!("3"), &json!("off")));
    hall.settles(&hall.tom, count).await;
    assert_eq!(hall.cases().await.len(), 5);
}

#[tokio::test]
async fn a_floor_station_is_counted_by_product() {
    let hall = Hall::open().await;
    let moved = |package: i64, from: i64, value: &str| json!({ "package": package, "from": from, "to": FLOOR, "quantity": { "value": value, "unit": "ea" } });
    hall.tom.device.post("/api/v1/moves", moved(OLD, BIN_A, "6")).await.ok();
    hall.tom.device.post("/api/v1/moves", moved(NEW, BIN_B, "8")).await.ok();
    let flower = json!({ "package": FLOWER, "from": BIN_A, "to": FLOOR,
                         "quantity": { "value": "14", "unit": "g" } });
    hall.tom.device.post("/api/v1/moves", flower).await.ok();
    let count = hall.starts(&hall.tom, json!({ "places": [FLOOR] })).await;
    hall.begins(&hall.tom, count, FLOOR).await.ok();
    for (product, value) in [(GUMMIES, "12"), (EIGHTH, "4")] {
        let line = json!({
            "place": FLOOR, "product": product, "quantity": { "value": value, "unit": "ea" },
            "began": hall.now(), "said": hall.now(),
        });
        hall.line(&hall.tom, count, line).await.ok();
    }
    hall.done(&hall.tom, count, FLOOR).await.ok();
    hall.submits(&hall.tom, count).await.ok();
    let view = hall.tom.device.get(&format!("/api/v1/counts/{count}")).await.ok();
    // The oldest are sold first: what is missing is missing of them.
    let old = line_of(&view, OLD, FLOOR);
    assert_eq!((figures(&old), &old["shared"]), (["4", "6", "-2"], &json!(true)));
    assert_eq!(figures(&line_of(&view, NEW, FLOOR)), ["8", "8", "0"]);
    assert_eq!(figures(&line_of(&view, FLOWER, FLOOR)), ["14", "14", "0"], "four eighths are 14 g");
}

#[tokio::test]
async fn two_people_do_not_count_one_bin() {
    let hall = Hall::open().await;
    let count = hall.starts(&hall.tom, json!({ "places": [BIN_A, BIN_B] })).await;
    hall.begins(&hall.tia, count, BIN_A).await.refused(409, "not_joined");
    hall.tia.device.post_nothing(&format!("/api/v1/counts/{count}/join")).await.ok();
    hall.begins(&hall.tom, count, BIN_A).await.ok();
    let refused = hall.begins(&hall.tia, count, BIN_A).await.refused(409, "place_taken");
    assert_eq!(refused["who"]["name"], "Tom");
    hall.says(&hall.tia, count, BIN_A, OLD, "20").await.refused(409, "place_taken");
    hall.begins(&hall.tia, count, BIN_B).await.ok();
    hall.says(&hall.tia, count, BIN_B, NEW, "20").await.ok();
    hall.says(&hall.tom, count, BIN_A, OLD, "7").await.ok();
    // She takes over where he stopped; what he said there stays said.
    let over = json!({ "place": BIN_A, "began": hall.now(), "take_over": true });
    hall.tia.device.post(&format!("/api/v1/counts/{count}/places"), over).await.ok();
    hall.says(&hall.tom, count, BIN_A, OLD, "8").await.refused(409, "place_taken");
    let corrected = hall.says(&hall.tia, count, BIN_A, OLD, "20").await.ok();
    assert_eq!(corrected["again"], true);
    let view = hall.tom.device.get(&format!("/api/v1/counts/{count}")).await.ok();
    let lines = view["lines"].as_array().unwrap();
    assert_eq!(lines.len(), 2);
    assert!(
        lines.iter().all(|line| line["quantity"].is_null()),
        "hers are not shown to him: {lines:?}"
    );
}

#[tokio::test]
async fn what_is_far_off_is_counted_by_a_second_person() {
    let hall = Hall::open().await;
    hall.sets(&[("second_count_above_cents", json!(500))]).await;
    let price = json!({ "sku": "GUM-10", "name": "Sour cherry gummies", "category": "Edible", "unit": "ea",
                        "price_cents": 2000, "gtins": [], "version": 1 });
    hall.shop.owner.device.put("/api/v1/products/1", price).await.ok();
    let count = hall.counts_bin_a("18", "28").await;
    let submitted = hall.submits(&hall.tom, count).await.ok();
    assert_eq!(submitted["state"], "open");
    let again = &submitted["again"][0];
    assert_eq!((&again["why"], &again["package"]["id"]), (&json!("second"), &json!(OLD)));
    assert!(!submitted.to_string().contains("18") && !submitted.to_string().contains("\"20\""));
    hall.says(&hall.tom, count, BIN_A, OLD, "20").await.refused(409, "second_person");
    hall.submits(&hall.tom, count).await.refused(409, "count_again");
    hall.tia.device.post_nothing(&format!("/api/v1/counts/{count}/join")).await.ok();
    hall.says(&hall.tia, count, BIN_A, OLD, "18").await.ok();
    assert_eq!(hall.submits(&hall.tia, count).await.ok()["state"], "counted", "two agree");
    // Somebody who sees the figures may ask once more.
    let path = format!("/api/v1/counts/{count}");
    let asked = json!({ "place": BIN_A, "product": GUMMIES, "package": OLD });
    hall.shop.owner.device.post(&format!("{path}/recounts"), asked).await.ok();
    hall.says(&hall.tia, count, BIN_A, OLD, "20").await.refused(409, "second_person");
    hall.says(&hall.tom, count, BIN_A, OLD, "20").await.ok();
    hall.submits(&hall.tom, count).await.ok();
    let view = hall.tom.device.get(&path).await.ok();
    assert_eq!(figures(&line_of(&view, OLD, BIN_A)), ["20", "20", "0"]);
}

#[tokio::test]
async fn a_figure_that_cannot_be_is_refused() {
    let hall = Hall::open().await;
    let count = hall.starts(&hall.tom, json!({ "products": [GUMMIES] })).await;
    hall.begins(&hall.tom, count, BIN_A).await.ok();
    let line = |more: Value| {
        let mut line = json!({
            "place": BIN_A, "package": OLD, "quantity": { "value": "5", "unit": "ea" },
            "began": hall.now(), "said": hall.now(),
        });
        for (name, value) in more.as_object().unwrap() {
            line[name] = value.clone();
        }
        line
    };
    for (more, field) in [
        (json!({ "quantity": { "value": "1.5", "unit": "ea" } }), "quantity"),
        (json!({ "quantity": { "value": "-1", "unit": "ea" } }), "quantity"),
        (json!({ "quantity": { "value": "1", "unit": "kg" } }), "quantity"),
        (json!({ "product": GUMMIES }), "package"),
        (json!({ "gross": "7", "tare": "3" }), "gross"),
        (json!({ "gross": "7" }), "gross"),
        (json!({ "units": [4, 4] }), "units"),
        (
            json!({ "began": { "seq": 1, "at": "2099-01-01T00:00:00Z" }, "said": { "seq": 1, "at": "2020-01-01T00:00:00Z" } }),
            "began",
        ),
    ] {
        let refused =
            hall.line(&hall.tom, count, line(more.clone())).await.refused(400, "bad_request");
        assert_eq!(refused["field"], field, "{more}");
    }
    hall.says(&hall.tom, count, BIN_A, FLOWER, "28").await.refused(409, "not_in_scope");
    hall.says(&hall.tom, count, FLOOR, OLD, "1").await.refused(409, "not_in_count");
    hall.line(&hall.tom, count, line(json!({ "units": [4, 5] }))).await.ok();
    hall.begins(&hall.tom, count, BIN_B).await.ok();
    let twice = line(json!({ "place": BIN_B, "units": [5, 6] }));
    let refused = hall.line(&hall.tom, count, twice).await.refused(409, "unit_counted");
    assert_eq!((&refused["unit"], &refused["place"]["id"]), (&json!(5), &json!(BIN_A)));
    let nothing = json!({ "scope": { "categories": ["Beverage"] } });
    hall.tom.device.post("/api/v1/counts", nothing).await.refused(409, "nothing_to_count");
}

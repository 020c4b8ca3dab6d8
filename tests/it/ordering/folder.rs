use std::fs;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{live, order, shop, source};

/// Until it is so, or twenty seconds have passed: the box looks every five.
pub async fn until(so: impl AsyncFn() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !so().await {
        assert!(Instant::now() < end, "the folder was not looked into");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn a_file_in_the_folder_is_taken_in_and_a_bad_one_is_put_aside_with_the_reason() {
    let (shop, tia) = shop().await;
    source(&shop, "own", "backstock", "none").await;
    let folder = shop.test_box.data().join("orders/own");
    until(async || folder.is_dir()).await;
    let good = json!([order("1", &[("Sour cherry gummies", 1)])]).to_string();
    fs::write(folder.join("a.json"), good).unwrap();
    fs::write(
        folder.join("b.csv"),
        "Order ID,Product,Qty\n2,Sour cherry gummies,1\n3,Sour cherry gummies,-1\n",
    )
    .unwrap();
    fs::write(folder.join("c.json"), "{\"orders\": [").unwrap();
    until(async || live(&tia).await.len() == 2 && !folder.join("c.json").exists()).await;
    assert!(!folder.join("a.json").exists(), "what was taken in holds customers and is gone");
    let why = |name: &str| fs::read_to_string(folder.join("refused").join(name)).unwrap();
    assert!(why("b.csv.why.txt").contains("3: ") && why("b.csv.why.txt").contains("bad_quantity"));
    assert!(why("c.json.why.txt").contains("breaks off"), "{}", why("c.json.why.txt"));
    assert!(folder.join("refused/c.json").exists(), "nothing is lost");
}

//! How long work may wait, and which time it is of.

use super::Offline;

#[tokio::test]
async fn work_goes_on_after_the_session_lapsed_for_as_long_as_the_store_allows() {
    let offline = Offline::begin().await;
    let at = |minutes: i64| offline.written_later_s("1", minutes * 60);
    let (soon, last, late) = (at(30), at(244), at(246));
    offline.later_s(5 * 3600);
    offline.tick().await;
    offline.drain(&soon).await.ok();
    offline.drain(&last).await.ok();
    let problem = offline.drain(&late).await.refused(403, "written_too_late");
    assert!(problem["until"].is_string(), "{problem}");
    assert_eq!(offline.moved(), 2);
    // The store may set it.
    let owner = &offline.shop.owner;
    owner.sign_in().await;
    let mut settings = owner.device.get("/api/v1/settings").await.ok();
    settings["offline_for_min"] = 14.into();
    let problem = owner.device.put("/api/v1/settings", settings.clone()).await;
    assert_eq!(problem.refused(400, "bad_request")["field"], "offline_for_min");
    settings["offline_for_min"] = 300.into();
    owner.device.put("/api/v1/settings", settings).await.ok();
    offline.drain(&late).await.ok();
    let me = owner.device.get("/api/v1/session").await.ok();
    assert_eq!(me["offline_for_s"], 300 * 60);
}

#[tokio::test]
async fn the_shift_is_the_end_whatever_the_store_allows() {
    let offline = Offline::begin().await;
    let owner = &offline.shop.owner;
    let mut settings = owner.device.get("/api/v1/settings").await.ok();
    settings["offline_for_min"] = 1440.into();
    owner.device.put("/api/v1/settings", settings).await.ok();
    let at = |hours: i64| offline.written_later_s("1", hours * 3600);
    let (within, past) = (at(12), at(13));
    offline.later_s(20 * 3600);
    offline.drain(&within).await.ok();
    offline.drain(&past).await.refused(403, "written_too_late");
}

#[tokio::test]
async fn the_time_counts_from_the_last_act() {
    let offline = Offline::begin().await;
    // Every four minutes something is looked at.
    for _ in 0..10 {
        offline.later_s(240);
        offline.tom.device.get("/api/v1/session").await.ok();
    }
    let waiting = offline.written_later_s("1", 239 * 60);
    offline.later_s(5 * 3600);
    offline.drain(&waiting).await.ok();
}

#[tokio::test]
async fn a_write_has_its_time() {
    let offline = Offline::begin().await;
    let early = offline.written_later_s("1", -600);
    let before_skew = offline.written_later_s("1", -200);
    offline.later_s(60);
    offline.lock().await;
    let after = offline.written_later_s("1", 400);
    let future = offline.written_later_s("1", 301);
    let mut timeless = offline.written("1");
    timeless.device_time = "noon".into();
    let problem = offline.drain(&future).await.refused(400, "bad_request");
    assert_eq!(problem["field"], "Device-Time");
    assert_eq!(offline.drain(&timeless).await.refused(400, "bad_request")["field"], "Device-Time");
    offline.drain(&early).await.refused(403, "written_too_late");
    offline.drain(&before_skew).await.ok();
    offline.later_s(500);
    offline.drain(&after).await.refused(403, "written_too_late");
    let old = offline.written_later_s("1", -500);
    offline.later_s(60 * 24 * 3600 + 60);
    offline.drain(&old).await.refused(403, "too_old");
    assert_eq!(offline.moved(), 1);
}

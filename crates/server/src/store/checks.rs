//! What any store must do. `all` takes a store that is empty; each implementation calls it from a
//! test of its own.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use ingest::crs::Crs;
use ingest::layer::{
    Batch, ColumnSchema, ColumnType, Geometry, GeometryKind, GeometryType, LayerId, LayerSchema,
    PathRole, Value, WorkspaceName,
};

use super::{
    JobCounts, JobId, JobRequest, JobState, LayerChange, Publication, PublishMode, Role, Scope,
    Store, StoreError, TokenRecord, VersionFacts, VersionNumber, Visibility,
};

/// Runs every check.
pub(super) async fn all(store: Arc<dyn Store>) {
    versions(store.as_ref()).await;
    replacing(store.as_ref()).await;
    all_or_none(store.as_ref()).await;
    changes(store.clone()).await;
    jobs(store.as_ref()).await;
    tokens(store.as_ref()).await;
}

fn schema() -> LayerSchema {
    let column = |name: &str, kind| ColumnSchema {
        name: name.to_owned(),
        kind,
    };
    LayerSchema {
        name: "percelen".to_owned(),
        geometry: GeometryType::Point,
        has_z: false,
        has_m: false,
        crs: Some(Crs::LAMBERT_72),
        columns: vec![
            column("naam", ColumnType::Text),
            column("Naam", ColumnType::Text),
            column("Opp. m²", ColumnType::Real),
            column("aantal", ColumnType::Integer),
        ],
    }
}

/// Features with these ids, an empty text and a null among their values.
fn batch(ids: &[i64]) -> Batch {
    let mut batch = Batch::new(&schema());
    for &id in ids {
        let mut point = Geometry::empty(GeometryKind::Point);
        point.xy.push([71_234.567_899_99 + id as f64, 168_500.1]);
        point.end_path(PathRole::Point);
        let mut wkb = Vec::new();
        point.write_wkb(&mut wkb);
        batch.push_feature(id, (id != 3).then_some(wkb.as_slice()));
        let text = format!("één {id}");
        batch.columns[0].push(Value::Text(&text));
        batch.columns[1].push(if id == 2 {
            Value::Text("")
        } else {
            Value::Null
        });
        batch.columns[2].push(Value::Real(id as f64 / 3.0));
        batch.columns[3].push(Value::Integer(id << 40));
    }
    batch
}

fn id(layer: &str) -> LayerId {
    LayerId::parse(&format!("kortrijk:{layer}")).unwrap()
}

fn facts(features: u64) -> VersionFacts {
    VersionFacts {
        features,
        with_geometry: features,
        extent: None,
        extent_degrees: None,
        accuracy_m: Some(0.01),
        report: serde_json::Value::Null,
    }
}

fn publication(
    layer: &str,
    version: VersionNumber,
    expected: Option<VersionNumber>,
) -> Publication {
    Publication {
        id: id(layer),
        title: layer.to_owned(),
        visibility: Visibility::Public,
        key: None,
        version,
        facts: facts(3),
        expected,
        next_feature_id: 4,
    }
}

async fn write(store: &dyn Store, ids: &[i64]) -> VersionNumber {
    let mut writer = store.begin_version(&schema()).await.unwrap();
    writer.append(Arc::new(batch(ids))).await.unwrap();
    let number = writer.number();
    writer.finish().await.unwrap();
    number
}

async fn names(store: &dyn Store) -> Vec<String> {
    store
        .catalogue()
        .await
        .unwrap()
        .layers
        .iter()
        .map(|layer| layer.id.to_string())
        .collect()
}

async fn versions(store: &dyn Store) {
    let number = write(store, &[1, 2, 3]).await;
    assert!(
        names(store).await.is_empty(),
        "a version is invisible until it is published"
    );
    let records = store
        .publish(vec![publication("percelen", number, None)])
        .await
        .unwrap();
    assert_eq!(records[0].current.schema, schema());
    let read: Arc<Mutex<Vec<Batch>>> = Arc::default();
    let sink = read.clone();
    store
        .read_version(
            &records[0].current,
            Box::new(move |batch| {
                sink.lock().unwrap().push(batch);
                Ok(())
            }),
        )
        .await
        .unwrap();
    assert_eq!(
        *read.lock().unwrap(),
        vec![batch(&[1, 2, 3])],
        "what was appended comes back to the bit"
    );
    store.verify_version(&records[0].current).await.unwrap();
    let unfinished = store.begin_version(&schema()).await.unwrap().number();
    let refused = store
        .publish(vec![publication("other", unfinished, None)])
        .await;
    assert!(
        matches!(refused, Err(StoreError::NotFound(_))),
        "an unfinished version is not published"
    );
    store.discard(&[unfinished]).await.unwrap();
}

async fn replacing(store: &dyn Store) {
    let first = store.catalogue().await.unwrap().layers[0].current.number;
    let second = write(store, &[1, 2, 4]).await;
    let late = store
        .publish(vec![publication("Percelen", second, Some(first + 1000))])
        .await;
    assert!(
        matches!(late, Err(StoreError::Conflict(_))),
        "another version is current"
    );
    let taken = store
        .publish(vec![publication("PERCELEN", second, None)])
        .await;
    assert!(
        matches!(taken, Err(StoreError::Conflict(_))),
        "names differ in more than case"
    );
    let record = store
        .publish(vec![publication("percelen", second, Some(first))])
        .await
        .unwrap()
        .remove(0);
    assert_eq!(
        record.previous.as_ref().map(|version| version.number),
        Some(first),
        "one version is kept"
    );
    store
        .verify_version(record.previous.as_ref().unwrap())
        .await
        .unwrap();
    let third = write(store, &[5]).await;
    let first_record = record.previous.unwrap();
    let record = store
        .publish(vec![publication("percelen", third, Some(second))])
        .await
        .unwrap()
        .remove(0);
    assert_eq!(record.previous.map(|version| version.number), Some(second));
    let gone = store.verify_version(&first_record).await;
    assert!(
        matches!(gone, Err(StoreError::Damaged(_))),
        "older versions go"
    );
}

async fn all_or_none(store: &dyn Store) {
    let before = store.catalogue().await.unwrap();
    let (a, b) = (write(store, &[1]).await, write(store, &[1]).await);
    let result = store
        .publish(vec![
            publication("wegen", a, None),
            publication("percelen", b, None),
        ])
        .await;
    assert!(matches!(result, Err(StoreError::Conflict(_))));
    let after = store.catalogue().await.unwrap();
    assert_eq!(
        names(store).await,
        ["kortrijk:percelen"],
        "none of the two is there"
    );
    assert_eq!(after.position, before.position);
    store
        .publish(vec![
            publication("wegen", a, None),
            publication("bomen", b, None),
        ])
        .await
        .unwrap();
    assert_eq!(
        names(store).await,
        ["kortrijk:bomen", "kortrijk:percelen", "kortrijk:wegen"]
    );
}

async fn changes(store: Arc<dyn Store>) {
    let position = store.catalogue().await.unwrap().position;
    let waiting = {
        let store = store.clone();
        tokio::spawn(async move { store.wait_for_change(position).await.unwrap() })
    };
    let change = LayerChange {
        visibility: Some(Visibility::Private),
        hidden: Some(vec!["naam".to_owned()]),
        ..LayerChange::default()
    };
    let record = store.change_layer(&id("wegen"), change).await.unwrap();
    assert_eq!(
        (record.visibility, record.hidden.len()),
        (Visibility::Private, 1)
    );
    let told = tokio::time::timeout(Duration::from_secs(2), waiting)
        .await
        .unwrap()
        .unwrap();
    assert!(told > position, "who waits is told");
    store.delete_layer(&id("BOMEN")).await.unwrap();
    assert!(matches!(
        store.delete_layer(&id("bomen")).await,
        Err(StoreError::NotFound(_))
    ));
    assert_eq!(
        names(store.as_ref()).await,
        ["kortrijk:percelen", "kortrijk:wegen"]
    );
}

fn request(key: Option<&str>) -> JobRequest {
    JobRequest {
        id: JobId::random(),
        file: "percelen.zip".to_owned(),
        members: vec!["percelen.zip".to_owned()],
        workspace: WorkspaceName::new("kortrijk").unwrap(),
        layer: None,
        mode: PublishMode::New,
        crs: Some(Crs::LAMBERT_72),
        encoding: None,
        key: None,
        visibility: Visibility::Public,
        principal: "abcdefgh".to_owned(),
        idempotency_key: key.map(str::to_owned),
    }
}

async fn jobs(store: &dyn Store) {
    let first = store.enqueue_job(request(Some("k"))).await.unwrap();
    let again = store.enqueue_job(request(Some("k"))).await.unwrap();
    assert_eq!(
        first.request.id, again.request.id,
        "a repeated key makes no second job"
    );
    let second = store.enqueue_job(request(None)).await.unwrap();
    let cancelled = store.cancel_job(&second.request.id).await.unwrap();
    assert_eq!(
        cancelled.state,
        JobState::Cancelled,
        "a queued job ends at once"
    );
    let taken = store.claim_job().await.unwrap().unwrap();
    assert_eq!(
        (taken.request.id.clone(), taken.state),
        (first.request.id.clone(), JobState::Running)
    );
    assert!(
        store.claim_job().await.unwrap().is_none(),
        "a job is taken once"
    );
    let counts = JobCounts {
        done: 5,
        total: Some(9),
    };
    assert!(
        !store
            .beat_job(&first.request.id, "reading", counts)
            .await
            .unwrap()
    );
    assert_eq!(
        store.cancel_job(&first.request.id).await.unwrap().state,
        JobState::Running
    );
    assert!(
        store
            .beat_job(&first.request.id, "reading", counts)
            .await
            .unwrap(),
        "its runner is told"
    );
    store.requeue_job(&first.request.id).await.unwrap();
    assert_eq!(
        store.job(&first.request.id).await.unwrap().state,
        JobState::Queued
    );
    store
        .finish_job(
            &first.request.id,
            JobState::Done,
            serde_json::json!({"layers": []}),
        )
        .await
        .unwrap();
    let done = store.job(&first.request.id).await.unwrap();
    assert_eq!((done.state, done.counts), (JobState::Done, counts));
    assert!(matches!(
        store.job(&JobId::random()).await,
        Err(StoreError::NotFound(_))
    ));
}

async fn tokens(store: &dyn Store) {
    let record = |prefix: &str, expires| TokenRecord {
        prefix: prefix.to_owned(),
        hash: "00".repeat(32),
        role: Role::Publisher,
        scope: Scope::Workspace(WorkspaceName::new("kortrijk").unwrap()),
        created: SystemTime::UNIX_EPOCH + Duration::from_secs(1_000),
        expires,
    };
    let past = SystemTime::now() - Duration::from_secs(1);
    store.put_token(record("aaaaaaaa", None)).await.unwrap();
    store
        .put_token(record("bbbbbbbb", Some(past)))
        .await
        .unwrap();
    assert_eq!(
        store.token("aaaaaaaa").await.unwrap(),
        Some(record("aaaaaaaa", None))
    );
    assert_eq!(
        store.token("bbbbbbbb").await.unwrap(),
        None,
        "an expired token is none"
    );
    assert_eq!(store.tokens().await.unwrap().len(), 2);
    store.revoke_token("aaaaaaaa").await.unwrap();
    assert_eq!(store.token("aaaaaaaa").await.unwrap(), None);
    assert!(matches!(
        store.revoke_token("aaaaaaaa").await,
        Err(StoreError::NotFound(_))
    ));
}

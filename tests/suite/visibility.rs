//! Private layers: invisible without their token, at every address.

use serde_json::json;

use crate::program::{Folder, Server, token};
use crate::samples::board;

#[test]
fn a_private_layer_is_nowhere_without_its_token() {
    let folder = Folder::new();
    let data = folder.data();
    let publisher = token(&data, "publisher", "kortrijk");
    let viewer = token(&data, "viewer", "kortrijk");
    let stranger = token(&data, "administrator", "menen");
    let operator = token(&data, "operator", "*");
    let server = Server::start(&data);
    let done = server.upload_bytes(
        &publisher,
        "workspace=kortrijk&layer=geheim&visibility=private",
        "b.geojson",
        board(4).as_bytes(),
    );
    assert_eq!(done.status, 201, "{}", done.text());
    server.upload_bytes(
        &publisher,
        "workspace=kortrijk&layer=open",
        "b.geojson",
        board(3).as_bytes(),
    );
    let addresses = [
        "/collections/kortrijk:geheim",
        "/collections/kortrijk:geheim/items",
        "/collections/kortrijk:geheim/items/1",
        "/xyz/kortrijk:geheim",
        "/xyz/kortrijk:geheim/10/521/343",
        "/xyz/kortrijk:open,kortrijk:geheim/10/521/343",
    ];
    let nowhere = server.get("/collections/kortrijk:bestaatniet");
    for path in addresses {
        let hidden = server.get(path);
        assert_eq!(hidden.status, 404, "{path}");
        assert_eq!(hidden.json()["status"], nowhere.json()["status"], "{path}");
        assert_eq!(server.get_as(&stranger, path).status, 404, "{path}");
        assert_eq!(
            server.get_as(&operator, path).status,
            404,
            "{path}: the operator sees no data"
        );
        let seen = server.get_as(&viewer, path);
        assert!([200, 204].contains(&seen.status), "{path} {}", seen.status);
        if seen.status == 200 {
            assert!(
                seen.header("cache-control").unwrap().contains("private"),
                "{path}"
            );
        }
    }
    for path in ["/collections", "/api", "/?f=json", "/metrics", "/health"] {
        assert!(!server.get(path).text().contains("geheim"), "{path}");
        assert!(
            !server.get_as(&stranger, path).text().contains("geheim"),
            "{path}"
        );
    }
    assert!(
        server
            .get_as(&viewer, "/collections")
            .text()
            .contains("geheim")
    );
    assert!(server.get_as(&viewer, "/api").text().contains("geheim"));
    let names = |token: &str| {
        server.get_as(token, "/manage/layers").json()["layers"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!((names(&viewer), names(&stranger)), (2, 0));
    assert_eq!(server.get("/manage/layers").status, 401);
}

#[test]
fn what_is_hidden_is_in_no_answer() {
    let folder = Folder::new();
    let data = folder.data();
    let publisher = token(&data, "publisher", "kortrijk");
    let viewer = token(&data, "viewer", "kortrijk");
    let server = Server::start(&data);
    server.upload_bytes(
        &publisher,
        "workspace=kortrijk&layer=bord",
        "b.geojson",
        board(4).as_bytes(),
    );
    let patch = |token: &str, body: &serde_json::Value| {
        server.request(
            "PATCH",
            "/manage/layers/kortrijk:bord",
            &[("Authorization", &format!("Bearer {token}"))],
            body.to_string().as_bytes(),
        )
    };
    assert_eq!(patch(&viewer, &json!({"hidden": ["naam"]})).status, 403);
    assert_eq!(
        patch(&publisher, &json!({"hidden": ["nonsense"]})).status,
        400
    );
    assert_eq!(patch(&publisher, &json!({"colour": "red"})).status, 400);
    let changed = patch(&publisher, &json!({"hidden": ["naam"]}));
    assert_eq!(changed.status, 200, "{}", changed.text());
    for path in [
        "/collections/kortrijk:bord/items?limit=100",
        "/xyz/kortrijk:bord",
        "/xyz/kortrijk:bord/12/2084/1373",
    ] {
        let answer = server.get(path);
        assert!(
            !answer.text().contains("vak") && !answer.text().contains("naam"),
            "{path}"
        );
    }
    // a replacement keeps what is hidden
    server.upload_bytes(
        &publisher,
        "workspace=kortrijk&layer=bord&mode=replace",
        "b.geojson",
        board(5).as_bytes(),
    );
    assert!(
        !server
            .get("/collections/kortrijk:bord/items")
            .text()
            .contains("vak")
    );
    patch(&publisher, &json!({"visibility": "private", "hidden": []}));
    assert_eq!(server.get("/collections/kortrijk:bord").status, 404);
    assert!(
        server
            .get_as(&viewer, "/collections/kortrijk:bord/items")
            .text()
            .contains("vak")
    );
    let gone = server.request(
        "DELETE",
        "/manage/layers/kortrijk:bord",
        &[("Authorization", &format!("Bearer {publisher}"))],
        &[],
    );
    assert_eq!(gone.status, 204);
    assert_eq!(
        server.get_as(&viewer, "/collections/kortrijk:bord").status,
        404
    );
}

#[test]
fn a_workspace_whose_name_begins_like_a_route_is_read_by_other_origins() {
    let folder = Folder::new();
    let token = token(&folder.data(), "publisher", "*");
    let server = Server::start(&folder.data());
    server.upload_bytes(
        &token,
        "workspace=manager&layer=b",
        "b.geojson",
        board(2).as_bytes(),
    );
    for path in ["/collections/manager:b/items", "/xyz/manager:b"] {
        assert_eq!(
            server.get(path).header("access-control-allow-origin"),
            Some("*"),
            "{path}"
        );
    }
    for path in ["/manage/layers?foo=1", "/manage/layers/manager:b?foo=1"] {
        let refused = server.get_as(&token, path);
        assert_eq!(
            (refused.status, &refused.json()["parameter"]),
            (400, &json!("foo")),
            "{path}"
        );
    }
}

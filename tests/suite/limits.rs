//! What is too much is refused, with the status that says so.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::http;
use crate::program::{Folder, Server, token};
use crate::samples::board;

#[test]
fn an_upload_that_is_too_large_is_refused_before_it_is_read() {
    let folder = Folder::new();
    let token = token(&folder.data(), "publisher", "*");
    let server = Server::start_with(
        &folder.data(),
        &[],
        &[("GOVMAPS_LIMITS__UPLOAD_BYTES", "20000")],
    );
    let big = board(20);
    assert!(big.len() > 20_000);
    let refused = server.upload_bytes(&token, "workspace=kortrijk", "b.geojson", big.as_bytes());
    assert_eq!(refused.status, 413);
    // also when its length is not told
    server.wait_for_uploads();
    let mut request = format!(
        "POST /manage/uploads?workspace=kortrijk HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Disposition: attachment; filename=\"b.geojson\"\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    .into_bytes();
    for chunk in big.as_bytes().chunks(5000) {
        request.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        request.extend_from_slice(chunk);
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"0\r\n\r\n");
    assert_eq!(
        http::raw(server.address, &request, false).unwrap().status,
        413
    );
    assert_eq!(
        server
            .upload_bytes(
                &token,
                "workspace=kortrijk",
                "b.geojson",
                board(3).as_bytes()
            )
            .status,
        201
    );
}

#[test]
fn heads_that_are_too_large_are_refused() {
    let folder = Folder::new();
    let server = Server::start(&folder.data());
    let long = http::send(
        server.address,
        "GET",
        &format!("/collections?f={}", "x".repeat(20_000)),
        &[],
        &[],
    );
    assert_eq!(long.status, 414);
    let value = "x".repeat(17_000);
    let heavy = http::send(
        server.address,
        "GET",
        "/collections",
        &[("X-Long", &value)],
        &[],
    );
    assert_eq!(heavy.status, 431);
    let names: Vec<String> = (0..120).map(|i| format!("X-{i}")).collect();
    let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
    assert!(
        [400, 431].contains(&http::send(server.address, "GET", "/collections", &many, &[]).status)
    );
    assert_eq!(server.get("/collections").status, 200);
}

#[test]
fn a_client_that_says_nothing_is_let_go() {
    let folder = Folder::new();
    let server = Server::start(&folder.data());
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    stream.write_all(b"GET / HTT").unwrap();
    let started = Instant::now();
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(
        started.elapsed() < Duration::from_secs(20),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn a_body_where_none_is_expected_stays_small() {
    let folder = Folder::new();
    let data = folder.data();
    let token = token(&data, "publisher", "*");
    let file = folder.write("b.geojson", &board(2));
    folder.import(&file, "kortrijk");
    let server = Server::start(&data);
    let patch = server.request(
        "PATCH",
        "/manage/layers/kortrijk:b",
        &[("Authorization", &format!("Bearer {token}"))],
        format!("{{\"title\": \"{}\"}}", "x".repeat(1_100_000)).as_bytes(),
    );
    assert_eq!(patch.status, 413);
}

#[test]
fn a_full_disk_refuses_uploads_and_reads_go_on() {
    let folder = Folder::new();
    let data = folder.data();
    let token = token(&data, "publisher", "*");
    let server = Server::start_with(
        &data,
        &[],
        &[("GOVMAPS_LIMITS__FREE_DISK_BYTES", "18000000000000000000")],
    );
    let refused = server.upload_bytes(
        &token,
        "workspace=kortrijk",
        "b.geojson",
        board(2).as_bytes(),
    );
    assert_eq!(refused.status, 507, "{}", refused.text());
    assert_eq!(server.get("/collections").status, 200);
}

#[test]
fn overload_is_shed_and_the_server_lives() {
    let folder = Folder::new();
    let data = folder.data();
    let file = folder.write("b.geojson", &board(80));
    folder.import(&file, "kortrijk");
    let server = Server::start_with(
        &data,
        &[],
        &[
            ("GOVMAPS_LIMITS__RENDERS_PER_CORE", "1"),
            ("GOVMAPS_LIMITS__QUEUE_PER_CORE", "1"),
            ("GOVMAPS_LIMITS__QUEUE_MS", "20"),
        ],
    );
    let address = server.address;
    let asking: Vec<_> = (0..40)
        .map(|_| {
            std::thread::spawn(move || {
                http::send(
                    address,
                    "GET",
                    "/collections/kortrijk:b/items?limit=10000",
                    &[],
                    &[],
                )
            })
        })
        .collect();
    let answers: Vec<_> = asking
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .collect();
    let shed: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 503)
        .collect();
    assert!(!shed.is_empty(), "some are shed");
    assert!(
        shed.iter()
            .all(|answer| answer.header("retry-after").is_some())
    );
    assert!(
        answers.iter().any(|answer| answer.status == 200),
        "some are served"
    );
    assert_eq!(server.get("/health").status, 200, "health is never shed");
}

#[test]
fn an_upload_that_trickles_is_broken_off() {
    let folder = Folder::new();
    let token = token(&folder.data(), "publisher", "*");
    let server = Server::start(&folder.data());
    server.wait_for_uploads();
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    write!(
        stream,
        "POST /manage/uploads?workspace=kortrijk HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Disposition: attachment; filename=\"b.geojson\"\r\nContent-Length: 100000\r\n\r\n"
    )
    .unwrap();
    // ten bytes a second: far below one kilobyte
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(12) && stream.write_all(b"x").is_ok() {
        std::thread::sleep(Duration::from_millis(100));
    }
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 408");
}

#[test]
fn one_client_does_not_use_all_of_the_server_s_time() {
    let folder = Folder::new();
    let data = folder.data();
    let token = token(&data, "viewer", "*");
    let file = folder.write("b.geojson", &board(100));
    folder.import(&file, "kortrijk");
    let variables = [
        ("GOVMAPS_LIMITS__CLIENT_SECONDS", "0.01"),
        ("GOVMAPS_LIMITS__CLIENT_SECONDS_PER_SECOND", "0.001"),
    ];
    let server = Server::start_with(&data, &[], &variables);
    let heavy = "/collections/kortrijk:b/items?limit=10000";
    assert_eq!(server.get(heavy).status, 200);
    let refused = server.get(heavy);
    assert_eq!(refused.status, 429, "{}", refused.text());
    assert!(
        refused
            .header("retry-after")
            .unwrap()
            .parse::<u32>()
            .unwrap()
            > 0
    );
    assert_eq!(
        server.get_as(&token, heavy).status,
        200,
        "another client has a budget of its own"
    );
    assert_eq!(
        server.get("/xyz/kortrijk:b/10/521/343").status,
        200,
        "tiles are exempt"
    );
}

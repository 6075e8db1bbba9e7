//! The program under test: started on a free port with a folder of its own, stopped at the end.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::http::{self, Response};

/// The program's path.
pub const GOVMAPS: &str = env!("CARGO_BIN_EXE_govmaps");

/// A data folder that goes with the test, with the Belgian grid where that is at hand.
pub struct Folder {
    folder: tempfile::TempDir,
}

impl Folder {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data/proj");
        std::fs::create_dir_all(&data).unwrap();
        if let Some(grid) = geodata("proj/be_ign_bd72lb72_etrs89lb08.tif") {
            std::fs::copy(grid, data.join("be_ign_bd72lb72_etrs89lb08.tif")).unwrap();
        }
        Self { folder }
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A file beside the data folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Imports a file into a workspace by the command line; the answer is what it printed.
    #[track_caller]
    pub fn import(&self, file: &Path, workspace: &str) -> String {
        let (file, data) = (file.to_str().unwrap(), self.data());
        let data = data.to_str().unwrap();
        govmaps_ok(&["import", file, "--data", data, "--workspace", workspace])
    }

    /// Writes a file beside the data folder.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.file(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

/// A file of the shared geodata; says so where it is not at hand.
pub fn geodata(path: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("GOVMAPS_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let file = shared.join("geodata").join(path);
    if !file.exists() {
        eprintln!("skipped: no shared geodata ({path})");
        return None;
    }
    Some(file)
}

/// Runs a command of the program to its end.
pub fn govmaps(args: &[&str]) -> Output {
    Command::new(GOVMAPS)
        .args(args)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// As [`govmaps`], which must end well; the answer is its standard output.
#[track_caller]
pub fn govmaps_ok(args: &[&str]) -> String {
    let output = govmaps(args);
    assert!(
        output.status.success(),
        "govmaps {args:?}: {}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// A token of a role, made by the command line.
pub fn token(data: &Path, role: &str, workspace: &str) -> String {
    let data = data.to_str().unwrap();
    let out = govmaps_ok(&[
        "token",
        "create",
        "--data",
        data,
        "--role",
        role,
        "--workspace",
        workspace,
    ]);
    out.lines().last().unwrap().to_owned()
}

/// A running server.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    pub log: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Serves a data folder.
    pub fn start(data: &Path) -> Self {
        Self::start_with(data, &[], &[])
    }

    /// Serves with more arguments and variables.
    pub fn start_with(data: &Path, args: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(GOVMAPS);
        command
            .args(["serve", "--bind", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(args)
            .env("GOVMAPS_LOG__FORMAT", "json")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let log: Arc<Mutex<Vec<String>>> = Arc::default();
        let (sender, receiver) = std::sync::mpsc::channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let kept = log.clone();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                if let Ok(entry) = serde_json::from_str::<serde_json::Value>(&line)
                    && let Some(address) = entry["address"].as_str()
                {
                    let _ = sender.send(address.parse::<SocketAddr>().unwrap());
                }
                kept.lock().unwrap().push(line);
            }
        });
        let address = receiver
            .recv_timeout(Duration::from_secs(60))
            .unwrap_or_else(|_| {
                let _ = child.kill();
                panic!("the server did not start: {:?}", log.lock().unwrap())
            });
        Self {
            child,
            address,
            log,
        }
    }

    pub fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Response {
        http::send(self.address, method, path, headers, body)
    }

    pub fn get(&self, path: &str) -> Response {
        self.request("GET", path, &[], &[])
    }

    /// Asks with a token.
    pub fn get_as(&self, token: &str, path: &str) -> Response {
        self.request(
            "GET",
            path,
            &[("Authorization", &format!("Bearer {token}"))],
            &[],
        )
    }

    /// Uploads a file and waits for the end of its job.
    pub fn upload(&self, token: &str, query: &str, file: &Path) -> Response {
        let name = file.file_name().unwrap().to_str().unwrap();
        self.upload_bytes(token, query, name, &std::fs::read(file).unwrap())
    }

    pub fn upload_bytes(&self, token: &str, query: &str, name: &str, bytes: &[u8]) -> Response {
        self.wait_for_uploads();
        self.request(
            "POST",
            &format!("/manage/uploads?{query}"),
            &[
                ("Authorization", &format!("Bearer {token}")),
                (
                    "Content-Disposition",
                    &format!("attachment; filename=\"{name}\""),
                ),
                ("Content-Type", "application/octet-stream"),
                ("Prefer", "wait=300"),
            ],
            bytes,
        )
    }

    /// The box is tested behind the first requests; uploads are taken after that.
    pub fn wait_for_uploads(&self) {
        self.until("/health", "uploads are taken", |answer| {
            answer.json()["uploads"] == true
        });
    }

    /// Asks until an answer is as wished.
    #[track_caller]
    pub fn until(&self, path: &str, wish: &str, mut is: impl FnMut(&Response) -> bool) -> Response {
        let started = Instant::now();
        loop {
            let answer = self.get(path);
            if is(&answer) {
                return answer;
            }
            assert!(
                started.elapsed() < Duration::from_secs(90),
                "{path}: {wish}: {} {}\n{:?}",
                answer.status,
                answer.text(),
                self.log.lock().unwrap()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// For a server that all tests share, and so nobody drops: ends it with the tests' process and
    /// removes its folder.
    pub fn end_with_this_process(&self, folder: &Folder) {
        let watch = format!(
            "while kill -0 {} 2> /dev/null; do sleep 0.3; done; kill {}; sleep 1; rm -rf '{}'",
            std::process::id(),
            self.child.id(),
            folder.folder.path().display()
        );
        let mut watcher = Command::new("sh")
            .args(["-c", &watch])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::spawn(move || watcher.wait());
    }

    /// Ends it as a power cut would.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to end, and tells how it ended.
    pub fn terminate(mut self) -> std::process::ExitStatus {
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        self.child.wait().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

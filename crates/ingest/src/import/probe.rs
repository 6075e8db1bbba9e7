//! The twelve probes: what the reader must not be able to do in its box.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::order::Limits;
use super::reading::{Scratch, command, reason, send_order};
use crate::error::{Error, Result};

/// Their names, in the order in which they run.
pub const PROBES: [&str; 12] = [
    "read /etc/passwd",
    "read a file beside the data folder",
    "read /proc/1/environ",
    "write outside its output folder",
    "run a file that it wrote",
    "truncate a file outside by path",
    "open the input with O_TRUNC",
    "signal its parent",
    "make a socket",
    "connect to a loopback listener",
    "more memory than allowed",
    "a file larger than allowed",
];

/// Memory allowed to a probing reader.
const PROBE_MEMORY: u64 = 512 << 20;
/// The largest file allowed to it.
const PROBE_FILE: u64 = 16 << 20;

/// What came of one probe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// One of [`PROBES`].
    pub name: String,
    /// Whether the attempt failed, as it must in the box.
    pub refused: bool,
    /// How: the system's answer, or what was possible.
    pub detail: String,
}

/// What the reader is told with `--probe`, on its stdin.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProbeOrder {
    /// Its input folder.
    pub input_dir: PathBuf,
    /// A file in it.
    pub input_file: PathBuf,
    /// The one folder it may write in.
    pub scratch_dir: PathBuf,
    /// A file that it must neither read nor truncate.
    pub outside_file: PathBuf,
    /// A folder that it must not write in.
    pub outside_dir: PathBuf,
    /// Environments that it must not read: that of process 1, and that of its parent, since the
    /// first may be closed to everybody, so that a refusal would prove nothing.
    pub environments: Vec<PathBuf>,
    /// Where somebody listens.
    pub listener: std::net::SocketAddr,
    /// What it may use.
    pub limits: Limits,
    /// Whether it locks itself in first.
    pub boxed: bool,
}

/// One line of the probing reader's stdout.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProbeResult {
    /// Which of [`PROBES`], from 0.
    pub number: usize,
    /// `None` = about to try.
    pub refused: Option<bool>,
    /// How.
    pub detail: String,
}

/// Runs all probes in a temporary folder. `boxed = false` is for tests as root, which show that
/// each probe would succeed without the box.
///
/// # Errors
/// [`Error::Io`] when the fixtures or the program cannot be made, [`Error::Reader`] when it would
/// not start (for one, because the kernel offers no box).
pub fn run_probes(reader: &Path, boxed: bool) -> Result<Vec<Probe>> {
    let place = Scratch::new(&std::env::temp_dir())?;
    let folder = |name: &str| {
        let path = place.0.join(name);
        std::fs::create_dir(&path)
            .map_err(Error::io("making a folder for the probes"))
            .map(|()| path)
    };
    let (input_dir, scratch_dir, outside_dir) = (folder("in")?, folder("out")?, folder("data")?);
    let (input_file, outside_file) = (input_dir.join("input"), place.0.join("beside"));
    for file in [&input_file, &outside_file] {
        std::fs::write(file, b"private").map_err(Error::io("writing a file for the probes"))?;
    }
    let listener = TcpListener::bind("127.0.0.1:0").map_err(Error::io("listening for a probe"))?;
    let order = ProbeOrder {
        input_dir,
        input_file,
        scratch_dir,
        outside_file,
        outside_dir,
        environments: vec![
            PathBuf::from("/proc/1/environ"),
            PathBuf::from(format!("/proc/{}/environ", std::process::id())),
        ],
        listener: listener
            .local_addr()
            .map_err(Error::io("listening for a probe"))?,
        limits: Limits {
            memory: PROBE_MEMORY,
            output: PROBE_FILE,
            cpu_s: 20,
            ..Limits::default()
        },
        boxed,
    };
    let mut child = command(reader)
        .arg("--probe")
        .spawn()
        .map_err(Error::io(format!("starting {}", reader.display())))?;
    send_order(&mut child, &order);
    let output = child
        .wait_with_output()
        .map_err(Error::io("waiting for the probes"))?;
    results(&output)
}

fn results(output: &std::process::Output) -> Result<Vec<Probe>> {
    let log = String::from_utf8_lossy(&output.stderr);
    let mut probes: Vec<Probe> = Vec::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let result: ProbeResult = serde_json::from_str(line)
            .map_err(|e| Error::Reader(format!("it answered a probe with '{line}': {e}")))?;
        let name = PROBES
            .get(result.number)
            .ok_or_else(|| Error::Reader("it answered a probe that was not asked".to_owned()))?;
        let probe = Probe {
            name: (*name).to_owned(),
            refused: result.refused.unwrap_or(false),
            detail: result.detail,
        };
        match probes.last_mut() {
            Some(last) if last.name == probe.name => *last = probe,
            _ => probes.push(probe),
        }
    }
    // Killed in the midst of an attempt: the kernel has refused it in its harshest way.
    if !output.status.success()
        && let Some(last) = probes.last_mut()
        && probes_left_open(&output.stdout)
    {
        last.refused = true;
        last.detail = reason(output.status, &log);
    }
    if probes.len() != PROBES.len() {
        return Err(Error::Reader(reason(output.status, &log)));
    }
    Ok(probes)
}

fn probes_left_open(stdout: &[u8]) -> bool {
    String::from_utf8_lossy(stdout)
        .lines()
        .last()
        .and_then(|line| serde_json::from_str::<ProbeResult>(line).ok())
        .is_some_and(|result| result.refused.is_none())
}

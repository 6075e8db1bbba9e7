//! Starting the reader program, taking its frames, and ending it when it must end.

use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::frame::{Frame, FrameReader};
use crate::crs::Crs;
use crate::error::{Error, Result};

/// How much of the reader's stderr is kept for the log.
const STDERR_BYTES: usize = 4096;

/// What one reading may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Wall-clock seconds.
    pub wall_s: u64,
    /// CPU seconds.
    pub cpu_s: u64,
    /// Address space in bytes.
    pub memory: u64,
    /// The largest file it may write, and the most it may send, in bytes; below that, four times
    /// the unpacked input (at least 64 MB).
    pub output: u64,
    /// How many times larger than the archive its members may be.
    pub archive_ratio: u64,
    /// How many members an archive may have.
    pub archive_members: u64,
    /// The most unpacked bytes of an archive.
    pub archive_bytes: u64,
}

impl Default for Limits {
    /// 15 min wall, 10 min CPU, 2 GB memory, 16 GB output; archives of 1,000 members, 8 GB, 100:1.
    fn default() -> Self {
        Self {
            wall_s: 15 * 60,
            cpu_s: 10 * 60,
            memory: 2 << 30,
            output: 16 << 30,
            archive_ratio: 100,
            archive_members: 1000,
            archive_bytes: 8 << 30,
        }
    }
}

impl Limits {
    /// How much may be written for so many bytes of unpacked input.
    pub fn output_for(&self, unpacked: u64) -> u64 {
        unpacked.saturating_mul(4).max(64 << 20).min(self.output)
    }
}

/// What is to be read, and how.
#[derive(Debug, Clone)]
pub struct ReadRequest {
    /// The program `govmaps-reader`.
    pub reader: PathBuf,
    /// A private folder that holds the uploaded files and nothing else.
    pub input_dir: PathBuf,
    /// An existing folder in which the reader's scratch folder is made, and removed afterwards.
    pub scratch_parent: PathBuf,
    /// Names of the files in that folder; siblings of a Shapefile share their stem.
    pub files: Vec<String>,
    /// What the uploader called the file; names the layer of formats that hold none.
    pub original_name: String,
    /// The CRS that the uploader states.
    pub crs: Option<Crs>,
    /// The encoding that the uploader states, as WHATWG or IBM label.
    pub encoding: Option<String>,
    /// What it may use.
    pub limits: Limits,
    /// Whether it must lock itself in; `false` only where the operator has allowed it.
    pub boxed: bool,
}

/// What the reader is told on its stdin, as one JSON object.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Order {
    /// See [`ReadRequest::input_dir`].
    pub input_dir: PathBuf,
    /// The one folder it may write in.
    pub scratch_dir: PathBuf,
    /// See [`ReadRequest::files`].
    pub files: Vec<String>,
    /// See [`ReadRequest::original_name`].
    pub original_name: String,
    /// See [`ReadRequest::crs`].
    pub crs: Option<Crs>,
    /// See [`ReadRequest::encoding`].
    pub encoding: Option<String>,
    /// See [`ReadRequest::limits`].
    pub limits: Limits,
    /// See [`ReadRequest::boxed`].
    pub boxed: bool,
}

/// Why the reader was killed by us.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kill {
    Cancelled,
    WallClock,
    Dropped,
}

struct Shared {
    state: Mutex<State>,
    ended: Condvar,
}

struct State {
    child: Child,
    kill: Option<Kill>,
    status: Option<ExitStatus>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn kill(&self, why: Kill) {
        let mut state = self.lock();
        if state.status.is_none() {
            state.kill.get_or_insert(why);
            // It may have ended by itself meanwhile: then there is nothing to do.
            let _ = state.child.kill();
        }
    }
}

/// Ends a reading from another thread.
#[derive(Clone)]
pub struct Canceller(Arc<Shared>);

impl Canceller {
    /// Kills the reader; the next [`Reading::next`] answers [`Error::Cancelled`].
    pub fn cancel(&self) {
        self.0.kill(Kill::Cancelled);
    }
}

/// A reader at work. Dropping it kills the program and removes its scratch folder.
pub struct Reading {
    frames: FrameReader<ChildStdout>,
    shared: Arc<Shared>,
    stderr: Option<JoinHandle<Vec<u8>>>,
    log: String,
    scratch: Scratch,
    output: u64,
    over: bool,
}

impl Reading {
    /// Starts the program in a cleared environment.
    ///
    /// # Errors
    /// [`Error::Io`] when it or its scratch folder cannot be made.
    pub fn start(request: &ReadRequest) -> Result<Self> {
        let scratch = Scratch::new(&request.scratch_parent)?;
        let mut child = command(&request.reader)
            .spawn()
            .map_err(Error::io(format!("starting {}", request.reader.display())))?;
        let order = Order {
            input_dir: absolute(&request.input_dir)?,
            scratch_dir: absolute(&scratch.0)?,
            files: request.files.clone(),
            original_name: request.original_name.clone(),
            crs: request.crs,
            encoding: request.encoding.clone(),
            limits: request.limits.clone(),
            boxed: request.boxed,
        };
        send_order(&mut child, &order);
        let stdout = child.stdout.take().expect("stdout is piped");
        let stderr = child.stderr.take().expect("stderr is piped");
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                child,
                kill: None,
                status: None,
            }),
            ended: Condvar::new(),
        });
        watch(
            Arc::clone(&shared),
            Duration::from_secs(request.limits.wall_s),
        );
        let archive_bytes = request
            .files
            .iter()
            .filter_map(|file| std::fs::metadata(request.input_dir.join(file)).ok())
            .map(|meta| meta.len())
            .sum::<u64>()
            .saturating_mul(request.limits.archive_ratio)
            .min(request.limits.archive_bytes);
        Ok(Self {
            frames: FrameReader::new(stdout),
            shared,
            stderr: Some(std::thread::spawn(move || tail(stderr))),
            log: String::new(),
            scratch,
            output: request.limits.output_for(archive_bytes),
            over: false,
        })
    }

    /// A handle that ends this reading from another thread.
    pub fn canceller(&self) -> Canceller {
        Canceller(Arc::clone(&self.shared))
    }

    /// What the program wrote to stderr, its last 4 kB; complete once the reading is over.
    pub fn log(&self) -> &str {
        &self.log
    }

    /// The next frame, waiting for it; `None` when the file is read to its end or refused.
    ///
    /// # Errors
    /// [`Error::Cancelled`], or [`Error::Reader`] with the reason when the program broke the
    /// form, died, or was killed for using too much.
    #[expect(
        clippy::should_implement_trait,
        reason = "its items are fallible and it blocks"
    )]
    pub fn next(&mut self) -> Result<Option<Frame>> {
        if self.over {
            return Ok(None);
        }
        match self.frames.next_frame() {
            Ok(Some(frame)) if self.frames.received() <= self.output => Ok(Some(frame)),
            Ok(Some(_)) => {
                self.shared.kill(Kill::Dropped);
                self.finish();
                Err(Error::Reader(format!(
                    "it sent more than {} MB, the limit for a file of this size",
                    self.output >> 20
                )))
            }
            Ok(None) => {
                self.finish();
                Ok(None)
            }
            Err(error) => {
                let dead = matches!(&error, Error::Reader(text) if text.starts_with("it ended"));
                if !dead {
                    self.shared.kill(Kill::Dropped);
                }
                let (status, kill) = self.finish();
                Err(match (kill, status) {
                    (Some(Kill::Cancelled), _) => Error::Cancelled,
                    (Some(Kill::WallClock), _) => Error::Reader(
                        "it took longer than allowed; split the file into smaller ones".to_owned(),
                    ),
                    (None, Some(status)) if dead => Error::Reader(reason(status, &self.log)),
                    _ => error,
                })
            }
        }
    }

    fn finish(&mut self) -> (Option<ExitStatus>, Option<Kill>) {
        self.over = true;
        let ending = wait(&self.shared);
        if let Some(stderr) = self.stderr.take() {
            let bytes = stderr.join().unwrap_or_default();
            self.log = String::from_utf8_lossy(&bytes).into_owned();
        }
        self.scratch.remove();
        ending
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        if !self.over {
            self.shared.kill(Kill::Dropped);
            self.finish();
        }
    }
}

/// The program with nothing of our environment and all of its streams piped.
pub(super) fn command(reader: &Path) -> Command {
    let mut command = Command::new(reader);
    command
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Writes the order and closes the pipe. A program that died before it read shows in its status.
pub(super) fn send_order(child: &mut Child, order: &impl Serialize) {
    if let Some(mut stdin) = child.stdin.take() {
        let text = serde_json::to_vec(order).expect("plain structs become JSON");
        let _ = stdin.write_all(&text);
    }
}

/// Why a program ended that did not finish its work.
pub(super) fn reason(status: ExitStatus, log: &str) -> String {
    let out_of_memory = log.contains("memory allocation of") || log.contains("bad_alloc");
    match status.signal() {
        Some(libc::SIGXCPU) => "it used more CPU time than allowed".to_owned(),
        Some(libc::SIGXFSZ) => "it wrote a larger file than allowed".to_owned(),
        Some(libc::SIGABRT) if out_of_memory => "it needed more memory than allowed".to_owned(),
        Some(libc::SIGKILL) => "it was killed from outside, perhaps for lack of memory".to_owned(),
        Some(libc::SIGSYS) => "it tried what its box forbids".to_owned(),
        Some(signal) => format!("it crashed on this file (signal {signal})"),
        None => format!(
            "it gave up with exit code {}{}",
            status.code().unwrap_or(-1),
            log.lines()
                .last()
                .map(|line| format!(": {line}"))
                .unwrap_or_default()
        ),
    }
}

/// Waits for the end without holding the lock, so that it can be killed meanwhile.
fn wait(shared: &Shared) -> (Option<ExitStatus>, Option<Kill>) {
    let mut pause = Duration::from_micros(200);
    loop {
        let mut state = shared.lock();
        if state.status.is_none() {
            state.status = state.child.try_wait().ok().flatten();
        }
        if state.status.is_some() {
            shared.ended.notify_all();
            return (state.status, state.kill);
        }
        drop(state);
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// Kills the program when its time is over.
fn watch(shared: Arc<Shared>, wall: Duration) {
    std::thread::spawn(move || {
        let end = Instant::now() + wall;
        let mut state = shared.lock();
        while state.status.is_none() {
            let Some(left) = end
                .checked_duration_since(Instant::now())
                .filter(|d| !d.is_zero())
            else {
                drop(state);
                shared.kill(Kill::WallClock);
                return;
            };
            state = shared
                .ended
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    });
}

fn tail(mut stderr: impl Read) -> Vec<u8> {
    let (mut kept, mut chunk) = (Vec::new(), [0; 4096]);
    while let Ok(n @ 1..) = stderr.read(&mut chunk) {
        kept.extend_from_slice(&chunk[..n]);
        if kept.len() > STDERR_BYTES {
            kept.drain(..kept.len() - STDERR_BYTES);
        }
    }
    kept
}

fn absolute(path: &Path) -> Result<PathBuf> {
    path.canonicalize()
        .map_err(Error::io(format!("finding {}", path.display())))
}

/// A folder of its own that goes when the reading is over.
pub(super) struct Scratch(pub(super) PathBuf);

impl Scratch {
    pub(super) fn new(parent: &Path) -> Result<Self> {
        static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        loop {
            let n = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let path = parent.join(format!("reader-{}-{n}", std::process::id()));
            match std::fs::create_dir(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(Error::io(format!("making {}", path.display()))(e)),
            }
        }
    }

    fn remove(&self) {
        // What cannot be removed now is an orphan, which the next start of the server sweeps.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.remove();
    }
}

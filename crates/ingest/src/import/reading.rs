//! Starting the reader program, taking its frames, and ending it when it must end.

use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::frame::{Frame, FrameReader};
use super::order::{Order, ReadRequest};
use crate::error::{Error, Result};

/// How much of the reader's stderr is kept for the log.
const STDERR_BYTES: usize = 4096;

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
        let unpacked = most_unpacked(request);
        Ok(Self {
            frames: FrameReader::new(stdout),
            shared,
            stderr: Some(std::thread::spawn(move || tail(stderr))),
            log: String::new(),
            scratch,
            output: request.limits.output_for(unpacked),
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

/// How many bytes the input can have when it is unpacked; its own word for that is not trusted.
fn most_unpacked(request: &ReadRequest) -> u64 {
    let size_of = |file: &String| {
        let path = request.input_dir.join(file);
        let size = std::fs::metadata(&path).map_or(0, |meta| meta.len());
        let mut head = [0; 2];
        let is_zip = std::fs::File::open(&path)
            .and_then(|mut file| file.read_exact(&mut head))
            .is_ok_and(|()| head == *b"PK");
        match is_zip {
            true => size
                .saturating_mul(request.limits.archive_ratio)
                .min(request.limits.archive_bytes),
            false => size,
        }
    };
    request.files.iter().map(size_of).sum()
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

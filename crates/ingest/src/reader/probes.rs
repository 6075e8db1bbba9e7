//! The reader's side of the twelve probes: it tries what it must not be able to do.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use ingest::import::{PROBES, ProbeOrder, ProbeResult};
use rustix::fs::{Mode, OFlags};

use crate::{getters, sandbox};

type Attempt = Result<String, Box<dyn std::error::Error>>;

/// Reads a [`ProbeOrder`] from stdin, tries everything, writes a line before and after each.
pub(crate) fn run() -> Result<(), String> {
    let order: ProbeOrder = serde_json::from_reader(std::io::stdin())
        .map_err(|e| format!("reading the order for the probes: {e}"))?;
    if order.boxed {
        sandbox::limit(&order.limits)?;
        sandbox::enter(&order.input_dir, &order.scratch_dir)?;
    }
    for number in 0..PROBES.len() {
        tell(number, None, String::new())?;
        match attempt(number, &order) {
            Ok(detail) => tell(number, Some(false), detail)?,
            Err(error) => tell(number, Some(true), error.to_string())?,
        }
    }
    Ok(())
}

fn tell(number: usize, refused: Option<bool>, detail: String) -> Result<(), String> {
    let result = ProbeResult {
        number,
        refused,
        detail,
    };
    let mut line = serde_json::to_vec(&result).map_err(|e| e.to_string())?;
    line.push(b'\n');
    let mut out = std::io::stdout().lock();
    out.write_all(&line)
        .and_then(|()| out.flush())
        .map_err(|e| e.to_string())
}

fn attempt(number: usize, order: &ProbeOrder) -> Attempt {
    match number {
        0 => read("/etc/passwd".as_ref()),
        1 => read(&order.outside_file),
        2 => first_readable(&order.environments),
        3 => {
            fs::write(order.outside_dir.join("written"), b"x")?;
            Ok("written".to_owned())
        }
        4 => run_written(order),
        5 => {
            getters::truncate(&order.outside_file)?;
            Ok("truncated".to_owned())
        }
        6 => truncate_input(order),
        7 => {
            let parent = rustix::process::getppid().ok_or("no parent")?;
            // Ignored by whoever does not ask for it.
            rustix::process::kill_process(parent, rustix::process::Signal::URG)?;
            Ok("signalled".to_owned())
        }
        8 => {
            rustix::net::socket(
                rustix::net::AddressFamily::UNIX,
                rustix::net::SocketType::STREAM,
                None,
            )?;
            Ok("made".to_owned())
        }
        9 => {
            TcpStream::connect_timeout(&order.listener, Duration::from_secs(2))?;
            Ok("connected".to_owned())
        }
        10 => more_memory(order),
        _ => larger_file(order),
    }
}

fn read(path: &std::path::Path) -> Attempt {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(4096).read_to_end(&mut bytes)?;
    Ok(format!("{} bytes", bytes.len()))
}

fn first_readable(paths: &[std::path::PathBuf]) -> Attempt {
    let mut refused = Vec::new();
    for path in paths {
        match fs::File::open(path) {
            Ok(_) => return Ok(format!("{} was opened", path.display())),
            Err(error) => refused.push(error.to_string()),
        }
    }
    Err(refused.join(", ").into())
}

fn run_written(order: &ProbeOrder) -> Attempt {
    let program = order.scratch_dir.join("program");
    fs::write(&program, b"#!/bin/sh\nexit 0\n")?;
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
    let status = std::process::Command::new(&program).status()?;
    Ok(status.to_string())
}

fn truncate_input(order: &ProbeOrder) -> Attempt {
    let reading = rustix::fs::open(
        &order.input_file,
        OFlags::RDONLY | OFlags::TRUNC | OFlags::CLOEXEC,
        Mode::empty(),
    );
    if reading.is_err() {
        rustix::fs::open(
            &order.input_file,
            OFlags::RDWR | OFlags::TRUNC | OFlags::CLOEXEC,
            Mode::empty(),
        )?;
    }
    Ok("truncated".to_owned())
}

fn more_memory(order: &ProbeOrder) -> Attempt {
    let mut bytes: Vec<u8> = Vec::new();
    bytes.try_reserve_exact(usize::try_from(order.limits.memory)? + (256 << 20))?;
    bytes.push(1);
    let capacity = std::hint::black_box(&bytes).capacity();
    Ok(format!("{} MB", capacity >> 20))
}

fn larger_file(order: &ProbeOrder) -> Attempt {
    let mut file = fs::File::create(order.scratch_dir.join("large"))?;
    let chunk = vec![0; 1 << 20];
    for _ in 0..=order.limits.output >> 20 {
        file.write_all(&chunk)?;
    }
    Ok("written".to_owned())
}

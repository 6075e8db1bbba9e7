//! The box: what this program gives up before it looks at a stranger's file.
//!
//! Three layers, each with a hole that another one covers. Landlock: no path but the input
//! (read), the scratch folder (write) and the data of GDAL and PROJ (read); on Debian 12's kernel
//! (ABI 2) it stops neither `truncate(2)` nor sockets nor signals. Seccomp: an allow-list of
//! system calls without those. Limits of the kernel: memory, CPU time, file size, no core dump.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ingest::import::Limits;
use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetStatus, Scope, path_beneath_rules,
};
use rustix::process::{Resource, Rlimit, setrlimit};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch, apply_filter,
};

/// Where GDAL and PROJ keep their data on Debian and most others.
const DATA_FOLDERS: [&str; 4] = [
    "/usr/share/proj",
    "/usr/share/gdal",
    "/usr/local/share/proj",
    "/usr/local/share/gdal",
];
/// Descriptors: input, output, scratch files, databases of PROJ and GeoPackage.
const FILES: u64 = 256;

/// Sets the limits of the kernel; they hold without the box too.
pub(crate) fn limit(limits: &Limits) -> Result<(), String> {
    let set = |resource, soft: u64, hard: u64| {
        let limit = Rlimit {
            current: Some(soft),
            maximum: Some(hard),
        };
        setrlimit(resource, limit).map_err(|e| format!("setting a limit: {e}"))
    };
    set(Resource::As, limits.memory, limits.memory)?;
    // The soft limit ends it with SIGXCPU, which tells the reason; the hard one is a backstop.
    set(Resource::Cpu, limits.cpu_s, limits.cpu_s + 5)?;
    set(Resource::Nofile, FILES, FILES)?;
    set(Resource::Core, 0, 0)?;
    limit_files(limits.output)
}

/// Sets the largest file that may be written, never higher than before.
pub(crate) fn limit_files(bytes: u64) -> Result<(), String> {
    let limit = Rlimit {
        current: Some(bytes),
        maximum: Some(bytes),
    };
    setrlimit(Resource::Fsize, limit).map_err(|e| format!("setting a limit: {e}"))
}

/// Locks the process in.
///
/// # Errors
/// When the kernel does not offer enough; the box is tried out before this returns.
pub(crate) fn enter(input: &Path, scratch: &Path) -> Result<(), String> {
    close_paths(input, scratch)?;
    close_calls()?;
    if std::fs::File::open("/etc/passwd").is_ok()
        || std::net::UdpSocket::bind("127.0.0.1:0").is_ok()
    {
        return Err("the box does not hold on this system".to_owned());
    }
    Ok(())
}

fn close_paths(input: &Path, scratch: &Path) -> Result<(), String> {
    let refuse = |e: landlock::RulesetError| format!("Landlock: {e}");
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    // Everything that can be made or changed, but no executing and no devices.
    let write = read
        | AccessFs::WriteFile
        | AccessFs::Truncate
        | AccessFs::MakeReg
        | AccessFs::MakeDir
        | AccessFs::RemoveFile
        | AccessFs::RemoveDir;
    let readable: Vec<PathBuf> = DATA_FOLDERS
        .iter()
        .map(PathBuf::from)
        .chain([input.to_owned()])
        .collect();
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(ABI::V6))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(ABI::V6)))
        .and_then(|rules| rules.scope(Scope::from_all(ABI::V6)))
        .and_then(|rules| rules.create())
        .and_then(|rules| rules.add_rules(path_beneath_rules(readable, read)))
        .and_then(|rules| rules.add_rules(path_beneath_rules([scratch], write)))
        .and_then(|rules| rules.restrict_self())
        .map_err(refuse)?;
    if status.ruleset == RulesetStatus::NotEnforced || !status.no_new_privs {
        return Err("this kernel has no Landlock, so strangers' files cannot be boxed".to_owned());
    }
    Ok(())
}

fn close_calls() -> Result<(), String> {
    let arch = TargetArch::try_from(std::env::consts::ARCH).map_err(|e| format!("seccomp: {e}"))?;
    let apply = |rules: BTreeMap<i64, Vec<SeccompRule>>, other, matching| {
        let filter = SeccompFilter::new(rules, other, matching, arch)
            .and_then(BpfProgram::try_from)
            .map_err(|e| format!("seccomp: {e}"))?;
        apply_filter(&filter).map_err(|e| format!("seccomp: {e}"))
    };
    let errno = |number: i32| SeccompAction::Errno(number as u32);
    let only = |calls: &[i64]| calls.iter().map(|&call| (call, Vec::new())).collect();
    let rules = allowed().map_err(|e| format!("seccomp: {e}"))?;
    apply(rules, errno(libc::EPERM), SeccompAction::Allow)?;
    // Where libc falls back to an older call it must hear ENOSYS. Of two refusals the one of the
    // filter that came last is answered.
    let unknown = only(&[
        libc::SYS_clone3,
        libc::SYS_openat2,
        libc::SYS_faccessat2,
        libc::SYS_rseq,
    ]);
    apply(unknown, SeccompAction::Allow, errno(libc::ENOSYS))?;
    // What was needed to make these filters goes last.
    let filters = only(&[libc::SYS_prctl, libc::SYS_seccomp]);
    apply(filters, SeccompAction::Allow, errno(libc::EPERM))
}

fn allowed() -> Result<BTreeMap<i64, Vec<SeccompRule>>, seccompiler::BackendError> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
        PLAIN.iter().map(|&call| (call, Vec::new())).collect();
    let masked = |argument, mask: u64, value: u64| {
        SeccompRule::new(vec![SeccompCondition::new(
            argument,
            SeccompCmpArgLen::Qword,
            SeccompCmpOp::MaskedEq(mask),
            value,
        )?])
    };
    // O_TRUNC only together with a way of opening that Landlock checks as writing: before ABI 3
    // it lets a file opened for reading be truncated.
    let truncate = libc::O_TRUNC as u64;
    let mode = truncate | libc::O_ACCMODE as u64;
    let openat = vec![
        masked(2, truncate, 0)?,
        masked(2, mode, truncate | libc::O_WRONLY as u64)?,
        masked(2, mode, truncate | libc::O_RDWR as u64)?,
    ];
    rules.insert(libc::SYS_openat, openat);
    // No code made at run time.
    let no_code = libc::PROT_EXEC as u64;
    rules.insert(libc::SYS_mmap, vec![masked(2, no_code, 0)?]);
    rules.insert(libc::SYS_mprotect, vec![masked(2, no_code, 0)?]);
    // Threads, no processes.
    let thread = (libc::CLONE_THREAD | libc::CLONE_VM) as u64;
    rules.insert(libc::SYS_clone, vec![masked(0, thread, thread)?]);
    // Signals to and limits of itself alone: abort() is how C++ ends.
    let me = u64::from(std::process::id());
    rules.insert(libc::SYS_tgkill, vec![masked(0, u64::MAX, me)?]);
    rules.insert(libc::SYS_prlimit64, vec![masked(0, 0xffff_ffff, 0)?]);
    Ok(rules)
}

/// Calls that may be made with any arguments: memory, time, and files that are open or that
/// Landlock judges.
const PLAIN: &[i64] = &[
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_pread64,
    libc::SYS_preadv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_pwrite64,
    libc::SYS_pwritev,
    libc::SYS_lseek,
    libc::SYS_close,
    libc::SYS_dup,
    libc::SYS_fcntl,
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_faccessat,
    libc::SYS_readlinkat,
    libc::SYS_getcwd,
    libc::SYS_getdents64,
    libc::SYS_ftruncate,
    libc::SYS_fallocate,
    libc::SYS_fadvise64,
    libc::SYS_fsync,
    libc::SYS_fdatasync,
    libc::SYS_fchmod,
    libc::SYS_copy_file_range,
    libc::SYS_sendfile,
    libc::SYS_unlinkat,
    libc::SYS_mkdirat,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_gettid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_uname,
    libc::SYS_sysinfo,
    libc::SYS_getrusage,
    libc::SYS_membarrier,
    libc::SYS_set_robust_list,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    // For the filters that follow the first; the last of them closes both.
    libc::SYS_prctl,
    libc::SYS_seccomp,
    libc::SYS_exit,
    libc::SYS_exit_group,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_stat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_lstat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_access,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_readlink,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_unlink,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_mkdir,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_time,
];

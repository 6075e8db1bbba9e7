//! The box of the reader holds, and each probe would succeed without it.

use std::path::Path;

use ingest::import::{PROBES, run_probes};

fn reader() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_govmaps-reader"))
}

#[test]
fn all_twelve_probes_are_refused_in_the_box() {
    let probes = run_probes(reader(), true).unwrap();
    let possible: Vec<_> = probes.iter().filter(|probe| !probe.refused).collect();
    assert_eq!(probes.len(), PROBES.len());
    assert!(possible.is_empty(), "{possible:#?}");
    probes
        .iter()
        .for_each(|probe| println!("{}: {}", probe.name, probe.detail));
}

#[test]
fn without_the_box_all_twelve_are_possible_for_root() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: not root");
        return;
    }
    let probes = run_probes(reader(), false).unwrap();
    let refused: Vec<_> = probes.iter().filter(|probe| probe.refused).collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

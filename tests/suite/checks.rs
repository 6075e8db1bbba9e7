//! The reader's box.

use serde_json::Value;

use crate::program::govmaps;

fn probes(arguments: &[&str]) -> (bool, Value) {
    let output = govmaps(&[&["check", "--json"], arguments].concat());
    (output.status.success(), serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn all_twelve_probes_are_refused_in_the_box() {
    let (ok, report) = probes(&[]);
    let probes = report["probes"].as_array().unwrap();
    assert_eq!(probes.len(), 12);
    assert!(probes.iter().all(|probe| probe["refused"] == true), "{probes:#?}");
    assert!(ok);
}

#[test]
fn without_the_box_all_twelve_are_possible() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: only root can do all twelve without the box");
        return;
    }
    let (ok, report) = probes(&["--unboxed"]);
    let probes = report["probes"].as_array().unwrap();
    assert!(probes.iter().all(|probe| probe["refused"] == false), "{probes:#?}");
    assert!(!ok);
}

//! The whole of one reading: order, box, files, layers.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;

use ingest::import::Order;

use crate::archive::{self, Member};
use crate::crs::Definitions;
use crate::emitter::Outlet;
use crate::findings::{Code, Findings};
use crate::recognise::{self, Source};
use crate::stop::{Result, Stop};
use crate::{csv, geojson, geopackage, getters, sandbox, shapefile};

/// What the readers of all formats share.
pub(crate) struct Work {
    /// What is asked.
    pub(crate) order: Order,
    /// Where features go.
    pub(crate) outlet: Outlet,
    /// The CRS definitions met so far.
    pub(crate) definitions: Definitions,
    names: HashSet<String>,
}

impl Work {
    /// A layer name that no layer before had, ignoring case.
    pub(crate) fn unique_name(&mut self, name: &str, findings: &mut Findings) -> String {
        let mut unique = name.to_owned();
        let mut n = 1;
        while !self.names.insert(unique.to_lowercase()) {
            n += 1;
            unique = format!("{name}_{n}");
        }
        if n > 1 {
            findings.tell(Code::LayerRenamed, None, 1, &format!("{name} → {unique}"));
        }
        unique
    }
}

/// Reads the order from stdin and does it.
pub(crate) fn run() -> std::result::Result<(), String> {
    let order: Order =
        serde_json::from_reader(std::io::stdin()).map_err(|e| format!("reading the order: {e}"))?;
    sandbox::limit(&order.limits)?;
    if order.boxed {
        sandbox::enter(&order.input_dir, &order.scratch_dir)?;
    }
    // Where a database or a copy needs a temporary file, it goes into the scratch folder.
    for (key, value) in [
        ("CPL_TMPDIR", order.scratch_dir.to_string_lossy().as_ref()),
        ("CPL_LOG", "/dev/null"),
        ("SHAPE_RESTORE_SHX", "NO"),
        ("OGR_ORGANIZE_POLYGONS", "DEFAULT"),
    ] {
        gdal::config::set_config_option(key, value).map_err(|e| e.to_string())?;
    }
    gdal::config::set_error_handler(|_, _, _| {});
    getters::register_shapefile_driver();
    let mut work = Work {
        order,
        outlet: Outlet::new(),
        definitions: Definitions::default(),
        names: HashSet::new(),
    };
    match read(&mut work) {
        Ok(()) => work.outlet.end(),
        Err(Stop::Refused(refusal)) => work.outlet.refuse(refusal),
        Err(failed) => Err(failed),
    }
    .map_err(|stop| match stop {
        Stop::Failed(text) => text,
        Stop::Refused(refusal) => refusal.text,
    })
}

fn read(work: &mut Work) -> Result<()> {
    let members = members(work)?;
    let unpacked = members
        .iter()
        .filter_map(|member| std::fs::metadata(&member.path).ok())
        .map(|meta| meta.len())
        .sum();
    sandbox::limit_files(work.order.limits.output_for(unpacked)).map_err(Stop::Failed)?;
    let (sources, ignored) = recognise::sources(members)?;
    let mut about_file = Findings::new("");
    for name in ignored {
        about_file.note(Code::MemberIgnored, None, 0, || name);
    }
    let mut about_file = about_file.finish();
    about_file
        .iter_mut()
        .for_each(|finding| finding.features.clear());
    work.outlet.about_file(about_file);
    for source in sources {
        match source {
            Source::Shapes(parts) => shapefile::read(work, *parts)?,
            Source::GeoPackage(member) => geopackage::read(work, &member)?,
            Source::GeoJson(member) => geojson::read(work, &member)?,
            Source::Csv(member) => csv::read(work, &member)?,
        }
    }
    Ok(())
}

/// The files of the upload, unpacked when it is one archive.
fn members(work: &mut Work) -> Result<Vec<Member>> {
    let order = &work.order;
    if let [only] = order.files.as_slice() {
        let path = order.input_dir.join(only);
        let mut head = [0; 4];
        let n = File::open(&path)?.read(&mut head)?;
        if head[..n].starts_with(b"PK") && archive::is_archive(&head[..n]) {
            return archive::unpack(&path, &order.scratch_dir, &order.limits, &mut work.outlet);
        }
        return Ok(vec![Member {
            name: order.original_name.clone(),
            path,
        }]);
    }
    Ok(order
        .files
        .iter()
        .map(|file| Member {
            name: file.clone(),
            path: order.input_dir.join(file),
        })
        .collect())
}

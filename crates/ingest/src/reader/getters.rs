//! The few calls of C that crate `gdal` lacks: the reader's one `unsafe` module.
//!
//! Everything here takes and gives safe types. Handles that GDAL hands out are owned by the
//! crate's types, which free them.
#![allow(unsafe_code)]

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;

use gdal::spatial_ref::SpatialRef;
use gdal::vector::Geometry;

unsafe extern "C" {
    /// Registers the Shapefile driver alone; exported by libgdal, absent from the bindings.
    fn RegisterOGRShape();
}

/// Makes Shapefile the only driver that GDAL can find: an allow-list of one.
pub(crate) fn register_shapefile_driver() {
    gdal::DriverManager::prevent_auto_registration();
    // SAFETY: takes no arguments, may be called at any time and any number of times.
    unsafe { RegisterOGRShape() }
}

/// The CRSs of PROJ's database that a definition resembles, with GDAL's confidence in percent.
pub(crate) fn find_matches(definition: &SpatialRef) -> Vec<(SpatialRef, i32)> {
    let mut count = 0;
    let mut confidence = ptr::null_mut();
    // SAFETY: the handle lives as long as `definition`; the two out-pointers are valid; no
    // options are given.
    let list = unsafe {
        gdal_sys::OSRFindMatches(
            definition.to_c_hsrs(),
            ptr::null_mut(),
            &mut count,
            &mut confidence,
        )
    };
    if list.is_null() {
        return Vec::new();
    }
    let found = (0..usize::try_from(count).unwrap_or(0))
        .filter_map(|i| {
            // SAFETY: both arrays hold `count` entries. `from_c_obj` clones the CRS it is given.
            let (handle, percent) = unsafe { (*list.add(i), *confidence.add(i)) };
            let srs = unsafe { SpatialRef::from_c_obj(handle) }.ok()?;
            Some((srs, percent))
        })
        .collect();
    // SAFETY: both came from OSRFindMatches, which says that they are freed in these ways.
    unsafe {
        gdal_sys::OSRFreeSRSArray(list);
        gdal_sys::VSIFree(confidence.cast());
    }
    found
}

/// Curves made of straight pieces; triangles and polyhedral surfaces as multipolygons.
/// As ISO WKB; `None` when GDAL cannot.
pub(crate) fn straightened(geometry: Geometry) -> Option<Vec<u8>> {
    use gdal_sys::OGRwkbGeometryType as T;
    let kind = gdal::vector::geometry_type_flatten(geometry.geometry_type());
    // SAFETY: the handle is valid and ours; OGR_G_GetLinearGeometry leaves it alone and makes a
    // new geometry, OGR_G_ForceTo takes it over and answers with the geometry to go on with.
    let made = unsafe {
        if matches!(kind, T::wkbPolyhedralSurface | T::wkbTIN | T::wkbTriangle) {
            gdal_sys::OGR_G_ForceTo(
                geometry.into_c_geometry(),
                T::wkbMultiPolygon,
                ptr::null_mut(),
            )
        } else {
            gdal_sys::OGR_G_GetLinearGeometry(geometry.c_geometry(), 0.0, ptr::null_mut())
        }
    };
    if made.is_null() {
        return None;
    }
    into_wkb(made)
}

/// ISO WKB of a geometry, which it frees: the crate cannot take over a handle.
fn into_wkb(handle: gdal_sys::OGRGeometryH) -> Option<Vec<u8>> {
    // SAFETY: `handle` is a geometry that nobody else owns; it is written into a buffer of the
    // size that GDAL asks for, then freed.
    unsafe {
        let size = usize::try_from(gdal_sys::OGR_G_WkbSize(handle)).unwrap_or(0);
        let mut bytes = vec![0u8; size];
        let order = gdal_sys::OGRwkbByteOrder::wkbNDR;
        let error = gdal_sys::OGR_G_ExportToIsoWkb(handle, order, bytes.as_mut_ptr());
        gdal_sys::OGR_G_DestroyGeometry(handle);
        (error == gdal_sys::OGRErr::OGRERR_NONE).then_some(bytes)
    }
}

/// `truncate(2)` by path, to length 0: only for the probe that must not succeed.
pub(crate) fn truncate(path: &Path) -> std::io::Result<()> {
    let path = CString::new(path.as_os_str().as_bytes())?;
    // SAFETY: a NUL-terminated path that outlives the call.
    match unsafe { libc::truncate(path.as_ptr(), 0) } {
        0 => Ok(()),
        _ => Err(std::io::Error::last_os_error()),
    }
}

//! Reading the parameters of OGC API Features.

use ingest::crs::{AxisOrder, Crs};

use crate::error::{Problem, Result};
use crate::http::Params;
use crate::query::BoxFilter;

/// Takes `f`: only JSON forms are written here.
///
/// # Errors
/// 400 for another form.
pub(super) fn take_json(params: &mut Params, names: &[&str]) -> Result<()> {
    match params.take("f") {
        None => Ok(()),
        Some(form) if names.contains(&form.as_str()) => Ok(()),
        Some(form) => Err(Problem::parameter(
            "f",
            format!(
                "'{form}' is not offered here; offered: {}",
                names.join(", ")
            ),
        )),
    }
}

/// Takes a CRS that the layer is offered in (OGC 18-058r1, requirements 7 and 11).
///
/// # Errors
/// 400 that names the ones offered.
pub(super) fn take_crs(params: &mut Params, name: &str, offered: &[Crs]) -> Result<Option<Crs>> {
    params.parsed(name, |text| {
        let crs = Crs::parse(text).map_err(|error| error.to_string())?;
        if offered.contains(&crs) {
            return Ok(crs);
        }
        let all: Vec<String> = offered.iter().map(|crs| crs.uri()).collect();
        Err(format!(
            "{crs} is not offered here; offered: {}",
            all.join(", ")
        ))
    })
}

/// Takes `bbox`, in the axis order of its CRS: four numbers, or six with heights, which are ignored.
///
/// # Errors
/// 400 that says what is wrong.
pub(super) fn take_bbox(params: &mut Params, crs: Crs) -> Result<Option<BoxFilter>> {
    params.parsed("bbox", |text| {
        let numbers: Vec<f64> = text
            .split(',')
            .map(|part| part.trim().parse::<f64>().ok().filter(|n| n.is_finite()))
            .collect::<Option<_>>()
            .ok_or("write numbers separated by commas")?;
        let [a, b, c, d] = match numbers[..] {
            [a, b, c, d] | [a, b, _, c, d, _] => [a, b, c, d],
            _ => {
                return Err(format!(
                    "it has {} numbers; write four, or six with heights",
                    numbers.len()
                ));
            }
        };
        let swapped =
            crs.definition().map_err(|e| e.to_string())?.axis_order == AxisOrder::NorthEast;
        BoxFilter::new(crs, if swapped { [b, a, d, c] } else { [a, b, c, d] })
    })
}

/// Takes `datetime`. Layers have no declared time yet, and a feature without time always matches
/// (OGC 17-069r4, 7.15.4), so the value is only checked.
///
/// # Errors
/// 400 for what is no instant and no interval.
pub(super) fn take_datetime(params: &mut Params) -> Result<()> {
    params
        .parsed("datetime", |text| {
            let end = |part: &str| part.is_empty() || part == ".." || is_instant(part);
            let good = match text.split_once('/') {
                None => is_instant(text),
                Some((from, to)) => {
                    let open = |part: &str| part.is_empty() || part == "..";
                    end(from) && end(to) && !(open(from) && open(to))
                        && (open(from) || open(to) || from <= to)
                }
            };
            if good { Ok(()) } else { Err("write an instant such as 2024-05-01T12:00:00Z or 2024-05-01, or an interval a/b with '..' for an open end") }
        })
        .map(drop)
}

/// RFC 3339 date or date-time.
fn is_instant(text: &str) -> bool {
    if text.len() == 10 {
        return humantime::parse_rfc3339(&format!("{text}T00:00:00Z")).is_ok();
    }
    let Some((head, zone)) = split_zone(text) else {
        return false;
    };
    humantime::parse_rfc3339(&format!("{head}Z")).is_ok()
        && (zone == "Z" || zone == "z" || is_offset(zone))
}

fn split_zone(text: &str) -> Option<(&str, &str)> {
    let at = text.get(10..)?.find(['Z', 'z', '+', '-'])? + 10;
    Some(text.split_at(at))
}

fn is_offset(zone: &str) -> bool {
    let b = zone.as_bytes();
    b.len() == 6 && b[3] == b':' && [1, 2, 4, 5].iter().all(|&i| b[i].is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_and_intervals_are_told_from_nonsense() {
        for good in [
            "2024-05-01",
            "2024-05-01T12:00:00Z",
            "2024-05-01T12:00:00.5+02:00",
            "../2024-05-01",
            "2024-05-01/",
            "2023-01-01/2024-05-01",
        ] {
            assert!(
                take_datetime(
                    &mut Params::parse(&format!("datetime={}", good.replace('+', "%2B"))).unwrap()
                )
                .is_ok(),
                "{good}"
            );
        }
        for bad in [
            "",
            "yesterday",
            "2024-13-01",
            "../..",
            "2024-05-01/2023-01-01",
            "2024-05-01T12:00:00",
        ] {
            assert!(
                take_datetime(&mut Params::parse(&format!("datetime={bad}")).unwrap()).is_err(),
                "{bad}"
            );
        }
    }
}

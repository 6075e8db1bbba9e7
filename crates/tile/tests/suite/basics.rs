use geo::{Geometry, LineString, MultiLineString, MultiPoint, Point, line_string, polygon};
use tile::draw::{DrawOptions, Path, PathRole};

use crate::canvas::{Canvas, GRID, area_2, only_polygons};

fn units(points: &[[i32; 2]]) -> Vec<[i32; 2]> {
    points.iter().map(|p| p.map(|v| v * GRID)).collect()
}

fn draw(role: PathRole, points: &[[i32; 2]]) -> Vec<Geometry<f64>> {
    Canvas::default().draw(&[Path::new(role, &units(points))]).0
}

#[test]
fn points_up_to_the_buffers_end_are_drawn_and_others_not() {
    assert_eq!(
        draw(PathRole::Point, &[[5, 7]]),
        [Geometry::Point(Point::new(5.0, 7.0))]
    );
    assert_eq!(draw(PathRole::Point, &[[-64, 4159]]).len(), 1);
    assert!(draw(PathRole::Point, &[[-65, 0]]).is_empty());
    assert!(draw(PathRole::Point, &[[0, 4161]]).is_empty());
    let several = draw(PathRole::Point, &[[1, 1], [1, 1], [9000, 1], [2, 2]]);
    let expected = MultiPoint::new(vec![Point::new(1.0, 1.0), Point::new(2.0, 2.0)]);
    assert_eq!(several, [Geometry::MultiPoint(expected)]);
}

#[test]
fn a_line_inside_is_drawn_as_it_is() {
    let line = draw(PathRole::Line, &[[0, 0], [10, 5], [10, 5], [20, 0]]);
    let expected: LineString = line_string![(x: 0., y: 0.), (x: 10., y: 5.), (x: 20., y: 0.)];
    assert_eq!(line, [Geometry::LineString(expected)]);
}

#[test]
fn a_line_that_leaves_the_tile_is_split_and_one_of_no_length_dropped() {
    let line = draw(
        PathRole::Line,
        &[[4000, 10], [5000, 10], [5000, 90], [4000, 90]],
    );
    let expected = MultiLineString::new(vec![
        line_string![(x: 4000., y: 10.), (x: 4160., y: 10.)],
        line_string![(x: 4160., y: 90.), (x: 4000., y: 90.)],
    ]);
    assert_eq!(line, [Geometry::MultiLineString(expected)]);
    let short = [[160, 160], [161, 162]];
    assert!(
        Canvas::default()
            .draw(&[Path::new(PathRole::Line, &short)])
            .0
            .is_empty()
    );
}

#[test]
fn a_line_is_simplified_only_when_asked() {
    let line = units(&[[0, 0], [10, 1], [20, 0], [30, 40]]);
    let path = [Path::new(PathRole::Line, &line)];
    let mut canvas = Canvas::default();
    let count = |g: &Geometry<f64>| match g {
        Geometry::LineString(line) => line.0.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!(count(&canvas.draw(&path).0[0]), 4);
    canvas.options.line_tolerance = 2.0;
    assert_eq!(count(&canvas.draw(&path).0[0]), 3);
}

#[test]
fn a_polygon_comes_back_wound_for_tiles_whatever_its_winding() {
    let expected = polygon![
        exterior: [(x: 0., y: 0.), (x: 20., y: 0.), (x: 20., y: 20.), (x: 0., y: 20.)],
        interiors: [[(x: 5., y: 5.), (x: 5., y: 15.), (x: 15., y: 15.), (x: 15., y: 5.)]],
    ];
    let mut outer = units(&[[0, 0], [20, 0], [20, 20], [0, 20], [0, 0]]);
    let mut inner = units(&[[5, 5], [5, 15], [15, 15], [15, 5], [5, 5]]);
    for _ in 0..2 {
        let paths = [
            Path::new(PathRole::Outer, &outer),
            Path::new(PathRole::Inner, &inner),
        ];
        let polygons = only_polygons(Canvas::default().draw(&paths).0);
        assert_eq!(polygons.len(), 1);
        assert_eq!(area_2(polygons[0].exterior()), 800.0);
        assert_eq!(area_2(&polygons[0].interiors()[0]), -200.0);
        use geo::Relate;
        assert!(polygons[0].relate(&expected).is_equal_topo());
        outer.reverse();
        inner.reverse();
    }
}

#[test]
fn a_polygon_over_the_whole_tile_becomes_its_buffered_square() {
    let corner = 100_000_000;
    let ring = [
        [-corner, -corner],
        [corner, -corner],
        [corner, corner],
        [-corner, corner],
    ];
    let polygons = Canvas::default().polygons(&[vec![ring.to_vec()]]);
    assert_eq!(polygons.len(), 1);
    assert_eq!(area_2(polygons[0].exterior()), 2.0 * 4224.0 * 4224.0);
    assert_eq!(polygons[0].exterior().0.len(), 5);
    let hole = units(&[[-99, -99], [-99, 4300], [4300, 4300], [4300, -99]]);
    assert!(
        Canvas::default()
            .polygons(&[vec![ring.to_vec(), hole]])
            .is_empty()
    );
}

#[test]
fn a_polygon_in_two_arms_is_cut_into_two() {
    let arms = units(&[
        [4000, 10],
        [5000, 10],
        [5000, 90],
        [4000, 90],
        [4000, 70],
        [4500, 70],
        [4500, 30],
        [4000, 30],
    ]);
    let polygons = Canvas::default().polygons(&[vec![arms]]);
    assert_eq!(polygons.len(), 2);
    assert!(
        polygons
            .iter()
            .all(|p| area_2(p.exterior()) == 2.0 * 160.0 * 20.0)
    );
}

#[test]
fn a_collapsed_polygon_and_its_holes_leave_nothing() {
    let tiny = vec![vec![[0, 0], [3, 0], [3, 3]], vec![[1, 1], [2, 1], [2, 2]]];
    assert!(Canvas::default().polygons(&[tiny]).is_empty());
    let flat = vec![units(&[[0, 0], [90, 0], [40, 0]])];
    assert!(Canvas::default().polygons(&[flat]).is_empty());
    let lost_hole = vec![
        units(&[[0, 0], [90, 0], [90, 90]]),
        vec![[320, 160], [322, 160], [322, 162]],
    ];
    assert!(
        Canvas::default().polygons(&[lost_hole])[0]
            .interiors()
            .is_empty()
    );
}

#[test]
fn a_collection_is_drawn_as_one_feature_per_type() {
    let (point, line) = (units(&[[1, 1]]), units(&[[0, 0], [5, 5]]));
    let ring = units(&[[0, 0], [50, 0], [50, 50]]);
    let paths = [
        Path::new(PathRole::Outer, &ring),
        Path::new(PathRole::Point, &point),
        Path::new(PathRole::Line, &line),
        // a hole that belongs to nothing
        Path::new(PathRole::Inner, &ring),
    ];
    let (drawn, tally) = Canvas::default().draw(&paths);
    assert!(matches!(
        drawn.as_slice(),
        [
            Geometry::Point(_),
            Geometry::LineString(_),
            Geometry::Polygon(_)
        ]
    ));
    assert_eq!((tally.drawn, tally.mended, tally.failed), (1, 0, 0));
}

#[test]
fn parts_of_a_multipolygon_that_overlap_are_joined() {
    let a = vec![units(&[[0, 0], [20, 0], [20, 20], [0, 20]])];
    let b = vec![units(&[[20, 0], [40, 0], [40, 20], [20, 20]])];
    let c = vec![units(&[[100, 0], [120, 0], [120, 20], [100, 20]])];
    let polygons = Canvas::default().polygons(&[a, b, c]);
    let mut areas: Vec<f64> = polygons.iter().map(|p| area_2(p.exterior())).collect();
    areas.sort_by(f64::total_cmp);
    assert_eq!(areas, [800.0, 1600.0]);
}

#[test]
fn vertices_of_low_rank_are_left_out() {
    let ring = units(&[[0, 0], [50, 1], [100, 0], [100, 100], [0, 100]]);
    let path = Path {
        role: PathRole::Outer,
        vertices: &ring,
        ranks: Some(&[9, 2, 9, 9, 9]),
    };
    let mut canvas = Canvas::default();
    let count = |canvas: &Canvas| only_polygons(canvas.draw(&[path]).0)[0].exterior().0.len() - 1;
    assert_eq!(count(&canvas), 5);
    canvas.options = DrawOptions {
        min_rank: 3,
        ..DrawOptions::default()
    };
    assert_eq!(count(&canvas), 4);
}

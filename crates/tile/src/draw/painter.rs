//! Drawing features into one tile.

use super::clip::{clip_line, clip_ring};
use super::polygon::{Verdict, examine, wind};
use super::{DrawOptions, Drawn, Path, PathRole, Scratch};
use super::{line, rank, ring};
use crate::Rect;
use crate::fit::Fit;

/// Draws features of one layer into one tile.
pub struct Painter<'f, E> {
    fit: &'f Fit<'f, E>,
    options: DrawOptions,
    window: Rect,
}

/// A vertex of the feature has no image.
struct NoImage;

impl<'f, E> Painter<'f, E> {
    /// A painter for a tile whose transform is fitted.
    pub fn new(fit: &'f Fit<'f, E>, options: DrawOptions) -> Self {
        Self {
            fit,
            options,
            window: options.window(),
        }
    }

    /// Draws a feature; the result lives in `scratch` until the next one.
    ///
    /// Never fails: a feature with a vertex that has no image is left out and counted.
    ///
    /// ```
    /// use tile::draw::{DrawOptions, Painter, Path, PathRole, Scratch};
    /// use tile::fit::{DrawingBox, Fit};
    ///
    /// let exact = |points: &mut [[f64; 2]]| {
    ///     points.iter_mut().for_each(|p| *p = [p[0] / 10.0, 4096.0 - p[1] / 10.0]);
    ///     Ok::<(), std::convert::Infallible>(())
    /// };
    /// let fit = Fit::new(DrawingBox { min: [0, 0], max: [40_960, 40_960] }, &exact);
    /// let painter = Painter::new(&fit, DrawOptions::default());
    /// let mut scratch = Scratch::default();
    /// let line = [[0, 0], [1_000, 1_000]];
    /// let drawn = painter.draw([Path::new(PathRole::Line, &line)], &mut scratch);
    /// assert_eq!(drawn.parts().count(), 1);
    /// ```
    pub fn draw<'s, 'p>(
        &self,
        paths: impl IntoIterator<Item = Path<'p>>,
        scratch: &'s mut Scratch,
    ) -> Drawn<'s> {
        scratch.start();
        let outcome = paths
            .into_iter()
            .try_for_each(|path| self.path(&path, scratch));
        match outcome {
            Ok(()) => {
                finish_polygon(scratch);
                finish_polygons(scratch);
                scratch.write();
                let drawn = !Drawn { scratch }.is_empty();
                scratch.tally.drawn += u64::from(drawn);
                scratch.tally.empty += u64::from(!drawn);
            }
            Err(NoImage) => {
                scratch.start();
                scratch.tally.failed += 1;
            }
        }
        Drawn { scratch }
    }

    fn path(&self, path: &Path<'_>, scratch: &mut Scratch) -> Result<(), NoImage> {
        if path.role != PathRole::Inner {
            finish_polygon(scratch);
        } else if scratch.rings.is_empty() {
            // its outer ring is not in the tile, or there was none
            return Ok(());
        }
        rank::kept(path, self.options.min_rank, &mut scratch.path);
        let within = Rect::around(&scratch.path);
        if !self.fit.domain().intersects(within) {
            return Ok(());
        }
        match path.role {
            PathRole::Point => self.points(scratch),
            PathRole::Line => self.line(scratch, within),
            PathRole::Outer | PathRole::Inner => self.ring(scratch, within),
        }
    }

    fn points(&self, scratch: &mut Scratch) -> Result<(), NoImage> {
        scratch
            .path
            .retain(|&point| self.fit.domain().contains(point));
        self.transform(&mut scratch.path)?;
        let seen = scratch
            .path
            .iter()
            .filter(|&&point| self.window.contains(point));
        scratch.points.extend(seen.map(|&point| rounded(point)));
        scratch.points.dedup();
        Ok(())
    }

    fn line(&self, scratch: &mut Scratch, within: Rect) -> Result<(), NoImage> {
        scratch.pieces.clear();
        if self.fit.domain().contains_rect(within) {
            scratch.pieces.push(&scratch.path);
        } else {
            clip_line(&scratch.path, self.fit.domain(), &mut scratch.pieces);
        }
        let bounds = self.transform(scratch.pieces.points_mut())?;
        if !self.window.contains_rect(bounds) {
            scratch.cut.clear();
            for piece in scratch.pieces.iter() {
                clip_line(piece, self.window, &mut scratch.cut);
            }
            std::mem::swap(&mut scratch.pieces, &mut scratch.cut);
        }
        for piece in scratch.pieces.iter() {
            scratch.whole.clear();
            scratch
                .whole
                .extend(piece.iter().map(|&point| rounded(point)));
            line::drop_repeated(&mut scratch.whole);
            line::simplify(&mut scratch.whole, self.options.line_tolerance);
            if scratch.whole.len() >= 2 {
                scratch.lines.push(&scratch.whole);
            }
        }
        Ok(())
    }

    fn ring(&self, scratch: &mut Scratch, within: Rect) -> Result<(), NoImage> {
        if !self.fit.domain().contains_rect(within) {
            clip_ring(&mut scratch.path, &mut scratch.spare, self.fit.domain());
        }
        let bounds = self.transform(&mut scratch.path)?;
        if !self.window.contains_rect(bounds) {
            clip_ring(&mut scratch.path, &mut scratch.spare, self.window);
        }
        scratch.whole.clear();
        scratch
            .whole
            .extend(scratch.path.iter().map(|&point| rounded(point)));
        ring::clean(&mut scratch.whole);
        if !scratch.whole.is_empty() {
            scratch.rings.push(&scratch.whole);
        }
        Ok(())
    }

    /// Maps points to tile units and gives their rectangle.
    fn transform(&self, points: &mut [[f64; 2]]) -> Result<Rect, NoImage> {
        self.fit.apply(points).map_err(|_| NoImage)?;
        if points.iter().flatten().all(|v| v.is_finite()) {
            Ok(Rect::around(points))
        } else {
            Err(NoImage)
        }
    }
}

/// The nearest whole point; halves go up, so that all tiles of a grid round alike.
fn rounded(point: [f64; 2]) -> [i32; 2] {
    // within the window, hence far from the ends of i32
    point.map(|v| (v + 0.5).floor() as i32)
}

/// Checks and if need be mends the polygon at work.
fn finish_polygon(scratch: &mut Scratch) {
    if scratch.rings.is_empty() {
        return;
    }
    wind(&mut scratch.rings);
    match examine(&scratch.rings, &mut scratch.edges) {
        Verdict::Clean => scratch.polygons.push(&scratch.rings),
        Verdict::Touching | Verdict::Broken => {
            scratch.tally.mended += 1;
            scratch
                .mender
                .mend(&scratch.rings, &mut scratch.edges, &mut scratch.polygons);
        }
        Verdict::Unaffordable => {
            scratch.tally.unchecked += 1;
            scratch.polygons.push(&scratch.rings);
        }
    }
    scratch.rings.clear();
}

/// Joins the feature's polygons where they touch or overlap.
fn finish_polygons(scratch: &mut Scratch) {
    if scratch.polygons.count() < 2 {
        return;
    }
    match scratch.polygons.overlap(&mut scratch.edges) {
        Verdict::Clean | Verdict::Touching => {}
        Verdict::Unaffordable => scratch.tally.unchecked += 1,
        Verdict::Broken => {
            scratch.tally.mended += 1;
            scratch.united.clear();
            scratch
                .mender
                .unite(&scratch.polygons, &mut scratch.edges, &mut scratch.united);
            std::mem::swap(&mut scratch.polygons, &mut scratch.united);
        }
    }
}

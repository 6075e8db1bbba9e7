//! Paths in one list of points.

/// Paths of points, flat, so that their memory is used again.
#[derive(Debug, Clone)]
pub(super) struct Paths<T> {
    points: Vec<[T; 2]>,
    ends: Vec<usize>,
}

impl<T> Default for Paths<T> {
    fn default() -> Self {
        Self {
            points: Vec::new(),
            ends: Vec::new(),
        }
    }
}

impl<T: Copy> Paths<T> {
    pub(super) fn clear(&mut self) {
        self.points.clear();
        self.ends.clear();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// All points of all paths.
    pub(super) fn points_mut(&mut self) -> &mut [[T; 2]] {
        &mut self.points
    }

    pub(super) fn get(&self, index: usize) -> &[[T; 2]] {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.points[start..self.ends[index]]
    }

    pub(super) fn get_mut(&mut self, index: usize) -> &mut [[T; 2]] {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &mut self.points[start..self.ends[index]]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[[T; 2]]> + Clone {
        (0..self.len()).map(|index| self.get(index))
    }

    pub(super) fn push(&mut self, path: &[[T; 2]]) {
        self.points.extend_from_slice(path);
        self.end();
    }

    /// Adds a point to the path that [`Self::end`] ends.
    pub(super) fn push_point(&mut self, point: [T; 2]) {
        self.points.push(point);
    }

    /// Ends a path at the points pushed so far; without any since the last end nothing happens.
    pub(super) fn end(&mut self) {
        if self.points.len() > self.ends.last().copied().unwrap_or(0) {
            self.ends.push(self.points.len());
        }
    }
}

//! What is drawn.

/// What a path of a feature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PathRole {
    /// Positions of a point or multipoint.
    Point,
    /// A line.
    Line,
    /// The outer ring of a polygon, which it starts.
    Outer,
    /// A hole of the polygon that the last outer ring started.
    Inner,
}

/// A run of vertices with a role.
#[derive(Debug, Clone, Copy)]
pub struct Path<'a> {
    /// What it is.
    pub role: PathRole,
    /// Its vertices in drawing coordinates; a ring may repeat its first or not.
    pub vertices: &'a [[i32; 2]],
    /// How much each vertex matters, one per vertex; without, all are kept.
    pub ranks: Option<&'a [u8]>,
}

impl<'a> Path<'a> {
    /// A path without ranks.
    pub fn new(role: PathRole, vertices: &'a [[i32; 2]]) -> Self {
        Self {
            role,
            vertices,
            ranks: None,
        }
    }
}

//! Geometry as a tile writes it: commands and steps of a cursor (MVT 2.1, 4.3).

use super::protobuf::zigzag_32;

/// What a feature of a tile is; the numbers are those of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum GeometryType {
    /// One or more positions.
    Point = 1,
    /// One or more lines.
    LineString = 2,
    /// One or more polygons: an outer ring, then its holes.
    Polygon = 3,
}

const MOVE_TO: u32 = 1;
const LINE_TO: u32 = 2;
const CLOSE_PATH: u32 = 7;

/// The most repetitions that a command can count: 29 bits.
const MAX_COUNT: usize = (1 << 29) - 1;

/// Writes paths in tile units as commands.
///
/// It writes what it is given: rings come wound and without a closing point. Paths that have too
/// few points for their kind, or more than 2^29, are left out.
#[derive(Debug, Default)]
pub struct CommandWriter {
    commands: Vec<u32>,
    cursor: [i32; 2],
}

impl CommandWriter {
    /// Starts the next feature, keeping its memory.
    pub fn clear(&mut self) {
        self.commands.clear();
        self.cursor = [0, 0];
    }

    /// What was written since the last start.
    pub fn commands(&self) -> &[u32] {
        &self.commands
    }

    /// All positions of a point or multipoint; once per feature.
    pub fn points(&mut self, points: &[[i32; 2]]) {
        if (1..=MAX_COUNT).contains(&points.len()) {
            self.run(MOVE_TO, points);
        }
    }

    /// A line of two points or more.
    pub fn line(&mut self, points: &[[i32; 2]]) {
        if (2..=MAX_COUNT).contains(&points.len()) {
            self.run(MOVE_TO, &points[..1]);
            self.run(LINE_TO, &points[1..]);
        }
    }

    /// A ring of three points or more, the first not repeated.
    pub fn ring(&mut self, points: &[[i32; 2]]) {
        if (3..=MAX_COUNT).contains(&points.len()) {
            self.line(points);
            self.commands.push(CLOSE_PATH | 1 << 3);
        }
    }

    fn run(&mut self, command: u32, points: &[[i32; 2]]) {
        self.commands.push(command | (points.len() as u32) << 3);
        for &[x, y] in points {
            let step = [
                x.wrapping_sub(self.cursor[0]),
                y.wrapping_sub(self.cursor[1]),
            ];
            self.commands.extend(step.map(zigzag_32));
            self.cursor = [x, y];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_specification_hold() {
        // MVT 2.1, 4.3.5
        let mut writer = CommandWriter::default();
        writer.points(&[[5, 7], [3, 2]]);
        assert_eq!(writer.commands(), [17, 10, 14, 3, 9]);
        writer.clear();
        writer.line(&[[2, 2], [2, 10], [10, 10]]);
        writer.line(&[[1, 1], [3, 5]]);
        assert_eq!(
            writer.commands(),
            [9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8]
        );
        writer.clear();
        writer.ring(&[[3, 6], [8, 12], [20, 34]]);
        assert_eq!(writer.commands(), [9, 6, 12, 18, 10, 12, 24, 44, 15]);
    }

    #[test]
    fn paths_that_are_too_short_leave_nothing() {
        let mut writer = CommandWriter::default();
        writer.points(&[]);
        writer.line(&[[1, 1]]);
        writer.ring(&[[1, 1], [2, 2]]);
        assert!(writer.commands().is_empty());
    }
}

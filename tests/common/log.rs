//! The log beside a ledger.

pub const PAGE: usize = 1024;

/// A page in a log, with what stands in front of it.
pub const FRAME: usize = 24 + PAGE;

/// Where the frames of a log end, and the room begins that it has behind them.
pub fn end_of_frames(log: &[u8]) -> usize {
    let is_room = |at: &usize| log[*at..].iter().take(FRAME).all(|byte| *byte == 0);
    (32..log.len()).step_by(FRAME).find(is_room).unwrap_or(log.len())
}

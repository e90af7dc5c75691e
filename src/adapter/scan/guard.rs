//! Other people's code, held so that its panics end here.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

std::thread_local! {
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside a part of the scanner whose panics are caught. A panic hook that asks can stay
/// silent then; the hook of the standard library prints a line to stderr, which a library can't keep from it.
///
/// ```
/// let hook = std::panic::take_hook();
/// std::panic::set_hook(Box::new(move |panic| {
///     if !regulars::adapter::scan::is_guarded() {
///         hook(panic);
///     }
/// }));
/// ```
#[must_use]
pub fn is_guarded() -> bool {
    IS_GUARDED.try_with(Cell::get).unwrap_or(false)
}

/// What the call gives, or `None` where it panicked. What it may have left half done must not be used again.
/// With `panic = "abort"` there is nothing to catch: the process ends.
pub(super) fn guarded<T>(call: impl FnOnce() -> Option<T>) -> Option<T> {
    let before = IS_GUARDED.try_with(|guarded| guarded.replace(true)).unwrap_or(false);
    let result = catch_unwind(AssertUnwindSafe(call));
    let _ = IS_GUARDED.try_with(|guarded| guarded.set(before));
    result.ok().flatten()
}

#[cfg(test)]
mod tests {
    use alloc::boxed::Box;

    use super::*;

    #[test]
    fn a_panic_is_nothing_found_and_a_hook_can_tell() {
        assert!(!is_guarded());
        assert_eq!(guarded(|| Some(is_guarded())), Some(true));
        // Without a message: what a hook prints is nobody's business here.
        assert_eq!(guarded(|| -> Option<()> { std::panic::resume_unwind(Box::new(())) }), None);
        assert!(!is_guarded());
    }
}

//! What is wrong with a document before any rule has looked at it.

use alloc::boxed::Box;
use alloc::string::String;

/// A text is not a document of the form that is asked for. Nothing was recorded.
///
/// Each is shown as one line: where, what was expected, what was found. Where several apply, the
/// one that is met first is given: the JSON itself, then fields that there are not, then the
/// fields in the order of their table, then what isn't built yet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// The text is no JSON, or nested too deep.
    #[error("line {line}, column {column}: expected JSON, found a mistake in it ({what})")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The column, from 1; 0 at the end of a line.
        column: usize,
        /// What the JSON reader says.
        what: String,
    },
    /// A field is missing, or isn't as it must be, or is unknown, or is given twice.
    #[error("{path}: expected {expected}, found {found}")]
    Field {
        /// Where, such as `lines[1].unit_price`: lists count from 0, and `.` is the whole.
        path: String,
        /// What was expected there.
        expected: String,
        /// What was found there.
        found: String,
    },
    /// A program is well written, and can't be right: a rate below zero, for example. Or there is
    /// no program yet, by which a document could be read.
    #[error("{path}: expected {expected}, found {found}")]
    Program {
        /// Where.
        path: String,
        /// What was expected there.
        expected: String,
        /// What was found there.
        found: String,
    },
    /// This version of the library can't do it yet. It never does a part of it.
    #[error("{path}: expected what this version can do, found {what}")]
    NotBuilt {
        /// Where.
        path: String,
        /// What it can't do.
        what: &'static str,
    },
}

impl DocumentError {
    /// The name that refusals use; it never changes.
    pub const fn name(&self) -> &'static str {
        match self {
            DocumentError::Syntax { .. } | DocumentError::Field { .. } => "invalid_document",
            DocumentError::Program { .. } => "invalid_program",
            DocumentError::NotBuilt { .. } => "not_built",
        }
    }

    /// Where; `None` if the text is no JSON.
    pub fn path(&self) -> Option<&str> {
        match self {
            DocumentError::Syntax { .. } => None,
            DocumentError::Field { path, .. }
            | DocumentError::Program { path, .. }
            | DocumentError::NotBuilt { path, .. } => Some(path),
        }
    }
}

/// The same while a document is read: no more than a pointer, since nearly each call there may give one back.
pub(super) type Mistake = Box<DocumentError>;

impl From<Mistake> for DocumentError {
    fn from(mistake: Mistake) -> DocumentError {
        *mistake
    }
}

//! The JSON forms of documents, programs and outcomes.

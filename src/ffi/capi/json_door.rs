//! The second door: JSON in, JSON out.

use core::ffi::c_char;
use core::ops::Range;
use std::string::String;

use crate::decide::Document;
use crate::document::{Json, Limits, write_outcome};
use crate::ffi::capi::border::{REGULARS_MOST_JSON, text_of};
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::guard;
use crate::ffi::capi::outward::OutText;
use crate::ffi::capi::till::Till;
use crate::ffi::capi::types::regulars_register;
use crate::ffi::capi::zones;
use crate::ffi::capi::{asks, codes};

/// What is answered: neither a mistake in the call itself nor a failure of the library.
const ANSWERED: Range<i32> = 100..900;

/// Takes one JSON object, and answers with one: a document, with its outcome; or a question, which has `ask` instead of
/// `type`. Both are described in the library's page on documents.
///
/// Unlike all other outputs, the answer is also written where the status is from 100 to 399: then it is the refusal, or
/// what failed, as an object with `error`, `message` and `facts`. With REGULARS_BUFFER_TOO_SMALL length is what is
/// needed, and nothing has been recorded: call again with a larger buffer. 64 KiB are enough for nearly all answers.
/// Where something may have been done before it failed, as by `receive`, a refusal that is longer than the buffer is
/// shortened to it instead; regulars_last_error_json has the whole of it.
///
/// Gives REGULARS_INVALID_DOCUMENT with the path to the field that is wrong, whatever a document is refused by, what
/// the function of a question's name gives, REGULARS_NOT_IMPORTED for `import` and `import_csv`,
/// REGULARS_BUFFER_TOO_SMALL, what is wrong with the arguments, and the numbers of the store. Costs some tens of
/// microseconds more than the typed call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_call_json(
    handle: *mut regulars_register,
    input: *const c_char,
    input_length: usize,
    out: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (out, input) = unsafe {
            let out = OutText::new(out, capacity, length)?;
            (out, text_of(input, input_length, REGULARS_MOST_JSON, "input")?)
        };
        let answered = answer(till, input, &out);
        write_answer(answered, out)
    })
}

/// Writes an answer, or what is answered in its place.
pub(super) fn write_answer(answered: Result<String, Failure>, out: OutText) -> Result<(), Failure> {
    match answered {
        Ok(answer) => out.write(answer.as_bytes()),
        Err(failure) if !ANSWERED.contains(&failure.status()) => Err(failure),
        Err(failure) => {
            let refusal = failure.to_json_within(out.most());
            out.write(refusal.as_bytes())?;
            Err(failure)
        }
    }
}

fn answer(till: &mut Till, input: &str, out: &OutText) -> Result<String, Failure> {
    let json = Json::read(input, &Limits::default())?;
    if json.get("ask").is_some() {
        return asks::answer(till, &json, out);
    }
    // What is refused has no outcome, also where it can't be read.
    till.outcome = None;
    #[cfg(feature = "tokens")]
    if crate::ffi::capi::tokens::is_read_at_till(till, &json) {
        return crate::ffi::capi::tokens::hand_in(till, input, &json, out);
    }
    let document = till.read(&json)?;
    codes::refuse_article(till, &document)?;
    hand_in(till, &document, out)
}

/// Hands a document in, and writes its outcome; it isn't kept unless the outcome has room.
pub(super) fn hand_in(till: &mut Till, document: &Document, out: &OutText) -> Result<String, Failure> {
    let now = till.now()?;
    let scale = match document {
        Document::SetProgram(set) => {
            zones::refuse_names(&set.program.program)?;
            set.program.program.clone()
        }
        _ => till.program()?,
    };
    let mut batch = till.register.0.batch()?;
    let outcome = batch.submit(document, now)?;
    let written = write_outcome(&outcome, &scale);
    out.fits(written.len())?;
    batch.commit()?;
    till.outcome = Some(outcome);
    Ok(written)
}

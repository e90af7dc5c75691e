//! The program of the ledger.

use core::ffi::c_char;
use std::string::String;

use crate::document::{read_program, write_dry_run, write_program};
use crate::ffi::capi::border::{REGULARS_MOST_JSON, moment, text_of};
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::guard;
use crate::ffi::capi::outward::{Out, OutText};
use crate::ffi::capi::till::Till;
use crate::ffi::capi::types::regulars_register;
use crate::ffi::capi::zones;
use crate::loyalty::VersionedProgram;
use crate::time::Timestamp;

/// Makes a program the one that holds from now on, unless it is already: a till may call this whenever it starts. The
/// program is JSON, as documents have it. changed (may be NULL) is 1 if it wasn't the program already, otherwise 0.
///
/// Gives REGULARS_INVALID_DOCUMENT or REGULARS_INVALID_PROGRAM with the path to what is wrong, also where currency or
/// unit isn't the ledger's; REGULARS_NOT_BUILT for a time zone by name without the feature time-zones, where UTC and
/// fixed offsets are all there is; what is wrong with the arguments, and the numbers of the store. Costs a transaction.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_set_program(
    handle: *mut regulars_register,
    program: *const c_char,
    program_length: usize,
    at_ms: i64,
    changed: *mut i32,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (changed, program) = unsafe {
            let changed = Out::wanted(changed, "changed")?;
            (changed, text_of(program, program_length, REGULARS_MOST_JSON, "program")?)
        };
        let program = read_program(program)?;
        zones::refuse_names(&program.program)?;
        let has_changed = till.register.0.set_program(program, moment(at_ms, "at_ms")?)?;
        if let Some(changed) = changed {
            changed.write(i32::from(has_changed));
        }
        Ok(())
    })
}

/// Copies the program that holds, as JSON.
///
/// Gives REGULARS_INVALID_PROGRAM where none has been set, REGULARS_BUFFER_TOO_SMALL, what is wrong with the arguments,
/// and the numbers of the store. Costs some microseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_program(
    handle: *mut regulars_register,
    out: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let out = unsafe { OutText::new(out, capacity, length)? };
        out.write(write_program(&*till.current_program()?).as_bytes())
    })
}

/// Says how many decimals the amounts of this ledger have: money is counted in 1 / 10^money_decimals of the currency,
/// units in 1 / 10^unit_decimals of one. They never change on a ledger.
///
/// Gives REGULARS_INVALID_PROGRAM where no program has been set, what is wrong with the arguments, and the numbers of the
/// store. Costs some tens of nanoseconds after the first time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_decimals(
    handle: *mut regulars_register,
    money_decimals: *mut u32,
    unit_decimals: *mut u32,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (money, units) = unsafe {
            (Out::new(money_decimals, "money_decimals")?, Out::new(unit_decimals, "unit_decimals")?)
        };
        let program = till.program()?;
        money.write(program.currency.decimals().into());
        units.write(program.unit_decimals().into());
        Ok(())
    })
}

/// What another program would change if it held from a moment on: whose units would run out, what the shop would owe,
/// who would have another tier; as JSON. Nothing is recorded.
///
/// Gives what regulars_set_program gives, and REGULARS_BUFFER_TOO_SMALL. Costs a look at every customer; other writers
/// wait until then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_dry_run(
    handle: *mut regulars_register,
    program: *const c_char,
    program_length: usize,
    at_ms: i64,
    out: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (out, program) = unsafe {
            let out = OutText::new(out, capacity, length)?;
            (out, text_of(program, program_length, REGULARS_MOST_JSON, "program")?)
        };
        let dry_run = dry_run(till, &read_program(program)?, moment(at_ms, "at_ms")?)?;
        out.write(dry_run.as_bytes())
    })
}

/// What another program would change, as JSON.
pub(super) fn dry_run(till: &mut Till, program: &VersionedProgram, at: Timestamp) -> Result<String, Failure> {
    zones::refuse_names(&program.program)?;
    let dry_run = till.register.0.dry_run(program, at)?;
    Ok(write_dry_run(&dry_run, &program.program))
}

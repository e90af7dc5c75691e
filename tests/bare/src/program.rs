//! The program's way in and its ends.

use core::fmt::{Arguments, Write};
use core::panic::PanicInfo;

use crate::kernel::{self, Descriptor};

/// The program, once its stack is set up.
pub extern "C" fn run() -> ! {
    match crate::settle_a_sale() {
        Ok(line) => finish(Descriptor::STDOUT, format_args!("{line}\n"), 0),
        Err(error) => finish(Descriptor::STDERR, format_args!("error: {error}\n"), 1),
    }
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    finish(Descriptor::STDERR, format_args!("{info}\n"), 101)
}

/// Ends the program with a last message; with code 2 if nobody can hear it.
fn finish(mut to: Descriptor, message: Arguments<'_>, code: usize) -> ! {
    let code = to.write_fmt(message).map_or(2, |()| code);
    kernel::exit(code)
}

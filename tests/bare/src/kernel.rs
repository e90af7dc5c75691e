//! What passes between the program and Linux: where the kernel enters it, and
//! the two system calls it makes.

use core::arch::{asm, global_asm};
use core::fmt;

// The kernel leaves the stack aligned, but nothing on it to return to. The
// zeros tell a debugger that there are no frames above.
#[cfg(target_arch = "x86_64")]
global_asm!(
    ".globl _start",
    "_start:",
    "xor ebp, ebp",
    "call {run}",
    run = sym crate::program::run,
);
#[cfg(target_arch = "aarch64")]
global_asm!(
    ".globl _start",
    "_start:",
    "mov x29, xzr",
    "mov x30, xzr",
    "b {run}",
    run = sym crate::program::run,
);

#[cfg(target_arch = "x86_64")]
mod number {
    pub const WRITE: usize = 1;
    pub const EXIT_GROUP: usize = 231;
}
#[cfg(target_arch = "aarch64")]
mod number {
    pub const WRITE: usize = 64;
    pub const EXIT_GROUP: usize = 94;
}

/// An open file to write text to.
pub struct Descriptor(usize);

impl Descriptor {
    pub const STDOUT: Self = Self(1);
    pub const STDERR: Self = Self(2);
}

impl fmt::Write for Descriptor {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            let start = rest.as_ptr() as usize;
            // SAFETY: `write` does no more than read the bytes of `rest`,
            // which stay borrowed for as long as the call lasts.
            let written = unsafe { call(number::WRITE, self.0, start, rest.len()) };
            let written = usize::try_from(written).map_err(|_| fmt::Error)?;
            rest = rest.get(written..).ok_or(fmt::Error)?;
        }
        Ok(())
    }
}

/// Ends the program.
pub fn exit(code: usize) -> ! {
    loop {
        // SAFETY: the call touches no memory, and the kernel does not return
        // from it.
        unsafe { call(number::EXIT_GROUP, code, 0, 0) };
    }
}

/// # Safety
///
/// What the kernel does at this number with these arguments must be sound.
#[cfg(target_arch = "x86_64")]
unsafe fn call(number: usize, first: usize, second: usize, third: usize) -> isize {
    let result;
    // SAFETY: the registers are those of a system call, with the two that the
    // kernel overwrites named; the caller answers for the call itself.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") number => result,
            in("rdi") first,
            in("rsi") second,
            in("rdx") third,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
    }
    result
}

/// # Safety
///
/// What the kernel does at this number with these arguments must be sound.
#[cfg(target_arch = "aarch64")]
unsafe fn call(number: usize, first: usize, second: usize, third: usize) -> isize {
    let result;
    // SAFETY: the registers are those of a system call, of which the kernel
    // overwrites `x0` alone; the caller answers for the call itself.
    unsafe {
        asm!(
            "svc #0",
            in("x8") number,
            inlateout("x0") first => result,
            in("x1") second,
            in("x2") third,
            options(nostack),
        );
    }
    result
}

//! Memory to allocate from, and the functions on memory that compiled code
//! calls by name.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::{Cell, UnsafeCell};
use core::ptr;

const SIZE: usize = 1024 * 1024;

/// Hands its bytes out from bottom to top. Only the newest block can be given
/// back: enough for a program that ends this soon.
#[repr(align(4096))]
struct Arena {
    bytes: UnsafeCell<[u8; SIZE]>,
    used: Cell<usize>,
}

#[global_allocator]
static ARENA: Arena = Arena { bytes: UnsafeCell::new([0; SIZE]), used: Cell::new(0) };

// SAFETY: the program has one thread, and no signal handlers.
unsafe impl Sync for Arena {}

// SAFETY: a block lies inside `bytes`, aligned as asked, and from `used` on,
// where there is no other.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let base = self.bytes.get().cast::<u8>();
        let place = || {
            let free = base as usize + self.used.get();
            let offset = free.checked_next_multiple_of(layout.align())? - base as usize;
            let end = offset.checked_add(layout.size())?;
            (end <= SIZE).then_some((offset, end))
        };
        let Some((offset, end)) = place() else {
            return ptr::null_mut();
        };
        self.used.set(end);
        // SAFETY: `offset` is at most `end`, and that at most `SIZE`.
        unsafe { base.add(offset) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let offset = block as usize - self.bytes.get() as usize;
        if offset + layout.size() == self.used.get() {
            self.used.set(offset);
        }
    }
}

// For a target with an operating system, Rust's own `compiler_builtins` leaves
// the following functions to the C library. They access memory as volatile, so
// that the compiler cannot turn the loop in `memcpy`, say, into a `memcpy`.
// What C asks of the callers of each is what makes it sound.

#[unsafe(no_mangle)]
unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, length: usize) -> *mut u8 {
    for index in 0..length {
        // SAFETY: both pointers are good for `length` bytes.
        unsafe { to.add(index).write_volatile(*from.add(index)) };
    }
    to
}

#[unsafe(no_mangle)]
unsafe extern "C" fn memmove(to: *mut u8, from: *const u8, length: usize) -> *mut u8 {
    let upwards = (to as usize) < from as usize;
    for step in 0..length {
        let index = if upwards { step } else { length - 1 - step };
        // SAFETY: both pointers are good for `length` bytes, which may overlap:
        // no byte is overwritten before it was read.
        unsafe { to.add(index).write_volatile(*from.add(index)) };
    }
    to
}

#[unsafe(no_mangle)]
unsafe extern "C" fn memset(to: *mut u8, byte: i32, length: usize) -> *mut u8 {
    let [byte, ..] = byte.to_le_bytes();
    for index in 0..length {
        // SAFETY: the pointer is good for `length` bytes.
        unsafe { to.add(index).write_volatile(byte) };
    }
    to
}

#[unsafe(no_mangle)]
unsafe extern "C" fn memcmp(left: *const u8, right: *const u8, length: usize) -> i32 {
    for index in 0..length {
        // SAFETY: both pointers are good for `length` bytes.
        let (left, right) = unsafe { (*left.add(index), right.add(index).read_volatile()) };
        if left != right {
            return i32::from(left) - i32::from(right);
        }
    }
    0
}

#[unsafe(no_mangle)]
unsafe extern "C" fn bcmp(left: *const u8, right: *const u8, length: usize) -> i32 {
    // SAFETY: `memcmp` asks the same of its callers.
    unsafe { memcmp(left, right, length) }
}

/// Atomic operations on aarch64 look here whether the processor has instructions
/// of its own for them (LSE). Unless there is an answer, they link in code that
/// asks the C library; no, the older way, is right everywhere.
#[cfg(target_arch = "aarch64")]
#[unsafe(no_mangle)]
static __aarch64_have_lse_atomics: u8 = 0;

// The `alloc` that comes with Rust is compiled for unwinding and names these
// two. In this program, a panic ends in the panic handler.

#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() -> ! {
    crate::kernel::exit(102)
}

#[unsafe(no_mangle)]
extern "C" fn _Unwind_Resume() -> ! {
    crate::kernel::exit(102)
}

//! The C functions, called as a C program calls them, with slices in place of pointers and lengths.

use std::ffi::{CStr, c_char};
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

use regulars::capi::*;

/// A handle on a ledger of its own, which goes with it.
pub struct Handle {
    pub raw: *mut regulars_register,
    file: PathBuf,
}

pub fn text(text: &str) -> regulars_text {
    regulars_text { bytes: text.as_ptr().cast(), length: text.len() }
}

pub fn none() -> regulars_text {
    regulars_text { bytes: ptr::null(), length: 0 }
}

pub fn size<T>() -> u32 {
    size_of::<T>().try_into().unwrap()
}

/// A struct of nothing but zeros, but for its size.
pub fn zeroed<T: Copy>() -> T {
    // SAFETY: all structs of the interface are numbers and pointers, and begin with their size.
    unsafe {
        let mut value = std::mem::MaybeUninit::<T>::zeroed();
        value.as_mut_ptr().cast::<u32>().write(size::<T>());
        value.assume_init()
    }
}

pub fn status_name(status: i32) -> &'static str {
    // SAFETY: a text that ends with NUL and stays for ever.
    unsafe { CStr::from_ptr(regulars_status_name(status)) }.to_str().unwrap()
}

/// Calls what copies a text, with enough room.
pub fn copied(mut call: impl FnMut(*mut c_char, usize, *mut usize) -> i32) -> Result<String, i32> {
    let (mut buffer, mut length) = (vec![0_u8; 1 << 17], 0);
    let status = call(buffer.as_mut_ptr().cast(), buffer.len(), &raw mut length);
    if status != REGULARS_OK {
        return Err(status);
    }
    assert_eq!(buffer[length], 0, "a NUL behind it");
    buffer.truncate(length);
    Ok(String::from_utf8(buffer).unwrap())
}

/// What went wrong last in this thread, as JSON.
pub fn last_error() -> String {
    // SAFETY: there is as much room as is said.
    copied(|out, capacity, length| unsafe { regulars_last_error_json(out, capacity, length) }).unwrap()
}

impl Handle {
    pub fn new() -> Handle {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let name = format!("regulars-capi-{}-{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        // Nothing here is to outlive a loss of power, and a thousand ledgers are opened.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { memory.to_path_buf() } else { std::env::temp_dir() };
        let file = folder.join(name);
        remove(&file);
        let raw = open(&file).unwrap();
        Handle { raw, file }
    }

    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The answer of the JSON door, whatever its status.
    pub fn json(&self, input: &str) -> (i32, String) {
        let (mut buffer, mut length) = (vec![0_u8; 1 << 17], usize::MAX);
        let input = text(input);
        // SAFETY: there is as much as is said.
        let status = unsafe {
            let out = buffer.as_mut_ptr().cast();
            regulars_call_json(self.raw, input.bytes, input.length, out, buffer.len(), &raw mut length)
        };
        if length == usize::MAX {
            return (status, String::new());
        }
        buffer.truncate(length);
        (status, String::from_utf8(buffer).unwrap())
    }

    pub fn outcome_json(&self) -> String {
        // SAFETY: there is as much room as is said.
        copied(|out, capacity, length| unsafe { regulars_outcome_json(self.raw, out, capacity, length) })
            .unwrap()
    }
}

pub fn open(file: &Path) -> Result<*mut regulars_register, i32> {
    open_with(file, REGULARS_OPEN_UNTIL_CHECKPOINT)
}

pub fn open_with(file: &Path, flags: u32) -> Result<*mut regulars_register, i32> {
    let path = text(file.to_str().unwrap());
    let options = regulars_options { flags, ..zeroed() };
    let mut raw = ptr::null_mut();
    // SAFETY: there is as much as is said.
    let status = unsafe {
        regulars_open(REGULARS_ABI_VERSION, path.bytes, path.length, &raw const options, &raw mut raw)
    };
    if status == REGULARS_OK { Ok(raw) } else { Err(status) }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: any handle may be closed, and closed again.
        unsafe { regulars_close(self.raw) };
        remove(&self.file);
    }
}

fn remove(file: &Path) {
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", file.display()));
    }
}

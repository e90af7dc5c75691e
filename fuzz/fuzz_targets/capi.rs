#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| regulars_fuzz::capi::run(bytes));

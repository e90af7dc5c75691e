//! Links the program on its own, without start-up code or libraries of the
//! system, and at a fixed address, as nothing is there to relocate it.
//!
//! A build script, since cargo would look for a `.cargo/config.toml` from the
//! folder it is called in, not from the one of this package.

fn main() {
    for argument in ["-nostartfiles", "-nostdlib", "-static", "-no-pie"] {
        println!("cargo:rustc-link-arg-bins={argument}");
    }
    println!("cargo:rerun-if-changed=build.rs");
}

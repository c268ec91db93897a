//! Names the shared library as programs that link it look for it.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    match std::env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("linux" | "freebsd" | "netbsd") => {
            println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libondine.so.0");
        }
        Ok("macos") => {
            println!("cargo:rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libondine.0.dylib");
        }
        _ => {}
    }
}

//! The C interface as others get it: installed by its script, found by pkg-config, linked by programs in C and C++. With
//! `REGULARS_INSTALLED=DIR` it is what was installed there before, such as a small one.

#![cfg(all(feature = "capi", target_os = "linux", target_env = "gnu"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "in the helpers, too, what goes wrong fails the test")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const STRICT: [&str; 5] = ["-pedantic", "-Wall", "-Wextra", "-Werror", "-g"];

/// What is missing to the guide's checkout.
const TERMINAL: &str = r#"
#include <stdio.h>

static int takes;

int terminal_takes(int64_t amount)
{
    printf("%d: ", (int)amount);
    return takes;
}

static uint32_t hold_state(regulars_register *till, const char *id)
{
    regulars_hold hold = { .struct_size = sizeof hold };
    char customer[64];
    size_t length;
    return regulars_look_at_hold(till, id, strlen(id), &hold, customer, sizeof customer, &length) == REGULARS_OK
        ? hold.state : 0;
}

int main(void)
{
    regulars_header head = { .struct_size = sizeof head, .offset_minutes = 60, .at_ms = 1795687200000 };
    regulars_sale sale = { .struct_size = sizeof sale };
    regulars_line mug = { .struct_size = sizeof mug };
    uint32_t state = 9;
    regulars_register *till;

    if (regulars_open(REGULARS_ABI_VERSION, "shop.ledger", 11, NULL, &till) != REGULARS_OK)
        return 1;
    head.id = text("S-3");
    sale.customer = text("ada");
    mug.id = text("1");
    mug.product = text("mug");
    mug.quantity_value = 1;
    mug.unit_price = 795;
    if (regulars_sale_begin(till, &head, &sale) != REGULARS_OK
        || regulars_sale_add_lines(till, &mug, 1, sizeof mug) != REGULARS_OK)
        return 1;
    for (takes = 0; takes < 2; takes++) {
        int status = checkout(till, head, "ada", takes ? "S-3-M" : "S-3-L", &state);
        printf("%d %u\n", status, (unsigned)state);
        /* Under an id of before the terminal isn't even asked. */
        if (!takes)
            printf("%d\n", checkout(till, head, "ada", "S-3-L", &state) == REGULARS_CONFLICT);
    }
    printf("%s %s\n", hold_state(till, "S-3-L") == REGULARS_HOLD_RELEASED ? "released" : "?",
           hold_state(till, "S-3-M") == REGULARS_HOLD_CAPTURED ? "captured" : "?");
    return regulars_close(till);
}
"#;

/// All of it stands on one installation, which takes a build.
#[test]
fn programs_are_built_against_the_installed_library_and_run() {
    let installed = Installed::new();
    installed.has_symbols_of_its_own_alone();
    installed.plays_a_day("c99", &["cc", "-std=c99"]);
    if has("c++") {
        installed.plays_a_day("cpp17", &["c++", "-x", "c++", "-std=c++17"]);
    }
    installed.plays_a_day(
        "sanitized",
        &["cc", "-std=c99", "-fsanitize=address,undefined", "-fno-sanitize-recover"],
    );
    installed.plays_a_day_under_valgrind();
    installed.plays_a_day_statically();
    installed.sells_what_the_guide_sells();
    installed.has_its_documents();
}

struct Installed {
    folder: PathBuf,
    prefix: PathBuf,
}

impl Installed {
    fn new() -> Installed {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("capi");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        if let Some(prefix) = env::var_os("REGULARS_INSTALLED") {
            return Installed { folder, prefix: fs::canonicalize(prefix).unwrap() };
        }
        let prefix = folder.join("prefix");
        // Whole-program optimisation makes a smaller library in several times the time, and the same one.
        let done = Command::new("bash")
            .arg(Path::new(ROOT).join("scripts/install-capi.sh"))
            .arg("--prefix")
            .arg(&prefix)
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_TARGET_DIR", target_folder())
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", text(&done.stderr));
        println!("{}", text(&done.stdout));
        Installed { folder, prefix }
    }

    fn lib(&self) -> PathBuf {
        self.prefix.join("lib")
    }

    /// What pkg-config says.
    fn flags(&self, libs: &str) -> Vec<String> {
        let done = Command::new("pkg-config")
            .args(["--cflags", libs, "regulars"])
            .env("PKG_CONFIG_PATH", self.lib().join("pkgconfig"))
            .output()
            .expect("pkg-config is installed");
        assert!(done.status.success(), "{}", text(&done.stderr));
        text(&done.stdout).split_whitespace().map(String::from).collect()
    }

    fn has_symbols_of_its_own_alone(&self) {
        let done =
            Command::new("nm").args(["-D", "--defined-only"]).arg(self.lib().join("libregulars.so")).output();
        let symbols = text(&done.unwrap().stdout);
        let names: Vec<&str> = symbols.lines().filter_map(|line| line.split(' ').next_back()).collect();
        let others: Vec<&&str> = names.iter().filter(|name| !name.starts_with("regulars_")).collect();
        assert!(others.is_empty() && 60 <= names.len(), "{others:?}");
        let read = Command::new("readelf").arg("-d").arg(self.lib().join("libregulars.so")).output().unwrap();
        assert!(text(&read.stdout).contains("soname: [libregulars.so.1]"), "{}", text(&read.stdout));
        for name in ["libregulars.so.1", "libregulars.a", "cmake/regulars/regulars-config.cmake"] {
            assert!(self.lib().join(name).exists(), "{name}");
        }
    }

    /// Compiles a program with what pkg-config says, and gives it a place.
    fn compiled(&self, name: &str, compiler: &[&str], source: &Path) -> PathBuf {
        let program = self.folder.join(name);
        let (first, rest) = compiler.split_first().unwrap();
        let done = Command::new(first)
            .args(rest)
            .args(STRICT)
            .arg(source)
            .args(["-x", "none", "-o"])
            .arg(&program)
            .args(self.flags("--libs"))
            .output()
            .unwrap();
        assert!(done.status.success(), "{name}: {}", text(&done.stderr));
        program
    }

    /// A ledger that isn't there yet.
    fn ledger(&self, name: &str) -> PathBuf {
        let ledger = self.folder.join(format!("{name}.ledger"));
        for end in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{end}", ledger.display()));
        }
        ledger
    }

    fn plays_a_day(&self, name: &str, compiler: &[&str]) {
        let program = self.compiled(name, compiler, &Path::new(ROOT).join("examples/c/day.c"));
        let done =
            Command::new(program).arg(self.ledger(name)).env("LD_LIBRARY_PATH", self.lib()).output().unwrap();
        is_the_day(name, &done);
    }

    /// Zones of time zones are kept for the whole program, behind pointers that have marks in them; that these are lost
    /// is possible, and not so.
    fn plays_a_day_under_valgrind(&self) {
        if !has("valgrind") {
            println!("valgrind isn't installed, and wasn't tried");
            return;
        }
        let done = Command::new("valgrind")
            .args(["-q", "--leak-check=full", "--show-leak-kinds=definite,indirect", "--error-exitcode=9"])
            .arg("--errors-for-leak-kinds=definite,indirect")
            .arg(self.folder.join("c99"))
            .arg(self.ledger("valgrind"))
            .env("LD_LIBRARY_PATH", self.lib())
            .output()
            .unwrap();
        is_the_day("valgrind", &done);
    }

    fn plays_a_day_statically(&self) {
        let program = self.folder.join("static");
        let with: Vec<String> =
            self.flags("--static").into_iter().filter(|flag| flag != "-lregulars").collect();
        let libs = text(
            &Command::new("pkg-config")
                .args(["--static", "--libs-only-l", "regulars"])
                .env("PKG_CONFIG_PATH", self.lib().join("pkgconfig"))
                .output()
                .unwrap()
                .stdout,
        );
        let libs = libs.split_whitespace().filter(|flag| *flag != "-lregulars");
        let done = Command::new("cc")
            .arg("-std=c99")
            .arg(Path::new(ROOT).join("examples/c/day.c"))
            .arg("-o")
            .arg(&program)
            .args(with)
            .arg(self.lib().join("libregulars.a"))
            .args(libs)
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", text(&done.stderr));
        is_the_day("static", &Command::new(program).arg(self.ledger("static")).output().unwrap());
    }

    /// The program in the guide is compiled and run as it stands there.
    fn sells_what_the_guide_sells(&self) {
        let guide = fs::read_to_string(Path::new(ROOT).join("src/docs/c-guide.md")).unwrap();
        let source = guide.split_once("```c\n").unwrap().1.split_once("```").unwrap().0;
        let file = self.folder.join("till.c");
        fs::write(&file, source).unwrap();
        let program = self.compiled("till", &["cc", "-std=c99"], &file);
        let shop = self.folder.join("shop");
        fs::create_dir_all(&shop).unwrap();
        for _ in 0..2 {
            let sold = Command::new(&program)
                .current_dir(&shop)
                .env("LD_LIBRARY_PATH", self.lib())
                .output()
                .unwrap();
            assert_eq!(text(&sold.stdout), "earned 40, and has 40\n", "{}", text(&sold.stderr));
        }
        assert!(guide.contains("`earned 40, and has 40`"));
        self.asks_the_terminal_as_the_guide_does(&guide, &shop);
    }

    /// In the same shop: the terminal declines, and takes the second card. Loyalty was held for both.
    fn asks_the_terminal_as_the_guide_does(&self, guide: &str, shop: &Path) {
        let source = guide.split("```c\n").nth(2).unwrap().split_once("```").unwrap().0;
        let file = self.folder.join("terminal.c");
        fs::write(&file, format!("{source}{TERMINAL}")).unwrap();
        let program = self.compiled("terminal", &["cc", "-std=c99"], &file);
        let sold =
            Command::new(program).current_dir(shop).env("LD_LIBRARY_PATH", self.lib()).output().unwrap();
        assert_eq!(
            text(&sold.stdout),
            "755: 0 0\n1\n755: 0 3\nreleased captured\n",
            "{}",
            text(&sold.stderr)
        );
    }

    /// What is described in the library's documentation is there without it.
    fn has_its_documents(&self) {
        let pages = self.prefix.join("share/doc/regulars");
        let guide = fs::read_to_string(pages.join("c-guide.md")).unwrap();
        assert!(guide.contains("](documents.md#questions)"));
        for page in ["c-guide", "documents", "rules", "glossary", "punch-cards", "scanning"] {
            let page = fs::read_to_string(pages.join(page).with_extension("md")).unwrap();
            assert!(!page.contains("](crate::") && !page.contains("]: crate::"));
        }
        for file in ["c/day.c", "csharp/Native.cs", "java/regulars/Api.java", "python/regulars/__init__.py"] {
            assert!(self.prefix.join("share/regulars").join(file).exists(), "{file}");
        }
    }
}

#[track_caller]
fn is_the_day(name: &str, done: &Output) {
    let expected = fs::read_to_string(Path::new(ROOT).join("examples/c/day.txt")).unwrap();
    assert!(done.status.success(), "{name}: {}{}", text(&done.stdout), text(&done.stderr));
    assert_eq!(text(&done.stdout), expected, "{name}");
    assert_eq!(text(&done.stderr), "", "{name}");
}

fn has(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|done| done.status.success())
}

/// Where this test was built, so that what is built here is found there again.
fn target_folder() -> PathBuf {
    let program = env::current_exe().unwrap();
    program.ancestors().nth(3).unwrap().to_path_buf()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

//! How the programs of each language are built and run, and what it needs.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::{Guide, Language, Shop, capital, done, example, without};

const PROGRAMS: [&str; 3] = ["day", "careless", "calls"];

pub const LANGUAGES: [Language; 5] = [
    Language {
        name: "cpp",
        sources: &["include/regulars.hpp"],
        missing: || without(&["g++", "pkg-config"]),
        build: |shop| build_cpp(shop, &["-O2"], ""),
        guide: Guide {
            fence: "cpp",
            told: "paid, 40",
            build: |shop, sample| compile_cpp(shop, &[], &shop.file("guide.cpp", sample), "guide"),
        },
        command: |shop, program| Command::new(shop.folder.join(program)),
        more: more_of_cpp,
    },
    Language {
        name: "python",
        sources: &["examples/python/regulars/_register.py", "examples/python/regulars/_errors.py"],
        missing: missing_of_python,
        build: build_python,
        guide: Guide {
            fence: "python",
            told: "SETTLED 0.40",
            build: |shop, sample| drop(shop.file("python/guide.py", sample)),
        },
        command: |shop, program| {
            let mut command = Command::new(python().unwrap());
            command.args(["-X", "dev", "-W", "error"]);
            command.arg(format!("python/{program}.py")).env("PYTHONPATH", shop.folder.join("site"));
            command
        },
        more: more_of_python,
    },
    Language {
        name: "csharp",
        sources: &[
            "examples/csharp/Register.cs",
            "examples/csharp/Documents.cs",
            "examples/csharp/Errors.cs",
        ],
        missing: || without(&["mcs", "mono"]),
        build: build_csharp,
        guide: Guide { fence: "csharp", told: "Settled 0.40", build: guide_of_csharp },
        command: |shop, program| {
            let mut command = Command::new("mono");
            command.arg(shop.folder.join(format!("{program}.exe")));
            command
        },
        more: |_| (),
    },
    Language {
        name: "pascal",
        sources: &["examples/pascal/Regulars.pas", "examples/pascal/RegularsRegister.inc"],
        missing: || without(&["fpc"]),
        build: build_pascal,
        guide: Guide { fence: "pascal", told: "TRUE 40", build: guide_of_pascal },
        command: |shop, program| Command::new(shop.folder.join(capital(program))),
        more: |_| (),
    },
    Language {
        name: "java",
        sources: &["examples/java/regulars/Register.java", "examples/java/regulars/Calls.java"],
        missing: missing_of_java,
        build: build_java,
        guide: Guide { fence: "java", told: "SETTLED 0.40", build: guide_of_java },
        command: |shop, program| {
            let mut command = Command::new("java");
            command.arg(format!("-Djna.library.path={}", shop.prefix.join("lib").display()));
            command.args(["-cp", &format!("{}:classes", jna().display()), &capital(program)]);
            command
        },
        more: |_| (),
    },
];

// C++

fn build_cpp(shop: &Shop, flags: &[&str], end: &str) {
    for program in PROGRAMS {
        compile_cpp(shop, flags, &example(&format!("cpp/{program}.cpp")), &format!("{program}{end}"));
    }
}

fn compile_cpp(shop: &Shop, flags: &[&str], source: &Path, program: &str) {
    let told = done(shop.beside(Command::new("pkg-config").args(["--cflags", "--libs", "regulars"]))).stdout;
    let told = String::from_utf8(told).unwrap();
    let mut compiler = Command::new("g++");
    compiler.args(["-std=c++17", "-pedantic", "-Wall", "-Wextra", "-Wconversion", "-Werror"]);
    compiler.args(flags).arg(source).args(told.split_whitespace());
    done(shop.beside(compiler.arg("-o").arg(program)));
}

/// Nothing is leaked, read too far or undefined.
fn more_of_cpp(shop: &Shop) {
    build_cpp(shop, &["-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"], "-sanitized");
    let mut commands = vec![("sanitizer", "-sanitized", vec![])];
    if without(&["valgrind"]).is_none() {
        let told = [
            "valgrind",
            "--quiet",
            "--leak-check=full",
            "--errors-for-leak-kinds=definite,indirect",
            "--error-exitcode=9",
        ];
        commands.push(("valgrind", "", told.to_vec()));
    } else {
        println!("valgrind isn't here; C++ was tried without it");
    }
    for (name, end, before) in commands {
        for program in PROGRAMS {
            let words: Vec<String> =
                before.iter().map(ToString::to_string).chain([format!("./{program}{end}")]).collect();
            let (first, others) = words.split_first().unwrap();
            done(shop.beside(Command::new(first).args(others).arg(format!("{name}-{program}.ledger"))));
        }
    }
}

// Python

/// A Python that can install a package without the network: the first one, or that of the system.
fn python() -> Option<&'static str> {
    let can = |python: &&str| {
        // In this order, or setuptools complains.
        let imports = ["-c", "import setuptools, wheel, pip"];
        Command::new(python).args(imports).output().is_ok_and(|output| output.status.success())
    };
    ["python3", "/usr/bin/python3"].into_iter().find(can)
}

fn missing_of_python() -> Option<String> {
    python().is_none().then(|| "python3 with setuptools, wheel and pip".into())
}

/// As a till would install it.
fn build_python(shop: &Shop) {
    let copy = shop.folder.join("python");
    done(Command::new("cp").arg("-r").arg(example("python")).arg(&copy));
    let mut pip = Command::new(python().unwrap());
    pip.args(["-m", "pip", "install", "--quiet", "--no-build-isolation", "--no-deps", "--no-index"]);
    done(shop.beside(pip.args(["--root-user-action=ignore", "--target", "site", "./python"])));
    // What runs is what was installed.
    fs::remove_dir_all(copy.join("regulars")).unwrap();
}

fn more_of_python(shop: &Shop) {
    if without(&["mypy"]).is_some() {
        println!("mypy isn't here; the types of Python weren't looked at");
        return;
    }
    let mut mypy = Command::new("mypy");
    mypy.args(["--strict", "--cache-dir", "mypy-cache", "-p", "regulars"]).env("MYPYPATH", "site");
    done(shop.beside(&mut mypy));
    let mut mypy = Command::new("mypy");
    mypy.args(["--strict", "--cache-dir", "mypy-cache"]);
    mypy.args(PROGRAMS.map(|program| format!("python/{program}.py"))).arg("python/guide.py");
    done(shop.beside(mypy.env("MYPYPATH", "site")));
}

// C#

fn build_csharp(shop: &Shop) {
    for program in PROGRAMS {
        compile_csharp(shop, &example(&format!("csharp/{}.cs", capital(program))), program);
    }
}

fn compile_csharp(shop: &Shop, source: &Path, program: &str) {
    let mut compiler = Command::new("mcs");
    compiler.args(["-warn:4", "-warnaserror", &format!("-out:{program}.exe")]);
    let files = ["Native", "Errors", "Types", "Packing", "Register", "Documents"];
    compiler.args(files.map(|file| example(&format!("csharp/{file}.cs")))).arg(source);
    done(shop.beside(&mut compiler));
}

fn guide_of_csharp(shop: &Shop, sample: &str) {
    let body = format!("static class Guide\n{{\nstatic void Main()\n{{\n{sample}}}\n}}\n");
    compile_csharp(shop, &shop.file("Guide.cs", &format!("using System;\nusing Regulars;\n{body}")), "guide");
}

// Pascal

fn build_pascal(shop: &Shop) {
    for program in PROGRAMS {
        compile_pascal(shop, &example(&format!("pascal/{}.pas", capital(program))));
    }
}

fn compile_pascal(shop: &Shop, source: &Path) {
    let mut compiler = Command::new("fpc");
    compiler.args(["-Sew", "-vw", "-O2", "-FE.", &format!("-Fl{}", shop.prefix.join("lib").display())]);
    compiler.arg(format!("-Fu{}", example("pascal").display()));
    done(shop.beside(compiler.arg(source)));
}

fn guide_of_pascal(shop: &Shop, sample: &str) {
    let head = "program Guide;\n{$mode delphi}{$apptype console}\nuses SysUtils, Regulars;\n";
    let names = "var Till: TRegister; Sale: TSale; Came: TOutcome;\n";
    compile_pascal(shop, &shop.file("Guide.pas", &format!("{head}{names}begin\n{sample}end.\n")));
}

// Java

/// The library of JNA.
fn jna() -> PathBuf {
    env::var_os("JNA_JAR").map_or_else(|| PathBuf::from("/usr/share/java/jna.jar"), PathBuf::from)
}

fn missing_of_java() -> Option<String> {
    let version = || {
        let told = Command::new("javac").arg("-version").output().ok()?.stdout;
        String::from_utf8(told).ok()?.strip_prefix("javac ")?.split('.').next()?.trim().parse::<u32>().ok()
    };
    let older = || version().is_none_or(|version| version < 17).then(|| "a JDK of 17 or later".into());
    let no_jna = || (!jna().is_file()).then(|| "JNA".into());
    without(&["javac", "java"]).or_else(older).or_else(no_jna)
}

fn build_java(shop: &Shop) {
    let mut compiler = Command::new("javac");
    compiler.args(["-Xlint:all", "-Werror", "-d", "classes", "-cp"]).arg(jna());
    let files = ["Api", "Arena", "Calls", "Documents", "Register", "RegularsException"];
    compiler.args(files.map(|file| example(&format!("java/regulars/{file}.java"))));
    done(shop.beside(compiler.args(PROGRAMS.map(|file| example(&format!("java/{}.java", capital(file)))))));
}

/// With the imports of the guide, and those of Java's own that the sample needs.
fn guide_of_java(shop: &Shop, sample: &str) {
    let guide = crate::guide();
    let imports = guide.split_once("`import regulars.Register;").unwrap().1.split_once('`').unwrap().0;
    let own = "import java.math.BigDecimal; import java.nio.file.Path; import java.time.OffsetDateTime;";
    let body = format!("public class Guide {{ public static void main(String[] none) {{\n{sample}}} }}\n");
    let source = shop.file("Guide.java", &format!("{own} import regulars.Register;{imports}\n{body}"));
    let mut compiler = Command::new("javac");
    compiler.args(["-Xlint:all", "-Werror", "-d", "classes", "-cp", "classes"]);
    done(shop.beside(compiler.arg(source)));
}

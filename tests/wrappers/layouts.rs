//! The structs that each wrapper writes down anew are those of the header, member by member. A program alone tells of
//! two members of one size that changed places only if it fills both and looks at both.

use std::fs;

use crate::example;

/// A member's name in small letters without underscores, and how wide it is.
type Member = (String, &'static str);

/// How a language writes structs down.
struct Writing {
    file: &'static str,
    /// What stands before and behind the members; `{}` is the struct's name.
    before: &'static [&'static str],
    behind: &'static str,
    /// What a member is, of a line between the two.
    member: fn(&str) -> Option<Member>,
}

const WRITINGS: [Writing; 4] = [
    Writing {
        file: "csharp/Native.cs",
        before: &["[StructLayout(LayoutKind.Sequential)]\n    internal struct Raw{}\n    {\n"],
        behind: "    }\n",
        member: |line| {
            let (kind, name) = line.strip_prefix("internal ")?.strip_suffix(';')?.split_once(' ')?;
            Some((plain(name), width(kind)))
        },
    },
    Writing {
        file: "python/regulars/_native.py",
        before: &["class {}(_Sized):\n", "class {}(ctypes.Structure):\n"],
        behind: "    ]\n",
        member: |line| {
            let (name, kind) = line.strip_prefix("(\"")?.strip_suffix("),")?.split_once("\", ")?;
            Some((plain(name), width(kind)))
        },
    },
    Writing {
        file: "java/regulars/Api.java",
        before: &["class {} extends Sized {\n", "class {} extends Structure {\n"],
        behind: "    }\n",
        member: |line| {
            let (kind, name) = line.strip_prefix("public ")?.strip_suffix(';')?.split_once(' ')?;
            Some((plain(name.split(" = ").next()?), width(kind)))
        },
    },
    Writing {
        file: "pascal/RegularsApi.pas",
        before: &["  TRaw{} = record\n"],
        behind: "  end;\n",
        member: |line| {
            let (name, kind) = line.strip_suffix(';')?.split_once(": ")?;
            Some((plain(name), width(kind)))
        },
    },
];

pub fn are_those_of_the_header() {
    let header = fs::read_to_string(example("../include/regulars.h")).unwrap();
    let structs = of_the_header(&header);
    assert!(21 <= structs.len(), "{}", structs.len());
    for writing in WRITINGS {
        let source = fs::read_to_string(example(writing.file)).unwrap();
        for (name, members) in &structs {
            let place = format!("{name} of {}", writing.file);
            assert_eq!(&written(&writing, &source, name, &place), members, "{place}");
        }
    }
}

/// The structs that have members, by their names without `regulars_` and in the way of most languages.
fn of_the_header(header: &str) -> Vec<(String, Vec<Member>)> {
    let structs = header.split("typedef struct regulars_").skip(1).filter_map(|rest| {
        let (name, rest) = rest.split_once(" {\n")?;
        let (members, _) = rest.split_once(&format!("\n}} regulars_{name};"))?;
        // Comments have lines that begin with a star.
        let members =
            members.lines().map(str::trim).filter(|line| !line.starts_with('*')).filter_map(|line| {
                let (kind, name) = line.strip_suffix(';')?.rsplit_once([' ', '*'])?;
                Some((plain(name), if line.contains('*') { "pointer" } else { width(kind) }))
            });
        Some((name.split('_').map(crate::capital).collect(), members.collect()))
    });
    structs.collect()
}

fn written(writing: &Writing, source: &str, name: &str, place: &str) -> Vec<Member> {
    let before = writing.before.iter().map(|before| before.replace("{}", name));
    let (ahead, rest) = before.into_iter().find_map(|before| source.split_once(&before)).expect(place);
    let lines = rest.split_once(writing.behind).expect(place).0.lines();
    let mut members: Vec<Member> = lines.filter_map(|line| (writing.member)(line.trim())).collect();
    if writing.file.ends_with(".java") {
        if name != "Text" {
            members.insert(0, (plain("structSize"), "4"));
        }
        // JNA goes by this list, and not by the members.
        let order = ahead.rsplit_once("@FieldOrder({").expect(place).1.split('"').skip(1).step_by(2);
        let listed: Vec<String> = members.iter().map(|(name, _)| name.clone()).collect();
        assert_eq!(order.map(plain).collect::<Vec<String>>(), listed, "the order in {place}");
    }
    members
}

fn plain(name: &str) -> String {
    name.replace('_', "").to_lowercase()
}

/// Of all the languages; whether a number has a sign is lost in Java.
fn width(kind: &str) -> &'static str {
    match kind {
        "uint32_t" | "int32_t" | "uint" | "int" | "_U32" | "_I32" | "Cardinal" | "Integer" => "4",
        "uint64_t" | "int64_t" | "ulong" | "long" | "_U64" | "_I64" | "UInt64" | "Int64" => "8",
        "size_t" | "UIntPtr" | "_SIZE" | "Size" | "NativeUInt" => "size",
        "struct regulars_text" | "RawText" | "Text" | "TRawText" => "text",
        "IntPtr" | "_BYTES" | "_POINTER(Text)" | "Pointer" | "PAnsiChar" | "PRawText" => "pointer",
        other => panic!("what is {other}?"),
    }
}

//! The list of what is in the pictures of a folder: lines of JSON with `kind`, `file` and `text`.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// What is in a picture.
#[derive(Debug, Clone)]
pub struct Entry {
    pub kind: Kind,
    pub file: PathBuf,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Qr,
    Linear,
    None,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Qr, Self::Linear, Self::None];

    pub fn name(self) -> &'static str {
        match self {
            Self::Qr => "qr",
            Self::Linear => "linear",
            Self::None => "none",
        }
    }
}

pub fn read(folder: &Path) -> Result<Vec<Entry>, Box<dyn Error>> {
    let file = folder.join("manifest.jsonl");
    let lines = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let entry = |(at, line): (usize, &str)| {
        let say = |what: &str| format!("{}, line {}: {what}", file.display(), at + 1);
        let value: serde_json::Value = serde_json::from_str(line).map_err(|error| say(&error.to_string()))?;
        let text = |name: &str| value.get(name).and_then(|value| value.as_str());
        let kind = Kind::ALL.into_iter().find(|kind| Some(kind.name()) == text("kind"));
        Ok(Entry {
            kind: kind.ok_or_else(|| say("no kind that is known"))?,
            file: folder.join(text("file").ok_or_else(|| say("no file"))?),
            text: text("text").unwrap_or_default().to_owned(),
        })
    };
    lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(entry).collect()
}

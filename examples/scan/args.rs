//! The command line.

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use lexopt::prelude::{Long, Short, Value, ValueExt};
use regulars::adapter::scan::{Options, Wanted};
use regulars::code::Symbology;

pub const HELP: &str = "\
Reads codes in pictures, and says what they say.

scan [OPTIONS] PICTURE|FOLDER...
scan --raw WIDTHxHEIGHT [OPTIONS] < FRAMES
scan --camera WHICH [--seconds N] [OPTIONS]
scan --cameras
scan --bench FOLDER [--peers] [OPTIONS]
scan --frames
scan --write FILE [--count N] [--size WIDTHxHEIGHT]

  --symbologies A,B
                  which codes: qr, ean_13, ean_8, upc_a, upc_e, code_128, code_39, itf
                  [all but upc_e]
  --budget MS     milliseconds for a picture, at most [200, for the bench 1000]
  --all           all codes of a picture, and not only the first
  --code-32       Code 39 that is a Code 32 of Italian pharmacies as A and nine digits
  --weak          also what would need a second picture to count
  --draw FOLDER   writes copies of the pictures there, with a box around each code (PNG)
  --json          a line of JSON for each picture, or for the bench
  --quiet         no progress bar

  --raw WxH       reads grey frames of this size from stdin, a byte a pixel, one after the other,
                  and prints codes as they come, and hints
  --camera WHICH  reads codes before a camera until Ctrl-C: first, a number, or a part of a name;
                  says what would help, and when the camera stalls, is gone, and is back
                  (built with the feature `camera`)
  --seconds N     for so long
  --each          reads each frame as a picture by itself, for --raw and --camera: a code counts
                  in every frame that it is in
  --cameras       the cameras that are connected

  --frames        measures on frames that are made: codes read in each eight frames, and what
                  frames with nothing in them cost

  --write FILE    writes frames as --raw reads them: an empty one, and then a QR code and an EAN-13
                  in turn; prints what they say. A file that ends in .mjpeg gets a JPEG for each
  --count N       so many with codes [12]
  --size WxH      in pixels [1280x720]

  --bench FOLDER  measures on the pictures of FOLDER/manifest.jsonl, whose lines have `kind`
                  (qr, linear, none), `file` and `text`: how many are read right and wrong,
                  phantoms, and the processor's time for a picture
  --turn DEGREES  the same with all pictures turned by 90, 180 or 270 degrees
  --stages        what each stage of the scanner read, and what it took
  --misses        the bench names each picture that it didn't read, or read wrong
  --peers         the bench runs scripts/scan_peers.py on the same folder as well; PYTHON names
                  the Python that has zxing-cpp, pyzbar, numpy and Pillow [python3]

Of a folder's files those that are no pictures by their names (SVG, CSV, PDF, JSON, text) are left
out. Exit code: 0 if all pictures were looked at, whatever was read; 1 if one could not be, or the
command line isn't as it must be.
";

/// What was asked for.
#[derive(Debug)]
pub enum Asked {
    Help,
    Read(Args),
    Bench(BenchArgs),
    Frames(BenchArgs),
    Write(WriteArgs),
    Raw(Args, usize, usize),
    Camera(Args, String, Option<Duration>),
    Cameras,
}

#[derive(Debug)]
pub struct Args {
    pub options: Options,
    pub pictures: Vec<PathBuf>,
    pub draw: Option<PathBuf>,
    pub each: bool,
    pub json: bool,
    pub quiet: bool,
}

#[derive(Debug)]
pub struct BenchArgs {
    pub folder: PathBuf,
    pub budget: Duration,
    pub turn: u32,
    pub misses: bool,
    pub stages: bool,
    pub peers: bool,
    pub json: bool,
    pub quiet: bool,
}

#[derive(Debug)]
pub struct WriteArgs {
    pub file: PathBuf,
    pub count: u64,
    pub size: (usize, usize),
}

pub fn parse() -> Result<Asked, Box<dyn Error>> {
    let mut parser = lexopt::Parser::from_env();
    let mut args = Args {
        options: Options::default(),
        pictures: Vec::new(),
        draw: None,
        each: false,
        json: false,
        quiet: false,
    };
    let (mut bench, mut frames, mut raw, mut budget) = (None, false, None, None);
    let (mut write, mut count, mut size) = (None, 12, (1280, 720));
    let (mut camera, mut cameras, mut seconds) = (None, false, None);
    let (mut turn, mut misses, mut stages, mut peers) = (0, false, false, false);
    while let Some(arg) = parser.next()? {
        match arg {
            Short('h') | Long("help") => return Ok(Asked::Help),
            Long("symbologies") => args.options.symbologies = symbologies(&parser.value()?.string()?)?,
            Long("budget") => budget = Some(Duration::from_millis(parser.value()?.parse()?)),
            Long("all") => args.options.wanted = Wanted::All { most: 64 },
            Long("code-32") => args.options.code_32 = true,
            Long("weak") => args.options.weak = true,
            Long("draw") => args.draw = Some(parser.value()?.into()),
            Long("json") => args.json = true,
            Long("quiet") => args.quiet = true,
            Long("bench") => bench = Some(PathBuf::from(parser.value()?)),
            Long("frames") => frames = true,
            Long("raw") => raw = Some(read_size(&parser.value()?.string()?)?),
            Long("each") => args.each = true,
            Long("count") => count = parser.value()?.parse()?,
            Long("size") => size = read_size(&parser.value()?.string()?)?,
            Long("write") => write = Some(PathBuf::from(parser.value()?)),
            Long("camera") => camera = Some(parser.value()?.string()?),
            Long("cameras") => cameras = true,
            Long("seconds") => seconds = Some(Duration::from_secs(parser.value()?.parse()?)),
            Long("turn") => turn = parser.value()?.parse()?,
            Long("misses") => misses = true,
            Long("stages") => stages = true,
            Long("peers") => peers = true,
            Value(picture) => args.pictures.push(picture.into()),
            _ => return Err(arg.unexpected().into()),
        }
    }
    if ![0, 90, 180, 270].contains(&turn) {
        return Err("--turn is 90, 180 or 270".into());
    }
    if let Some(file) = write {
        return Ok(Asked::Write(WriteArgs { file, count, size }));
    }
    if cameras {
        return Ok(Asked::Cameras);
    }
    if bench.is_some() || frames {
        // Enough for a machine that does other things beside; what counts there is the processor's time.
        let budget = budget.unwrap_or(Duration::from_secs(1));
        let (json, quiet) = (args.json, args.quiet);
        let folder = bench.clone().unwrap_or_default();
        let bench_args = BenchArgs { folder, budget, turn, misses, stages, peers, json, quiet };
        return Ok(if frames { Asked::Frames(bench_args) } else { Asked::Bench(bench_args) });
    }
    args.options.budget = budget.unwrap_or(args.options.budget);
    if let Some(which) = camera {
        return Ok(Asked::Camera(args, which, seconds));
    }
    match raw {
        Some((width, height)) => Ok(Asked::Raw(args, width, height)),
        None if args.pictures.is_empty() => Err("no picture; --help tells what can be done".into()),
        None => Ok(Asked::Read(args)),
    }
}

/// Such as 1280x720.
fn read_size(size: &str) -> Result<(usize, usize), Box<dyn Error>> {
    let (width, height) = size.split_once('x').ok_or("a size is WIDTHxHEIGHT")?;
    Ok((width.parse()?, height.parse()?))
}

fn symbologies(names: &str) -> Result<Vec<Symbology>, Box<dyn Error>> {
    let named = |name: &str| {
        let known = Symbology::ALL.iter().copied().find(|symbology| symbology.name() == name);
        known.ok_or_else(|| format!("there is no symbology {name}").into())
    };
    names.split(',').map(named).collect()
}

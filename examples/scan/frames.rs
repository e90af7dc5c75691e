//! How well and how fast frames of a camera are read, on frames that are made here.

use std::error::Error;
use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use cpu_time::ThreadTime;
use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;
use regulars::adapter::scan::{
    Frame, FrameSource, Hint, Picture, PictureError, RawFrames, Scanner, Stream, StreamOptions,
};
use regulars::code::Symbology;

use crate::args::{Args, BenchArgs, WriteArgs};
use crate::made::{self, Canvas};
use crate::print;

/// Frames of each kind.
const FRAMES: u64 = 40;

/// In how many frames in a row a code has to be read.
const LOOKS: u32 = 8;

/// The time from one frame to the next.
const APART: Duration = Duration::from_millis(33);

/// Made frames: how many codes are read within some frames, and what frames without a code cost.
pub fn bench(args: &BenchArgs) -> Result<ExitCode, Box<dyn Error>> {
    let bar = print::bar(4 * FRAMES as usize, args.quiet);
    writeln!(io::stdout(), "frames          kind    read  of  wrong  mean frames")?;
    for (width, height) in [(1280, 720), (1920, 1080)] {
        for (kind, make) in
            [("qr", made::qr_frame as fn(usize, usize, u64) -> _), ("ean_13", made::ean_frame)]
        {
            let (mut read, mut wrong, mut frames) = (0, 0, 0);
            for seed in 0..FRAMES {
                let (canvas, text): (Canvas, String) = make(width, height, seed);
                match looks(&canvas)? {
                    Some((said, took)) if said == text.as_bytes() => {
                        (read, frames) = (read + 1, frames + took)
                    }
                    Some(_) => wrong += 1,
                    None => {}
                }
                bar.inc(1);
            }
            let mean = f64::from(frames) / f64::from(read.max(1));
            bar.suspend(|| {
                println!(
                    "{:15} {kind:6} {read:5} {FRAMES:3} {wrong:6} {mean:12.1}",
                    format!("{width} x {height}")
                );
            });
        }
    }
    bar.finish_and_clear();
    idle(1280, 720)?;
    idle(1920, 1080)
}

/// What is read first of a frame that stays, and in the how manyth look.
fn looks(canvas: &Canvas) -> Result<Option<(Vec<u8>, u32)>, PictureError> {
    let mut stream = Stream::new(StreamOptions::default());
    let picture = Picture::new(&canvas.pixels, canvas.width, canvas.height)?;
    for look in 1..=LOOKS {
        let seen = stream.frame(&picture, APART * look);
        if let Some(reading) = seen.readings.first() {
            return Ok(Some((reading.bytes.clone(), look)));
        }
    }
    Ok(None)
}

/// What frames cost in which nothing is, while all of it moves and while nothing does.
fn idle(width: usize, height: usize) -> Result<ExitCode, Box<dyn Error>> {
    let canvases: Vec<Canvas> = (0..16).map(|seed| made::empty_frame(width, height, 1_000 + seed)).collect();
    let mut stream = Stream::new(StreamOptions::default());
    let (mut moving, mut still, mut count, mut phantoms) = (Duration::ZERO, Duration::ZERO, 0, 0);
    for round in 0..3 {
        for canvas in &canvases {
            let picture = Picture::new(&canvas.pixels, width, height)?;
            let start = ThreadTime::now();
            let seen = stream.frame(&picture, APART * count);
            // The first round warms up.
            if round > 0 {
                moving += start.elapsed();
            }
            phantoms += seen.readings.len();
            count += 1;
        }
    }
    let picture = Picture::new(&canvases[0].pixels, width, height)?;
    for at in 0..200 {
        let start = ThreadTime::now();
        let seen = stream.frame(&picture, APART * (count + at));
        if at >= 100 {
            assert!(seen.is_unchanged, "the frame is the same");
            still += start.elapsed();
        }
    }
    let ms = |time: Duration, frames: u32| time.as_secs_f64() * 1e3 / f64::from(frames);
    println!(
        "{:15} idle: {:.2} ms a frame that moves, {:.2} ms one that doesn't, {phantoms} phantoms",
        format!("{width} x {height}"),
        ms(moving, 32),
        ms(still, 100)
    );
    Ok(ExitCode::SUCCESS)
}

/// Frames as a camera would see them, into a file, and what they say to stdout, as [`Watch`] prints it.
pub fn write(args: &WriteArgs) -> Result<ExitCode, Box<dyn Error>> {
    let WriteArgs { file, count, size: (width, height) } = args;
    let (width, height) = (*width, *height);
    if width < 600 || height < 600 {
        return Err("a frame has at least 600 pixels each way, or its codes don't fit".into());
    }
    let as_jpeg = file.extension().is_some_and(|extension| extension == "mjpeg");
    let mut out = BufWriter::new(File::create(file)?);
    let mut put = |canvas: &Canvas| match as_jpeg {
        true => put_jpeg(canvas, &mut out),
        false => Ok(out.write_all(&canvas.pixels)?),
    };
    put(&made::empty_frame(width, height, 0))?;
    for seed in 0..*count {
        let (symbology, (canvas, text)) = match seed % 2 {
            0 => (Symbology::Qr, made::qr_frame(width, height, seed)),
            _ => (Symbology::Ean13, made::ean_frame(width, height, seed)),
        };
        put(&canvas)?;
        writeln!(io::stdout(), "{symbology} {text}")?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// As cameras send them: with colours, though there are none here.
fn put_jpeg(canvas: &Canvas, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let colours: Vec<u8> = canvas.pixels.iter().flat_map(|grey| [*grey; 3]).collect();
    let (width, height) = (u32::try_from(canvas.width)?, u32::try_from(canvas.height)?);
    JpegEncoder::new_with_quality(out, 85).encode(&colours, width, height, ExtendedColorType::Rgb8)?;
    Ok(())
}

/// Reads raw grey frames from stdin, and prints codes and hints as they come.
pub fn from_stdin(args: &Args, width: usize, height: usize) -> Result<ExitCode, Box<dyn Error>> {
    let mut source = RawFrames::new(io::stdin().lock(), width, height, APART)?;
    let mut watch = Watch::new(args);
    let mut frame = Frame::default();
    while source.next_frame(&mut frame)? {
        watch.look(&frame)?;
    }
    writeln!(io::stdout(), "{watch}")?;
    Ok(ExitCode::SUCCESS)
}

/// What was seen of a stream so far.
pub struct Watch {
    reader: Reader,
    hints: Vec<Hint>,
    frames: u64,
    readings: u64,
    took: Duration,
}

enum Reader {
    /// Each code once, as a till wants it.
    Stream(Box<Stream>),
    /// Each frame by itself.
    Each(Scanner),
}

impl Watch {
    pub fn new(args: &Args) -> Self {
        let scan = args.options.clone();
        let reader = match args.each {
            true => Reader::Each(Scanner::new(scan)),
            false => {
                Reader::Stream(Box::new(Stream::new(StreamOptions { scan, ..StreamOptions::default() })))
            }
        };
        Self { reader, hints: Vec::new(), frames: 0, readings: 0, took: Duration::ZERO }
    }

    /// Looks at the next frame, and prints codes and hints that are new.
    pub fn look(&mut self, frame: &Frame) -> Result<(), Box<dyn Error>> {
        let picture = frame.picture()?;
        let start = Instant::now();
        let (readings, hints) = match &mut self.reader {
            Reader::Stream(stream) => {
                let seen = stream.frame(&picture, frame.at);
                (seen.readings, (!seen.is_unchanged).then_some(seen.hints))
            }
            Reader::Each(scanner) => (scanner.read(&picture).readings, None),
        };
        self.took += start.elapsed();
        self.frames += 1;
        for reading in &readings {
            self.readings += 1;
            writeln!(io::stdout(), "{:.1?} {} {}", frame.at, reading.symbology, print::shown(reading))?;
        }
        if let Some(hints) = hints.filter(|hints| *hints != self.hints) {
            let names: Vec<_> = hints.iter().map(|hint| hint.name()).collect();
            let names = if names.is_empty() { "none".into() } else { names.join(", ") };
            writeln!(io::stdout(), "{:.1?} hint {names}", frame.at)?;
            self.hints = hints;
        }
        Ok(())
    }
}

impl fmt::Display for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mean = self.took.as_secs_f64() * 1e3 / self.frames.max(1) as f64;
        write!(f, "{} frames, {} readings, {mean:.1} ms a frame", self.frames, self.readings)
    }
}

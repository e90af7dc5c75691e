//! What cameras send, as grey pictures; and a machine without a camera.
#![cfg(feature = "camera")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "a test")]

use std::time::Duration;

use proptest::prelude::*;
use regulars::adapter::camera::{Camera, GreyError, OpenError, PixelFormat, Which, Wish, connected, to_grey};

const FORMATS: [PixelFormat; 6] = [
    PixelFormat::Gray,
    PixelFormat::Nv12,
    PixelFormat::Yuyv,
    PixelFormat::Mjpeg,
    PixelFormat::Rgb,
    PixelFormat::Bgr,
];

#[test]
fn each_layout_gives_the_same_picture() {
    // A slope from 16 to 235, whose colours are all grey.
    let (width, height) = (6, 4);
    let wanted: Vec<u8> = (0..24).map(|place| 16 + place * 9).collect();
    let yuyv: Vec<u8> = wanted.iter().flat_map(|grey| [*grey, 128]).collect();
    let nv12 = [wanted.clone(), vec![128; 12]].concat();
    let rgb: Vec<u8> = wanted.iter().flat_map(|grey| [*grey; 3]).collect();
    // Rows that are longer in memory, by two bytes each.
    let padded: Vec<u8> = wanted.chunks(6).flat_map(|row| [row, &[7, 7]].concat()).collect();
    let all = [
        (PixelFormat::Gray, wanted.clone()),
        (PixelFormat::Gray, padded),
        (PixelFormat::Yuyv, yuyv),
        (PixelFormat::Nv12, nv12),
        (PixelFormat::Rgb, rgb.clone()),
        (PixelFormat::Bgr, rgb),
    ];
    let mut grey = vec![9; 100];
    for (format, bytes) in all {
        to_grey(format, width, height, &bytes, &mut grey).unwrap();
        assert_eq!(grey, wanted, "{format}");
        let needed = bytes.len() - 1;
        let short = to_grey(format, width, height, &bytes[..needed.min(23)], &mut grey);
        assert!(matches!(short, Err(GreyError::Short { .. })), "{format}: {short:?}");
    }
}

/// A JPEG of 64 x 48 pixels, 40 on the left and 200 on the right.
fn jpeg() -> Vec<u8> {
    let mut bytes = Vec::new();
    let pixels: Vec<u8> = (0..48).flat_map(|_| (0..64).map(|x| if x < 32 { 40 } else { 200 })).collect();
    let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 90);
    encoder.encode(&pixels, 64, 48, image::ExtendedColorType::L8).unwrap();
    bytes
}

/// Without its Huffman tables, as many cameras send it.
fn without_tables(jpeg: &[u8]) -> Vec<u8> {
    let mut bytes = jpeg[..2].to_vec();
    let mut rest = &jpeg[2..];
    while rest[0] == 0xFF && rest[1] != 0xDA {
        let length = 2 + usize::from(u16::from_be_bytes([rest[2], rest[3]]));
        if rest[1] != 0xC4 {
            bytes.extend_from_slice(&rest[..length]);
        }
        rest = &rest[length..];
    }
    bytes.extend_from_slice(rest);
    bytes
}

#[test]
fn a_whole_jpeg_is_a_picture_and_a_part_of_one_is_none() {
    let jpeg = jpeg();
    let mut grey = Vec::new();
    let mut padded = jpeg.clone();
    padded.extend([0; 500]);
    // A driver writes a frame over the one before, whose end stays, even if that has none.
    let after_longer = [&jpeg[..], &jpeg[jpeg.len() / 2..], &[0; 9]].concat();
    let after_broken = [&jpeg[..], &jpeg[jpeg.len() / 2..jpeg.len() - 9]].concat();
    for bytes in [&jpeg, &padded, &after_longer, &after_broken] {
        to_grey(PixelFormat::Mjpeg, 64, 48, bytes, &mut grey).unwrap();
        assert_eq!(grey.len(), 64 * 48);
        assert!(grey[64 * 20 + 5].abs_diff(40) < 6 && grey[64 * 20 + 60].abs_diff(200) < 6);
    }
    for end in 0..jpeg.len() {
        let cut = to_grey(PixelFormat::Mjpeg, 64, 48, &jpeg[..end], &mut grey);
        assert_eq!(cut, Err(GreyError::Jpeg), "cut off at {end}");
    }
    let other = to_grey(PixelFormat::Mjpeg, 48, 64, &jpeg, &mut grey);
    assert_eq!(other, Err(GreyError::Size { width: 48, height: 64 }));
}

#[test]
fn a_jpeg_without_tables_is_read_as_cameras_mean_it() {
    let bare = without_tables(&jpeg());
    assert!(bare.len() + 100 < jpeg().len());
    let mut grey = Vec::new();
    to_grey(PixelFormat::Mjpeg, 64, 48, &bare, &mut grey).unwrap();
    assert!(grey[64 * 20 + 5].abs_diff(40) < 6 && grey[64 * 20 + 60].abs_diff(200) < 6);
}

proptest! {
    #[test]
    fn no_bytes_are_more_than_an_error(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        at in 0..700_usize,
        (width, height) in (0..40_usize, 0..40_usize),
    ) {
        let mut grey = Vec::new();
        let mut broken = jpeg();
        let end = broken.len();
        for (place, byte) in (at..end).zip(bytes.iter().take(3)) {
            broken[place] ^= byte;
        }
        let _ = to_grey(PixelFormat::Mjpeg, 64, 48, &broken, &mut grey);
        for format in FORMATS {
            let _ = to_grey(format, width, height, &bytes, &mut grey);
            let _ = to_grey(format, usize::MAX, height, &bytes, &mut grey);
        }
    }
}

#[test]
fn without_a_camera_there_is_one_clear_line() {
    if !connected().unwrap().is_empty() {
        println!("a camera is connected: nothing to see here");
        return;
    }
    for camera in [Which::First, Which::Index(3), Which::Named("Scanner".into())] {
        let opened = Camera::open(&Wish { camera, ..Wish::default() }, Duration::from_secs(20));
        let error = opened.map(|camera| camera.about()).unwrap_err();
        assert_eq!(error, OpenError::NoCamera);
        assert_eq!(
            error.to_string(),
            "no camera is connected; connect one, or see whether it may be used by this user"
        );
    }
}

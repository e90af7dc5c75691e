//! The C interface with and without what it may have beside the ledger. `cargo test --no-default-features --features capi
//! --test capi_not_built` tries the smallest form.

#![cfg(feature = "capi")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "in the helpers, too, what goes wrong fails the test")]

use std::ffi::c_char;
use std::path::PathBuf;
use std::{env, fs, process, ptr};

use regulars::capi::*;

const AT: i64 = 1_795_683_600_000;
const NOW: &str = "2026-11-26T10:00:00+01:00";

struct Shop {
    raw: *mut regulars_register,
    folder: PathBuf,
}

impl Shop {
    fn new(name: &str) -> Shop {
        let folder = env::temp_dir().join(format!("regulars-not-built-{name}-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (file, mut raw) = (folder.join("shop.ledger"), ptr::null_mut());
        let file = file.to_str().unwrap();
        // SAFETY: there is as much as is said.
        let opened = unsafe {
            regulars_open(REGULARS_ABI_VERSION, file.as_ptr().cast(), file.len(), ptr::null(), &raw mut raw)
        };
        assert_eq!(opened, REGULARS_OK);
        Shop { raw, folder }
    }

    fn json(&self, input: &str) -> (i32, String) {
        // SAFETY: there is as much as is said.
        copied(|out, capacity, length| unsafe {
            regulars_call_json(self.raw, input.as_ptr().cast(), input.len(), out, capacity, length)
        })
    }

    fn set_program(&self, zone: &str) -> i32 {
        let program = program(zone);
        // SAFETY: there is as much as is said.
        unsafe { regulars_set_program(self.raw, program.as_ptr().cast(), program.len(), AT, ptr::null_mut()) }
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        // SAFETY: a handle is looked up and never followed.
        assert_eq!(unsafe { regulars_close(self.raw) }, REGULARS_OK);
        fs::remove_dir_all(&self.folder).unwrap();
    }
}

fn copied(call: impl FnOnce(*mut c_char, usize, *mut usize) -> i32) -> (i32, String) {
    let (mut out, mut length) = (vec![0_u8; 65_536], 0);
    let status = call(out.as_mut_ptr().cast(), out.len(), &raw mut length);
    out.truncate(length);
    (status, String::from_utf8_lossy(&out).into_owned())
}

fn program(zones: &str) -> String {
    format!(
        r#"{{"id": "p", "currency": "EUR", "unit": {{"kind": "points"}}, {zones},
            "earn": [{{"by": "amount", "rate": "1"}}]}}"#
    )
}

/// What is expected of a feature.
fn of(feature: u32) -> i32 {
    if regulars_features() & feature != 0 { REGULARS_OK } else { REGULARS_NOT_BUILT }
}

/// The program is refused by both doors, whether the shop's or an outlet's is the zone that has a name.
#[test]
fn zones_by_name_are_known_or_said_not_to_be_built() {
    let shop = Shop::new("zones");
    let expected = of(REGULARS_FEATURE_TIME_ZONES);
    let berlin = r#""time_zone": "Europe/Berlin""#;
    let outlet = r#""time_zone": "UTC", "outlets": {"north": {"time_zone": "Europe/Berlin"}}"#;
    for zones in [berlin, outlet] {
        let program = program(zones);
        let (status, answer) =
            shop.json(&format!(r#"{{"type": "set_program", "at": "{NOW}", "program": {program}}}"#));
        assert_eq!(status, expected, "{answer}");
        assert!(expected == REGULARS_OK || answer.contains("build with the feature time-zones"), "{answer}");
        assert_eq!(shop.set_program(zones), expected);
    }
    assert_eq!(
        shop.set_program(r#""time_zone": "Europe/Atlantis""#) == REGULARS_NOT_BUILT,
        expected != REGULARS_OK
    );
    for fixed in [r#""time_zone": "UTC""#, r#""time_zone": "+01:00""#] {
        assert_eq!(shop.set_program(fixed), REGULARS_OK);
    }
    let (status, answer) =
        shop.json(&format!(r#"{{"ask": "dry_run", "at": "{NOW}", "program": {}}}"#, program(berlin)));
    assert_eq!(status, expected, "{answer}");
}

#[test]
fn receipts_are_printed_or_said_not_to_be_built() {
    let shop = Shop::new("receipts");
    assert_eq!(shop.set_program(r#""time_zone": "+01:00""#), REGULARS_OK);
    let (status, answer) = shop.json(&format!(
        r#"{{"type": "sale", "sale": "S-1", "at": "{NOW}",
            "lines": [{{"id": "1", "product": "coat", "quantity": "1", "unit_price": "20.00"}}],
            "payments": [{{"tender": "cash", "amount": "20.00"}}]}}"#
    ));
    assert_eq!(status, REGULARS_OK, "{answer}");
    let expected = of(REGULARS_FEATURE_RECEIPT);
    let (status, answer) =
        shop.json(&format!(r#"{{"ask": "receipt", "sale": "S-1", "shop": "THE SHOP", "at": "{NOW}"}}"#));
    assert_eq!(status, expected, "{answer}");
    let word = if expected == REGULARS_OK { "THE SHOP" } else { "build with the feature receipt" };
    assert!(answer.contains(word), "{answer}");
    let (sale, roll) = ("S-1".as_ptr().cast(), REGULARS_ROLL_80);
    // SAFETY: there is as much as is said.
    let statuses = unsafe {
        [
            copied(|out, capacity, length| {
                regulars_receipt_text(shop.raw, sale, 3, ptr::null(), 0, AT, out, capacity, length)
            }),
            copied(|out, capacity, length| {
                let (out, none) = (out.cast(), ptr::null());
                regulars_receipt_esc_pos(
                    shop.raw, sale, 3, none, 0, AT, roll, none, 0, 0, out, capacity, length,
                )
            }),
        ]
    };
    assert_eq!(statuses.map(|(status, _)| status), [expected; 2]);
}

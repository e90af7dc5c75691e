//! What a careless program does. Nothing of it may crash, and each of it has a number.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::{fs, ptr, thread};

use regulars::capi::*;

use crate::handle::{Handle, copied, last_error, none, open, status_name, text, zeroed};

/// An argument of which nothing good can be said: NULL, or some number.
trait Careless {
    fn careless(handle: *mut regulars_register, number: i64) -> Self;
}

impl<T> Careless for *const T {
    fn careless(_: *mut regulars_register, _: i64) -> Self {
        ptr::null()
    }
}

/// Handles are the only ones that the functions may not write to.
impl<T: 'static> Careless for *mut T {
    fn careless(handle: *mut regulars_register, _: i64) -> Self {
        let is_handle = std::any::TypeId::of::<T>() == std::any::TypeId::of::<regulars_register>();
        if is_handle { handle.cast() } else { ptr::null_mut() }
    }
}

macro_rules! numbers {
    ($($type:ty)+) => {$(
        impl Careless for $type {
            fn careless(_: *mut regulars_register, number: i64) -> Self {
                number as $type
            }
        }
    )+};
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "any number will do")]
mod any_number {
    use super::*;
    numbers!(usize u32 i64);
}

/// A function of the interface, whatever it takes.
trait Function {
    fn call(self, handle: *mut regulars_register, number: i64) -> i32;
}

macro_rules! functions_of {
    ($($name:ident)+) => {
        impl<$($name: Careless),+> Function for unsafe extern "C" fn($($name),+) -> i32 {
            fn call(self, handle: *mut regulars_register, number: i64) -> i32 {
                // SAFETY: no pointer is anything but NULL, or a handle, which is looked up and never followed.
                unsafe { self($($name::careless(handle, number)),+) }
            }
        }
    };
}

functions_of!(A);
functions_of!(A B);
functions_of!(A B C);
functions_of!(A B C D);
functions_of!(A B C D E);
functions_of!(A B C D E F);
functions_of!(A B C D E F G);
functions_of!(A B C D E F G H);
functions_of!(A B C D E F G H I);
functions_of!(A B C D E F G H I J);
functions_of!(A B C D E F G H I J K);
functions_of!(A B C D E F G H I J K L);
functions_of!(A B C D E F G H I J K L M);
functions_of!(A B C D E F G H I J K L M N);

macro_rules! functions {
    ($($name:ident($($argument:tt)+);)+) => {
        /// Calls all functions, each with NULL for all pointers but the handle, and with one number for all numbers.
        fn call_all(handle: *mut regulars_register, number: i64) -> Vec<(&'static str, i32)> {
            vec![$((
                stringify!($name),
                Function::call($name as unsafe extern "C" fn($(functions!(@ $argument)),+) -> i32, handle, number),
            )),+]
        }
    };
    (@ $argument:tt) => { _ };
}

functions! {
    regulars_set_codes(_ _ _);
    regulars_resolve(_ _ _ _ _ _ _ _ _ _ _ _ _ _);
    regulars_find_contact(_ _ _ _ _ _ _ _ _);
    regulars_enrol(_ _ _ _ _ _);
    regulars_check(_ _ _ _ _);
    regulars_opt_out(_ _ _ _ _);
    regulars_opt_in(_ _ _ _ _);
    regulars_find_code(_ _ _ _ _ _ _);
    regulars_set_code(_ _ _ _ _ _ _);
    regulars_claim(_ _ _ _ _ _ _);
    regulars_last_error(_ _ _);
    regulars_last_error_json(_ _ _);
    regulars_last_error_fact(_ _ _ _ _ _ _);
    regulars_call_json(_ _ _ _ _ _);
    regulars_open(_ _ _ _ _);
    regulars_set_clock(_ _);
    regulars_checkpoint(_);
    regulars_balance(_ _ _ _ _);
    regulars_explain(_ _ _ _ _ _);
    regulars_hints(_ _ _ _ _ _ _ _ _);
    regulars_verify(_ _);
    regulars_backup(_ _ _);
    regulars_share(_ _ _);
    regulars_outbox(_ _ _ _);
    regulars_receive(_ _ _ _);
    regulars_acknowledge(_ _ _);
    regulars_export(_ _ _ _);
    regulars_outcome_json(_ _ _ _);
    regulars_outcome_sale(_ _ _ _ _ _);
    regulars_outcome_refund(_ _ _ _ _ _);
    regulars_outcome_customer(_ _ _ _);
    regulars_pay(_ _ _ _ _ _ _ _ _ _);
    regulars_pay_account(_ _ _ _ _ _ _ _ _ _);
    regulars_scan_grey(_ _ _ _ _ _ _ _);
    regulars_card_png(_ _ _ _);
    regulars_set_program(_ _ _ _ _);
    regulars_program(_ _ _ _);
    regulars_decimals(_ _ _);
    regulars_dry_run(_ _ _ _ _ _ _);
    regulars_receipt_text(_ _ _ _ _ _ _ _ _);
    regulars_receipt_esc_pos(_ _ _ _ _ _ _ _ _ _ _ _ _);
    regulars_receipt_png(_ _ _ _ _ _ _ _ _ _ _ _);
    regulars_text_esc_pos(_ _ _ _ _ _ _ _ _);
    regulars_text_png(_ _ _ _ _ _ _ _);
    regulars_return(_ _ _ _ _ _ _ _ _ _ _);
    regulars_return_amount(_ _ _ _ _ _ _ _ _);
    regulars_return_without_sale(_ _ _ _ _ _ _ _);
    regulars_exchange(_ _ _ _ _ _ _ _ _ _);
    regulars_void(_ _ _ _ _);
    regulars_sale_begin(_ _ _);
    regulars_sale_add_lines(_ _ _ _);
    regulars_sale_remove_line(_ _);
    regulars_sale_add_fee(_ _ _);
    regulars_sale_add_reward(_ _);
    regulars_sale_add_offer(_ _ _ _ _);
    regulars_sale_add_code(_ _ _);
    regulars_sale_add_payments(_ _ _ _);
    regulars_sale_clear_fees(_);
    regulars_sale_clear_payments(_);
    regulars_sale_clear_rewards(_);
    regulars_sale_quote(_ _);
    regulars_sale_settle(_ _ _ _);
    regulars_sale_change(_ _ _);
    regulars_sale_spendable(_ _);
    regulars_reserve(_ _ _ _ _ _);
    regulars_release(_ _ _);
    regulars_capture(_ _ _);
    regulars_look_at_hold(_ _ _ _ _ _ _);
    regulars_look_at_sale(_ _ _ _ _ _ _);
    regulars_outcome_lot(_ _ _);
    regulars_outcome_tier(_ _ _ _);
    regulars_outcome_card(_ _ _ _ _ _);
    regulars_files_json(_ _ _ _ _);
    regulars_sale_park(_ _);
    regulars_sale_cancel(_);
}

/// What needs no handle.
const NEEDS_NONE: [&str; 9] = [
    "regulars_open",
    "regulars_last_error",
    "regulars_last_error_json",
    "regulars_last_error_fact",
    "regulars_files_json",
    "regulars_scan_grey",
    "regulars_card_png",
    "regulars_text_esc_pos",
    "regulars_text_png",
];

/// What there is to be done without any argument but the handle.
const MAY_SUCCEED: [&str; 5] = [
    "regulars_set_clock",
    "regulars_checkpoint",
    "regulars_verify",
    "regulars_sale_cancel",
    "regulars_sale_begin",
];

const PROGRAM: &str = r#"{"id": "p", "currency": "EUR", "unit": {"kind": "money"},
    "earn": [{"by": "amount", "rate": "0.05"}]}"#;
const AT: i64 = 1_795_683_600_000;

fn with_program() -> Handle {
    let handle = Handle::new();
    let program = text(PROGRAM);
    // SAFETY: there is as much as is said.
    let status =
        unsafe { regulars_set_program(handle.raw, program.bytes, program.length, AT, ptr::null_mut()) };
    assert_eq!(status, REGULARS_OK);
    handle
}

#[test]
fn all_functions_are_tried_here() {
    let tried: BTreeSet<String> =
        call_all(ptr::null_mut(), 0).into_iter().map(|(name, _)| name.to_string()).collect();
    let header = fs::read_to_string("include/regulars.h").unwrap();
    let declared = header.lines().filter_map(|line| line.strip_prefix("int32_t ")?.split('(').next());
    let mut missing: Vec<&str> = declared.filter(|name| !tried.contains(*name)).collect();
    missing.retain(|name| *name != "regulars_close");
    assert!(missing.is_empty() && 60 <= tried.len(), "{missing:?}");
}

#[test]
fn null_everywhere_and_numbers_of_all_sizes_are_refused_by_number() {
    let with_sale = with_program();
    let (_, began) = (with_sale.raw, begin(&with_sale, "S-1"));
    assert_eq!(began, REGULARS_OK);
    let handles = [Handle::new(), with_program(), with_sale];
    let tried = handles.iter().map(|handle| handle.raw).chain([ptr::null_mut()]);
    for handle in tried {
        for number in [0, 1, 2, 80, 4097, i64::from(u32::MAX), i64::MAX, i64::MIN, -1] {
            for (name, status) in call_all(handle, number) {
                let place = format!("{name} with {number}: {status}");
                assert!(!regulars_status_name(status).is_null(), "{place}");
                assert!(status < REGULARS_PANICKED, "{place}: {}", last_error());
                let may_succeed =
                    !handle.is_null() && (MAY_SUCCEED.contains(&name) || name.contains("_sale_"));
                assert!(may_succeed || status != REGULARS_OK, "{place}");
                if handle.is_null() && !NEEDS_NONE.contains(&name) {
                    assert_eq!(status, REGULARS_NULL_POINTER, "{place}");
                }
            }
        }
    }
}

#[test]
fn a_handle_that_was_closed_is_known_as_such_and_so_is_what_never_was_one() {
    let (first, second) = (Handle::new(), Handle::new());
    // SAFETY: a handle is looked up and never followed.
    unsafe {
        assert_eq!(regulars_close(ptr::null_mut()), REGULARS_OK);
        assert_eq!(regulars_close(first.raw), REGULARS_OK);
        assert_eq!(regulars_close(first.raw), REGULARS_CLOSED);
    }
    let opened_since = Handle::new();
    assert_ne!(opened_since.raw, first.raw, "no number is given twice");
    let mut local = 7_u64;
    let made_up = [
        first.raw,
        second.raw.wrapping_byte_add(1),
        second.raw.wrapping_byte_add(8),
        ptr::from_mut(&mut local).cast(),
        ptr::without_provenance_mut(1),
        ptr::without_provenance_mut(16),
        ptr::without_provenance_mut(usize::MAX),
    ];
    for handle in made_up {
        for (name, status) in call_all(handle, 1) {
            assert!(NEEDS_NONE.contains(&name) || status == REGULARS_CLOSED, "{name}: {status}");
        }
    }
    // SAFETY: as above.
    assert_eq!(unsafe { regulars_checkpoint(second.raw) }, REGULARS_OK);
}

fn header_of(id: &str) -> regulars_header {
    regulars_header { at_ms: AT, id: text(id), ..zeroed() }
}

fn begin(handle: &Handle, id: &str) -> i32 {
    let (head, sale) = (header_of(id), regulars_sale { customer: text("ada"), ..zeroed() });
    // SAFETY: both are there.
    unsafe { regulars_sale_begin(handle.raw, &raw const head, &raw const sale) }
}

fn mug() -> regulars_line {
    regulars_line { id: text("1"), product: text("mug"), quantity_value: 1, unit_price: 1000, ..zeroed() }
}

#[test]
fn structs_of_other_sizes_are_refused_or_read_as_far_as_they_are_known() {
    let handle = with_program();
    let ours = size_of::<regulars_line>();
    assert_eq!(begin(&handle, "S-1"), REGULARS_OK);
    let add = |line: *const regulars_line, count, stride| {
        // SAFETY: there is as much as is said.
        unsafe { regulars_sale_add_lines(handle.raw, line, count, stride) }
    };
    for size in [0, 1, 4, ours - 1, 4097, usize::MAX >> 32] {
        let line = regulars_line { struct_size: u32::try_from(size).unwrap(), ..mug() };
        assert_eq!(add(&raw const line, 1, ours), REGULARS_WRONG_STRUCT_SIZE, "{size}");
    }
    let line = mug();
    for stride in [0, 1, 4, ours - 1, ours - 8, ours + 1, ours + 4, 4104, usize::MAX] {
        assert_eq!(add(&raw const line, 1, stride), REGULARS_WRONG_STRUCT_SIZE, "{stride}");
    }
    assert_eq!(add(&raw const line, usize::MAX, ours), REGULARS_TOO_LONG);
    assert_eq!(add((&raw const line).wrapping_byte_add(4), 1, ours), REGULARS_MISALIGNED);
    // Of a later version, which says nothing with what is new; and which does.
    let mut later = Later { known: mug(), more: [0; 4] };
    later.known.struct_size = u32::try_from(size_of::<Later>()).unwrap();
    assert_eq!(add((&raw const later).cast(), 1, size_of::<Later>()), REGULARS_OK);
    assert_eq!(add((&raw const later).cast(), 1, ours), REGULARS_WRONG_STRUCT_SIZE, "longer than its place");
    later.more[3] = 1;
    assert_eq!(add((&raw const later).cast(), 1, size_of::<Later>()), REGULARS_WRONG_STRUCT_SIZE);

    // What is written is as long as the caller says.
    #[repr(C)]
    struct Outcome {
        known: regulars_outcome,
        more: [u64; 4],
    }
    let mut outcome = Outcome { known: zeroed(), more: [7; 4] };
    let known = &raw mut outcome.known;
    // SAFETY: there is as much as is said.
    assert_eq!(unsafe { regulars_sale_quote(handle.raw, known) }, REGULARS_OK);
    assert_eq!((outcome.known.due, outcome.more), (1000, [7; 4]));
    outcome.known.struct_size = u32::try_from(size_of::<Outcome>()).unwrap();
    let known = &raw mut outcome.known;
    // SAFETY: there is as much as is said.
    assert_eq!(unsafe { regulars_sale_quote(handle.raw, known) }, REGULARS_OK);
    assert_eq!((outcome.known.due, outcome.more), (1000, [0; 4]));
}

#[repr(C)]
struct Later {
    known: regulars_line,
    more: [u64; 4],
}

#[test]
fn texts_that_are_none_and_numbers_out_of_range_are_refused() {
    let handle = with_program();
    let raw = handle.raw;
    let customer = |bytes: &[u8]| {
        let (head, mut out) = (header_of("E-1"), zeroed());
        let profile = ptr::null();
        // SAFETY: there is as much as is said.
        unsafe {
            regulars_enrol(raw, &raw const head, bytes.as_ptr().cast(), bytes.len(), profile, &raw mut out)
        }
    };
    assert_eq!(customer(b"\xff"), REGULARS_NOT_UTF8);
    assert_eq!(customer(b"a\xc3"), REGULARS_NOT_UTF8);
    assert_eq!(customer(b""), REGULARS_INVALID_DOCUMENT);
    assert_eq!(customer(b"a\0b"), REGULARS_INVALID_DOCUMENT);
    assert_eq!(customer(&[b'a'; 65]), REGULARS_INVALID_DOCUMENT);
    assert_eq!(customer(&[b'a'; 4097]), REGULARS_TOO_LONG);
    assert_eq!(customer(b"ada"), REGULARS_OK);

    assert_eq!(begin(&handle, ""), REGULARS_INVALID_DOCUMENT);
    assert_eq!(begin(&handle, "S-1"), REGULARS_OK);
    assert_eq!(begin(&handle, "S-2"), REGULARS_SALE_OPEN);
    let line = |change: fn(&mut regulars_line)| {
        let mut line = mug();
        change(&mut line);
        // SAFETY: there is as much as is said.
        unsafe { regulars_sale_add_lines(raw, &raw const line, 1, size_of::<regulars_line>()) }
    };
    assert_eq!(line(|line| line.unit_price = i64::MAX), REGULARS_INVALID_DOCUMENT);
    assert_eq!(line(|line| line.unit_price = i64::MIN), REGULARS_INVALID_DOCUMENT);
    assert_eq!(line(|line| line.quantity_scale = 9), REGULARS_INVALID_DOCUMENT);
    assert_eq!(line(|line| line.quantity_scale = u32::MAX), REGULARS_INVALID_DOCUMENT);
    assert_eq!(line(|line| line.quantity_value = i64::MIN), REGULARS_INVALID_DOCUMENT);
    assert_eq!(line(|line| line.tax_kind = 5), REGULARS_OUT_OF_RANGE);
    assert_eq!(line(|line| line.tax_value = 7), REGULARS_OUT_OF_RANGE);
    assert_eq!(line(|line| line.tax_scale = 2), REGULARS_OUT_OF_RANGE);
    let amount = |line: &mut regulars_line| (line.tax_kind, line.tax_scale) = (REGULARS_TAX_AMOUNT_ADDED, 2);
    assert_eq!(line(amount), REGULARS_OUT_OF_RANGE);
    assert_eq!(line(|line| line.flags = 2), REGULARS_OUT_OF_RANGE);
    assert_eq!(line(|line| line.promotion_count = 1), REGULARS_NULL_POINTER);
    assert_eq!(line(|line| line.product = none()), REGULARS_INVALID_DOCUMENT);
    assert!(last_error().contains("lines[0].product"), "{}", last_error());
    // SAFETY: the handle is open.
    unsafe {
        assert_eq!(regulars_sale_remove_line(raw, 0), REGULARS_OUT_OF_RANGE);
        assert_eq!(regulars_sale_add_fee(raw, 4, 1), REGULARS_OUT_OF_RANGE);
        assert_eq!(regulars_sale_cancel(raw), REGULARS_OK);
        assert_eq!(regulars_sale_cancel(raw), REGULARS_NO_SALE);
        let path = text("/tmp/x\0y");
        let mut other = ptr::null_mut();
        let opened =
            regulars_open(REGULARS_ABI_VERSION, path.bytes, path.length, ptr::null(), &raw mut other);
        assert_eq!((opened, other), (REGULARS_INVALID_SETTING, ptr::null_mut()));
        let opened =
            regulars_open(REGULARS_ABI_VERSION + 1, path.bytes, path.length, ptr::null(), &raw mut other);
        assert_eq!(opened, REGULARS_WRONG_VERSION);
    }
    numbers_without_a_meaning_are_refused(raw);
    assert_eq!(open(Path::new("/no/such/folder/x")), Err(REGULARS_CANNOT_OPEN));
}

/// Nothing that was given is swallowed.
fn numbers_without_a_meaning_are_refused(raw: *mut regulars_register) {
    let head = header_of("H-1");
    let spend =
        regulars_spend { kind: REGULARS_SPEND_REWARD, reward: text("mug"), quantity_scale: 2, ..zeroed() };
    let (ada, none) = (text("ada"), ptr::null_mut());
    // SAFETY: there is as much as is said.
    let held =
        unsafe { regulars_reserve(raw, &raw const head, ada.bytes, ada.length, &raw const spend, none) };
    assert_eq!(held, REGULARS_OUT_OF_RANGE);
    let (head, sale) = (header_of("S-9"), zeroed());
    // SAFETY: both are there.
    assert_eq!(unsafe { regulars_sale_begin(raw, &raw const head, &raw const sale) }, REGULARS_OK);
    let reward = |change: fn(&mut regulars_reward)| {
        let mut reward = regulars_reward { reward: text("mug"), ..zeroed() };
        change(&mut reward);
        // SAFETY: it is there.
        unsafe { regulars_sale_add_reward(raw, &raw const reward) }
    };
    assert_eq!(reward(|reward| reward.units = 1), REGULARS_OUT_OF_RANGE);
    assert_eq!(reward(|reward| reward.quantity_value = 1), REGULARS_OUT_OF_RANGE);
    assert_eq!(reward(|reward| reward.quantity_scale = 1), REGULARS_OUT_OF_RANGE);
    let both = REGULARS_REWARD_HAS_UNITS | REGULARS_REWARD_HAS_QUANTITY;
    assert_eq!(both, 3);
    let given = |reward: &mut regulars_reward| {
        (reward.flags, reward.units, reward.quantity_value, reward.quantity_scale) = (3, 1, 15, 1);
    };
    assert_eq!(reward(given), REGULARS_OK);
    // SAFETY: the handle is open.
    assert_eq!(unsafe { regulars_sale_cancel(raw) }, REGULARS_OK);
}

/// By whatever function or door it comes.
#[test]
fn a_path_is_not_empty_and_has_no_nul() {
    let handle = with_program();
    let raw = handle.raw;
    for path in [text(""), text("/tmp/x\0y")] {
        let (bytes, length, mut other, none) = (path.bytes, path.length, ptr::null_mut(), ptr::null_mut());
        // SAFETY: there is as much as is said.
        let told = unsafe {
            [
                regulars_open(REGULARS_ABI_VERSION, bytes, length, ptr::null(), &raw mut other),
                regulars_backup(raw, bytes, length),
                regulars_export(raw, bytes, length, none),
                regulars_outbox(raw, bytes, length, none),
                regulars_receive(raw, bytes, length, none),
            ]
        };
        assert_eq!(told, [REGULARS_INVALID_SETTING; 5]);
    }
    for question in [
        r#"{"ask": "backup", "to": ""}"#,
        r#"{"ask": "export", "to": "/tmp/x\u0000y"}"#,
        r#"{"ask": "receive", "from": ""}"#,
        r#"{"ask": "import", "from": ""}"#,
    ] {
        assert_eq!(handle.json(question).0, REGULARS_INVALID_SETTING, "{question}");
    }
}

/// Both doors say the same, with the same facts.
#[test]
fn a_ledger_without_a_program_says_so() {
    let handle = Handle::new();
    // SAFETY: there is as much room as is said.
    let told = copied(|out, capacity, length| unsafe { regulars_program(handle.raw, out, capacity, length) });
    assert_eq!(told, Err(REGULARS_INVALID_PROGRAM));
    let typed = last_error();
    assert!(typed.contains(r#""what":"no program has been set""#), "{typed}");
    assert_eq!(handle.json(r#"{"ask": "program"}"#), (REGULARS_INVALID_PROGRAM, typed));
}

#[test]
fn an_answer_without_room_leaves_everything_as_it_was() {
    let handle = with_program();
    let enrol = text(r#"{"type": "enrol", "at": "2026-11-26T10:00:00+01:00", "customer": "ada"}"#);
    let call = |out: *mut u8, capacity| {
        let mut length = usize::MAX;
        // SAFETY: there is as much as is said.
        let status = unsafe {
            regulars_call_json(handle.raw, enrol.bytes, enrol.length, out.cast(), capacity, &raw mut length)
        };
        (status, length)
    };
    let operations = || {
        let mut verified = zeroed();
        // SAFETY: there is room.
        assert_eq!(unsafe { regulars_verify(handle.raw, &raw mut verified) }, REGULARS_OK);
        let verified: regulars_verified = verified;
        verified.operations
    };
    let before = operations();
    let (status, needed) = call(ptr::null_mut(), 0);
    assert_eq!((status, operations()), (REGULARS_BUFFER_TOO_SMALL, before));
    let mut buffer = vec![b'?'; needed + 8];
    assert_eq!(call(buffer.as_mut_ptr(), needed - 1), (REGULARS_BUFFER_TOO_SMALL, needed));
    assert!(buffer.iter().all(|byte| *byte == b'?'));
    assert_eq!(operations(), before);
    // As long as it has to be, and no byte more.
    assert_eq!(call(buffer.as_mut_ptr(), needed), (REGULARS_OK, needed));
    assert_eq!(operations(), before + 1);
    assert!(buffer[..needed].ends_with(b"}") && buffer[needed..] == *b"????????");
    assert_eq!(call(ptr::null_mut(), 1), (REGULARS_NULL_POINTER, usize::MAX));
    assert_eq!(call(buffer.as_mut_ptr(), usize::MAX), (REGULARS_TOO_LONG, usize::MAX));

    // The same of a text.
    let customer = || {
        // SAFETY: there is as much room as is said.
        copied(|out, capacity, length| unsafe {
            regulars_outcome_customer(handle.raw, out, capacity, length)
        })
    };
    assert_eq!(customer(), Ok("ada".to_string()));
    assert_eq!(handle.json("{").0, REGULARS_INVALID_DOCUMENT);
    assert_eq!(
        handle.json(r#"{"type": "check", "at": "2026-11-26T10:00:00Z", "customer": "bob"}"#).0,
        REGULARS_UNKNOWN_CUSTOMER
    );
}

/// One thread holds the handle as long as nobody writes to a pipe.
#[cfg(unix)]
#[test]
fn a_second_thread_is_told_that_the_handle_is_busy() {
    let handle = with_program();
    let pipe = format!("{}-pipe", handle.file().display());
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    // SAFETY: there is as much as is said.
    let register = text("till-1");
    assert_eq!(unsafe { regulars_share(handle.raw, register.bytes, register.length) }, REGULARS_OK);
    let address = handle.raw.addr();
    let receiving = pipe.clone();
    let first = thread::spawn(move || {
        let from = text(&receiving);
        // SAFETY: a handle is looked up and never followed.
        unsafe {
            regulars_receive(ptr::without_provenance_mut(address), from.bytes, from.length, ptr::null_mut())
        }
    });
    // Opening it waits until the other thread reads, which it does inside of the call.
    let writing = fs::OpenOptions::new().write(true).open(&pipe).unwrap();
    for (name, status) in call_all(handle.raw, 1) {
        assert!(NEEDS_NONE.contains(&name) || status == REGULARS_BUSY, "{name}: {}", status_name(status));
    }
    // SAFETY: as above.
    assert_eq!(unsafe { regulars_close(handle.raw) }, REGULARS_BUSY);
    drop(writing);
    assert_eq!(first.join().unwrap(), REGULARS_OK);
    // SAFETY: as above.
    assert_eq!(unsafe { regulars_checkpoint(handle.raw) }, REGULARS_OK);
    fs::remove_file(&pipe).unwrap();
}

/// A sale is begun by one thread, gets its lines from others, and is settled by one more. Meanwhile others look.
#[test]
fn threads_take_turns_on_a_handle() {
    let handle = with_program();
    let address = handle.raw.addr();
    let done = thread::spawn(move || {
        let handle: *mut regulars_register = ptr::without_provenance_mut(address);
        let (head, sale) = (header_of("S-1"), zeroed());
        // SAFETY: both are there.
        until_free(|| unsafe { regulars_sale_begin(handle, &raw const head, &raw const sale) })
    });
    assert_eq!(done.join().unwrap(), REGULARS_OK);
    thread::scope(|scope| {
        for number in 0..4 {
            scope.spawn(move || {
                let handle: *mut regulars_register = ptr::without_provenance_mut(address);
                for line in 0..50 {
                    let id = format!("{number}-{line}");
                    let line = regulars_line { id: text(&id), ..mug() };
                    let size = size_of::<regulars_line>();
                    // SAFETY: it is there.
                    let added =
                        until_free(|| unsafe { regulars_sale_add_lines(handle, &raw const line, 1, size) });
                    assert_eq!(added, REGULARS_OK);
                }
            });
        }
    });
    let mut outcome = zeroed::<regulars_outcome>();
    // SAFETY: there is room.
    let mut state = 0;
    // SAFETY: there is room.
    let settled = unsafe { regulars_sale_settle(handle.raw, 0, &raw mut state, &raw mut outcome) };
    assert_eq!((settled, state), (REGULARS_OK, REGULARS_STATE_PENDING));
    assert_eq!(outcome.due, 4 * 50 * 1000);
}

fn until_free(call: impl Fn() -> i32) -> i32 {
    loop {
        match call() {
            REGULARS_BUSY => thread::yield_now(),
            status => return status,
        }
    }
}

#[test]
fn what_went_wrong_is_told_to_the_thread_in_which_it_did() {
    let handle = with_program();
    assert_eq!(begin(&handle, ""), REGULARS_INVALID_DOCUMENT);
    let here = last_error();
    assert!(here.contains(r#""error":"invalid_document""#) && here.contains(r#""path":"sale""#), "{here}");
    let elsewhere = thread::spawn(last_error).join().unwrap();
    assert_eq!(elsewhere, "null");
    // SAFETY: there is as much room as is said.
    let line = copied(|out, capacity, length| unsafe { regulars_last_error(out, capacity, length) }).unwrap();
    assert!(line.starts_with("invalid_document: sale: "), "{line}");
    assert_eq!(last_error(), here, "to ask changes nothing");

    let (mut name, mut named) = ([0_u8; 8], 0);
    let mut fact = |index, room: usize| {
        let (name, room_of_name, named) = (name.as_mut_ptr().cast(), name.len(), &raw mut named);
        let (mut value, mut length) = ([0_u8; 64], 0);
        let to = value.as_mut_ptr().cast();
        // SAFETY: there is as much room as is said.
        let status =
            unsafe { regulars_last_error_fact(index, name, room_of_name, named, to, room, &raw mut length) };
        (status, String::from_utf8_lossy(&value[..length.min(room)]).into_owned(), length)
    };
    assert_eq!(fact(0, 64), (REGULARS_OK, "sale".into(), 4));
    assert_eq!(fact(0, 3), (REGULARS_BUFFER_TOO_SMALL, "\0\0\0".into(), 4));
    assert_eq!(fact(1, 64).0, REGULARS_OK);
    assert_eq!(fact(2, 64).0, REGULARS_OUT_OF_RANGE);
    assert_eq!(last_error(), here, "to ask for what isn't there changes nothing, either");
}

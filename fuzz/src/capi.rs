//! Lines as calls of the C interface, in whatever order, with whatever lengths. A line that begins with `{` goes to the
//! JSON door; another one is a call and its arguments, with blanks between. Each call has a status with a name, none of
//! them is a bug of the library, and the ledger fits at the end.

use std::ffi::c_char;
use std::ptr;

use regulars::capi::*;

use super::file::LedgerFile;

const PROGRAM: &str = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"},
    "earn": [{"by": "amount", "rate": "0.05"}], "on_account": "account_cleared",
    "rewards": [{"id": "mug", "cost": "1.00", "gives": {"kind": "amount_off", "amount": "1.00"}}],
    "punch_cards": [{"id": "coffee", "required": 1, "gives": {"kind": "free_item", "quantity": "1"}}]}"#;
const AT: i64 = 1_795_683_600_000;

const BALLAST: &[u8] = b"keep_ballast";

/// More lines than this find nothing that fewer don't, and take longer.
const LINES: usize = 48;

pub fn run(bytes: &[u8]) {
    let file = LedgerFile::new(b"");
    let path = file.path().to_str().unwrap();
    let options = regulars_options { flags: REGULARS_OPEN_UNTIL_CHECKPOINT, ..zeroed() };
    let mut handle = ptr::null_mut();
    // SAFETY: there is as much as is said.
    unsafe {
        let (bytes, length) = (path.as_ptr().cast(), path.len());
        let opened = regulars_open(REGULARS_ABI_VERSION, bytes, length, &raw const options, &raw mut handle);
        assert_eq!(opened, REGULARS_OK);
        let program = text(PROGRAM);
        let set = regulars_set_program(handle, program.bytes, program.length, AT, ptr::null_mut());
        assert_eq!(set, REGULARS_OK);
    }
    let mut caller = Caller { handle, buffer: vec![0; 1 << 16], capacity: 1 << 16, number: 0 };
    for line in bytes.split(|byte| *byte == b'\n').take(LINES) {
        // A ballast of many digits would fill the disk, as it is meant to.
        if line.windows(BALLAST.len()).any(|part| part == BALLAST) {
            continue;
        }
        let status = caller.line(line);
        assert!(!regulars_status_name(status).is_null(), "{status}");
        assert!(status < REGULARS_PANICKED, "{status}: {}", caller.last_error());
    }
    // SAFETY: handles are looked up and never followed.
    unsafe {
        assert_eq!(regulars_verify(handle, ptr::null_mut()), REGULARS_OK, "{}", caller.last_error());
        assert_eq!(regulars_close(handle), REGULARS_OK);
        assert_eq!(regulars_close(handle), REGULARS_CLOSED);
    }
}

fn text(text: &str) -> regulars_text {
    regulars_text { bytes: text.as_ptr().cast(), length: text.len() }
}

/// A struct of nothing but zeros, but for its size.
fn zeroed<T: Copy>() -> T {
    // SAFETY: all structs of the interface are numbers and pointers, and begin with their size.
    unsafe {
        let mut value = std::mem::MaybeUninit::<T>::zeroed();
        value.as_mut_ptr().cast::<u32>().write(u32::try_from(size_of::<T>()).unwrap());
        value.assume_init()
    }
}

struct Caller {
    handle: *mut regulars_register,
    buffer: Vec<u8>,
    /// How much of the buffer is said to be there.
    capacity: usize,
    /// Documents get an id each, unless they are given one.
    number: i64,
}

/// The words of a line.
struct Words<'l>(Vec<&'l [u8]>);

impl Words<'_> {
    /// As text, whatever bytes it has.
    fn text(&self, place: usize) -> regulars_text {
        match self.0.get(place) {
            None => regulars_text { bytes: ptr::null(), length: 0 },
            Some(&b"NULL") => regulars_text { bytes: ptr::null(), length: place },
            Some(&b"HUGE") => regulars_text { bytes: ptr::null(), length: usize::MAX },
            Some(word) => regulars_text { bytes: word.as_ptr().cast(), length: word.len() },
        }
    }

    fn number(&self, place: usize) -> i64 {
        let word = self.0.get(place).copied().unwrap_or_default();
        str::from_utf8(word).ok().and_then(|word| word.parse().ok()).unwrap_or(0)
    }

    fn size(&self, place: usize) -> usize {
        usize::try_from(self.number(place)).unwrap_or(usize::MAX)
    }

    fn unsigned(&self, place: usize) -> u32 {
        u32::try_from(self.number(place)).unwrap_or(u32::MAX)
    }
}

impl Caller {
    fn last_error(&self) -> String {
        let (mut buffer, mut length) = (vec![0; 4096], 0);
        // SAFETY: there is as much room as is said.
        unsafe { regulars_last_error(buffer.as_mut_ptr().cast(), buffer.len(), &raw mut length) };
        buffer.truncate(length);
        String::from_utf8(buffer).unwrap()
    }

    fn header(&self, words: &Words<'_>) -> regulars_header {
        regulars_header { at_ms: AT + self.number * 60_000, id: words.text(1), ..zeroed() }
    }

    fn line(&mut self, line: &[u8]) -> i32 {
        self.number += 1;
        if line.starts_with(b"{") {
            let mut length = 0;
            let out = self.buffer.as_mut_ptr().cast();
            // SAFETY: there is as much as is said.
            return unsafe {
                regulars_call_json(
                    self.handle,
                    line.as_ptr().cast(),
                    line.len(),
                    out,
                    self.capacity,
                    &raw mut length,
                )
            };
        }
        let words = Words(line.split(|byte| *byte == b' ').collect());
        let name = words.0.first().copied().unwrap_or_default();
        let copied = self.copies(name, &words);
        copied
            .or_else(|| self.rings_up(name, &words))
            .or_else(|| self.hands_in(name, &words))
            .unwrap_or(REGULARS_OK)
    }

    /// Calls that copy something.
    fn copies(&mut self, name: &[u8], words: &Words<'_>) -> Option<i32> {
        let (handle, capacity, mut length) = (self.handle, self.capacity, 0);
        let (out, length) = (self.buffer.as_mut_ptr().cast::<c_char>(), &raw mut length);
        let (one, two, at) = (words.text(1), words.text(2), AT.saturating_add(words.number(3)));
        let (mut number, mut kind) = (0, zeroed::<regulars_resolved>());
        // SAFETY: there is as much as is said; where more is said, the pointer is NULL.
        Some(unsafe {
            match name {
                b"capacity" => {
                    self.capacity = words.size(1).min(self.buffer.len());
                    REGULARS_OK
                }
                b"explain" => regulars_explain(handle, one.bytes, one.length, out, capacity, length),
                b"hints" => regulars_hints(
                    handle, one.bytes, one.length, two.bytes, two.length, at, out, capacity, length,
                ),
                b"receipt" => regulars_receipt_text(
                    handle, one.bytes, one.length, two.bytes, two.length, at, out, capacity, length,
                ),
                b"print" => regulars_receipt_esc_pos(
                    handle,
                    one.bytes,
                    one.length,
                    two.bytes,
                    two.length,
                    at,
                    words.unsigned(4),
                    two.bytes,
                    two.length,
                    words.unsigned(5),
                    out.cast(),
                    capacity,
                    length,
                ),
                b"codes" => regulars_set_codes(handle, one.bytes, one.length),
                b"resolve" => regulars_resolve(
                    handle,
                    one.bytes.cast(),
                    one.length,
                    two.bytes,
                    two.length,
                    ptr::null(),
                    0,
                    ptr::null(),
                    0,
                    at,
                    &raw mut kind,
                    out,
                    capacity,
                    length,
                ),
                b"find" => regulars_find_contact(
                    handle,
                    words.unsigned(3),
                    one.bytes,
                    one.length,
                    two.bytes,
                    two.length,
                    out,
                    capacity,
                    length,
                ),
                b"balance" => regulars_balance(handle, one.bytes, one.length, at, &raw mut number),
                b"outcome" => regulars_outcome_json(handle, out, capacity, length),
                b"stands" => {
                    regulars_outcome_sale(handle, words.size(1), ptr::null_mut(), out, capacity, length)
                }
                b"refunds" => {
                    regulars_outcome_refund(handle, words.size(1), &raw mut number, out, capacity, length)
                }
                b"holds" => regulars_look_at_hold(
                    handle,
                    one.bytes,
                    one.length,
                    ptr::null_mut(),
                    out,
                    capacity,
                    length,
                ),
                b"sums" => {
                    let mut sums = zeroed();
                    regulars_look_at_sale(handle, one.bytes, one.length, &raw mut sums, out, capacity, length)
                }
                b"lot" => {
                    let mut lot = zeroed();
                    regulars_outcome_lot(handle, words.size(1), &raw mut lot)
                }
                b"tier" => regulars_outcome_tier(handle, out, capacity, length),
                b"card" => {
                    regulars_outcome_card(handle, words.size(1), ptr::null_mut(), out, capacity, length)
                }
                b"who" => regulars_outcome_customer(handle, out, capacity, length),
                b"program" => regulars_program(handle, out, capacity, length),
                b"error" => regulars_last_error_json(out, capacity, length),
                _ => return None,
            }
        })
    }

    /// Calls that make a sale.
    fn rings_up(&mut self, name: &[u8], words: &Words<'_>) -> Option<i32> {
        let (handle, header) = (self.handle, self.header(words));
        let (one, two) = (words.text(1), words.text(2));
        let (mut outcome, mut state) = (zeroed(), 0);
        let (outcome, mut spendable) = (&raw mut outcome, zeroed());
        // SAFETY: as above.
        Some(unsafe {
            match name {
                b"sale" => {
                    let sale = regulars_sale { customer: two, terms: words.unsigned(3), ..zeroed() };
                    regulars_sale_begin(handle, &raw const header, &raw const sale)
                }
                b"line" => {
                    let line = self.line_of(words);
                    let count = usize::from(words.number(6) != 1);
                    regulars_sale_add_lines(handle, &raw const line, count, size_of::<regulars_line>())
                }
                b"lines" => {
                    let line = self.line_of(words);
                    regulars_sale_add_lines(handle, ptr::null(), words.size(6), words.size(7))
                        .min(regulars_sale_add_lines(handle, &raw const line, 1, words.size(7)))
                }
                b"take" => regulars_sale_remove_line(handle, words.size(1)),
                b"fee" => regulars_sale_add_fee(handle, words.unsigned(1), words.number(2)),
                b"reward" => {
                    let reward = regulars_reward {
                        reward: one,
                        line: two,
                        flags: words.unsigned(3),
                        units: words.number(4),
                        quantity_value: words.number(5),
                        ..zeroed()
                    };
                    regulars_sale_add_reward(handle, &raw const reward)
                }
                b"offer" => regulars_sale_add_offer(handle, one.bytes, one.length, two.bytes, two.length),
                b"code" => regulars_sale_add_code(handle, one.bytes, one.length),
                b"tender" => {
                    let payment = payment(words, 1);
                    regulars_sale_add_payments(handle, &raw const payment, 1, size_of::<regulars_payment>())
                }
                b"unfee" => regulars_sale_clear_fees(handle),
                b"unpay" => regulars_sale_clear_payments(handle),
                b"unreward" => regulars_sale_clear_rewards(handle),
                b"quote" => regulars_sale_quote(handle, outcome),
                b"settle" => regulars_sale_settle(handle, words.number(1), &raw mut state, outcome),
                b"change" => {
                    let sale = regulars_sale { customer: two, terms: words.unsigned(3), ..zeroed() };
                    regulars_sale_change(handle, &raw const header, &raw const sale)
                }
                b"spendable" => regulars_sale_spendable(handle, &raw mut spendable),
                b"park" => regulars_sale_park(handle, outcome),
                b"cancel" => regulars_sale_cancel(handle),
                _ => return None,
            }
        })
    }

    fn line_of(&self, words: &Words<'_>) -> regulars_line {
        regulars_line {
            id: words.text(1),
            product: words.text(2),
            quantity_value: words.number(3),
            quantity_scale: words.unsigned(4),
            unit_price: words.number(5),
            discount: words.number(8),
            tax_kind: words.unsigned(9),
            tax_value: words.number(10),
            ..zeroed()
        }
    }

    /// Calls that are documents.
    fn hands_in(&mut self, name: &[u8], words: &Words<'_>) -> Option<i32> {
        let (handle, header) = (self.handle, self.header(words));
        let header = &raw const header;
        let (of, also) = (words.text(2), words.text(3));
        let (payment, mut outcome, mut state) = (payment(words, 4), zeroed(), 0);
        let (payment, size, outcome) = (&raw const payment, size_of::<regulars_payment>(), &raw mut outcome);
        let back = regulars_returned_line { line: also, quantity_value: words.number(4), ..zeroed() };
        let (back, back_size) = (&raw const back, size_of::<regulars_returned_line>());
        // SAFETY: as above.
        Some(unsafe {
            match name {
                b"enrol" => {
                    let profile = regulars_profile {
                        code: also,
                        name: words.text(4),
                        birthday: words.unsigned(5),
                        groups: &raw const also,
                        group_count: usize::from(words.number(6) == 1),
                        ..zeroed()
                    };
                    regulars_enrol(handle, header, of.bytes, of.length, &raw const profile, outcome)
                }
                b"check" => regulars_check(handle, header, of.bytes, of.length, outcome),
                b"out" => regulars_opt_out(handle, header, of.bytes, of.length, outcome),
                b"in" => regulars_opt_in(handle, header, of.bytes, of.length, outcome),
                b"scan" => {
                    regulars_find_code(handle, header, of.bytes, of.length, also.bytes, also.length, outcome)
                }
                b"set" => {
                    regulars_set_code(handle, header, of.bytes, of.length, also.bytes, also.length, outcome)
                }
                b"claim" => {
                    regulars_claim(handle, header, of.bytes, of.length, also.bytes, also.length, outcome)
                }
                b"pay" => regulars_pay(
                    handle,
                    header,
                    of.bytes,
                    of.length,
                    payment,
                    1,
                    size,
                    words.number(6),
                    &raw mut state,
                    outcome,
                ),
                b"account" => regulars_pay_account(
                    handle,
                    header,
                    of.bytes,
                    of.length,
                    payment,
                    1,
                    size,
                    &raw const also,
                    usize::from(also.length != 0),
                    outcome,
                ),
                b"return" => regulars_return(
                    handle,
                    header,
                    of.bytes,
                    of.length,
                    back,
                    1,
                    back_size,
                    ptr::null(),
                    0,
                    0,
                    outcome,
                ),
                b"refund" => regulars_return_amount(
                    handle,
                    header,
                    of.bytes,
                    of.length,
                    words.number(6),
                    payment,
                    1,
                    size,
                    outcome,
                ),
                b"bring" => {
                    let line = self.line_of(words);
                    let size = size_of::<regulars_line>();
                    regulars_return_without_sale(
                        handle,
                        header,
                        of.bytes,
                        of.length,
                        &raw const line,
                        1,
                        size,
                        outcome,
                    )
                }
                b"exchange" => regulars_exchange(
                    handle,
                    header,
                    of.bytes,
                    of.length,
                    back,
                    1,
                    back_size,
                    words.number(5),
                    &raw mut state,
                    outcome,
                ),
                b"reserve" => {
                    let kind = words.unsigned(3);
                    let spend =
                        regulars_spend { kind, value: words.number(4), reward: words.text(5), ..zeroed() };
                    regulars_reserve(handle, header, of.bytes, of.length, &raw const spend, outcome)
                }
                b"release" => regulars_release(handle, header, outcome),
                b"capture" => regulars_capture(handle, header, outcome),
                b"void" => regulars_void(handle, header, of.bytes, of.length, outcome),
                b"clock" => regulars_set_clock(handle, words.number(1)),
                b"share" => regulars_share(handle, of.bytes, of.length),
                b"know" => regulars_acknowledge(handle, of.bytes, of.length),
                b"checkpoint" => regulars_checkpoint(handle),
                _ => return None,
            }
        })
    }
}

fn payment(words: &Words<'_>, place: usize) -> regulars_payment {
    regulars_payment {
        tender: words.text(place),
        amount: words.number(place + 1),
        reservation: words.text(place + 2),
        ..zeroed()
    }
}

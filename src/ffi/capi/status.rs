//! The numbers of statuses, and their names. A number is never used again for something else.
//!
//! They stand in groups: 0 is success, 1 to 99 say that the caller made a mistake, 100 to 199 that a rule said no, 200
//! to 299 that the store failed, 300 to 399 that a picture or a code is no good, and 900 and more are ours.

use core::ffi::{CStr, c_char};
use core::ptr;

/// The call has done what it says.
pub const REGULARS_OK: i32 = 0;

/// A pointer is NULL where there has to be something.
pub const REGULARS_NULL_POINTER: i32 = 1;
/// A pointer isn't where its type may stand.
pub const REGULARS_MISALIGNED: i32 = 2;
/// A length or a number of items is over its limit.
pub const REGULARS_TOO_LONG: i32 = 3;
/// A text isn't valid UTF-8.
pub const REGULARS_NOT_UTF8: i32 = 4;
/// The caller's buffer is too small; the length that is needed has been written, and nothing else has happened.
pub const REGULARS_BUFFER_TOO_SMALL: i32 = 5;
/// An index is past the end, or a number isn't among those that may be.
pub const REGULARS_OUT_OF_RANGE: i32 = 6;
/// The caller was built for another version of this interface.
pub const REGULARS_WRONG_VERSION: i32 = 7;
/// A struct says a size that it can't have, or a stride can't be right.
pub const REGULARS_WRONG_STRUCT_SIZE: i32 = 8;
/// There is no such handle, or it was closed.
pub const REGULARS_CLOSED: i32 = 9;
/// Another thread is using the handle.
pub const REGULARS_BUSY: i32 = 10;
/// No sale was begun on this handle.
pub const REGULARS_NO_SALE: i32 = 11;
/// A sale was begun on this handle already; settle, park or cancel it.
pub const REGULARS_SALE_OPEN: i32 = 12;
/// The last document was refused, or there was none.
pub const REGULARS_NO_OUTCOME: i32 = 13;
/// A setting can't be read, or can't be right.
pub const REGULARS_INVALID_SETTING: i32 = 14;

/// The sale has a customer.
pub const REGULARS_ALREADY_CLAIMED: i32 = 100;
/// Nothing is due for the sale any more.
pub const REGULARS_ALREADY_SETTLED: i32 = 101;
/// Fewer units than the program asks for.
pub const REGULARS_BELOW_MINIMUM: i32 = 102;
/// The punch card isn't to be used.
pub const REGULARS_CARD_BLOCKED: i32 = 103;
/// The punch card is somebody's.
pub const REGULARS_CARD_LINKED: i32 = 104;
/// The punch card is nobody's, or another's.
pub const REGULARS_CARD_NOT_LINKED: i32 = 105;
/// Another code has taken the place of this one.
pub const REGULARS_CARD_REPLACED: i32 = 106;
/// Somebody else has or had the code, or a punch card has it.
pub const REGULARS_CODE_TAKEN: i32 = 107;
/// The id is known with other content; a circle of merges.
pub const REGULARS_CONFLICT: i32 = 108;
/// Several registers decided about the same thing without knowing of each other, and it doesn't fit together; all of it stays, and this can't be decided here.
pub const REGULARS_CONTESTED: i32 = 109;
/// The ledger contradicts itself: damage, or a bug.
pub const REGULARS_DAMAGED: i32 = 110;
/// The customer has no e-mail address.
pub const REGULARS_EMAIL_MISSING: i32 = 111;
/// More than there is to pay.
pub const REGULARS_EXCEEDS_DUE: i32 = 112;
/// Fewer units are there, or held, than are asked for.
pub const REGULARS_INSUFFICIENT_BALANCE: i32 = 113;
/// The document can't be read, or can't be right.
pub const REGULARS_INVALID_DOCUMENT: i32 = 114;
/// No program has been set, or this one can't be.
pub const REGULARS_INVALID_PROGRAM: i32 = 115;
/// No whole number of steps or units.
pub const REGULARS_NOT_A_STEP: i32 = 116;
/// Units pay for nothing under this program.
pub const REGULARS_NOT_A_TENDER: i32 = 117;
/// It takes a feature that this library was built without (regulars_features), or a later version.
pub const REGULARS_NOT_BUILT: i32 = 118;
/// The sale isn't settled, or only parked.
pub const REGULARS_NOT_SETTLED: i32 = 119;
/// The punch card is out of its time.
pub const REGULARS_OFFER_EXPIRED: i32 = 120;
/// No offer is ready, or not for this line.
pub const REGULARS_OFFER_NOT_APPLICABLE: i32 = 121;
/// The offer was used, or another sale holds it.
pub const REGULARS_OFFER_USED: i32 = 122;
/// An operator has to be named.
pub const REGULARS_OPERATOR_MISSING: i32 = 123;
/// The customer takes no part.
pub const REGULARS_OPTED_OUT: i32 = 124;
/// More than is left to come back.
pub const REGULARS_OVER_RETURN: i32 = 125;
/// Units would pay too large a part of the sale.
pub const REGULARS_OVER_SHARE: i32 = 126;
/// Units to be taken back are spent.
pub const REGULARS_POINTS_ALREADY_REDEEMED: i32 = 127;
/// A reason has to be given.
pub const REGULARS_REASON_MISSING: i32 = 128;
/// More to a tender than may go back to it.
pub const REGULARS_REFUND_EXCEEDS_TENDER: i32 = 129;
/// The reward isn't for this customer, time, sale or line.
pub const REGULARS_REWARD_NOT_APPLICABLE: i32 = 130;
/// What was held has ended.
pub const REGULARS_TERMINAL_STATE: i32 = 131;
/// The days to claim are over.
pub const REGULARS_TOO_LATE: i32 = 132;
/// There is no such punch card.
pub const REGULARS_UNKNOWN_CARD: i32 = 133;
/// Nobody has the code.
pub const REGULARS_UNKNOWN_CODE: i32 = 134;
/// The customer was never seen.
pub const REGULARS_UNKNOWN_CUSTOMER: i32 = 135;
/// The sale has no such line.
pub const REGULARS_UNKNOWN_LINE: i32 = 136;
/// Nothing is held under the id.
pub const REGULARS_UNKNOWN_RESERVATION: i32 = 137;
/// The program has no such reward.
pub const REGULARS_UNKNOWN_REWARD: i32 = 138;
/// There is no such sale, or it isn't this customer's.
pub const REGULARS_UNKNOWN_SALE: i32 = 139;
/// The sale was voided.
pub const REGULARS_VOIDED: i32 = 140;
/// More would be taken than is there.
pub const REGULARS_WOULD_GO_NEGATIVE: i32 = 141;

/// The store failed in a way that has no name of its own.
pub const REGULARS_STORE_FAILED: i32 = 200;
/// Another program kept the ledger to itself for too long.
pub const REGULARS_STORE_BUSY: i32 = 201;
/// There is no space left.
pub const REGULARS_DISK_FULL: i32 = 202;
/// The file contradicts itself, or holds what nothing of ours has written.
pub const REGULARS_STORE_DAMAGED: i32 = 203;
/// The log beside the ledger is damaged.
pub const REGULARS_LOG_DAMAGED: i32 = 204;
/// The file isn't there and can't be made, or can't be opened.
pub const REGULARS_CANNOT_OPEN: i32 = 205;
/// The file is something else.
pub const REGULARS_NOT_A_LEDGER: i32 = 206;
/// A newer version of this library wrote the file.
pub const REGULARS_TOO_NEW: i32 = 207;
/// The file has a format that no released version wrote.
pub const REGULARS_TOO_OLD: i32 = 208;
/// The ledger may be read and not written.
pub const REGULARS_READ_ONLY: i32 = 209;
/// The file is where no write-ahead log can be kept, as on a network.
pub const REGULARS_NOT_LOCAL: i32 = 210;
/// There is a log, and its ledger is missing.
pub const REGULARS_LONE_LOG: i32 = 211;
/// What was to be kept doesn't fit the ledger, or an earlier failure ended the transaction.
pub const REGULARS_STORE_LOST: i32 = 212;
/// There is a file already under the name.
pub const REGULARS_FILE_EXISTS: i32 = 213;
/// A file beside the ledger can't be read or written.
pub const REGULARS_FILE_FAILED: i32 = 214;
/// What the ledger keeps doesn't follow from its operations.
pub const REGULARS_NOT_VERIFIED: i32 = 215;
/// Nobody has said yet which register writes this ledger.
pub const REGULARS_NO_NAME: i32 = 216;
/// The ledger is another register's.
pub const REGULARS_OTHER_REGISTER: i32 = 217;
/// Operations of other registers can't be taken in.
pub const REGULARS_NOT_UNITED: i32 = 218;
/// The lines are no export that could be taken over, or the ledger isn't empty.
pub const REGULARS_NOT_IMPORTED: i32 = 219;
/// The ledger, its log or the log's index was deleted, moved or replaced while it was open: nothing more is recorded until it is back.
/// regulars_backup still copies all that was recorded.
pub const REGULARS_STORE_MOVED: i32 = 220;
/// The ledger has another name, a hard link, under which it would have a log of its own: nothing is recorded until one name
/// is left. regulars_backup still copies all that was recorded.
pub const REGULARS_SEVERAL_NAMES: i32 = 221;
/// The ledger has an older format, and was opened to be read: open it once to be written to, which brings it up to date;
/// older versions of the library can't use it from then on.
pub const REGULARS_NOT_UP_TO_DATE: i32 = 222;

/// The numbers of a picture don't fit together.
pub const REGULARS_INVALID_PICTURE: i32 = 300;
/// The text can't be a code of this kind.
pub const REGULARS_INVALID_CODE: i32 = 301;
/// The card, label or receipt can't be drawn so that it could be read.
pub const REGULARS_INVALID_CARD: i32 = 302;
/// The picture can't be looked at.
pub const REGULARS_SCAN_FAILED: i32 = 303;

/// A bug of this library ended the call; the handle is poisoned, and the program may go on.
pub const REGULARS_PANICKED: i32 = 900;
/// An earlier call on this handle panicked; it can only be closed.
pub const REGULARS_POISONED: i32 = 901;
/// Something went wrong that has no number of its own yet.
pub const REGULARS_FAILED: i32 = 902;

/// Each number with its name, in order.
pub(super) const NAMES: &[(i32, &CStr)] = &[
    (REGULARS_OK, c"ok"),
    (REGULARS_NULL_POINTER, c"null_pointer"),
    (REGULARS_MISALIGNED, c"misaligned"),
    (REGULARS_TOO_LONG, c"too_long"),
    (REGULARS_NOT_UTF8, c"not_utf8"),
    (REGULARS_BUFFER_TOO_SMALL, c"buffer_too_small"),
    (REGULARS_OUT_OF_RANGE, c"out_of_range"),
    (REGULARS_WRONG_VERSION, c"wrong_version"),
    (REGULARS_WRONG_STRUCT_SIZE, c"wrong_struct_size"),
    (REGULARS_CLOSED, c"closed"),
    (REGULARS_BUSY, c"busy"),
    (REGULARS_NO_SALE, c"no_sale"),
    (REGULARS_SALE_OPEN, c"sale_open"),
    (REGULARS_NO_OUTCOME, c"no_outcome"),
    (REGULARS_INVALID_SETTING, c"invalid_setting"),
    (REGULARS_ALREADY_CLAIMED, c"already_claimed"),
    (REGULARS_ALREADY_SETTLED, c"already_settled"),
    (REGULARS_BELOW_MINIMUM, c"below_minimum"),
    (REGULARS_CARD_BLOCKED, c"card_blocked"),
    (REGULARS_CARD_LINKED, c"card_linked"),
    (REGULARS_CARD_NOT_LINKED, c"card_not_linked"),
    (REGULARS_CARD_REPLACED, c"card_replaced"),
    (REGULARS_CODE_TAKEN, c"code_taken"),
    (REGULARS_CONFLICT, c"conflict"),
    (REGULARS_CONTESTED, c"contested"),
    (REGULARS_DAMAGED, c"damaged"),
    (REGULARS_EMAIL_MISSING, c"email_missing"),
    (REGULARS_EXCEEDS_DUE, c"exceeds_due"),
    (REGULARS_INSUFFICIENT_BALANCE, c"insufficient_balance"),
    (REGULARS_INVALID_DOCUMENT, c"invalid_document"),
    (REGULARS_INVALID_PROGRAM, c"invalid_program"),
    (REGULARS_NOT_A_STEP, c"not_a_step"),
    (REGULARS_NOT_A_TENDER, c"not_a_tender"),
    (REGULARS_NOT_BUILT, c"not_built"),
    (REGULARS_NOT_SETTLED, c"not_settled"),
    (REGULARS_OFFER_EXPIRED, c"offer_expired"),
    (REGULARS_OFFER_NOT_APPLICABLE, c"offer_not_applicable"),
    (REGULARS_OFFER_USED, c"offer_used"),
    (REGULARS_OPERATOR_MISSING, c"operator_missing"),
    (REGULARS_OPTED_OUT, c"opted_out"),
    (REGULARS_OVER_RETURN, c"over_return"),
    (REGULARS_OVER_SHARE, c"over_share"),
    (REGULARS_POINTS_ALREADY_REDEEMED, c"points_already_redeemed"),
    (REGULARS_REASON_MISSING, c"reason_missing"),
    (REGULARS_REFUND_EXCEEDS_TENDER, c"refund_exceeds_tender"),
    (REGULARS_REWARD_NOT_APPLICABLE, c"reward_not_applicable"),
    (REGULARS_TERMINAL_STATE, c"terminal_state"),
    (REGULARS_TOO_LATE, c"too_late"),
    (REGULARS_UNKNOWN_CARD, c"unknown_card"),
    (REGULARS_UNKNOWN_CODE, c"unknown_code"),
    (REGULARS_UNKNOWN_CUSTOMER, c"unknown_customer"),
    (REGULARS_UNKNOWN_LINE, c"unknown_line"),
    (REGULARS_UNKNOWN_RESERVATION, c"unknown_reservation"),
    (REGULARS_UNKNOWN_REWARD, c"unknown_reward"),
    (REGULARS_UNKNOWN_SALE, c"unknown_sale"),
    (REGULARS_VOIDED, c"voided"),
    (REGULARS_WOULD_GO_NEGATIVE, c"would_go_negative"),
    (REGULARS_STORE_FAILED, c"store_failed"),
    (REGULARS_STORE_BUSY, c"store_busy"),
    (REGULARS_DISK_FULL, c"disk_full"),
    (REGULARS_STORE_DAMAGED, c"store_damaged"),
    (REGULARS_LOG_DAMAGED, c"log_damaged"),
    (REGULARS_CANNOT_OPEN, c"cannot_open"),
    (REGULARS_NOT_A_LEDGER, c"not_a_ledger"),
    (REGULARS_TOO_NEW, c"too_new"),
    (REGULARS_TOO_OLD, c"too_old"),
    (REGULARS_READ_ONLY, c"read_only"),
    (REGULARS_NOT_LOCAL, c"not_local"),
    (REGULARS_LONE_LOG, c"lone_log"),
    (REGULARS_STORE_LOST, c"store_lost"),
    (REGULARS_FILE_EXISTS, c"file_exists"),
    (REGULARS_FILE_FAILED, c"file_failed"),
    (REGULARS_NOT_VERIFIED, c"not_verified"),
    (REGULARS_NO_NAME, c"no_name"),
    (REGULARS_OTHER_REGISTER, c"other_register"),
    (REGULARS_NOT_UNITED, c"not_united"),
    (REGULARS_NOT_IMPORTED, c"not_imported"),
    (REGULARS_STORE_MOVED, c"store_moved"),
    (REGULARS_SEVERAL_NAMES, c"several_names"),
    (REGULARS_NOT_UP_TO_DATE, c"not_up_to_date"),
    (REGULARS_INVALID_PICTURE, c"invalid_picture"),
    (REGULARS_INVALID_CODE, c"invalid_code"),
    (REGULARS_INVALID_CARD, c"invalid_card"),
    (REGULARS_SCAN_FAILED, c"scan_failed"),
    (REGULARS_PANICKED, c"panicked"),
    (REGULARS_POISONED, c"poisoned"),
    (REGULARS_FAILED, c"failed"),
];

/// The number of a refusal, by its name in documents.
pub(super) fn of_name(name: &str) -> i32 {
    let named = NAMES.iter().find(|(_, known)| known.to_bytes() == name.as_bytes());
    named.map_or(REGULARS_FAILED, |(status, _)| *status)
}

/// The name of a status, such as `insufficient_balance`: for refusals the one that JSON documents have. A text that
/// ends with NUL and stays for ever; NULL for a number that is none.
///
/// Needs nothing, can't fail, and costs some nanoseconds.
#[unsafe(no_mangle)]
pub extern "C" fn regulars_status_name(status: i32) -> *const c_char {
    let named = NAMES.binary_search_by_key(&status, |(known, _)| *known);
    named.ok().and_then(|place| NAMES.get(place)).map_or(ptr::null(), |(_, name)| name.as_ptr())
}

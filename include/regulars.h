/*
 * regulars: loyalty for point-of-sale registers.
 *
 * This file is made of the library's source; don't change it. c-guide.md begins from nothing, and documents.md has the
 * JSON: in share/doc/regulars of an installed library, in src/docs of the source, and as docs::c_guide and
 * docs::documents of https://docs.rs/regulars.
 *
 * Each call returns a status: REGULARS_OK, or why it failed. 1 to 99 say that the caller made a mistake, 100 to 199
 * that a rule said no, 200 to 299 that the store failed, 300 to 399 that a picture or a code is no good; from 900 on it
 * is a failure of the library. regulars_last_error says more.
 *
 * Texts are UTF-8 with their length in bytes, and need no NUL at the end. Where a text may be none, it is NULL and 0.
 * Outputs are written only where the status is REGULARS_OK, with two exceptions: REGULARS_BUFFER_TOO_SMALL writes the
 * length that is needed, and regulars_call_json and regulars_files_json answer refusals, too. A text that is copied out
 * is followed by a NUL where the buffer has room for it, which its length doesn't count. Nothing has to be freed but
 * handles.
 *
 * What functions say they give, in full:
 *
 * - what is wrong with the arguments: REGULARS_NULL_POINTER, REGULARS_MISALIGNED, REGULARS_TOO_LONG, REGULARS_NOT_UTF8,
 *   REGULARS_OUT_OF_RANGE (also for a member that isn't 0 where it is reserved, or where what would give it a meaning isn't
 *   said), REGULARS_WRONG_STRUCT_SIZE, REGULARS_INVALID_SETTING for a path that is empty or has a NUL, and
 *   REGULARS_INVALID_DOCUMENT for a value that can't be right, with its field as path;
 * - each function with a handle, besides: REGULARS_CLOSED, REGULARS_BUSY, REGULARS_POISONED, REGULARS_PANICKED; and each
 *   that hands a document in: REGULARS_INVALID_PROGRAM where none has been set, REGULARS_CONFLICT for an id that is known
 *   with other content, REGULARS_CONTESTED, REGULARS_DAMAGED, REGULARS_NOT_BUILT for what a later version decides;
 * - the numbers of the store: REGULARS_STORE_FAILED to REGULARS_STORE_LOST;
 * - what a sale's payments are refused by: REGULARS_NOT_A_TENDER, REGULARS_NOT_A_STEP, REGULARS_BELOW_MINIMUM,
 *   REGULARS_EXCEEDS_DUE, REGULARS_OVER_SHARE, REGULARS_INSUFFICIENT_BALANCE, REGULARS_UNKNOWN_CUSTOMER,
 *   REGULARS_OPTED_OUT, REGULARS_UNKNOWN_RESERVATION, REGULARS_TERMINAL_STATE;
 * - what a sale is refused by: that, and REGULARS_UNKNOWN_REWARD, REGULARS_REWARD_NOT_APPLICABLE, REGULARS_UNKNOWN_LINE,
 *   REGULARS_UNKNOWN_CARD, REGULARS_CARD_BLOCKED, REGULARS_CARD_NOT_LINKED, REGULARS_OFFER_EXPIRED, REGULARS_OFFER_USED,
 *   REGULARS_OFFER_NOT_APPLICABLE, REGULARS_VOIDED.
 *
 * Money is a whole number of the smallest unit of the program's currency, 1 / 10^money_decimals of it: 795 is 7.95 EUR,
 * 795 JPY, or 0.795 KWD. Units of loyalty are whole numbers of 1 / 10^unit_decimals of one. regulars_decimals tells both.
 * Quantities and rates are a value and its number of decimals: 335 and 3 is 0.335. Moments are milliseconds since
 * 1970-01-01T00:00Z. Prices are as the till has them, with the tax within or not; only tax_added of regulars_sale is added
 * to what is due.
 *
 * REGULARS_OK of regulars_sale_settle, regulars_pay and regulars_exchange says that it is kept, and not that it is paid:
 * their state says that.
 *
 * Each struct begins with struct_size, which the caller sets to sizeof of it, also where the library fills it in; what
 * isn't used is 0, and reserved members are. Lists are a pointer, a number of items and the bytes from one to the next;
 * but lists of texts stand one behind the other, as regulars_text is a pointer and a length for ever. Pointers have to be
 * aligned as their type is, and to point to as much memory as is said beside them; neither NULL nor a wrong length where
 * it can be known does harm.
 *
 * A handle is used by one thread at a time, whichever; a second one gets REGULARS_BUSY. Several handles may be open on
 * one file. Where no handle is given, any thread may call at any time.
 */

#ifndef REGULARS_H
#define REGULARS_H

#include <stddef.h>
#include <stdint.h>

/**
 * The call has done what it says.
 */
#define REGULARS_OK 0

/**
 * A pointer is NULL where there has to be something.
 */
#define REGULARS_NULL_POINTER 1

/**
 * A pointer isn't where its type may stand.
 */
#define REGULARS_MISALIGNED 2

/**
 * A length or a number of items is over its limit.
 */
#define REGULARS_TOO_LONG 3

/**
 * A text isn't valid UTF-8.
 */
#define REGULARS_NOT_UTF8 4

/**
 * The caller's buffer is too small; the length that is needed has been written, and nothing else has happened.
 */
#define REGULARS_BUFFER_TOO_SMALL 5

/**
 * An index is past the end, or a number isn't among those that may be.
 */
#define REGULARS_OUT_OF_RANGE 6

/**
 * The caller was built for another version of this interface.
 */
#define REGULARS_WRONG_VERSION 7

/**
 * A struct says a size that it can't have, or a stride can't be right.
 */
#define REGULARS_WRONG_STRUCT_SIZE 8

/**
 * There is no such handle, or it was closed.
 */
#define REGULARS_CLOSED 9

/**
 * Another thread is using the handle.
 */
#define REGULARS_BUSY 10

/**
 * No sale was begun on this handle.
 */
#define REGULARS_NO_SALE 11

/**
 * A sale was begun on this handle already; settle, park or cancel it.
 */
#define REGULARS_SALE_OPEN 12

/**
 * The last document was refused, or there was none.
 */
#define REGULARS_NO_OUTCOME 13

/**
 * A setting can't be read, or can't be right.
 */
#define REGULARS_INVALID_SETTING 14

/**
 * The sale has a customer.
 */
#define REGULARS_ALREADY_CLAIMED 100

/**
 * Nothing is due for the sale any more.
 */
#define REGULARS_ALREADY_SETTLED 101

/**
 * Fewer units than the program asks for.
 */
#define REGULARS_BELOW_MINIMUM 102

/**
 * The punch card isn't to be used.
 */
#define REGULARS_CARD_BLOCKED 103

/**
 * The punch card is somebody's.
 */
#define REGULARS_CARD_LINKED 104

/**
 * The punch card is nobody's, or another's.
 */
#define REGULARS_CARD_NOT_LINKED 105

/**
 * Another code has taken the place of this one.
 */
#define REGULARS_CARD_REPLACED 106

/**
 * Somebody else has or had the code, or a punch card has it.
 */
#define REGULARS_CODE_TAKEN 107

/**
 * The id is known with other content; a circle of merges.
 */
#define REGULARS_CONFLICT 108

/**
 * Several registers decided about the same thing without knowing of each other, and it doesn't fit together; all of it stays, and this can't be decided here.
 */
#define REGULARS_CONTESTED 109

/**
 * The ledger contradicts itself: damage, or a bug.
 */
#define REGULARS_DAMAGED 110

/**
 * The customer has no e-mail address.
 */
#define REGULARS_EMAIL_MISSING 111

/**
 * More than there is to pay.
 */
#define REGULARS_EXCEEDS_DUE 112

/**
 * Fewer units are there, or held, than are asked for.
 */
#define REGULARS_INSUFFICIENT_BALANCE 113

/**
 * The document can't be read, or can't be right.
 */
#define REGULARS_INVALID_DOCUMENT 114

/**
 * No program has been set, or this one can't be.
 */
#define REGULARS_INVALID_PROGRAM 115

/**
 * No whole number of steps or units.
 */
#define REGULARS_NOT_A_STEP 116

/**
 * Units pay for nothing under this program.
 */
#define REGULARS_NOT_A_TENDER 117

/**
 * It takes a feature that this library was built without (regulars_features), or a later version.
 */
#define REGULARS_NOT_BUILT 118

/**
 * The sale isn't settled, or only parked.
 */
#define REGULARS_NOT_SETTLED 119

/**
 * The punch card is out of its time.
 */
#define REGULARS_OFFER_EXPIRED 120

/**
 * No offer is ready, or not for this line.
 */
#define REGULARS_OFFER_NOT_APPLICABLE 121

/**
 * The offer was used, or another sale holds it.
 */
#define REGULARS_OFFER_USED 122

/**
 * An operator has to be named.
 */
#define REGULARS_OPERATOR_MISSING 123

/**
 * The customer takes no part.
 */
#define REGULARS_OPTED_OUT 124

/**
 * More than is left to come back.
 */
#define REGULARS_OVER_RETURN 125

/**
 * Units would pay too large a part of the sale.
 */
#define REGULARS_OVER_SHARE 126

/**
 * Units to be taken back are spent.
 */
#define REGULARS_POINTS_ALREADY_REDEEMED 127

/**
 * A reason has to be given.
 */
#define REGULARS_REASON_MISSING 128

/**
 * More to a tender than may go back to it.
 */
#define REGULARS_REFUND_EXCEEDS_TENDER 129

/**
 * The reward isn't for this customer, time, sale or line.
 */
#define REGULARS_REWARD_NOT_APPLICABLE 130

/**
 * What was held has ended.
 */
#define REGULARS_TERMINAL_STATE 131

/**
 * The days to claim are over.
 */
#define REGULARS_TOO_LATE 132

/**
 * There is no such punch card.
 */
#define REGULARS_UNKNOWN_CARD 133

/**
 * Nobody has the code.
 */
#define REGULARS_UNKNOWN_CODE 134

/**
 * The customer was never seen.
 */
#define REGULARS_UNKNOWN_CUSTOMER 135

/**
 * The sale has no such line.
 */
#define REGULARS_UNKNOWN_LINE 136

/**
 * Nothing is held under the id.
 */
#define REGULARS_UNKNOWN_RESERVATION 137

/**
 * The program has no such reward.
 */
#define REGULARS_UNKNOWN_REWARD 138

/**
 * There is no such sale, or it isn't this customer's.
 */
#define REGULARS_UNKNOWN_SALE 139

/**
 * The sale was voided.
 */
#define REGULARS_VOIDED 140

/**
 * More would be taken than is there.
 */
#define REGULARS_WOULD_GO_NEGATIVE 141

/**
 * The store failed in a way that has no name of its own.
 */
#define REGULARS_STORE_FAILED 200

/**
 * Another program kept the ledger to itself for too long.
 */
#define REGULARS_STORE_BUSY 201

/**
 * There is no space left.
 */
#define REGULARS_DISK_FULL 202

/**
 * The file contradicts itself, or holds what nothing of ours has written.
 */
#define REGULARS_STORE_DAMAGED 203

/**
 * The log beside the ledger is damaged.
 */
#define REGULARS_LOG_DAMAGED 204

/**
 * The file isn't there and can't be made, or can't be opened.
 */
#define REGULARS_CANNOT_OPEN 205

/**
 * The file is something else.
 */
#define REGULARS_NOT_A_LEDGER 206

/**
 * A newer version of this library wrote the file.
 */
#define REGULARS_TOO_NEW 207

/**
 * The file has a format that no released version wrote.
 */
#define REGULARS_TOO_OLD 208

/**
 * The ledger may be read and not written.
 */
#define REGULARS_READ_ONLY 209

/**
 * The file is where no write-ahead log can be kept, as on a network.
 */
#define REGULARS_NOT_LOCAL 210

/**
 * There is a log, and its ledger is missing.
 */
#define REGULARS_LONE_LOG 211

/**
 * What was to be kept doesn't fit the ledger, or an earlier failure ended the transaction.
 */
#define REGULARS_STORE_LOST 212

/**
 * There is a file already under the name.
 */
#define REGULARS_FILE_EXISTS 213

/**
 * A file beside the ledger can't be read or written.
 */
#define REGULARS_FILE_FAILED 214

/**
 * What the ledger keeps doesn't follow from its operations.
 */
#define REGULARS_NOT_VERIFIED 215

/**
 * Nobody has said yet which register writes this ledger.
 */
#define REGULARS_NO_NAME 216

/**
 * The ledger is another register's.
 */
#define REGULARS_OTHER_REGISTER 217

/**
 * Operations of other registers can't be taken in.
 */
#define REGULARS_NOT_UNITED 218

/**
 * The lines are no export that could be taken over, or the ledger isn't empty.
 */
#define REGULARS_NOT_IMPORTED 219

/**
 * The ledger, its log or the log's index was deleted, moved or replaced while it was open: nothing more is recorded until it is back.
 * regulars_backup still copies all that was recorded.
 */
#define REGULARS_STORE_MOVED 220

/**
 * The ledger has another name, a hard link, under which it would have a log of its own: nothing is recorded until one name
 * is left. regulars_backup still copies all that was recorded.
 */
#define REGULARS_SEVERAL_NAMES 221

/**
 * The ledger has an older format, and was opened to be read: open it once to be written to, which brings it up to date;
 * older versions of the library can't use it from then on.
 */
#define REGULARS_NOT_UP_TO_DATE 222

/**
 * The numbers of a picture don't fit together.
 */
#define REGULARS_INVALID_PICTURE 300

/**
 * The text can't be a code of this kind.
 */
#define REGULARS_INVALID_CODE 301

/**
 * The card, label or receipt can't be drawn so that it could be read.
 */
#define REGULARS_INVALID_CARD 302

/**
 * The picture can't be looked at.
 */
#define REGULARS_SCAN_FAILED 303

/**
 * A bug of this library ended the call; the handle is poisoned, and the program may go on.
 */
#define REGULARS_PANICKED 900

/**
 * An earlier call on this handle panicked; it can only be closed.
 */
#define REGULARS_POISONED 901

/**
 * Something went wrong that has no number of its own yet.
 */
#define REGULARS_FAILED 902

/**
 * The longest text but for JSON, in bytes: ids, names, reasons, paths.
 */
#define REGULARS_MOST_TEXT 4096

/**
 * The longest JSON, in bytes.
 */
#define REGULARS_MOST_JSON 4194304

/**
 * The most lines of a sale or a return, promotions on all of them, sales that one account payment names, and texts of one
 * list.
 */
#define REGULARS_MOST_ITEMS 2000

/**
 * The most payments, refunds, fees, rewards, offers or codes of one document.
 */
#define REGULARS_MOST_PARTS 200

/**
 * The largest amount of money or units, in the smallest unit, and below zero the same: 15 digits.
 */
#define REGULARS_MOST_AMOUNT 999999999999999

/**
 * Paid at once.
 */
#define REGULARS_TERMS_IMMEDIATE 0

/**
 * The goods stay until all is paid. Who buys needn't be known. The sale's id, on the customer's slip, is what finds it.
 */
#define REGULARS_TERMS_LAYBY 1

/**
 * The goods go, and the debt stays: with the customer of the sale, who is to be named. A sale without one is kept all the
 * same, and its debt is nobody's: regulars_pay_account and {"ask": "account"} don't find it, regulars_pay with its id does.
 */
#define REGULARS_TERMS_ON_ACCOUNT 2

/**
 * The sale earns nothing.
 */
#define REGULARS_SALE_EARNS_NOTHING 1

/**
 * The line earns nothing.
 */
#define REGULARS_LINE_EARNS_NOTHING 1

/**
 * Nothing is said of tax.
 */
#define REGULARS_TAX_NONE 0

/**
 * A rate, and the price has the tax within.
 */
#define REGULARS_TAX_RATE_INCLUDED 1

/**
 * A rate, and the tax comes on top of the price; it is due by tax_added of regulars_sale.
 */
#define REGULARS_TAX_RATE_ADDED 2

/**
 * An amount, and the price has it within.
 */
#define REGULARS_TAX_AMOUNT_INCLUDED 3

/**
 * An amount that comes on top of the price; it is due by tax_added of regulars_sale.
 */
#define REGULARS_TAX_AMOUNT_ADDED 4

/**
 * How many units is said.
 */
#define REGULARS_REWARD_HAS_UNITS 1

/**
 * How often is said.
 */
#define REGULARS_REWARD_HAS_QUANTITY 2

/**
 * As many units as so much money takes, for a payment in loyalty.
 */
#define REGULARS_SPEND_AMOUNT 0

/**
 * So many units.
 */
#define REGULARS_SPEND_UNITS 1

/**
 * What a reward costs.
 */
#define REGULARS_SPEND_REWARD 2

/**
 * For reading alone; the file has to be there.
 */
#define REGULARS_OPEN_TO_READ 1

/**
 * A loss of power may take what was answered since the last checkpoint. No sale waits for the disk.
 */
#define REGULARS_OPEN_UNTIL_CHECKPOINT 2

/**
 * The newest operations aren't looked at: to look into a ledger whose end is damaged.
 */
#define REGULARS_OPEN_UNCHECKED_END 4

/**
 * The log isn't looked at: to go on with what is left of a damaged one.
 */
#define REGULARS_OPEN_UNCHECKED_LOG 8

/**
 * The version of this interface. It changes where programs that were built before can't be used any more.
 */
#define REGULARS_ABI_VERSION 1

/**
 * The document was known already, and has changed nothing; the numbers are those of the first time.
 */
#define REGULARS_OUTCOME_DUPLICATE 1

/**
 * There is a balance.
 */
#define REGULARS_OUTCOME_HAS_BALANCE 2

/**
 * It is said how much is held.
 */
#define REGULARS_OUTCOME_HAS_HELD 4

/**
 * Something can be claimed.
 */
#define REGULARS_OUTCOME_HAS_CLAIMABLE 8

/**
 * There is a forecast.
 */
#define REGULARS_OUTCOME_HAS_FORECAST 16

/**
 * There is a total due.
 */
#define REGULARS_OUTCOME_HAS_DUE 32

/**
 * There is no sale.
 */
#define REGULARS_STATE_NONE 0

/**
 * Put aside before anything was paid.
 */
#define REGULARS_STATE_PARKED 1

/**
 * Rung up, with a balance due.
 */
#define REGULARS_STATE_PENDING 2

/**
 * Nothing is due.
 */
#define REGULARS_STATE_SETTLED 3

/**
 * Undone.
 */
#define REGULARS_STATE_VOIDED 4

/**
 * It can be released, captured, or spent by a payment or a reward that names it.
 */
#define REGULARS_HOLD_OPEN 1

/**
 * It was given back.
 */
#define REGULARS_HOLD_RELEASED 2

/**
 * It was spent.
 */
#define REGULARS_HOLD_CAPTURED 3

/**
 * The punch card isn't to be used any more.
 */
#define REGULARS_CARD_IS_BLOCKED 1

/**
 * Cards, labels and receipts as pictures.
 */
#define REGULARS_FEATURE_LABEL 1

/**
 * Codes in pictures.
 */
#define REGULARS_FEATURE_SCAN 2

/**
 * Customers by phone number, e-mail address and name.
 */
#define REGULARS_FEATURE_CONTACTS 4

/**
 * Codes of receipts and punch cards that can't be forged.
 */
#define REGULARS_FEATURE_TOKENS 8

/**
 * Balances from CSV files.
 */
#define REGULARS_FEATURE_CSV 16

/**
 * Time zones by their IANA names.
 */
#define REGULARS_FEATURE_TIME_ZONES 32

/**
 * Receipts as text and as the bytes of ESC/POS.
 */
#define REGULARS_FEATURE_RECEIPT 64

/**
 * Takes the machine's clock for the time of recording again.
 */
#define REGULARS_MACHINE_CLOCK INT64_MIN

/**
 * Goods that are sent.
 */
#define REGULARS_FEE_SHIPPING 0

/**
 * A tip; it is paid, and is no part of what earns.
 */
#define REGULARS_FEE_TIP 1

/**
 * Goods that are brought.
 */
#define REGULARS_FEE_DELIVERY 2

/**
 * Service.
 */
#define REGULARS_FEE_SERVICE 3

/**
 * Paper of 80 mm.
 */
#define REGULARS_ROLL_80 80

/**
 * Paper of 58 mm.
 */
#define REGULARS_ROLL_58 58

/**
 * The paper is cut behind the receipt.
 */
#define REGULARS_ESC_POS_CUT 1

/**
 * None of what is below; the text says why, in one word: not_found, no_code (no text, or too long), misread (its check
 * digit), scale_misread (that of the weight or price), nothing_weighed (an article whose label has no weight or price),
 * gs1, other_link (none of the shop's), card_replaced, also_a_code (an article's number that is somebody's code),
 * several_have, customer_and_card, needs_token, token (it was forged, has expired, or is of no key that is held). There
 * may be more. {"ask": "resolve"} of regulars_call_json has a message for the cashier besides.
 */
#define REGULARS_CODE_UNKNOWN 0

/**
 * A customer's card; the text is the customer's id.
 */
#define REGULARS_CODE_CUSTOMER 1

/**
 * A punch card; the text is its code.
 */
#define REGULARS_CODE_PUNCH_CARD 2

/**
 * The receipt of a sale, by its token; the text is the sale's id.
 */
#define REGULARS_CODE_RECEIPT 3

/**
 * Somebody wants to join, by a token; the text is what the token names.
 */
#define REGULARS_CODE_ENROLMENT 4

/**
 * A coupon; the text is what it says.
 */
#define REGULARS_CODE_COUPON 5

/**
 * What was given back for returned goods, bottles mostly; the text is its number.
 */
#define REGULARS_CODE_REFUND_RECEIPT 6

/**
 * An article; the text is its number of 14 digits.
 */
#define REGULARS_CODE_ARTICLE 7

/**
 * An article from the scale with a weight; the text is the article.
 */
#define REGULARS_CODE_WEIGHED 8

/**
 * An article from the scale with a price; the text is the article.
 */
#define REGULARS_CODE_PRICED 9

/**
 * By phone number, however it is written.
 */
#define REGULARS_BY_PHONE 0

/**
 * By e-mail address, in whatever capitals.
 */
#define REGULARS_BY_EMAIL 1

/**
 * By the beginnings of words of the name, without accents and capitals: lov ad finds Ada Lovelace.
 */
#define REGULARS_BY_NAME 2

/**
 * The longest side of a picture, in pixels.
 */
#define REGULARS_MOST_SIDE 16384

/**
 * All codes of the picture are wanted, up to `most`; without it, the first.
 */
#define REGULARS_SCAN_ALL 1

/**
 * Also those that a camera's next picture would have to confirm.
 */
#define REGULARS_SCAN_WEAK 2

/**
 * QR codes.
 */
#define REGULARS_FORMAT_QR 1

/**
 * EAN-13.
 */
#define REGULARS_FORMAT_EAN_13 2

/**
 * EAN-8.
 */
#define REGULARS_FORMAT_EAN_8 4

/**
 * UPC-A.
 */
#define REGULARS_FORMAT_UPC_A 8

/**
 * UPC-E.
 */
#define REGULARS_FORMAT_UPC_E 16

/**
 * Code 128.
 */
#define REGULARS_FORMAT_CODE_128 32

/**
 * Code 39.
 */
#define REGULARS_FORMAT_CODE_39 64

/**
 * Interleaved 2 of 5.
 */
#define REGULARS_FORMAT_ITF 128

/**
 * A register on a ledger: what regulars_open gives and regulars_close takes. One thread at a time may use it.
 */
typedef struct regulars_register regulars_register;

/**
 * How a ledger is opened, where something is to be otherwise.
 */
typedef struct regulars_options {
    /**
     * sizeof(regulars_options).
     */
    uint32_t struct_size;
    /**
     * REGULARS_OPEN_TO_READ, REGULARS_OPEN_UNTIL_CHECKPOINT, REGULARS_OPEN_UNCHECKED_END,
     * REGULARS_OPEN_UNCHECKED_LOG.
     */
    uint32_t flags;
    /**
     * How long to wait for other programs, in milliseconds; 0 for 5 seconds.
     */
    uint32_t patience_ms;
    /**
     * 0; anything else is REGULARS_OUT_OF_RANGE.
     */
    uint32_t reserved;
} regulars_options;

/**
 * A text: UTF-8, without a NUL at its end. NULL and 0 where there is none. It never has more members than these.
 */
typedef struct regulars_text {
    /**
     * Where it begins.
     */
    const char *bytes;
    /**
     * How many bytes it has.
     */
    size_t length;
} regulars_text;

/**
 * What every document carries.
 */
typedef struct regulars_header {
    /**
     * sizeof(regulars_header).
     */
    uint32_t struct_size;
    /**
     * How many minutes the register's clock is ahead of UTC. It is checked and not kept: which day a moment is on
     * follows from the time zone of the program or the outlet.
     */
    int32_t offset_minutes;
    /**
     * When the document was made: milliseconds since 1970-01-01T00:00Z, in UTC.
     */
    int64_t at_ms;
    /**
     * The document's id, or the sale's; with one it counts once, however often it comes. A sale has to have one.
     */
    struct regulars_text id;
    /**
     * Where. May be none.
     */
    struct regulars_text outlet;
    /**
     * At which register. May be none.
     */
    struct regulars_text register_id;
    /**
     * By whom. May be none.
     */
    struct regulars_text operator_id;
} regulars_header;

/**
 * What a customer tells. What isn't said stays as it is.
 */
typedef struct regulars_profile {
    /**
     * sizeof(regulars_profile).
     */
    uint32_t struct_size;
    /**
     * The birthday as year * 10000 + month * 100 + day, such as 19900517; 0 for none.
     */
    uint32_t birthday;
    /**
     * The code on the card. May be none.
     */
    struct regulars_text code;
    /**
     * The name. May be none.
     */
    struct regulars_text name;
    /**
     * The e-mail address. May be none.
     */
    struct regulars_text email;
    /**
     * The telephone number. May be none.
     */
    struct regulars_text phone;
    /**
     * The groups that the customer is in; NULL leaves them as they are.
     */
    const struct regulars_text *groups;
    /**
     * How many those are.
     */
    size_t group_count;
} regulars_profile;

/**
 * What the numbers of an outcome are.
 */
typedef struct regulars_outcome {
    /**
     * sizeof(regulars_outcome); given by the caller, and left as it is.
     */
    uint32_t struct_size;
    /**
     * REGULARS_OUTCOME_DUPLICATE, and which of the numbers below there are: REGULARS_OUTCOME_HAS_BALANCE, and so on.
     */
    uint32_t flags;
    /**
     * Units granted by sales. Like all that counts units here: in 1 / 10^unit_decimals of one, see regulars_decimals.
     */
    int64_t earned;
    /**
     * Units spent, by payments in loyalty and by rewards.
     */
    int64_t redeemed;
    /**
     * Units taken back of what was earned; not below zero.
     */
    int64_t clawed_back;
    /**
     * Units given back of what was spent.
     */
    int64_t restored;
    /**
     * Units that ran out.
     */
    int64_t expired;
    /**
     * Units given or taken by hand, or come from another scheme.
     */
    int64_t adjusted;
    /**
     * Units that weren't there any more when they should have been taken back.
     */
    int64_t written_off;
    /**
     * The customer's balance as of the document's time, in units; what is held isn't in it. Below zero where more was
     * taken back than was there.
     */
    int64_t balance;
    /**
     * Units of the customer that are held.
     */
    int64_t held;
    /**
     * Units that can be claimed of a sale without a customer: regulars_claim.
     */
    int64_t claimable;
    /**
     * Units that a sale which isn't settled would earn, were it paid now in cash.
     */
    int64_t forecast;
    /**
     * The sale's total due, before payments: tax, fees, tips and cash rounding included, discounts, rewards and offers
     * taken off. Money, like all below: in 1 / 10^money_decimals of the currency, see regulars_decimals.
     */
    int64_t due;
    /**
     * What is still to pay on the first of the sales that the document is about. 0 on a parked sale, whatever is due.
     */
    int64_t balance_due;
    /**
     * What rewards and offers took off, in all; not what the till took off itself.
     */
    int64_t discount;
    /**
     * What goes back, in all tenders together, loyalty included: how much in which says regulars_outcome_refund. Of that
     * kept_from_refund isn't given out.
     */
    int64_t refund;
    /**
     * What the till keeps of it, for units that were spent already: the customer is given refund less this.
     */
    int64_t kept_from_refund;
    /**
     * Where that sale stands: REGULARS_STATE_NONE, REGULARS_STATE_PARKED, REGULARS_STATE_PENDING,
     * REGULARS_STATE_SETTLED or REGULARS_STATE_VOIDED. Only REGULARS_STATE_SETTLED says that it is wholly paid.
     */
    uint32_t sale_state;
    /**
     * How many sales it is about: see regulars_outcome_sale.
     */
    uint32_t sale_count;
    /**
     * How many sales it settled; 0 where something is still due.
     */
    uint32_t settled_count;
    /**
     * In how many tenders something goes back: see regulars_outcome_refund.
     */
    uint32_t refund_count;
    /**
     * How many lots the customer has: see regulars_outcome_lot. With regulars_check.
     */
    uint32_t lot_count;
    /**
     * How many punch cards it tells of: see regulars_outcome_card. With regulars_check and regulars_find_code.
     */
    uint32_t card_count;
} regulars_outcome;

/**
 * What is said of a sale as a whole.
 */
typedef struct regulars_sale {
    /**
     * sizeof(regulars_sale).
     */
    uint32_t struct_size;
    /**
     * REGULARS_TERMS_IMMEDIATE, REGULARS_TERMS_LAYBY or REGULARS_TERMS_ON_ACCOUNT.
     */
    uint32_t terms;
    /**
     * Who buys. May be none. Where the program's enrolment is automatic, which it is if nothing else is said, an id that
     * isn't known is a new customer, who earns: one that was typed is looked up before (regulars_balance).
     */
    struct regulars_text customer;
    /**
     * Money off the whole sale, in 1 / 10^money_decimals of the currency (cents, for euros: regulars_decimals); 0 for
     * none, and not below. Off the prices as they are given, so with the tax that they have within.
     */
    int64_t discount;
    /**
     * Tax that comes on top of all lines together, as money: the only tax that is added to what is due. 0 where the
     * prices have it within. What lines say of their tax (tax_kind) adds nothing.
     */
    int64_t tax_added;
    /**
     * What rounding to coins adds to the total, as money; may be below zero: -2 where 10.02 becomes 10.00.
     */
    int64_t cash_rounding;
    /**
     * 0, or REGULARS_SALE_EARNS_NOTHING.
     */
    uint32_t flags;
    /**
     * 0; anything else is REGULARS_OUT_OF_RANGE.
     */
    uint32_t reserved;
} regulars_sale;

/**
 * One line of a sale.
 */
typedef struct regulars_line {
    /**
     * sizeof(regulars_line).
     */
    uint32_t struct_size;
    /**
     * 0, or REGULARS_LINE_EARNS_NOTHING.
     */
    uint32_t flags;
    /**
     * Unique in the sale.
     */
    struct regulars_text id;
    /**
     * The product.
     */
    struct regulars_text product;
    /**
     * The product's category. May be none.
     */
    struct regulars_text category;
    /**
     * The price book. May be none.
     */
    struct regulars_text price_book;
    /**
     * How many: quantity_value / 10^quantity_scale, so that 0.335 kg is 335 and 3. Below zero where the till took
     * something off.
     */
    int64_t quantity_value;
    /**
     * How many decimals that has, 0 to 8.
     */
    uint32_t quantity_scale;
    /**
     * How the tax of this line is given, for programs that earn by prices without tax, or with it: REGULARS_TAX_NONE,
     * where nothing is said of it; REGULARS_TAX_RATE_INCLUDED or REGULARS_TAX_AMOUNT_INCLUDED, where unit_price has it
     * within; REGULARS_TAX_RATE_ADDED or REGULARS_TAX_AMOUNT_ADDED, where it comes on top. It changes nothing of what
     * is due: tax on top is due by tax_added of regulars_sale, the sum of all lines. Lines of one sale may differ.
     */
    uint32_t tax_kind;
    /**
     * The price of one, as it stands on the shelf: money, in 1 / 10^money_decimals of the currency (cents, for euros:
     * regulars_decimals). Whether it has the tax within says tax_kind. The line comes to quantity * unit_price,
     * rounded half up to the smallest unit of money, less discount.
     */
    int64_t unit_price;
    /**
     * Money off the line as a whole, whatever its quantity; 0 for none, and not below. Off the price as it is given, tax
     * within or not.
     */
    int64_t discount;
    /**
     * With a rate, the rate on the price without tax: tax_value / 10^tax_scale, so that 21 % is 21 and 2, and 5.5 % is 55
     * and 3. With an amount, the tax of the whole line after its discount, not of one piece: money, in
     * 1 / 10^money_decimals. 0 with REGULARS_TAX_NONE; anything else is REGULARS_OUT_OF_RANGE.
     */
    int64_t tax_value;
    /**
     * The decimals of the rate, 0 to 8; 0 for an amount and for none, and anything else is REGULARS_OUT_OF_RANGE.
     */
    uint32_t tax_scale;
    /**
     * 0; anything else is REGULARS_OUT_OF_RANGE.
     */
    uint32_t reserved;
    /**
     * Promotions that the cashier named for the line. May be NULL.
     */
    const struct regulars_text *promotions;
    /**
     * How many those are.
     */
    size_t promotion_count;
} regulars_line;

/**
 * A reward that is used on a sale.
 */
typedef struct regulars_reward {
    /**
     * sizeof(regulars_reward).
     */
    uint32_t struct_size;
    /**
     * Which of the numbers below are given: REGULARS_REWARD_HAS_UNITS, REGULARS_REWARD_HAS_QUANTITY.
     */
    uint32_t flags;
    /**
     * The reward.
     */
    struct regulars_text reward;
    /**
     * The line that it is for. May be none.
     */
    struct regulars_text line;
    /**
     * The id under which the units are held. May be none.
     */
    struct regulars_text reservation;
    /**
     * How many units to spend, in 1 / 10^unit_decimals of one: for rewards that count in steps. 0 without
     * REGULARS_REWARD_HAS_UNITS; anything else is REGULARS_OUT_OF_RANGE.
     */
    int64_t units;
    /**
     * How often: quantity_value / 10^quantity_scale, for rewards on goods. 0 without REGULARS_REWARD_HAS_QUANTITY;
     * anything else is REGULARS_OUT_OF_RANGE.
     */
    int64_t quantity_value;
    /**
     * How many decimals that has, 0 to 8; 0 where that is 0.
     */
    uint32_t quantity_scale;
    /**
     * 0; anything else is REGULARS_OUT_OF_RANGE.
     */
    uint32_t reserved;
} regulars_reward;

/**
 * A payment, or what goes back in one tender.
 */
typedef struct regulars_payment {
    /**
     * sizeof(regulars_payment).
     */
    uint32_t struct_size;
    /**
     * 0; anything else is REGULARS_OUT_OF_RANGE.
     */
    uint32_t reserved;
    /**
     * The tender, such as cash or card. `loyalty` spends units, `on_account` puts it on the customer's account.
     */
    struct regulars_text tender;
    /**
     * Money, in 1 / 10^money_decimals of the currency (cents, for euros: regulars_decimals), also for `loyalty`: what
     * the units are worth, as regulars_sale_spendable says. Of cash what was handed over, with the change given to the
     * settling call. Not below zero.
     */
    int64_t amount;
    /**
     * The id under which the units are held, with `loyalty` alone: they are spent, and what is over of them is given
     * back. May be none.
     */
    struct regulars_text reservation;
} regulars_payment;

/**
 * What the customer of a basket may spend on it in loyalty, in one payment of the tender `loyalty`: any amount from
 * least to most in steps of step. Money is in 1 / 10^money_decimals of the currency, units in 1 / 10^unit_decimals of
 * one.
 */
typedef struct regulars_spendable {
    /**
     * sizeof(regulars_spendable); given by the caller, and left as it is.
     */
    uint32_t struct_size;
    /**
     * Set exactly where most is 0: what a payment would be refused by. REGULARS_OK where something may be spent.
     * REGULARS_UNKNOWN_CUSTOMER, also where the sale has none; REGULARS_OPTED_OUT; REGULARS_NOT_A_TENDER;
     * REGULARS_INSUFFICIENT_BALANCE, less is there than least; REGULARS_EXCEEDS_DUE, less is due than least;
     * REGULARS_OVER_SHARE, least is more than the share of the sale that loyalty may pay.
     */
    int32_t why_not;
    /**
     * Money: the least that one payment may be. 0 where units don't pay at all.
     */
    int64_t least;
    /**
     * Money: the most, by balance, share, step and what is due.
     */
    int64_t most;
    /**
     * Money: what payments go up by. 0 where units don't pay at all.
     */
    int64_t step;
    /**
     * The units of least.
     */
    int64_t least_units;
    /**
     * The units of most.
     */
    int64_t most_units;
    /**
     * The units of step.
     */
    int64_t step_units;
    /**
     * The customer's balance in units; what is held isn't in it.
     */
    int64_t balance;
    /**
     * Units that the customer has held.
     */
    int64_t held;
} regulars_spendable;

/**
 * What is to be set aside.
 */
typedef struct regulars_spend {
    /**
     * sizeof(regulars_spend).
     */
    uint32_t struct_size;
    /**
     * REGULARS_SPEND_AMOUNT, REGULARS_SPEND_UNITS or REGULARS_SPEND_REWARD.
     */
    uint32_t kind;
    /**
     * How much, above zero: with REGULARS_SPEND_AMOUNT money, in 1 / 10^money_decimals of the currency; with
     * REGULARS_SPEND_UNITS units, in 1 / 10^unit_decimals of one; with REGULARS_SPEND_REWARD 0.
     */
    int64_t value;
    /**
     * With REGULARS_SPEND_REWARD the reward, whose cost is set aside; otherwise none.
     */
    struct regulars_text reward;
    /**
     * With REGULARS_SPEND_REWARD how often: quantity_value / 10^quantity_scale; 0 for once.
     */
    int64_t quantity_value;
    /**
     * How many decimals that has, 0 to 8; 0 where that is 0, and anything else is REGULARS_OUT_OF_RANGE.
     */
    uint32_t quantity_scale;
    /**
     * 0; anything else is REGULARS_OUT_OF_RANGE.
     */
    uint32_t reserved;
} regulars_spend;

/**
 * Units that are set aside.
 */
typedef struct regulars_hold {
    /**
     * sizeof(regulars_hold); given by the caller, and left as it is.
     */
    uint32_t struct_size;
    /**
     * REGULARS_HOLD_OPEN, REGULARS_HOLD_RELEASED or REGULARS_HOLD_CAPTURED.
     */
    uint32_t state;
    /**
     * How many, in 1 / 10^unit_decimals of one; as it was set aside, also after its end.
     */
    int64_t units;
} regulars_hold;

/**
 * Goods of a line that come back.
 */
typedef struct regulars_returned_line {
    /**
     * sizeof(regulars_returned_line).
     */
    uint32_t struct_size;
    /**
     * How many decimals the quantity has, 0 to 8.
     */
    uint32_t quantity_scale;
    /**
     * The line of the sale.
     */
    struct regulars_text line;
    /**
     * How many come back: quantity_value / 10^quantity_scale, above zero.
     */
    int64_t quantity_value;
} regulars_returned_line;

/**
 * Where one sale stands.
 */
typedef struct regulars_standing {
    /**
     * sizeof(regulars_standing); given by the caller, and left as it is.
     */
    uint32_t struct_size;
    /**
     * REGULARS_STATE_PARKED, REGULARS_STATE_PENDING, REGULARS_STATE_SETTLED or REGULARS_STATE_VOIDED.
     */
    uint32_t state;
    /**
     * What is still to pay.
     */
    int64_t balance_due;
} regulars_standing;

/**
 * All that is kept of one sale, in sums. Money is in 1 / 10^money_decimals of the currency, units in
 * 1 / 10^unit_decimals of one: see regulars_decimals.
 */
typedef struct regulars_sale_sums {
    /**
     * sizeof(regulars_sale_sums); given by the caller, and left as it is.
     */
    uint32_t struct_size;
    /**
     * REGULARS_STATE_PARKED, REGULARS_STATE_PENDING, REGULARS_STATE_SETTLED or REGULARS_STATE_VOIDED.
     */
    uint32_t state;
    /**
     * When it was rung up: milliseconds since 1970-01-01T00:00Z.
     */
    int64_t at_ms;
    /**
     * REGULARS_TERMS_IMMEDIATE, REGULARS_TERMS_LAYBY or REGULARS_TERMS_ON_ACCOUNT.
     */
    uint32_t terms;
    /**
     * 0.
     */
    uint32_t reserved;
    /**
     * Money: the total due, before payments. 0 for a sale that is parked or voided; of a voided one there are what was
     * paid, what went back and what an exchange carried, so that paid - carried_in - refunded, with what was kept of that,
     * is what came in with each sale, loyalty included.
     */
    int64_t due;
    /**
     * Money: what has been paid of that, loyalty included, change taken off.
     */
    int64_t paid;
    /**
     * Money: how much of that was loyalty.
     */
    int64_t paid_in_loyalty;
    /**
     * Money: what is still to pay; below zero never.
     */
    int64_t balance_due;
    /**
     * Money: the value of what came back so far, goods and money. It can be no more than was due.
     */
    int64_t returned;
    /**
     * Money: what went back for that, in all tenders, loyalty included, with what was kept of it (kept_from_refund).
     */
    int64_t refunded;
    /**
     * Units that it earned, when it was settled; 0 before.
     */
    int64_t earned;
    /**
     * Units that were to be taken back of those, for what came back.
     */
    int64_t clawed_back;
    /**
     * Units that paid for it or for its rewards, and weren't given back.
     */
    int64_t spent;
    /**
     * Units that somebody can claim of it, if it is nobody's: less what was taken back since.
     */
    int64_t claimable;
    /**
     * Money: what of the value of goods that came back paid for the new goods of exchanges, loyalty included; not among
     * refunded.
     */
    int64_t carried_out;
    /**
     * Money: what of paid came with the goods of another sale, in an exchange, loyalty included: neither drawer nor
     * terminal got it with this sale.
     */
    int64_t carried_in;
    /**
     * Money: what of refunded wasn't given out, for units that were spent already; of which tender, loyalty aside, is the
     * till's to choose.
     */
    int64_t kept_from_refund;
} regulars_sale_sums;

/**
 * A part of a customer's balance.
 */
typedef struct regulars_lot {
    /**
     * sizeof(regulars_lot); given by the caller, and left as it is.
     */
    uint32_t struct_size;
    /**
     * The last day on which it can be used, as year * 10000 + month * 100 + day; 0 where it has none of its own: it doesn't
     * run out, or only when nothing is bought for too long, of which regulars_hints tells the day.
     */
    uint32_t last_day;
    /**
     * What is left of it, in 1 / 10^unit_decimals of one.
     */
    int64_t units;
} regulars_lot;

/**
 * A punch card as it stands.
 */
typedef struct regulars_punch_card {
    /**
     * sizeof(regulars_punch_card); given by the caller, and left as it is.
     */
    uint32_t struct_size;
    /**
     * 0, or REGULARS_CARD_IS_BLOCKED.
     */
    uint32_t flags;
    /**
     * Punches that no used offer has taken, a count; below zero where used ones were taken back.
     */
    int64_t punches;
    /**
     * Offers that are ready, a count.
     */
    int64_t offers;
    /**
     * How many offers were used.
     */
    uint32_t used;
    /**
     * 0.
     */
    uint32_t reserved;
} regulars_punch_card;

/**
 * What a scanned code is.
 */
typedef struct regulars_resolved {
    /**
     * sizeof(regulars_resolved); given by the caller, and left as it is.
     */
    uint32_t struct_size;
    /**
     * REGULARS_CODE_CUSTOMER and so on.
     */
    uint32_t kind;
    /**
     * The weight or price that the scale printed: measure_value / 10^measure_scale.
     */
    int64_t measure_value;
    /**
     * How many decimals that has.
     */
    uint32_t measure_scale;
    /**
     * 0.
     */
    uint32_t reserved;
} regulars_resolved;

/**
 * How a picture is looked at.
 */
typedef struct regulars_scan {
    /**
     * sizeof(regulars_scan).
     */
    uint32_t struct_size;
    /**
     * REGULARS_SCAN_ALL, REGULARS_SCAN_WEAK.
     */
    uint32_t flags;
    /**
     * Which symbologies: REGULARS_FORMAT_QR and so on; 0 for all but UPC-E.
     */
    uint32_t formats;
    /**
     * How long it may take, in milliseconds; 0 for 200.
     */
    uint32_t budget_ms;
    /**
     * With REGULARS_SCAN_ALL: how many at the most, up to 256; 0 for that many. More is REGULARS_OUT_OF_RANGE.
     */
    uint32_t most;
    /**
     * 0; anything else is REGULARS_OUT_OF_RANGE.
     */
    uint32_t reserved;
} regulars_scan;

/**
 * A card or a label.
 */
typedef struct regulars_card {
    /**
     * sizeof(regulars_card).
     */
    uint32_t struct_size;
    /**
     * How many dots the printer puts on an inch: 203, 300, 600; 0 for 300.
     */
    uint32_t dpi;
    /**
     * How wide it is, in micrometres; with height_um 0, a card of the size of bank cards.
     */
    uint32_t width_um;
    /**
     * How high it is, in micrometres.
     */
    uint32_t height_um;
    /**
     * A colour for the shop's name, as 0xRRGGBB; 0 for dark grey.
     */
    uint32_t accent;
    /**
     * 0; anything else is REGULARS_OUT_OF_RANGE.
     */
    uint32_t reserved;
    /**
     * The symbology, such as ean_13 or qr.
     */
    struct regulars_text symbology;
    /**
     * What the code says.
     */
    struct regulars_text code;
    /**
     * Whose it is. May be none.
     */
    struct regulars_text name;
    /**
     * What stands beside a QR code. May be none.
     */
    struct regulars_text caption;
    /**
     * The shop's name, at the top. May be none.
     */
    struct regulars_text shop;
    /**
     * Small print, at the bottom. May be none.
     */
    struct regulars_text small_print;
    /**
     * A logo: the bytes of a PNG. May be NULL.
     */
    const uint8_t *logo;
    /**
     * How many bytes it has.
     */
    size_t logo_length;
} regulars_card;

/**
 * What verifying a ledger has counted.
 */
typedef struct regulars_verified {
    /**
     * sizeof(regulars_verified); given by the caller, and left as it is.
     */
    uint32_t struct_size;
    /**
     * How many sales several registers decided about in ways that don't fit together.
     */
    uint32_t contested_count;
    /**
     * How many operations there are.
     */
    uint64_t operations;
    /**
     * How many of them don't count, as another register was first.
     */
    uint64_t not_counted;
    /**
     * How many customers there are.
     */
    uint64_t customers;
    /**
     * What the shop owes its customers, in units (1 / 10^unit_decimals of one).
     */
    int64_t liability;
} regulars_verified;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The name of a status, such as `insufficient_balance`: for refusals the one that JSON documents have. A text that
 * ends with NUL and stays for ever; NULL for a number that is none.
 *
 * Needs nothing, can't fail, and costs some nanoseconds.
 */
const char *regulars_status_name(int32_t status);

/**
 * Copies what went wrong in this thread's last call that failed: one line with the name of the status, what happened
 * and the facts behind it that this doesn't say. Calls that succeed leave it as it is; this one,
 * regulars_last_error_json and regulars_last_error_fact do, too. Empty if nothing has failed yet.
 *
 * Gives REGULARS_OK, REGULARS_NULL_POINTER, REGULARS_TOO_LONG or REGULARS_BUFFER_TOO_SMALL. Costs a copy.
 */
int32_t regulars_last_error(char *out,
                            size_t capacity,
                            size_t *length);

/**
 * The same as a JSON object: `error`, `message`, `facts`, and `path` where a document is wrong. `null` if nothing
 * has failed yet.
 *
 * Gives what regulars_last_error gives, and costs as much.
 */
int32_t regulars_last_error_json(char *out,
                                 size_t capacity,
                                 size_t *length);

/**
 * Copies one of the facts behind what regulars_last_error tells: its name, such as `customer`, and its value. index
 * counts from 0; where there are no more, this gives REGULARS_OUT_OF_RANGE. For languages that don't read JSON.
 *
 * Gives REGULARS_OK, REGULARS_OUT_OF_RANGE, REGULARS_NULL_POINTER, REGULARS_TOO_LONG or REGULARS_BUFFER_TOO_SMALL, with
 * which the length that is needed is written for each text that has no room. Costs a copy.
 */
int32_t regulars_last_error_fact(size_t index,
                                 char *name,
                                 size_t name_capacity,
                                 size_t *name_length,
                                 char *value,
                                 size_t value_capacity,
                                 size_t *value_length);

/**
 * The version of the interface that this library has; REGULARS_ABI_VERSION is the one that a program was built for.
 * They have to be the same, which regulars_open checks.
 *
 * Needs nothing, can't fail, and costs a nanosecond.
 */
uint32_t regulars_abi_version(void);

/**
 * The version of the library, such as 0.1.0: a text that ends with NUL and stays for ever.
 *
 * Needs nothing, can't fail, and costs a nanosecond.
 */
const char *regulars_version(void);

/**
 * What this library was built with: REGULARS_FEATURE_LABEL and so on. All functions are there in any case; without
 * their feature they give REGULARS_NOT_BUILT.
 *
 * Needs nothing, can't fail, and costs a nanosecond.
 */
uint32_t regulars_features(void);

/**
 * Opens a ledger; where there is no file, or an empty one, it is made. Give REGULARS_ABI_VERSION as abi_version, the
 * file's path in UTF-8, and NULL for options unless something is to be otherwise. The handle that is written to out
 * has to be closed by regulars_close. Several handles may be open on one file, in one program or in several.
 *
 * A ledger of an older version of the library is brought up to date, and older versions can't use it from then on:
 * replace the library for all programs that share a ledger together. With REGULARS_OPEN_TO_READ nothing is changed, and
 * such a ledger gives REGULARS_NOT_UP_TO_DATE.
 *
 * Gives REGULARS_WRONG_VERSION; what is wrong with the arguments; REGULARS_STORE_BUSY, also while this program reads the
 * file as regulars_receive does; REGULARS_CANNOT_OPEN, REGULARS_NOT_A_LEDGER, REGULARS_TOO_NEW, REGULARS_TOO_OLD,
 * REGULARS_READ_ONLY, REGULARS_NOT_LOCAL, REGULARS_LONE_LOG, REGULARS_SEVERAL_NAMES, REGULARS_STORE_DAMAGED,
 * REGULARS_LOG_DAMAGED, REGULARS_DISK_FULL, REGULARS_NOT_UP_TO_DATE, REGULARS_STORE_FAILED.
 * Costs some milliseconds, and some more for a log that was left behind; once some seconds where a million customers are
 * brought up to date.
 */
int32_t regulars_open(uint32_t abi_version,
                      const char *path,
                      size_t path_length,
                      const struct regulars_options *options,
                      struct regulars_register **out);

/**
 * Closes a handle, and the file with it. NULL is allowed, and nothing happens. A sale that was begun on it and not
 * settled is forgotten. A poisoned handle can be closed, too.
 *
 * Gives REGULARS_CLOSED for one that was closed before, and REGULARS_BUSY where another thread is using it: then it
 * stays open. Costs some milliseconds.
 */
int32_t regulars_close(struct regulars_register *handle);

/**
 * Says at which moment documents are recorded from now on, in milliseconds since 1970, instead of the machine's clock:
 * for replays and tests. REGULARS_MACHINE_CLOCK goes back to that. It decides nothing but the order among registers
 * that share their operations, and on which day tokens have to hold that documents have in them.
 *
 * Gives REGULARS_INVALID_DOCUMENT for a moment that no clock shows. Costs some tens of nanoseconds.
 */
int32_t regulars_set_clock(struct regulars_register *handle,
                           int64_t at_ms);

/**
 * Copies the log into the database if there is 1 MiB of it or more, so that no sale has to. A good moment is whenever
 * the till waits for the next customer.
 *
 * Gives the numbers of the store. Costs some microseconds if there is nothing to do.
 */
int32_t regulars_checkpoint(struct regulars_register *handle);

/**
 * Makes a program the one that holds from now on, unless it is already: a till may call this whenever it starts. The
 * program is JSON, as documents have it. changed (may be NULL) is 1 if it wasn't the program already, otherwise 0.
 *
 * Gives REGULARS_INVALID_DOCUMENT or REGULARS_INVALID_PROGRAM with the path to what is wrong, also where currency or
 * unit isn't the ledger's; REGULARS_NOT_BUILT for a time zone by name without the feature time-zones, where UTC and
 * fixed offsets are all there is; what is wrong with the arguments, and the numbers of the store. Costs a transaction.
 */
int32_t regulars_set_program(struct regulars_register *handle,
                             const char *program,
                             size_t program_length,
                             int64_t at_ms,
                             int32_t *changed);

/**
 * Copies the program that holds, as JSON.
 *
 * Gives REGULARS_INVALID_PROGRAM where none has been set, REGULARS_BUFFER_TOO_SMALL, what is wrong with the arguments,
 * and the numbers of the store. Costs some microseconds.
 */
int32_t regulars_program(struct regulars_register *handle,
                         char *out,
                         size_t capacity,
                         size_t *length);

/**
 * Says how many decimals the amounts of this ledger have: money is counted in 1 / 10^money_decimals of the currency,
 * units in 1 / 10^unit_decimals of one. They never change on a ledger.
 *
 * Gives REGULARS_INVALID_PROGRAM where no program has been set, what is wrong with the arguments, and the numbers of the
 * store. Costs some tens of nanoseconds after the first time.
 */
int32_t regulars_decimals(struct regulars_register *handle,
                          uint32_t *money_decimals,
                          uint32_t *unit_decimals);

/**
 * What another program would change if it held from a moment on: whose units would run out, what the shop would owe,
 * who would have another tier; as JSON. Nothing is recorded.
 *
 * Gives what regulars_set_program gives, and REGULARS_BUFFER_TOO_SMALL. Costs a look at every customer; other writers
 * wait until then.
 */
int32_t regulars_dry_run(struct regulars_register *handle,
                         const char *program,
                         size_t program_length,
                         int64_t at_ms,
                         char *out,
                         size_t capacity,
                         size_t *length);

/**
 * A customer joins, or tells more; who has opted out takes part again. profile may be NULL, and outcome, too. Where
 * regulars_set_codes was called, an article's number is no code of a customer: REGULARS_INVALID_DOCUMENT.
 *
 * Gives REGULARS_CODE_TAKEN, REGULARS_CONFLICT, REGULARS_INVALID_DOCUMENT, REGULARS_INVALID_PROGRAM (none has been set),
 * what is wrong with the arguments, and the numbers of the store. Costs what the disk takes to keep it.
 */
int32_t regulars_enrol(struct regulars_register *handle,
                       const struct regulars_header *header,
                       const char *customer,
                       size_t customer_length,
                       const struct regulars_profile *profile,
                       struct regulars_outcome *outcome);

/**
 * Looks at a customer: the balance as of the header's moment, and with regulars_outcome_json the tier, lots, cards and
 * what is held. Records nothing. outcome may be NULL.
 *
 * Gives REGULARS_UNKNOWN_CUSTOMER, what is wrong with the arguments, and the numbers of the store. Costs some tens of
 * microseconds.
 */
int32_t regulars_check(struct regulars_register *handle,
                       const struct regulars_header *header,
                       const char *customer,
                       size_t customer_length,
                       struct regulars_outcome *outcome);

/**
 * A customer stops taking part. The balance stays. outcome may be NULL.
 *
 * Gives what regulars_check gives, and REGULARS_CONFLICT. Costs what the disk takes to keep it.
 */
int32_t regulars_opt_out(struct regulars_register *handle,
                         const struct regulars_header *header,
                         const char *customer,
                         size_t customer_length,
                         struct regulars_outcome *outcome);

/**
 * A customer takes part again. outcome may be NULL.
 *
 * Gives what regulars_opt_out gives, and costs as much.
 */
int32_t regulars_opt_in(struct regulars_register *handle,
                        const struct regulars_header *header,
                        const char *customer,
                        size_t customer_length,
                        struct regulars_outcome *outcome);

/**
 * Finds whose a code is, such as that of a customer's card: then regulars_outcome_customer has the customer. Records
 * nothing. symbology is that of the code, such as ean_13, and may be NULL. outcome may be NULL. What kind of
 * thing was scanned at all is said by regulars_resolve; where regulars_set_codes was called, what is an article's number is
 * REGULARS_INVALID_DOCUMENT here.
 *
 * Gives REGULARS_UNKNOWN_CODE, REGULARS_CARD_REPLACED; for a punch card REGULARS_CARD_BLOCKED,
 * REGULARS_CARD_NOT_LINKED, REGULARS_OFFER_EXPIRED; what is wrong with the arguments, and the numbers of the store.
 * Costs some tens of microseconds.
 */
int32_t regulars_find_code(struct regulars_register *handle,
                           const struct regulars_header *header,
                           const char *code,
                           size_t code_length,
                           const char *symbology,
                           size_t symbology_length,
                           struct regulars_outcome *outcome);

/**
 * Gives a customer another code; the one before is replaced, and nobody's any more. outcome may be NULL. Where
 * regulars_set_codes was called, an article's number is none: REGULARS_INVALID_DOCUMENT.
 *
 * Gives REGULARS_UNKNOWN_CUSTOMER, REGULARS_CODE_TAKEN, REGULARS_CONFLICT, REGULARS_INVALID_DOCUMENT, what is wrong with
 * the arguments, and the numbers of the store. Costs what the disk takes to keep it.
 */
int32_t regulars_set_code(struct regulars_register *handle,
                          const struct regulars_header *header,
                          const char *customer,
                          size_t customer_length,
                          const char *code,
                          size_t code_length,
                          struct regulars_outcome *outcome);

/**
 * A customer claims a sale that was nobody's, by the sale's id, which the till has read from the receipt's token
 * (regulars_resolve). outcome may be NULL.
 *
 * Gives REGULARS_UNKNOWN_SALE, REGULARS_VOIDED, REGULARS_ALREADY_CLAIMED, REGULARS_NOT_SETTLED, REGULARS_TOO_LATE,
 * REGULARS_UNKNOWN_CUSTOMER, REGULARS_OPTED_OUT, REGULARS_CONFLICT, REGULARS_INVALID_DOCUMENT, what is wrong with the
 * arguments, and the numbers of the store. Costs what the disk takes to keep it.
 */
int32_t regulars_claim(struct regulars_register *handle,
                       const struct regulars_header *header,
                       const char *sale,
                       size_t sale_length,
                       const char *customer,
                       size_t customer_length,
                       struct regulars_outcome *outcome);

/**
 * Begins a sale. The header's id is the sale's. Lines, payments and the rest are added to it, and it ends by
 * regulars_sale_settle, regulars_sale_park, regulars_exchange or regulars_sale_cancel. Until then regulars_sale_change
 * says otherwise what is said here: the customer needn't be known yet. A handle has one sale at a time; a parked one is
 * begun anew under its id.
 *
 * Gives REGULARS_SALE_OPEN where one was begun before, REGULARS_INVALID_DOCUMENT with the field that can't be right,
 * and what is wrong with the arguments. Costs some hundred nanoseconds.
 */
int32_t regulars_sale_begin(struct regulars_register *handle,
                            const struct regulars_header *header,
                            const struct regulars_sale *sale);

/**
 * Says anew what the sale that was begun is: who buys, where, when, by which terms, what comes off the whole of it. A
 * cashier scans the customer's card in the middle of a sale, for example. header and sale replace those given before, as
 * a whole; NULL leaves the one or the other as it is. Lines, fees, payments, rewards, offers and codes stay; whether they
 * fit the customer is said when the sale is quoted or settled. If it is refused, all is as it was.
 *
 * Everything may change until the sale is settled, but its id: a header has it again, or none. Afterwards there is no
 * sale to change, and this gives REGULARS_NO_SALE. What can still be done then: regulars_claim gives a sale that is
 * nobody's a customer; all else takes a void and a new sale.
 *
 * Gives REGULARS_NO_SALE, REGULARS_INVALID_DOCUMENT with the field that can't be right (`sale` for another id), and what
 * is wrong with the arguments. Costs some hundred nanoseconds.
 */
int32_t regulars_sale_change(struct regulars_register *handle,
                             const struct regulars_header *header,
                             const struct regulars_sale *sale);

/**
 * Adds lines to the sale: count of them, stride bytes apart (sizeof(regulars_line), as the caller was built). All of
 * them are added, or none.
 *
 * Gives REGULARS_NO_SALE, REGULARS_TOO_LONG for more than REGULARS_MOST_ITEMS lines in all, or promotions on them,
 * REGULARS_INVALID_DOCUMENT with what can never be right, such as `lines[3].discount` below zero (counted from 0 in this
 * call), and what is wrong with the arguments. Costs some hundred nanoseconds a line.
 */
int32_t regulars_sale_add_lines(struct regulars_register *handle,
                                const struct regulars_line *lines,
                                size_t count,
                                size_t stride);

/**
 * Takes a line out of the sale again. index counts the lines that are there, from 0.
 *
 * Gives REGULARS_NO_SALE and REGULARS_OUT_OF_RANGE. Costs some tens of nanoseconds.
 */
int32_t regulars_sale_remove_line(struct regulars_register *handle,
                                  size_t index);

/**
 * Adds a fee to the sale: REGULARS_FEE_SHIPPING, REGULARS_FEE_TIP, REGULARS_FEE_DELIVERY or REGULARS_FEE_SERVICE. amount
 * is money, in 1 / 10^money_decimals of the currency, and not below zero; regulars_sale_clear_fees takes it out again.
 *
 * Gives REGULARS_NO_SALE, REGULARS_TOO_LONG for more than REGULARS_MOST_PARTS fees, REGULARS_INVALID_DOCUMENT for an
 * amount below zero, and what is wrong with the arguments. Costs some tens of nanoseconds.
 */
int32_t regulars_sale_add_fee(struct regulars_register *handle,
                              uint32_t kind,
                              int64_t amount);

/**
 * Takes all fees out of the sale again, as when goods are fetched that were to be sent.
 *
 * Gives REGULARS_NO_SALE. Costs some tens of nanoseconds.
 */
int32_t regulars_sale_clear_fees(struct regulars_register *handle);

/**
 * Uses a reward on the sale. Rewards apply in the order in which they are added. Whether it can be used is said when
 * the sale is quoted or settled.
 *
 * Gives REGULARS_NO_SALE, REGULARS_TOO_LONG for more than REGULARS_MOST_PARTS rewards, and what is wrong with the
 * arguments. Costs some hundred nanoseconds.
 */
int32_t regulars_sale_add_reward(struct regulars_register *handle,
                                 const struct regulars_reward *reward);

/**
 * Uses the offer of a punch card on a line of the sale.
 *
 * Gives REGULARS_NO_SALE, REGULARS_TOO_LONG for more than REGULARS_MOST_PARTS offers, and what is wrong with the
 * arguments. Costs some hundred nanoseconds.
 */
int32_t regulars_sale_add_offer(struct regulars_register *handle,
                                const char *card,
                                size_t card_length,
                                const char *line,
                                size_t line_length);

/**
 * Adds a code of a promotion that the customer showed.
 *
 * Gives REGULARS_NO_SALE, REGULARS_TOO_LONG for more than REGULARS_MOST_PARTS codes, and what is wrong with the
 * arguments. Costs some tens of nanoseconds.
 */
int32_t regulars_sale_add_code(struct regulars_register *handle,
                               const char *code,
                               size_t code_length);

/**
 * Adds payments to the sale: what was tendered. All of them are added, or none.
 *
 * Gives REGULARS_NO_SALE, REGULARS_TOO_LONG for more than REGULARS_MOST_PARTS payments in all,
 * REGULARS_INVALID_DOCUMENT with what can never be right, such as `payments[1].amount` below zero (counted from 0 in
 * this call), and what is wrong with the arguments. Costs some hundred nanoseconds a payment.
 */
int32_t regulars_sale_add_payments(struct regulars_register *handle,
                                   const struct regulars_payment *list,
                                   size_t count,
                                   size_t stride);

/**
 * Takes all payments out of the sale again, as when a card was refused.
 *
 * Gives REGULARS_NO_SALE. Costs some tens of nanoseconds.
 */
int32_t regulars_sale_clear_payments(struct regulars_register *handle);

/**
 * Takes all rewards, offers and codes out of the sale again.
 *
 * Gives REGULARS_NO_SALE. Costs some tens of nanoseconds.
 */
int32_t regulars_sale_clear_rewards(struct regulars_register *handle);

/**
 * Says what the sale would come to as it is: what is due, what rewards and offers take off, what it would earn; in
 * regulars_outcome_json also what each punch card of the customer's would take off (`card_offers`). Nothing is recorded,
 * and the sale stays open. A reward that the customer has too few units for is REGULARS_INSUFFICIENT_BALANCE; payments are
 * looked at when it is settled. What it would earn is forecast of the outcome; its
 * sale_state is REGULARS_STATE_PARKED and its balance_due 0, as nothing is rung up. What the customer may pay in loyalty
 * says regulars_sale_spendable.
 *
 * Gives REGULARS_NO_SALE, what a sale is refused by, what is wrong with the arguments, and the numbers of the store.
 * Costs some tens of microseconds.
 */
int32_t regulars_sale_quote(struct regulars_register *handle,
                            struct regulars_outcome *outcome);

/**
 * Says what the customer may spend on the sale as it is, in one payment of loyalty: the least, the most and the steps.
 * Payments in loyalty that the sale has already are looked at as if they weren't there; other payments leave less to pay,
 * so ask before cash is tendered; rewards leave less to spend. Nothing is recorded or set aside: regulars_reserve does
 * that. REGULARS_OK also where nothing may be spent: then spendable says why_not.
 *
 * Gives REGULARS_NO_SALE, what a sale is refused by but for its payments, what is wrong with the arguments, and the
 * numbers of the store. Costs some tens of microseconds.
 */
int32_t regulars_sale_spendable(struct regulars_register *handle,
                                struct regulars_spendable *spendable);

/**
 * Hands the sale in, with what was paid so far and the change that was given. When this returns REGULARS_OK it is kept,
 * and no sale is open any more. REGULARS_OK doesn't say that it is paid: state says that, and can't be NULL. It is
 * REGULARS_STATE_SETTLED if nothing is due, and only then did it earn; otherwise it is REGULARS_STATE_PENDING, a layby, a
 * debt or a sale that was paid in part, outcome has the balance_due, and regulars_pay pays the rest. If it is refused, or
 * the store fails, it stays open as it was; after a failure it may be kept all the same, so it is handed in again.
 * outcome may be NULL.
 *
 * A till that lost its power in this call hands the same sale in again under its id: it counts once. state and outcome
 * are then those of the first time.
 *
 * Gives REGULARS_NO_SALE, what a sale is refused by, what is wrong with the arguments, and the numbers of the store.
 * Costs what the disk takes to keep it; before that some tens of microseconds.
 */
int32_t regulars_sale_settle(struct regulars_register *handle,
                             int64_t change,
                             uint32_t *state,
                             struct regulars_outcome *outcome);

/**
 * Puts the sale aside. It moves nothing, and may come again under its id with any content. All that was rung up is told by
 * {"ask": "document"} of regulars_call_json.
 *
 * It takes no payments: where some were added it is REGULARS_INVALID_DOCUMENT, and they stay added. Money that was taken
 * is kept by settling the sale, for which it needn't be paid in full; regulars_sale_clear_payments takes out what goes
 * back to the customer.
 *
 * Gives what regulars_sale_settle gives, and costs as much.
 */
int32_t regulars_sale_park(struct regulars_register *handle,
                           struct regulars_outcome *outcome);

/**
 * Forgets the sale that was begun. Nothing is recorded.
 *
 * Gives REGULARS_NO_SALE. Costs some tens of nanoseconds.
 */
int32_t regulars_sale_cancel(struct regulars_register *handle);

/**
 * Sets units of a customer aside under the header's id, which is required: nobody can spend them elsewhere until they
 * are released, captured, or spent by a payment or a reward whose reservation is that id. A till does this before it
 * asks the card terminal for the rest. They stay set aside whatever happens to the till; the same document again
 * changes nothing. outcome may be NULL.
 *
 * Gives REGULARS_UNKNOWN_CUSTOMER, REGULARS_OPTED_OUT, REGULARS_UNKNOWN_REWARD, REGULARS_REWARD_NOT_APPLICABLE,
 * REGULARS_NOT_A_TENDER, REGULARS_NOT_A_STEP, REGULARS_INSUFFICIENT_BALANCE, REGULARS_CONFLICT,
 * REGULARS_INVALID_DOCUMENT (also without an id), what is wrong with the arguments, and the numbers of the store. Costs
 * what the disk takes to keep it.
 */
int32_t regulars_reserve(struct regulars_register *handle,
                         const struct regulars_header *header,
                         const char *customer,
                         size_t customer_length,
                         const struct regulars_spend *spend,
                         struct regulars_outcome *outcome);

/**
 * Gives back what was set aside under the header's id, as when the card terminal declined or the sale was given up. What
 * ran out meanwhile runs out now. outcome may be NULL.
 *
 * Gives REGULARS_UNKNOWN_RESERVATION, REGULARS_TERMINAL_STATE where it has ended already (regulars_look_at_hold says
 * how), REGULARS_INVALID_DOCUMENT without an id, what is wrong with the arguments, and the numbers of the store. Costs
 * what the disk takes to keep it.
 */
int32_t regulars_release(struct regulars_register *handle,
                         const struct regulars_header *header,
                         struct regulars_outcome *outcome);

/**
 * Spends what was set aside under the header's id, all of it and on no sale of this ledger, as for a web shop. A sale
 * here needs no such call: its payment or reward names the id as its reservation. outcome may be NULL.
 *
 * Gives what regulars_release gives, and costs as much.
 */
int32_t regulars_capture(struct regulars_register *handle,
                         const struct regulars_header *header,
                         struct regulars_outcome *outcome);

/**
 * Tells what became of units that were set aside under an id, and copies whose they are. A till that lost its power asks
 * this first. hold may be NULL.
 *
 * Gives REGULARS_UNKNOWN_RESERVATION, REGULARS_BUFFER_TOO_SMALL, what is wrong with the arguments, and the numbers of the
 * store. Costs some tens of microseconds.
 */
int32_t regulars_look_at_hold(struct regulars_register *handle,
                              const char *reservation,
                              size_t reservation_length,
                              struct regulars_hold *hold,
                              char *customer,
                              size_t customer_capacity,
                              size_t *customer_length);

/**
 * Pays on a sale that isn't settled: the next part of a layby, or a debt. state says where the sale stands then, and
 * can't be NULL: REGULARS_STATE_SETTLED if nothing is due any more, otherwise REGULARS_STATE_PENDING, and outcome has the
 * balance_due. outcome may be NULL.
 *
 * Gives REGULARS_UNKNOWN_SALE, REGULARS_NOT_SETTLED (it is only parked), REGULARS_ALREADY_SETTLED, REGULARS_VOIDED, what
 * a sale's payments are refused by, what is wrong with the arguments, and the numbers of the store. Costs what the disk
 * takes to keep it.
 */
int32_t regulars_pay(struct regulars_register *handle,
                     const struct regulars_header *header,
                     const char *sale,
                     size_t sale_length,
                     const struct regulars_payment *list,
                     size_t count,
                     size_t stride,
                     int64_t change,
                     uint32_t *state,
                     struct regulars_outcome *outcome);

/**
 * Pays a customer's debts: the named sales first (sales may be NULL), then the oldest; what is over stays as credit.
 * outcome may be NULL; it says how many sales that settled, and regulars_outcome_sale how each of them stands.
 *
 * Gives REGULARS_UNKNOWN_CUSTOMER, REGULARS_UNKNOWN_SALE, REGULARS_NOT_SETTLED, REGULARS_ALREADY_SETTLED,
 * REGULARS_VOIDED, REGULARS_EXCEEDS_DUE for loyalty that is over, what a sale's payments are refused by, what is wrong
 * with the arguments, and the numbers of the store. Costs what the disk takes to keep it.
 */
int32_t regulars_pay_account(struct regulars_register *handle,
                             const struct regulars_header *header,
                             const char *customer,
                             size_t customer_length,
                             const struct regulars_payment *list,
                             size_t count,
                             size_t stride,
                             const struct regulars_text *sales,
                             size_t sale_count,
                             struct regulars_outcome *outcome);

/**
 * Takes goods back against the sale that they were bought in. refund says what goes back in which tender, as the
 * cashier chose; NULL leaves it to the shares in which they paid. It may be less than the goods were worth: they are back
 * all the same, and what wasn't given for them can't be given later; or more: that is money without goods, and takes back
 * what was earned for it. outcome may be NULL.
 *
 * Gives REGULARS_UNKNOWN_SALE, REGULARS_NOT_SETTLED, REGULARS_VOIDED, REGULARS_UNKNOWN_LINE, REGULARS_OVER_RETURN,
 * REGULARS_REFUND_EXCEEDS_TENDER, REGULARS_NOT_A_STEP, REGULARS_POINTS_ALREADY_REDEEMED, REGULARS_CONFLICT,
 * REGULARS_INVALID_DOCUMENT, what is wrong with the arguments, and the numbers of the store. Costs what the disk takes
 * to keep it.
 */
int32_t regulars_return(struct regulars_register *handle,
                        const struct regulars_header *header,
                        const char *sale,
                        size_t sale_length,
                        const struct regulars_returned_line *lines,
                        size_t line_count,
                        size_t line_stride,
                        const struct regulars_payment *refund,
                        size_t refund_count,
                        size_t refund_stride,
                        struct regulars_outcome *outcome);

/**
 * Gives money back without goods. refund as with regulars_return. outcome may be NULL.
 *
 * Gives what regulars_return gives, and costs as much.
 */
int32_t regulars_return_amount(struct regulars_register *handle,
                               const struct regulars_header *header,
                               const char *sale,
                               size_t sale_length,
                               int64_t amount,
                               const struct regulars_payment *refund,
                               size_t refund_count,
                               size_t refund_stride,
                               struct regulars_outcome *outcome);

/**
 * Takes goods back whose sale nobody knows. outcome may be NULL.
 *
 * Gives REGULARS_UNKNOWN_CUSTOMER, REGULARS_POINTS_ALREADY_REDEEMED, REGULARS_CONFLICT, REGULARS_INVALID_DOCUMENT, what
 * is wrong with the arguments, and the numbers of the store. Costs what the disk takes to keep it.
 */
int32_t regulars_return_without_sale(struct regulars_register *handle,
                                     const struct regulars_header *header,
                                     const char *customer,
                                     size_t customer_length,
                                     const struct regulars_line *lines,
                                     size_t count,
                                     size_t stride,
                                     struct regulars_outcome *outcome);

/**
 * Takes goods back, and sells others for what they are worth: the sale that was begun on this handle, whose payments
 * are what is paid on top. Its moment has to be the header's, and its customer the one whose the goods that come back
 * are: otherwise it is REGULARS_INVALID_DOCUMENT; hand in a return and a sale instead. When this returns
 * REGULARS_OK no sale is open any more; state says where the new sale stands, as with regulars_sale_settle, and can't be
 * NULL. If it is refused, the sale stays open as it was. outcome may be NULL.
 *
 * Gives REGULARS_NO_SALE, what returns and what sales are refused by, what is wrong with the arguments, and the numbers
 * of the store. Costs what the disk takes to keep it.
 */
int32_t regulars_exchange(struct regulars_register *handle,
                          const struct regulars_header *header,
                          const char *sale,
                          size_t sale_length,
                          const struct regulars_returned_line *lines,
                          size_t count,
                          size_t stride,
                          int64_t change,
                          uint32_t *state,
                          struct regulars_outcome *outcome);

/**
 * Undoes a sale, in whatever state it is. A second void changes nothing. outcome may be NULL.
 *
 * Gives REGULARS_UNKNOWN_SALE, REGULARS_POINTS_ALREADY_REDEEMED, REGULARS_CONFLICT, what is wrong with the arguments,
 * and the numbers of the store. Costs what the disk takes to keep it.
 */
int32_t regulars_void(struct regulars_register *handle,
                      const struct regulars_header *header,
                      const char *sale,
                      size_t sale_length,
                      struct regulars_outcome *outcome);

/**
 * Copies the whole outcome of the last document as JSON: entries, explanations, lots, cards and all else. It stays
 * until the next document is handed in, or the next sale is quoted by regulars_sale_quote, whose outcome takes its
 * place; one that is refused leaves none.
 *
 * Gives REGULARS_NO_OUTCOME, REGULARS_BUFFER_TOO_SMALL, and what is wrong with the arguments. Costs some microseconds.
 */
int32_t regulars_outcome_json(struct regulars_register *handle,
                              char *out,
                              size_t capacity,
                              size_t *length);

/**
 * Tells where one of the sales stands that the last document was about, and copies the sale's id. index counts from 0.
 * standing may be NULL.
 *
 * Gives REGULARS_NO_OUTCOME, REGULARS_OUT_OF_RANGE, REGULARS_BUFFER_TOO_SMALL, and what is wrong with the arguments.
 * Costs some tens of nanoseconds.
 */
int32_t regulars_outcome_sale(struct regulars_register *handle,
                              size_t index,
                              struct regulars_standing *standing,
                              char *sale,
                              size_t sale_capacity,
                              size_t *sale_length);

/**
 * Tells what goes back in one tender by the last document, and copies the tender. index counts from 0. amount may be
 * NULL.
 *
 * Gives what regulars_outcome_sale gives, and costs as much.
 */
int32_t regulars_outcome_refund(struct regulars_register *handle,
                                size_t index,
                                int64_t *amount,
                                char *tender,
                                size_t tender_capacity,
                                size_t *tender_length);

/**
 * Copies the id of the customer that the last document was about, or whom its code belongs to. Empty where there is
 * none.
 *
 * Gives REGULARS_NO_OUTCOME, REGULARS_BUFFER_TOO_SMALL, and what is wrong with the arguments. Costs some tens of
 * nanoseconds.
 */
int32_t regulars_outcome_customer(struct regulars_register *handle,
                                  char *out,
                                  size_t capacity,
                                  size_t *length);

/**
 * Tells all that is kept of a sale, in sums: its state, what is due and paid, what came back of it, what it earned; and
 * copies whose it is, who bought or claimed it, by the id that was given then (empty where it is nobody's). sums may be
 * NULL.
 *
 * Gives REGULARS_UNKNOWN_SALE, REGULARS_CONTESTED where what several registers decided about it contradicts itself,
 * REGULARS_BUFFER_TOO_SMALL, what is wrong with the arguments, and the numbers of the store. Costs some tens of
 * microseconds.
 */
int32_t regulars_look_at_sale(struct regulars_register *handle,
                              const char *sale,
                              size_t sale_length,
                              struct regulars_sale_sums *sums,
                              char *customer,
                              size_t customer_capacity,
                              size_t *customer_length);

/**
 * Tells a lot of the customer that the last document was about, in the order in which they are used: after
 * regulars_check all that the balance is made of. index counts from 0; lot_count of the outcome says how many there are.
 *
 * Gives REGULARS_NO_OUTCOME, REGULARS_OUT_OF_RANGE, and what is wrong with the arguments. Costs some tens of nanoseconds.
 */
int32_t regulars_outcome_lot(struct regulars_register *handle,
                             size_t index,
                             struct regulars_lot *lot);

/**
 * Copies the tier that the customer has, after regulars_check. Empty where there is none.
 *
 * Gives REGULARS_NO_OUTCOME, REGULARS_BUFFER_TOO_SMALL, and what is wrong with the arguments. Costs some tens of
 * nanoseconds.
 */
int32_t regulars_outcome_tier(struct regulars_register *handle,
                              char *out,
                              size_t capacity,
                              size_t *length);

/**
 * Tells how a punch card stands, and copies its code: after regulars_check each of the customer's, after
 * regulars_find_code the one that was scanned. index counts from 0; card_count of the outcome says how many there are.
 * card may be NULL.
 *
 * Gives REGULARS_NO_OUTCOME, REGULARS_OUT_OF_RANGE, REGULARS_BUFFER_TOO_SMALL, and what is wrong with the arguments.
 * Costs some tens of nanoseconds.
 */
int32_t regulars_outcome_card(struct regulars_register *handle,
                              size_t index,
                              struct regulars_punch_card *card,
                              char *code,
                              size_t code_capacity,
                              size_t *code_length);

/**
 * Tells a customer's balance in units, as of a moment. Records nothing.
 *
 * Gives REGULARS_UNKNOWN_CUSTOMER, REGULARS_INVALID_PROGRAM (none has been set), what is wrong with the arguments, and
 * the numbers of the store. Costs some tens of microseconds.
 */
int32_t regulars_balance(struct regulars_register *handle,
                         const char *customer,
                         size_t customer_length,
                         int64_t at_ms,
                         int64_t *balance);

/**
 * Copies what each line of a sale earned and why, in sentences, one a row; the last one says what it comes to and how
 * it was rounded. Empty unless the sale has been settled.
 *
 * Gives REGULARS_UNKNOWN_SALE, REGULARS_CONTESTED, REGULARS_BUFFER_TOO_SMALL, what is wrong with the arguments, and the
 * numbers of the store. Costs some tens of microseconds.
 */
int32_t regulars_explain(struct regulars_register *handle,
                         const char *sale,
                         size_t sale_length,
                         char *out,
                         size_t capacity,
                         size_t *length);

/**
 * Copies what a customer can be told at an outlet (or none), in sentences, one a row: what is missing to a reward, to
 * the next tier and to a free item, and what runs out next.
 *
 * Gives REGULARS_UNKNOWN_CUSTOMER, REGULARS_INVALID_PROGRAM (none has been set), REGULARS_BUFFER_TOO_SMALL, what is
 * wrong with the arguments, and the numbers of the store. Costs some tens of microseconds.
 */
int32_t regulars_hints(struct regulars_register *handle,
                       const char *customer,
                       size_t customer_length,
                       const char *outlet,
                       size_t outlet_length,
                       int64_t at_ms,
                       char *out,
                       size_t capacity,
                       size_t *length);

/**
 * Copies the receipt of a sale as it stands, as text in rows of at most 42 characters. shop stands at the top. The
 * customer's balance on it is that of the moment at_ms.
 *
 * Gives REGULARS_UNKNOWN_SALE, REGULARS_CONTESTED, REGULARS_BUFFER_TOO_SMALL, REGULARS_NOT_BUILT without the feature
 * receipt, what is wrong with the arguments, and the numbers of the store. Costs some tens of microseconds.
 */
int32_t regulars_receipt_text(struct regulars_register *handle,
                              const char *sale,
                              size_t sale_length,
                              const char *shop,
                              size_t shop_length,
                              int64_t at_ms,
                              char *out,
                              size_t capacity,
                              size_t *length);

/**
 * Copies the same receipt as the bytes of ESC/POS, for a receipt printer with paper of REGULARS_ROLL_80 or
 * REGULARS_ROLL_58. qr is printed as a QR code below it, such as the receipt's token; it may be NULL. flags is 0 or
 * REGULARS_ESC_POS_CUT.
 *
 * Gives what regulars_receipt_text gives, REGULARS_OUT_OF_RANGE, and REGULARS_INVALID_CARD for a QR code that is too
 * long, or has a control character. Costs some tens of microseconds.
 */
int32_t regulars_receipt_esc_pos(struct regulars_register *handle,
                                 const char *sale,
                                 size_t sale_length,
                                 const char *shop,
                                 size_t shop_length,
                                 int64_t at_ms,
                                 uint32_t roll,
                                 const char *qr,
                                 size_t qr_length,
                                 uint32_t flags,
                                 uint8_t *out,
                                 size_t capacity,
                                 size_t *length);

/**
 * Copies the same receipt as a picture, a PNG, for printers that are sent dots and for screens.
 *
 * Gives what regulars_receipt_esc_pos gives, REGULARS_INVALID_CARD where it is too long, and REGULARS_NOT_BUILT without
 * the features receipt and label. Costs some milliseconds.
 */
int32_t regulars_receipt_png(struct regulars_register *handle,
                             const char *sale,
                             size_t sale_length,
                             const char *shop,
                             size_t shop_length,
                             int64_t at_ms,
                             uint32_t roll,
                             const char *qr,
                             size_t qr_length,
                             uint8_t *out,
                             size_t capacity,
                             size_t *length);

/**
 * Copies any text as the bytes of ESC/POS, as regulars_receipt_esc_pos does with a receipt: for slips that
 * regulars_call_json gives as text, such as the receipt of an account payment ({"ask": "receipt"}), and for the
 * till's own. A row ends with a line feed; what the paper has no room for in one row goes on in the next. The text may be
 * empty.
 *
 * Gives REGULARS_OUT_OF_RANGE, REGULARS_INVALID_CARD for a QR code that is too long, or has a control character,
 * REGULARS_BUFFER_TOO_SMALL, REGULARS_NOT_BUILT without the feature receipt, and what is wrong with the arguments. Costs
 * some microseconds.
 */
int32_t regulars_text_esc_pos(const char *rows,
                              size_t rows_length,
                              uint32_t roll,
                              const char *qr,
                              size_t qr_length,
                              uint32_t flags,
                              uint8_t *out,
                              size_t capacity,
                              size_t *length);

/**
 * Copies any text as a picture, a PNG, as regulars_receipt_png does with a receipt.
 *
 * Gives REGULARS_OUT_OF_RANGE, REGULARS_INVALID_CARD for a QR code that is too long and for more than 2000 rows,
 * REGULARS_BUFFER_TOO_SMALL, REGULARS_NOT_BUILT without the features receipt and label, and what is wrong with the
 * arguments. A QR code may have control characters here, which no printer obeys. Costs some milliseconds.
 */
int32_t regulars_text_png(const char *rows,
                          size_t rows_length,
                          uint32_t roll,
                          const char *qr,
                          size_t qr_length,
                          uint8_t *out,
                          size_t capacity,
                          size_t *length);

/**
 * Says what the shop's codes look like: a JSON object, all of whose fields may be left out. `scales` and `cards` are
 * lists of patterns such as 21IIIIIWW.WWWC and 29NNNNNNNNNNC, `card_forms` a list of objects with `symbology` and
 * `pattern`, `coupon_prefixes` and `url_prefixes` lists of texts, `punch_cards_need_tokens` true or false, and `keys`
 * a list of objects with `id`, a number, and one of `public`, `signing` and `short`, 64 hexadecimal digits: the public key
 * that checks tokens, or the secret one that makes and checks them, signed or short; `kinds` is a list of the tokens that it
 * may make, of receipt, punch_card and enrolment, and all of them if it is left out. Of several secret keys that may make a
 * kind the last one does. What was said before is forgotten. From then on, also after an empty object, the number of an
 * article, of a coupon or of a scale is given to no customer, and not looked for (regulars_enrol, regulars_set_code,
 * regulars_find_code).
 * With keys the JSON door reads claims and joinings by tokens as at a till, and its question `token` makes tokens.
 *
 * Gives REGULARS_INVALID_SETTING, REGULARS_NOT_BUILT for keys without the feature tokens, and what is wrong with the
 * arguments. Costs some microseconds.
 */
int32_t regulars_set_codes(struct regulars_register *handle,
                           const char *settings,
                           size_t settings_length);

/**
 * Says what a scanned code is, with the ledger's customers and punch cards. code are the bytes as they were read;
 * symbology is that of the code, such as ean_13, and aim is its AIM identifier, such as ]E0; both may be NULL,
 * and a code may begin with its AIM identifier instead. outlet (may be NULL) and at_ms say on which day tokens have to
 * hold. What kind it is is written to resolved (may be NULL), and what belongs to it is copied as text: see
 * REGULARS_CODE_CUSTOMER and the others. Records nothing.
 *
 * Gives REGULARS_INVALID_DOCUMENT for a symbology that there isn't, REGULARS_INVALID_PROGRAM (none has been set),
 * REGULARS_BUFFER_TOO_SMALL, what is wrong with the arguments, and the numbers of the store. Costs some tens of
 * microseconds.
 */
int32_t regulars_resolve(struct regulars_register *handle,
                         const uint8_t *code,
                         size_t code_length,
                         const char *symbology,
                         size_t symbology_length,
                         const char *aim,
                         size_t aim_length,
                         const char *outlet,
                         size_t outlet_length,
                         int64_t at_ms,
                         struct regulars_resolved *resolved,
                         char *out,
                         size_t capacity,
                         size_t *length);

/**
 * Finds customers by what they told: REGULARS_BY_PHONE, REGULARS_BY_EMAIL or REGULARS_BY_NAME. country is that of phone
 * numbers written without a country's code, such as DE, and may be NULL. Their ids are copied, one a row, twenty at the
 * most.
 *
 * Gives REGULARS_OUT_OF_RANGE, REGULARS_INVALID_SETTING for a country that there isn't, REGULARS_NOT_BUILT without the
 * feature contacts, REGULARS_BUFFER_TOO_SMALL, what is wrong with the arguments, and the numbers of the store. Costs
 * some tens of microseconds, and more after many customers have told something new.
 */
int32_t regulars_find_contact(struct regulars_register *handle,
                              uint32_t by,
                              const char *wanted,
                              size_t wanted_length,
                              const char *country,
                              size_t country_length,
                              char *out,
                              size_t capacity,
                              size_t *length);

/**
 * Reads codes in a grey picture: a byte a pixel, width of them in a row, rows stride bytes apart. options may be NULL.
 * What was read is copied as a JSON list of objects with `symbology`, `aim`, `hex` (the bytes as hexadecimal digits),
 * `text` where it is certain which text they are, and `corners`, four pairs of pixels; empty if nothing was read. What
 * a code is says regulars_resolve.
 *
 * Gives REGULARS_INVALID_PICTURE, REGULARS_NOT_BUILT without the feature scan, REGULARS_BUFFER_TOO_SMALL, and what is
 * wrong with the arguments. Costs some milliseconds, and no more than the time that the options give.
 */
int32_t regulars_scan_grey(const uint8_t *pixels,
                           size_t width,
                           size_t height,
                           size_t stride,
                           const struct regulars_scan *options,
                           char *out,
                           size_t capacity,
                           size_t *length);

/**
 * Copies a card or a label with a code on it, as PNG.
 *
 * Gives REGULARS_INVALID_CODE where there is no such kind of code, or the text can't be one; REGULARS_INVALID_CARD where
 * it has no room or can't be drawn, REGULARS_NOT_BUILT without the feature label, REGULARS_BUFFER_TOO_SMALL (64 KiB are
 * enough for most), and what is wrong with the arguments. Costs some milliseconds.
 */
int32_t regulars_card_png(const struct regulars_card *card,
                          uint8_t *out,
                          size_t capacity,
                          size_t *length);

/**
 * Looks at the whole ledger: that its pages and its chain of hashes are what was written, and that all it keeps beside
 * the operations follows from them. verified may be NULL. Whether newer operations are missing at its end only a head
 * shows that was kept elsewhere: the questions `head` and `verify` of regulars_call_json.
 *
 * Gives REGULARS_NOT_VERIFIED, REGULARS_STORE_DAMAGED or REGULARS_LOG_DAMAGED with the first thing that doesn't fit, and
 * the numbers of the store. Costs a reading of all operations, some hundred thousand a second.
 */
int32_t regulars_verify(struct regulars_register *handle,
                        struct regulars_verified *verified);

/**
 * Copies the ledger to a new file while others go on selling on it. The copy is checked, and what stands under its name
 * is whole. It holds personal data.
 *
 * Gives REGULARS_INVALID_SETTING for a name that ends as those of the files beside a ledger do (-journal, -wal, -shm,
 * -ballast), REGULARS_FILE_EXISTS, REGULARS_FILE_FAILED, REGULARS_DISK_FULL, REGULARS_STORE_DAMAGED, what is wrong with
 * the arguments, and the numbers of the store. Costs a copy of the file.
 */
int32_t regulars_backup(struct regulars_register *handle,
                        const char *to,
                        size_t to_length);

/**
 * Says which register writes this ledger, once: from then on it can share its operations with others. The name must be
 * its own among all that share.
 *
 * Gives REGULARS_OTHER_REGISTER if it has another name already, what is wrong with the arguments, and the numbers of the
 * store. Costs a transaction.
 */
int32_t regulars_share(struct regulars_register *handle,
                       const char *register_id,
                       size_t register_id_length);

/**
 * Writes the register's own operations that nobody has acknowledged to a new file, as lines for other registers.
 * operations (may be NULL) is how many they are. Which one is the last, for regulars_acknowledge, and the operations of
 * other registers, too, tells the outbox of the JSON door.
 *
 * Gives REGULARS_INVALID_SETTING for a name as with regulars_backup, REGULARS_NO_NAME, REGULARS_FILE_EXISTS,
 * REGULARS_FILE_FAILED, what is wrong with the arguments, and the numbers of the store. Costs a reading of those operations.
 */
int32_t regulars_outbox(struct regulars_register *handle,
                        const char *to,
                        size_t to_length,
                        uint64_t *operations);

/**
 * Takes in what other registers have sent: the lines of a file. To send them again does no harm. taken (may be NULL) is
 * how many operations were new.
 *
 * Gives REGULARS_NOT_UNITED with the line that is wrong, REGULARS_NO_NAME, REGULARS_FILE_FAILED,
 * REGULARS_INVALID_SETTING for a ledger that this program has open, what is wrong with the arguments, and the numbers of
 * the store. Costs a transaction for each thousand lines; what came before the thousand in which it fails stays taken in.
 */
int32_t regulars_receive(struct regulars_register *handle,
                         const char *from,
                         size_t from_length,
                         uint64_t *taken);

/**
 * Notes that this register's own operations up to one are safe elsewhere, and aren't sent again. operation is its name,
 * as the last of the lines has it: register/epoch/number.
 *
 * Gives REGULARS_NO_NAME, REGULARS_NOT_UNITED where it isn't one of this ledger's own, REGULARS_INVALID_DOCUMENT for what
 * is no such name, what is wrong with the arguments, and the numbers of the store. Costs a transaction.
 */
int32_t regulars_acknowledge(struct regulars_register *handle,
                             const char *operation,
                             size_t operation_length);

/**
 * Writes all operations to a new file, as lines of JSON. operations (may be NULL) is how many they are.
 *
 * Gives REGULARS_INVALID_SETTING for a ledger with operations of other registers, which have no place in an export (a
 * backup has them), or for a name as with regulars_backup, REGULARS_FILE_EXISTS, REGULARS_FILE_FAILED, what is wrong with the arguments, and the numbers of the
 * store. Costs a reading of all operations.
 */
int32_t regulars_export(struct regulars_register *handle,
                        const char *to,
                        size_t to_length,
                        uint64_t *operations);

/**
 * Takes one JSON object, and answers with one: a document, with its outcome; or a question, which has `ask` instead of
 * `type`. Both are described in the library's page on documents.
 *
 * Unlike all other outputs, the answer is also written where the status is from 100 to 399: then it is the refusal, or
 * what failed, as an object with `error`, `message` and `facts`. With REGULARS_BUFFER_TOO_SMALL length is what is
 * needed, and nothing has been recorded: call again with a larger buffer. 64 KiB are enough for nearly all answers.
 * Where something may have been done before it failed, as by `receive`, a refusal that is longer than the buffer is
 * shortened to it instead; regulars_last_error_json has the whole of it.
 *
 * Gives REGULARS_INVALID_DOCUMENT with the path to the field that is wrong, whatever a document is refused by, what
 * the function of a question's name gives, REGULARS_NOT_IMPORTED for `import` and `import_csv`,
 * REGULARS_BUFFER_TOO_SMALL, what is wrong with the arguments, and the numbers of the store. Costs some tens of
 * microseconds more than the typed call.
 */
int32_t regulars_call_json(struct regulars_register *handle,
                           const char *input,
                           size_t input_length,
                           char *out,
                           size_t capacity,
                           size_t *length);

/**
 * Takes one JSON object with `ask`, and answers with one, as regulars_call_json does, for files that are no open ledger:
 * `restore` makes a ledger of a backup, with a new epoch, and `salvage` reads what is left of a damaged one. Both are
 * described in the library's page on documents. No file is written over. A ledger that this program has open can't be
 * read here.
 *
 * Gives REGULARS_INVALID_DOCUMENT with the path to the field that is wrong, REGULARS_FILE_EXISTS,
 * REGULARS_FILE_FAILED, REGULARS_INVALID_SETTING for a ledger that this program has open or what is no backup,
 * REGULARS_NOT_VERIFIED for a backup that doesn't fit, REGULARS_INVALID_PROGRAM where amounts are to be written and no
 * program is left, REGULARS_BUFFER_TOO_SMALL (16 KiB are always enough; then no file has been made), what is wrong
 * with the arguments, and the numbers of the store. Costs a reading of the file.
 */
int32_t regulars_files_json(const char *input,
                            size_t input_length,
                            char *out,
                            size_t capacity,
                            size_t *length);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* REGULARS_H */

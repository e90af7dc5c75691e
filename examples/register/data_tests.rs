use super::*;
use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, Ordering};

/// A file that is deleted when its test ends.
struct TempFile(PathBuf);

impl TempFile {
    fn new(content: impl AsRef<[u8]>) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("register-data-{}-{number}.csv", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, content).unwrap();
        Self(path)
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

type Outcome = Vec<Result<Purchase, DataError>>;

fn read_cdnow(lines: &str) -> Outcome {
    let file = TempFile::new(format!("{CDNOW_HEADER}\n{lines}"));
    cdnow(&file.0).unwrap().collect()
}

fn read_groceries(lines: &str) -> Outcome {
    let file = TempFile::new(format!("{GROCERIES_HEADER}\n{lines}"));
    groceries(&file.0).unwrap().collect()
}

/// The purchases of groceries that have no error.
fn baskets(lines: &str) -> Vec<Purchase> {
    read_groceries(lines).into_iter().map(Result::unwrap).collect()
}

/// The line of the file, what was found and what was expected, of the error
/// with which it ends.
fn error_of(outcome: Outcome) -> (u64, String, String) {
    let error = outcome.into_iter().next_back().unwrap().unwrap_err();
    (error.line, error.found, error.expected)
}

/// What is rung up, as (quantity, unit price in cents, discount in cents).
fn rung_up(quantity: i64, shelf_cents: i64, discount_cents: i64) -> Vec<(i64, i64, i64)> {
    let sold = Sold { product: "A", quantity, shelf_cents, discount_cents };
    let mut lines = Vec::new();
    sold.ring_up(&mut lines);
    let parts = |line: &PurchaseLine| (line.quantity, line.unit_price_cents, line.discount_cents);
    lines.iter().map(parts).collect()
}

#[test]
fn a_whole_multiple_stays_one_line() {
    assert_eq!(rung_up(2, 534, 134), [(2, 267, 134)]);
    assert_eq!(rung_up(1, 99, 0), [(1, 99, 0)]);
}

#[test]
fn no_multiple_becomes_two_lines_a_cent_apart() {
    assert_eq!(rung_up(3, 1000, 0), [(1, 334, 0), (2, 333, 0)]);
    assert_eq!(rung_up(2, 2933, 0), [(1, 1467, 0), (1, 1466, 0)]);
}

#[test]
fn a_discount_is_shared_in_proportion() {
    assert_eq!(rung_up(3, 1000, 100), [(1, 334, 33), (2, 333, 67)]);
    assert_eq!(rung_up(3, 1000, 1000), [(1, 334, 334), (2, 333, 666)]);
}

#[test]
fn petrol_is_one_article() {
    assert_eq!(rung_up(89_638, 26_345, 1_345), [(1, 26_345, 1_345)]);
}

#[test]
fn what_was_not_sold_is_not_rung_up_but_gifts_are() {
    assert_eq!(rung_up(0, 0, 0), []);
    assert_eq!(rung_up(0, 61, 61), [(1, 61, 61)]);
    assert_eq!(rung_up(4, 0, 0), [(4, 0, 0)]);
}

#[test]
fn nothing_is_lost_and_nothing_is_below_zero() {
    for quantity in 1..=7 {
        for shelf in 0..=40 {
            for discount in 0..=shelf {
                let lines = rung_up(quantity, shelf, discount);
                assert!(lines.iter().all(|(q, unit, off)| *q > 0 && (0..=q * unit).contains(off)));
                assert_eq!(lines.iter().map(|(q, unit, _)| q * unit).sum::<i64>(), shelf);
                assert_eq!(lines.iter().map(|(_, _, off)| off).sum::<i64>(), discount);
                let kept = if (1..quantity).contains(&shelf) { 1 } else { quantity };
                assert_eq!(lines.iter().map(|(q, _, _)| q).sum::<i64>(), kept);
            }
        }
    }
}

#[test]
fn the_largest_amounts_do_not_overflow() {
    let most = 999_999_999;
    let lines = rung_up(2, 3 * most, 2 * most);
    assert_eq!(lines.iter().map(|(_, _, off)| off).sum::<i64>(), 2 * most);
}

#[test]
fn a_line_of_cdnow_is_a_purchase() {
    let outcome = read_cdnow("cdnow-000001,1997-01-01,00004,2,29.33\n");
    let line = |unit_price_cents| PurchaseLine {
        product: "CD".to_owned(),
        quantity: 1,
        unit_price_cents,
        discount_cents: 0,
    };
    let expected = Purchase {
        id: "cdnow-000001".to_owned(),
        day: Day { year: 1997, month: 1, day: 1 },
        minute: None,
        customer: "00004".to_owned(),
        store: None,
        lines: vec![line(1467), line(1466)],
        coupon_cents: 0,
    };
    assert_eq!(outcome, [Ok(expected)]);
}

#[test]
fn a_free_cd_is_a_purchase_too() {
    let outcome = read_cdnow("cdnow-000088,1997-01-05,01101,1,0.00\n");
    assert_eq!(outcome[0].as_ref().unwrap().total_cents(), 0);
}

#[test]
fn the_committed_sample_is_whole() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cdnow/sample.csv");
    let purchases: Vec<_> = cdnow(path).unwrap().map(Result::unwrap).collect();
    let customers: HashSet<_> = purchases.iter().map(|purchase| &purchase.customer).collect();
    let ids: HashSet<_> = purchases.iter().map(|purchase| &purchase.id).collect();
    let cds: i64 = purchases.iter().flat_map(|p| &p.lines).map(|line| line.quantity).sum();
    let total: i64 = purchases.iter().map(Purchase::total_cents).sum();
    assert_eq!((purchases.len(), ids.len(), customers.len()), (6_919, 6_919, 2_357));
    assert_eq!((cds, total), (16_479, 24_409_194));
    assert!(purchases.is_sorted_by_key(|purchase| purchase.day));
    assert_eq!(purchases[0].day.to_string(), "1997-01-01");
    assert_eq!(purchases[6_918].day.to_string(), "1998-06-30");
}

#[test]
fn lines_of_one_basket_are_one_purchase() {
    let purchases = baskets(
        "7,900,330,2017-01-01T06:53:26,1,1095275,1,0.50,0.00,0.00,0.00\n\
         7,900,330,2017-01-01T06:53:26,2,9878513,2,2.00,1.34,0.55,0.50\n\
         8,901,330,2017-01-01T06:53:26,1,9878513,1,0.99,0.10,0.00,0.00\n",
    );
    assert_eq!(purchases.len(), 2);
    let first = &purchases[0];
    assert_eq!((first.id.as_str(), first.customer.as_str()), ("7", "900"));
    assert_eq!((first.store.as_deref(), first.minute), (Some("330"), Some(6 * 60 + 53)));
    assert_eq!((first.lines[1].unit_price_cents, first.lines[1].discount_cents), (192, 184));
    assert_eq!((first.lines.len(), first.total_cents(), first.coupon_cents), (2, 250, 55));
    assert_eq!((purchases[1].id.as_str(), purchases[1].total_cents()), ("8", 99));
}

#[test]
fn a_coupon_without_an_article_pays_for_the_others() {
    let purchases = baskets(
        "7,900,330,2017-01-01T06:53:26,1,1095275,1,5.00,0.00,0.00,0.00\n\
         7,900,330,2017-01-01T06:53:26,2,5978656,0,0.00,0.00,2.00,0.00\n",
    );
    assert_eq!((purchases[0].lines.len(), purchases[0].coupon_cents), (1, 200));
}

#[test]
fn a_coupon_pays_no_more_than_the_total() {
    let purchases = baskets("7,9,3,2017-01-01T06:53:26,1,1095275,1,0.99,0.00,1.00,0.00\n");
    assert_eq!((purchases[0].total_cents(), purchases[0].coupon_cents), (99, 99));
}

#[test]
fn a_basket_of_which_nothing_was_sold_is_passed_over() {
    let purchases = baskets(
        "7,900,330,2017-01-01T06:53:26,1,1095275,0,0.00,0.00,1.00,0.00\n\
         8,901,330,2017-01-01T06:54:26,1,9878513,1,0.99,0.10,0.00,0.00\n",
    );
    assert_eq!((purchases.len(), purchases[0].id.as_str()), (1, "8"));
}

#[test]
fn ends_of_lines_may_be_those_of_windows_or_missing() {
    let line = "cdnow-000001,1997-01-01,00004,1,29.33";
    let file = TempFile::new(format!("{CDNOW_HEADER}\r\n{line}\r\n{line}"));
    let purchases: Vec<_> = cdnow(&file.0).unwrap().map(Result::unwrap).collect();
    assert_eq!((purchases.len(), purchases[1].total_cents()), (2, 2933));
}

#[test]
fn a_file_with_its_header_alone_has_no_purchases() {
    assert_eq!(read_cdnow(""), []);
    assert_eq!(read_groceries(""), []);
}

#[test]
fn progress_grows_to_the_length_of_the_file() {
    let first = "7,900,330,2017-01-01T06:53:26,1,1095275,1,0.50,0.00,0.00,0.00\n";
    let second = "8,900,330,2017-01-01T06:53:26,1,1095275,1,0.50,0.00,0.00,0.00\n";
    let file = TempFile::new(format!("{GROCERIES_HEADER}\n{first}{second}"));
    let mut purchases = groceries(&file.0).unwrap();
    let header = GROCERIES_HEADER.len() as u64 + 1;
    assert_eq!(purchases.bytes_read(), 0);
    purchases.next();
    assert_eq!(purchases.bytes_read(), header + first.len() as u64);
    purchases.next();
    assert!(purchases.next().is_none());
    assert_eq!(purchases.bytes_read(), purchases.bytes_total());
}

#[test]
fn a_wrong_header_is_told() {
    let file = TempFile::new("sale,date\n");
    let error = cdnow(&file.0).unwrap().next().unwrap().unwrap_err();
    let place = format!("{}:1: ", file.0.display());
    let told = format!("{place}found \"sale,date\", expected {CDNOW_HEADER}");
    assert_eq!(error.to_string(), told);
    let file = TempFile::new("");
    assert_eq!(groceries(&file.0).unwrap().next().unwrap().unwrap_err().line, 1);
}

#[test]
fn a_wrong_line_of_cdnow_is_told_and_ends_the_reading() {
    let good = "cdnow-000001,1997-01-01,00004,2,29.33";
    for (from, to, found, expected) in [
        (",2,", ",", "\"cdnow-000001,1997-01-01,00004,29.33\"", "5 fields with commas between"),
        (",2,", ",2,2,", "\"cdnow-000001,1997-01-01,00004,2,2,29.33\"", "5 fields with commas between"),
        ("cdnow-000001", "", "\"\"", "the id of a sale"),
        ("00004", "", "\"\"", "a customer"),
        ("1997-01-01", "1997-02-29", "\"1997-02-29\"", "a day like 1997-12-31"),
        ("1997-01-01", "1997-1-01", "\"1997-1-01\"", "a day like 1997-12-31"),
        ("1997-01-01", "1997-13-01", "\"1997-13-01\"", "a day like 1997-12-31"),
        (",2,", ",-2,", "\"-2\"", "a whole number"),
        (",2,", ",1234567890,", "\"1234567890\"", "a whole number"),
        ("29.33", "29.3", "\"29.3\"", "an amount like 12.34"),
        ("29.33", "-29.33", "\"-29.33\"", "an amount like 12.34"),
        ("29.33", ".33", "\".33\"", "an amount like 12.34"),
        ("29.33", "29,33", "\"cdnow-000001,1997-01-01,00004,2,29,33\"", "5 fields with commas between"),
        ("29.33", "12345678.00", "\"12345678.00\"", "an amount like 12.34"),
        ("29.33", "2€", "\"2€\"", "an amount like 12.34"),
        ("29.33", "€.3", "\"€.3\"", "an amount like 12.34"),
    ] {
        let bad = good.replacen(from, to, 1);
        let outcome = read_cdnow(&format!("{good}\n{bad}\n{good}\n"));
        assert_eq!(outcome.len(), 2, "{bad}");
        assert_eq!(error_of(outcome), (3, found.to_owned(), expected.to_owned()), "{bad}");
    }
}

#[test]
fn leap_days_are_days() {
    assert!(parse_day("1996-02-29").is_some() && parse_day("2000-02-29").is_some());
    assert!(parse_day("1900-02-29").is_none() && parse_day("1997-04-31").is_none());
    assert!(parse_day("1997-01-00").is_none() && parse_day("1997-12-31").is_some());
}

#[test]
fn a_wrong_time_is_told() {
    for time in ["2017-01-01", "2017-01-01T24:00:00", "2017-01-01T06:60:00", "2017-01-01T06:53:60"] {
        let outcome = read_groceries(&format!("7,9,3,{time},1,1095275,1,0.50,0.00,0.00,0.00\n"));
        let expected = "a time like 2017-12-31T23:59:59".to_owned();
        assert_eq!(error_of(outcome), (2, format!("{time:?}"), expected));
    }
}

#[test]
fn a_basket_in_two_pieces_is_told() {
    let outcome = read_groceries(
        "7,900,330,2017-01-01T06:53:26,1,1095275,1,0.50,0.00,0.00,0.00\n\
         7,901,330,2017-01-01T06:53:26,2,9878513,1,0.50,0.00,0.00,0.00\n",
    );
    assert!(outcome[0].is_ok());
    assert_eq!(error_of(outcome), (3, "\"2\"".to_owned(), "line 1 of the basket".to_owned()));
}

#[test]
fn a_missing_line_of_a_basket_is_told() {
    let outcome = read_groceries(
        "7,900,330,2017-01-01T06:53:26,1,1095275,1,0.50,0.00,0.00,0.00\n\
         7,900,330,2017-01-01T06:53:26,3,9878513,1,0.50,0.00,0.00,0.00\n",
    );
    assert_eq!(error_of(outcome), (3, "\"3\"".to_owned(), "line 2 of the basket".to_owned()));
}

#[test]
fn a_file_cut_off_within_a_line_is_told() {
    let line = "7,900,330,2017-01-01T06:53:26,1,1095275,1,0.50,0.00,0.00,0.00\n";
    for cut_off in
        ["7,900,330,2017-01-01T06:53:26,2,1095275,1,0.50,0.0", "7,900,330,2017-01-01T06:53:26", "7"]
    {
        let (number, found, expected) = error_of(read_groceries(&format!("{line}{cut_off}")));
        assert_eq!((number, found), (3, format!("{cut_off:?}")));
        assert_eq!(expected, "11 fields with commas between");
    }
}

#[test]
fn a_line_without_end_does_not_fill_the_memory() {
    let (line, found, _) = error_of(read_cdnow(&"x".repeat(10_000)));
    assert_eq!((line, found.as_str()), (2, "a line of 512 bytes or more"));
}

#[test]
fn an_error_repeats_no_more_than_the_beginning() {
    let (_, found, _) = error_of(read_cdnow(&"é".repeat(200)));
    assert_eq!(found, format!("\"{}…\"", "é".repeat(60)));
}

#[test]
fn what_is_no_text_is_told() {
    let mut content = format!("{CDNOW_HEADER}\n").into_bytes();
    content.extend([0xff, b'\n']);
    let file = TempFile::new(content);
    let error = cdnow(&file.0).unwrap().next().unwrap().unwrap_err();
    assert_eq!((error.line, error.expected.as_str()), (2, "UTF-8"));
}

#[test]
fn a_missing_file_is_named() {
    let path = std::env::temp_dir().join("register-data-that-is-not-there.csv");
    let error = cdnow(&path).err().unwrap();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
    assert!(error.to_string().starts_with(&format!("{}: ", path.display())));
}

#[test]
#[ignore = "needs target/data/groceries.csv, which scripts/groceries.py makes"]
fn the_whole_year_of_groceries_is_read() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/data/groceries.csv");
    let (mut purchases, mut lines, mut total, mut discounts, mut coupons) = (0, 0, 0, 0, 0);
    for purchase in groceries(path).unwrap().map(Result::unwrap) {
        purchases += 1;
        lines += purchase.lines.len();
        total += purchase.total_cents();
        discounts += purchase.lines.iter().map(|line| line.discount_cents).sum::<i64>();
        coupons += purchase.coupon_cents;
    }
    assert_eq!((purchases, lines), (155_520, 1_476_354));
    assert_eq!((total, discounts, coupons), (459_603_958, 79_619_329, 2_633_332));
}

//! Several processes spend one customer's balance.

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::Child;

use regulars::document::{read_document, read_program};
use regulars::register::RegisterError;
use regulars::store::verify;

use crate::common::folder::Folder;
use crate::common::shop::{PROGRAM, event, sale};
use crate::till::{Till, open, program, recorded};
use crate::{longer, process};

const FILE: &str = "REGULARS_SPENT_LEDGER";
const NAME: &str = "REGULARS_SPENDER";

fn submit(till: &mut Till, text: &str) -> Result<(), String> {
    let document = read_document(text, &*read_program(PROGRAM).unwrap().program).unwrap();
    match till.submit(&document, recorded(1)) {
        Ok(_) => Ok(()),
        Err(RegisterError::Refused(refusal)) => Err(refusal.name().to_owned()),
        Err(error) => panic!("{text}: {error}"),
    }
}

/// So many processes spend so many cents, one by one, until nothing is left.
fn spend(processes: usize, cents: usize) {
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    let mut till = open(&file).unwrap();
    submit(&mut till, &program()).unwrap();
    submit(&mut till, &sale("S", "01-02", "C", "0.00")).unwrap();
    let units = format!("{}.{:02}", cents / 100, cents % 100);
    submit(&mut till, &event("import", "01-03", &format!(r#""customer": "C", "units": "{units}""#))).unwrap();
    let path = file.to_string_lossy().into_owned();
    let spender = |number: usize| {
        process("together::a_process_that_spends", &[(FILE, &path), (NAME, &number.to_string())])
    };
    let mut spenders: Vec<Child> = (0..processes).map(spender).collect();
    let mut outputs: Vec<_> =
        spenders.iter_mut().map(|child| BufReader::new(child.stdout.take().unwrap())).collect();
    for output in &mut outputs {
        let mut line = String::new();
        while !line.contains("ready") {
            line.clear();
            assert_ne!(output.read_line(&mut line).unwrap(), 0, "it ended before it began");
        }
    }
    // All of them are there: now they begin.
    spenders.iter_mut().for_each(|child| child.stdin.take().unwrap().write_all(b"go\n").unwrap());
    let mut spent = Vec::new();
    for (child, output) in spenders.iter_mut().zip(&mut outputs) {
        let mut told = String::new();
        output.read_to_string(&mut told).unwrap();
        assert!(child.wait().unwrap().success(), "{told}");
        let number = told.lines().find_map(|line| line.strip_prefix("spent ")?.parse::<usize>().ok());
        spent.push(number.unwrap());
    }
    assert_eq!(spent.iter().sum::<usize>(), cents, "{spent:?}");
    let verified = verify(till.store_mut()).unwrap();
    till.store_mut().check_file().unwrap();
    assert_eq!((verified.operations, verified.liability().unwrap().minor()), (3 + cents as u64, 0));
    let slowest = *spent.iter().min().unwrap();
    let share = 100 * slowest * processes / cents;
    println!(
        "together: {processes} processes spend {cents} cents; the slowest {share} % of its share: {spent:?}"
    );
    assert!(25 <= share, "{spent:?}");
}

#[test]
fn two_processes_spend_one_balance_once() {
    spend(2, 600 * longer().min(20));
}

#[test]
fn eight_processes_spend_one_balance_once() {
    spend(8, 1200 * longer().min(20));
}

/// The child of the tests above; by itself it does nothing.
#[test]
fn a_process_that_spends() {
    let (Ok(file), Ok(name)) = (env::var(FILE), env::var(NAME)) else { return };
    let mut till = open(Path::new(&file)).unwrap();
    println!("ready");
    std::io::stdin().read_line(&mut String::new()).unwrap();
    let mut spent = 0;
    let refused = loop {
        let fields = format!(r#""id": "{name}-{spent}", "customer": "C", "amount": "0.01""#);
        match submit(&mut till, &event("redeem", "03-01", &fields)) {
            Ok(()) => spent += 1,
            Err(refused) => break refused,
        }
    };
    assert_eq!(refused, "insufficient_balance");
    println!("spent {spent}");
}

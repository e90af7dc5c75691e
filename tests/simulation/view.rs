//! All that can be seen of a ledger that several registers share, as one text: nothing in it depends on the
//! order in which anything arrived.

use std::collections::BTreeSet;
use std::fmt::Write;

use regulars::decide::{Kept, Key, Purchase, Question, SaleRecord, Tally};
use regulars::ident::SaleId;
use regulars::ledger::{LotKey, Seq};
use regulars::store::{Store, Transaction};
use regulars::time::{Date, Timestamp};

pub fn view<S: Store>(store: &mut S) -> String {
    let operations = store.operations(Seq(1), usize::MAX).unwrap();
    let mut transaction = store.begin().unwrap();
    let mut text = String::new();
    let mut orders: Vec<String> = Vec::new();
    let (mut sales, mut keys) = (BTreeSet::new(), BTreeSet::new());
    for operation in &operations {
        let order = transaction.order_of(operation.seq).unwrap().unwrap();
        let document = &operation.document;
        orders.push(format!(
            "{:>20} {} {:?} {:?}\n",
            order.moment,
            order.name,
            document.kind(),
            document.id()
        ));
        sales.extend(operation.rings_up().cloned());
        keys.extend(operation.decision.kept.iter().map(Kept::key));
    }
    orders.sort();
    text.extend(orders);
    let asked = Question { running_out_before: Date::from_days(0).unwrap(), ..Question::as_of(last()) };
    let program = transaction.facts(&asked).unwrap().program;
    writeln!(text, "program {:?}", program.map(|program| program.version)).unwrap();
    customers(&mut transaction, &mut text);
    for sale in sales {
        writeln!(text, "sale {sale}: {}", state(&mut transaction, &sale)).unwrap();
    }
    for key in keys {
        let keys = [key.clone()].into();
        let facts = transaction.facts(&Question { keys, ..asked.clone() }).unwrap();
        writeln!(text, "{}", kept(&mut transaction, &key, facts.kept.first())).unwrap();
    }
    text
}

fn customers<T: Transaction>(transaction: &mut T, text: &mut String) {
    for customer in transaction.customers(None, usize::MAX).unwrap() {
        let question = Question { purchases: true, ..Question::of_whole_past(&customer) };
        let facts = transaction.facts(&question).unwrap();
        let known = facts.known(&customer).unwrap();
        writeln!(text, "{customer}: {:?} until {:?}", known.holding.balance(), known.latest).unwrap();
        writeln!(text, "  {:?}", known.member).unwrap();
        let mut lots: Vec<String> = Vec::new();
        for lot in known.holding.lots() {
            lots.push(format!("  {} {:?}\n", name(transaction, &lot.key), lot.units));
        }
        lots.sort();
        text.extend(lots);
        let purchases = known.purchases.clone().unwrap();
        let mut bought: Vec<String> = Vec::new();
        for purchase in &purchases {
            let operation = transaction.order_of(purchase.seq).unwrap().unwrap().name;
            let Purchase { part, .. } = purchase;
            let bare = Purchase { seq: Seq(0), ..purchase.clone() };
            bought.push(format!("  {operation} {part} {bare:?}\n"));
        }
        bought.sort();
        text.extend(bought);
        writeln!(text, "  {:?}", Tally::of(&purchases)).unwrap();
        for operation in &known.history {
            let order = transaction.order_of(operation.seq).unwrap().unwrap();
            writeln!(text, "  {}", order.name).unwrap();
        }
    }
}

fn state<T: Transaction>(transaction: &mut T, sale: &SaleId) -> String {
    let asked = [sale.clone()];
    let facts = transaction.facts(&Question::of_sales(&asked, last())).unwrap();
    let history = &facts.sales[0];
    let mut text = match SaleRecord::fold(&history.operations) {
        Ok(record) => format!("{} {:?}", record.state.name(), record.state.balance_due()),
        Err(_) => "contested".to_owned(),
    };
    for operation in &history.operations {
        text.push_str(&format!(" {}", transaction.order_of(operation.seq).unwrap().unwrap().name));
    }
    text
}

fn kept<T: Transaction>(transaction: &mut T, key: &Key, kept: Option<&Kept>) -> String {
    match kept {
        Some(Kept::Hold(hold)) => {
            let lots = hold.lots.iter().map(|(lot, units)| format!("{} {units:?}", name(transaction, lot)));
            let lots: Vec<String> = lots.collect();
            format!("{key:?} {} {:?} {:?} {lots:?}", hold.customer, hold.units, hold.ended)
        }
        other => format!("{key:?} {other:?}"),
    }
}

fn name<T: Transaction>(transaction: &mut T, lot: &LotKey) -> String {
    let order = transaction.order_of(lot.seq).unwrap().unwrap();
    format!("{:?} {:?} {} {}", lot.expires, lot.born, order.name, lot.part)
}

fn last() -> Timestamp {
    Timestamp::from_millisecond(253_402_300_799_999).unwrap()
}

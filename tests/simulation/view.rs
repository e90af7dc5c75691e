//! All that can be seen of a ledger that several registers share, as one text: nothing in it depends on the
//! order in which anything arrived.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use regulars::decide::{Kept, Key, Purchase, Question, SaleRecord, Tally};
use regulars::ident::SaleId;
use regulars::ledger::{LotKey, Order, Seq};
use regulars::store::{Store, Transaction};
use regulars::time::{Date, Timestamp};

pub fn view<S: Store>(store: &mut S) -> String {
    view_with(store, &|order| order.name.to_string())
}

/// The same with a place in the order of all registers for each name, which stays the same whoever decided.
pub fn view_by_place<S: Store>(store: &mut S) -> String {
    let operations = store.operations(Seq(1), usize::MAX).unwrap();
    let mut transaction = store.begin().unwrap();
    let orders = operations.iter().map(|operation| transaction.order_of(operation.seq).unwrap().unwrap());
    let orders: BTreeSet<Order> = orders.collect();
    drop(transaction);
    let places: BTreeMap<Order, usize> = orders.into_iter().zip(1..).collect();
    view_with(store, &|order| format!("#{}", places[order]))
}

fn view_with<S: Store>(store: &mut S, name: &dyn Fn(&Order) -> String) -> String {
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
            name(&order),
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
    customers(&mut transaction, name, &mut text);
    for sale in sales {
        writeln!(text, "sale {sale}: {}", state(&mut transaction, name, &sale)).unwrap();
    }
    for key in keys {
        let keys = [key.clone()].into();
        let facts = transaction.facts(&Question { keys, ..asked.clone() }).unwrap();
        writeln!(text, "{}", kept(&mut transaction, name, &key, facts.kept.first())).unwrap();
    }
    text
}

fn customers<T: Transaction>(transaction: &mut T, named: &dyn Fn(&Order) -> String, text: &mut String) {
    for customer in transaction.customers(None, usize::MAX).unwrap() {
        let question = Question { purchases: true, ..Question::of_whole_past(&customer) };
        let facts = transaction.facts(&question).unwrap();
        let known = facts.known(&customer).unwrap();
        writeln!(text, "{customer}: {:?} until {:?}", known.holding.balance(), known.latest).unwrap();
        writeln!(text, "  {:?}", known.member).unwrap();
        let mut lots: Vec<String> = Vec::new();
        for lot in known.holding.lots() {
            lots.push(format!("  {} {:?}\n", name(transaction, named, &lot.key), lot.units));
        }
        lots.sort();
        text.extend(lots);
        let purchases = known.purchases.clone().unwrap();
        let mut bought: Vec<String> = Vec::new();
        for purchase in &purchases {
            let operation = named(&transaction.order_of(purchase.seq).unwrap().unwrap());
            let Purchase { part, .. } = purchase;
            let bare = Purchase { seq: Seq(0), ..purchase.clone() };
            bought.push(format!("  {operation} {part} {bare:?}\n"));
        }
        bought.sort();
        text.extend(bought);
        writeln!(text, "  {:?}", Tally::of(&purchases)).unwrap();
        for operation in &known.history {
            let order = transaction.order_of(operation.seq).unwrap().unwrap();
            writeln!(text, "  {}", named(&order)).unwrap();
        }
    }
}

fn state<T: Transaction>(transaction: &mut T, named: &dyn Fn(&Order) -> String, sale: &SaleId) -> String {
    let asked = [sale.clone()];
    let facts = transaction.facts(&Question::of_sales(&asked, last())).unwrap();
    let history = &facts.sales[0];
    let mut text = match SaleRecord::fold(&history.operations) {
        Ok(record) => format!("{} {:?}", record.state.name(), record.state.balance_due()),
        Err(_) => "contested".to_owned(),
    };
    for operation in &history.operations {
        text.push_str(&format!(" {}", named(&transaction.order_of(operation.seq).unwrap().unwrap())));
    }
    text
}

fn kept<T: Transaction>(
    transaction: &mut T,
    named: &dyn Fn(&Order) -> String,
    key: &Key,
    kept: Option<&Kept>,
) -> String {
    match kept {
        Some(Kept::Hold(hold)) => {
            let lots =
                hold.lots.iter().map(|(lot, units)| format!("{} {units:?}", name(transaction, named, lot)));
            let lots: Vec<String> = lots.collect();
            format!("{key:?} {} {:?} {:?} {lots:?}", hold.customer, hold.units, hold.ended)
        }
        other => format!("{key:?} {other:?}"),
    }
}

fn name<T: Transaction>(transaction: &mut T, named: &dyn Fn(&Order) -> String, lot: &LotKey) -> String {
    let order = transaction.order_of(lot.seq).unwrap().unwrap();
    format!("{:?} {:?} {} {}", lot.expires, lot.born, named(&order), lot.part)
}

fn last() -> Timestamp {
    Timestamp::from_millisecond(253_402_300_799_999).unwrap()
}
